"""Convert formulas to MathML, or to TeX in <code> where that is not possible. Pure.

It recognises the markup of MathJax 2 and 3 (rendered, or scripts with TeX), KaTeX, MathML itself, and the images of
formulas of WordPress and Wikipedia.
"""

import re
from functools import lru_cache
from xml.etree import ElementTree

from latex2mathml.converter import convert_to_element
from selectolax.lexbor import LexborNode

from ingest.base.plain_text import unescape
from ingest.clean.html_writer import (
    Attributes,
    ElementSaid,
    NodeMarkup,
    classes,
    escaped,
    next_element,
    start_tag,
)

LONGEST_TEX = 2000  # characters; longer formulas stay TeX
_LONGEST_SHOWN = 20_000
# Definitions of macros, which could expand without end.
_DEFINITION = re.compile(
    r"\\(?:(?:re)?new(?:command|environment)|providecommand|[egx]?def|let|Declare\w+|loop)(?![a-zA-Z])"
)
# Environments for which latex2mathml has only align*.
_ENVIRONMENT = re.compile(
    r"\\(begin|end)\{(?:aligned|eqnarray\*?|gathered|gather\*?|multlined|multline\*?)\}"
)
_ESCAPED = re.compile(r"\\([$%&#_{}])")
_DELIMITED = re.compile(
    r"(?:\$\$(.+)\$\$|\$([^$]+)\$|\\\((.+)\\\)|\\\[(.+)\\\]|\{\\(?:display|text)style (.+)\})", re.DOTALL
)
_MATHJAX = frozenset({"mjpage", "mjx-chtml"})
_TO_BE_REPLACED = frozenset(
    {"MathJax", "MathJax_CHTML", "MathJax_Display", "MathJax_Preview", "MathJax_SVG", "MathJax_SVG_Display"}
)
FORMULA_CLASSES = _MATHJAX | _TO_BE_REPLACED | {"katex", "mwe-math-element"}  # of what is a formula
_IMAGE_OF_TEX = re.compile(r"/latex\.php\?|/mathtex\.cgi\?|/mimetex\.cgi\?|/media/math/render/")


def formula_markup(node: LexborNode, convert: bool = True) -> NodeMarkup | None:
    """The markup that replaces a formula, MathML if `convert`, else TeX; None for a node that is no formula."""
    match node.tag:
        case "math":
            return _mathml(node, convert)
        case "mjx-container":
            return _mathjax_3(node, convert)
        case "script":
            kind, _, mode = (node.attributes.get("type") or "").partition(";")
            return (
                NodeMarkup(formula(node.text(), "display" in mode, convert)) if kind == "math/tex" else None
            )
        case "img":
            return _image(node, convert)
        case "span" | "div" | "p":
            return _rendered(node, classes(node), convert)
    return None


def formula(tex: str, display: bool = False, convert: bool = True) -> str:
    """A formula in TeX as HTML: MathML with the TeX as alttext, or the TeX in `<code class="tex">`."""
    tex = _bare(tex)
    if not tex:
        return ""
    return (convert and mathml(tex, display)) or f'<code class="tex">{escaped(tex[:_LONGEST_SHOWN])}</code>'


@lru_cache(maxsize=1024)
def mathml(tex: str, display: bool = False) -> str | None:
    """The MathML of a formula; None where latex2mathml cannot convert it, or its result is evidently wrong."""
    if len(tex) > LONGEST_TEX or _DEFINITION.search(tex):
        return None
    try:
        element = convert_to_element(
            _ENVIRONMENT.sub(r"\\\1{align*}", tex), display="block" if display else "inline"
        )
        for part in element.iter():
            part.text = _glyphs(part)
        written = "".join(
            ElementTree.tostring(child, "unicode", short_empty_elements=False) for child in element
        )
        text = "".join(element.itertext())
        misread = text.count("&") > tex.count(r"\&")  # a column outside of any table
    except Exception:  # of any kind: latex2mathml is not made for untrusted input
        return None
    if not text.strip() or "\\" in text or misread:  # it prints unknown commands
        return None
    return (
        start_tag("math", [("display", "block" if display else None), ("alttext", tex)]) + written + "</math>"
    )


def _glyphs(part: ElementTree.Element) -> str | None:
    if not part.text:
        return None
    text = unescape(part.text)
    return _ESCAPED.sub(r"\1", text) if part.tag == "mtext" else text


def _bare(tex: str) -> str:
    """The TeX without its delimiters, such as `$$`."""
    tex = tex.strip()
    delimited = _DELIMITED.fullmatch(tex) if len(tex) <= LONGEST_TEX else None
    return next(group for group in delimited.groups() if group).strip() if delimited else tex


def _mathml(node: LexborNode, convert: bool) -> NodeMarkup:
    attributes = {name: value for name, value in node.attributes.items() if name != "alttext"}
    tex = _bare(_annotation(node) or node.attributes.get("alttext") or "")
    if not _has_glyphs(node):
        return NodeMarkup(formula(tex, attributes.get("display") == "block", convert))
    named: Attributes = [("display", attributes.get("display")), ("alttext", tex or None)]
    return NodeMarkup(start_tag("math", named), node, "</math>")


def _annotation(node: LexborNode) -> str | None:
    for annotation in node.css("annotation"):
        if "tex" in (annotation.attributes.get("encoding") or "").lower():
            return annotation.text()
    return None


def _has_glyphs(node: LexborNode) -> bool:
    annotations = "".join(annotation.text() for annotation in node.css("annotation, annotation-xml"))
    return len("".join(node.text().split())) > len("".join(annotations.split()))


def _mathjax_3(node: LexborNode, convert: bool) -> NodeMarkup:
    labelled = node.css_first("[data-latex]")
    tex = node.attributes.get("data-latex") or (labelled.attributes.get("data-latex") if labelled else None)
    assistive = node.css_first("mjx-assistive-mml")
    if not tex and assistive is not None and assistive.css_first("math") is not None:
        return NodeMarkup("", assistive)  # aria-label is then speech, not TeX
    tex = tex or node.attributes.get("aria-label") or ""
    display = "display" in node.attributes and node.attributes["display"] != "false"
    return NodeMarkup(formula(tex, display, convert))


def _mathjax_2(node: LexborNode, names: list[str], convert: bool) -> NodeMarkup | None:
    drawn = node.css_first(".mjx-math")
    labelled = node if node.attributes.get("aria-label") else node.css_first("[aria-label]")
    tex = labelled.attributes.get("aria-label") if labelled is not None else None
    if not tex and drawn is None:
        return None
    display = (
        "mjpage__block" in names or node.css_first(".MJXc-display") is not None or "MJXc-display" in names
    )
    return NodeMarkup(formula(tex or (drawn.text() if drawn is not None else ""), display, convert))


def _rendered(node: LexborNode, names: list[str], convert: bool) -> NodeMarkup | None:
    if not _MATHJAX.isdisjoint(names):
        return _mathjax_2(node, names, convert)
    if not _TO_BE_REPLACED.isdisjoint(names):
        return _replaced(node)
    if "katex" in names and (spoken := node.css_first(".katex-mathml")) is not None:
        return NodeMarkup("", spoken)  # the visual rendering of the same follows
    if "mwe-math-element" in names and (spoken := node.css_first("math")) is not None:
        return NodeMarkup("", spoken.parent)
    return None


def _replaced(node: LexborNode) -> NodeMarkup | None:
    """MathJax 2's preview and rendering, dropped where the script with the TeX follows."""
    following: LexborNode | None = node
    for _ in range(3):  # preview, formula, script
        following = next_element(following) if following is not None else None
        if following is not None and following.tag == "script":
            return NodeMarkup("")
    assistive = node.css_first(".MJX_Assistive_MathML")
    return NodeMarkup("", assistive) if assistive is not None else None


def _image(node: LexborNode, convert: bool) -> NodeMarkup | None:
    if not is_image_of_formula(node):
        return None
    tex = node.attributes.get("alt") or ""
    return NodeMarkup(formula(tex, "mwe-math-fallback-image-display" in classes(node), convert))


def is_image_of_formula(node: ElementSaid) -> bool:
    names, tex = classes(node), node.attributes.get("alt") or ""
    drawn = "latex" in names or any(name.startswith("mwe-math-fallback") for name in names)
    return bool(tex.strip() and (drawn or _IMAGE_OF_TEX.search(node.attributes.get("src") or "")))
