"""What one forward and backward pass left behind: named values and their total gradients.

    recording["f"].values, recording["f"].grads     first layer, forward direction, both [T, B, H]
    recording[1, "reverse"]["f"]                    second layer, the direction that reads backwards
    recording[0, "forward"].shares                  [T]: ||delta_t h_{t-1}^T||_F, each step's share of dW_hh
    recording.sequence(3)                           a copy that holds one sequence

`grads` is the derivative of the loss with respect to the quantity at that step through every path,
also the ones through later steps. Arrays are read-only NumPy; time runs as in the input, in both
directions; beyond a sequence's end values and gradients are 0.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes
from torch import Tensor
from torch.nn.functional import pad

from ..cells import CELLS, Cell
from ..cells.tape import Tape
from ..common.files import write_atomically
from ..common.registry import unknown_name

FORMAT = "unrolled-recording-1"


class Joined(Mapping[str, Tensor]):
    """The first `first` steps of one source and then the first `then` of another, put together when read."""

    def __init__(
        self, one: "Source", other: "Source", first: int, then: int, names: frozenset[str]
    ):
        self._parts, self._steps, self._names = (one, other), (first, then), names

    def __getitem__(self, name: str) -> Tensor:
        if name not in self._names:
            raise KeyError(name)
        return torch.cat([part[name][:n] for part, n in zip(self._parts, self._steps, strict=True)])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def sequences(self, columns: slice) -> "Joined":
        """A copy that holds some of the sequences."""
        one, other = (_sequences(part, columns) for part in self._parts)
        return Joined(one, other, *self._steps, self._names)


Source = Tape | Joined | dict[str, Tensor]


def _sequences(source: Source, columns: slice) -> Source:
    """A copy of the source that holds some of the sequences."""
    if isinstance(source, dict):
        return {name: v[:, :, columns].clone() for name, v in source.items()}
    return source.sequences(columns)


@dataclass(frozen=True)
class Quantity:
    """values and grads, each [T, B, H] and read-only; grads is None where none was recorded."""

    values: np.ndarray
    grads: np.ndarray | None


class Trace(Mapping[str, Quantity]):
    """The recording of one layer in one direction. Iterates over the names in display order.

    Besides, it knows the names in `cell.details`: pre-activations, previous states and the input.
    """

    def __init__(
        self, cell: Cell, source: Source, lengths: Tensor | None, reverse: bool, taught: int
    ):
        """`source` maps names to [T, H, B] in the order in which the cell saw the steps."""
        self.cell = cell
        self._source, self._lengths, self._reverse, self._taught = source, lengths, reverse, taught
        self.T, self.H, self.B = source["h"].shape

    def __getitem__(self, name: str) -> Quantity:
        if name not in self.cell.quantities and name not in self.cell.details:
            raise LookupError(
                unknown_name("quantity", name, [*self.cell.quantities, *self.cell.details])
            )
        grads = f"d{name}" if self.has_grads and f"d{name}" in self._source else None
        return Quantity(self._array(name), None if grads is None else self._array(grads))

    def __iter__(self) -> Iterator[str]:
        return iter(self.cell.quantities)

    def __len__(self) -> int:
        return len(self.cell.quantities)

    @property
    def tape(self) -> Tape:
        """The tape itself. Raises ValueError for a copy or a file, which has none."""
        if not isinstance(self._source, Tape):
            raise ValueError(
                "recording: expected the layer's own last pass, got a copy. Run the layer again."
            )
        return self._source

    @property
    def has_grads(self) -> bool:
        """Whether a backward pass has been recorded."""
        return self._source.has_grads if isinstance(self._source, Tape) else "dh" in self._source

    @property
    def shares(self) -> np.ndarray | None:
        """||delta_t h_{t-1}^T||_F [T]: the size of each step's term in dW_hh = sum_t delta_t h_{t-1}^T.

        Summed over the sequences that teach (over those selected, in a copy of some).
        """
        if not self.has_grads:
            return None
        shares = getattr(self._source, "shares", None)
        if self._taught == 1:  # of one outer product the norm is the product of both norms
            squares = [
                sum(self._size(f"d{a}").square() for a in deltas) * self._size(state).square()
                for deltas, state in self.cell.recurrent_terms
            ]
            return _read_only(torch.stack(squares).sum(0).sqrt())
        if shares is None or (self._reverse and self._lengths is not None):
            # Read backwards from ends of their own, the sequences are not at the same t together.
            squares = [
                torch.linalg.matrix_norm(
                    torch.bmm(
                        torch.cat([self._taught_part(f"d{a}") for a in deltas], 2).mT,
                        self._taught_part(state),
                    )
                ).square()
                for deltas, state in self.cell.recurrent_terms
            ]
            return _read_only(torch.stack(squares).sum(0).sqrt())
        # The sequences that teach may all end before the last step.
        shares = pad(shares, (0, self.T - len(shares)))
        return _read_only(shares.flip(0) if self._reverse else shares)

    def _size(self, name: str) -> Tensor:
        return torch.linalg.vector_norm(self._taught_part(name)[:, 0], dim=1)

    def _taught_part(self, name: str) -> Tensor:
        return self._in_time(self._source[name].mT)[:, : self._taught]

    def sequence(self, columns: slice) -> "Trace":
        """A copy that holds some of the sequences; all of them count in its shares."""
        lengths = None if self._lengths is None else self._lengths[columns]
        source = _sequences(self._source, columns)
        B = len(range(*columns.indices(self.B)))
        return Trace(self.cell, source, lengths, self._reverse, B)

    def followed_by(self, other: "Trace", first: int, then: int) -> "Trace":
        """A copy: the first `first` steps of this trace, then the first `then` of the other one."""
        names = frozenset(self._stored()).intersection(other._stored())
        joined = Joined(self._source, other._source, first, then, names)
        return Trace(self.cell, joined, None, False, self.B)

    def followed_by_none(self, first: int, then: int) -> "Trace":
        """A copy: the first `first` steps of this trace, then `then` steps of zeros."""
        read = {name: self._in_time(self._source[name].mT)[:first] for name in self._stored()}
        padded = {name: pad(v, (0, 0, 0, 0, 0, then)).mT for name, v in read.items()}
        return Trace(self.cell, padded, None, False, self.B)

    def _stored(self) -> list[str]:
        """The names in the source that the reader may ask for."""
        names = [*self.cell.quantities, *self.cell.details]
        found = [name for name in names if name in self._source]
        if self.has_grads:
            found += [f"d{name}" for name in names if f"d{name}" in self._source]
        return found

    def lengths(self) -> np.ndarray:
        """The number of steps of each sequence, [B]."""
        return np.full(self.B, self.T) if self._lengths is None else self._lengths.cpu().numpy()

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything recorded: "f" -> values and "df" -> gradients, [T, B, H]."""
        found = {}
        for name in (*self.cell.quantities, *self.cell.details):
            quantity = self[name]
            found[name] = quantity.values
            if quantity.grads is not None:
                found[f"d{name}"] = quantity.grads
        return found

    def _array(self, name: str) -> np.ndarray:
        return _read_only(self._in_time(self._source[name].mT))

    def _in_time(self, values: Tensor) -> Tensor:
        """[T, B, ...] in the order of the input, where the cell read each sequence backwards."""
        if not self._reverse:
            return values
        if self._lengths is None:
            return values.flip(0)
        t = torch.arange(self.T, device=values.device)[:, None]
        order = torch.where(t < self._lengths, self._lengths - 1 - t, t)
        return values[order, torch.arange(self.B, device=values.device)]


class Recording(Mapping[str, Quantity]):
    """All layers and directions of one pass; by name, the first layer's forward direction."""

    def __init__(self, traces: dict[tuple[int, str], Trace]):
        self._traces = traces
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
            raise LookupError(unknown_name("layer and direction", key, known))
        return self._traces[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def __len__(self) -> int:
        return len(self._first)

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
    def lengths(self) -> np.ndarray:
        """The number of steps of each sequence, [B]."""
        return self._first.lengths()

    @property
    def nbytes(self) -> int:
        """What all its numbers take, in bytes."""
        return sum(a.nbytes for trace in self._traces.values() for a in trace.arrays().values())

    def sequence(self, which: int | slice) -> "Recording":
        """A copy that holds one sequence, or a slice of them, and may be kept as long as wanted."""
        if isinstance(which, int):
            if not -self.B <= which < self.B:
                raise ValueError(
                    f"sequence: expected a number below the batch size {self.B}, got {which}. Count from 0."
                )
            which = slice(which % self.B, which % self.B + 1)
        return Recording({key: trace.sequence(which) for key, trace in self._traces.items()})

    def until(self, steps: int) -> "Recording":
        """A copy of the first `steps` steps, for a sequence that ends there."""
        return Recording({k: trace.followed_by_none(steps, 0) for k, trace in self._traces.items()})

    def followed_by(self, other: "Recording", first: int, then: int) -> "Recording":
        """A copy: the first `first` steps of this recording, then the first `then` of the other one.

        A layer and direction that the other one has not is 0 there.
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
        """Writes everything to a .safetensors file, without loss, or leaves the file that was there."""
        arrays = {
            f"{layer}.{direction}.{name}": np.ascontiguousarray(array)
            for (layer, direction), trace in self._traces.items()
            for name, array in trace.arrays().items()
        }
        about = {
            "format": FORMAT,
            "cell": self.cell.name,
            "options": json.dumps(self.cell.options),
            "lengths": json.dumps(self.lengths.tolist()),
            "taught": str(self._first._taught),
            "layers": json.dumps(self.layers),
        }
        write_atomically(path, to_bytes(arrays, metadata=about))

    @classmethod
    def load(cls, path: str | Path) -> "Recording":
        """Reads a file that `save` wrote. Raises ValueError for any other file."""
        try:
            with safe_open(str(path), framework="pt") as file:
                about = file.metadata() or {}
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if about.get("format") != FORMAT:
                raise ValueError(about.get("format"))
            cell = CELLS[about["cell"]](**json.loads(about["options"]))
            lengths, taught = json.loads(about["lengths"]), int(about["taught"])
            layers, traces = json.loads(about["layers"]), {}
            if not isinstance(layers, list) or not layers:
                raise ValueError("no layers")
            for layer, direction in layers:
                if type(layer) is not int or layer < 0 or direction not in ("forward", "reverse"):
                    raise ValueError("no such layer")
                prefix = f"{layer}.{direction}."
                source = {
                    name.removeprefix(prefix): array.mT
                    for name, array in arrays.items()
                    if name.startswith(prefix)
                }
                _check(cell, source, lengths, taught)
                ends = torch.tensor(lengths)
                traces[layer, direction] = Trace(cell, source, ends, False, taught)
            if len({(trace.T, trace.B, trace.H) for trace in traces.values()}) > 1:
                raise ValueError("layers of several shapes")
            return cls(traces)
        except (
            SafetensorError,
            OSError,
            ValueError,
            TypeError,
            LookupError,
            RecursionError,
        ) as error:
            raise ValueError(
                f"recording: expected a file written by Recording.save, got {Path(path).name!r}. "
                "Choose one that was saved here."
            ) from error


def _check(cell: Cell, source: dict[str, Tensor], lengths: Any, taught: int) -> None:
    """ValueError unless a file has everything of one layer, in shapes that fit together."""
    T, H, B = source["h"].shape
    if not T or not B or not H:
        raise ValueError("empty")
    whole = [*cell.quantities, *cell.details]
    if any(name.startswith("d") and name[1:] in whole for name in source):
        deltas = [a for several, _ in cell.recurrent_terms for a in several]
        whole += [f"d{name}" for name in (*cell.quantities, *deltas)]
    known = {*whole, *(f"d{name}" for name in (*cell.quantities, *cell.details))}
    if not known.issuperset(source):
        raise ValueError("names of another cell")
    for name in {*whole, *source}:
        steps, rows, sequences = source[name].shape
        own_width = name.removeprefix("d") in cell.details  # the input has its own
        if (steps, sequences) != (T, B) or not (own_width or rows == H):
            raise ValueError(f"{name} of another shape")
        if source[name].dtype not in (torch.float32, torch.float64):
            raise ValueError(f"{name} of another type")
    numbers = isinstance(lengths, list) and all(type(n) is int and 0 <= n <= T for n in lengths)
    if not numbers or len(lengths) != B or not 0 <= taught <= B:
        raise ValueError("lengths of other sequences")


def _read_only(values: Tensor) -> np.ndarray:
    """A NumPy copy that refuses to be changed."""
    array = values.detach().cpu().contiguous().clone().numpy()
    array.flags.writeable = False
    return array
