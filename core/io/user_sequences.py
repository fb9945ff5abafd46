r"""Sequences that a user gives to a layer of their own: typed numbers, typed symbols, numbers drawn.

    x, labels = parse_numbers("0.1 0.2\n0.3 0.4", 2)
    x, labels = parse_symbols("abba", parse_vocabulary("ab", words=False), torch.eye(2))

x is [T, 1, I], a batch of one; there is a label for each step. Errors begin with the label of the field.
"""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ..common.messages import count, say, sentence_of

MAX_STEPS = 2000
MAX_NUMBER = 1e6  # the largest size of an input number
# Signs that stand for another one where people type or paste numbers.
SAME_SIGNS = str.maketrans({"−": "-", "–": "-", "，": ",", "；": ";", "、": ",", "\ufeff": " "})
ARRAYS = re.compile(
    r"(?:torch\.)?tensor\(|(?:np\.|numpy\.)?array\(|\)|,?\s*dtype=[\w.]+|device='\w+'"
)
LEADING_ZERO = re.compile(
    r"[-+]?0\d+"
)  # "05" is no number by itself, but what stands behind a decimal comma

Rows = list[list[str]]


def parse_numbers(text: str, input_size: int) -> tuple[Tensor, tuple[str, ...]]:
    """A table of numbers, a line for each step: (x float32 [T, 1, I], a label for each step).

    Spaces, tabs, commas and semicolons separate; a printed array is read too. Where semicolons separate, or the
    lines fit only so, a comma is a decimal comma. With one input, all numbers may stand on one line. A first line of
    names is left out. ValueError for anything else, and for what can be read in two ways.
    """
    lines = _lines(text)
    rows = by_commas = _rows(lines, r"[,;\s]+", input_size)
    if re.search(r"\d,\d", text):
        decimal = [re.sub(r"(?<=\d),(?=\d)", ".", line) for line in lines]
        by_points = _rows(decimal, r"[;\s]+", input_size)
        fits = not _complain(by_points, input_size)
        only_so = _complain(by_commas, input_size) or any(
            LEADING_ZERO.fullmatch(cell) for row in by_commas for cell in row
        )
        if fits and ";" not in text and not only_so:
            cell = re.findall(r"[-+\d.]*\d,\d+", text)[0][:40]
            raise ValueError(
                say(
                    "Numbers: expected numbers that can be read in one way, got {got!r}, which may be "
                    "{one_way} or {other_way}. Write a decimal point, or "
                    "put spaces between the numbers.",
                    got=cell,
                    one_way=cell.replace(",", "."),
                    other_way=cell.replace(",", " and "),
                )
            )
        if fits or ";" in text:
            rows = by_points
    if complaint := _complain(rows, input_size):
        raise ValueError(complaint)
    values = [[float(cell) for cell in row] for row in rows]
    x = torch.tensor(values)[:, None]
    return x, tuple(
        f"{row[0]:.3g}" if input_size == 1 else str(k) for k, row in enumerate(values, 1)
    )


def _lines(text: str) -> list[str]:
    text = ARRAYS.sub(" ", text.translate(SAME_SIGNS))
    lines = re.split(r"[\n\r\[\]]+", text)
    return [line.strip(" ,;\t\xa0") for line in lines if line.strip(" ,;\t\xa0")]


def _rows(lines: Sequence[str], separators: str, input_size: int) -> Rows:
    rows = [re.split(separators, line) for line in lines]
    if len(rows) > 1 and not any(_is_number(cell) for cell in rows[0]):
        rows = rows[1:]  # a line of names
    return (
        [[cell] for row in rows for cell in row] if input_size == 1 and _are_plain(rows) else rows
    )


def _are_plain(rows: Rows) -> bool:
    """Whether all cells are numbers, so that several of them on a line are as many steps."""
    return all(_is_number(cell) for row in rows for cell in row)


def _complain(rows: Rows, input_size: int) -> str:
    """Why the rows are no steps of so many numbers, with what to do; "" where they are."""
    if not 1 <= len(rows) <= MAX_STEPS:
        return _steps_sentence(say("Numbers"), len(rows))
    wanted = _numbers(input_size)
    for k, row in enumerate(rows):
        if len(row) == input_size and all(_is_number(cell) for cell in row):
            continue
        line = " ".join(row)[:40]
        wrong = next((cell for cell in row if not _is_number(cell)), None)
        if wrong is None:
            return say(
                "Numbers: expected {wanted} in step {step}, got {got}: {line!r}. The layer has {inputs} "
                "inputs, so each line is {wanted}.",
                wanted=wanted,
                step=k + 1,
                got=_numbers(len(row)),
                line=line,
                inputs=input_size,
            )
        column = row.index(wrong)
        everywhere = all(len(other) > column and not _is_number(other[column]) for other in rows)
        if everywhere and len(rows) > 1:
            return say(
                "Numbers: expected {wanted} in each step, got a column {column} without numbers, as "
                "{got!r}. Take that column out, so that each line is {wanted}.",
                wanted=wanted,
                column=column + 1,
                got=wrong[:40],
            )
        return say(
            "Numbers: expected {wanted} from −{most:g} to {most:g} in step {step}, got {got!r} in {line!r}. {cure}.",
            wanted=wanted,
            most=MAX_NUMBER,
            step=k + 1,
            got=wrong[:40],
            line=line,
            cure=_cure(wrong),
        )
    return ""


def _numbers(number: int) -> str:
    return count(number, say("{n} number"), say("{n} numbers"))


def _cure(cell: str) -> str:
    if cell.lower() in ("nan", "na", "null", "none", "-", "?", "..."):
        return say("Write a number in its place; a gap cannot be read")
    try:
        float(cell)
    except ValueError:
        return say("Write a number in its place, or take it out")
    return say("Divide the numbers, as you did before training")


def parse_vocabulary(text: str, words: bool) -> dict[str, int]:
    """The symbols of a model -> their rows: as JSON (a list, or a dict of numbers), else the characters of the text
    or its words, in the order of the model. ValueError for a symbol that comes twice.
    """
    try:
        entries = json.loads(text) if text.strip()[:1] in ("{", "[") else None
    except ValueError:
        entries = None  # brackets may be symbols, too
    if isinstance(entries, dict) and all(type(row) is int and row >= 0 for row in entries.values()):
        return {str(symbol): row for symbol, row in entries.items()}
    symbols = entries if isinstance(entries, list) else text.split() if words else list(text)
    vocabulary = {str(symbol): row for row, symbol in enumerate(symbols)}
    if len(vocabulary) < len(symbols) or not symbols:
        twice = next((str(s) for k, s in enumerate(symbols) if s in symbols[:k]), "")
        got = say("{symbol!r} twice", symbol=twice[:40]) if twice else say("none")
        raise ValueError(
            say(
                "Vocabulary: expected different symbols, got {got}. Write them in the order of your model.",
                got=got,
            )
        )
    return vocabulary


def parse_symbols(
    text: str, vocabulary: Mapping[str, int], table: Tensor, words: bool = False
) -> tuple[Tensor, tuple[str, ...]]:
    """A text, symbol by symbol: (x [T, 1, I], its symbols).

    ValueError for a symbol outside the vocabulary. A symbol's number there is its row of `table` [V, I]: an
    embedding, or torch.eye(I) for one-hot inputs.
    """
    if max(vocabulary.values()) >= len(table):
        raise ValueError(
            say(
                "Vocabulary: expected at most {rows} symbols, got {got}. The table that "
                "you chose has no more rows.",
                rows=len(table),
                got=max(vocabulary.values()) + 1,
            )
        )
    symbols = text.split() if words else list(text)
    if not 1 <= len(symbols) <= MAX_STEPS:
        raise ValueError(_steps_sentence(say("Text"), len(symbols)))
    for symbol in symbols:
        if symbol not in vocabulary:
            some = " ".join(list(vocabulary)[:5]) if words else "".join(vocabulary)
            raise ValueError(
                say(
                    "Text: expected symbols of the vocabulary ({vocabulary} …), got {got!r}. Write another "
                    "one in its place, or add it to the vocabulary if your model has it.",
                    vocabulary=some[:40],
                    got=symbol[:40],
                )
            )
    rows = torch.tensor([vocabulary[symbol] for symbol in symbols])
    return table[rows].float()[:, None], tuple(symbols)


def draw_numbers(input_size: int, steps: int, seed: int) -> tuple[Tensor, tuple[str, ...]]:
    """Numbers drawn from N(0, 1), for a first look: (x float32 [T, 1, I], the steps' numbers)."""
    if not 1 <= steps <= MAX_STEPS:
        raise ValueError(_steps_sentence(say("Steps"), steps))
    x = torch.randn(steps, 1, input_size, generator=torch.Generator().manual_seed(seed))
    return x, tuple(str(t + 1) for t in range(steps))


def csv_as_text(content: str) -> str:
    """A CSV file as text for `parse_numbers`, without quotes and spaces around its cells. ValueError for no CSV."""
    unquoted = re.sub(r'"[^"]*"', "", content)
    delimiter = next((sign for sign in ";\t" if sign in unquoted), ",")
    try:
        rows = list(csv.reader(io.StringIO(content), delimiter=delimiter))
    except csv.Error as error:
        raise ValueError(
            say("CSV file: expected a table, got {got}. Save it again.", got=sentence_of(error))
        ) from None
    has_comma = any("," in cell for row in rows for cell in row)
    joined = ";" if has_comma or delimiter != "," else ","
    return "\n".join(joined.join(cell.strip() for cell in row) for row in rows)


def _is_number(cell: str) -> bool:
    try:
        return abs(float(cell)) <= MAX_NUMBER
    except ValueError:
        return False


def _steps_sentence(field: str, steps: int) -> str:
    return say(
        "{what}: expected 1 to {most} steps, got {got}. {cure}.",
        what=field,
        most=MAX_STEPS,
        got=steps,
        cure=say("Type something") if steps < 1 else say("Type fewer"),
    )
