"""What the triangle component is told: every loss against every state, with the weights of this moment.

    u32 length of header | header (JSON) | float32 [K, T] for each trace, in the header's order

It asks its stream with {"run", "n"}: train up to n updates within one slice, then answer again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from core.analysis.gradients import LayerKey, horizon, triangle
from core.analysis.inspection import Inspection, inspect_trainer
from dashboard.common.file_names import file_name
from dashboard.common.i18n import _
from dashboard.common.ranges import Decades, FollowedDecades, extent_of
from dashboard.navigation import GRADIENTS
from dashboard.player import encoding
from dashboard.player.component import mount_stream
from dashboard.player.inside_strings import triangle_strings
from dashboard.player.messages import Message
from dashboard.player.pull import MAX_UPDATES_PER_ANSWER, MAX_UPDATES_PER_CLICK
from dashboard.serving.scheduler import TimeSlice
from dashboard.serving.streams import Request
from dashboard.session import position
from dashboard.session.inspected import Inspected
from dashboard.session.live_run import LiveRun, get_run
from dashboard.session.state import state
from dashboard.session.streams import get_stream

MAX_LOSSES = 200  # rows; of more, every second one is shown, or every third


@dataclass
class TriangleState:
    """own: what is looked at in place of the run; None: the run. scales: of each trace, by its title, of sizes and
    of shares of the largest; they are those of the run or model `scales_of`."""

    own: Inspected | None = None
    scales: dict[str, tuple[FollowedDecades, FollowedDecades]] = field(default_factory=dict)
    scales_of: str = ""


def draw_triangle(own: Inspected | None = None) -> None:
    """The component, with the session's run or the reader's own model."""
    state(TriangleState).own = own
    stream = get_stream("triangle", _read_question)
    live = get_run()
    shown = [live.id, live.total, len(live.layouts)] if own is None else [own.run]
    mount_stream("triangle", stream.token, shown, "triangle")


def _read_question(message: Message) -> Request:
    """Up to n updates within one slice, then the triangle; n = 0: as the network is."""
    n = message.integer("n", 0, MAX_UPDATES_PER_ANSWER)
    if n is None:
        raise ValueError(_("updates: expected their number n, got none. Reload the page."))
    live = get_run()
    trains = message.text("run") == live.id

    def answer(slice_: TimeSlice) -> bytes:
        own = state(TriangleState).own
        if own is not None:
            return encode_own(own)
        if trains:
            live.train_in_slice(n, slice_)
        return encode_run(live)

    return Request(n <= MAX_UPDATES_PER_CLICK, answer, live.rest)


def encode_run(live: LiveRun) -> bytes:
    """The answer: the triangle of the run's probe, for h and c, every layer and direction."""
    trainer = live.trainer
    return to_bytes(
        live.id,
        trainer.index,
        trainer.probe.symbols,
        trainer.task.at,
        measure_triangle(inspect_trainer(trainer)),
        file_name(trainer.experiment),
        bool(trainer.diverged),
    )


def encode_own(own: Inspected) -> bytes:
    """The same of a model that does not train here, so there is nothing to play."""
    assert own.subject is not None
    measured = measure_triangle(own.subject)
    # A decoder begins with what the encoder's reverse direction knows at its first step.
    is_at_end = len(own.subject.at) == 1 or len(own.subject.layers) > 1
    where = "last" if is_at_end else "each"
    return to_bytes(own.run, None, own.symbols, where, measured, own.file)


def to_bytes(
    run: str,
    update: int | None,
    symbols: Sequence[str],
    where: str,
    measured: tuple[tuple[int, ...], dict[tuple[str, LayerKey], np.ndarray]],
    file: str,
    stopped: bool = False,
) -> bytes:
    """The bytes. update: None where nothing is trained; where: "last" where the one loss is at the end.

    file: how the name of a saved picture begins.
    """
    at, matrices = measured
    scales = follow_scales(run, {_title(*key, matrices): rows for key, rows in matrices.items()})
    traces = [
        {
            "quantity": quantity,
            "title": _title(quantity, key, matrices),
            "reverse": key[1] == "reverse",
            "origins": (origins := loss_origins(at, key, where)),
            "horizons": horizons(rows, origins, key),
            "lost": (~np.isfinite(rows).all(1)).tolist(),
            "decades": scales[_title(quantity, key, matrices)],
        }
        for (quantity, key), rows in matrices.items()
    ]
    header = {
        "run": run,
        "update": update or 0,
        "trains": update is not None,
        "file": file,
        "at": at,
        "symbols": symbols,
        "traces": traces,
        "cursor": None if update is None else position.position_for_player(GRADIENTS),
        "stopped": stopped,
        "strings": triangle_strings(),
    }
    return encoding.encode_arrays(header, list(matrices.values()))


def follow_scales(run: str, matrices: dict[str, np.ndarray]) -> dict[str, tuple[Decades, Decades]]:
    """The decades of each trace's G [K, T], and of it divided by the largest of its rows: of this picture and
    those before it of the same run."""
    followed = state(TriangleState)
    if followed.scales_of != run:
        followed.scales_of, followed.scales = run, {}
    scales = {}
    for title, rows in matrices.items():
        sizes, shares = followed.scales.setdefault(title, (FollowedDecades(), FollowedDecades()))
        finite = np.where(np.isfinite(rows), rows, 0).astype(np.float64)
        largest = finite.max(1, keepdims=True, initial=0)
        sizes.follow(extent_of(finite))
        shares.follow(extent_of(np.divide(finite, largest, where=largest > 0, out=finite * 0)))
        scales[title] = (sizes.decades, shares.decades)
    return scales


def measure_triangle(
    subject: Inspection,
) -> tuple[tuple[int, ...], dict[tuple[str, LayerKey], np.ndarray]]:
    """The steps of the losses [K], and (quantity, (layer, direction)) -> G [K, T]."""
    every = -(-len(subject.at) // MAX_LOSSES)
    gradients = triangle(replace(subject, at=subject.at[::-1][::every][::-1]))
    quantities = {"h": gradients.h, "c": gradients.c}
    return gradients.at, {
        (q, key): rows for q, by_layer in quantities.items() for key, rows in by_layer.items()
    }


def loss_origins(at: Sequence[int], key: LayerKey, where: str) -> list[int]:
    """Where the gradient of each loss enters a direction: at its own step; but the one loss at the end
    of a sequence sees what the reverse direction has read, which it knows at the first step."""
    return [0] * len(at) if key[1] == "reverse" and where == "last" else list(at)


def horizons(rows: np.ndarray, origins: Sequence[int], key: LayerKey) -> list[int]:
    """The number of steps that each loss reaches, against the reading direction."""
    if key[1] == "reverse":
        T = rows.shape[1]
        return [horizon(row[::-1], T - 1 - k) for row, k in zip(rows, origins, strict=True)]
    return [horizon(row, k) for row, k in zip(rows, origins, strict=True)]


def _title(quantity: str, key: LayerKey, matrices: Any) -> str:
    layer, direction = key
    several = len({k for _q, (k, _d) in matrices}) > 1
    both = len({d for _q, (_k, d) in matrices}) > 1
    parts = [quantity]
    if several:
        parts.append(_("layer {number}", number=layer + 1))
    if both:
        parts.append("←" if direction == "reverse" else "→")
    return " · ".join(parts)
