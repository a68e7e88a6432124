"""Documents in other encodings than they say, in two at once, or with characters written as something else."""

import pytest

from ingest.base.models import CleanFeed
from ingest.clean.feed import clean
from ingest.parse.document import parse


def rss(title: str, description: str = "", encoding: str | None = "utf-8") -> str:
    declaration = f' encoding="{encoding}"' if encoding else ""
    return (
        f'<?xml version="1.0"{declaration}?><rss version="2.0"><channel><title>{title}</title>'
        "<link>https://weather.example/</link>"
        f"<item><title>{title}</title><guid>1</guid><description>{description}</description></item>"
        "</channel></rss>"
    )


def read(body: bytes) -> CleanFeed:
    return clean(parse(body))


def title_and_text(body: bytes) -> tuple[str | None, str]:
    [entry] = read(body).entries
    return entry.title, entry.text


JAPANESE = ("台風の進路～第３章②", "明日は全国で雨が降り、風も強いでしょう。傘をお持ちください。")
CHINESE = ("台风的历史—第三章", "明天全国有雨，风力较大，请携带雨伞，注意安全。")
KOREAN = ("태풍의 역사 펲시맨", "내일은 전국에 비가 오고 바람이 강하게 불겠습니다.")
RUSSIAN = ("Завтра дождь", "Ветер северный — «сильный», местами гроза")
RUSSIAN_IN_KOI8 = ("Завтра дождь", 'Ветер северный - "сильный", местами гроза')
GREEK = ("Ο άνεμος", "Βροχή «πολλή» αύριο")


@pytest.mark.parametrize(
    ("said", "declared", "codec"),
    [
        (JAPANESE, "Shift_JIS", "cp932"),
        (JAPANESE, "utf-8", "cp932"),
        (("台風の進路", "明日は雨です。"), "EUC-JP", "euc-jp"),
        (CHINESE, "gb2312", "gbk"),
        (CHINESE, "utf-8", "gbk"),
        (CHINESE, None, "gbk"),
        (CHINESE, "utf-16", "utf-8"),
        (CHINESE, "utf-16", "utf-16"),
        (KOREAN, "euc-kr", "cp949"),
        (KOREAN, "ks_c_5601-1987", "cp949"),
        (KOREAN, "utf-8", "cp949"),
        (RUSSIAN, "windows-1251", "cp1251"),
        (RUSSIAN, "utf-8", "cp1251"),
        (RUSSIAN, None, "cp1251"),
        (RUSSIAN, "windows-1251", "utf-8"),
        (RUSSIAN_IN_KOI8, "koi8-r", "koi8-r"),
        (RUSSIAN_IN_KOI8, "windows-1251", "koi8-r"),
        (RUSSIAN_IN_KOI8, "koi8-r", "cp1251"),
        (GREEK, "iso-8859-7", "cp1253"),
        (GREEK, "iso-8859-7", "iso-8859-7"),
        (("Voilà 12 € d’œufs", "“Déjà” – 5 €"), "iso-8859-1", "cp1252"),
        (("Voilà 12 € d'œufs", "Déjà 5 €"), "iso-8859-15", "iso-8859-15"),
        (("Zażółć gęślą jaźń", "Łódź i Kraków"), "iso-8859-2", "iso-8859-2"),
        (("Zażółć gęślą jaźń", "Łódź i Kraków"), "windows-1250", "cp1250"),
    ],
)
def test_a_document_is_read_as_it_is_meant(said: tuple[str, str], declared: str | None, codec: str) -> None:
    assert title_and_text(rss(*said, declared).encode(codec, "xmlcharrefreplace")) == said


def test_capitals_alone_are_what_is_declared() -> None:
    said = ("ЗАВТРА ДОЖДЬ", "ВЕТЕР СЕВЕРНЫЙ")
    assert title_and_text(rss(*said, "windows-1251").encode("cp1251")) == said


def test_latin_1_that_is_utf_8_but_for_a_stray_byte() -> None:
    body = rss("L’été arrivé", "Il fait déjà très chaud à Évry, à Orléans et à Besançon, cafXe", "ISO-8859-1")
    assert title_and_text(body.encode().replace(b"cafXe", b"caf\xe9")) == (
        "L’été arrivé",
        "Il fait déjà très chaud à Évry, à Orléans et à Besançon, café",
    )


@pytest.mark.parametrize("declared", ["ISO-8859-1", "windows-1252", "utf-8", None])
def test_a_title_in_one_encoding_and_a_text_in_the_other(declared: str | None) -> None:
    document = rss("Événement à la plage, très “grand”", "TEXT", declared).encode("cp1252")
    body = document.replace(b"TEXT", "L’été arrivé déjà, où ça ?".encode())
    assert title_and_text(body) == ("Événement à la plage, très “grand”", "L’été arrivé déjà, où ça ?")


@pytest.mark.parametrize("codec", ["utf-8", "cp1252"])
def test_a_text_about_misread_characters_is_left_alone(codec: str) -> None:
    declared = {"utf-8": "utf-8", "cp1252": "iso-8859-1"}[codec]
    document = rss("“Ã©” instead of é", "C3 A9 read as Latin-1 gives Ã©, and â€™ is ’", declared)
    assert title_and_text(document.encode(codec)) == (
        "“Ã©” instead of é",
        "C3 A9 read as Latin-1 gives Ã©, and â€™ is ’",
    )


@pytest.mark.parametrize("said", ["Ã©", "FranÃ§ois", "â€œquotedâ€\u009d"])
def test_a_text_that_is_nothing_but_misread_characters_is_what_the_document_says(said: str) -> None:
    document = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>{said.rstrip(chr(0x9D))}</title></feed>"
    assert read(document.encode()).title == said.rstrip(chr(0x9D))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("smile &#55357;&#56832; end", "smile 😀 end"),
        ("smile &#xD83D;&#xDE00; end", "smile 😀 end"),
        ("smile &#xd83d;&#56832; end", "smile 😀 end"),
        ("smile &#128512;", "smile 😀"),
        ("half &#55357; end", "half end"),
        ("&#56832;&#55357; turned", "turned"),
        ("<![CDATA[in CDATA &#55357;&#56832;]]>", "in CDATA 😀"),
        ("escaped &amp;#55357;&amp;#56832;", "escaped 😀"),
        ("&#147;Quoted&#148; &#x96; it&#146;s", "“Quoted” – it’s"),
        ("\x93Quoted\x94", "“Quoted”"),
    ],
)
def test_references_are_the_characters_that_are_meant(written: str, meant: str) -> None:
    title, text = title_and_text(rss(written, written).encode())
    assert " ".join((title or "").split()) == meant
    assert " ".join(text.split()) == meant


def test_an_emoji_as_two_references_in_an_attribute() -> None:
    document = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>1</id>'
        '<category term="fun &#55357;&#56832;"/></entry></feed>'
    )
    assert read(document.encode()).entries[0].tags == ("fun 😀",)


def test_an_emoji_as_two_references_in_json() -> None:
    document = '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1",'
    document += ' "content_html": "<p>a &#55357;&#56832; b \\ud83d\\ude00</p>"}]}'
    assert read(document.encode()).entries[0].text == "a 😀 b 😀"


def test_cesu_8_is_utf_8_with_an_emoji_as_two() -> None:
    pair = "\ud83d\ude00".encode("utf-8", "surrogatepass")
    assert title_and_text(rss("smile PAIR", "déjà PAIR").encode().replace(b"PAIR", pair)) == (
        "smile 😀",
        "déjà 😀",
    )


def test_half_of_a_character_of_cesu_8_costs_no_other() -> None:
    half = "\ud83d".encode("utf-8", "surrogatepass")
    body = rss("für alle Füße HALF", "Köpfe, Öfen").encode().replace(b"HALF", half)
    assert title_and_text(body) == ("für alle Füße \ufffd", "Köpfe, Öfen")


def test_two_byte_order_marks_are_none() -> None:
    assert title_and_text(b"\xef\xbb\xbf\xef\xbb\xbf" + rss(*CHINESE).encode()) == CHINESE


def test_control_characters_are_left_out() -> None:
    assert title_and_text(rss("a\x0bb\x08c &#x1F; &#11; \ufffe").encode())[0] == "abc"
