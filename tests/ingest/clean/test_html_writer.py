"""Tags and text are written as the sanitiser writes them, so that it is asked once."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.clean.html_writer import escaped, start_tag
from ingest.clean.rewrite import rewrite
from ingest.clean.sanitise import sanitise

_NAMES = st.sampled_from("href title lang dir id class role".split())
_VALUES = st.sampled_from(
    [
        "",
        "x",
        "e12345678-x",
        "https://a.example/?a&b",
        "javascript:x",
        "a < b > \"c\" 'd' \xa0 &amp;",
        "footnote x",
    ]
)


def test_the_sanitiser_has_nothing_to_change_in_a_link() -> None:
    tag = start_tag(
        "a", [("class", "x"), ("href", "https://a.example/?a=1&b=2"), ("title", "T"), ("id", "y")]
    )
    assert sanitise(f"{tag}x</a>") == f"{tag}x</a>"


def test_attributes_stand_in_the_order_in_which_the_sanitiser_leaves_them() -> None:
    given_ = [("class", "x"), ("role", "y"), ("href", "https://a.example/"), ("title", "T"), ("lang", "de")]
    written = "".join(f' {name}="{value}"' for name, value in given_)
    assert sanitise(f"<a{written}>x</a>") == f"{start_tag('a', given_)}x</a>"


@given(
    st.sampled_from(["a", "p"]),
    st.lists(st.tuples(_NAMES, _VALUES), max_size=5, unique_by=lambda one: one[0]),
)
def test_the_sanitiser_leaves_every_start_tag(name: str, attributes: list[tuple[str, str]]) -> None:
    html = f"{start_tag(name, [one for one in attributes if name == 'a' or one[0] != 'href'])}x</{name}>"
    assert sanitise(html) == html


@given(st.text(st.sampled_from("a<>&\"' \n\xa0é")).map(lambda text: f"x{text}x"))
def test_the_sanitiser_leaves_every_text(text: str) -> None:
    assert sanitise(escaped(text)) == escaped(text)


def test_the_sanitiser_has_nothing_to_change_in_a_usual_body() -> None:
    body = """<div class="post" style="x"><h2 id="a">One &amp; two</h2><p>It\u00a0is <b>“so”</b>, <a class="u" rel="me"
        href="/b?c=1&amp;d=2"
        target="_blank" title="Q">it's</a> <a href="#a"><img src="/i.png"></a></p>
        <pre class="x language-py"><code>a &lt; b</code></pre>
        <table><tr><td style="text-align: right" colspan=2>1<td>2</table><ul><li>x<li>y</ul><hr/><iframe src="https://e.example/">
        </iframe><video src="/v.mp4" poster="/p.png" autoplay></video><math><mi>x</mi></math></div>"""
    written = rewrite(body, "e12345678-", "https://p.example/")
    assert sanitise(written) == written
