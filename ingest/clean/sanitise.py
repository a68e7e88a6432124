"""Sanitise HTML by an allowlist of elements, attributes and URL schemes: the last step for all HTML. Pure.

Nothing on these lists can run scripts, load anything but over http(s), submit forms, or set styles. The `data:` URLs of
pictures are those of png, jpeg, gif, webp and avif, in base64, up to a length.
"""

import re

import nh3

from ingest.base.plain_text import without_controls
from ingest.clean.pictures.written_out import DATA_PICTURE

EVERYWHERE = frozenset({"class", "dir", "id", "lang", "role", "title"})

_MATHS = frozenset(
    "alttext display mathvariant mathsize dir displaystyle scriptlevel accent accentunder align columnalign columnlines"
    " columnspacing columnspan depth fence form frame height largeop linebreak linethickness lspace maxsize minsize"
    " movablelimits notation rowalign rowlines rowspacing rowspan rspace separator stretchy symmetric width"
    " xmlns".split()
)
_MATHS_TAGS = frozenset(
    "math menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace"
    " msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none semantics".split()
)
_CELL = frozenset({"align", "colspan", "rowspan", "valign"})
_PLAIN_TAGS = (
    "abbr address article aside b bdi bdo br cite code dd details dfn div dl dt em figcaption figure footer h1 h2 h3 h4"
    " h5 h6 header hr i kbd mark nav p picture pre rp rt ruby s samp section small span strong sub summary sup table"
    " tbody tfoot thead tr u ul var wbr caption colgroup"
).split()

# Elements, and their attributes besides EVERYWHERE.
ALLOWED: dict[str, frozenset[str]] = {
    **dict.fromkeys(_PLAIN_TAGS, frozenset()),
    **dict.fromkeys(_MATHS_TAGS, _MATHS),
    "a": frozenset({"href", "hreflang"}),
    "audio": frozenset({"src"}),
    "blockquote": frozenset({"cite"}),
    "col": frozenset({"span", "align"}),
    "colgroup": frozenset({"span", "align"}),
    "del": frozenset({"cite", "datetime"}),
    "details": frozenset({"open"}),
    "img": frozenset({"alt", "height", "sizes", "src", "srcset", "width"}),
    "ins": frozenset({"cite", "datetime"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"reversed", "start", "type"}),
    "q": frozenset({"cite"}),
    "source": frozenset({"height", "media", "sizes", "src", "srcset", "type", "width"}),
    "td": _CELL,
    "th": _CELL | {"abbr", "scope"},
    "time": frozenset({"datetime"}),
    "track": frozenset({"kind", "label", "src", "srclang"}),
    "video": frozenset({"height", "src", "width"}),
}

# Attributes that these always get: nothing is loaded before it is seen or played. `rewrite` writes them too, since nh3
# adds missing ones in random order.
ALWAYS = {
    "img": {"loading": "lazy", "referrerpolicy": "no-referrer"},
    "audio": {"controls": "", "preload": "none"},
    "video": {"controls": "", "preload": "none"},
}

LINK_REL = "noopener noreferrer"  # of every `<a>`, behind its other attributes

_CLASSES = frozenset(
    # of footnotes, as ForumMagnum, markdown-it, Pandoc and others name them
    "footnote footnotes footnote-back footnote-back-link footnote-backref footnote-content footnote-item footnote-ref"
    " footnote-reference footnote-section footnotes-list"
    # ours: a hidden passage, a language model's words, a formula that is shown as TeX
    " spoiler llm tex".split()
)
_LANGUAGE_CLASS = re.compile(r"language-[\w#+.-]{1,30}")
_ROLES = frozenset({"doc-backlink", "doc-endnote", "doc-endnotes", "doc-footnote", "doc-noteref"})
_OWN_ID = re.compile(r"e[0-9a-f]{8}-\S{1,200}")
_WEB = re.compile(r"https?://[^\s/?#]\S*")
_LINK = re.compile(rf"{_WEB.pattern}|mailto:\S+|#{_OWN_ID.pattern}")
_CANDIDATES = re.compile(rf"{_WEB.pattern}(?: [0-9.]+[wx])?(?:, {_WEB.pattern}(?: [0-9.]+[wx])?)*")
_LENGTHS = {"depth", "height", "lspace", "rspace", "width"}
_FORMS = {"href": _LINK, "src": _WEB, "cite": _WEB, "srcset": _CANDIDATES, "id": _OWN_ID}


def permitted_value(tag: str, attribute: str, value: str) -> str | None:
    """What stays of the value of an attribute that is on the list; None where the attribute goes."""
    form = _FORMS.get(attribute)
    if form:
        if form.fullmatch(value):
            return value
        is_picture = tag == "img" and attribute == "src" and value[:5] == "data:"
        return value if is_picture and DATA_PICTURE.fullmatch(value) else None
    if attribute == "class":
        kept = [name for name in value.split() if name in _CLASSES or _LANGUAGE_CLASS.fullmatch(name)]
        return " ".join(kept) or None
    if attribute == "role":
        return value if value in _ROLES else None
    if attribute in _LENGTHS and value.lstrip().startswith("-"):
        return None  # negative lengths would draw a formula over the text before it
    return value


_CLEANER = nh3.Cleaner(
    tags=set(ALLOWED),
    clean_content_tags=set(
        "iframe math-tex noembed noframes noscript object script select style svg template textarea title".split()
    ),
    attributes={
        "*": set(EVERYWHERE),
        **{tag: {*names, *ALWAYS.get(tag, ())} for tag, names in ALLOWED.items() if names},
    },
    attribute_filter=permitted_value,
    url_schemes={"http", "https", "mailto", "data"},  # data: of pictures alone, by permitted_value
    link_rel=LINK_REL,
    set_tag_attribute_values=ALWAYS,
)


def sanitise(html: str) -> str:
    """Safe HTML of untrusted HTML; sanitising it again changes nothing.

    Of ids only those are kept that begin as in `rewrite`: "e", eight hexadecimal digits, "-".
    """
    for _ in range(4):  # nearly always once, but invalid nesting may be parsed differently the next time
        before, html = html, without_controls(_CLEANER.clean(html))
        if html == before:
            break
    return html
