"""The bytes that the Unrolled component gets: one reading of a sequence, with every value and gradient.

u32 length of header | header (JSON) | float32 [T, H] for each layer and each of the header's names

H is the number of units that are drawn (sizes in the header): the first ones, where all of them over so many steps
would be more than a page is sent at once.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.inspection import Reading
from core.analysis.microscope import Microscope
from core.analysis.truncation import TruncationEffect
from core.layers.recording import Recording
from dashboard.common.file_names import plain_name
from dashboard.common.i18n import _, join_words
from dashboard.common.ranges import Decades, decades_of
from dashboard.common.theme import QUANTITIES
from dashboard.figures.gates import quantity_title
from dashboard.navigation import UNROLLED
from dashboard.player import encoding
from dashboard.player.component import most_bytes
from dashboard.player.inside_strings import unrolled_strings
from dashboard.session import position

ALL_UNITS = (
    0.95  # of what a page is sent at once, for the numbers of all units; the rest is for the header
)
SOME_UNITS = 0.5  # for those of some units: each click on a number sends them again


@dataclass(frozen=True)
class ShownReading:
    """A reading as the component shows it, whether or not its network is at hand.

    run: what it is a reading of; another name begins the slow motion anew. parts: where encoder and decoder
    stand in the sequence. about: what is read, in words. file: how the name of a saved picture begins. update: None where nothing trains.
    cut: the same with truncated gradients, after `truncate` steps. says: the answer at each step with a loss.
    """

    run: str
    symbols: Sequence[str]
    parts: Mapping[str, slice]
    reading: Reading
    about: str
    file: str
    update: int | None = None
    cut: TruncationEffect | None = None
    truncate: int = 0
    says: Sequence[str] = ()


def encode_reading(
    run: str,
    update: int | None,
    scope: Microscope,
    cut: TruncationEffect | None,
    k: int,
    about: str,
    file: str,
) -> bytes:
    """The bytes of a reading whose network is at hand. k: the number of steps it is truncated after, or 0."""
    return encode_shown(
        ShownReading(
            run,
            scope.inspection.symbols,
            scope.parts,
            scope.reading,
            about,
            file,
            update,
            cut,
            k,
            answers(scope),
        )
    )


def drawn_units(recording: Recording) -> int:
    """How many units of each layer are drawn: all, or as many as a page can be sent at once."""
    sizes = [recording[key].H for key in recording.layers]
    unit = 4 * recording.T * len(_order(recording))  # bytes
    if unit * sum(sizes) <= ALL_UNITS * most_bytes():
        return max(sizes)
    return max(1, int(SOME_UNITS * most_bytes() / (unit * len(sizes))))


def _order(recording: Recording) -> list[str]:
    """The quantities, their gradients, and what else the terms of dW_hh are made of."""
    shown = [*recording.names, *(f"d{name}" for name in recording.names)]
    needed = {n for deltas, state in _terms(recording) for n in (*deltas, state)}
    return [*shown, *sorted(needed - {*shown})]


def encode_shown(shown: ShownReading) -> bytes:
    """The bytes of any reading. What is not finite stays so: it has a colour of its own."""
    reading, recording = shown.reading, shown.reading.recording
    names, gradients = list(recording.names), [f"d{name}" for name in recording.names]
    titles = [quantity_title(name) for name in names]
    terms, order, units = _terms(recording), _order(recording), drawn_units(recording)
    layers = [recording[key].arrays() for key in recording.layers]
    header = {
        "run": shown.run,
        "update": shown.update or 0,
        "file": plain_name([shown.file]),
        "about": shown.about,
        "symbols": shown.symbols,
        "parts": [[name, where.start, where.stop] for name, where in shown.parts.items()],
        "at": reading.at,
        "losses": _finite(reading.losses),
        "loss": reading.loss,
        "layers": recording.layers,
        "sizes": [min(units, recording[key].H) for key in recording.layers],
        "says": shown.says,
        "saliency": encoding.round_numbers(reading.saliency),
        "names": names,
        "titles": dict(zip(names, titles, strict=True)),
        "states": [name for name in names if name in recording.cell.states],
        "gates": [name for name in names if name in recording.cell.bounded_gates],
        "order": order,
        "blocks": recording.cell.block_names,
        "terms": terms,
        "truncate": shown.truncate,
        "recurrence": recording[recording.layers[0]].recurrence,
        "whole": None
        if shown.cut is None
        else [_shares(shown.cut.whole.recording, key) for key in recording.layers],
        "shares": [_shares(recording, key) for key in recording.layers],
        "decades": _gradient_decades(layers, gradients),
        "colours": QUANTITIES,
        "cursor": None if shown.update is None else position.position_for_player(UNROLLED),
        "strings": unrolled_strings()
        | {"columns": _("The columns of each step: {quantities}.", quantities=join_words(titles))}
        | ({} if reading.at else {"hint": _("Space plays, ← → go one step."), "hint by touch": ""}),
    }
    return encoding.encode_arrays(
        header, [arrays[name][:, 0, :units] for arrays in layers for name in order]
    )


def _gradient_decades(layers: Sequence[Mapping[str, np.ndarray]], names: Sequence[str]) -> Decades:
    """The scale of the gradients [T, B, H], for single units and for the norms over them."""
    grads = [arrays[name][:, 0].astype(np.float64) for arrays in layers for name in names]
    return decades_of(*grads, *(np.linalg.norm(each, axis=1) for each in grads))


def answers(scope: Microscope) -> list[str]:
    """What the network says at each step that has a loss: its likeliest output and that one's chance, or its number;
    "" where there is neither."""
    output, labels = scope.reading.output, scope.inspection.labels
    return [_answer(output[t], labels) for t in scope.reading.at]


def _answer(output: np.ndarray, labels: Sequence[str]) -> str:
    if output.ndim != 1 or not np.isfinite(output).all():
        return ""
    if len(labels) == len(output) > 1 and abs(float(output.sum()) - 1) < 1e-3:
        best = int(output.argmax())
        return _("“{label}” with {chance:.0%}", label=labels[best], chance=output[best])
    return f"{output[0]:.3g}" if len(output) == 1 else ""


def _terms(recording: Recording) -> list[tuple[list[str], str]]:
    """The terms of dW_hh: (names of the deltas that are stacked, name of the state)."""
    return [
        ([f"d{name}" for name in deltas], state) for deltas, state in recording.cell.recurrent_terms
    ]


def _shares(recording: Recording, key: tuple[int, str]) -> list[float]:
    shares = recording[key].shares
    return [] if shares is None else _finite(shares)


def _finite(values: Any) -> list[float]:
    return [float(v) if math.isfinite(v) else 0.0 for v in values]
