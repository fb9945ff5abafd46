r"""Sequences that a user gives to a layer of their own: typed numbers, typed symbols, numbers drawn.

    x, labels = parse_numbers("0.1 0.2\n0.3 0.4", 2)
    x, labels = parse_symbols("abba", "ab", torch.eye(2))

x is [T, 1, I], a batch of one; there is a label for each step.
"""

import csv
import io
import re

import torch
from torch import Tensor

MAX_STEPS = 2000
MAX_NUMBER = 1e6  # the largest size of an input number


def parse_numbers(text: str, input_size: int) -> tuple[Tensor, tuple[str, ...]]:
    """A table of numbers, a line for each step: (x float32 [T, 1, I], a label for each step).

    ValueError for anything else. With one input, all numbers may stand on one line. Commas, semicolons, tabs and spaces separate.
    """
    rows = [re.split(r"[,;\s]+", line.strip(" ,;\t")) for line in text.splitlines() if line.strip()]
    if input_size == 1:
        rows = [[cell] for row in rows for cell in row]
    if len(rows) > 1 and not any(_is_number(cell) for cell in rows[0]):
        rows = rows[1:]  # a line of names
    _check_steps(len(rows))
    values = []
    for k, row in enumerate(rows):
        if len(row) != input_size or not all(_is_number(cell) for cell in row):
            raise ValueError(
                f"sequence: expected {input_size} numbers up to {MAX_NUMBER:g} in step {k + 1}, "
                f"got {' '.join(row)[:40]!r}. Write a line of {input_size} for each step."
            )
        values.append([float(cell) for cell in row])
    x = torch.tensor(values)[:, None]
    return x, tuple(
        f"{row[0]:.3g}" if input_size == 1 else str(k) for k, row in enumerate(values, 1)
    )


def parse_symbols(text: str, alphabet: str, table: Tensor) -> tuple[Tensor, tuple[str, ...]]:
    """A text, symbol by symbol: (x [T, 1, I], its symbols).

    ValueError for a symbol outside the alphabet. Symbol number k of the alphabet is row k of `table` [V, I]: an embedding, or torch.eye(I) for
    one-hot inputs.
    """
    if len(set(alphabet)) != len(alphabet) or not 1 <= len(alphabet) <= len(table):
        raise ValueError(
            f"alphabet: expected at most {len(table)} different symbols, got {len(alphabet)}, of which "
            f"{len(set(alphabet))} are different. Write them in the order of your model."
        )
    _check_steps(len(text))
    for sign in text:
        if sign not in alphabet:
            raise ValueError(
                f"sequence: expected symbols out of {alphabet[:40]!r}, got {sign!r}. Change one of them."
            )
    rows = torch.tensor([alphabet.index(sign) for sign in text])
    return table[rows].float()[:, None], tuple(text)


def draw_numbers(input_size: int, steps: int, seed: int) -> tuple[Tensor, tuple[str, ...]]:
    """Numbers drawn from N(0, 1), for a first look: (x float32 [T, 1, I], the steps' numbers)."""
    _check_steps(steps)
    x = torch.randn(steps, 1, input_size, generator=torch.Generator().manual_seed(seed))
    return x, tuple(str(t + 1) for t in range(steps))


def csv_as_text(content: str) -> str:
    """A CSV file as text for `parse_numbers`, without quotes and spaces around its cells. ValueError for no CSV."""
    try:
        rows = list(csv.reader(io.StringIO(content)))
    except csv.Error as error:
        raise ValueError(f"file: expected a CSV table, got {error}. Save it again.") from None
    return "\n".join(",".join(cell.strip() for cell in row) for row in rows)


def _is_number(cell: str) -> bool:
    try:
        return abs(float(cell)) <= MAX_NUMBER
    except ValueError:
        return False


def _check_steps(steps: int) -> None:
    if not 1 <= steps <= MAX_STEPS:
        raise ValueError(
            f"sequence: expected 1 to {MAX_STEPS} steps, got {steps}. Type a longer or shorter one."
        )
