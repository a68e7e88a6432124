"""A template that changed in all entries of a document at once: a footer, a banner, markup around each body. Pure.

It is no edit where all words of each entry remain. What was added and removed is the same for all, so that it need be
kept once for each former HTML to be rebuilt.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os.path import commonprefix

from ingest.archive.changes import EntryVersion
from ingest.archive.edits.noise import is_noise
from ingest.archive.edits.seen_in_html import seen_in_html, words_of_html

FEWEST_ENTRIES = 3  # that change alike: two may by chance


@dataclass(frozen=True)
class TemplateChange:
    """The HTML before and after each body, as it was and as it is."""

    head_before: str
    head_after: str
    tail_before: str
    tail_after: str

    def former(self, html: str) -> str | None:
        """What HTML was before the change; None where it has not this template."""
        end = len(html) - len(self.tail_after)
        if len(self.head_after) > end or not (
            html.startswith(self.head_after) and html.endswith(self.tail_after)
        ):
            return None
        return f"{self.head_before}{html[len(self.head_after) : end]}{self.tail_before}"


def template_change(pairs: Sequence[tuple[EntryVersion, EntryVersion]]) -> TemplateChange | None:
    """The change that is common to all of a document's entries, each before and after it; None where there is none.

    `pairs` are those of all entries that were known, and are in the document.
    """
    if len(pairs) < FEWEST_ENTRIES or not all(_differs_in_text_alone(*pair) for pair in pairs):
        return None
    befores, afters = [before.html for before, _ in pairs], [after.html for _, after in pairs]
    (head_before, tail_before), (head_after, tail_after) = _ends(befores), _ends(afters)
    change = TemplateChange(head_before, head_after, tail_before, tail_after)
    if any(change.former(after) != before for before, after in zip(befores, afters, strict=True)):
        return None
    was, now = f"{head_before}\n{tail_before}", f"{head_after}\n{tail_after}"
    return None if _read(was) - _read(now) else change


def _differs_in_text_alone(before: EntryVersion, after: EntryVersion) -> bool:
    with_text = replace(before, html=after.html, text=after.text)
    return before.html != after.html and (
        with_text.says_the_same_as(after) or is_noise(with_text, after) is not None
    )


def _ends(texts: Sequence[str]) -> tuple[str, str]:
    """The longest beginning and end that all texts have, which do not overlap in any."""
    head = commonprefix(list(texts))  # noqa: RUF071 - of texts
    tail = commonprefix([text[len(head) :][::-1] for text in texts])[::-1]  # noqa: RUF071
    return head, tail


def _read(html: str) -> Counter[str]:
    """What is read of HTML: its words, links and pictures."""
    return Counter(words_of_html(html).split()) + Counter(seen_in_html(html))
