"""Targets that a reader gives to a whole model: typed, a column, the next symbol, or the model's own answer.

at, values = next_symbols(ids)
at, values = typed_classes("a b ? c", "word", vocabulary, steps=(0, 1, 2, 3), outputs=9)
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from ...common.messages import say
from ..vocabulary import NO_TARGET, Vocabulary, number_of, split

Targets = tuple[tuple[int, ...], Tensor]
FIELD = "Target"


def next_symbols(ids: Tensor) -> Targets:
    """Each step's target is the symbol that comes next; the last step has none. ValueError for fewer than two."""
    if len(ids) < 2:
        raise ValueError(
            say(
                "Target: expected at least 2 symbols, of which each is followed by the next, got {got}. Type more.",
                got=len(ids),
            )
        )
    return tuple(range(len(ids) - 1)), ids[1:]


def typed_classes(
    text: str, unit: str, vocabulary: Vocabulary, steps: Sequence[int], outputs: int
) -> Targets:
    """A class for each of these steps, “?” where a step has none. ValueError for another number of them."""
    symbols = split(text, unit)
    _check_number(len(symbols), len(steps))
    pairs = [
        (step, number_of(symbol, unit, vocabulary, outputs, FIELD))
        for step, symbol in zip(steps, symbols, strict=True)
        if symbol != NO_TARGET
    ]
    return _unzip(pairs)


def typed_numbers(text: str, steps: Sequence[int], outputs: int) -> Targets:
    """A line of numbers for each of these steps, one for each output; with one output all may stand on one line.

    “?” stands in a step that has none. ValueError for others.
    """
    rows = [line.replace(",", " ").replace(";", " ").split() for line in text.strip().splitlines()]
    rows = [row for row in rows if row]
    if outputs == 1:
        rows = [[cell] for row in rows for cell in row]
    _check_number(len(rows), len(steps))
    pairs = []
    for step, row in zip(steps, rows, strict=True):
        if row == [NO_TARGET]:
            continue
        try:
            numbers = [float(cell.replace("−", "-")) for cell in row]
        except ValueError:
            numbers = []
        if len(numbers) != outputs or not all(abs(n) < 1e9 for n in numbers):
            raise ValueError(
                say(
                    "Target: expected {outputs} numbers for step {step}, got {got!r}. Write one for each output.",
                    outputs=outputs,
                    step=step + 1,
                    got=" ".join(row)[:40],
                )
            )
        pairs.append((step, numbers))
    return _unzip(pairs)


def _check_number(got: int, expected: int) -> None:
    if got != expected:
        raise ValueError(
            say(
                "Target: expected {expected}, one for each step that has a loss, got {got}. Write as many, with “?” where a step has none.",
                expected=expected,
                got=got,
            )
        )


def _unzip(pairs: Sequence[tuple[int, object]]) -> Targets:
    if not pairs:
        raise ValueError(
            say("Target: expected one for some step, got none. Write at least one that is no “?”.")
        )
    return tuple(step for step, _ in pairs), torch.tensor([value for _, value in pairs])
