"""A drawing leaves its words in place."""

import pytest

from ingest.base.models import Entry, Feed
from ingest.clean.feed import clean

CHART = (
    '<svg role="img"><title>Tides &amp; winds</title><desc>By month</desc><style>.a{}</style><path d="M0"/>'
    "<text>High <tspan>3.2 m</tspan></text><g><text>Low</text></g></svg>"
)
WORDS = "Tides & winds By month High 3.2 m Low"


def text(html: str) -> str:
    return clean(Feed("rss2.0", entries=(Entry("1", html=html),))).entries[0].text


@pytest.mark.parametrize("before", ["", "<p>x</p>" * 1000], ids=["short", "long"])
def test_a_drawing_leaves_its_words_in_place(before: str) -> None:
    assert text(f"{before}<p>A</p>{CHART}<p>B</p>").splitlines()[-3:] == ["A", WORDS, "B"]


@pytest.mark.parametrize("before", ["", "<p>x</p>" * 1000], ids=["short", "long"])
def test_the_labels_of_a_diagram_may_be_html(before: str) -> None:
    drawing = '<svg><foreignObject><div><span>Start</span></div></foreignObject><text y="2">End</text></svg>'
    assert text(f"{before}{drawing}<p>B</p>").splitlines()[-2:] == ["Start End", "B"]


@pytest.mark.parametrize(
    "html",
    [
        '<svg aria-hidden="true"><title>Icon</title></svg>',
        "<svg><path d='M0'/></svg>",
        "<svg/>",
        "<svg><script>alert(1)</script><style>a</style></svg>",
    ],
)
def test_a_drawing_that_only_decorates_leaves_nothing(html: str) -> None:
    assert text(f"a{html}b") == "ab"
    assert text("<p>x</p>" * 1000 + f"a{html}b").splitlines()[-1] == "ab"


def test_a_tag_in_the_words_of_a_drawing_is_text() -> None:
    html = "<svg><title>&lt;script&gt;alert(1)&lt;/script&gt;</title></svg>"
    assert text(html) == "<script>alert(1)</script>"
