"""Who asks a server, one request at a time, and keeps cookies."""

import http.client
import re
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode

from tests.compare_pages.recording import Answer
from tests.compare_pages.volatile import UNRECORDED, Volatile

SECONDS = 60  # for an answer


class Visitor:
    def __init__(self, port: int, volatile: Volatile) -> None:
        self.volatile = volatile
        self.host = f"127.0.0.1:{port}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        self._cookies: dict[str, str] = {}

    def get(self, address: str) -> tuple[Answer, bytes]:
        """The answer as it is to be recorded, and its body as it is."""
        return self._ask("GET", address, {}, None)

    def post(self, address: str, form: dict[str, str], token_from: str | None = None) -> Answer:
        """`token_from` is a page whose form has the token against forgery, where this Datasette uses one."""
        origin = {"Origin": f"http://{self.host}", "Sec-Fetch-Site": "same-origin"}
        if token_from is None:
            origin = {"Origin": "http://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
        elif found := re.search(rb'name="csrftoken" value="([^"]*)"', self.get(token_from)[1]):
            form = {**form, "csrftoken": found[1].decode()}
        headers = {**origin, "Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, headers, urlencode(form))[0]

    def _ask(
        self, method: str, address: str, headers: dict[str, str], body: str | None
    ) -> tuple[Answer, bytes]:
        if self._cookies:
            headers = {
                **headers,
                "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
            }
        try:
            response, data = self._send(method, address, headers, body)
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            return Answer(0, {}, f"no answer: {type(error).__name__}".encode()), b""
        kept: dict[str, list[str]] = {}
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self._keep(value)
            if name.lower() not in UNRECORDED:
                kept.setdefault(name.lower(), []).append(self.volatile.stable_text(value))
        joined = {name: " | ".join(sorted(values)) for name, values in kept.items()}
        return Answer(response.status, joined, self.volatile.stable(data)), data

    def _send(
        self, method: str, address: str, headers: dict[str, str], body: str | None
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Once more where the server has closed the connection, which it may do at any time between requests."""
        for last in (False, True):
            try:
                self._connection.request(method, address, body, headers)
                response = self._connection.getresponse()
                return response, response.read()
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self._connection.close()
                if last:
                    raise
        raise AssertionError

    def _keep(self, header: str) -> None:
        with suppress(CookieError):
            self._cookies.update({name: morsel.coded_value for name, morsel in SimpleCookie(header).items()})
