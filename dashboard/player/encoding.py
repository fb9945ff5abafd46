"""What Python sends to the player. Only this module and web/decode.js know the wire format.

    batch  = u32 length of header | header (JSON) | frames
    frame  = u32 length of the rest | u32 length of head | head (JSON) | float32 block | uint8 block

The header says what stays the same during a run (quantities, layers, charts, labels) and how it
stands (done, banner, the probe). A frame is one update. Its head has the scalars, and what is needed to
draw its blocks: the end of each quantity's range (ranges), the decades of the axis on which norms stand
(axis) and of the colours of gradients (decades), and the steps at which something is not finite (lost).
The blocks hold, for each recorded layer and direction, first as float32
    the norm of each quantity's gradient at each step [Q, T], each step's share of dW_hh [T],
    and behind all layers the network's output at each step [T, O],
then as uint8, for each layer and each quantity
    values [T, H] and gradients [T, H] as levels of a colour: see dashboard/common/colour_scales.py.
A frame without blocks has scalars only.
"""

import functools
import json
import math
import operator
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.layers.recording import Recording
from dashboard.common.colour_scales import gradients_to_bytes, values_to_bytes
from dashboard.common.i18n import translate_data
from dashboard.common.ranges import (
    NOTHING,
    Extent,
    FollowedDecades,
    FollowedEnd,
    extent_of,
)


def to_json(head: dict[str, Any]) -> bytes:
    """The object as JSON, its sentences in the reader's language; a number that is not finite becomes null."""
    head = translate_data(head)
    try:
        return json.dumps(head, allow_nan=False).encode()
    except ValueError:
        return json.dumps(_replace_non_finite(head), allow_nan=False).encode()


def _replace_non_finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _replace_non_finite(v) for name, v in value.items()}
    if isinstance(value, list | tuple):
        return [_replace_non_finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@dataclass(frozen=True)
class LayerFrame:
    """What one layer and direction recorded of one sequence.

    names: of the Q quantities. values, grads [Q, T, H]; shares [T]: of dW_hh, each step's. norms [Q, T]: of
    the gradients, over the units.
    """

    key: str
    names: tuple[str, ...]
    values: np.ndarray
    grads: np.ndarray
    shares: np.ndarray
    norms: np.ndarray

    @classmethod
    def from_recording(
        cls, recording: Recording, layer: int, direction: str, steps: int
    ) -> "LayerFrame":
        """The first `steps` steps of the first sequence of a recording; gradients not recorded are zero."""
        trace = recording[layer, direction]
        quantities = [trace[name] for name in recording.names]
        values = np.stack([q.values[:steps, 0] for q in quantities])
        recorded = [q.grads[:steps, 0] for q in quantities if q.grads is not None]
        grads = np.stack(recorded) if recorded else np.zeros_like(values)
        shares = trace.shares
        return cls(
            f"{layer} {direction}",
            tuple(recording.names),
            values,
            grads,
            np.zeros(steps) if shares is None else shares[:steps],
            gradient_norms(grads),
        )


class FrameEncoder:
    """Encodes the frames of one run. Its ranges follow the latest recordings, so that colours stay comparable
    for a while, and nothing stays blank for ever.

    gates: names of the quantities that lie in 0..1. side_by_side: the encoders whose frames are shown side by
    side with this one's, itself among them. They share their ranges: `follow` all of them with the recordings
    of an update before its frames are encoded.
    """

    def __init__(self, gates: Sequence[str]):
        self.gates = frozenset(gates)
        self.side_by_side: Sequence[FrameEncoder] = (self,)
        self._ends: dict[str, FollowedEnd] = {}
        self._axis, self._colours = FollowedDecades(), FollowedDecades()
        self._cached: tuple[Recording, list[LayerFrame]] | None = None

    def encode(
        self,
        index: int,
        layout: int,
        scalars: Mapping[str, float],
        recording: Recording | None = None,
        output: np.ndarray | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Update `index` as bytes.

        layout: number of the entry of the header's layouts. recording: of one sequence (B = 1). output [L, O]:
        what the network says after each of the L steps to show. extra: further JSON for the page.
        """
        head: dict[str, Any] = {"index": index, "layout": layout, "scalars": dict(scalars)}
        head |= extra or {}
        floats, maps = [], []
        if recording is not None and output is not None:
            layers = self.follow(recording, len(output))
            colours = functools.reduce(
                operator.or_, [e._colours for e in self.side_by_side]
            ).decades
            axis = functools.reduce(operator.or_, [e._axis for e in self.side_by_side]).decades
            ranges = head["ranges"] = {}
            head |= {"axis": axis, "decades": colours}
            if lost := find_lost_steps(layers):
                head["lost"] = lost
            for layer in layers:
                ends = [self._shared_end(f"{layer.key} {name}") for name in layer.names]
                ranges |= {
                    f"{layer.key} {name}": end for name, end in zip(layer.names, ends, strict=True)
                }
                is_gate = np.array([name in self.gates for name in layer.names])
                levels = np.empty((len(ends), 2, *layer.values.shape[1:]), np.uint8)
                levels[:, 0] = values_to_bytes(layer.values, is_gate, np.array(ends))
                levels[:, 1] = gradients_to_bytes(layer.grads, colours)
                maps.append(levels.tobytes())
                floats += [layer.norms, layer.shares]
            floats.append(output)
        block = np.concatenate([f.ravel().astype("<f4") for f in floats] or [[]])
        text = to_json(head)
        parts = [struct.pack("<I", len(text)), text, block.tobytes(), *maps]
        return struct.pack("<I", sum(map(len, parts))) + b"".join(parts)

    def _shared_end(self, key: str) -> float:
        """The largest range that any of those side by side has for this quantity; 1 where it is a gate."""
        ends = [each._ends[key].end for each in self.side_by_side if key in each._ends]
        return max(ends, default=1.0)

    def follow(self, recording: Recording, steps: int) -> "list[LayerFrame]":
        """Fits the ranges to the first `steps` steps of the recording -> these, by layer."""
        if self._cached is None or self._cached[0] is not recording:
            layers = [
                LayerFrame.from_recording(recording, number, direction, steps)
                for number, direction in recording.layers
            ]
            for layer in layers:
                self._follow_values(layer)
            self._axis.follow(extent_of(*(a for each in layers for a in (each.norms, each.shares))))
            self._colours.follow(extent_of_colours(layers))
            self._cached = (recording, layers)
        return self._cached[1]

    def _follow_values(self, layer: LayerFrame) -> None:
        largest = np.abs(layer.values).max((1, 2), initial=0)
        if not np.isfinite(largest).all():
            finite = np.nan_to_num(layer.values, nan=0, posinf=0, neginf=0)
            largest = np.abs(finite).max((1, 2), initial=0)
        for name, size in zip(layer.names, largest.tolist(), strict=True):
            if name not in self.gates:
                self._ends.setdefault(f"{layer.key} {name}", FollowedEnd()).follow(size)


def extent_of_colours(layers: Sequence[LayerFrame]) -> Extent:
    """The extent that colours of gradients have to tell apart: a decade below the largest of every step.

    Single units near 0 would make it so wide that all others have one colour.
    """
    extent = NOTHING
    for layer in layers:
        extent |= extent_of(np.abs(layer.grads).max(2, initial=0))
    return Extent(extent.least / 10, extent.most)


def find_lost_steps(layers: Sequence[LayerFrame]) -> dict[str, tuple[int, int]]:
    """Of values and of gradients the first and the last step, from 0, at which one is not finite."""
    finite = {
        "values": [np.isfinite(layer.values).all((0, 2)) for layer in layers],
        "gradients": [np.isfinite(layer.norms).all(0) for layer in layers],
    }
    lost = {}
    for name, by_layer in finite.items():
        steps = np.flatnonzero(~np.all(by_layer, axis=0))
        if len(steps):
            lost[name] = (int(steps[0]), int(steps[-1]))
    return lost


def gradient_norms(grads: np.ndarray) -> np.ndarray:
    """The norm over the units of gradients [Q, T, H]: float64 [Q, T], of finite ones at most the largest float32."""
    squares = grads.astype(np.float64)  # in which they do not overflow
    np.multiply(squares, squares, out=squares)
    norms = np.sqrt(squares.sum(2))
    return np.where(np.isinf(norms), norms, norms.clip(max=np.finfo(np.float32).max))


def round_numbers(values: np.ndarray) -> list[float]:
    """Numbers for a head, with four digits."""
    return [float(f"{value:.3e}") for value in values.tolist()]


def encode_arrays(header: Mapping[str, Any], blocks: Sequence[np.ndarray]) -> bytes:
    """u32 length of header | header (JSON, spaces up to whole words of 4 bytes) | the blocks as float32."""
    head = to_json(dict(header))
    head += b" " * (-len(head) % 4)
    body = b"".join(block.astype("<f4").tobytes() for block in blocks)
    return struct.pack("<I", len(head)) + head + body


def encode_batch(header: Mapping[str, Any], frames: Sequence[bytes]) -> bytes:
    """u32 length of header | header (JSON) | frames. ValueError: a number of the header is not finite."""
    text = json.dumps(translate_data(header), allow_nan=False).encode()
    return struct.pack("<I", len(text)) + text + b"".join(frames)


def encode_group(header: Mapping[str, Any], batches: Sequence[bytes]) -> bytes:
    """Several runs as one value: u32 length of header | header (JSON) | (u32 length | batch) for each."""
    text = json.dumps(translate_data(header), allow_nan=False).encode()
    parts = [struct.pack("<I", len(part)) + part for part in batches]
    return struct.pack("<I", len(text)) + text + b"".join(parts)
