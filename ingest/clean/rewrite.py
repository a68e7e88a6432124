"""Rewrite untrusted HTML for the archive. The result is not safe yet: `sanitise` follows. Pure.

URLs become absolute, ids get a prefix that is unique to the entry, formulas become MathML, players and embedded pages
become links, and lazy-loaded images ordinary ones.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.base.html_tokens import BLOCKS, VOID
from ingest.base.plain_text import visible
from ingest.base.urls import web_url
from ingest.clean.anchors import Anchors, ids_of
from ingest.clean.attributes import RENAMED, element_attributes
from ingest.clean.balance import bounded
from ingest.clean.embeds import elements
from ingest.clean.extract_text import TextReader
from ingest.clean.html_writer import NodeMarkup, escaped, next_element, previous_element, start_tag
from ingest.clean.pictures import images
from ingest.clean.pictures.drawings import drawing_words
from ingest.clean.pictures.written_out import MOST_DATA_PICTURES
from ingest.clean.rewriting import forummagnum, maths
from ingest.clean.rewriting.code_lines import line_break, only_numbers_lines
from ingest.clean.rewriting.inline_styles import says_otherwise, styled_elements
from ingest.clean.rewriting.known_tags import tags_written_alike
from ingest.clean.rewriting.other_schemes import address_as_text
from ingest.clean.rewriting.task_lists import task_box
from ingest.clean.sanitise import ALLOWED, ALWAYS

# Dropped with their content.
_DROPPED = frozenset(
    "annotation annotation-xml applet area base basefont bgsound button canvas datalist frame frameset head input"
    " keygen link map meta meter noembed noframes option output param progress script select style svg template"
    " textarea title".split()
)
# The tags of elements of which nothing but attributes would say that they are to be written otherwise.
_PLAIN = {
    tag: (f"<{tag}>", "" if tag in VOID else f"</{tag}>")
    for tag in sorted(set(ALLOWED) - set("a audio img math picture source track video".split()))
}
_COUNTING_FRAME = 'iframe[width="0"], iframe[height="0"]'
_LONGEST_PIECE = 50_000  # characters
_MOST_MATHML = 2_000_000  # characters, in a body: formulas after that stay TeX
_MOST_EMBEDS = 1000  # in a body
_MOST_IN_FRAMES = 200_000  # characters, of pages that are written into frames


def rewrite(
    html: str,
    prefix: str,
    base: str | None = None,
    url: str | None = None,
    reader: TextReader | None = None,
) -> str:
    """Rewrite the HTML of a body. Its ids get `prefix`; relative URLs are resolved against `base`.

    `url` is where the body is published: links to its fragments become links within the body. `reader` reads what is
    written.
    """
    tree = LexborHTMLParser(html, is_fragment=True)
    if tree.root is None:
        return ""
    return "".join(_Writer(tree, prefix, base, url).write(tree.root, reader or TextReader()))


_Said = Mapping[str, str | None]  # the attributes of an element as the document has them


class _Base(NamedTuple):
    """Marks the end of an element with xml:base (XHTML): `url` is the base URL from there on."""

    url: str | None


class _StyleEnd(NamedTuple):
    """Marks the end of elements that stand for a style."""

    names: list[str]


class _Writer:
    def __init__(self, tree: LexborHTMLParser, prefix: str, base: str | None, url: str | None) -> None:
        self.prefix = prefix
        self.base = base
        self.url = url
        self.anchors = Anchors(lambda: ids_of(tree), prefix, url)
        self.room_for_formulas = _MOST_MATHML
        self.room_for_data = MOST_DATA_PICTURES
        self.embeds = 0
        self.room_for_frames = _MOST_IN_FRAMES
        self.styled: Counter[str] = Counter()  # open elements that stand for a style

    def write(self, first: LexborNode, reader: TextReader) -> Iterator[str]:
        """The HTML of a node and its following siblings, without recursion, since the nesting is untrusted."""
        pending: list[LexborNode | str | _Base | _StyleEnd] = [first]
        while pending:
            item = pending.pop()
            if isinstance(item, str):
                reader.tag(item)
                yield item
                continue
            if isinstance(item, _Base):
                self.base = item.url
                continue
            if isinstance(item, _StyleEnd):
                self.styled.subtract(item.names)
                continue
            if (following := item.next) is not None:
                pending.append(following)
            if item.is_text_node:
                text = item.text_content or ""
                reader.text(text)
                yield _text(text)
            elif item.is_element_node:
                attributes = item.attributes
                if tags := _known_tags(item, attributes):
                    reader.tag(tags[0])
                    yield tags[0]
                    pending.append(tags[1])
                    if tags[1] and (child := item.first_child) is not None:
                        pending.append(child)
                    continue
                if nearer := attributes.get("xml:base"):
                    pending.append(_Base(self.base))
                    self.base = web_url(nearer, self.base) or self.base
                markup = self._markup(item, attributes)
                styled = self._styled(item, attributes, markup)
                self.styled.update(styled)
                start = markup.start + "".join(f"<{name}>" for name in styled)
                reader.tag(start)
                yield start
                pending += [
                    "".join(f"</{name}>" for name in reversed(styled)) + markup.end,
                    _StyleEnd(styled),
                ]
                if markup.inside is not None and markup.inside.first_child is not None:
                    pending.append(markup.inside.first_child)

    def _styled(self, node: LexborNode, attributes: _Said, markup: NodeMarkup) -> list[str]:
        """The elements that say what the style of a node says, but for those that are open already."""
        if "style" not in attributes or markup.inside is not node:
            return []
        tag = RENAMED.get(node.tag or "", node.tag or "")
        return (
            [name for name in styled_elements(node, tag) if not self.styled[name]] if tag in ALLOWED else []
        )

    def _markup(self, node: LexborNode, attributes: _Said) -> NodeMarkup:
        if formula := maths.formula_markup(node, self.room_for_formulas > 0):
            self.room_for_formulas -= len(formula.start)
            return formula
        if "class" in attributes and (block := forummagnum.block_markup(node)):
            return block
        tag = RENAMED.get(node.tag or "", node.tag or "")
        if (medium := self._shown(node, tag, attributes)) is not None:
            return medium
        link = self._filled_by_script(node) if attributes else ""
        if tag in _DROPPED or ("class" in attributes and only_numbers_lines(node)):
            return NodeMarkup(link)
        if "style" in attributes and says_otherwise(node, tag):
            tag = "span"
        return self._element(node, tag, attributes, link)

    def _filled_by_script(self, node: LexborNode) -> str:
        found = elements.filled_by_script(node, self.base) if self.embeds < _MOST_EMBEDS else None
        self.embeds += found is not None
        return found.link if found else ""

    def _shown(self, node: LexborNode, tag: str, attributes: _Said) -> NodeMarkup | None:
        """The markup of what shows something: a picture, a player, a box; None for any other element."""
        match tag:
            case "img":
                return NodeMarkup(self._image(node))
            case "iframe" | "embed" | "object":
                return self._embedded(node, tag)
            case "noscript":
                return self._noscript(node)
            case "source" | "audio" | "video" | "track":
                return self._medium(node, tag, attributes)
            case "svg":
                words = drawing_words(node.html or "")
                return NodeMarkup(f" {escaped(words)} " if words else "")
            case "input":
                return NodeMarkup(task_box(node))
            case "picture":
                return NodeMarkup("<picture>", node, f"{images.missing_image(node, self.base)}</picture>")
            case "div" | "span" | "figure" | "section" if (
                node.first_child is None or node.first_child.next is None
            ):
                background = images.background_image(node, self.base)
                block = background and tag in BLOCKS
                return NodeMarkup(f"<div>{background}</div>" if block else background) if background else None
        return None

    def _element(self, node: LexborNode, tag: str, said: _Said, link: str) -> NodeMarkup:
        attributes = list(element_attributes(tag, said, self.anchors, self.base))
        if tag not in ALLOWED:
            unknown = self._unknown(node, tag, attributes)
            return unknown._replace(end=link + unknown.end)
        if tag == "a":
            target = dict(attributes).get("href")
            link += self._unlinked(node, target)
            if "title" not in said and _shows_no_words(node):
                attributes.append(("title", urlsplit(target or "").hostname))
        start, end = start_tag(tag, attributes), "" if tag in VOID else f"</{tag}>"
        end = f"{end}{link}" if tag == "a" else f"{link}{end}"
        if _in_a_list_alone(node, tag):
            start, end = f"<li>{start}", f"{end}</li>"
        if "class" in said or "style" in said:
            end += line_break(node)
        return NodeMarkup(start, None if tag in VOID else node, end)

    def _unlinked(self, node: LexborNode, target: str | None) -> str:
        """What follows a link whose address nothing may open: the address itself, as text."""
        address = (node.attributes.get("href") or "").strip()
        if target is not None or not address:
            return ""
        return escaped(address_as_text(address, node.text()) or "")

    def _unknown(self, node: LexborNode, tag: str, attributes: list[tuple[str, str | None]]) -> NodeMarkup:
        anchor = [(name, value) for name, value in attributes if name == "id" and value]
        if anchor:
            return NodeMarkup(start_tag("span", anchor) + "</span>", node)
        return NodeMarkup("\n", node, "\n") if tag in BLOCKS else NodeMarkup("", node)

    def _image(self, node: LexborNode) -> str:
        following = next_element(node)
        if following is not None and following.tag == "noscript" and self._replaces_a_lazy_image(following):
            return ""
        written = images.image(node, self.base, self.room_for_data)
        self.room_for_data -= len(written) if ' src="data:' in written else 0
        return written

    def _noscript(self, node: LexborNode) -> NodeMarkup:
        escaped = images.escaped_images(node, self.base)
        if node.css_first("img") is None and not escaped:  # words, a link or a player
            return NodeMarkup("", None if "<" in node.text() or node.css_first(_COUNTING_FRAME) else node)
        if not self._replaces_a_lazy_image(node):
            return NodeMarkup("")
        return NodeMarkup(escaped, None if escaped else node)

    def _replaces_a_lazy_image(self, noscript: LexborNode) -> bool:
        """Whether a `noscript` has an image which the element before it does not show."""
        if noscript.css_first("img") is None and not images.escaped_images(noscript, self.base):
            return False
        before = previous_element(noscript)
        return before is None or before.tag != "img" or not images.shows_a_picture(before, self.base)

    def _embedded(self, node: LexborNode, tag: str) -> NodeMarkup:
        """A link to the embedded page; else the page that is written into the frame, or the object's content."""
        found = elements.frame(node, self.base)
        if found is None:
            written = (node.attributes.get("srcdoc") or "")[: self.room_for_frames]
            if written:
                self.room_for_frames -= len(written)
                return NodeMarkup(self._frame(written))
            return NodeMarkup("", node if tag == "object" else None)
        return NodeMarkup("" if elements.repeats_a_link(node, found.url) else found.link)

    def _frame(self, html: str) -> str:
        tree = LexborHTMLParser(bounded(html), is_fragment=True)
        if tree.root is None:
            return ""
        writer = _Writer(tree, self.prefix, self.base, self.url)
        writer.room_for_frames = writer.room_for_data = 0
        return f"<div>{''.join(writer.write(tree.root, TextReader()))}</div>"

    def _medium(self, node: LexborNode, tag: str, said: _Said) -> NodeMarkup:
        attributes = dict(element_attributes(tag, said, self.anchors, self.base))
        for name in ("width", "height"):
            attributes.pop(name, None)
        attributes["src"] = images.picture_source(node, self.base)
        if tag == "source":
            attributes["srcset"] = images.candidate_sources(node, self.base) or None
        if tag in ("source", "track"):
            has_address = attributes.get("src") or attributes.get("srcset")
            return NodeMarkup(start_tag(tag, attributes.items()) if has_address else "")
        if attributes["src"] is None and node.css_first("source") is None:
            return NodeMarkup("", node)
        return NodeMarkup(start_tag(tag, [*attributes.items(), *ALWAYS[tag].items()]), node, f"</{tag}>")


def _known_tags(node: LexborNode, attributes: dict[str, str | None]) -> tuple[str, str] | None:
    """The tags of an element of which its own say all; None of any other."""
    name = node.tag or ""
    tags = tags_written_alike(name, attributes) if attributes or name not in _PLAIN else _PLAIN[name]
    if tags and _in_a_list_alone(node, RENAMED.get(name, name)):
        return (f"<li>{tags[0]}", f"{tags[1]}</li>") if not attributes else None
    return tags


def _shows_no_words(link: LexborNode) -> bool:
    """Whether a link has no text but images without alt text."""
    images = link.css("img")
    return bool(images) and not visible(link.text()) and not any(img.attributes.get("alt") for img in images)


def _in_a_list_alone(node: LexborNode, tag: str) -> bool:
    """Whether an element is a child of a list, but not a list item."""
    parent = node.parent
    return tag != "li" and parent is not None and RENAMED.get(parent.tag or "", parent.tag) in ("ul", "ol")


def _text(text: str) -> str:
    """Escaped text, with <wbr> in long ones: parsers take time quadratic in the character references of a text node."""
    if len(text) <= _LONGEST_PIECE:
        return escaped(text)
    pieces = (text[start : start + _LONGEST_PIECE] for start in range(0, len(text), _LONGEST_PIECE))
    return "<wbr>".join(escaped(piece) for piece in pieces)
