"""Which elements mean what, by standard prefixed names (see `prefixes`). Of several, the first that says something.

RSS and Atom elements may stand in either; "atom:" is that of Atom 0.3 as well.
"""

# As `clean` keeps them; what is beyond goes to `extra`.
MOST_OF_EACH = 100  # authors, tags, enclosures of an entry
NAME_BOUND = 200  # characters, of an author or a tag, as below
TITLE_BOUND = 1000
DESCRIPTION_BOUND = 2000

ITEMS = ("item", "atom:entry")
TITLE_ELEMENTS = ("title", "atom:title", "dc:title", "media:title", "itunes:title", "dcterms:title")
GUIDS = ("guid", "atom:id", "id")

# Elements that are for the body, then those that are for a summary: which is the body, their words decide.
BODIES = (
    "content:encoded", "atom:content", "xhtml:body", "body", "content", "fullitem", "yandex:full-text",
    "turbo:content", "full-text", "fulltext", "fullText", "encoded", "wp:content", "snf:content",
)  # fmt: skip
SUMMARIES = (
    "description", "atom:summary", "summary", "dc:description", "itunes:summary", "googleplay:description",
    "dcterms:abstract", "abstract", "dcterms:description", "excerpt:encoded", "atom:subtitle",
)  # fmt: skip
MEDIA_TEXTS = ("media:description",)  # of the entry or of its group, not of a file
LAST_RESORT = ("itunes:subtitle",)

PUBLISHED = (
    "pubDate", "atom:published", "published", "atom:issued", "issued", "dcterms:issued", "atom:created", "created",
    "dcterms:created",
)  # fmt: skip
UPDATED = (
    "atom:updated", "updated", "atom:modified", "modified", "dcterms:modified", "dc:date", "dcterms:date",
    "lastBuildDate", "prism:publicationDate",
)  # fmt: skip

AUTHORS = (
    "author", "atom:author", "dc:creator", "dc:author", "itunes:author", "managingEditor", "dcterms:creator",
    "googleplay:author",
)  # fmt: skip
TAGS = (
    "category", "atom:category", "dc:subject", "keywords", "itunes:keywords", "itunes:category", "media:category",
    "media:keywords", "dcterms:subject",
)  # fmt: skip
COMMA_SEPARATED = frozenset({"itunes:keywords", "media:keywords"})

REAL_LINKS = ("feedburner:origLink", "feedburner:origlink", "pheedo:origLink")  # where `link` counts clicks
COMMENT_COUNTS = ("slash:comments", "thr:total")
LICENSES = ("creativeCommons:license", "cc:license", "dcterms:license", "podcast:license", "media:license")

MEDIA_GROUPS = ("media:group", "media:content")

FEED_DESCRIPTIONS = ("description", "atom:subtitle", "atom:tagline", "dc:description", "itunes:summary")
