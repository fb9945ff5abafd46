"""The tape: every number of one pass through time, in one block of memory.

A tape holds `records [T+1, R, B]`: for each time step one contiguous slab of R rows, a row being one
number for each of the B sequences of the batch. The rows have names ("f", "dc", "h_prev"), so the same
memory is at once the cache of backpropagation through time and the recording on the screen.
A second block, `scratch`, holds the local derivatives, which are not shown. A third, `once`, holds rows for
intermediate products, the same memory at every step; every cell has one such row, `term`.

Feature-major, like the textbook: at step t the batch is a block of columns, and

    col_t = [h_{t-1}; 1; x_t]        so that every affine map is one product  a_t = V col_t.

States are stored once: row "h" of step t is row "h_prev" of step t+1.
"""

import inspect
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from .arithmetic import arithmetic


@dataclass(frozen=True)
class Row:
    """Where a name lives: rows [start, stop) of a block, `shift` steps later; every `every`-th of `parts` equal parts."""

    block: str
    start: int
    stop: int
    shift: int = 0
    parts: int = 1
    every: int = 1


class Layout:
    """The names of a cell's rows.

    `records`, `scratch` and `once` are lists of names, H rows each; a name that ends in "+" is a state `s`,
    which adds `s_prev` (at t-1) beside `s` (at t). `spans` names runs of neighbouring rows:
    {"a": ("a_i", "a_o")}; a third entry n cuts the run into n equal parts, a view [n, H, B], and with a
    fourth entry k only every k-th of them counts, from the first.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        records: tuple[str, ...],
        scratch: tuple[str, ...],
        spans: Mapping[str, tuple],
        once: tuple[str, ...] = (),
    ):
        self.input_size, self.hidden_size = input_size, hidden_size
        self.rows: dict[str, Row] = {}
        self.size = {"records": 0, "scratch": 0, "once": 0}
        self.ones: list[Row] = []
        self._column("h+", "", input_size)
        for name in ("dh+", *records):
            self._add("records", name, hidden_size)
        for name in scratch:
            self._add("scratch", name, hidden_size)
        self._add("once", "term", hidden_size)
        for name in once:
            self._add("once", name, hidden_size)
        self.span("col", "h_prev", "x")
        for name, span in spans.items():
            self.span(name, *span)

    def span(self, name: str, first: str, last: str, parts: int = 1, every: int = 1) -> None:
        """Names the rows from `first` to `last`."""
        a, b = self.rows[first], self.rows[last]
        self.rows[name] = Row(a.block, a.start, b.stop, a.shift, parts, every)

    def runs(self, names: tuple[str, ...]) -> list[Row]:
        """The rows of these names; those that lie beside each other are one."""
        runs: list[Row] = []
        for row in sorted((self.rows[name] for name in names), key=lambda row: row.start):
            if runs and (runs[-1].stop, runs[-1].shift) == (row.start, row.shift):
                runs[-1] = replace(runs[-1], stop=row.stop)
            else:
                runs.append(row)
        return runs

    def without_recurrence(self) -> "Layout":
        """A copy in which no state of a step is the previous state of the next: each has rows of its own.

        The previous states then stay what they are set to, and the same equations compute each step by itself.
        """
        layout = copy(self)
        layout.rows, layout.size = dict(self.rows), dict(self.size)
        for name, row in self.rows.items():
            if f"{name}_prev" in self.rows:
                start = layout.size[row.block]
                stop = layout.size[row.block] = start + self.hidden_size
                layout.rows[name] = Row(row.block, start, stop)
        return layout

    def add_column(self, name: str) -> None:
        """One more column of the form [name; 1; x], called `name_col`, with its copy of x in `name_x`."""
        self._column(name, f"{name}_", self.input_size)
        self.span(f"{name}_col", name, f"{name}_x")

    def _column(self, state: str, prefix: str, input_size: int) -> None:
        self._add("records", state, self.hidden_size)
        self._add("records", f"{prefix}one", 1)
        self._add("records", f"{prefix}x", input_size)
        self.ones.append(self.rows[f"{prefix}one"])

    def _add(self, block: str, name: str, width: int) -> None:
        start = self.size[block]
        stop = self.size[block] = start + width
        if name.endswith("+"):
            name = name[:-1]
            self.rows[f"{name}_prev"] = Row(block, start, stop)
            self.rows[name] = Row(block, start, stop, shift=1)
        else:
            self.rows[name] = Row(block, start, stop)


class Buffers:
    """The memory of a tape, for up to `capacity` steps, and the views into it, made once."""

    def __init__(self, layout: Layout, capacity: int, batch: int, like: Tensor):
        self.layout, self.capacity, self.batch = layout, capacity, batch
        self.arithmetic = arithmetic(like)
        zeros = self.arithmetic.zeros
        self.records = zeros(like, capacity + 1, layout.size["records"], batch)
        self.scratch = zeros(like, capacity, layout.size["scratch"], batch)
        self.once = zeros(like, 1, layout.size["once"], batch).expand(capacity, -1, -1)
        for one in layout.ones:
            self.records[:, one.start : one.stop] = 1
        self._steps: dict[str, list[tuple[Any, ...]]] = {}
        self._views: dict[tuple[str, int], Tensor] = {}
        self._runs: dict[tuple[tuple[str, ...], int], list[Tensor]] = {}

    def view(self, name: str, steps: int) -> Tensor:
        """The named rows of the first `steps` steps: [T, rows, B], or [T, parts, H, B]."""
        view = self._views.get((name, steps))
        if view is None:
            row = self.layout.rows[name]
            block: Tensor = getattr(self, row.block)
            view = block[row.shift : row.shift + steps, row.start : row.stop]
            if row.parts > 1:
                view = view.unflatten(1, (row.parts, -1))[:, :: row.every]
            self._views[name, steps] = view
        return view

    def runs(self, names: tuple[str, ...], steps: int) -> list[Tensor]:
        """The rows of these records in the first `steps` steps, those that lie beside each other as one view."""
        runs = self._runs.get((names, steps))
        if runs is None:
            runs = self._runs[names, steps] = [
                self.records[row.shift : row.shift + steps, row.start : row.stop]
                for row in self.layout.runs(names)
            ]
        return runs

    def steps(self, equations: Callable) -> list[tuple[Any, ...]]:
        """For each time step, the views that the equations name as their arguments (but the first two).

        An index into a tensor costs as much as an operation on a tiny one, so these are made once
        and every training step reuses them.
        """
        name = equations.__name__
        if name not in self._steps:
            arguments = list(inspect.signature(equations).parameters.values())[2:]
            views = []
            for argument in arguments:
                rows = self.view(argument.name, self.capacity)
                views.append(rows if argument.annotation is Tensor else self.arithmetic.view(rows))
            self._steps[name] = list(zip(*views, strict=True))
        return self._steps[name]


class Tape(Mapping[str, Tensor]):
    """A lease on buffers for one pass of T steps: name -> view [T, H, B].

    While anything refers to the tape, no other pass writes into its buffers; with the last reference gone
    they return to the pool.
    """

    def __init__(self, buffers: Buffers, steps: int, free: list[Buffers]):
        self.buffers, self._free = buffers, free
        self.T, self.B, self.H = steps, buffers.batch, buffers.layout.hidden_size
        self.has_grads = False
        self.shares: Tensor | None = None

    def __getitem__(self, name: str) -> Tensor:
        return self.buffers.view(name, self.T)

    def operand(self, name: str) -> Any:
        """The rows as the tape's arithmetic computes with them."""
        return self.buffers.arithmetic.view(self[name])

    def __contains__(self, name: object) -> bool:  # makes no view
        return name in self.buffers.layout.rows

    def __iter__(self):
        return iter(self.buffers.layout.rows)

    def __len__(self) -> int:
        return len(self.buffers.layout.rows)

    def __del__(self) -> None:
        if "_free" in vars(self):  # torch.compile makes tapes without __init__
            self._free.append(self.buffers)

    def sequences(self, columns: slice) -> "Tape":
        """A copy that holds some of the sequences: one copy of one block, whatever it records."""
        part = Buffers.__new__(Buffers)
        part.layout, part.capacity = self.buffers.layout, self.T
        part.records = self.buffers.records[: self.T + 1, :, columns].clone()
        part.scratch = part.once = part.records[:0]
        part.arithmetic = self.buffers.arithmetic
        part.batch = part.records.shape[2]
        part._steps, part._views, part._runs = {}, {}, {}
        tape = Tape(part, self.T, [])
        tape.has_grads = self.has_grads
        return tape


class Pool:
    """Buffers that wait for the next pass, by batch size, dtype and device."""

    MAX_FREE = 4  # buffers that wait, per key; more exist only while several passes are alive

    def __init__(self, layout: Layout):
        self.layout = layout
        self._free: dict[tuple, list[Buffers]] = {}

    def lease(self, steps: int, batch: int, like: Tensor) -> Tape:
        """A tape of `steps` steps for `batch` sequences, of the dtype and device of `like`."""
        key = (batch, like.dtype, like.device, torch.is_inference_mode_enabled())
        free = self._free.setdefault(key, [])
        del free[self.MAX_FREE :]
        buffers = free.pop() if free else None
        if buffers is None or buffers.capacity < steps:
            buffers = Buffers(self.layout, steps, batch, like)
        return Tape(buffers, steps, free)

    def release_memory(self, most: int) -> None:
        """Gives back the memory of waiting buffers for more than `most` sequences."""
        for key in [key for key in self._free if key[0] > most]:
            del self._free[key]

    def __deepcopy__(self, memo: dict) -> "Pool":
        return Pool(self.layout)

    def __reduce__(self):
        return Pool, (self.layout,)
