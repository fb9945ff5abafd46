"""Characters, words and sentences in the text of any language, in the main as Unicode cuts them (UAX 29).

A character is what a reader sees as one: a letter with its marks, a syllable of Hangul, a flag, a family of emoji. A word
is a run of letters, marks and digits, with apostrophes inside, a number with its points, an abbreviation of letters (e.g).
Scripts that put no spaces between words (Chinese, Japanese,
Thai, Lao, Khmer, Burmese) are cut into characters, since no dictionary is at hand. Nothing but spaces and invisible marks
gets lost.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

UNKNOWN_WORD = "<unk>"
FLAG = "[\U0001f1e6-\U0001f1ff]"
PICTURE = (
    "[\xa9\xae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
)
HANGUL = "[\u1100-\u115f\ua960-\ua97c]+[\u1160-\u11a7\ud7b0-\ud7c6]*[\u11a8-\u11ff\ud7cb-\ud7fb]*"
# Beside the marks, what joins the character before: non-joiner, tones of skin, tags, the Thai and Lao vowel am.
JOINING = "\u200c\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\u0e33\u0eb3"
JOINER = "\u200d"
# Scripts without spaces: Han, the Japanese ones, Thai, Lao, Burmese, Khmer.
SPACELESS = (
    "\u3005-\u3007\u3031-\u3035\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U0001b000-\U0001b16f\U00020000-\U0003ffff"
    "\u0e01-\u0e30\u0e32-\u0e3a\u0e40-\u0e46\u0e81-\u0edf\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3\u17dc"
)
INVISIBLE = "\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\xad"
APOSTROPHES = "'\u2019\xb7\u05f3\u05f4"  # within a word; Catalan's dot and Hebrew's marks too
ENDS = frozenset(".!?…。！？．｡؟۔।॥։።။៕")  # marks that end a sentence
WIDE_MARKS = "\u3000-\u303f\uff00-\uff65…—"  # of Chinese and Japanese


@cache
def _marks() -> str:
    """All combining marks, as the inside of a class in a regular expression."""
    spans: list[list[int]] = []
    for number in (*range(0x20000), *range(0xE0000, 0xE0200)):  # planes between have no marks
        if unicodedata.category(chr(number))[0] != "M":
            continue
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in spans)


@cache
def _character() -> re.Pattern[str]:
    tail = f"[{_marks()}{JOINING}{JOINER}]*"
    family = f"{PICTURE}{tail}(?:(?<={JOINER}){PICTURE}{tail})*"
    return re.compile(
        rf"[\x00-\x1f\x7f-\x9f\u2028\u2029]|(?:{FLAG}{{2}}|{family}|{HANGUL}|.){tail}", re.DOTALL
    )


@cache
def _joining() -> re.Pattern[str]:
    """Where a text has none of these, each of its code points is a character."""
    return re.compile(
        f"[{_marks()}{JOINING}{JOINER}\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]|{FLAG}"
    )


@cache
def _word() -> re.Pattern[str]:
    marks = _marks()
    letter = rf"(?![{SPACELESS}])[\w{marks}\u200c{JOINER}\xad]"
    inside = rf"[{APOSTROPHES}]|(?<=[\u05d0-\u05ea])\"(?=[\u05d0-\u05ea])|(?<=\d)[.,٫٬](?=\d)|(?<=(?<!\w)\w)\.(?=\w(?!\w))"
    word = rf"(?![{marks}{SPACELESS}])\w(?:{letter})*(?:(?:{inside})(?:{letter})+)*"
    skipped = rf"[\s{INVISIBLE}]"
    return re.compile(
        rf"{UNKNOWN_WORD}|{word}|(?:(?P<mark>(?!{skipped}|\w|{PICTURE}|{FLAG}).)(?P=mark)*)"
        rf"[{marks}{JOINING}{JOINER}]*|(?!{skipped})(?:{_character().pattern})",
        re.DOTALL,
    )


def split_characters(text: str) -> list[str]:
    """The characters of a text; joined they are the text."""
    return _character().findall(text) if _joining().search(text) else list(text)


def split_words(text: str) -> list[str]:
    """The words and marks of a text; a run of one mark, as an ellipsis, is one."""
    return [match.group() for match in _word().finditer(text)]


def join_words(words: Iterable[str]) -> str:
    """A text of words and marks: with spaces, but not between the characters of scripts without spaces."""
    return "".join(_spaced(words))


@cache
def _tight() -> re.Pattern[str]:
    return re.compile(f"[{SPACELESS}{WIDE_MARKS}]|(?P<quote>[“”‘’])")


def _spaced(words: Iterable[str]) -> Iterator[str]:
    before = None
    for k, word in enumerate(words):
        here = _tight().match(word)
        both_are_quotes = before and here and before["quote"] and here["quote"]
        if k and (not before or not here or both_are_quotes):
            yield " "
        yield word
        before = here


def ends_sentence(word: str) -> bool:
    """Whether a word is a mark that ends a sentence, in any script."""
    return bool(word) and set(word) <= ENDS
