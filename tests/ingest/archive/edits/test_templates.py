import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.archive.changes import version
from ingest.archive.edits.templates import TemplateChange, template_change
from tests.ingest.values import clean_entry

BODIES = ("<p>One.</p>", "<p>Two, longer.</p>", "<p>One more.</p>")


def pair(body, before, after, **later):
    return version(clean_entry(html=before.format(body), text=before.format(body))), version(
        clean_entry(html=after.format(body), text=after.format(body), **later)
    )


def change(before, after, bodies=BODIES):
    pairs = [pair(body, before, after) for body in bodies]
    return pairs, template_change(pairs)


def former(change, after):
    return change.former(after.html, after.url, after.title)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", "{}<p>Subscribe to our letter.</p>"),
        ("{}", '<div class="body">{}</div>'),
        ('<div class="a">{}</div>', '<section class="b">{}</section>'),
        ("{}<p>Read us.</p>", "<p>News.</p>{}<p>Read us. Follow us.</p>"),
    ],
)
def test_what_is_added_to_all_entries_is_found_and_each_former_html_is_rebuilt(before, after):
    pairs, found = change(before, after)
    assert found
    assert [former(found, now) for _, now in pairs] == [was.html for was, _ in pairs]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}<p>Read us.</p>", "{}"),
        ('{}<a href="https://a.org/">x</a>', '{}<a href="https://b.org/">x</a>'),
        ("{}", "{}"),
    ],
)
def test_what_is_lost_or_leads_elsewhere_is_none(before, after):
    assert change(before, after)[1] is None


def test_what_is_added_once_is_noted_without_what_all_have():
    _, found = change("<p>{}</p>", "<p>{}</p><p>Read us.</p>")
    assert found == TemplateChange("", "", "", "<p>Read us.</p>")


def test_a_footer_with_the_title_and_address_of_each_entry_is_found():
    footer = '<p>The post <a href="{}">{}</a> appeared first here.</p>'
    pairs = []
    for number in range(3):
        said = {"url": f"https://example.org/?a=1&p={number}", "title": f"Cats & dogs {number}"}
        before = clean_entry(html=f"<p>Body {number}.</p>", **said)
        end = footer.format(said["url"].replace("&", "&amp;"), said["title"].replace("&", "&amp;"))
        after = clean_entry(html=before.html + end, text="With it.", **said)
        pairs.append((version(before), version(after)))
    found = template_change(pairs)
    assert found and found.tail_after == footer.format("{url}", "{title}")
    assert [former(found, now) for _, now in pairs] == [was.html for was, _ in pairs]


def test_a_body_that_is_the_beginning_of_another_misleads_nobody():
    bodies = ("<p>x</p>", "<p>x</p><p>y</p>", "<p>x</p><p>z</p>")
    assert change("{}", "{}<p>Read us.</p>", bodies)[1]


def test_two_entries_are_too_few():
    assert change("{}", "{}<p>New.</p>", BODIES[:2])[1] is None


def test_none_is_found_where_an_entry_was_edited_too():
    pairs = [*change("{}", "{}<p>New.</p>")[0], pair("<p>Four.</p>", "{}<p>Old.</p>", "{}<p>New.</p>")]
    assert template_change(pairs) is None


def test_none_is_found_where_a_title_was_edited_too():
    pairs = [pair(body, "{}", "{}<p>New.</p>", title="Another") for body in BODIES]
    assert template_change(pairs) is None


def test_html_without_the_template_has_no_former():
    _, found = change("{}", "<i>{}</i>")
    assert found and found.former("<b>", None, None) is None


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_of_any_texts_each_former_is_rebuilt_or_none_is_found(texts):
    pairs = [
        (version(clean_entry(html=before, text="a")), version(clean_entry(html=after, text="a")))
        for before, after in texts
    ]
    if found := template_change(pairs):
        assert [former(found, now) for _, now in pairs] == [was.html for was, _ in pairs]
