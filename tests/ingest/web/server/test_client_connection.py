"""A client between the server and the app: chunks, backpressure, disconnection."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.web.server import client_connection
from ingest.web.server.client_connection import IN_MEMORY, SENT_AT_ONCE, Client, ClientGone

START = {"type": "http.response.start", "status": 200, "headers": []}


def body(data: bytes, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


class Server:
    """What a client sent, and what it was sent."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = list(messages)
        self.sent: list[Any] = []

    async def receive(self) -> Any:
        return self.messages.pop(0)

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    def body(self) -> bytes:
        assert [message["more_body"] for message in self.sent[1:]] == [True] * (len(self.sent) - 2) + [False]
        return b"".join(message["body"] for message in self.sent[1:])


sizes = st.sampled_from(
    [
        0,
        1,
        100,
        SENT_AT_ONCE - 1,
        SENT_AT_ONCE,
        SENT_AT_ONCE + 1,
        3 * SENT_AT_ONCE,
        3 * SENT_AT_ONCE + 5,
        IN_MEMORY + 7,
    ]
)


@given(st.lists(sizes, max_size=6), sizes)
async def test_an_answer_arrives_as_it_was_sent_in_pieces_that_a_client_can_take(
    streamed: list[int], last: int
) -> None:
    server = Server()
    client = Client(server.receive, server.send)
    parts = [bytes([number]) * size for number, size in enumerate([*streamed, last], 1)]
    await client.send(START)
    for part in parts[:-1]:
        await client.send(body(part, more=True))
    await client.send(body(parts[-1]))
    await client.finish()
    assert server.body() == b"".join(parts)
    assert max(len(message["body"]) for message in server.sent[1:]) <= SENT_AT_ONCE


async def test_small_parts_of_a_download_are_sent_together() -> None:
    server = Server()
    client = Client(server.receive, server.send)
    await client.send(START)
    for _ in range(10_000):
        await client.send(body(b"1,2,3\r\n", more=True))
    await client.send(body(b""))
    assert server.body() == b"1,2,3\r\n" * 10_000
    assert len(server.sent) <= 5


async def test_the_app_need_not_wait_until_a_large_answer_was_sent() -> None:
    server = Server()
    client = Client(server.receive, server.send)
    await client.send(START)
    await client.send(body(b"x" * (IN_MEMORY + 1)))
    assert len(server.sent) == 1
    await client.finish()
    assert len(server.body()) == IN_MEMORY + 1


async def test_a_client_that_takes_nothing_any_more_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_connection, "STALLED", 0.01)

    async def never(_: Any) -> None:
        await asyncio.Event().wait()

    with pytest.raises(ClientGone):
        await Client(Server().receive, never).send(START)


async def test_a_body_is_read_while_the_client_is_watched() -> None:
    server = Server(
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b", "more_body": False},
        {"type": "http.disconnect"},
    )
    client = Client(server.receive, server.send)
    await asyncio.wait_for(client.watch(), timeout=10)
    assert [(await client.received()).get("body") for _ in range(3)] == [b"a", b"b", None]


async def test_who_goes_in_the_middle_of_a_body_ends_the_request_and_is_no_error_to_handle() -> None:
    server = Server({"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"})
    client = Client(server.receive, server.send)
    await client.receive()
    with pytest.raises(ClientGone) as gone:
        await client.receive()
    assert not isinstance(gone.value, Exception)
