"""Texts with a label each, a line (or a quoted CSV record) for each: "text <separator> label", or the other way round."""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ...common.messages import count, either, paragraph, say
from .labels import (
    MAX_CLASSES,
    MIN_PER_CLASS,
    Labelled,
    is_heading,
    is_label_column,
    quote,
    without_rare_classes,
)

SEPARATORS = {"\t": "tab", ";": "semicolon", ",": "comma", "，": "full-width comma", "|": "bar"}
SAMPLE_LINES = 2000  # by which the separator is chosen
EVEN_SHARE = 0.95  # of lines that have the same number of columns in a table
DIFFERENT_SHARE = 0.5  # of the lines; names of shops and goods come again and again, texts do not
DIVIDED_SHARE = 0.9  # of lines in which the separator stands
COLUMN = "column "  # begins the name of a column without one
MOST_LINE_ENDS = 50  # in one quoted field; more, and its quote is a stray one
NOT_WORDS = re.compile(r"[\d\s.,:;/+\-%eE年月日T]*")  # numbers, dates and times


@dataclass(frozen=True)
class Rows:
    """columns: cells of each column, without the heading. odd: rows that have other columns, as text."""

    separator: str
    columns: list[list[str]]
    names: list[str]
    odd: list[str]


def read_labelled_texts(content: str, label_column: int) -> Labelled:
    """See `core.tasks.data.labelled.read_labelled`."""
    rows = _read_rows(content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    columns = rows.columns
    candidates = [k for k, cells in enumerate(columns) if is_label_column(cells)]
    if label_column > len(columns):
        raise ValueError(
            say(
                "label column: expected a column from 1 to {columns}, got {got}. Choose another.",
                columns=len(columns),
                got=label_column,
            )
        )
    texts = [k for k, cells in enumerate(columns) if _are_texts(cells)]
    likely = [k for k in candidates if set(texts) - {k}] or candidates
    if not label_column and not likely:
        raise ValueError(
            say(
                "file: expected a text and a label on each line, got no column of 2 to {most} labels that "
                "occur {least} times or more. Write lines such as: what a film!,good",
                most=MAX_CLASSES,
                least=MIN_PER_CLASS,
            )
        )
    label = label_column - 1 if label_column else likely[-1]
    texts = [k for k in texts if k != label]
    if not texts:
        other = next(k for k in (0, 1) if k != label)
        raise ValueError(
            say(
                "file: expected a text beside the label, got numbers or times such as {example}. "
                "A table of numbers is a series: train Forecast on it.",
                example=quote(columns[other][-1]),
            )
        )
    text = max(texts, key=lambda k: (_mean_length(columns[k]), -k))
    return _labelled(rows, text, label, candidates if label in candidates else [*candidates, label])


def _labelled(rows: Rows, text: int, label: int, candidates: list[int]) -> Labelled:
    names, notes = rows.names, []
    columns = {
        "separator": SEPARATORS[rows.separator],
        "text": quote(names[text]),
        "label": quote(names[label]),
    }
    unused = [quote(name) for k, name in enumerate(names) if k not in (text, label)]
    notes.append(
        say(
            "Columns separated by {separator}: the text is {text}, the label is {label}; not used: {unused}.",
            unused=", ".join(unused[:6]),
            **columns,
        )
        if unused
        else say(
            "Columns separated by {separator}: the text is {text}, the label is {label}.", **columns
        )
    )
    others = [quote(names[k]) for k in candidates if k not in (label, text)]
    if text in candidates:
        others.append(quote(names[text]))
    if others:
        notes.append(
            say(
                "The label could also be {columns}: choose the label column.",
                columns=either(others),
            )
        )
    if rows.odd:
        notes.append(
            count(
                len(rows.odd),
                say("{n:,} line left out, without a text and a label: {line}."),
                say("{n:,} lines left out, without a text and a label: {line}, ..."),
                line=quote(rows.odd[0]),
            )
        )
    pairs = list(zip(rows.columns[text], rows.columns[label], strict=True))
    whole = [pair for pair in pairs if all(pair)]
    if len(whole) < len(pairs):
        notes.append(
            count(
                len(pairs) - len(whole),
                say("{n:,} line left out, with an empty text or label."),
                say("{n:,} lines left out, with an empty text or label."),
            )
        )
    different = list(dict.fromkeys(whole))
    if len(different) < DIFFERENT_SHARE * len(whole):
        raise ValueError(
            say(
                "file: expected different texts, got {got:,} different ones in {lines:,} lines, such as "
                "{example} with the label {label}. A table with a column of numbers is a "
                "series: train Forecast on it.",
                got=len(different),
                lines=len(whole),
                example=quote(different[0][0]),
                label=quote(different[0][1]),
            )
        )
    if len(different) < len(whole):
        notes.append(
            count(
                len(whole) - len(different),
                say("{n:,} line left out as repetitions of another."),
                say("{n:,} lines left out as repetitions of another."),
            )
        )
    stays, rare = without_rare_classes([answer for _, answer in different])
    return Labelled(
        texts=tuple(different[k][0] for k in stays),
        series=(),
        labels=tuple(different[k][1] for k in stays),
        input_names=(),
        label_column=label + 1,
        label_columns={k + 1: names[k] for k in sorted(candidates)},
        note=paragraph([*notes, *rare]),
    )


def _are_texts(cells: Sequence[str]) -> bool:
    """Whether most of these are words rather than numbers, dates or times."""
    sample = cells[:: max(1, len(cells) // SAMPLE_LINES)]
    return sum(not NOT_WORDS.fullmatch(cell) for cell in sample) > len(sample) / 2


def _mean_length(cells: Sequence[str]) -> float:
    return sum(map(len, cells)) / max(1, len(cells))


# ---------------------------------------------------------------- lines to columns


def _read_rows(content: str) -> Rows:
    """The file as columns, with that separator which gives labels and divides most lines evenly.

    Of several such, the one with the shortest labels.
    """
    sample = "\n".join(content.split("\n", SAMPLE_LINES)[:SAMPLE_LINES])
    best: tuple[tuple[bool, float, float], str, bool] | None = None
    for separator in SEPARATORS:
        for quoted in (True, False) if '"' in sample else (False,):
            rows = _split(sample, separator, quoted)
            share, _width = _evenness(rows)
            if not share:
                continue
            columns = [
                each for each in _as_columns(rows, separator).columns if is_label_column(each)
            ]
            shortest = min((_mean_length(each) for each in columns), default=0.0)
            score = (bool(columns), round(share, 2), -shortest)
            if best is None or score > best[0]:
                best = score, separator, quoted
    if best is None:
        raise ValueError(
            say(
                "file: expected a text and a label on each line, with a tab, comma or semicolon between, got lines without "
                "any: {line}. Write lines such as: what a film!,good",
                line=quote(content.strip()[:200].splitlines()[0]),
            )
        )
    _score, separator, quoted = best
    rows = _split(content, separator, quoted)
    if quoted and any(cell.count("\n") > MOST_LINE_ENDS for row in rows for cell in row):
        rows = _split(content, separator, False)
    return _as_columns(rows, separator)


def _split(content: str, separator: str, quoted: bool) -> list[list[str]]:
    if not quoted:
        return [line.split(separator) for line in content.split("\n") if line.strip()]
    file = io.StringIO(content, newline="")
    try:
        rows = list(csv.reader(file, delimiter=separator, skipinitialspace=True))
    except csv.Error:  # a field of more than 131 072 characters
        return []
    return [row for row in rows if any(cell.strip() for cell in row)]


def _evenness(rows: list[list[str]]) -> tuple[float, int]:
    """(share of rows that have the commonest number of columns above one, that number); (0, 0) for no rows.

    Where less than nine in ten have any separator, it is none.
    """
    widths = Counter(len(row) for row in rows)
    divided = Counter({width: n for width, n in widths.items() if width > 1})
    if not divided or sum(divided.values()) < DIVIDED_SHARE * len(rows):
        return 0.0, 0
    width, n = divided.most_common(1)[0]
    return n / len(rows), width


def _as_columns(rows: list[list[str]], separator: str) -> Rows:
    share, width = _evenness(rows)
    table = _with_names(
        separator,
        [row for row in rows if len(row) == width],
        [separator.join(row) for row in rows if len(row) != width],
    )
    if width > 2 and share >= EVEN_SHARE and (separator == "\t" or not _is_one_text(table)):
        return table
    return _two_columns(rows, separator)


def _is_one_text(table: Rows) -> bool:
    """Whether columns without names are all words: then they are one text with commas, and its label."""
    unnamed = all(name.startswith(COLUMN) for name in table.names)
    return unnamed and all(map(_are_texts, table.columns))


def _two_columns(rows: list[list[str]], separator: str) -> Rows:
    """Lines of a text and a label, where the text may contain the separator: cut at the last one, or at the first."""
    divided = [row for row in rows if len(row) > 1]
    odd = [separator.join(row) for row in rows if len(row) < 2]
    last = [[separator.join(row[:-1]), row[-1]] for row in divided]
    first = [[row[0], separator.join(row[1:])] for row in divided]
    begins = is_label_column([row[0].strip() for row in first])
    ends = is_label_column([row[1].strip() for row in last])
    if begins and ends:  # a label is shorter than a text
        begins = sum(len(row[0]) for row in first) < sum(len(row[1]) for row in last)
    return _with_names(separator, first if begins else last, odd)


def _with_names(separator: str, rows: list[list[str]], odd: list[str]) -> Rows:
    columns = [[cell.strip() for cell in cells] for cells in zip(*rows, strict=True)]
    names = [f"{COLUMN}{k}" for k in range(1, len(columns) + 1)]
    if is_heading([cells[0] for cells in columns], [cells[1:] for cells in columns]):
        names = [cells[0] or name for cells, name in zip(columns, names, strict=True)]
        columns = [cells[1:] for cells in columns]
    return Rows(separator, columns, names, odd)
