"""The recording of a forward and backward pass: named values and their total gradients.

    recording["f"].values, recording["f"].grads     first layer, forward direction, both [T, B, H]
    recording[1, "reverse"]["f"]                    second layer, the direction that reads backwards
    recording[0, "forward"].shares                  [T]: ||delta_t h_{t-1}^T||_F, each step's share of dW_hh
    recording.sequence(3)                           a copy of one sequence
    recording.first_not_finite["h"]                 the first step with a NaN or an infinity, or None
    recording.why_no_grads                          a sentence, where there are no gradients
    recording                                       in a notebook: maps, norms, and what they say
    recording.plot("f"), recording.to_dataframe()   one quantity large; all numbers as a table of pandas

`grads` is the derivative of the loss with respect to the quantity at that step, along every path, also
through later steps; of several backward calls, the sum. Arrays are read-only NumPy. Step t is step t of the
input in both directions; beyond a sequence's end values and gradients are 0.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes
from torch import Tensor

from ..cells import CELLS, Cell
from ..common.files import write_atomically
from ..common.messages import say
from ..common.registry import unknown_name
from .not_finite import describe_not_finite
from .recording_picture import Picture, draw_one, draw_traces
from .recording_sentences import diagnose_recording
from .recording_table import recording_table
from .trace import Quantity, Trace

if TYPE_CHECKING:
    import pandas

FORMAT = "unrolled-recording-1"
# Why a recording has no gradients -> what to do.
NO_GRADS = {
    "": "No backward pass was recorded: call backward() on a loss that depends on the layer's output.",
    "no_backward": "No gradient has reached this layer: call backward() on a loss that depends on its output.",
    "frozen": "No gradient reaches this layer: it is frozen, and its input requires none. Call "
    "requires_grad_() on its input, or on the layer while you watch it, to record the gradients of its states.",
    "no_grad": "The layer ran without gradients (torch.no_grad or inference_mode). Run it outside of that, "
    "and call backward().",
    "values": 'Only values were recorded. Watch the model with record="full", and call backward().',
}


class Recording(Mapping[str, Quantity]):
    """All layers and directions of one pass; a name alone means the first layer's forward direction.

    why_no_grads: a key of NO_GRADS, which counts while there are no gradients.
    """

    def __init__(self, traces: dict[tuple[int, str], Trace], why_no_grads: str = ""):
        self._traces, self._why_no_grads = traces, why_no_grads
        self._first = next(iter(traces.values()))
        self.T, self.B, self.H = self._first.T, self._first.B, self._first.H

    @overload
    def __getitem__(self, key: str) -> Quantity: ...

    @overload
    def __getitem__(self, key: tuple[int, str]) -> Trace: ...

    def __getitem__(self, key: str | tuple[int, str]) -> Quantity | Trace:
        if isinstance(key, str):
            return self._first[key]
        if key not in self._traces:
            known = [f"{layer}, {direction!r}" for layer, direction in self._traces]
            raise LookupError(unknown_name(say("layer and direction"), key, known))
        return self._traces[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def __len__(self) -> int:
        return len(self._first)

    def __repr__(self) -> str:
        """Recording(lstm, 2 layers x 2 directions, T=20, B=4, H=8: i f g o c h, with gradients)"""
        layers, directions = (len(set(part)) for part in zip(*self._traces, strict=True))
        words = [f"{layers} layer{'s' if layers > 1 else ''}"]
        words += [f"{directions} directions"] if directions > 1 else []
        H = " and ".join(str(h) for h in dict.fromkeys(t.H for t in self._traces.values()))
        return f"Recording({self.cell.name}, {' x '.join(words)}, {self._first.contents(H)})"

    @property
    def names(self) -> tuple[str, ...]:
        """The recorded quantities in display order."""
        return self._first.cell.quantities

    @property
    def cell(self) -> Cell:
        """The cell that was recorded."""
        return self._first.cell

    @property
    def layers(self) -> list[tuple[int, str]]:
        """Every (layer, direction), from the input upwards."""
        return list(self._traces)

    @property
    def traces(self) -> list[Trace]:
        """The recordings of every layer and direction, in that order."""
        return list(self._traces.values())

    @property
    def lengths(self) -> np.ndarray:
        """The number of steps of each sequence, [B]."""
        return self._first.lengths()

    @property
    def first_not_finite(self) -> dict[str, int | None]:
        """Of the first layer and direction: see `Trace.first_not_finite`."""
        return self._first.first_not_finite

    @property
    def not_finite(self) -> str:
        """Where numbers are NaN or infinite, in a sentence that counts steps from 1; "" where none is."""
        return describe_not_finite(list(self._traces.values()))

    @property
    def has_grads(self) -> bool:
        """Whether a backward pass has been recorded."""
        return self._first.has_grads

    @property
    def why_no_grads(self) -> str:
        """The sentence that says why there are no gradients, and what to do; "" where there are some."""
        return "" if self.has_grads else NO_GRADS[self._why_no_grads]

    @property
    def nbytes(self) -> int:
        """The size of all its numbers in bytes."""
        return sum(a.nbytes for trace in self._traces.values() for a in trace.arrays().values())

    def _repr_html_(self) -> str:
        """What a notebook shows: maps of the first sequence's values and gradients, norms, and what they say."""
        sentences = diagnose_recording(self.traces, self.not_finite, self.why_no_grads)
        return draw_traces(repr(self), sentences, self._traces)

    def plot(
        self, name: str, layer: int = 0, direction: str = "forward", sequence: int = 0
    ) -> Picture:
        """One quantity of one sequence as a picture for a notebook: its values, and their gradients, [T, H] each.

        Raises LookupError for an unknown quantity, layer or direction, ValueError for an unknown sequence.
        """
        trace = self[layer, direction]
        if not 0 <= sequence < self.B:
            self.sequence(sequence)  # says which there are
        title = say("{name} of layer {layer}, {direction}", name=name, layer=layer, direction=direction)  # fmt: skip
        return draw_one(title, trace, name, sequence % self.B)

    def to_dataframe(self) -> "pandas.DataFrame":
        """A row for each number: step, sequence, layer, direction, unit, quantity, value, gradient; all count from 0.

        Steps after a sequence's end are left out. Raises ValueError for more than 50 million rows.
        """
        return recording_table(self._traces)

    def sequence(self, which: int | slice) -> "Recording":
        """A copy of one sequence, or of a slice of them, that stays valid after further passes."""
        if isinstance(which, int):
            if not -self.B <= which < self.B:
                raise ValueError(
                    say(
                        "sequence: expected a number below the batch size {size}, got {got}. Count from 0.",
                        size=self.B,
                        got=which,
                    )
                )
            which = slice(which % self.B, which % self.B + 1)
        traces = {key: trace.sequence(which) for key, trace in self._traces.items()}
        return Recording(traces, self._why_no_grads)

    def until(self, steps: int) -> "Recording":
        """A copy of the first `steps` steps, for a sequence that ends there."""
        traces = {k: trace.followed_by_none(steps, 0) for k, trace in self._traces.items()}
        return Recording(traces, self._why_no_grads)

    def followed_by(self, other: "Recording", first: int, then: int) -> "Recording":
        """A copy: the first `first` steps of this recording, then the first `then` of the other one.

        A layer and direction that `other` lacks is 0 there.
        """
        return Recording(
            {
                key: trace.followed_by(other._traces[key], first, then)
                if key in other._traces
                else trace.followed_by_none(first, then)
                for key, trace in self._traces.items()
            }
        )

    def save(self, path: str | Path) -> None:
        """Writes everything to a .safetensors file, without loss; on an error the old file stays.

        Raises core.common.files.WriteError (an OSError) with a sentence.
        """
        arrays, about = self.to_arrays()
        write_atomically(path, to_bytes(arrays, metadata={"format": FORMAT} | about))

    @classmethod
    def load(cls, path: str | Path) -> "Recording":
        """The recording in a file that `save` wrote. Raises ValueError for any other file."""
        try:
            with safe_open(str(path), framework="pt") as file:
                about = file.metadata() or {}
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if about.get("format") != FORMAT:
                raise ValueError(about.get("format"))
            return cls.from_arrays(arrays, about)
        except (SafetensorError, OSError, ValueError) as error:
            raise ValueError(
                say(
                    "recording: expected a file written by Recording.save, got {got!r}. "
                    "Choose one that was saved here.",
                    got=Path(path).name,
                )
            ) from error

    def to_arrays(self) -> tuple[dict[str, np.ndarray], dict[str, str]]:
        """Everything as arrays [T, B, H] with names such as "0.forward.df", and the rest as text: for a file."""
        arrays = {
            f"{layer}.{direction}.{name}": np.ascontiguousarray(array)
            for (layer, direction), trace in self._traces.items()
            for name, array in trace.arrays().items()
        }
        return arrays, {
            "cell": self.cell.name,
            "options": json.dumps(self.cell.options),
            "lengths": json.dumps(self.lengths.tolist()),
            "taught": str(self._first._taught),
            "layers": json.dumps(self.layers),
            "why_no_grads": self._why_no_grads,
            "recurrence": json.dumps(self._first.recurrence),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Tensor], about: Mapping[str, str]) -> "Recording":
        """The inverse of `to_arrays`, which the file may have from anybody. ValueError for anything else."""
        try:
            cell = CELLS[about["cell"]](**json.loads(about["options"]))
            lengths, taught = json.loads(about["lengths"]), int(about["taught"])
            layers, traces = json.loads(about["layers"]), {}
            if not isinstance(layers, list) or not layers:
                raise ValueError(say("no layers"))
            for layer, direction in layers:
                if type(layer) is not int or layer < 0 or direction not in ("forward", "reverse"):
                    raise ValueError(say("no such layer"))
                prefix = f"{layer}.{direction}."
                source = {
                    name.removeprefix(prefix): array.mT
                    for name, array in arrays.items()
                    if name.startswith(prefix)
                }
                _check(cell, source, lengths, taught)
                ends = torch.tensor(lengths)
                recurrence = json.loads(about.get("recurrence", "true")) is True
                traces[layer, direction] = Trace(cell, source, ends, False, taught, recurrence)
            if len({(trace.T, trace.B, trace.H) for trace in traces.values()}) > 1:
                raise ValueError(say("layers of several shapes"))
            why = about.get("why_no_grads", "")
            return cls(traces, why if why in NO_GRADS else "")
        except (TypeError, LookupError, RecursionError) as error:
            raise ValueError(say("not a recording")) from error


def _check(cell: Cell, source: dict[str, Tensor], lengths: Any, taught: int) -> None:
    """ValueError unless `source` has all quantities of one layer, in shapes that fit together."""
    T, H, B = source["h"].shape
    if not T or not B or not H:
        raise ValueError(say("empty"))
    required = [*cell.quantities, *cell.details]
    if any(name.startswith("d") and name[1:] in required for name in source):
        deltas = [a for several, _ in cell.recurrent_terms for a in several]
        required += [f"d{name}" for name in (*cell.quantities, *deltas)]
    known = {*required, *(f"d{name}" for name in (*cell.quantities, *cell.details))}
    if not known.issuperset(source):
        raise ValueError(say("names of another cell"))
    for name in {*required, *source}:
        steps, width, sequences = source[name].shape
        any_width = name.removeprefix("d") in cell.details  # the input has another width
        if (steps, sequences) != (T, B) or not (any_width or width == H):
            raise ValueError(say("{name} of another shape", name=name))
        if source[name].dtype not in (torch.float32, torch.float64):
            raise ValueError(say("{name} of another type", name=name))
    numbers = isinstance(lengths, list) and all(type(n) is int and 0 <= n <= T for n in lengths)
    if not numbers or len(lengths) != B or not 0 <= taught <= B:
        raise ValueError(say("lengths of other sequences"))
