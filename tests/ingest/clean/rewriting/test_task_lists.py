"""Tasks keep their boxes."""

import pytest

from ingest.base.models import Entry, Feed
from ingest.clean.feed import clean


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li><input type=checkbox checked disabled> a<li><input type=checkbox>b</ul>", "☑ a\n☐ b"),
        ('<ul><li><label><input type="checkbox"><span>a</span></label></li></ul>', "☐ a"),
        ("<ul><li><p><input type='CHECKBOX' checked=''> a</p></li></ul>", "☑ a"),
        ("<ul><li><input type=radio> a</li></ul>", "a"),
        ("<form><input type=checkbox> Remember me</form>", "Remember me"),
    ],
)
def test_the_boxes_of_tasks_are_text(html: str, text: str) -> None:
    assert clean(Feed("rss2.0", entries=(Entry("1", html=html),))).entries[0].text == text
