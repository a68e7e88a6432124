"""Pictures that a script would have loaded are ordinary ones."""

import re

import pytest

from ingest.base.models import Entry, Feed
from ingest.clean.feed import clean

REAL = "https://e.example/gull.jpg"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def cleaned(html: str) -> str:
    return clean(Feed("rss2.0", entries=(Entry("1", url="https://e.example/p", html=html),))).entries[0].html


def sources(html: str) -> list[str]:
    return re.findall(r'<img src="([^"]*)"', cleaned(html))


@pytest.mark.parametrize(
    "name",
    [
        *(
            "data-src",
            "data-lazy-src",
            "data-original",
            "data-lazy",
            "data-lazyload",
            "data-echo",
            "data-actualsrc",
        ),
        *(
            "data-orig-file",
            "data-url",
            "data-full-url",
            "data-hi-res-src",
            "data-img-src",
            "data-src-retina",
        ),
    ],
)
@pytest.mark.parametrize(
    "src",
    [
        "",
        f'src="{PIXEL}"',
        'src="/img/spacer.gif"',
        'src="/lazyload.gif#x"',
        'src="//z.example/whitedot.jpg"',
    ],
)
def test_the_lazy_address_goes_before_a_placeholder(name: str, src: str) -> None:
    assert sources(f'<img {src} {name}="{REAL}">') == [REAL]


@pytest.mark.parametrize(
    "name", ["data-orig-file", "data-url", "data-full-url", "data-src-retina", "data-large-file"]
)
def test_a_real_address_goes_before_what_may_be_another_s(name: str) -> None:
    assert sources(f'<img src="{REAL}" {name}="https://e.example/other.jpg">') == [REAL]


@pytest.mark.parametrize("value", ["true", "1234", "/img/blank.gif", PIXEL, "javascript:x/y"])
def test_a_value_that_is_no_picture_s_address_counts_for_nothing(value: str) -> None:
    assert sources(f'<img src="{REAL}" data-lazyload="{value}" data-src="{value}">') == [REAL]


@pytest.mark.parametrize(
    "name", ["sofa-grey.jpg", "pale-blue-dot.jpg", "lazy.jpg", "form-blank.png", "dot_2.webp"]
)
@pytest.mark.parametrize(
    "src", ["", f'src="{PIXEL}"', 'src="/spacer.gif"', 'src="data:image/svg+xml,%3Csvg/%3E"']
)
def test_a_lazy_address_is_the_picture_although_its_name_is_like_a_placeholder_s(name: str, src: str) -> None:
    url = f"https://shop.example/{name}"
    assert sources(f'<img {src} data-src="{url}">') == [url]
    assert sources(f'<img {src} data-url="{url}" alt="Earth">') == [url]
    assert sources(f'<img {src} data-src="{url}"><noscript><img src="{url}"></noscript>') == [url]


def test_a_lazy_photograph_in_grey_goes_before_its_thumbnail() -> None:
    grey = "https://shop.example/sofa-grey.jpg"
    assert sources(f'<img src="/s-thumb.jpg" data-src="{grey}">') == [grey]
    assert sources(f'<img src="{grey}" data-src="/img/blank.gif">') == [grey]
    assert sources(f'<div data-bg="{grey}" role="img"></div>') == [grey]


def test_a_placeholder_is_shown_where_nothing_else_is_known() -> None:
    assert sources('<img src="https://e.example/spacer.gif">') == ["https://e.example/spacer.gif"]


@pytest.mark.parametrize(
    "html",
    [
        f'<div class="lazy" data-src="{REAL}" role="img" aria-label="A gull"></div>',
        f'<div style="width:5px;background-image:url({REAL})" title="A gull"></div>',
        f"<span style=\"background: no-repeat url('{REAL}')\" aria-label='A gull'> </span>",
    ],
)
def test_an_empty_element_with_a_background_is_a_picture(html: str) -> None:
    assert re.findall(r'<img src="([^"]*)" alt="([^"]*)"', cleaned(html)) == [(REAL, "A gull")]


def test_a_background_behind_words_is_no_picture() -> None:
    assert cleaned(f'<div style="background:url({REAL})">Words</div>') == "<div>Words</div>"


def test_a_picture_without_an_img_gets_one() -> None:
    assert sources(f'<picture><source srcset="{REAL} 2x, /b.jpg"></picture>') == [REAL]
    assert sources(f'<picture><source srcset="/b.jpg"><img src="{REAL}"></picture>') == [REAL]


@pytest.mark.parametrize(
    "html",
    [
        f'<img src="{PIXEL}"><noscript><img src="{REAL}"></noscript>',
        f'<img src="/spacer.gif"><noscript><img src="{REAL}"></noscript>',
        f'<img src="{PIXEL}"><noscript>&lt;img src="{REAL}"&gt;</noscript>',
        f'<noscript>&lt;img src="{REAL}"&gt;</noscript>',
        f'<img data-src="{REAL}"><noscript>&lt;img src="{REAL}"&gt;</noscript>',
    ],
)
def test_what_stands_in_for_a_script_is_shown_once(html: str) -> None:
    assert sources(html) == [REAL]
    assert "&lt;" not in cleaned(html)
