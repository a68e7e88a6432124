"""The fullest of an entry's own texts is its body, whatever its element, and what the others say stands beside it."""

from pathlib import Path

from ingest.parse.document import parse

NOTES = '<p>Notes of the show, with <a href="https://texts.example/l">a link</a>.</p><p>00:00 Start</p>'

BODIES_AND_SUMMARIES = {
    "notes, then teaser": (NOTES, "In this one, we talk."),
    "teaser, then notes": (NOTES, "In this one, we talk."),
    "a long abstract and a short text": (
        "<p>An abstract that goes on and on, and says much that the text itself does not say at all.</p>",
        "<p>The short text.</p>",
    ),
    "an editor's teaser, longer than the post": (
        "<p>The post itself.</p>",
        "<p>A teaser of very many words,<br>\nthat an editor wrote to be read before the post, and is longer.</p>",
    ),
    "a card": ("<p>The article itself, which is about the sea and the moon.</p>", "Read more on the tides."),
    "full text": ("<p>The beginning of the <b>article</b>, and all the rest of it.</p>", ""),
    "a post with pictures": ("<p>The post</p>", ""),
    "a film alone": ("<p>Line one &lt;3<br>\nLine two</p>", ""),
    "a subtitle alone": ("All that there is", ""),
}


def test_words_tell_which_text_is_the_body() -> None:
    feed = parse(Path(__file__).with_name("texts.xml").read_bytes())
    assert {entry.guid: (entry.html, entry.summary) for entry in feed.entries} == BODIES_AND_SUMMARIES
