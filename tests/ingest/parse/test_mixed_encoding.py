import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.encoding import decode
from ingest.parse.mixed_encoding import decode_mixed, without_utf8


def latin(text: str) -> bytes:
    return text.encode("cp1252")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            latin("<a>Été à la plage</a>") + "<b>Déjà l’été</b>".encode(),
            "<a>Été à la plage</a><b>Déjà l’été</b>",
        ),
        ("à Évreux, l’été\n".encode() + latin("à Évreux, l’été"), "à Évreux, l’été\nà Évreux, l’été"),
        (latin("Voilà l’été de ") + "Zoë et Élodie".encode(), "Voilà l’été de Zoë et Élodie"),
        ("naïve “façade”, für alle, ".encode() + b"caf\xe9", "naïve “façade”, für alle, café"),
        ("Новости, 日本 😀 ".encode() + latin("façade"), "Новости, 日本 😀 façade"),
    ],
)
def test_what_is_utf_8_is_read_as_such_and_the_rest_as_declared(body: bytes, text: str) -> None:
    assert decode_mixed(body, "cp1252") == text


def test_a_stray_byte_right_behind_utf_8_costs_nothing_of_it() -> None:
    body = "für Füße, Köpfe, Bäume, Öfen, größere “Äpfel” und ".encode() + "Spaß".encode() + b"\x93"
    assert decode_mixed(body, "cp1252") == "für Füße, Köpfe, Bäume, Öfen, größere “Äpfel” und Spaß“"


def test_cyrillic_in_both_encodings() -> None:
    body = "<t>Погода и ветер</t>".encode("cp1251") + "<t>Погода и ветер</t>".encode()
    assert decode_mixed(body, "cp1251") == "<t>Погода и ветер</t>" * 2


@pytest.mark.parametrize(
    "text",
    [
        "„Spaß“ und «Größe»",
        "« thé » et « à « gogo » »",
        "CAFÉ», ARRIVÉ’S, É…",
        "Why Ã© and â€™ instead of é and ’?",
    ],
)
def test_text_that_is_valid_utf_8_by_chance_or_to_show_it_is_left_alone(text: str) -> None:
    document = f'<?xml version="1.0" encoding="ISO-8859-1"?><rss><title>{text}</title><p>déjà vu</p></rss>'
    assert decode(latin(document)) == document


def test_a_document_of_one_encoding_is_not_mixed() -> None:
    assert decode_mixed(latin("déjà vu"), "cp1252") is None


def test_what_is_utf_8_does_not_stand_in_the_way_of_detecting_the_rest() -> None:
    assert without_utf8(b"abc " + "déjà".encode() + b" caf\xe9") == b"abc dj caf\xe9"


@given(st.lists(st.binary(max_size=4) | st.text(max_size=4).map(str.encode) | st.just(b"<")))
def test_any_bytes_are_text_and_ascii_is_as_it_was(pieces: list[bytes]) -> None:
    body = b"".join([*pieces, "été ".encode()])
    text = decode_mixed(body, "cp1252") or ""
    assert re.sub("[^\x00-\x7f]", "", text).encode() == re.sub(b"[\x80-\xff]", b"", body)
