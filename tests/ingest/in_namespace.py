"""What the guard says no to, tried for real: run by test_namespace.py in a network of its own, which has only lo.

Every address here is on that lo, and a server answers on all of them, so that nothing leaves the machine even where the
guard fails, and so that the guard, not a missing route, is what says no.
"""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from itertools import chain, repeat

from ingest.exchange import FetchError, Limits, Request
from ingest.fetch import Fetcher
from ingest.hosts import Budget

PUBLIC, PUBLIC_6 = "8.8.8.8", "2001:4860:4860::8888"
PRIVATE = (
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "192.0.2.1",
)
PRIVATE_6 = ("fd00::1", "fec0::1", "64:ff9b::a00:1", "2002:a00:1::1", "2001:db8::1")
DISGUISES = (
    "[::ffff:10.0.0.1]",
    "[::ffff:a00:1]",
    "0x0a000001",
    "167772161",
    "012.0.0.1",
    "10.1",
    "0x7f000001",
)
PORT = 8080


def set_up() -> None:
    names = [name for _, name in socket.if_nameindex()]
    if names != ["lo"]:
        sys.exit(f"This is not a network of its own: it has {names}.")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in (PUBLIC, *PRIVATE, PUBLIC_6, *PRIVATE_6):
        command = ["ip", "address", "add", f"{address}/{128 if ':' in address else 32}", "dev", "lo"]
        subprocess.run([*command, *(["nodad"] if ":" in address else [])], check=True)


asked: list[str] = []


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    asked.append(writer.get_extra_info("sockname")[0])
    path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
    if path.startswith("/to/"):
        writer.write(
            f"HTTP/1.1 302 Found\r\nLocation: http://{path[4:]}/\r\nContent-Length: 0\r\n\r\n".encode()
        )
    else:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    await writer.drain()
    writer.close()


# Of a name that is public the first time it is asked for, and private from then on.
answers = chain([[PUBLIC]], repeat(["10.0.0.1"]))


async def resolve(_: str) -> Sequence[str]:
    return next(answers)


async def attempt(url: str, allow_private: bool = False) -> tuple[str, list[str]]:
    """What came of a request, and which addresses were asked."""
    asked.clear()
    limits = Limits(connect_seconds=3, first_byte_seconds=3, total_seconds=5)
    async with Fetcher(limits, budget=Budget(pause=0), resolve=resolve) as fetcher:
        try:
            came = str((await fetcher.get(Request(url, allow_private=allow_private))).status)
        except FetchError as error:
            came = error.kind
    return came, list(asked)


async def main() -> None:
    set_up()
    await asyncio.start_server(answer, "0.0.0.0", PORT)
    await asyncio.start_server(answer, "::", PORT)
    hosts = [*PRIVATE, *(f"[{address}]" for address in PRIVATE_6), *DISGUISES, "127.0.0.1", "[::1]"]
    results = {
        "public": await attempt(f"http://{PUBLIC}:{PORT}/"),
        "public 6": await attempt(f"http://[{PUBLIC_6}]:{PORT}/"),
        "allowed": await attempt(f"http://10.0.0.1:{PORT}/", allow_private=True),
        "rebinding": await attempt(f"http://rebinding.example:{PORT}/to/rebinding.example:{PORT}"),
        **{f"at once {host}": await attempt(f"http://{host}:{PORT}/") for host in hosts},
        **{f"redirected {host}": await attempt(f"http://{PUBLIC}:{PORT}/to/{host}:{PORT}") for host in hosts},
    }
    print(json.dumps(results))


if __name__ == "__main__":
    asyncio.run(main())
