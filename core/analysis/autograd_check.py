"""The recorded numbers of one reading against torch.autograd over a plain loop, in float32 and in float64.

    result = check_against_autograd(inspect_trainer(trainer))
    result.wrong                 # the quantities that differ, the worst first; empty: all agree
    result.comparisons           # each quantity, with its largest difference and where it is

Judged in float64, where rounding hides nothing, and in float32 against what rounding does to the plain loop
itself. The head and the loss are torch's own on both sides.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch

from ..cells.symbolic import Bias, Dot
from ..common.messages import say
from ..layers.recurrent import Recurrent
from .check_result import CheckResult, Comparison
from .inspection import Inspection, Reading
from .plain_loop import Key, PlainPass, plain_loops

DOUBLE_TOLERANCE = (
    1e-6  # of a quantity's largest number at a step, in float64: rounding is below 1e-12
)
CANCELLATION = (
    1e-13  # of the largest number of any quantity at the step: what a difference of two can lose
)
SENSITIVE_TOLERANCE = (
    1e-2  # the same, where rounding in float32 alone changes a value by more than this
)
SINGLE_TOLERANCE = 1e-3  # of a quantity's largest number, in float32
ROUNDING_FACTOR = 100  # float32 may be so many times as far off as the plain loop in float32 is


PlaceOfQuantity = tuple[str, Key, str]  # part, layer and direction, name
Numbers = dict[PlaceOfQuantity, np.ndarray]  # [T, H]; of a weight [rows, H]


class Sources(NamedTuple):
    """The same numbers from four passes: recorded in float32 and float64, and by the plain loop in both."""

    shown: np.ndarray
    exact: np.ndarray
    rounded: np.ndarray
    true: np.ndarray

    def finite(self) -> np.ndarray:
        """Which of the numbers are finite in all four."""
        return np.logical_and.reduce([np.isfinite(array) for array in self])


def check_against_autograd(inspection: Inspection, reading: Reading | None = None) -> CheckResult:
    """Compares every value and gradient of the reading with autograd; no weight and no recording changes.

    reading: what `inspection.read()` gave; None: it is read now. ValueError where the inspection cannot be copied.
    """
    with np.errstate(all="ignore"):  # what is not finite is counted
        return _check(inspection, reading)


def _check(inspection: Inspection, reading: Reading | None) -> CheckResult:
    if inspection.copy is None:
        raise ValueError(
            say(
                "check: expected a network that can be run again, got numbers alone. Upload its weights."
            )
        )
    single, double = inspection.copy(torch.float32), inspection.copy(torch.float64)
    shown = _recorded(inspection, inspection.read() if reading is None else reading)
    exact = _recorded(double, double_reading := double.read())
    rounded, _ = _computed(single)
    true, loss = _computed(double)
    steps = len(inspection.symbols)
    skipped = _replaced(inspection)
    forward = [key for key in true if not key[2].startswith("d")]
    sensitive = any(_share_off(rounded[key], true[key]) > SENSITIVE_TOLERANCE for key in forward)
    scales = _step_scales(true)
    comparisons, numbers, not_finite = [], 0, 0
    for place in true:
        sources = Sources(shown[place], exact[place], rounded[place], true[place])
        if place in skipped:
            keep = np.setdiff1d(np.arange(sources.true.shape[-1]), skipped[place])
            if not len(keep):
                continue
            sources = Sources(*(array[..., keep] for array in sources))
        finite = sources.finite()
        numbers += int(finite.sum())
        not_finite += int((~finite).sum())
        comparisons.append(_compare(place, sources, scales[_kind(place)], sensitive))
    return CheckResult(
        tuple(comparisons),
        steps,
        numbers,
        not_finite,
        tuple(sorted({name for _, _, name in skipped if not name.startswith("d")})),
        sensitive,
        (double_reading.loss, loss),
    )


def _recorded(inspection: Inspection, reading: Reading) -> Numbers:
    """The recorded numbers, and dW_hh as the sum of the recorded terms."""
    numbers: Numbers = {}
    for part, layer, steps in _parts(inspection, reading):
        for key in _keys(layer):
            trace = reading.recording[key]
            arrays = {n: v[steps, 0].astype(np.float64) for n, v in trace.arrays().items()}
            for name in trace.cell.equations():
                numbers[part, key, name] = arrays[name]
                numbers[part, key, f"d{name}"] = arrays[f"d{name}"]
            terms = [
                arrays[f"d{delta}"].T @ arrays[state]
                for deltas, state in trace.cell.recurrent_terms
                for delta in deltas
            ]
            numbers[part, key, "dW_hh"] = np.concatenate(terms)
    return numbers


def _computed(inspection: Inspection) -> tuple[Numbers, float]:
    """The same numbers by autograd over the plain loop, and the loss."""
    with plain_loops(inspection.layers) as passes:
        loss = inspection.loss(inspection.run(1))
        loss.backward()
    numbers: Numbers = {}
    for part, plain in passes.items():
        for key, values in plain.values.items():
            for name, tensors in values.items():
                numbers[part, key, name] = _stacked([t.detach() for t in tensors])
                gradients = [torch.zeros_like(t) if t.grad is None else t.grad for t in tensors]
                numbers[part, key, f"d{name}"] = _stacked(gradients)
            numbers[part, key, "dW_hh"] = _weight_gradient(plain, key)
    inspection.forget()
    return numbers, loss.item()


def _stacked(tensors: list[torch.Tensor]) -> np.ndarray:
    return torch.stack(tensors).numpy().astype(np.float64)


def _weight_gradient(plain: PlainPass, key: Key) -> np.ndarray:
    rows = [leaf for (name, _), leaf in plain.weights[key].items() if name == "weight_hh"]
    gradients = [torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for leaf in rows]
    return torch.cat(gradients).numpy().astype(np.float64)


def _parts(inspection: Inspection, reading: Reading) -> Iterator[tuple[str, Recurrent, slice]]:
    """Each part of the network with its steps of the sequence."""
    start = 0
    for part, layer in inspection.layers.items():
        steps = len(inspection.symbols)
        if len(inspection.layers) > 1:
            steps = len(reading.direct[part])
        yield part, layer, slice(start, start + steps)
        start += steps


def _keys(layer: Recurrent) -> list[Key]:
    return [(k, direction) for k in range(layer.num_layers) for direction in layer.directions]


def _replaced(inspection: Inspection) -> dict[PlaceOfQuantity, np.ndarray]:
    """What is computed with rows of weights that an intervention replaces -> the units that are held."""
    replaced: dict[PlaceOfQuantity, np.ndarray] = {}
    for part, layer in inspection.layers.items():
        intervention = layer.intervention
        if intervention is None:
            continue
        cell = intervention.computing_cell(layer.cell)
        for key in _keys(layer):
            H = layer.sizes[key[0]]
            clamps = intervention.clamps_of(cell, H, *key)
            for gate, units, _value in () if clamps is None else clamps.inner:
                for name, formula in cell.equations().items():
                    rows = [t.gate for t in formula.terms if isinstance(t, Dot | Bias)]
                    if gate in rows:
                        for each in (name, f"d{name}"):
                            before = replaced.get((part, key, each), np.arange(0))
                            more = np.arange(H)[units]
                            replaced[part, key, each] = np.union1d(before, more).astype(int)
    return replaced


def _kind(place: PlaceOfQuantity) -> PlaceOfQuantity:
    """Numbers of a kind are as large as each other: the values of a layer, its gradients, its weights'."""
    part, key, name = place
    return part, key, name if name == "dW_hh" else name[:1] * name.startswith("d")


def _step_scales(numbers: Numbers) -> dict[PlaceOfQuantity, np.ndarray]:
    """The largest number of its kind at each step, [T, 1]."""
    scales: dict[PlaceOfQuantity, np.ndarray] = {}
    for place, array in numbers.items():
        largest = np.abs(np.where(np.isfinite(array), array, 0)).max(1, keepdims=True)
        if place[2] == "dW_hh":
            largest = np.full_like(largest, largest.max())
        scales[_kind(place)] = np.maximum(largest, scales.get(_kind(place), 0))
    return scales


def _share_off(values: np.ndarray, expected: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        off = np.abs(values - expected)
    largest = np.abs(expected[np.isfinite(expected)]).max(initial=0.0)
    return float(np.nan_to_num(off).max(initial=0.0) / largest) if largest else 0.0


def _compare(
    place: PlaceOfQuantity, sources: Sources, of_kind: np.ndarray, sensitive: bool
) -> Comparison:
    """of_kind [T, 1]: the largest number of the kind at each step."""
    part, key, name = place
    finite = sources.finite()
    shown, exact, rounded, true = (np.where(finite, array, 0) for array in sources)
    largest = np.abs(true).max(initial=0.0)
    scale = largest or 1.0
    of_step = np.abs(true).max(axis=-1, keepdims=True, initial=0.0)
    off_double, off_single = np.abs(exact - true), np.abs(shown - true)
    tolerance = SENSITIVE_TOLERANCE if sensitive else DOUBLE_TOLERANCE
    wrong_double = off_double > tolerance * of_step + CANCELLATION * of_kind
    rounding = ROUNDING_FACTOR * np.abs(rounded - true).max(initial=0.0)
    wrong_single = off_single > max(SINGLE_TOLERANCE * scale, rounding)
    wrong = wrong_double | wrong_single
    is_weight = name == "dW_hh"
    off = np.maximum(off_double, off_single) if wrong.any() else off_single
    if wrong.any() and not is_weight:  # where it begins
        starts_late = name.startswith("d") == (key[1] == "forward")
        steps = np.flatnonzero(wrong.any(axis=-1))
        off = np.where(np.arange(len(off))[:, None] == steps[-1 if starts_late else 0], off, 0)
    worst = np.unravel_index(int(off.argmax()), off.shape)
    return Comparison(
        name,
        part,
        key,
        float(largest),
        float(off_single.max(initial=0.0) / scale),
        float(off_double.max(initial=0.0) / scale),
        bool(wrong.any()),
        -1 if is_weight else int(worst[0]),
        int(worst[-1]),
        float(shown[worst]),
        float(true[worst]),
    )
