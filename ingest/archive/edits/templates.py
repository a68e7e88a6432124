"""A template that changed in all entries of a document at once: a footer, a banner, markup around each body. Pure.

It is no edit where all words of each entry remain. What was added and removed is the same for all, but for the entry's
own address and title in it, so that it need be kept once for each former HTML to be rebuilt.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from os.path import commonprefix

from ingest.archive.changes import EntryVersion
from ingest.archive.edits.noise import is_noise
from ingest.archive.edits.seen_in_html import seen_in_html, words_of_html

FEWEST_ENTRIES = 3  # that change alike: two may by chance
_SHORTEST_TITLE = 4  # characters; a shorter one would be found anywhere


@dataclass(frozen=True)
class TemplateChange:
    """What stood before and after each body, and what stands there now; "{url}" and "{title}" are the entry's own."""

    head_before: str
    head_after: str
    tail_before: str
    tail_after: str

    def former(self, html: str, url: str | None, title: str | None) -> str | None:
        """What the HTML of a version was before the change; None where it has not this template."""
        head, tail = _filled(self.head_after, url, title), _filled(self.tail_after, url, title)
        end = len(html) - len(tail)
        if len(head) > end or not (html.startswith(head) and html.endswith(tail)):
            return None
        before, after = _filled(self.head_before, url, title), _filled(self.tail_before, url, title)
        return f"{before}{html[len(head) : end]}{after}"


def template_change(pairs: Sequence[tuple[EntryVersion, EntryVersion]]) -> TemplateChange | None:
    """The change that is common to all of a document's entries, each before and after it; None where there is none.

    `pairs` are those of all entries that were known, and are in the document.
    """
    if len(pairs) < FEWEST_ENTRIES or not all(_differs_in_text_alone(*pair) for pair in pairs):
        return None
    return _change(pairs, lambda version: version.html) or _change(pairs, _with_names)


def _change(
    pairs: Sequence[tuple[EntryVersion, EntryVersion]], html_of: Callable[[EntryVersion], str]
) -> TemplateChange | None:
    htmls = [(html_of(before), html_of(after)) for before, after in pairs]
    for change in (_added(*max(htmls, key=_length)), _replaced(htmls)):
        if change and all(
            change.former(after.html, after.url, after.title) == before.html for before, after in pairs
        ):
            return change
    return None


def _added(before: str, after: str) -> TemplateChange | None:
    """What was added around the HTML of an entry."""
    start = after.find(before)
    return TemplateChange("", after[:start], "", after[start + len(before) :]) if start >= 0 else None


def _replaced(htmls: Sequence[tuple[str, str]]) -> TemplateChange | None:
    """What all begin and end with, where no word of that is lost."""
    (head_before, tail_before), (head_after, tail_after) = map(_ends, zip(*htmls, strict=True))
    if _read(f"{head_before}\n{tail_before}") - _read(f"{head_after}\n{tail_after}"):
        return None
    same = len(_beginning([head_before[::-1], head_after[::-1]]))
    head_before, head_after = head_before[: len(head_before) - same], head_after[: len(head_after) - same]
    same = len(_beginning([tail_before, tail_after]))
    return TemplateChange(head_before, head_after, tail_before[same:], tail_after[same:])


def _differs_in_text_alone(before: EntryVersion, after: EntryVersion) -> bool:
    with_text = replace(before, html=after.html, text=after.text)
    return before.html != after.html and (
        with_text.says_the_same_as(after) or is_noise(with_text, after) is not None
    )


def _ends(texts: Sequence[str]) -> tuple[str, str]:
    """The longest beginning and end that all texts have, which do not overlap in any."""
    head = _beginning(texts)
    return head, _beginning([text[len(head) :][::-1] for text in texts])[::-1]


def _beginning(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    return commonprefix(list(texts))  # noqa: RUF071 - they are no paths


def _with_names(version: EntryVersion) -> str:
    """The HTML with the names of its address and title in their place."""
    html = version.html
    if version.url:
        html = html.replace(escape(version.url, quote=False), "{url}")
    if version.title and len(version.title) >= _SHORTEST_TITLE:
        html = html.replace(escape(version.title, quote=False), "{title}")
    return html


def _filled(template: str, url: str | None, title: str | None) -> str:
    with_url = template.replace("{url}", escape(url or "", quote=False))
    return with_url.replace("{title}", escape(title or "", quote=False))


def _length(htmls: tuple[str, str]) -> int:
    return len(htmls[0])


def _read(html: str) -> Counter[str]:
    """What is read of HTML: its words, links and pictures."""
    return Counter(words_of_html(html).split()) + Counter(seen_in_html(html))
