"""Pictures as ordinary `<img>` elements, also those that a script would have loaded later. Pure."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.base.plain_text import visible
from ingest.base.urls import web_url
from ingest.clean.html_writer import Attributes, ElementSaid, classes, escaped, start_tag
from ingest.clean.pictures.written_out import data_picture, is_one_pixel
from ingest.clean.sanitise import ALWAYS

# The picture itself, where `src` only holds its place …
_LAZY = (
    "data-src data-lazy-src data-original data-lazy data-lazyload data-lazy-load data-actualsrc data-echo data-img-src"
    " data-original-src data-ll-src data-cfsrc data-defer-src data-delayed-url data-flickity-lazyload data-layzr"
    " data-nitro-lazy-src data-opt-src data-pagespeed-lazy-src data-pin-media data-raw-src data-runner-src data-unveil"
).split()
# … and other copies of it, or what may be the address of something else: where there is no other.
_ELSE = (
    "data-orig-file data-large-file data-full-url data-hi-res-src data-src-retina data-url data-image data-image-src"
    " data-img data-img-url data-canonical-src data-fallback-src data-file data-full data-highres data-hires"
    " data-large data-large-src data-medium-file data-retina data-retina-src data-src-medium data-src-small data-thumb"
    " data-background-image data-background data-bg data-bg-image"
).split()
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
BACKGROUNDS = (
    "data-src",
    "data-bg",
    "data-background-image",
    "data-background",
    "data-bg-image",
    "data-image-src",
)
# Names of placeholders. A photograph may end in one (sofa-grey.jpg), so that only its place tells.
_PLACEHOLDER = re.compile(
    r"/(?P<before>[\w.-]*[_.-])?"
    r"(?:1x1|blank|clear|dot|empty|grey|gray|lazy-?load(?:ing|er)?|lazy|loading|pixel|place-?holder|px"
    r"|spacer|spinner|trans|transparent|white-?dot|white|trans_?1x1|grey\d*)(?P<behind>[_.-][\w-]*)?"
    r"\.(?:gif|png|jpe?g|svg|webp)(?:[?#].*)?",
    re.IGNORECASE,
)
_IS_ADDRESS = re.compile(r"/|\.(?:png|jpe?g|gif|webp|avif|svg)\b", re.IGNORECASE)
_CANDIDATE = re.compile(r"[\s,]*([^\s,]\S*[^\s,]|[^\s,])(?:\s+([0-9.]+[wx])(?=\s*(?:,|$)))?[^,]*")
_BACKGROUND = re.compile(
    r"background(?:-image)?\s*:[^;]{0,200}?url\(\s*[\"']?([^\"')]{1,4000})", re.IGNORECASE
)
_IS_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif)(?:[?#]|$)", re.IGNORECASE)
_SIZE = re.compile(r"\s*([0-9]{1,5})(?:\.[0-9]+)?\s*(?:px)?\s*")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_LONGEST_VALUE = 2000  # characters
_LONGEST_NOSCRIPT = 10_000


def image(node: ElementSaid, base: str | None, room: int) -> str:
    """An `<img>` for one of untrusted HTML; its words where it shows nothing.

    `room` is how many characters a `data:` URL may have.
    """
    attributes, alt = node.attributes, node.attributes.get("alt") or ""
    if alt and not {"emoji", "wp-smiley"}.isdisjoint(classes(node)):
        return escaped(alt)
    if _is_tiny(attributes):
        return ""
    source, candidates = picture_source(node, base), candidate_sources(node, base)
    if not source and not candidates:
        source = data_picture(attributes.get("src"), room) or data_picture(attributes.get("data-src"), room)
        if source and is_one_pixel(source) and not visible(alt):
            source = None
    if not source and not candidates:
        return escaped(visible(alt))
    return _written(
        [
            ("src", source or candidates.split(" ")[0]),
            ("srcset", candidates or None),
            ("sizes", (attributes.get("sizes") or "")[:_LONGEST_VALUE] if candidates else None),
            ("alt", alt[:_LONGEST_VALUE]),
            ("title", (attributes.get("title") or "")[:_LONGEST_VALUE] or None),
            ("width", image_size(attributes.get("width"))),
            ("height", image_size(attributes.get("height"))),
        ]
    )


def shows_a_picture(node: LexborNode, base: str | None) -> bool:
    """Whether an `<img>` has a picture of its own, which is no placeholder."""
    if _is_tiny(node.attributes):
        return False
    source = picture_source(node, base)
    if source is None or (_is_placeholder(source) and source == web_url(node.attributes.get("src"), base)):
        return bool(candidate_sources(node, base)) or _has_data(node)
    return True


def picture_source(node: ElementSaid, base: str | None) -> str | None:
    """The address of the picture, film or sound of an element: where it is loaded lazily, that of the lazy one."""
    attributes = node.attributes
    src = web_url(attributes.get("src"), base)
    lazy = list(_addresses(attributes, _LAZY, base))
    if url := next((url for url in lazy if not _is_called_placeholder(url)), None):
        return url
    if src is not None and not _is_placeholder(src):
        return src
    if _has_data(node):
        return src
    others = _addresses(attributes, _ELSE, base) if node.tag in ("img", "image", "amp-img") else ()
    known = [*lazy, *others, *([src] if src else [])]
    return next((url for url in known if not _is_called_placeholder(url)), known[0] if known else None)


def candidate_sources(node: ElementSaid, base: str | None) -> str:
    """The `srcset` of an element with absolute URLs, "" where it has none."""
    for name in _LAZY_SETS:
        written = []
        for found in _CANDIDATE.finditer((node.attributes.get(name) or "")[:20_000]):
            if url := web_url(found[1], base):
                written.append(f"{url.replace(',', '%2C')} {found[2] or ''}".strip())
        if written:
            return ", ".join(written[:20])
    return ""


def background_image(node: LexborNode, base: str | None) -> str:
    """An `<img>` for an element without content whose background is the picture; "" for any other."""
    attributes = node.attributes
    style = attributes.get("style") or ""
    named = next((value for name in BACKGROUNDS if (value := attributes.get(name))), None)
    drawn = _BACKGROUND.search(style[:8000]) if "url(" in style else None
    if (not named and not drawn) or not _is_empty(node) or _is_tiny(attributes):
        return ""
    role = attributes.get("role") == "img"
    url = web_url(named, base) if named and (role or _IS_PICTURE.search(named)) else None
    url = url or (web_url(drawn[1], base) if drawn else None)
    if url is None or _is_called_placeholder(url):
        return ""
    alt = attributes.get("aria-label") or attributes.get("title") or attributes.get("data-alt") or ""
    return _written([("src", url), ("alt", visible(alt)[:_LONGEST_VALUE])])


def missing_image(picture: LexborNode, base: str | None) -> str:
    """The `<img>` that a `<picture>` lacks, of its first source; "" where it has one, or nothing to show."""
    first, child = "", picture.first_child
    while child is not None:
        if child.tag == "source":
            first = first or candidate_sources(child, base).split(" ")[0] or picture_source(child, base) or ""
        elif child.is_element_node:
            return ""
        child = child.next
    return _written([("src", first), ("alt", "")]) if first else ""


def escaped_images(noscript: LexborNode, base: str | None) -> str:
    """The pictures of a `noscript` whose markup was escaped as if it were text."""
    child = noscript.first_child
    if child is None or child.next is not None or not child.is_text_node:
        return ""
    text = (child.text_content or "")[:_LONGEST_NOSCRIPT]
    if "<img" not in text.lower():
        return ""
    return "".join(image(img, base, 0) for img in LexborHTMLParser(text, is_fragment=True).css("img"))


def image_size(value: str | None) -> str | None:
    """The whole pixels of a width or height; None where it is none."""
    found = _SIZE.fullmatch(value or "")
    return found[1] if found else None


def _written(attributes: list[tuple[str, str | None]]) -> str:
    written: Attributes = [*attributes, *ALWAYS["img"].items()]
    return start_tag("img", written)


def _addresses(attributes: dict[str, str | None], names: list[str], base: str | None) -> Iterator[str]:
    for name in names:
        value = attributes.get(name) or ""
        if value and _IS_ADDRESS.search(value) and (url := web_url(value, base)):
            yield url


def _is_placeholder(url: str) -> bool:
    """Whether the name of a picture that a script replaces may be a placeholder's."""
    return _placeholder(url) is not None


def _is_called_placeholder(url: str) -> bool:
    """Whether the whole name of a picture is a placeholder's."""
    found = _placeholder(url)
    return found is not None and not found["before"] and not found["behind"]


def _placeholder(url: str) -> re.Match[str] | None:
    name = url[url.partition("?")[0].partition("#")[0].rfind("/") :]
    return _PLACEHOLDER.match(name) if len(name) < 300 else None


def _has_data(node: ElementSaid) -> bool:
    """Whether the element shows a picture that is written out, and no mere placeholder."""
    found = data_picture(node.attributes.get("src"), 10**6)
    return found is not None and not is_one_pixel(found)


def _is_empty(node: LexborNode) -> bool:
    child = node.first_child
    while child is not None:
        if not child.is_text_node or (child.text_content or "").strip():
            return False
        child = child.next
    return True


def _is_tiny(attributes: dict[str, str | None]) -> bool:
    """Whether an image is a tracking pixel, or hidden."""
    sizes = [image_size(attributes.get(name)) for name in ("width", "height")]
    given = {size for size in sizes if size}
    return bool((given and given <= {"0", "1"}) or _HIDDEN.search(attributes.get("style") or ""))
