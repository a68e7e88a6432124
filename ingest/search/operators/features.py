"""Operators for what an entry has or is: one of a few choices."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ingest.search.terms import Term, entry_in


@dataclass(frozen=True)
class Feature:
    """What an entry has or is. Where it has a `label`, its results are counted beside the facets."""

    condition: str
    words: str
    label: str | None = None
    came_with: str = "entries"  # a table; in an archive of before it, which is only read, it is not counted


class FeatureTerm(Term):
    """One of the `choices` of an operator."""

    choices: ClassVar[Mapping[str, Feature]]
    synonyms: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def read(cls, text: str, exact: bool) -> str:
        value = cls.synonyms.get(text.lower(), text.lower())
        return value if value in cls.choices else ""

    @classmethod
    def objection(cls, text: str) -> str:
        choices = " or ".join(f"{cls.name}:{choice}" for choice in cls.choices)
        return f"“{cls.name}:{text}” was left out; there is {choices}."

    def condition(self) -> tuple[str, str]:
        return self.choices[self.value].condition, ""

    def in_words(self) -> str:
        return self._with(self.choices[self.value].words)

    @classmethod
    def names(cls, connection: sqlite3.Connection, begin: str) -> Sequence[str]:
        return [choice for choice in cls.choices if choice.startswith(begin.lower())]

    @classmethod
    def features(cls) -> Mapping[str, str]:
        return {value: choice.label for value, choice in cls.choices.items() if choice.label}

    @classmethod
    def came_with(cls, value: str) -> str:
        return cls.choices[value].came_with


def _has_type(type: str) -> str:
    return entry_in("enclosures", f"type >= '{type}/' AND type < '{type}0'")  # '0' comes next after '/'


def _has_element(tag: str) -> str:
    return entry_in("contents", f"instr(html, '<{tag}')")


class HasTerm(FeatureTerm):
    name = "has"
    example = "has:audio"
    meaning = "audio, video, image, math, transcript or chapters"
    synonyms: ClassVar = {
        "maths": "math",
        "images": "image",
        "videos": "video",
        "podcast": "audio",
        "transcripts": "transcript",
        "chapter": "chapters",
    }
    choices: ClassVar = {
        "audio": Feature(_has_type("audio"), "audio", "has audio"),
        "video": Feature(_has_type("video"), "video", "has video"),
        "image": Feature(
            f"(entries.image_url IS NOT NULL OR {_has_element('img')} OR {_has_type('image')})", "images"
        ),
        "math": Feature(_has_element("math"), "maths", "has maths"),
        "transcript": Feature(
            entry_in("media", "kind = 'transcript'"), "a transcript", "has a transcript", "media"
        ),
        "chapters": Feature(
            entry_in("media", "kind IN ('chapter', 'chapters')"), "chapters", "has chapters", "media"
        ),
    }

    @classmethod
    def examples(cls, connection: sqlite3.Connection) -> Sequence[str]:
        return ("has:audio", "has:math")


# In an archive of an older release, which is only read, revisions have no column `kind`: the name is then found in
# `older`, by SQLite's rules for a subquery.
_EDITED = (
    "SELECT edited.entry FROM (SELECT 'edit' AS kind) AS older CROSS JOIN revisions AS edited "
    "WHERE EXISTS (SELECT 1 FROM revisions AS one WHERE one.entry = edited.entry AND kind = 'edit')"
)


class IsTerm(FeatureTerm):
    name = "is"
    example = "is:edited"
    meaning = "edited, removed or undated"
    choices: ClassVar = {
        "edited": Feature(
            f"entries.id IN ({_EDITED})",
            "earlier versions",
            "was edited",
        ),
        "removed": Feature("entries.removed IS NOT NULL", "removed from their feed", "was removed"),
        "undated": Feature("entries.date_from IN ('document', 'seen')", "undated", "is undated", "media"),
    }

    def in_words(self) -> str:
        return super().in_words() if self.value == "edited" else self._not(self.choices[self.value].words)

    @classmethod
    def examples(cls, connection: sqlite3.Connection) -> Sequence[str]:
        return ("is:edited", "is:removed")
