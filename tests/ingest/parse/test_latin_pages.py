"""Texts in the Latin alphabet whose encoding nobody says, or that are said to be UTF-8."""

import pytest

from ingest.parse.encoding import decode
from ingest.parse.latin_pages import latin_page

# By language: a title, and a sentence, in the code page of that language.
WESTERN = {
    "French": ("Très bientôt", "Le théâtre rouvre à l’été, où élèves et maîtres « fêtent » déjà la rentrée."),
    "Portuguese": ("Não há pão", "A população não ouviu os três irmãos, mas às mães já chegou a decisão."),
    "Spanish": ("El niño comió", "¿Qué pasó mañana? ¡Ningún señor comió más piñas en la montaña!"),
    "Italian": ("Perché no?", "La città è più bella perché c’è il mare, però così non andrà più giù."),
    "English": (
        "It’s a naïve café",
        "“Everything is fresh”, says the owner of the café — who’s from Málaga.",
    ),
    "German": ("Schöne Grüße", "Die Größe der Straße überrascht: „Käse“ für 5 € und süße Äpfel."),
    "Dutch": ("Eén idee", "De coördinatie van het ‘geïnde’ geld is één van de ideeën, niet de reünie."),
    "Swedish": ("Räksmörgås på ön", "Året började med snö på fälten och långa köer vid färjorna."),
    "Danish": ("Rødgrød med fløde", "På vejen hjem så han blåbær og æbler, og øl på en ø i Østersøen."),
    "Norwegian": ("Blåbærsyltetøy", "Været på fjellet ble dårligere, og så gikk de ikke lenger før påske."),
    "Finnish": ("Hyvää yötä", "Tänään ei sada, mutta yöllä on pilvistä ja tähtiä näkyy vähän."),
    "Icelandic": ("Það er þörf á ísbirni", "Veðrið er gott og það er ekki kalt á Íslandi í ár, þó að snjói."),
    "Catalan": ("Demà plourà", "Això és el que va dir l’avi: els nens d’aquí són més ràpids, però cançons…"),
}
CENTRAL = {
    "Polish": ("Zażółć gęślą jaźń", "Książka, którą dziś przeczytał, jest już w księgarniach i się podoba."),
    "Czech": ("Příliš žluťoučký kůň", "Dnes večer se bude opět hrát, ale až později, říká ředitel divadla."),
    "Slovak": ("Kŕdeľ šťastných ďatľov", "Včera sa začala výstava, ktorá potrvá až do konca týždňa."),
    "Hungarian": (
        "Hűvös őszi eső",
        "Az idő hűvös volt, és a tűz mellett ültünk, hogy a gyerekek ne fázzanak.",
    ),
    "Romanian": ("Ştiri din ţară", "Nu ştiu dacă în această dimineaţă va fi frumos, a spus şi preşedintele."),
    "Croatian": ("Što će biti", "Večeras će kiša padati, a sutra će još više, kaže naš šumar iz Đakova."),
}
BALTIC = {
    "Lithuanian": ("Ačiū už žinią", "Šiandien lietus, bet rytoj bus šilčiau ir žmonės vėl eis į ežerą."),
    "Latvian": (
        "Ziņas par jūru un mežu",
        "Šodien līst, bet rīt būs siltāk un cilvēki atkal ies uz ezeru, sacīja viņš.",
    ),
}
TURKISH = {"Turkish": ("Yağmur yağıyor", "Bugün hava çok soğuk, ama yarın güneşli olacağı söyleniyor.")}

SAMPLES = [
    pytest.param(said, codec, id=f"{language}-{codec}")
    for codec, languages in (
        ("cp1252", WESTERN),
        ("cp1250", CENTRAL),
        ("iso8859-2", CENTRAL),
        ("cp1257", BALTIC),
        ("cp1254", TURKISH),
    )
    for language, said in languages.items()
]


def rss(text: str, head: str) -> str:
    return f"{head}<rss version='2.0'><channel><title>T</title><item><title>{text}</title></item></channel></rss>"


@pytest.mark.parametrize("head", ["", "<?xml version='1.0' encoding='utf-8'?>"])
@pytest.mark.parametrize(("said", "codec"), SAMPLES)
def test_a_title_or_a_text_is_read_as_it_is_meant(said: tuple[str, str], codec: str, head: str) -> None:
    title, sentence = said
    for text in (title, sentence, f"{title}. {sentence}", f"{title}: {sentence} " * 12):
        document = rss(text, head)
        assert decode(document.encode(codec)) == document


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Съешь же ещё этих мягких булок", "cp1251"),
        ("Съешь же ещё этих мягких булок", "koi8-r"),
        ("Ο άνεμος και η βροχή αύριο", "cp1253"),
        ("מזג האוויר מחר יהיה נאה", "cp1255"),
        ("台風の進路と明日の天気、東京は雨でしょう。", "cp932"),
        ("アイスクリームとコーヒーのメニュー", "cp932"),
        ("台风的历史，明天全国有雨，请携带雨伞", "gbk"),
        ("颱風的歷史，明天全國有雨，請攜帶雨傘", "big5"),
        ("내일은 전국에 비가 오고 바람이 강하게 불겠습니다", "cp949"),
    ],
)
def test_what_is_in_another_alphabet_is_in_no_latin_page(text: str, codec: str) -> None:
    assert latin_page(text.encode(codec)) is None


@pytest.mark.parametrize(
    "word", ["não", "très", "på", "è", "rødgrød", "señor", "naïve", "“quoted”", "5 € ± 2", "3 µm × 2"]
)
def test_of_a_word_alone_the_western_page_is_likelier(word: str) -> None:
    assert latin_page(word.encode("cp1252")) == "cp1252"


@pytest.mark.parametrize(
    "head",
    ["<language>{}</language>", "<feed xml:lang='{}'>", '{{"version": "1.1", "language": "{}", "title": "'],
)
def test_the_language_that_a_feed_says_decides_for_a_word_alone(head: str) -> None:
    assert latin_page((head.format("ro-RO") + "apă").encode("cp1250")) == "cp1250"
    assert latin_page((head.format("cs") + "oč").encode("cp1250")) == "cp1250"
    assert latin_page((head.format("fr") + "très").encode("cp1252")) == "cp1252"


def test_english_said_by_default_says_nothing() -> None:
    title, sentence = CENTRAL["Czech"]
    assert latin_page(f"<language>en-us</language>{title} {sentence}".encode("cp1250")) == "cp1250"
