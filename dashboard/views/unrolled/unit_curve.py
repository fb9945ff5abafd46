"""One unit over all steps, beside its formula: the value at each step, and the gradient there.

    u32 length of header | header (JSON) | float32 [T] for each of the header's curves

The component (web/unrolled_curve.js) also tells the network above which number is under the microscope, and where it
is clicked on, the same quantity at that step is asked for: action {"kind": "pick", ...}.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from core.analysis.attention import ATTENTION_NAMES
from core.analysis.explanation import Place
from core.analysis.head import HEAD_NAMES, LOSS, OUTPUT, OUTPUT_SUM, STEP_LOSS
from core.analysis.microscope import Microscope
from dashboard.common.i18n import _, join_words
from dashboard.common.ranges import decades_of
from dashboard.player import encoding
from dashboard.player.component import mount_picture


@dataclass(frozen=True)
class Curve:
    """place: of the number that a click at its own step asks for. values: [T], in the order of the input."""

    place: Place
    title: str
    values: np.ndarray


def draw_unit_curve(
    scope: Microscope,
    place: Place,
    column: int | None,
    on_action: Callable[[], None],
    is_asked: bool = False,
) -> None:
    """The curves of the number under the microscope; column: of dW_hh, whose two factors are drawn.

    scope: in the convention in which the network above is drawn. is_asked: the reader is to find the number.
    """
    content = encode_curves(scope, place, column, is_asked)
    mount_picture("unit curve", content, on_action, module="unrolled_curve")


def encode_curves(
    scope: Microscope, place: Place, column: int | None, is_asked: bool = False
) -> bytes:
    """The bytes of the component."""
    curves = _curves(scope, place) if column is None else _factors(scope, place, column)
    layers = scope.reading.recording.layers
    key = (place.layer, place.direction)
    is_drawn = place.name not in (*HEAD_NAMES, *ATTENTION_NAMES) and key in layers
    mark: dict[str, Any] | None = None
    if is_drawn:
        mark = {"layer": layers.index(key), "t": place.t, "name": place.name, "unit": place.unit}
        mark |= {} if column is None else {"column": column}
    header = {
        "mark": mark,
        "t": place.t,
        "is weight": column is not None,
        "symbols": scope.inspection.symbols,
        "curves": [
            {
                "title": curve.title,
                "place": asdict(curve.place),
                "isGradient": curve.place.name.startswith("d"),
                "isAsked": is_asked and column is None and curve.place.name == place.name,
                "decades": decades_of(curve.values.astype(np.float64)),
            }
            for curve in curves
        ],
        "parts": [[name, where.start, where.stop] for name, where in scope.parts.items()],
        "strings": {
            "label": _("The same number at every step"),
            "list": _("{first}, {second}"),
            "at": _("step {t} “{symbol}”: {numbers}"),
            "log": _("size on a log scale, ○ negative"),
        },
    }
    return encoding.encode_arrays(header, [curve.values for curve in curves])


def _curves(scope: Microscope, place: Place) -> list[Curve]:
    """The quantity and its gradient, as far as both are recorded."""
    base = place.name.removeprefix("d")
    if base in (STEP_LOSS, LOSS):
        losses = _over_time(scope, place)
        assert losses is not None
        return [Curve(replace(place, name=STEP_LOSS), _("loss of each step"), losses)]
    curves = []
    for name in (base, f"d{base}"):
        values = _over_time(scope, replace(place, name=name))
        if values is not None:
            number = _("unit {unit}", unit=place.unit)
            curves.append(Curve(replace(place, name=name), join_words([name, number]), values))
    return curves


def _factors(scope: Microscope, place: Place, column: int) -> list[Curve]:
    """Of a number of dW_hh: the state that each step had read, and its delta."""
    trace = scope.reading.recording[place.layer, place.direction]
    states = {f"d{d}": state for deltas, state in trace.cell.recurrent_terms for d in deltas}
    state = states[place.name]
    name = state.removesuffix("_prev")
    values = trace.arrays()[state][:, 0, column]
    read = _("{name} before each step, unit {unit}", name=name, unit=column)
    delta = _over_time(scope, place)
    assert delta is not None
    unit = _("unit {unit}", unit=place.unit)
    return [
        Curve(replace(place, name=name, unit=column), read, values),
        Curve(place, f"{place.name}, {unit}", delta),
    ]


def _over_time(scope: Microscope, place: Place) -> np.ndarray | None:
    """[T]; None where there is no such quantity."""
    numbers = scope.head_numbers
    if scope.attention is not None and place.name in scope.attention.arrays:
        return scope.attention.over_time(place)
    if place.name in HEAD_NAMES or place.name == f"d{OUTPUT}":
        if numbers is None:
            return None
        arrays = {
            OUTPUT_SUM: numbers.scores,
            OUTPUT: numbers.outputs,
            f"d{OUTPUT_SUM}": numbers.gradients,
        }
        if place.name in (STEP_LOSS, LOSS):
            return numbers.losses if numbers.losses is None else np.nan_to_num(numbers.losses)
    else:
        arrays = {
            name: values[:, 0]
            for name, values in scope.reading.recording[place.layer, place.direction]
            .arrays()
            .items()
        }
    return arrays[place.name][:, place.unit] if place.name in arrays else None
