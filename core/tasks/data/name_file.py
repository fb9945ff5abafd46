"""A reader's own file of names: a name and a label on each line, in any alphabet.

What cannot be read is left out and said; only a file in which most lines are something else is refused.
"""

import csv
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from ...common.messages import say
from .left_out import describe_left_out, quote
from .name_lists import Pairs, is_spelled_in_latin, spell_in_latin
from .scripts import split_characters

MIN_PER_CLASS = 5  # a class needs names for training and for testing
MAX_CLASSES = 40
MAX_NAMES = 100_000
MOST_LETTERS = 1000  # different ones; rarer ones become RARE
RARE = "□"
LATIN = tuple("abcdefghijklmnopqrstuvwxyz")
SEPARATORS = ("\t", ",", ";", "，", "；")
LONGEST_LINE, LONGEST_LABEL = 200, 40  # characters
BETWEEN = " -‐‑–'’‘`´.·・\u200b"  # allowed in a name, and left out
EXPECTED = say("a name, a comma (or tab or semicolon), and a label")


@dataclass(frozen=True)
class NameFile:
    """What was read.

    pairs: (name, label), each once, in order; names in lower case without spaces, hyphens and apostrophes. alphabet: the
    letters of the names, a to z where these are enough. notes: what became of the other lines, in words.
    """

    pairs: Pairs
    alphabet: tuple[str, ...]
    lines: int
    notes: tuple[str, ...]

    def letters(self, name: str) -> list[str]:
        """The letters of a spelled name, with RARE for what the alphabet lacks, if it has that."""
        known = set(self.alphabet)
        return [
            letter if letter in known or RARE not in known else RARE
            for letter in split_characters(name)
        ]


@dataclass(frozen=True)
class _Line:
    number: int
    text: str
    fields: tuple[str, str] | None  # None: not two


def spell_name(name: str) -> str:
    """`name` in letters a to z where it has such a spelling, else in its own, lower case; "" for what is no name."""
    latin = spell_in_latin(name)
    if is_spelled_in_latin(latin):
        return latin
    spelled = []
    for character in split_characters(unicodedata.normalize("NFC", name.strip().lower())):
        first = character[0]
        if first in BETWEEN or "\u02b0" <= first <= "\u02ff":
            continue
        if unicodedata.category(first)[0] not in "LM" and first != "〇":
            return ""
        folded = spell_in_latin(character)
        spelled.append(folded if is_spelled_in_latin(folded) else character)
    is_name = any(unicodedata.category(part[0])[0] == "L" or part == "〇" for part in spelled)
    return "".join(spelled) if is_name else ""


def _split(text: str, separator: str) -> tuple[str, str] | None:
    """The two fields of a line, without quotes; None where there are not two."""
    try:
        fields = next(csv.reader([text], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:
        return None
    fields = [field.strip().strip('"') for field in fields]
    return (fields[0], fields[1]) if len(fields) == 2 and all(fields) else None


def _read_lines(content: str) -> list[_Line]:
    """The lines that are not empty, each cut at the separator that suits most of them, else at any that fits."""
    texts = [
        (number, text.removeprefix("\ufeff"))
        for number, text in enumerate(content.splitlines(), 1)
        if text.removeprefix("\ufeff").strip(' \t,;，；"')
    ]
    if len(texts) > MAX_NAMES:
        raise ValueError(
            say("file: expected at most {most:,} names, got more. Use a part.", most=MAX_NAMES)
        )
    some = [text for _, text in texts[:1000]]
    suits = {each: sum(_split(text, each) is not None for text in some) for each in SEPARATORS}
    order = sorted(SEPARATORS, key=lambda each: -suits[each])
    return [
        _Line(
            number,
            text,
            next((f for each in order if (f := _split(text, each))), None)
            if len(text) <= LONGEST_LINE
            else None,
        )
        for number, text in texts
    ]


@lru_cache(maxsize=4)
def read_name_file(content: str) -> NameFile:
    """The names of a file's text. ValueError where it is no list of names with labels."""
    lines = _read_lines(content)
    notes: list[str] = []
    rows = [(line, *line.fields) for line in lines if line.fields]
    labels_are_first = _labels_are_first(rows)
    if labels_are_first:
        rows = [(line, name, label) for line, label, name in rows]
        notes.append(say("the label stands before the name"))
    count = Counter(label for _, _, label in rows)
    if rows and rows[0][0] is lines[0] and count[rows[0][2]] == 1 < max(count.values()):
        notes.append(
            say(
                "line {line}, {text}, is the heading",
                line=lines[0].number,
                text=quote(lines[0].text),
            )
        )
        del rows[0]
        lines = lines[1:]
    spelled = [(line, spell_name(name), label[:LONGEST_LABEL]) for line, name, label in rows]
    good = {line.number for line, name, _ in spelled if name}
    odd = [line for line in lines if line.number not in good]
    if 2 * len(odd) > len(lines) or not lines:
        got = say("no line")
        if odd:
            got = say("{text} in line {line}", text=quote(odd[0].text), line=odd[0].number)
        raise ValueError(
            say(
                "file: expected on each line {expected}, got {got}. Write it like: Rossi,Italian",
                expected=EXPECTED,
                got=got,
            )
        )
    if odd:
        notes.append(describe_left_out(odd[0].number, odd[0].text, len(odd), EXPECTED))
    pairs = sorted({(name, label) for _, name, label in spelled if name})
    if repeated := len(good) - len(pairs):
        notes.append(say("{n} repeated", n=repeated))
    pairs = _drop_small_classes(pairs, notes)
    return NameFile(tuple(pairs), _alphabet(pairs, notes), len(lines), tuple(notes))


def _labels_are_first(rows: list[tuple[_Line, str, str]]) -> bool:
    """Whether the first column has few values, and the second more than there may be labels."""
    first, second = (len({row[k] for row in rows}) for k in (1, 2))
    return first <= MAX_CLASSES + 1 and second > max(MAX_CLASSES + 1, 2 * first)


def _drop_small_classes(pairs: list[tuple[str, str]], notes: list[str]) -> list[tuple[str, str]]:
    count = Counter(label for _, label in pairs)
    small = sorted(label for label in count if count[label] < MIN_PER_CLASS)
    if len(count) - len(small) < 2:
        raise ValueError(
            say(
                "file: expected at least two labels with {least} different names each, got "
                "{got} of {labels} labels. Add names, or join labels.",
                least=MIN_PER_CLASS,
                got=len(count) - len(small),
                labels=len(count),
            )
        )
    if len(count) - len(small) > MAX_CLASSES:
        raise ValueError(
            say(
                "file: expected 2 to {most} different labels, got {got}. Each line is {expected}.",
                most=MAX_CLASSES,
                got=len(count) - len(small),
                expected=EXPECTED,
            )
        )
    if small:
        lost = sum(count[label] for label in small)
        labels = quote(small[0])
        if len(small) > 1:
            labels = say("{text} and {n} more", text=labels, n=len(small) - 1)
        notes.append(
            say(
                "{n} left out, of labels with fewer than {least} names: {labels}",
                n=lost,
                least=MIN_PER_CLASS,
                labels=labels,
            )
        )
    return [pair for pair in pairs if count[pair[1]] >= MIN_PER_CLASS]


def _alphabet(pairs: list[tuple[str, str]], notes: list[str]) -> tuple[str, ...]:
    """a to z where that is enough; else the letters of the names, of too many the most frequent ones and RARE."""
    count = Counter(letter for name, _ in pairs for letter in split_characters(name))
    if count.keys() <= set(LATIN):
        return LATIN
    if len(count) <= MOST_LETTERS:
        return tuple(sorted(count))
    kept = [letter for letter, _ in count.most_common(MOST_LETTERS - 1)]
    notes.append(
        say(
            "{n} of {all} different letters are rare and read as {sign}",
            n=len(count) - len(kept),
            all=len(count),
            sign=RARE,
        )
    )
    return tuple(sorted({*kept, RARE}))
