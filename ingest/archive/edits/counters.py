"""Counters in a text: numbers in short lines beside what they count ("7 points, 1 comment", "3 hours ago"). Pure."""

import re

_LONGEST_LINE = 200  # characters
_MOST_WORDS = 12  # of a line
_MOST_OTHERS = 4  # words beside a number of comments

# What is counted, in the languages of feeds. Comments and replies are counted by sites alone.
_COMMENTS = {
    "comment": r"comments?|kommentare?n?|kommentarer|commentaires?|comentarios?|comentários?|comment[io]|reacties?"
    r"|комментари\w*|коментар\w*|komentarz\w*|komentář\w*|yorum(?:lar)?|kommentti\w*|hozzászólás\w*|σχόλι\w*"
    r"|条?评论|則?評論|則?留言|コメント|댓글|bình luận|komentar|תגובות|تعليقات?",
    "reply": r"repl(?:y|ies)|responses?|antworten|antwort|réponses?|respuestas?|respostas?|rispost[ae]|antwoorden"
    r"|ответ\w*|odpowied\w*|svar|条?回复|則?回覆|返信|답글|답변",
}
# These are of the world, too (52 votes, 12 points), so that nothing else may stand in their line.
_REACTIONS = {
    "point": r"points?|punkte?|puntos?|pontos?|punt[io]|punten|балл\w*|очк\w*|ポイント|karma|score",
    "like": r"likes?|favou?rites?|hearts?|claps?|j['’]aime|me gustas?|mi piace|curtidas?|gefällt mir|vind-ik-leuks"
    r"|лайк\w*|polubie\w*|beğeni|个?赞|點?讚|点赞|いいね!?|좋아요|추천",
    "view": r"views?|reads?|hits|plays|listens|downloads|aufrufe?|vues?|lectures?|vistas?|visitas?|visualizaciones"
    r"|visualizações|visualizzazioni|weergaven|visningar|visninger|просмотр\w*|wyświetle\w*|görüntülenme"
    r"|次?浏览|浏览量|阅读量?|次?閱讀|瀏覽|閲覧数?|回視聴|조회수?",
    "vote": r"(?:up|down)?votes?|stimmen?|votos?|vot[io]|stemmen|голос\w*|głos\w*",
    "share": r"shares?|reposts?|boosts?|retweets?|reblogs?|partages?|geteilt|compartid\w+"
    r"|condivisioni|репост\w*|シェア",
}
_UNITS = _COMMENTS | _REACTIONS
_UNIT = "|".join(f"(?P<{{place}}_{name}>{words})" for name, words in _UNITS.items())
_NUMBER = (
    r"(?<![\w.,%/-])\d{1,9}(?:[.,'\u2019\u00a0\u202f]\d{1,3}){0,4}(?:\s?(?:[km](?![^\W\d_])|тыс\.?|万|萬|만|천))?"
    r"\+?"
)
_NONE = (
    r"(?<!\w)(?:no|one|a|kein|keine|aucun|aucune|un|une|sin|ningún|nessun|nenhum|sem|geen|нет|brak"
    r"|inga|ingen|暂无|还没有)"
)
_END = r"(?![a-zà-öø-ÿа-я0-9])"
_SPANS = (
    r"seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?"
    r"|sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?|secondes?|heures?|jours?|semaines?|mois|ans?"
    r"|segundos?|minutos?|horas?|días?|dias?|semanas?|mes(?:es)?|mês|años?|anos?|second[io]|minut[io]|or[ae]|giorn[io]"
    r"|settiman[ae]|mes[ei]|ann[io]|uur|uren|dagen|dag|weken|maanden|jaar|секунд\w*|минут\w*|час\w*|д(?:ень|ня|ней)"
    r"|недел\w*|месяц\w*|год\w*|лет|sekund\w*|minut\w*|godzin\w*|dni|dzień|tygod\w*|miesi\w*|lat|timm(?:e|ar)|timer?"
    r"|dagar?|dage|saat|dakika|gün|hafta|ay|yıl"
)
_AGO = [
    rf"(?:{_NUMBER}|(?<!\w)an?)\s*(?:{_SPANS})\s+(?:ago|geleden|назад|temu|sedan|siden|fa|atrás|önce)",
    rf"(?<!\w)(?:vor|il y a|hace|há|для)\s+(?:{_NUMBER}|ein(?:er|em)?|une?|una?)\s*(?:{_SPANS})",
    rf"{_NUMBER}\s*(?:秒|分|分钟|分鐘|小时|小時|時間|天|日|周|週間?|个月|個月|か月|ヶ月|年)\s*(?:前|之前)",
    rf"{_NUMBER}\s*(?:초|분|시간|일|주|개월|년)\s*전",
]
_COUNTER = re.compile(
    "|".join(
        [
            rf"(?P<ago>{'|'.join(_AGO)}){_END}",
            rf"(?:{_NUMBER}|{_NONE})\s*(?:件の|個の|개의?\s?|条|則)?(?:{_UNIT.format(place='after')}){_END}",
            rf"(?<!\w)(?:{_UNIT.format(place='before')})\s*[:：]?\s*(?:[(（]\s*{_NUMBER}\s*[)）]|{_NUMBER})(?:\s*(?:件|个|次|개|회))?",
        ]
    ),
    re.IGNORECASE,
)
_SEGMENTS = re.compile(r"\s+[|·•—–]\s+|[|·•]")
_WORD = re.compile(r"\w+")
_BY = re.compile(
    r"(?<!\w)(?:by|von|par|por|di|da|door|от|af|av|przez)\s+/?(?:u/)?[\w.@-]+(?:\s+[\w.@-]+){0,2}",
    re.IGNORECASE,
)
# What stands beside counters in the lines of sites.
_MENU = frozenset(
    "and und et y e en och og и or so far total all by in to on the this post entry article submitted posted published "
    "updated read more see view show hide share save report permalink link discuss discussion join continue new so "
    "geschrieben gepostet veröffentlicht alle lesen publié lire publicado leer pubblicato leggi".split()
)


def without_counters(text: str) -> list[str]:
    """The words of a text, in which a mark of what it counts stands for each counter."""
    return [word for line in text.splitlines() for word in _line(line)]


def _line(line: str) -> list[str]:
    words = line.split()
    if len(line) > _LONGEST_LINE or len(words) > _MOST_WORDS or not words:
        return words
    return [word for segment in _SEGMENTS.split(line) for word in _segment(segment)]


def _segment(segment: str) -> list[str]:
    kinds: list[str] = []

    def mark(found: re.Match[str]) -> str:
        kinds.append(_kind(found))
        return f" \0{kinds[-1]} "

    marked = _COUNTER.sub(mark, segment)
    if not kinds:
        return segment.split()
    others = _WORD.findall(_BY.sub(" ", re.sub(r"\0\w+", " ", marked)))
    strange = [word for word in others if word.casefold() not in _MENU]
    alone = not strange or (bool(_COMMENTS.keys() & set(kinds)) and len(others) <= _MOST_OTHERS)
    return marked.split() if alone and not any(word.isdigit() for word in strange) else segment.split()


def _kind(found: re.Match[str]) -> str:
    name = next(name for name, said in found.groupdict().items() if said)
    return name.rpartition("_")[2]
