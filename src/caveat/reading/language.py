"""Finds the language of a page, and of its blocks where it has several, from the words that only one language has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain

# Frequent words, most of them with no meaning of their own. Those that two rows share, or that are English words, tell nothing and are
# left out of both below. A few words of this trade stand with English and Spanish, for headings hold hardly any others.
_ROWS = """
en the of and to is that for with are this was be from have has by it your you our we will can which their they what how these or not if
 may been more about also who all at as on when when's were but his her its than into therapy stem cells pain treatment patients clinic
es el los las del y una con por es su sus más pero muy también tambien está están hay usted ustedes tu tus nuestro nuestra nuestros
 nuestras cuando donde desde hasta sin sobre esta este estos estas porque ser puede pueden sido lo le les ha han cada años células
 celulas terapia tratamiento tratamientos dolor enfermedad pacientes clínica médico salud qué cómo mejor vida
pt o os das dos do da em com uma não são você seu sua seus suas pelo pela nosso nossa nossos mais também ao à às muito pode podem foi ou
 quando até células tratamento dor saúde dos nas nos já isso que por este esta sobre ser cada vida
fr le les des du et est dans pour une sur avec qui pas plus vous votre vos nous notre nos sont ou ce cette ces par au aux leur être été
 mais cellules traitement douleur
it il gli della delle dei di che è per sono con una nel nella alla anche questo questa più non come dal dalla essere cellule trattamento
 dolore nostro nostra vostro ha hanno
de der die das und ist nicht mit für auf ein eine einen einer von zu den dem des im werden wird auch sich oder bei sind als aus nach wir
 sie ihre ihr unsere zum zur kann durch über behandlung schmerzen stammzellen
nl de het een van en zijn niet met voor op dat dit wordt worden ook bij aan naar uit wij ons onze uw kan deze door maar stamcellen
 behandeling
ca els amb és aquesta aquest són dels seva seves seus també nostre nostra més cèl·lules pot
ro și din este sunt pentru cu care mai fi această dumneavoastră noastre sau prin către fără după durerea pacienții noștri câteva
pl i w na z się nie jest do od oraz dla przez są które jak jego może lub po komórek leczenie czy tylko komórki ból większość nas
cs se na je v že jsou pro které nebo být také při jako od buněk léčba
sk sú alebo ktoré pri môže liečba buniek
hu és az egy hogy nem van meg is ez vagy mint őssejt kezelés
tr ve bir bu için ile olarak daha olan gibi çok kök hücre tedavi
sv och att det som är för på med till av inte den har ett kan vi
da og det er til af at på som med for ikke der den de har kan vi
no og det er til av som på med for ikke den har kan vi eller stamceller
fi ja on ei se että ovat myös tai kun voi kantasolujen hoito
id dan yang di untuk dengan dari ini adalah pada tidak atau kami anda
tl ang ng mga sa ay na at para kung hindi ito
vi và của là có cho các không được trong với một những
hr je i u na se za od su koji ili kao može
"""
_ROWS_OF = {row.split()[0]: frozenset(row.split()[1:]) for row in _ROWS.strip().replace("\n ", " ").splitlines()}
# Words of English pages too: in addresses, citations and names.
_ENGLISH_TOO = """
al an as at care com della des die din dei do doi en et fi is ins me no not of on or org over para per plus po pot se sin so son to van
var was we
"""
_NO_SIGN = frozenset(_ENGLISH_TOO.split())
_TIMES = Counter(word for row in _ROWS_OF.values() for word in row)
_OWN = {
    language: frozenset(word for word in row if _TIMES[word] == 1 and len(word) > 1 and (language == "en" or word not in _NO_SIGN))
    for language, row in _ROWS_OF.items()
} | {"es": frozenset(_ROWS_OF["es"] - _ROWS_OF["pt"] - _ROWS_OF["it"] - _ROWS_OF["fr"] - {"es", "y"}) | {"células"}}  # fmt: skip
_OF_WORD = {word: language for language, row in reversed(_OWN.items()) for word in row}
# Scripts other than Latin: the language that most pages in them are in, and others that are believed when the page names them.
_SCRIPTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("\u0370-\u03ff\u1f00-\u1fff", "el", ()),
    ("\u0400-\u052f", "ru", ("uk", "bg", "sr", "mk", "be", "kk", "ky", "mn")),
    ("\u0590-\u05ff", "he", ("yi",)),
    ("\u0600-\u06ff", "ar", ("fa", "ur", "ps", "ckb")),
    ("\u0900-\u097f", "hi", ("mr", "ne")),
    ("\u0980-\u0dff", "und", ("bn", "pa", "gu", "ta", "te", "kn", "ml", "si")),
    ("\u1000-\u10ff\u1200-\u137f\u1780-\u17ff", "und", ("my", "ka", "am", "km")),
    ("\u0e00-\u0e7f", "th", ()),
    ("\u3040-\u30ff", "ja", ()),
    ("\uac00-\ud7af\u1100-\u11ff", "ko", ()),
    ("\u4e00-\u9fff", "zh", ("ja",)),
)
_OTHER_SCRIPT = re.compile("[" + "".join(letters for letters, _, _ in _SCRIPTS) + "]+")
_LETTERS = [(re.compile(f"[{letters}]"), language, others) for letters, language, others in _SCRIPTS]
_WORD = re.compile(r"[^\W\d_]+(?:·[^\W\d_]+)?")
_PER_WORD = 4  # letters of another script that count as much as one telling word
_SECOND = 4  # different telling words of another language, from which a page is looked at block by block
_THERE = 8  # telling words, repeated ones counted, from which a language is spoken on a page at all; on a short page a fifth of them do
_SURE = 2  # telling words more than the declared language has, from which the text is believed
_MANY, _FEW = 150, 4  # of so many different words so few tell of no language the rows know
_CODE = re.compile(r"\s*([a-zA-Z]{2,3})(?:[-_]|\s*$)")
UNKNOWN = "und"  # ISO 639-2: undetermined

Hint = Callable[[int], str]  # the number of a text → the language its mark-up names, or ""


def coded(tag: str) -> str:
    """The language of a `lang` attribute such as "es-MX", region and script left out."""
    found = _CODE.match(tag)
    return found[1].lower() if found else ""


def languages(texts: Sequence[str], whole: str, declared: str = "", hint: Hint | None = None) -> tuple[str, Sequence[str]]:
    """
    The language of a page as an ISO 639 code, and that of each of its texts; "" where neither words nor mark-up tell.

    `whole`: all texts in one. `declared`: what the page says of itself, which is believed only where its words are too few. Every word is
    looked at, but only once and by set algebra, as long as the page speaks one language; on most pages this is all.
    """
    vocabulary = set(whole.lower().split())
    told = Counter(map(_OF_WORD.__getitem__, vocabulary & _OF_WORD.keys()))
    if not whole.isascii():
        for run in _OTHER_SCRIPT.findall(" ".join([word for word in vocabulary if not word.isascii()])):
            told[_of_script(run, declared)] += 1 + len(run) // _PER_WORD
    (first, most), (_, second) = (*told.most_common(2), ("", 0), ("", 0))[:2]
    if second >= _SECOND:
        return _several(texts, told, declared, hint)
    language = declared if most < _SURE + told[declared] and declared else first if most > second else ""
    if most < _FEW and len(vocabulary) >= _MANY:
        language = declared if declared and declared not in _OWN else UNKNOWN
    return language, [language] * len(texts)


def _several(texts: Sequence[str], told: Counter[str], declared: str, hint: Hint | None) -> tuple[str, Sequence[str]]:
    """A page on which more than one language may be spoken."""
    heard = [_heard(text, declared) for text in texts]
    total = Counter(chain.from_iterable(heard))
    enough = min(_THERE, sum(total.values()) / 5)
    there = {language for language, times in total.items() if times >= enough and told[language] >= _SECOND} or {
        max(told, key=told.__getitem__)
    }
    size = Counter[str]()
    clear = []
    for number, (text, words) in enumerate(zip(texts, heard, strict=True)):
        language = _clearly(words, there) or _hinted(hint, number, there)
        clear.append(language)
        size[language] += len(text) if language else 0
    page = size.most_common(1)[0][0] or max(told, key=told.__getitem__)
    return page, _filled(clear, page)


def _hinted(hint: Hint | None, number: int, there: set[str]) -> str:
    named = hint(number) if hint else ""
    return named if named in there else ""


def _heard(text: str, declared: str) -> list[str]:
    """The language of each word of a text that tells of one."""
    heard = [_OF_WORD[word] for word in _WORD.findall(text.lower()) if word in _OF_WORD]
    if not text.isascii():
        for run in _OTHER_SCRIPT.findall(text):
            heard += [_of_script(run, declared)] * (1 + len(run) // _PER_WORD)
    return heard


def _clearly(heard: list[str], there: set[str]) -> str:
    """The language of a text whose words leave no doubt, among those spoken on the page; else ""."""
    ranked = sorted(((heard.count(language), language) for language in there.intersection(heard)), reverse=True)
    if not ranked:
        return ""
    second = ranked[1][0] if len(ranked) > 1 else 0
    return ranked[0][1] if ranked[0][0] >= 2 * second + 1 else ""


def _filled(clear: Sequence[str], page: str) -> list[str]:
    """A text that does not tell is in the language of the texts around it where these agree, else in the page's."""
    after = [page] * len(clear)
    for number in range(len(clear) - 2, -1, -1):
        after[number] = clear[number + 1] or after[number + 1]
    filled, before = [], page
    for own, following in zip(clear, after, strict=True):
        filled.append(own or (before if before == following else page))
        before = own or before
    return filled


def _of_script(run: str, declared: str) -> str:
    letter = next(((language, others) for pattern, language, others in _LETTERS if pattern.search(run)), (UNKNOWN, ()))
    return declared if declared in letter[1] else letter[0]
