"""Formulas in the markup of each renderer."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.base.models import CleanEntry, Entry, Feed
from ingest.clean.feed import clean
from ingest.clean.rewriting.maths import LONGEST_TEX, formula
from ingest.parse.document import parse

BOOKS = Path(__file__).parents[5] / "shared" / "feeds" / "lesswrong"

SQUARE = '<math alttext="x^2"><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
SQUARE_IN_A_LINE_OF_ITS_OWN = SQUARE.replace("<math ", '<math display="block" ')
DRAWN = (
    '<span class="mjx-mrow" aria-hidden="true"><span class="mjx-char" style="padding: 1em">x2</span></span>'
)
SPOKEN = "<math><semantics><msup><mi>x</mi><mn>2</mn></msup>{}</semantics></math>"
ANNOTATION = '<annotation encoding="application/x-tex">x^2</annotation>'


def cleaned(html: str) -> CleanEntry:
    (entry,) = clean(Feed("rss2.0", entries=(Entry("1", html=html, url="https://example.org/1"),))).entries
    return entry


def mathjax_2(tex: str, page: str = "mjpage", chtml: str = "mjx-chtml") -> str:
    return (
        f'<span class="{page}"><span class="{chtml}"><span class="mjx-math" aria-label="{tex}">'
        f"{DRAWN}</span></span></span><style>.mjx-chtml {{display: inline-block}}</style>"
    )


@pytest.mark.parametrize(
    "html",
    [
        mathjax_2("x^2"),
        '<mjx-container class="MathJax" aria-label="x^2"><mjx-math><mjx-c></mjx-c></mjx-math></mjx-container>',
        '<mjx-container><mjx-math data-latex="x^2"><mjx-c></mjx-c></mjx-math></mjx-container>',
        '<script type="math/tex">x^2</script>',
        '<span class="MathJax_Preview">x2</span><script type="math/tex">x^2</script>',
        f'<span class="MathJax">{DRAWN}</span>\n<script type="math/tex">x^2</script>'.replace("\n", ""),
        '<img class="latex" alt="x^2" src="https://s0.wp.com/latex.php?latex=x%5E2">',
        '<img alt="$x^2$" src="https://math.example.org/cgi-bin/mathtex.cgi?x^2">',
        r'<img class="mwe-math-fallback-image-inline" alt="{\displaystyle x^2}" src="https://wiki.example/x">',
    ],
)
def test_a_formula_becomes_mathml_with_its_tex(html: str) -> None:
    assert cleaned(html).html == SQUARE


@pytest.mark.parametrize(
    "html",
    [
        mathjax_2("x^2", page="mjpage mjpage__block"),
        mathjax_2("x^2", chtml="mjx-chtml MJXc-display"),
        '<mjx-container aria-label="x^2" display="true"></mjx-container>',
        '<script type="math/tex; mode=display">x^2</script>',
    ],
)
def test_a_formula_in_a_line_of_its_own_stays_there(html: str) -> None:
    assert cleaned(html).html == SQUARE_IN_A_LINE_OF_ITS_OWN


@pytest.mark.parametrize(
    "html",
    [
        f'<span class="katex"><span class="katex-mathml">{SPOKEN.format(ANNOTATION)}</span>'
        '<span class="katex-html" aria-hidden="true">x2</span></span>',
        f"<mjx-container aria-label='x squared'><mjx-math></mjx-math><mjx-assistive-mml>{SPOKEN.format(ANNOTATION)}"
        "</mjx-assistive-mml></mjx-container>",
        f'<span class="mwe-math-element"><span>{SPOKEN.format(ANNOTATION)}</span>'
        '<img class="mwe-math-fallback-image-inline" alt="x^2" src="https://wiki.example/x"></span>',
    ],
)
def test_the_renderer_s_own_mathml_is_kept_once(html: str) -> None:
    assert cleaned(html).html == SPOKEN.format("").replace("<math>", '<math alttext="x^2">')
    assert cleaned(html).text == "x^2"


def test_mathml_is_kept() -> None:
    html = '<math display="block"><mfrac><mn>1</mn><mi mathvariant="bold">n</mi></mfrac></math>'
    assert cleaned(html).html == html
    assert cleaned(html).text == "1n"


def test_the_tex_of_a_formula_is_in_the_text_exactly_once() -> None:
    assert cleaned(f"<p>Let {mathjax_2('x^2')} be small.</p>").text == "Let x^2 be small."


@pytest.mark.parametrize(
    "tex",
    [
        r"\unheardof{x}",
        r"\newcommand{\a}{\b} \a",
        r"\frac{1}{",
        "a & b",
        "{" * 900,
        "x" * (LONGEST_TEX + 1),
    ],
)
def test_what_cannot_be_converted_is_shown_as_tex(tex: str) -> None:
    entry = cleaned(f'<script type="math/tex">{tex}</script>')
    assert entry.html == f'<code class="tex">{tex.replace("&", "&amp;")}</code>'
    assert entry.text == tex


@pytest.mark.parametrize(
    ("tex", "shown"),
    [(r"\text{gain \$5}", "gain\u00a0$5"), (r"A \& B", "A&amp;B"), (r"\text{if a<b}", "if\u00a0a&lt;b")],
)
def test_signs_that_tex_or_html_would_read_are_themselves(tex: str, shown: str) -> None:
    html = formula(tex)
    assert html.startswith("<math")
    assert shown in html.replace("</mi><mi>", "").replace("<mi>", "")


def test_lines_that_are_aligned_become_a_table() -> None:
    html = formula(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", display=True)
    assert html.count("<mtr>") == 2
    assert "&amp;</m" not in html


def test_a_formula_that_is_empty_leaves_nothing() -> None:
    assert cleaned(
        '<p>So <span class="mjpage"><span class="mjx-math" aria-label=""></span></span>.</p>'
    ).html == ("<p>So .</p>")
    assert cleaned("<math><mrow></mrow></math>").html == ""


def test_a_formula_whose_tex_is_missing_is_what_was_drawn() -> None:
    assert (
        "<mi>y</mi>"
        in cleaned('<span class="mjpage"><span class="mjx-math"><span>y</span></span></span>').html
    )


def test_a_formula_that_was_drawn_but_has_no_script_keeps_what_is_seen() -> None:
    assert cleaned('<span class="MathJax_Preview">x squared</span> is small').text == "x squared is small"


def test_an_image_that_is_no_formula_stays_one() -> None:
    assert "<img" in cleaned('<img src="https://example.org/x.png" alt="x^2">').html


@given(st.text(alphabet=r"\{}[]^_&$%#ab1+=()<>| ~'\"" + "\n", max_size=60), st.booleans())
def test_no_formula_is_lost_whatever_it_is(tex: str, display: bool) -> None:
    html = formula(tex, display)
    assert html.startswith(("<math", '<code class="tex">')) or not tex.strip(" \n$")


PIECES = [r"\frac", r"\left(", r"\right)", r"\begin{array}", "{", "}", "^", "_", "&", r"\\", "x"]


@given(st.lists(st.sampled_from(PIECES)))
def test_tex_that_makes_no_sense_is_no_error(parts: list[str]) -> None:
    assert formula("".join(parts)) or not parts


@pytest.mark.skipif(not BOOKS.exists(), reason=f"there are no books at {BOOKS}")
@pytest.mark.parametrize("year", [2018, 2019, 2020])
def test_no_formula_of_a_book_is_lost_nor_an_empty_space(year: int) -> None:
    feed = parse((BOOKS / f"lesswrong-bestof-{year}.reconstructed.rss").read_bytes())
    for entry, cleaned_entry in zip(feed.entries, clean(feed).entries, strict=True):
        formulas = re.findall(r'class="mjx-math"[^>]* aria-label="[^"]', entry.html)
        shown = re.findall(
            r"<math[ >].*?</math>|<code class=\"tex\">.*?</code>", cleaned_entry.html, re.DOTALL
        )
        assert len(shown) == len(formulas)
        assert all(re.sub(r"<[^>]*>", "", one).strip() for one in shown)
        assert "mjx" not in cleaned_entry.html
