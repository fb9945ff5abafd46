"""Pairs of sequences to translate: made by rule, or from a reader's file."""

import datetime
import random
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from ...common.messages import clauses, say
from .grammar import random_sentence
from .left_out import describe_left_out, quote
from .scripts import UNKNOWN_WORD, split_words

Side = tuple[str, ...]  # symbol by symbol
Pair = tuple[Side, Side]  # source and target

SEED = 1014
SIZES = {"french": 12_000, "chinese": 12_000, "dates": 6_000, "reversal": 6_000}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
# Of a reader's file: symbols of a side and the END of a target, pairs, different symbols.
MAX_STEPS, MIN_PAIRS, MOST_SYMBOLS = 60, 20, 2000
SEPARATORS = ("\t", "|||")
EXPECTED = say("a source, a tab (or |||) and a target")


@lru_cache(maxsize=4)
def made_pairs(data: str) -> tuple[Pair, ...]:
    """Distinct pairs of one kind, in random order."""
    chance = random.Random(SEED)
    pairs: dict[Pair, None] = {}
    while len(pairs) < SIZES[data]:
        pairs[_make_pair(data, chance)] = None
    return tuple(pairs)


def _make_pair(data: str, chance: random.Random) -> Pair:
    if data == "reversal":
        word = tuple(chance.choice(LETTERS) for _ in range(chance.randint(3, 8)))
        return word, word[::-1]
    if data == "dates":
        day = datetime.date(1950, 1, 1) + datetime.timedelta(chance.randrange(36_525))
        text = f"{day.day} {day.strftime('%B').lower()} {day.year}"
        return tuple(text), tuple(day.isoformat())
    sentence = random_sentence(chance.randrange)
    there = sentence.french() if data == "french" else sentence.chinese()
    return tuple(sentence.english()), tuple(there)


@dataclass(frozen=True)
class PairFile:
    """A reader's pairs, each once, in random order, and what became of the other lines, in words."""

    pairs: tuple[Pair, ...]
    lines: int
    notes: tuple[str, ...]


def split_side(text: str) -> Side:
    """The words and marks of a typed or read side; scripts without spaces character by character."""
    return tuple(split_words(unicodedata.normalize("NFC", text)))


@dataclass(frozen=True)
class _Row:
    number: int
    text: str
    pair: Pair | None  # None: it is no pair
    further: str  # the first column after the pair


@lru_cache(maxsize=4)
def read_pair_file(content: str) -> PairFile:
    """The pairs of a file's text: on each line a source, a tab or |||, and a target; further columns are ignored.

    ValueError where most lines are something else, or there are too few.
    """
    texts = enumerate(content.removeprefix("\ufeff").splitlines(), 1)
    rows = [_Row(number, text, *_split_line(text)) for number, text in texts if text.strip()]
    odd = [row for row in rows if not row.pair]
    if odd and 2 * len(odd) > len(rows):
        raise ValueError(
            say(
                "file: expected on each line {expected}, got {got} in line {line}. "
                "Separate the two with one tab.",
                expected=EXPECTED,
                got=quote(odd[0].text),
                line=odd[0].number,
            )
        )
    whole = [row.pair for row in rows if row.pair]
    short = [pair for pair in whole if max(map(len, pair)) < MAX_STEPS]
    pairs = list(dict.fromkeys(short))
    notes = _describe_lost(odd, len(whole) - len(short), len(short) - len(pairs))
    if further := next((row.further for row in rows if row.further), ""):
        notes.append(say("columns after the second are ignored ({text})", text=quote(further)))
    if len(pairs) < MIN_PAIRS:
        raise ValueError(
            say(
                "file: expected at least {least} different pairs, got {got}. {cure}.",
                least=MIN_PAIRS,
                got=len(pairs),
                cure=clauses([say("Add lines"), *notes]),
            )
        )
    random.Random(SEED).shuffle(pairs)
    return PairFile(tuple(_replace_rare(pairs, notes)), len(rows), tuple(notes))


def _describe_lost(odd: list[_Row], long: int, repeated: int) -> list[str]:
    notes = []
    if odd:
        notes.append(describe_left_out(odd[0].number, odd[0].text, len(odd), EXPECTED))
    if long:
        notes.append(
            say("{n} left out with {least} symbols or more on a side", n=long, least=MAX_STEPS)
        )
    if repeated:
        notes.append(say("{n} repeated", n=repeated))
    return notes


def _split_line(line: str) -> tuple[Pair | None, str]:
    """(source and target, first further column); None where one of the two is missing."""
    separator = next((each for each in SEPARATORS if each in line), "\t")
    source, target, further = (*(part.strip() for part in line.split(separator)), "", "")[:3]
    pair = split_side(source), split_side(target)
    return (pair, further) if all(pair) else (None, "")


def _replace_rare(pairs: list[Pair], notes: list[str]) -> list[Pair]:
    """The pairs, with one symbol for all rare ones where there are too many."""
    count = Counter(symbol for pair in pairs for side in pair for symbol in side)
    if len(count) <= MOST_SYMBOLS:
        return pairs
    kept = {symbol for symbol, _ in count.most_common(MOST_SYMBOLS - 1)}
    notes.append(
        say(
            "{n:,} of {all:,} different symbols are rare and read as {sign}",
            n=len(count.keys() - kept),
            all=len(count),
            sign=UNKNOWN_WORD,
        )
    )

    def replace(side: Side) -> Side:
        return tuple(symbol if symbol in kept else UNKNOWN_WORD for symbol in side)

    return [(replace(source), replace(target)) for source, target in pairs]
