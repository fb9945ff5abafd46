"""The recording of one layer in one direction, from its tape, a copy or a file, in the order of time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from ..cells import Cell
from ..cells.tape import Tape
from ..common.messages import say
from ..common.registry import unknown_name


class JoinedSource(Mapping[str, Tensor]):
    """The first `first` steps of one source, then the first `then` of another; concatenated on access."""

    def __init__(
        self, one: "Source", other: "Source", first: int, then: int, names: frozenset[str]
    ):
        self._sources, self._steps, self._names = (one, other), (first, then), names

    def __getitem__(self, name: str) -> Tensor:
        if name not in self._names:
            raise KeyError(name)
        return torch.cat(
            [source[name][:n] for source, n in zip(self._sources, self._steps, strict=True)]
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def sequences(self, columns: slice) -> "JoinedSource":
        """A copy of some of the sequences."""
        one, other = (_sequences(source, columns, self._names) for source in self._sources)
        return JoinedSource(one, other, *self._steps, self._names)


Source = Mapping[str, Tensor]  # a Tape, or what has its rows by the same names


def _sequences(source: Source, columns: slice, names: Iterable[str]) -> Source:
    """A copy of some of the sequences of the source; of the names, where it has more than is recorded."""
    if isinstance(source, Tape | JoinedSource):
        return source.sequences(columns)
    return {name: source[name][:, :, columns].clone() for name in names}


@dataclass(frozen=True)
class Quantity:
    """values and grads, each [T, B, H] and read-only; grads is None where none was recorded."""

    values: np.ndarray
    grads: np.ndarray | None

    def __repr__(self) -> str:
        """Shape and range: Quantity(T=20, B=4, H=8, values -0.93 to 0.88, grads 1.2e-05 to 0.031 in size)."""
        T, B, H = self.values.shape
        return f"Quantity(T={T}, B={B}, H={H}, values {_range(self.values)}, {self._sizes()})"

    def _sizes(self) -> str:
        if self.grads is None:
            return "no grads"
        sizes = np.abs(self.grads[self.grads != 0])
        return f"grads {_range(sizes)} in size" if sizes.size else "grads all 0"


class Trace(Mapping[str, Quantity]):
    """The recording of one layer in one direction. Iterates over the names in display order.

    The names in `cell.details` can be looked up too: pre-activations, previous states and the input.
    """

    def __init__(
        self,
        cell: Cell,
        source: Source,
        lengths: Tensor | None,
        reverse: bool,
        taught: int,
        recurrence: bool = True,
    ):
        """`source` maps names to [T, H, B] in the order in which the cell saw the steps.

        recurrence: whether a step began from the state of the step before.
        """
        self.cell, self.recurrence = cell, recurrence
        self._source, self._lengths, self._reverse, self._taught = source, lengths, reverse, taught
        self.T, self.H, self.B = source["h"].shape

    def __getitem__(self, name: str) -> Quantity:
        if name not in self.cell.quantities and name not in self.cell.details:
            raise LookupError(
                unknown_name(say("quantity"), name, [*self.cell.quantities, *self.cell.details])
            )
        grads = f"d{name}" if self.has_grads and f"d{name}" in self._source else None
        return Quantity(self._array(name), None if grads is None else self._array(grads))

    def __iter__(self) -> Iterator[str]:
        return iter(self.cell.quantities)

    def __len__(self) -> int:
        return len(self.cell.quantities)

    def __repr__(self) -> str:
        """Trace(lstm, T=20, B=4, H=8: i f g o c h, with gradients)"""
        return f"Trace({self.cell.name}, {self.contents(str(self.H))})"

    def contents(self, H: str) -> str:
        """Sizes, names, and whether gradients are there, in words; H: the units of one layer or of several."""
        grads = "with" if self.has_grads else "without"
        return f"T={self.T}, B={self.B}, H={H}: {' '.join(self)}, {grads} gradients"

    @property
    def tape(self) -> Tape:
        """The tape itself. Raises ValueError for a copy or a file, which has none."""
        if not isinstance(self._source, Tape):
            raise ValueError(
                say(
                    "recording: expected the layer's own last pass, got a copy. Run the layer again."
                )
            )
        return self._source

    @property
    def has_grads(self) -> bool:
        """Whether a backward pass has been recorded."""
        return self._source.has_grads if isinstance(self._source, Tape) else "dh" in self._source

    @property
    def shares(self) -> np.ndarray | None:
        """||delta_t h_{t-1}^T||_F [T]: the size of each step's term in dW_hh = sum_t delta_t h_{t-1}^T.

        Summed over the sequences that add to dW_hh; in a copy of some sequences, over all of these.
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
            # Sequences of several lengths, read backwards: one tape row mixes different times t.
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
        # All sequences that add to dW_hh may end before the last step.
        shares = pad(shares, (0, self.T - len(shares)))
        return _read_only(shares.flip(0) if self._reverse else shares)

    def _size(self, name: str) -> Tensor:
        return torch.linalg.vector_norm(self._taught_part(name)[:, 0], dim=1)

    def _taught_part(self, name: str) -> Tensor:
        return self._in_time(self._source[name].mT)[:, : self._taught]

    def sequence(self, columns: slice) -> "Trace":
        """A copy of some of the sequences; all of them count in its shares."""
        lengths = None if self._lengths is None else self._lengths[columns]
        source = _sequences(self._source, columns, self._stored())
        B = len(range(*columns.indices(self.B)))
        return Trace(self.cell, source, lengths, self._reverse, B, self.recurrence)

    def followed_by(self, other: "Trace", first: int, then: int) -> "Trace":
        """A copy: the first `first` steps of this trace, then the first `then` of the other one."""
        names = frozenset(self._stored()).intersection(other._stored())
        joined = JoinedSource(self._source, other._source, first, then, names)
        return Trace(self.cell, joined, None, False, self.B, self.recurrence)

    def followed_by_none(self, first: int, then: int) -> "Trace":
        """A copy: the first `first` steps of this trace, then `then` steps of zeros."""
        in_time = {name: self._in_time(self._source[name].mT)[:first] for name in self._stored()}
        padded = {name: pad(v, (0, 0, 0, 0, 0, then)).mT for name, v in in_time.items()}
        return Trace(self.cell, padded, None, False, self.B, self.recurrence)

    def _stored(self) -> list[str]:
        """The names that the source has recorded, gradients included."""
        names = [*self.cell.quantities, *self.cell.details]
        stored = [name for name in names if name in self._source]
        if self.has_grads:
            stored += [f"d{name}" for name in names if f"d{name}" in self._source]
        return stored

    def lengths(self) -> np.ndarray:
        """The number of steps of each sequence, [B]."""
        return np.full(self.B, self.T) if self._lengths is None else self._lengths.cpu().numpy()

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything recorded: "f" -> values and "df" -> gradients, [T, B, H]."""
        arrays = {}
        for name in (*self.cell.quantities, *self.cell.details):
            quantity = self[name]
            arrays[name] = quantity.values
            if quantity.grads is not None:
                arrays[f"d{name}"] = quantity.grads
        return arrays

    @property
    def first_not_finite(self) -> dict[str, int | None]:
        """Name ("f", or "df" for its gradient) -> the first step with a NaN or an infinity, counted from 0.

        None where all numbers of that name are finite.
        """
        steps = {name: np.flatnonzero(bad) for name, bad in self.not_finite().items()}
        return {name: int(bad[0]) if bad.size else None for name, bad in steps.items()}

    def not_finite(self) -> dict[str, np.ndarray]:
        """Name ("f", or "df" for its gradient) -> [T]: whether the step has a NaN or an infinity."""
        return {name: ~np.all(np.isfinite(a), (1, 2)) for name, a in self.arrays().items()}

    def _array(self, name: str) -> np.ndarray:
        return _read_only(self._in_time(self._source[name].mT))

    def _in_time(self, values: Tensor) -> Tensor:
        """Values [T, B, ...] in the order of the input, also where the cell read each sequence backwards."""
        if not self._reverse:
            return values
        if self._lengths is None:
            return values.flip(0)
        t = torch.arange(self.T, device=values.device)[:, None]
        order = torch.where(t < self._lengths, self._lengths - 1 - t, t)
        return values[order, torch.arange(self.B, device=values.device)]


def _range(values: np.ndarray) -> str:
    """Smallest to largest; numbers that are not finite are counted."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return "none finite"
    more = f" ({values.size - finite.size} not finite)" if finite.size < values.size else ""
    return f"{finite.min():.2g} to {finite.max():.2g}{more}"


def _read_only(values: Tensor) -> np.ndarray:
    """A read-only NumPy copy; in float32 where NumPy has no such numbers."""
    if values.dtype == torch.bfloat16:
        values = values.float()
    array = values.numpy(force=True).copy()
    array.flags.writeable = False
    return array
