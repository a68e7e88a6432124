"""Published collections of XSS attacks, put into every field: nothing that a browser would run is left.

That is checked with the standard library's HTML parser and rules of its own, not with the sanitiser's allowlist.
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ingest.base.models import CleanEntry, Credit, Enclosure, Entry, Feed, Media, Source
from ingest.clean.feed import clean

HOSTILE = Path(__file__).parents[4] / "shared" / "hostile"
RUNS = set(
    "animate applet base bgsound button embed foreignobject form frame frameset handler iframe input"
    " isindex keygen layer link listener marquee meta noscript object param portal script select set style svg template"
    " textarea title use".split()
)
ADDRESSES = {
    "action",
    "background",
    "cite",
    "data",
    "formaction",
    "href",
    "longdesc",
    "poster",
    "src",
    "srcset",
}
HARMLESS = re.compile(r"https?://|mailto:|#e[0-9a-f]{8}-")


class Judge(HTMLParser):
    """Collects what a browser would run, load from a strange scheme, or let cover the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in RUNS:
            self.found.append(f"<{tag}>")
        for name, value in attrs:
            local = name.rpartition(":")[2]
            if local.startswith("on") or local in ("style", "srcdoc") or ":" in name:
                self.found.append(f"{name}={value}")
            if local in ADDRESSES and not HARMLESS.match(value or ""):
                self.found.append(f"{name}={value}")
            if local == "id" and not re.match(r"e[0-9a-f]{8}-", value or ""):
                self.found.append(f"{name}={value}")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"<?{data}>")


def runs(html: str | None) -> list[str]:
    judge = Judge()
    judge.feed(html or "")
    judge.close()
    return judge.found


def vectors() -> Iterator[object]:
    cases = HOSTILE / "html5lib_sanitizer_tests1.json"
    if cases.exists():
        for case in json.loads(cases.read_text("utf-8")):
            yield pytest.param(case["input"], id=case["name"])
    for path in sorted((HOSTILE / "bleach").glob("*.test")):
        yield pytest.param(path.read_text("utf-8").split("\n--\n")[0], id=f"bleach-{path.stem}")


COLLECTED = list(vectors()) or [
    pytest.param("", marks=pytest.mark.skip(reason=f"the collections of attacks are not at {HOSTILE}"))
]
WRITTEN_HERE = [
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '<script type="math/tex">\\href{javascript:alert(1)}{x}</script>',
    '<script type="math/tex">\\text{</math><img src=x onerror=alert(1)>}</script>',
    '<mjx-container aria-label="</code><script>alert(1)</script>\\nope"></mjx-container>',
    '<div class="llm-content-block" data-model-name="<img src=x onerror=alert(1)>">x</div>',
    '<iframe src="https://e.example/&quot;><script>alert(1)</script>" title="<script>alert(1)</script>"></iframe>',
    '<img alt="<script>alert(1)</script>" class="emoji"><img src="data:," alt="<script>alert(1)</script>">',
    '<a href="&#x6A;avascript&colon;alert(1)">x</a><a href="java\nscript:alert(1)">y</a>',
    '<p id="feeds">x</p><a name="content">y</a><img name="forms" id="cookie" src="https://e.example/">',
    "<xmp><img src=x onerror=alert(1)></xmp><plaintext><img src=x onerror=alert(1)>",
    '<annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml>',
    '<img srcset="javascript:alert(1) 1x, data:text/html,x 2x"><video poster="javascript:alert(1)"></video>',
]


def cleaned(**values: object) -> CleanEntry:
    feed = clean(Feed("rss2.0", entries=(Entry(**{"guid": "1", "url": "https://e.example/1"} | values),)))  # type: ignore[arg-type]
    return feed.entries[0]


@pytest.mark.parametrize("vector", [*COLLECTED, *WRITTEN_HERE])
def test_in_a_content_it_does_not_run(vector: str) -> None:
    assert runs(cleaned(html=vector).html) == []
    assert runs(cleaned(html="<div>" * 1200 + vector).html) == []


@pytest.mark.parametrize("vector", [*COLLECTED, *WRITTEN_HERE])
def test_in_a_summary_it_does_not_run(vector: str) -> None:
    entry = cleaned(html=vector, summary=vector)
    assert runs(entry.html) == []
    assert runs(entry.summary) == []
    assert (
        "<script>" not in entry.excerpt or "<script>" in entry.text
    )  # as text, where the document has it as text


@pytest.mark.parametrize("vector", [*COLLECTED, *WRITTEN_HERE])
def test_in_a_title_or_a_name_it_would_not_run_even_if_it_were_printed_as_html(vector: str) -> None:
    entry = cleaned(title=vector, authors=(vector,), tags=(vector,))
    feed = clean(Feed("rss2.0", title=vector, description=vector))
    for text in (entry.title, entry.author, *entry.tags, feed.title, feed.description):
        assert runs(text) == []


@pytest.mark.parametrize("vector", [*COLLECTED, *WRITTEN_HERE])
def test_in_an_address_it_does_not_run(vector: str) -> None:
    found = [*re.findall(r"""=\s*["']?([^"'>]+)""", vector), vector]
    for address in found:
        entry = cleaned(
            url=address,
            comments_url=address,
            image_url=address,
            base=address,
            external_url=address,
            enclosures=(Enclosure(address),),
            media=(Media("image", address),),
            source=Source(None, address),
        )
        files = [file.url for file in (*entry.enclosures, *entry.media)]
        source = entry.source.url if entry.source else None
        for url in (entry.url, entry.comments_url, entry.image_url, entry.external_url, source, *files):
            assert url is None or re.fullmatch(r"""https?://[^\s"<>]+""", url)


@pytest.mark.parametrize("vector", [*COLLECTED, *WRITTEN_HERE])
def test_beside_the_text_it_is_one_line_of_text_and_as_it_was_in_valid_json(vector: str) -> None:
    medium = Media(
        "image", "/1.png", vector, None, title=vector, description=vector, credit=vector, language=vector
    )
    entry = cleaned(
        media=(medium,),
        credits=(Credit(vector, vector),),
        source=Source(vector, "/1"),
        license=vector,
        published_text=vector,
        extra=({vector: {"@a": vector, "#": [vector]}},),
    )
    texts = [entry.license, entry.published_text, entry.source and entry.source.title]
    texts += [
        text
        for one in entry.media
        for text in (one.type, one.title, one.description, one.credit, one.language)
    ]
    texts += [text for one in entry.credits for text in (one.name, one.role)]
    for text in texts:
        assert runs(text) == []
        assert "\n" not in (text or "")
    assert entry.extra
    [element] = json.loads(entry.extra.json)
    assert [*element] == [element[name]["@a"] for name in element]
