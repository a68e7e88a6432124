"""Asks for all that a server's pages link to, level by level and within limits, always in the same order."""

import re
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, quote, urljoin, urlsplit

from tests.compare_pages.recording import Answer, write
from tests.compare_pages.visitor import Visitor
from tests.compare_pages.volatile import HOST, UNSTABLE

# What ends the visit, answers otherwise each time (threads, memory in use), or is a job that goes on meanwhile.
LEFT_OUT = re.compile(r"/-/(logout|auth-token|threads|messages)|/manage/job/")
_LINK = re.compile(rb"""[\s"'](?:href|src|action)=(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True)
class Limits:
    """Of a crawl: addresses, seconds; addresses of one shape, without and with a query string."""

    most: int
    seconds: int
    each_page: int
    each_shape: int

    def reached(self, asked: int, seconds: float) -> str:
        """The limit that is reached, or nothing."""
        if asked >= self.most:
            return f"the limit of {self.most} addresses"
        return f"the limit of {self.seconds} seconds" if seconds > self.seconds else ""

    def of(self, shape: str) -> int:
        """There are many shapes of many parameters, which show little that is new."""
        _, _, names = shape.partition("?")
        if not names:
            return self.each_page
        return self.each_shape if names.count("&") < 2 else max(1, self.each_shape // 3)

    def few(self) -> "Limits":
        """For who sees what another visitor sees, with a few things more or less."""
        return Limits(
            self.most // 4, self.seconds, max(1, self.each_page // 20), max(1, self.each_shape // 3)
        )


def crawl(visitor: Visitor, folder: Path, roots: Collection[str], limits: Limits) -> str:
    """Record each answer into `folder`. Returns how it ended."""
    began, asked, shapes = time.monotonic(), 0, Counter[str]()
    seen = {visitor.volatile.stable_text(root) for root in roots}
    level = list(roots)
    while level:
        following: dict[str, str] = {}
        for address in level:
            if ended := limits.reached(asked, time.monotonic() - began):
                return _note(folder, asked, ended)
            answer, body = visitor.get(address)
            asked += 1
            kept = replace(answer, body=b"") if UNSTABLE.match(address) else answer
            write(folder, visitor.volatile.stable_text(address), kept)
            for link in links(visitor.host, address, answer, body):
                following.setdefault(visitor.volatile.stable_text(link), link)
        level = []
        for name in sorted(following.keys() - seen, key=lambda name: ("?" in name, name)):
            seen.add(name)
            shapes[shape(name)] += 1
            if shapes[shape(name)] <= limits.of(shape(name)):
                level.append(following[name])
    return _note(folder, asked, "all that is linked to, within the limits of each shape")


def _note(folder: Path, asked: int, ended: str) -> str:
    """How far it went is part of the recording: two that went differently far are not the same."""
    write(folder, "(the crawl)", Answer(0, {}, f"{asked} addresses; ended at {ended}\n".encode()))
    return f"{asked} addresses; ended at {ended}"


def links(host: str, address: str, answer: Answer, body: bytes) -> Iterator[str]:
    """The addresses on the same server that a page, or a redirect, leads to."""
    found = [answer.headers.get("location", "").replace(HOST, host)]
    if answer.kind == "text/html":
        found += [
            unescape((match[1] or match[2] or b"").decode("utf-8", "replace"))
            for match in _LINK.finditer(body)
        ]
    for link in found:
        try:
            parts = urlsplit(urljoin(f"http://{host}{address}", link.strip()))
        except ValueError:
            continue
        if parts.netloc != host or parts.scheme != "http" or LEFT_OUT.match(parts.path):
            continue
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        yield quote(target, safe="/?&=%~+:;,@!$'()*[]-._")


def shape(address: str) -> str:
    """What addresses of one kind have in common: the path without its numbers, the names of the parameters."""
    parts = urlsplit(address)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{re.sub(r'[0-9]+', 'N', parts.path)}?{'&'.join(names)}"
