import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.encoding import decode

RUSSIAN = "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 3
JAPANESE = "いろはにほへと散りぬるを我が世誰ぞ常ならむ①" * 3
CHINESE = "天地玄黄，宇宙洪荒。日月盈昃，辰宿列张。" * 3
KOREAN = "키스의 고유조건은 입술끼리 만나야 하고 특별한 기술은 필요치 않다. 똠방각하" * 2


def declared(text: str, encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?><rss>{text}</rss>'


@pytest.mark.parametrize(
    ("text", "label", "codec"),
    [
        (RUSSIAN, "windows-1251", "cp1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (JAPANESE, "Shift_JIS", "cp932"),
        ("日本語の文書" * 9, "ISO-2022-JP", "iso-2022-jp"),
        ("日本語の文書" * 9, "euc-jp", "euc-jp"),
        (CHINESE, "gb2312", "gbk"),
        ("天地玄黃，宇宙洪荒" * 9, "big5", "big5"),
        (KOREAN, "euc-kr", "cp949"),
        ("Größe “ja” – €", "iso-8859-1", "cp1252"),  # as browsers read that label
        (RUSSIAN, "utf-16", "utf-16"),
    ],
)
def test_a_document_is_read_in_the_encoding_that_it_declares(text: str, label: str, codec: str) -> None:
    assert decode(declared(text, label).encode(codec)) == declared(text, label)


def test_http_says_more_than_the_declaration() -> None:
    body = declared(RUSSIAN, "iso-8859-5").encode("cp1251")
    assert RUSSIAN in decode(body, "application/rss+xml; charset=windows-1251")


def test_a_server_s_default_says_less_than_the_declaration() -> None:
    body = declared(RUSSIAN, "windows-1251").encode("cp1251")
    assert RUSSIAN in decode(body, "text/xml; charset=ISO-8859-1")


def test_a_byte_order_mark_says_more_than_anything() -> None:
    body = codecs.BOM_UTF16_BE + declared(JAPANESE, "utf-8").encode("utf-16-be")
    assert decode(body, "text/xml; charset=utf-8") == declared(JAPANESE, "utf-8")


@pytest.mark.parametrize("claim", ["iso-8859-1", "windows-1251", "gbk", "us-ascii", "no-such-charset"])
def test_valid_utf_8_is_utf_8_whatever_is_claimed(claim: str) -> None:
    assert decode(declared(RUSSIAN + CHINESE, claim).encode(), f"text/xml; charset={claim}") == declared(
        RUSSIAN + CHINESE, claim
    )


def test_two_characters_of_gbk_that_happen_to_be_valid_utf_8_are_what_is_declared() -> None:
    body = declared("膜魔", "gbk").encode("gbk")
    assert body.decode("utf-8")
    assert "膜魔" in decode(body)


@pytest.mark.parametrize(
    ("text", "codec"), [(RUSSIAN * 4, "cp1251"), (JAPANESE * 4, "cp932"), (CHINESE * 4, "gbk")]
)
def test_what_nobody_declares_is_guessed(text: str, codec: str) -> None:
    assert text in decode(f"<rss>{text}</rss>".encode(codec))


def test_a_stray_byte_in_utf_8_costs_no_other_character() -> None:
    assert decode("<rss>naïve ".encode() + b"caf\xe9 " + "für alle Füße und Köpfe</rss>".encode()) == (
        "<rss>naïve café für alle Füße und Köpfe</rss>"
    )


def test_a_damaged_character_does_not_cost_the_declared_encoding() -> None:
    body = declared(CHINESE, "gbk").encode("gbk") + b"\xff"
    assert CHINESE in decode(body)


def test_utf_16_without_a_mark_is_recognised() -> None:
    assert decode("<rss>é</rss>".encode("utf-16-le")) == "<rss>é</rss>"


def test_characters_that_xml_does_not_know_are_left_out() -> None:
    assert decode(b"<rss>a\x00b\x0bc\x1b</rss>") == "<rss>abc</rss>"


@given(st.binary(), st.none() | st.text())
def test_any_bytes_become_text(body: bytes, content_type: str | None) -> None:
    assert "\x00" not in decode(body, content_type)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), min_size=1))
def test_utf_8_is_read_as_it_was_written(text: str) -> None:
    assert decode(f"<a>{text}</a>".encode()) == f"<a>{text}</a>"


@pytest.mark.parametrize(
    ("text", "codec"), [(RUSSIAN * 4, "cp1251"), (JAPANESE * 4, "cp932"), (CHINESE * 4, "gbk")]
)
def test_ascii_is_not_believed_of_what_is_none(text: str, codec: str) -> None:
    body = declared(text, "us-ascii").encode(codec)
    assert text[:10] in decode(body, "text/xml; charset=us-ascii")


@pytest.mark.parametrize("claim", ["utf-8", "iso-8859-1"])
def test_iso_2022_jp_shows_in_its_escapes(claim: str) -> None:
    body = declared("日本語の文書", claim).encode("iso-2022-jp")
    assert "日本語の文書" in decode(body, f"text/xml; charset={claim}")
