"""Where the elements of a well-written body stand: those that a parser puts where they are written. Pure."""

from ingest.clean.attributes import RENAMED
from ingest.clean.extract_text import MARKS

PHRASES = frozenset(
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup"
    " time tt u var".split()
)
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
# All of them end a paragraph that is open.
END_PARAGRAPH = HEADINGS | frozenset(
    "address article aside blockquote center details div dl figcaption figure footer header hr main nav ol p pre"
    " section summary table ul".split()
)
VOID_IN_BODIES = frozenset("br hr img input link meta wbr".split())
UNKEPT = frozenset("input link meta".split())  # of these
IMPLIED = "(tbody)"  # opened by the first row of a table
ROW_GROUPS = frozenset({"tbody", "tfoot", "thead"})
_LISTS = frozenset({"ol", "ul"})
PARENTS = {
    "li": _LISTS,
    **dict.fromkeys(("dd", "dt"), frozenset({"dl"})),
    **dict.fromkeys(("caption", *ROW_GROUPS), frozenset({"table"})),
    "tr": ROW_GROUPS | {IMPLIED},
    **dict.fromkeys(("td", "th"), frozenset({"tr"})),
}
# What has no words in it, nor other elements than those above; lists have words.
HOLD_NO_WORDS = ROW_GROUPS | {IMPLIED, "table", "tr", "iframe"}
HOLD_NO_OTHERS = _LISTS | HOLD_NO_WORDS
IN_BODIES = PHRASES | END_PARAGRAPH | VOID_IN_BODIES | PARENTS.keys() | {"iframe"}
# Of these the parser makes nothing in a body; of those nothing is kept, nor what they hold.
PASSED_OVER = frozenset({"body", "head", "html"})
LEFT_OUT = frozenset({"script", "style"})
ENDED_WITH_OTHERS = frozenset({"dd", "dt", "li", "p", "span"})  # which are not opened again
MARKS_OF_BODIES = {name: MARKS.get(RENAMED.get(name, name), "") for name in sorted(IN_BODIES)} | {
    "pre": "\n",
    IMPLIED: MARKS["tbody"],
}
