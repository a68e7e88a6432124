"""Cross-site scripting in every field of a feed, on every page of ours and of Datasette's, in a real browser with the
Content-Security-Policy switched off."""

import html
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from ingest.archive.file.opening import open_archive
from ingest.archive.save import save
from ingest.base.models import Credit, Enclosure, Entry, Feed, Media, Source
from ingest.clean.feed import clean
from ingest.web.server.site_files import metadata
from tests.browser.conftest import IS_OLD, owner_cookie

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
HOSTILE = Path(__file__).parents[3] / "shared" / "hostile"
RUN = "window.ran=1;alert(1)"
VECTORS = [
    f"<script>{RUN}</script>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg onload='{RUN}'>",
    f"</title></textarea></style></script><script>{RUN}</script>",
    f'<a href="javascript:{RUN}">x</a><iframe src="javascript:{RUN}"></iframe>',
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"<noscript><p title=\"</noscript><img src=x onerror='{RUN}'>\">",
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css><base href=//evil.example>",
    '<form action="//evil.example"><input name=q><button>x</button></form>',
    '<meta http-equiv=refresh content="0;//evil.example">',
    '<h2 id="q" title="<table>">x</h2><details open ontoggle=alert(1)><pre style="position:fixed;inset:0">x</pre>',
    "{{7*7}}{% raw %}${7*7}\u202e\u2028\U0001f600",
    f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
]
OURS = [
    "/",
    "/feed/1?view=titles",
    "/author/1?view=full",
    "/tag/1?view=full",
    "/search?q=x",
    "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "/search?q=has:audio+vs+x",
    "/health",
    "/manage",
    "/feed/1/modify",
    "/feed/1/merge",
    "/feed/1/merge?other=2",
    "/feed/1/remove",
    "/entry/1/merge",
    "/entry/1/merge?other=2",
    "/entry/1/split",
]
DOCUMENTS = ["/feed/1/atom", "/feed/1/json", "/feeds.opml", "/search.atom?q=x", "/search.csv?q=x"]
SHOWN = {
    "feeds",
    "entries",
    "contents",
    "revisions",
    "authors",
    "tags",
    "entry_authors",
    "entry_tags",
    "links",
}
SHOWN |= {"enclosures", "polls", "feed_addresses", "documents", "entry_documents"}
SHOWN |= {"media", "sources", "entry_credits", "extra"}
FACETED = (
    "/archive/entries?_facet_many=tags&_facet_many=authors&_facet_many=hosts&_facet_time=year&_facet=language"
)
SECRET = "as good as any"
# All that ran or could be made to run, and every form that leads elsewhere.
FINDINGS = """(address, root = document) => {
    const found = window.ran === undefined ? [] : ["a script ran"];
    for (const element of root.querySelectorAll("*")) {
        for (const {name, value} of element.attributes) {
            const place = ["href", "src", "action", "formaction", "xlink:href", "data"].includes(name);
            const own = name === "onclick" && value === "openColumnChooser()";  // Datasette 1.0's
            if (/^on/i.test(name) && !own) found.push(`${element.tagName} ${name}`);
            if (place && /^[\\s\\0-\\x1f]*(javascript|vbscript|data:text)/i.test(value)) found.push(`${name}=${value}`);
            const elsewhere = /action$/.test(name) && !new URL(value, address).href.startsWith(address);
            if (elsewhere) found.push(`${name}=${value}`);
        }
    }
    for (const frame of root.querySelectorAll("iframe, object, embed, base, meta[http-equiv=refresh]"))
        found.push(frame.tagName);
    return found;
}"""
# The same in the markup of pages that are read and not opened, and what would be loaded or run if they were.
READ = """async ([address, paths]) => {
    const LOADED = "script[src], link[rel~=stylesheet], link[rel*=pre], source, track";
    const found = [];
    for (const path of paths) {
        const answer = await fetch(address + path);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const here = FINDINGS(address, page);
        if (answer.status !== 200 || answer.redirected) here.push(`status ${answer.status} of ${answer.url}`);
        for (const script of page.querySelectorAll("script:not([type='application/ld+json'])"))
            if (/window.ran|alert/.test(script.text)) here.push("a script");
        for (const element of page.querySelectorAll(LOADED))
            for (const name of ["src", "href"]) {
                const to = element.getAttribute(name);
                const media = element.closest("audio, video, picture");
                if (to !== null && !media && !new URL(to, address).href.startsWith(`${address}/`)) here.push(to);
            }
        found.push(...here.map(one => `${one} at ${path}`));
    }
    return found;
}""".replace("FINDINGS", f"({FINDINGS})")


def known() -> list[str]:
    """The vectors of html5lib's, bleach's and defusedxml's tests."""
    sanitizer = json.loads((HOSTILE / "html5lib_sanitizer_tests1.json").read_text(encoding="utf-8"))
    bleach = [_text(file).split("\n--\n")[0] for file in sorted(HOSTILE.glob("bleach/*.test"))]
    bombs = [_text(file)[:2000] for file in sorted(HOSTILE.glob("defusedxml/*.xml"))]
    return [*(test["input"] for test in sanitizer), *bleach, *bombs]


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def rss(number: int, own: str, some: list[tuple[str, str]]) -> str:
    """A feed whose own fields are all of one vector, and whose entries' are of another, with a third as the guid."""
    own = xml(own)
    items = "".join(_item(n, xml(guid), vector) for n, (guid, vector) in enumerate(some))
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>'
        f'<atom:link rel="self" href="https://example.org/{number}"/><title>{own}</title><link>{own}</link>'
        f"<description>{own}</description><language>{own}</language><generator>{own}</generator>"
        f'<image><url>{own}</url></image><itunes:image href="{own}"/>{items}</channel></rss>'
    )


def _item(n: int, guid: str, vector: str) -> str:
    content = xml(f"<p>{vector}</p><h2>{vector}</h2><table><tr><td>{vector}</td></tr></table>")
    vector = xml(vector)
    return (
        f"<item><guid isPermaLink='false'>{guid} {n}</guid><title>{vector}</title><link>{vector}</link>"
        f"<dc:creator>{vector}</dc:creator><category>{vector}</category><description>{vector}</description>"
        f"<content:encoded>{content}</content:encoded><comments>{vector}</comments>"
        f'<enclosure url="https://example.org/{n}?{vector}" type="audio/{vector}" length="1"/>'
        f'<enclosure url="{vector}" type="video/mp4" length="1"/>'
        f"<pubDate>Fri, 17 May 2024 10:{n % 60:02}:00 GMT</pubDate></item>"
    )


def xml(text: str) -> str:
    """As it stands in a document, where no control character may."""
    return html.escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile") / "archive.db"


@pytest.fixture(scope="module")
def hostile(serve: Any, archive: Path) -> Iterator[str]:
    """An archive of a feed in whose entries' fields every vector stands, in a second version of each another one;
    and of a feed for each of ours."""
    all_of_them = [*VECTORS, *(known() if HOSTILE.is_dir() else [])]
    versions = [
        list(zip(all_of_them, all_of_them, strict=True)),
        list(zip(all_of_them, reversed(all_of_them), strict=True)),
    ]
    texts = [rss(0, VECTORS[1], some) for some in versions]
    texts += [rss(number, vector, [(vector, vector)]) for number, vector in enumerate(VECTORS, 1)]
    documents = []
    for number, text in enumerate(texts):
        documents.append(archive.parent / f"{number:02}.xml")
        documents[-1].write_text(text, encoding="utf-8")
    with serve(*documents, archive=archive, options=["--root", "--secret", SECRET]) as address:
        with closing(open_archive(archive)) as db:
            for now, some in zip(("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"), versions, strict=True):
                save(db, clean(beside_the_text(some)), url="https://example.org/beside", now=now)
        yield address


def beside_the_text(some: list[tuple[str, str]]) -> Feed:
    """A feed in whose entries' fields beside the text every vector stands."""
    entries = (
        Entry(
            guid,
            title=f"Beside {n}",
            url=f"https://example.org/beside/{n}",
            html="<p>Body</p>",
            summary=vector,
            media=(
                Media("audio", f"https://example.org/{n}.mp3", "audio/mpeg", title=vector),
                Media("chapter", vector, title=vector, start=n),
                Media("image", vector, vector, description=vector, credit=vector, language=vector),
                Media("transcript", f"https://example.org/{n}?{vector}", vector),
            ),
            enclosures=(Enclosure(vector),),
            credits=(Credit(vector, vector),),
            source=Source(vector, vector if n % 2 else f"https://example.org/source/{n}"),
            external_url=vector,
            license=vector,
            published_text=vector,
            comments_url=vector,
            extra=({vector: {"@a": vector, "#": vector}},),
        )
        for n, (guid, vector) in enumerate(some)
    )
    return Feed("rss2.0", entries=entries, extra=({"a:b": some[0][1]},))


class Watch:
    """What happens in a window of the owner's, whose pages no policy keeps from anything."""

    def __init__(self, chromium: Any, address: str) -> None:
        self.address = address
        self.context = chromium.new_context(bypass_csp=True)
        self.context.add_cookies([owner_cookie(address, SECRET)])
        self.page = self.context.new_page()
        self.happened: list[str] = []
        self.page.on("dialog", self._dialog)
        self.page.on("popup", lambda popup: self.happened.append(f"a window: {popup.url}"))
        self.page.on("request", self._request)

    def _dialog(self, dialog: Any) -> None:
        self.happened.append(f"a dialog at {self.page.url}")
        dialog.dismiss()

    def _request(self, asked: Any) -> None:
        allowed = asked.url.startswith((f"{self.address}/", "data:", "blob:"))
        if not allowed and asked.resource_type not in ("image", "media"):
            self.happened.append(f"{asked.resource_type} {asked.url} at {self.page.url}")

    def open(self, path: str) -> None:
        """Open a page and note what is not as it should be."""
        response = self.page.goto(self.address + path, wait_until="load")
        found = self.page.evaluate(FINDINGS, self.address)
        if response.status != 200:
            found.append(f"status {response.status}")
        if self.page.url != self.address + path:
            found.append(f"the window has gone to {self.page.url}")
        self.happened += [f"{one} at {path}" for one in found]

    def open_ours(self, paths: list[str]) -> None:
        """Open pages of ours on 0.65. Their HTML is the same on 1.0, where it is read for what it would do."""
        if not IS_OLD:
            self.open("/health")
            self.happened += self.page.evaluate(READ, [self.address, paths])
            return
        for path in paths:
            self.open(path)


@pytest.fixture
def watch(chromium: Any, hostile: str) -> Iterator[Watch]:
    watched = Watch(chromium, hostile)
    yield watched
    watched.context.close()


def test_a_script_that_got_in_would_be_noticed(watch: Watch) -> None:
    watch.page.route("**/slipped", lambda route: route.fulfill(body=VECTORS[1], content_type="text/html"))
    watch.open("/slipped")
    watch.page.wait_for_function("window.ran")
    assert "IMG onerror at /slipped" in watch.happened
    assert f"a dialog at {watch.address}/slipped" in watch.happened


def test_what_was_slipped_into_a_page_that_is_read_is_noticed(watch: Watch) -> None:
    slipped = "".join(VECTORS[number] for number in (0, 1, 4, 7, 9))
    watch.page.route("**/slipped", lambda route: route.fulfill(body=slipped, content_type="text/html"))
    watch.open("/health")
    found = watch.page.evaluate(READ, [watch.address, ["/slipped", "/health", "/nowhere"]])
    for one in ("IMG onerror", "a script", "IFRAME", "BASE", "META", "//evil.example/x.css"):
        assert f"{one} at /slipped" in found
    assert [one for one in found if not one.endswith("/slipped")] == [
        f"status 404 of {watch.address}/nowhere at /nowhere"
    ]


def test_nothing_happens_on_our_pages(watch: Watch, archive: Path) -> None:
    for path in OURS:
        watch.open(path)
    with closing(sqlite3.connect(archive)) as db:
        edited = db.execute("SELECT entry FROM revisions WHERE other LIKE '%transcript%' LIMIT 10").fetchall()
    assert edited
    watch.open_ours([f"/entry/{entry}/history" for (entry,) in edited])
    watch.open_ours([*_each("/feed/{}", "feeds", archive), *_each("/author/{}", "authors", archive, 15)])
    watch.open_ours(
        [*_each("/tag/{}", "tags", archive, 15), *_each("/entry/{}/history", "entries", archive, 10)]
    )
    assert watch.happened == []


def test_nothing_happens_on_an_entrys_page(watch: Watch, archive: Path) -> None:
    watch.open_ours([*_each("/entry/{}", "entries", archive), *_versions(archive)])
    assert watch.happened == []


def test_nothing_happens_on_datasettes_pages(watch: Watch, archive: Path) -> None:
    queries = [f"/archive/{name}" for name in metadata()["databases"]["archive"]["queries"]]
    with closing(sqlite3.connect(archive)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    tables = [f"/archive/{name}?_size=max" for name in names if name in SHOWN]
    assert len(tables) == len(SHOWN)
    rows = [
        *_each("/archive/entries/{}", "entries", archive, 10),
        *_each("/archive/feeds/{}", "feeds", archive, 3),
        *_each("/archive/media/{}", "media", archive, 10),
        *_each("/archive/sources/{}", "sources", archive, 10),
        *_each("/archive/extra/{}", "extra", archive, 10),
    ]
    for path in ["/archive", FACETED, *tables, *queries, *rows]:
        watch.open(path)
    assert watch.happened == []


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_feed_is_a_document_that_no_browser_takes_for_a_page(watch: Watch, path: str) -> None:
    answer = watch.context.request.get(watch.address + path)
    assert answer.status == 200
    assert answer.headers["content-type"].split(";")[0] not in ("text/html", "application/xhtml+xml")
    assert answer.headers["x-content-type-options"] == "nosniff"
    with suppress(sync_api.Error):  # which says that it is saved, not shown
        watch.page.goto(watch.address + path, wait_until="load")
        assert watch.page.evaluate("window.ran") is None
    assert watch.happened == []


def test_every_page_of_the_feed_can_be_turned_to(hostile: str, archive: Path, page: Any) -> None:
    with closing(sqlite3.connect(archive)) as db:
        feed, entries = db.execute("SELECT feed, count(*) FROM entries GROUP BY 1 ORDER BY 2 DESC").fetchone()
    page.goto(f"{hostile}/feed/{feed}")
    for _ in range((entries - 1) // 10):
        page.locator("a.button[rel=next]").click()
    assert page.locator("a.button[rel=next]").count() == 0
    assert re.search(r"after=", page.url)


def _versions(archive: Path) -> list[str]:
    with closing(sqlite3.connect(archive)) as db:
        rows = db.execute("SELECT entry, id FROM revisions LIMIT 10").fetchall()
    assert rows
    return [f"/entry/{entry}/version/{revision}" for entry, revision in rows]


def _each(path: str, table: str, archive: Path, most: int = 1000) -> list[str]:
    select = f"SELECT id FROM {table} LIMIT ?"  # noqa: S608 - of a constant
    with closing(sqlite3.connect(archive)) as db:
        return [path.format(number) for (number,) in db.execute(select, [most])]
