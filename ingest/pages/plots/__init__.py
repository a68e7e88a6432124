"""What charts share: the colours and names of feeds, and a chart as a file."""
