"""What Python sends to the player. Only this module and web/decode.js know the wire format.

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
    """The object as JSON; a number that is not finite, as near a divergence, becomes null."""
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

    names: of the Q quantities. values, grads [Q, T, H]; shares [T]: of dW_hh, each step's.
    """

    key: str
    names: tuple[str, ...]
    values: np.ndarray
    grads: np.ndarray
    shares: np.ndarray

    @classmethod
    def from_recording(
        cls, recording: Recording, layer: int, direction: str, steps: int
    ) -> "LayerFrame":
        """The first `steps` steps of the first sequence of a recording; gradients not recorded are zero."""
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

    gates: names of the quantities that lie in 0..1. side_by_side: the encoders whose frames are shown side by
    side with this one's, itself among them. They share their ranges: `widen_ranges` of all of them with the
    recordings of an update before its frames are encoded.
    """

    def __init__(self, gates: Sequence[str]):
        self.gates = frozenset(gates)
        self.side_by_side: Sequence[FrameEncoder] = (self,)
        self._scales: dict[str, float] = {}
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
            ranges = head["ranges"] = {}
            for layer in self.widen_ranges(recording, len(output)):
                scales = [self._shared_scale(f"{layer.key} {name}") for name in layer.names]
                ranges |= {
                    f"{layer.key} {name}": scale
                    for name, scale in zip(layer.names, scales, strict=True)
                }
                is_gate = np.array([name in self.gates for name in layer.names])
                levels = np.empty((len(scales), 2, *layer.values.shape[1:]), np.uint8)
                levels[:, 0] = values_to_bytes(layer.values, is_gate, np.array(scales))
                levels[:, 1] = gradients_to_bytes(layer.grads)
                maps.append(levels.tobytes())
                floats += [gradient_norms(layer.grads), layer.shares]
            floats.append(output)
        block = np.concatenate([f.ravel().astype("<f4") for f in floats] or [[]])
        if not np.isfinite(block).all():
            block = np.nan_to_num(block)
        text = to_json(head)
        parts = [struct.pack("<I", len(text)), text, block.tobytes(), *maps]
        return struct.pack("<I", sum(map(len, parts))) + b"".join(parts)

    def _shared_scale(self, key: str) -> float:
        """The largest range that any of those side by side has for this quantity; 1 where it is a gate."""
        scales = [each._scales[key] for each in self.side_by_side if key in each._scales]
        return max(scales, default=1.0)

    def widen_ranges(self, recording: Recording, steps: int) -> "list[LayerFrame]":
        """Widens the ranges to what the first `steps` steps of the recording need -> these, by layer."""
        if self._cached is None or self._cached[0] is not recording:
            layers = [
                LayerFrame.from_recording(recording, number, direction, steps)
                for number, direction in recording.layers
            ]
            for layer in layers:
                largest = np.abs(layer.values).max((1, 2), initial=0)
                if not np.isfinite(largest).all():
                    largest = np.nan_to_num(np.abs(layer.values)).max((1, 2), initial=0)
                for name, value in zip(layer.names, largest.tolist(), strict=True):
                    self._widen_range(f"{layer.key} {name}", name, value)
            self._cached = (recording, layers)
        return self._cached[1]

    def _widen_range(self, key: str, name: str, largest: float) -> float:
        if name in self.gates:
            return 1.0
        scale = self._scales.get(key, min(1.0, max(SMALLEST_RANGE, largest)))
        while scale < largest and scale < 1e30:
            scale *= 1.5
        self._scales[key] = scale
        return scale


def gradient_norms(grads: np.ndarray) -> np.ndarray:
    """The norm over the units of gradients [Q, T, H], at most the largest float32: float64 [Q, T]."""
    squares = grads.astype(np.float64)  # in which they do not overflow
    np.multiply(squares, squares, out=squares)
    return np.sqrt(squares.sum(2)).clip(max=np.finfo(np.float32).max)


def encode_arrays(header: Mapping[str, Any], blocks: Sequence[np.ndarray]) -> bytes:
    """u32 length of header | header (JSON, spaces up to whole words of 4 bytes) | the blocks as float32."""
    head = to_json(dict(header))
    head += b" " * (-len(head) % 4)
    body = b"".join(block.astype("<f4").tobytes() for block in blocks)
    return struct.pack("<I", len(head)) + head + body


def encode_batch(header: Mapping[str, Any], frames: Sequence[bytes]) -> bytes:
    """u32 length of header | header (JSON) | frames. ValueError: a number of the header is not finite."""
    text = json.dumps(header, allow_nan=False).encode()
    return struct.pack("<I", len(text)) + text + b"".join(frames)


def encode_group(header: Mapping[str, Any], batches: Sequence[bytes]) -> bytes:
    """Several runs as one value: u32 length of header | header (JSON) | (u32 length | batch) for each."""
    text = json.dumps(header, allow_nan=False).encode()
    parts = [struct.pack("<I", len(part)) + part for part in batches]
    return struct.pack("<I", len(text)) + text + b"".join(parts)
