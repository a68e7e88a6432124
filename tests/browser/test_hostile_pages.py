"""Hostile texts in every field of a feed, on every page of ours, in a real browser with the policy switched off."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HOSTILE = Path(__file__).parents[3] / "shared" / "hostile" / "html5lib_sanitizer_tests1.json"
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
    "{{7*7}}{% raw %}${7*7}\u202e\u2028\ud83d\ude00",
]


def vectors() -> list[str]:
    """Ours, and those of html5lib's tests where they are at hand."""
    if not HOSTILE.is_file():
        return VECTORS
    return VECTORS + [test["input"] for test in json.loads(HOSTILE.read_text(encoding="utf-8"))]


def feed() -> dict[str, Any]:
    items = [
        {
            "id": str(n),
            "url": f"https://example.org/{n}?{vector}",
            "external_url": vector,
            "title": vector,
            "summary": vector,
            "content_html": f"<p>{vector}</p><h2>{vector}</h2><table><tr><td>{vector}</td></tr></table>",
            "date_published": "2024-05-17T10:00:00Z",
            "authors": [{"name": vector}],
            "tags": [vector],
            "attachments": [{"url": f"https://example.org/{vector}", "mime_type": f"audio/{vector}"}],
        }
        for n, vector in enumerate(vectors())
    ]
    known = {"title": VECTORS[1], "description": VECTORS[0], "home_page_url": "https://example.org/"}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "feed_url": "https://example.org/feed",
        **known,
        "items": items,
    }


@pytest.fixture(scope="module")
def hostile(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    document = tmp_path_factory.mktemp("hostile") / "feed.json"
    document.write_text(json.dumps(feed()), encoding="utf-8")
    with serve(document) as address:
        yield address


def test_no_script_runs_no_dialog_opens_and_nothing_is_asked_of_another_host(
    hostile: str, chromium: Any
) -> None:
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    dialogs, elsewhere = [], []
    page.on("dialog", lambda dialog: (dialogs.append(page.url), dialog.dismiss()))
    page.on(
        "request",
        lambda asked: (
            elsewhere.append((asked.resource_type, asked.url)) if hostile not in asked.url else None
        ),
    )
    paths = [
        "/",
        "/feed/1",
        "/feed/1?view=titles",
        "/author/1",
        "/tag/1",
        "/entry/1/history",
        "/author/1?view=full",
    ]
    paths += [f"/entry/{id}" for id in range(1, len(vectors()) + 1)]
    for path in paths:
        response = page.goto(hostile + path, wait_until="load")
        assert response.status in (200, 404), path
        assert page.url == hostile + path
        assert page.evaluate("window.ran") is None, path
        assert (
            page.evaluate(
                "document.querySelectorAll('form:not([action=\"/search\"]):not([method=dialog])').length"
            )
            == 0
        )
        assert page.locator(".masthead").is_visible(), path
    context.close()
    assert dialogs == []
    assert [
        one for one in elsewhere if one[0] not in ("image", "media") and not one[1].startswith("data:")
    ] == []


def test_every_page_of_the_feed_can_be_turned_to(hostile: str, page: Any) -> None:
    page.goto(f"{hostile}/feed/1")
    for _ in range(len(vectors()) // 10):
        page.locator("a.button[rel=next]").click()
    assert page.locator("a.button[rel=next]").count() == 0
    assert re.search(r"after=", page.url)
