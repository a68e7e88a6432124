from tests.ingest.parse.xml.media.items import item_entry, left_over, media_rows


def test_pictures_have_their_alt_text_and_credit_and_the_body_is_the_entrys_own() -> None:
    elements = (
        "<description>The post itself.</description>"
        '<media:content url="https://e.example/1.png" type="image/png" medium="image" width="640" height="480">'
        '<media:description type="plain">A gull &lt;b&gt; tag</media:description><media:credit>Ann</media:credit>'
        "</media:content>"
        '<media:content url="https://e.example/2.png" medium="image"><media:title>Two</media:title></media:content>'
    )
    assert media_rows(elements) == [
        {
            "kind": "image",
            "url": "https://e.example/1.png",
            "type": "image/png",
            "width": 640,
            "height": 480,
            "description": "A gull &lt;b&gt; tag",
            "credit": "Ann",
        },
        {"kind": "image", "url": "https://e.example/2.png", "title": "Two"},
    ]
    assert item_entry(elements).html == "The post itself."
    assert left_over(elements) == "[]"


def test_what_a_group_says_applies_to_contents_that_say_nothing() -> None:
    rows = media_rows(
        "<description>Text.</description><media:group><media:title>Of all</media:title><media:credit>Ann</media:credit>"
        '<media:content url="https://e.example/1.mp4" type="video/mp4"/>'
        '<media:content url="https://e.example/2.jpg" type="image/jpeg"><media:title>Own</media:title></media:content>'
        "</media:group>"
    )
    assert [(row["title"], row["credit"]) for row in rows] == [("Of all", "Ann"), ("Own", "Ann")]


def test_a_groups_description_that_is_the_entrys_text_is_not_said_of_the_film_again() -> None:
    elements = (
        '<media:group><media:content url="https://e.example/v" type="video/mp4"/>'
        "<media:description>First line.</media:description></media:group>"
    )
    assert media_rows(elements) == [{"kind": "video", "url": "https://e.example/v", "type": "video/mp4"}]
    assert item_entry(elements).html == "<p>First line.</p>" or "First line." in item_entry(elements).html


def test_of_a_group_one_is_the_film_and_the_others_are_other_forms_of_it() -> None:
    rows = media_rows(
        '<media:group><media:content url="https://e.example/low.mp4" type="video/mp4"/>'
        '<media:content url="https://e.example/high.mp4" type="video/mp4" isDefault="true"/>'
        '<media:content url="https://e.example/1.jpg" type="image/jpeg"/></media:group>'
    )
    assert [row["kind"] for row in rows] == ["alternate", "video", "image"]


def test_a_player_is_a_page_and_the_film_itself_where_there_is_no_other() -> None:
    rows = media_rows(
        '<media:content medium="video" duration="9"><media:player url="https://e.example/p"/></media:content>'
    )
    assert rows == [{"kind": "video", "url": "https://e.example/p", "type": "text/html"}]
    both = '<media:content url="https://e.example/v.mp4" type="video/mp4"><media:player url="https://e.example/p"/></media:content>'
    assert [row["kind"] for row in media_rows(both)] == ["video", "alternate"]


def test_thumbnails_are_found_in_any_depth() -> None:
    thumbnail = '<media:thumbnail url="https://e.example/t.jpg" width="75" height="50" time="12:05:01.123"/>'
    content = f'<media:content url="https://e.example/v.mp4" type="video/mp4">{thumbnail}</media:content>'
    elements = f"<media:group>{content}</media:group>"
    assert media_rows(elements)[1] == {
        "kind": "image",
        "url": "https://e.example/t.jpg",
        "width": 75,
        "height": 50,
    }
    assert "12:05:01.123" in left_over(elements)


def test_plain_texts_and_subtitles_are_transcripts() -> None:
    elements = (
        '<media:text type="plain" lang="en" start="00:00:03.000" end="00:00:10.000">Oh, say</media:text>'
        '<media:subTitle type="text/vtt" lang="en-us" href="https://e.example/s.vtt"/>'
        '<media:text type="html">&lt;p&gt;more&lt;/p&gt;</media:text>'
    )
    assert media_rows(elements) == [
        {"kind": "transcript", "description": "Oh, say", "language": "en", "start": 3},
        {"kind": "transcript", "url": "https://e.example/s.vtt", "type": "text/vtt", "language": "en-us"},
    ]
    assert "<p>more</p>" in left_over(elements)


def test_scenes_are_chapters() -> None:
    elements = (
        "<media:scenes><media:scene><sceneTitle>One</sceneTitle><sceneDescription>Of it</sceneDescription>"
        "<sceneStartTime>00:15</sceneStartTime><sceneEndTime>00:45</sceneEndTime></media:scene></media:scenes>"
    )
    assert media_rows(elements) == [{"kind": "chapter", "title": "One", "description": "Of it", "start": 15}]
    assert "00:45" in left_over(elements)


def test_what_has_no_place_is_kept_with_what_it_belongs_to() -> None:
    elements = (
        '<media:content url="https://e.example/v.mp4" type="video/mp4" bitrate="128" expression="full">'
        '<media:hash algo="md5">dfdec888</media:hash><media:rating scheme="urn:simple">adult</media:rating>'
        "</media:content>"
    )
    for said in ("128", "full", "dfdec888", "adult", "https://e.example/v.mp4"):
        assert said in left_over(elements)
