"""A recording: a folder of files, each an address (or a command) and what it answered, in one readable form."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """`status` is that of HTTP, or a command's exit code. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


def write(folder: Path, address: str, answer: Answer) -> None:
    head = [
        address,
        str(answer.status),
        *(f"{name}: {value}" for name, value in sorted(answer.headers.items())),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _file_name(address)).write_bytes("\n".join([*head, "", ""]).encode() + answer.body)


def read(folder: Path) -> dict[str, Answer]:
    """By folder and address."""
    found = {}
    for file in sorted(folder.glob("*/*")):
        head, _, body = file.read_bytes().partition(b"\n\n")
        address, status, *lines = head.decode().split("\n")
        headers = dict(line.split(": ", 1) for line in lines)
        found[f"{file.parent.name} {address}"] = Answer(int(status), headers, body)
    return found


def _file_name(address: str) -> str:
    """Readable, and other for each address."""
    readable = re.sub(r"[^a-zA-Z0-9.=&-]+", "_", address)[:80]
    return f"{readable}-{hashlib.sha1(address.encode()).hexdigest()[:10]}"
