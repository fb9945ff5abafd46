"""What a reader's data is, before any task: a table of numbers, labelled sequences, pairs, or a running text."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..tasks.base import OwnData
from ..tasks.data.csv_series import default_column
from ..tasks.data.csv_table import Table, read_table
from ..tasks.data.labelled import read_labelled
from ..tasks.data.labels import Labelled
from ..tasks.data.scripts import split_characters

PAIR_SEPARATOR = r"\t|\|\|\|"
PAIRS_SHARE, MIN_PAIRS = 0.9, 10  # of lines with the separator between two texts
SAMPLE = 200_000  # characters by which a script is recognised
RARE = 1  # times that a rare symbol occurs
SHOWN_LINES, SHOWN_CHARACTERS = 6, 200


@dataclass(frozen=True)
class Pairs:
    """lines: the first pairs. count: of all. scripts: of the sources and of the targets, "Latin"."""

    lines: tuple[tuple[str, str], ...]
    count: int
    left_out: int
    scripts: tuple[str, str]


@dataclass(frozen=True)
class RunningText:
    """lines: the first ones. symbols: different ones; rare: those that occur once, as a text. script: "Latin"."""

    lines: tuple[str, ...]
    characters: int
    symbols: int
    rare: tuple[str, ...]
    script: str


@dataclass(frozen=True)
class Reading:
    """data: what the file is. kinds: the kinds of data that it could be trained on as, the likeliest first."""

    data: Table | Labelled | Pairs | RunningText
    kinds: tuple[OwnData, ...]


@lru_cache(maxsize=4)
def read_data(content: str) -> Reading:
    """What a text is, judged by itself: labelled sequences, then pairs, then a table of numbers."""
    labelled = _try(read_labelled, content)
    if labelled is not None:
        kinds = ("labelled", "series") if labelled.series else ("labelled", "pairs", "running text")
        return Reading(labelled, kinds)
    pairs = _read_pairs(content)
    if pairs is not None:
        return Reading(pairs, ("pairs", "labelled", "running text"))
    table = _try(read_table, content)
    if table is not None and _try(default_column, table) is not None:
        return Reading(table, ("series",))
    return Reading(_read_text(content), ("running text",))


def _try(read: Any, *arguments: Any) -> Any:
    try:
        return read(*arguments)
    except ValueError:
        return None


def _read_pairs(content: str) -> Pairs | None:
    rows = [re.split(PAIR_SEPARATOR, line) for line in content.splitlines() if line.strip()]
    pairs = [(row[0].strip(), row[1].strip()) for row in rows if len(row) > 1]
    pairs = [pair for pair in pairs if all(pair)]
    if len(pairs) < max(MIN_PAIRS, PAIRS_SHARE * len(rows)):
        return None
    width = min(map(len, (row for row in rows if len(row) > 1)))
    for column in range(width):  # a table of names and numbers is none
        cells = [row[column] for row in rows if len(row) > 1]
        if sum(any(map(str.isalpha, cell)) for cell in cells) < len(cells) / 2:
            return None
    scripts = tuple(script_of("".join(pair[side] for pair in pairs)) for side in (0, 1))
    return Pairs(
        tuple(pairs[:SHOWN_LINES]), len(pairs), len(rows) - len(pairs), (scripts[0], scripts[1])
    )


def _read_text(content: str) -> RunningText:
    counts = Counter(split_characters(content))
    lines = (line.strip() for line in content.split("\n", 50)[:50])
    return RunningText(
        lines=tuple(line[:SHOWN_CHARACTERS] for line in lines if line)[:SHOWN_LINES],
        characters=counts.total(),
        symbols=len(counts),
        rare=tuple(sorted(symbol for symbol, times in counts.items() if times <= RARE)),
        script=script_of(content),
    )


def script_of(text: str) -> str:
    """The script of most letters, by their names in Unicode: "Latin", "Devanagari", "CJK"; "" without letters."""
    counts: Counter[str] = Counter()
    for letter, times in Counter(text[:SAMPLE]).items():
        if letter.isalpha():
            counts[unicodedata.name(letter, "?").split(" ")[0].split("-")[0]] += times
    if not counts:
        return ""
    name = counts.most_common(1)[0][0]
    if counts.keys() & {"HIRAGANA", "KATAKANA"} and name in {"HIRAGANA", "KATAKANA", "CJK"}:
        return "Japanese"
    return "Chinese" if name == "CJK" else name.capitalize()
