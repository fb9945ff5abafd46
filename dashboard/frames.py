"""What Python sends to the player: the only place that knows the wire format beside web/frames.js.

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
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.recording import Recording

LEAST = 0.02  # the smallest range of a signed quantity
TOP, DECADES = 1, 8  # gradients are drawn from 10^(TOP - DECADES) to 10^TOP


def values_to_bytes(values: np.ndarray, gate: bool, scale: float) -> np.ndarray:
    """[T, H] -> uint8, as described above."""
    level = values * 255 if gate else 127.5 * (1 + values / scale)
    return np.nan_to_num(level, nan=0).clip(0, 255).round().astype(np.uint8)


def gradients_to_bytes(grads: np.ndarray) -> np.ndarray:
    """[T, H] -> uint8: 127 is zero, 254 is +10^TOP and more, 0 is -10^TOP and less."""
    grads = np.nan_to_num(grads, nan=0)
    size = np.abs(grads)
    with np.errstate(divide="ignore"):
        level = (np.log10(size) - (TOP - DECADES)) / DECADES
    return (127 + np.sign(grads) * (level.clip(0, 1) * 127).round()).astype(np.uint8)


class Film:
    """Encodes the frames of one run. Ranges of signed values only grow, so colours stay comparable.

    beside: the films that are shown side by side with this one, itself among them. They share their
    ranges; `measure` the recordings of one update with all of them before its frames are made.
    """

    def __init__(self, gates: Sequence[str]):
        self.gates = frozenset(gates)
        self.beside: Sequence[Film] = (self,)
        self._scales: dict[str, float] = {}

    def frame(
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
            L = len(output)
            self.measure(recording, L)
            ranges = head["ranges"] = {}
            for layer, direction in recording.layers:
                trace = recording[layer, direction]
                for name in recording.names:
                    quantity = trace[name]
                    values, grads = quantity.values[:L, 0], quantity.grads
                    grads = np.zeros_like(values) if grads is None else grads[:L, 0]
                    key = f"{layer} {direction} {name}"
                    scale = ranges[key] = max(film._scales.get(key, 1.0) for film in self.beside)
                    norms = np.linalg.norm(
                        grads.astype(np.float64), axis=1
                    )  # their squares may overflow
                    floats.append(norms.clip(max=np.finfo(np.float32).max))
                    maps += [
                        values_to_bytes(values, name in self.gates, scale),
                        gradients_to_bytes(grads),
                    ]
                shares = trace.shares
                floats.append(np.zeros(L) if shares is None else shares[:L])
            floats.append(output.ravel())
        block = b"".join(np.nan_to_num(f).astype("<f4").tobytes() for f in floats)
        text = json.dumps(head, allow_nan=False).encode()
        body = struct.pack("<I", len(text)) + text + block + b"".join(m.tobytes() for m in maps)
        return struct.pack("<I", len(body)) + body

    def measure(self, recording: Recording, steps: int) -> None:
        """Widens the ranges to what the first `steps` steps of the recording need."""
        for layer, direction in recording.layers:
            for name in recording.names:
                values = recording[layer, direction][name].values[:steps, 0]
                self._scale(f"{layer} {direction} {name}", name, values)

    def _scale(self, key: str, name: str, values: np.ndarray) -> float:
        if name in self.gates:
            return 1.0
        largest = float(np.nan_to_num(np.abs(values)).max(initial=0))
        scale = self._scales.get(key, min(1.0, max(LEAST, largest)))
        while scale < largest and scale < 1e30:
            scale *= 1.5
        self._scales[key] = scale
        return scale


def batch(header: Mapping[str, Any], frames: Sequence[bytes]) -> bytes:
    """Header and frames as one value for the component."""
    text = json.dumps(header, allow_nan=False).encode()
    return struct.pack("<I", len(text)) + text + b"".join(frames)


def group(header: Mapping[str, Any], batches: Sequence[bytes]) -> bytes:
    """Several runs as one value: u32 length of header | header (JSON) | (u32 length | batch) for each."""
    text = json.dumps(header, allow_nan=False).encode()
    parts = [struct.pack("<I", len(part)) + part for part in batches]
    return struct.pack("<I", len(text)) + text + b"".join(parts)
