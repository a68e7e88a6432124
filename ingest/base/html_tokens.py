"""Regular expressions that split HTML into tags and text, and sets of element names by kind.

For what is done without a parser, or before one: see WHATWG HTML, 13.2.5 (Tokenization).
"""

import re

_SPACE = r"[\t\n\f\r ]"
_ATTRIBUTE = (
    r"""[^\t\n\f\r />][^\t\n\f\r />=]*+"""
    rf"""(?:{_SPACE}*+={_SPACE}*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|(?!["'])[^\t\n\f\r >]*+))?+"""
)
ATTRIBUTE = re.compile(_ATTRIBUTE)

# A tag, a comment, or what HTML takes for a comment. Possessive quantifiers throughout, so that it never backtracks;
# `close` is empty where the text ends within the tag.
TAG = re.compile(
    r"""<(?P<slash>/?)(?P<name>[a-zA-Z][^\t\n\f\r />]*+)"""
    rf"""(?P<attributes>(?:[\t\n\f\r /]++|{_ATTRIBUTE})*+)(?P<close>>?)"""
    r"""|<!--(?:-?>|.*?(?:--!?>|\Z))|<[!?][^>]*+>?|</[^a-zA-Z>][^>]*+>?|</>""",
    re.DOTALL,
)

_WORD_AND_SPACE = re.compile(r"[\w,] ")
_SPACE_AND_WORD = re.compile(r" [a-z]")

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# What is in these is text to the parser, whatever it looks like.
RAW = frozenset("iframe noembed noframes plaintext script style textarea title xmp".split())
FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form frameset h1 h2 h3 h4 h5 h6 header hgroup html legend li listing main menu nav ol optgroup option p"
    " plaintext pre search section summary table tbody td tfoot th thead tr ul xmp".split()
)
KNOWN = (
    VOID
    | RAW
    | FORMATTING
    | BLOCKS
    | frozenset(
        "abbr acronym applet audio basefont bdi bdo bgsound blink button canvas cite colgroup data datalist del dfn"
        " frame head image ins kbd keygen label map mark marquee math meter noscript object output picture progress q"
        " rb rp rt rtc ruby samp select slot span sub sup svg template time var video".split()
    )
)

_UNCLOSED = frozenset({"br", "hr", "li", "p"})  # nobody closes them


def is_markup(text: str) -> bool:
    """Whether a text is HTML, by its tags, rather than plain text that speaks of tags ("How to center a <div>").

    HTML has attributes, comments, elements that are closed, or tags without a space between them and a word.
    """
    opened: set[str] = set()
    for tag in TAG.finditer(text):
        name = (tag["name"] or "").lower()
        if "=" in (tag["attributes"] or "") or tag[0].startswith("<!--"):
            return True
        if name not in KNOWN or not tag["close"]:
            continue
        before, after = text[max(tag.start() - 2, 0) : tag.start()], text[tag.end() : tag.end() + 2]
        if tag["slash"]:
            if name in opened or before[-1:].strip():
                return True
        elif _is_bare_markup(name, before, after) or (name in opened & _UNCLOSED):
            return True
        else:
            opened.add(name)
    return False


def _is_bare_markup(name: str, before: str, after: str) -> bool:
    """Whether a start tag without attributes is one, by the two characters before it and behind it."""
    if name in _UNCLOSED:
        return not (_WORD_AND_SPACE.fullmatch(before) and _SPACE_AND_WORD.fullmatch(after))
    return after[:1].isalnum() and (name == "wbr" or name in BLOCKS or not before[-1:].isalnum())
