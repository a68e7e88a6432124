"""Documents of ../shared in order of time, and what a person finds in them who reads one beside the next.

How it was counted: each document was laid beside all that came before it. An entry is one post, whatever its guid or
address is by then. An edit is a change in what a reader reads (words of title or text, author, where a link leads,
pictures and files); dates, tags, marks that nobody sees and the scheme of an address are none. An entry is removed
where a document in order of time reaches further back than the entry's date and lacks it, as does the next; what fell
off the old end, what is undated and what came back is not. `why` says for each what decided it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.ingest.identity.removed_from_news import REMOVED_FROM_NEWS
from tests.ingest.identity.replay import Found

SHARED = Path(__file__).parents[4] / "shared"
CASES, COLLECTED = SHARED / "cases", SHARED / "feeds" / "collected"

Area = Literal[
    "identity", "edits", "removals"
]  # of the change, that is to mend what is found otherwise today
Aspect = Literal["entries", "edited", "removed"]


@dataclass(frozen=True)
class History:
    """`otherwise`: what of it is not found as a person does, and the area that mends it."""

    name: str
    documents: tuple[str, ...]  # paths below the folder; of a history they end in "@" and their day
    person: Found
    why: str
    otherwise: tuple[tuple[Aspect, Area], ...] = ()
    folder: Path = CASES

    def timed(self) -> list[tuple[str, bytes]]:
        """The documents with their times: their days, or else a day after the one before."""
        bodies = [Path(self.folder, name).read_bytes() for name in self.documents]
        days = [Path(name).stem.rpartition("@") for name in self.documents]
        return [
            (f"{day if at else f'2025-02-{number:02}'}T12:00:00Z", body)
            for number, ((_, at, day), body) in enumerate(zip(days, bodies, strict=True), 1)
        ]


def polls(case: str, count: int) -> tuple[str, ...]:
    return tuple(f"{case}/poll{number}.xml" for number in range(1, count + 1))


def days(feed: str, *of: str, suffix: str = "xml") -> tuple[str, ...]:
    return tuple(f"{feed}@{day}.{suffix}" for day in of)


HISTORIES = [
    History(
        "16-guid-http-https",
        polls("16-guid-http-https", 3),
        Found(2),
        "The scheme of guid and address alone moves, to https and back.",
    ),
    History(
        "17-random-guid",
        polls("17-random-guid", 3),
        Found(2),
        "All but the guid is the same in each document; a document holds no two with one address.",
    ),
    History(
        "18-tracking-links-noguid",
        polls("18-tracking-links-noguid", 3),
        Found(2),
        "A campaign and a session are no part of an address; titles and dates agree.",
    ),
    History(
        "19-dates-change",
        polls("19-dates-change", 5),
        Found(2),
        "The date moves with each document, no word does.",
    ),
    History(
        "20-guid-not-unique",
        polls("20-guid-not-unique", 4),
        Found(5),
        "A to E have titles, addresses and texts of their own. Their dates are equal, so none lies between two.",
    ),
    History(
        "23-noguid-title-edit-slug",
        polls("23-noguid-title-edit-slug", 2),
        Found(2),
        "A person sees one post whose title was mended; but title and address both differ, and a wrong merge is "
        "worse than a visible duplicate (link blogs have a date and three words in common as well).",
    ),
    History(
        "24-counter-in-body",
        polls("24-counter-in-body", 5),
        Found(1),
        "Points and comments are counted, in a line of four words, and a pixel's token moves with them.",
    ),
    History(
        "55-ranked-feed-removed",
        polls("55-ranked-feed-removed", 3),
        Found(7),
        "The 5th stands above the 9th and the 8th: ranked, not in order of time, so that nothing tells of removals.",
    ),
    History(
        "57-guid-and-link-all-same",
        ("57-guid-and-link-all-same/feed.xml",),
        Found(6),
        "guid and address are N/A in each; six titles and dates.",
    ),
    History(
        "a feed of another reader's tests",
        ("feed.xml", "feed_updated.xml"),
        Found(6),
        "One came on top, one fell off the old end, the four others are the same.",
        folder=COLLECTED / "stringer-rss__stringer" / "spec" / "sample_data" / "feeds" / "feed01_valid_feed",
    ),
    History(
        "a blog that changed to https",
        days("feed", "2017-01-19", "2022-02-11", "2022-10-09", "2024-10-21"),
        Found(
            12,
            edited=(
                # "optimzae" became "optimzing", "deplying" became "deploying"
                "2016/08/30/optimize-images-from-your-terminal",
                "2016/08/26/fix-sinatra-tilt-unicode",
                # all lost their titles, which a template left empty
                "2019/05/24/uuid-primary-key-for-active-record-models",
                "2016/08/30/optimize-images-from-your-terminal",
                "2016/08/26/fix-sinatra-tilt-unicode",
                "2016/06/25/elquoent-ruby",
                # 17 places of its text
                "2022/10/08/using-helmfile-for-offline-deployments",
            ),
        ),
        "Two entries of 2017 came with http, and are there with https from 2022. Tags, classes, the scheme of a "
        "picture and a <br> are no edits. What is missing in 2024 is older than all that is there.",
        folder=COLLECTED / "abarrak__abarrak.github.io" / "history",
    ),
    History(
        "a blog that moved",
        days("index", "2011-07-05", "2013-10-19", suffix="rdf"),
        Found(18),
        "Eight undated of 2011, ten others of 2013 at another address: no title comes twice, and an undated one "
        "is not known to be missing.",
        folder=COLLECTED / "mix3__mix3.github.io" / "history",
    ),
    History(
        "releases of a program",
        days("Appcasts_netnewswire-beta", "2018-09-02", "2019-09-14", "2025-05-07", "2026-03-19"),
        Found(45),
        "1, 29 more, 9 and 6; none has a guid or an address. Each document begins later than the one before ended.",
        folder=COLLECTED / "Ranchero-Software__NetNewsWire" / "history",
    ),
    History(
        "a blog of notes",
        days("atom", "2023-02-23", "2023-04-21"),
        Found(24),
        "4 and 20. Two notes are called the same; the later has another address and date, and thrice the text: a "
        "person takes it for the former, rewritten, but nothing that a rule may trust says so. The others of the "
        "first document are older than all of the second.",
        folder=COLLECTED / "foryouos__foryouos.github.io" / "history",
    ),
    History(
        "a letter, oldest first and then newest first",
        days("feeds_feed_the_batch", "2026-01-09", "2026-03-02", "2026-04-14"),
        Found(365),
        "352, 7 more, 6 more; nothing else differs but the order.",
        folder=COLLECTED / "Olshansk__rss-feeds" / "history",
    ),
    History(
        "news, read off a page by a program",
        days(
            "feeds_feed_anthropic_news",
            *("2025-06-21", "2025-08-01", "2025-09-07", "2025-10-14", "2025-12-02"),
            *("2026-01-10", "2026-04-13", "2026-05-25", "2026-07-13"),
        ),
        Found(
            291,
            edited=(
                # 2025-08-01: capitals in titles
                "anthropic-raises-series-b-to-build-safe-reliable-ai",
                "head-of-EMEA-new-roles",
                "national-security-expert-richard-fontaine-appointed-to-anthropic-s-long-term-benefit-trust",
                # 2025-10-14: the same
                "anthropic-s-recommendations-ostp-u-s-ai-action-plan",
                "anthropic-s-response-to-governor-newsom-s-ai-working-group-draft-report",
                "anthropic-education-report-how-university-students-use-claude",
                "our-approach-to-understanding-and-addressing-ai-harms",
                "detecting-and-countering-malicious-uses-of-claude-march-2025",
                "securing-america-s-compute-advantage-anthropic-s-position-on-the-diffusion-rule",
                "activating-asl3-protections",
                "claude-gov-models-for-u-s-national-security-customers",
                "claude-in-amazon-bedrock-fedramp-high",
                # 2026-04-13: "well-being" became "wellbeing"
                "protecting-well-being-of-users",
                # 2026-07-13: "Introducing" was put before a title, and capitals
                "anthropics-responsible-scaling-policy",
                "frontier-threats-red-teaming-for-ai-safety",
                "charting-a-path-to-ai-accountability",
                "core-views-on-ai-safety",
            ),
            removed=REMOVED_FROM_NEWS,
        ),
        "Of 292 guids two are one post: title, date and text are the same, research/ became news/, and no document "
        "has both. By the rule 31 are removed in September 2025, of which 29 return in October, and that one in July. "
        "49 more were last there in October, are not in that of 2025-12-02, which has one entry, nor in any later "
        "one, and lie between others of each of these: whether that of one entry counts as a look or not, they are "
        "removed, in January or in April. Dates of three were the program's own, and were corrected; tags of three "
        "changed, and the address of one with its guid, under which it is known as well: no edits.",
        folder=COLLECTED / "Olshansk__rss-feeds" / "history",
    ),
]
