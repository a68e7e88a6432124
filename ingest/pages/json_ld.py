"""An entry as schema.org describes articles, for the head of its page. Pure."""

import json
from collections.abc import Sequence
from typing import Any

from ingest.base.urls import is_clickable
from ingest.pages.entry import EntryRow

# So that no text can close the <script> element.
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def json_ld(entry: EntryRow, authors: Sequence[str], page_url: str) -> str:
    """schema.org/Article as JSON-LD, escaped for a `<script>`: safe to be put there as it is."""
    article: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": entry.display_title[:110],
        "description": entry.excerpt,
        "author": [{"@type": "Person", "name": name} for name in authors],
        "datePublished": entry.dated,
        "dateModified": entry.updated,
        "inLanguage": entry.language,
        "wordCount": entry.words,
        "image": entry.image_url,
        "url": page_url,
        "isBasedOn": entry.url if is_clickable(entry.url) else None,
        "isPartOf": {"@type": "Blog", "name": entry.feed},
    }
    text = json.dumps({name: value for name, value in article.items() if value}, ensure_ascii=False)
    return text.translate(_ESCAPES)
