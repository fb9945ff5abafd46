"""A corpus from what a reader brings: a text, lines, or a table with a sequence's name and annotations.

corpus = read_corpus(content, "lines", {"a": 0, "b": 1}, "character")
corpus = read_corpus(content, "table", vocabulary, "word", TableColumns(symbols="token", sequence="sentence"))
corpus.notes                # what is not in the vocabulary, in sentences
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..analysis.corpus import Corpus
from ..analysis.hypotheses import one_column_each
from ..common.messages import cut, listing, say, sentence_of
from ..tasks.data.encodings import decode_text
from ..tasks.data.scripts import split_characters, split_words
from .vocabulary import UNKNOWN_TOKENS

FORMS = ("text", "lines", "table")
MAX_FILE_BYTES = 8 * 2**20
MAX_SYMBOLS = 1_000_000
SHOWN_UNKNOWN = 8  # different symbols that are named
# What columns are called that hold the symbols, and the sequence that they are of.
SYMBOL_NAMES = ("symbol", "token", "word", "character", "char", "letter", "text")
SEQUENCE_NAMES = (
    "sequence",
    "sequence id",
    "sequence_id",
    "seq",
    "sentence",
    "sentence_id",
    "id",
    "line",
)


@dataclass(frozen=True)
class TableColumns:
    """The columns of a table by their names. sequence: where another value begins another sequence; "" for one alone.

    All others are annotations.
    """

    symbols: str
    sequence: str = ""


def decode_corpus(data: bytes) -> str:
    """The text of an uploaded file. ValueError for one that is empty or too large, and for what is no text."""
    if not data:
        raise ValueError(say("corpus: expected a text, got an empty file. Choose another file."))
    if len(data) > MAX_FILE_BYTES:
        raise ValueError(
            say(
                "corpus: expected a file of at most {most} MB, got {got:,.0f} MB. Take a part of it.",
                most=MAX_FILE_BYTES >> 20,
                got=len(data) / 2**20,
            )
        )
    return decode_text(data).text


def read_corpus(
    content: str,
    form: str,
    vocabulary: Mapping[str, int],
    unit: str,
    columns: TableColumns | None = None,
) -> Corpus:
    """The content as sequences of a model's symbols.

    form: "text", one sequence; "lines", one for each line; "table", a CSV file with a first row of names, a row for
    each symbol or piece of text. unit: "character" or "word". columns: of a table; None: by their names.

    A symbol that is not in the vocabulary is its token for unknown ones, in lower case where it has that, or left out;
    the notes say so. ValueError for a text without any known symbol, with too many, and for no table.
    """
    content = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    annotations: dict[str, list[str]] = {}
    if form == "table":
        pieces, annotations = _read_table(content, columns)
    else:
        lines = content.split("\n") if form == "lines" else [content]
        pieces = [(number, line) for number, line in enumerate(lines)]
    encoder = _Encoder(vocabulary, unit)
    symbols, codes, starts, repeats = list[str](), list[int](), [0], list[int]()
    for k, (name, piece) in enumerate(pieces):
        if k and name != pieces[k - 1][0] and len(codes) > starts[-1]:
            starts.append(len(codes))
        before = len(codes)
        for symbol, code in encoder.encode(piece):
            symbols.append(symbol)
            codes.append(code)
        repeats.append(len(codes) - before)
        _check_size(len(codes))
    if not codes:
        raise ValueError(
            say(
                "corpus: expected symbols of the vocabulary ({vocabulary} …), got none. "
                "Choose a text in the model’s own symbols.",
                vocabulary=cut(" ".join(list(vocabulary)[:8])),
            )
        )
    starts += [len(codes)] if len(codes) > starts[-1] else []
    labels = {
        label: np.repeat(column, repeats)
        for name, cells in annotations.items()
        for label, column in _read_annotation(name, cells).items()
    }
    return Corpus(np.array(codes), tuple(symbols), np.array(starts), labels, tuple(encoder.notes()))


def _check_size(symbols: int) -> None:
    if symbols > MAX_SYMBOLS:
        raise ValueError(
            say(
                "corpus: expected at most {most:,} symbols, got more. Take a part of it.",
                most=MAX_SYMBOLS,
            )
        )


class _Encoder:
    """Pieces of text as symbols of a vocabulary, and which were not in it."""

    def __init__(self, vocabulary: Mapping[str, int], unit: str):
        self._vocabulary, self._unit = vocabulary, unit
        self._unknown = next((token for token in UNKNOWN_TOKENS if token in vocabulary), "")
        self._counts: Counter[str] = Counter()

    def encode(self, piece: str) -> Iterable[tuple[str, int]]:
        """(symbol, its number) for each one that is read."""
        known = self._vocabulary
        for part in split_characters(piece) if self._unit == "character" else piece.split():
            if part in known:
                yield part, known[part]
                continue
            for symbol in self._cut(part):
                code = known.get(symbol, known.get(symbol.lower()))
                if code is None:
                    self._counts[symbol] += 1
                    code = known.get(self._unknown)
                if code is not None:
                    yield symbol, code

    def _cut(self, part: str) -> Sequence[str]:
        """What the vocabulary may know instead: code points of a character, words and marks of what spaces divide."""
        if self._unit == "word":
            return split_words(part)
        points = list(part)
        return points if all(point in self._vocabulary for point in points) else [part]

    def notes(self) -> Iterable[str]:
        """What was not in the vocabulary, and what became of it."""
        if not self._counts:
            return
        named = listing(repr(symbol[:20]) for symbol, _ in self._counts.most_common(SHOWN_UNKNOWN))
        shown = say("{symbols} …", symbols=named) if len(self._counts) > SHOWN_UNKNOWN else named
        number = self._counts.total()
        if self._unknown:
            yield say(
                "Not in the vocabulary and read as {token}: {n:,} of the symbols ({symbols}).",
                token=self._unknown,
                n=number,
                symbols=shown,
            )
        else:
            yield say(
                "Not in the vocabulary and left out: {n:,} of the symbols ({symbols}).",
                n=number,
                symbols=shown,
            )


def table_columns(content: str) -> tuple[tuple[str, ...], TableColumns]:
    """The names of a table's columns, and which hold symbols and sequences by their names. ValueError for no table."""
    names = tuple(_rows(content)[0])
    lower = [name.strip().lower() for name in names]
    symbols = next((names[lower.index(n)] for n in SYMBOL_NAMES if n in lower), names[0])
    sequence = next((names[lower.index(n)] for n in SEQUENCE_NAMES if n in lower), "")
    return names, TableColumns(symbols, "" if sequence == symbols else sequence)


def _read_table(
    content: str, columns: TableColumns | None
) -> tuple[list[tuple[object, str]], dict[str, list[str]]]:
    """((sequence, text) of each row, annotation -> its cells)."""
    names, by_name = table_columns(content)
    columns = columns or by_name
    for name in (columns.symbols, columns.sequence):
        if name and name not in names:
            raise ValueError(
                say(
                    "table: expected a column {name!r}, got {names}. Choose one of these.",
                    name=cut(name),
                    names=cut(", ".join(names), 80),
                )
            )
    rows = _rows(content)[1:]
    place = {name: names.index(name) for name in names}
    first = place[columns.symbols]
    key = place[columns.sequence] if columns.sequence else None
    pieces: list[tuple[object, str]] = [
        (row[key] if key is not None else 0, row[first]) for row in rows
    ]
    annotations = {
        name: [row[k] for row in rows] for name, k in place.items() if k not in (first, key)
    }
    return pieces, annotations


def _rows(content: str) -> list[list[str]]:
    """The rows of a CSV table, all of the first one's length."""
    heading = content.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(content), delimiter=delimiter) if row]
    except csv.Error as error:
        raise ValueError(
            say("table: expected CSV, got {got}. Save it again.", got=sentence_of(error))
        ) from None
    if len(rows) < 2:
        raise ValueError(
            say(
                "table: expected a row of names and a row for each symbol, got {rows} rows. "
                "Choose another file, or read it as a text.",
                rows=len(rows),
            )
        )
    width = len(rows[0])
    if len(set(rows[0])) < width:
        raise ValueError(
            say("table: expected a different name for each column, got one twice. Rename it.")
        )
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise ValueError(
                say(
                    "table: expected {width} cells in each row, got {got} in row {row}. "
                    "Put quotes around a cell with a separator in it.",
                    width=width,
                    got=len(row),
                    row=number,
                )
            )
    return rows


def _read_annotation(name: str, cells: Sequence[str]) -> dict[str, np.ndarray]:
    """A column of numbers as it is, with the mean where a cell is empty; of words as one column for each word."""
    try:
        numbers = np.array([float(cell) if cell.strip() else np.nan for cell in cells])
    except ValueError:
        return one_column_each(name, cells)
    finite = np.isfinite(numbers)
    if not finite.any():
        return {}
    return {name: np.where(finite, numbers, numbers[finite].mean())}
