"""The server process: `feedsette serve`, sign-in, hosts, connections, its end."""
