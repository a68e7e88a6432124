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
