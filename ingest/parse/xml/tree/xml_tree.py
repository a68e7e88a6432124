"""The tree of an XML text by lxml: as it stands, or with its prefixes declared, or mended. None where that does not do.

No network, no entities, no document types; depth and sizes are libxml2's without huge_tree.
"""

import re
from dataclasses import dataclass

from lxml import etree

from ingest.base.xml_root import skip_prologue
from ingest.parse.repair_xml import Truncation, repair
from ingest.parse.xml.tree.names import UNDECLARED, prefix_of
from ingest.parse.xml.tree.prefixes import STANDARD_PREFIXES

_ATOM = "http://www.w3.org/2005/Atom"
_PIECE = re.compile(r"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)|<[^<>]*+>?", re.DOTALL)
_PREFIX = re.compile(r"(?:^</?|\s)([A-Za-z_][\w.-]*+):(?=[A-Za-z_])")
_DECLARED = re.compile(r"\sxmlns:([\w.-]+)\s*=")
_ROOT_NAME = re.compile(r"<[A-Za-z_][\w.:-]*+")
_MOST_PREFIXES = 200  # that are declared for a document
_MOST_ATTRIBUTES = 500  # of one element, as in repair_xml
_ROOTS = frozenset({"rss", "feed", "rdf", "entry"})
_NAMESPACE_ERRORS = frozenset({etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE})


@dataclass(frozen=True)
class Tree:
    """A document's outermost element, with the text of which it was made, and how that was mended, if so."""

    root: etree._Element
    text: str
    truncation: Truncation | None = None


def read_tree(text: str) -> Tree | None:
    """The tree of a feed's XML; None where it cannot be made, or its outermost element is none that we know.

    Raises Refused.
    """
    truncation = None
    root = None
    parsed = text
    if not _has_doctype(text):
        root = _parsed_or_declared(text)
    if root is None:
        parsed, truncation = repair(text)
        root = _parsed_or_declared(parsed)
    if root is None or not isinstance(root.tag, str):
        return None
    return Tree(root, parsed, truncation) if _normalised(root) else None


def _has_doctype(text: str) -> bool:
    start = skip_prologue(text, 0)
    return text[start : start + 9].upper() == "<!DOCTYPE"


def _parsed_or_declared(text: str) -> etree._Element | None:
    root, undeclared = _parsed(text)
    if root is None and undeclared:
        root, _ = _parsed(_with_declarations(text))
    return root


def _parsed(text: str) -> tuple[etree._Element | None, bool]:
    """The outermost element; None where it is not well-formed, and whether only a prefix is not declared."""
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser), False
    except etree.XMLSyntaxError:
        errors = list(parser.error_log)[:100]
        return None, bool(errors) and all(error.type in _NAMESPACE_ERRORS for error in errors)
    except (ValueError, etree.LxmlError):
        return None, False


def _with_declarations(text: str) -> str:
    """The text with its outermost element declaring every prefix that is used: usual ones mean the usual namespace."""
    tags = [
        piece[0] for piece in _PIECE.finditer(text) if ":" in piece[0] and piece[0][:2] not in ("<!", "<?")
    ]
    used = dict.fromkeys(prefix for tag in tags for prefix in _PREFIX.findall(tag))
    start = skip_prologue(text, 0)
    root = _ROOT_NAME.match(text, start)
    if not root:
        return text
    end = text.find(">", start)
    here = {"xml", "xmlns", *_DECLARED.findall(text[start : end if end >= 0 else None])}
    new = [prefix for prefix in used if prefix not in here][:_MOST_PREFIXES]
    declarations = "".join(f' xmlns:{prefix}="{_usual_namespace(prefix)}"' for prefix in new)
    return text[: root.end()] + declarations + text[root.end() :]


def _usual_namespace(prefix: str) -> str:
    if prefix in ("atom10", "a10"):
        return _ATOM
    found = next((key for key, standard in STANDARD_PREFIXES.items() if standard == prefix.lower()), None)
    found = found or next(
        (key for key, standard in STANDARD_PREFIXES.items() if standard.lower() == prefix.lower()), None
    )
    return (found if ":" in found else f"http://{found}") if found else UNDECLARED + prefix


def _normalised(root: etree._Element) -> bool:
    """Take odd namespaces and upper case away, so that elements have the names of RSS or Atom; False of no feed."""
    namespace, local = _split(root.tag)
    kind = local.lower()
    if kind not in _ROOTS or (kind == "entry" and prefix_of(namespace) != "atom"):
        return False
    if kind == "rdf" and local != "RDF":
        return False
    if kind == "feed" and prefix_of(namespace) != "atom":
        _rename(root, namespace, f"{{{_ATOM}}}")
    elif kind == "rss":
        if local.isupper():
            _lower(root)
        for element in (root, *list(root)[:2]):
            own = element.nsmap.get(None)
            if own and prefix_of(own) != "":
                _rename(root, own, "")
    return True


def _rename(root: etree._Element, namespace: str, to: str) -> None:
    """Elements without prefix of this namespace, or of none, are in another."""
    here = f"{{{namespace}}}*" if namespace else "{}*"
    for element in root.iter(here):
        if element.prefix is None:
            element.tag = to + _split(element.tag)[1]


def _lower(root: etree._Element) -> None:
    for element in root.iter("{}*"):
        element.tag = element.tag.lower()
        for name, value in element.items():
            if name.isupper():
                del element.attrib[name]
                element.set(name.lower(), value)


def _split(tag: str) -> tuple[str, str]:
    namespace, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
    return namespace, local
