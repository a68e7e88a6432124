"""Classify the response to a request for a feed, by its status, redirects and body. Pure.

A "document" is then parsed; where that raises NotAFeed, `rejected` is the outcome instead. Only "document" and
"unchanged" change the feed's address or reset its failures. A document that the archive has already is not read again,
unless by a later reader, or where no poll has brought it before: a push, or an import, does not tell what is gone.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from ingest.archive.subscriptions import Move, PreviousPolls
from ingest.base.advice import Advice, Trouble, always
from ingest.base.clock import duration_in_words
from ingest.base.http_url import PERMANENT
from ingest.base.xml_root import is_feed_root, root, trim_to_root
from ingest.fetch.messages import FetchError, Response

POLLS_TO_MOVE = 3  # in a row with a permanent redirect to the same address, until the feed is moved there

OutcomeKind = Literal[
    "document",  # still to be parsed
    "unchanged",  # status 304, or the same bytes as last time
    "gone",  # status 410: polling stops
    "failing",
    "held",  # Retry-After: no failure of the feed
]


@dataclass(frozen=True)
class Outcome:
    kind: OutcomeKind
    trouble: Trouble | None  # None where all is well
    failures: int  # in a row, including this one
    body_hash: str | None  # SHA-256 of the last document, including this one
    move: Move | None
    wait: int | None = None  # seconds, by Retry-After
    document: int | None = (
        None  # the row of the document that has these bytes, or is confirmed; None where none has
    )

    @property
    def message(self) -> str | None:
        """For a user who follows the feed: what happened, and what to do; None where nothing is wrong."""
        return self.trouble.of_followed if self.trouble else None

    @property
    def moved_to(self) -> str | None:
        """The feed's new address, after POLLS_TO_MOVE; None where it stays."""
        successful = self.kind in ("document", "unchanged")
        return self.move.to if successful and self.move and self.move.polls >= POLLS_TO_MOVE else None


def outcome(answer: Response | FetchError, before: PreviousPolls) -> Outcome:
    """The outcome of a request: by the response's status, and by its body where that is a page instead of a feed."""
    if isinstance(answer, FetchError):
        wait = round(answer.wait) if answer.wait is not None else None
        outcome_of = _held if answer.kind == "held" else _failing
        return outcome_of(answer.trouble, before, wait)
    if answer.status == 304 and before.body_hash:
        return _successful("unchanged", answer, before, before.body_hash, before.confirmed)
    if answer.status in (200, 203):
        return _received(answer, before)
    if answer.status in (429, 503) and answer.retry_after:
        asked = duration_in_words(answer.retry_after)
        what = f"The server asked to be left alone for {asked} ({answer.status}), and is."
        return _held(Trouble(what, Advice(adding="Add it after that.")), before, answer.retry_after)
    if answer.status == 410 and all(redirect.status in PERMANENT for redirect in answer.redirects):
        return Outcome("gone", _GONE, before.failures, before.body_hash, None)
    return _failing(_trouble_of_status(answer.status), before, answer.retry_after)


def rejected(why: str, before: PreviousPolls, document: int | None = None) -> Outcome:
    """The outcome of a document that cannot be parsed. `why` is a message for the user, such as NotAFeed's."""
    return _failing(Trouble(why[:1].upper() + why[1:]), before, document=document)


def _failing(
    trouble: Trouble, before: PreviousPolls, wait: int | None = None, document: int | None = None
) -> Outcome:
    return Outcome("failing", trouble, before.failures + 1, before.body_hash, before.move, wait, document)


def _held(trouble: Trouble, before: PreviousPolls, wait: int | None) -> Outcome:
    return Outcome("held", trouble, before.failures, before.body_hash, before.move, wait)


def _received(answer: Response, before: PreviousPolls) -> Outcome:
    body = answer.body or b""
    body_hash = hashlib.sha256(body).hexdigest()
    last = before.document
    if last and last.says_nothing_new(body_hash):
        if last.error:
            return rejected(last.error, before, last.id)
        if body_hash == before.body_hash:
            return _successful("unchanged", answer, before, body_hash, last.id)
    if trouble := trouble_of_body(body):
        return _failing(trouble, before)
    same = last.id if last and last.sha256 == body_hash else None
    return _successful("document", answer, before, body_hash, same)


def _successful(
    kind: OutcomeKind, answer: Response, before: PreviousPolls, body_hash: str, document: int | None
) -> Outcome:
    return Outcome(kind, None, 0, body_hash, _move(answer.moved_to, before.move), document=document)


def _move(to: str | None, before: Move | None) -> Move | None:
    if to is None:
        return None
    return Move(to, before.polls + 1 if before and before.to == to else 1)


# The beginning of an HTML page, and signs that it is a captcha or a login.
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_BEGINNING = 5000  # bytes
_LOOKED_AT = 300_000  # bytes
_CAPTCHA = re.compile(
    r"captcha|challenge-platform|cf[-_]chl|turnstile|<title>just a moment|are you (?:a )?(?:human|robot)"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"<input\b[^<>]{0,500}\btype\s*=\s*[\"']?password\b", re.IGNORECASE)


def trouble_of_body(body: bytes) -> Trouble | None:
    """The trouble with an empty body, or an HTML page; None for anything else, which is then parsed."""
    if not body.strip():
        return _EMPTY
    text = body[:_LOOKED_AT].replace(b"\0", b"").decode("latin-1").lstrip("\xef\xbb\xbf\xff\xfe \t\r\n")
    if text.startswith("{") or not _PAGE.search(text[:_BEGINNING]):
        return None
    if is_feed_root(root(trim_to_root(text))):
        return None
    if _CAPTCHA.search(text):
        return CAPTCHA
    if _LOGIN.search(text):
        return Trouble(
            "It sent a page with a login, not a feed.",
            always(
                "If the feed is private, its password or token is needed; else look for its new address on the site."
            ),
        )
    return Trouble(
        "It sent a web page, not a feed.",
        always("Its feed may have a new address: look for it on the site."),
    )


CAPTCHA = Trouble(
    "It sent a page that asks for proof that a person is looking (a captcha), not a feed.",
    always("Ask whoever runs the site to let feed readers through."),
)
SECRET_BY_COMMAND = (
    "Put its password or token into a file, and add it by a command, which says where that is: "
    "feedsette add ARCHIVE ADDRESS --secret file:PATH"
)
_SECRET = Advice(
    "Add it again with its password or token (feedsette add --secret), or pause it.",
    "Say where its password or token is: --secret env:NAME or --secret file:PATH. "
    "If you did, it is not the right one.",
    SECRET_BY_COMMAND,
)
_LATER = Advice("It is tried again.", "Try it again later.")
_GONE = Trouble(
    "The server says that the feed is gone for good (410).",
    Advice("What it published stays in the archive.", "It may have a new address: look for it on the site."),
)
_EMPTY = Trouble(
    "It sent an empty document.",
    Advice(
        "If that lasts, ask whoever runs the site.",
        "Try it again later; if that lasts, ask whoever runs the site.",
    ),
)

_STATUS = {
    304: Trouble("It says that nothing has changed (304), but nothing of it was received yet.", _LATER),
    401: Trouble("It asks for a password (401).", _SECRET),
    402: Trouble("It asks for payment (402)."),
    403: Trouble(
        "The server refuses to give it (403).",
        always("It may want a login, or turn feed readers away: ask whoever runs it."),
    ),
    404: Trouble(
        "There is nothing at its address (404).",
        Advice(
            "If that lasts, look for its new address on the site.",
            "Check how it is written, or give the address of the site, where its feed is then looked for.",
        ),
    ),
    407: Trouble("A proxy on the way asks for a password (407)."),
    410: Trouble("A temporary redirect led to an address that is gone (410).", _LATER),
    429: Trouble(
        "The server has had too many requests (429).",
        Advice("It is asked less often.", "Try it again later."),
    ),
    451: Trouble("The server may not give it, for legal reasons (451)."),
    503: Trouble("The server is overloaded, or being worked on (503).", _LATER),
}
_ASK = Advice(
    "If that lasts, ask whoever runs it.", "Check the address; if it is right, ask whoever runs the server."
)


def _trouble_of_status(status: int) -> Trouble:
    if status in _STATUS:
        return _STATUS[status]
    if status >= 500:
        lasting = "if that lasts, tell whoever runs it."
        advice = Advice(f"It is tried again; {lasting}", f"Try it again later; {lasting}")
        return Trouble(f"The server has a fault ({status}).", advice)
    if status >= 400:
        return Trouble(f"The server did not accept the request ({status}).", _ASK)
    return Trouble(f"The server answered with status {status}, which brings no feed.", _ASK)
