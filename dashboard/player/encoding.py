"""What Python sends to the player: the only place that knows the wire format beside web/decode.js.

    batch  = u32 length of header | header (JSON) | frames
    frame  = u32 length of the rest | u32 length of head | head (JSON) | float32 block | uint8 block

The header says what stays the same during a run (quantities, layers, charts, labels) and how it
stands (done, banner, the probe). A frame is one update. Its head has the scalars; the blocks hold, for
each recorded layer and direction, first as float32
    the norm of each quantity's gradient at each step [Q, T], each step's share of dW_hh [T],
    and behind all layers the network's output at each step [T, O],
then as uint8, for each layer and each quantity
    values [T, H]: a gate's 0..1 as 0..255; a signed value as 127.5 (1 + v / range),
    gradients [T, H]: sign and size on a log scale of DECADES decades below 10^TOP.
A frame without blocks has scalars only.
"""

import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.layers.recording import Recording
from dashboard.common.colour_scales import SMALLEST_RANGE, gradients_to_bytes, values_to_bytes


def to_json(head: dict[str, Any]) -> bytes:
    """As JSON; what is not a finite number, as near a divergence, becomes null."""
    try:
        return json.dumps(head, allow_nan=False).encode()
    except ValueError:
        return json.dumps(_finite(head), allow_nan=False).encode()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(v) for name, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


@dataclass(frozen=True)
class LayerFrame:
    """What one layer and direction recorded of one sequence: values and grads [Q, T, H], shares [T]."""

    key: str
    names: tuple[str, ...]
    values: np.ndarray
    grads: np.ndarray
    shares: np.ndarray

    @classmethod
    def from_recording(
        cls, recording: Recording, layer: int, direction: str, steps: int
    ) -> "LayerFrame":
        trace = recording[layer, direction]
        quantities = [trace[name] for name in recording.names]
        values = np.stack([q.values[:steps, 0] for q in quantities])
        grads = [q.grads[:steps, 0] for q in quantities if q.grads is not None]
        shares = trace.shares
        return cls(
            f"{layer} {direction}",
            tuple(recording.names),
            values,
            np.stack(grads) if grads else np.zeros_like(values),
            np.zeros(steps) if shares is None else shares[:steps],
        )


class FrameEncoder:
    """Encodes the frames of one run. Ranges of signed values only grow, so colours stay comparable.

    beside: the films that are shown side by side with this one, itself among them. They share their
    ranges; `measure` the recordings of one update with all of them before its frames are made.
    """

    def __init__(self, gates: Sequence[str]):
        self.gates = frozenset(gates)
        self.side_by_side: Sequence[FrameEncoder] = (self,)
        self._scales: dict[str, float] = {}
        self._read: tuple[Recording, list[LayerFrame]] | None = None  # it is read once for all uses

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

        recording: of one sequence (B = 1). output [L, O]: what the network says after each of the L
        steps to show. extra: what else the page may want to say with this update, JSON.
        """
        head: dict[str, Any] = {"index": index, "layout": layout, "scalars": dict(scalars)}
        head |= extra or {}
        floats, maps = [], []
        if recording is not None and output is not None:
            ranges = head["ranges"] = {}
            for part in self.widen_ranges(recording, len(output)):
                scales = []
                for name in part.names:
                    key = f"{part.key} {name}"
                    known = [film._scales[key] for film in self.side_by_side if key in film._scales]
                    scales.append(max(known, default=1.0))
                    ranges[key] = scales[-1]
                gates = np.array([name in self.gates for name in part.names])[:, None, None]
                levels = values_to_bytes(part.values, gates, np.array(scales)[:, None, None])
                maps.append(np.stack([levels, gradients_to_bytes(part.grads)], 1))
                norms = np.linalg.norm(
                    part.grads.astype(np.float64), axis=2
                )  # squares may overflow
                floats += [norms.clip(max=np.finfo(np.float32).max), part.shares]
            floats.append(output)
        block = np.concatenate([f.ravel().astype("<f4") for f in floats] or [[]])
        text = to_json(head)
        body = struct.pack("<I", len(text)) + text + np.nan_to_num(block).tobytes()
        body += b"".join(m.tobytes() for m in maps)
        return struct.pack("<I", len(body)) + body

    def widen_ranges(self, recording: Recording, steps: int) -> "list[LayerFrame]":
        """Widens the ranges to what the first `steps` steps of the recording need; returns these."""
        if self._read is None or self._read[0] is not recording:
            parts = [
                LayerFrame.from_recording(recording, layer, way, steps)
                for layer, way in recording.layers
            ]
            for part in parts:
                largest = np.nan_to_num(np.abs(part.values)).max((1, 2), initial=0)
                for name, value in zip(part.names, largest.tolist(), strict=True):
                    self._scale(f"{part.key} {name}", name, value)
            self._read = (recording, parts)
        return self._read[1]

    def _scale(self, key: str, name: str, largest: float) -> float:
        if name in self.gates:
            return 1.0
        scale = self._scales.get(key, min(1.0, max(SMALLEST_RANGE, largest)))
        while scale < largest and scale < 1e30:
            scale *= 1.5
        self._scales[key] = scale
        return scale


def encode_arrays(header: Mapping[str, Any], blocks: Sequence[np.ndarray]) -> bytes:
    """u32 length of header | header (JSON, spaces up to whole words of 4 bytes) | the blocks as float32."""
    head = to_json(dict(header))
    head += b" " * (-len(head) % 4)
    body = b"".join(block.astype("<f4").tobytes() for block in blocks)
    return struct.pack("<I", len(head)) + head + body


def encode_batch(header: Mapping[str, Any], frames: Sequence[bytes]) -> bytes:
    """Header and frames as one value for the component."""
    text = json.dumps(header, allow_nan=False).encode()
    return struct.pack("<I", len(text)) + text + b"".join(frames)


def encode_group(header: Mapping[str, Any], batches: Sequence[bytes]) -> bytes:
    """Several runs as one value: u32 length of header | header (JSON) | (u32 length | batch) for each."""
    text = json.dumps(header, allow_nan=False).encode()
    parts = [struct.pack("<I", len(part)) + part for part in batches]
    return struct.pack("<I", len(text)) + text + b"".join(parts)
