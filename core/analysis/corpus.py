"""A corpus and the layers that read it, in chunks, with the state carried from chunk to chunk, in bounded memory.

    for rows in read_rows(reader, corpus, where=(0, "forward"), states=StateStore.for_corpus(corpus)):
        rows.positions, rows["h"]             # [n], [n, H]

A corpus is one sequence (a text read through) or many (lines), each of which begins from a state of zeros.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import linear

from ..common.messages import say
from ..layers.recurrent import Recurrent
from ..layers.trace import Trace

CHUNK_STEPS = 100  # read in one pass, at least
LANES = 16  # sequences side by side, where there are several
LEAST_CHUNKS = 64  # of a long sequence: between two of them its state may be saved
ROUNDING = (
    64  # in units of the precision: what two orders of the same sums may differ by after many steps
)
MAX_SAVED_STATES = 1000
Where = tuple[int, str]  # layer, direction


@dataclass(frozen=True, eq=False)
class Corpus:
    """codes: int64 [N], each symbol's number. symbols: N labels. starts: [S + 1], where each sequence begins, and N.

    annotations: name -> a number for each symbol, float [N]. notes: what was left out or replaced, in sentences.
    """

    codes: np.ndarray
    symbols: tuple[str, ...]
    starts: np.ndarray
    annotations: Mapping[str, np.ndarray] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def lengths(self) -> np.ndarray:
        """The symbols of each sequence, [S]."""
        return np.diff(self.starts)

    def sequence_of(self, position: int) -> int:
        """The sequence that a symbol is in."""
        return int(np.searchsorted(self.starts, position, side="right")) - 1

    @cached_property
    def offsets(self) -> np.ndarray:
        """Of each symbol, how many of its sequence stand before it, [N]."""
        return np.arange(len(self)) - np.repeat(self.starts[:-1], self.lengths)


@dataclass(frozen=True, eq=False)
class CorpusReader:
    """layers: that read. table [V, I]: what a symbol becomes. head: weight [V, H] and bias [V] or None of the scores
    of the next symbol; None where the network says nothing of it.

    ValueError for layers that do not read from left to right.
    """

    layers: Recurrent
    table: Tensor
    head: tuple[Tensor, Tensor | None] | None = None

    def __post_init__(self) -> None:
        if self.layers.bidirectional:
            raise ValueError(
                say(
                    "corpus: expected layers that read from left to right, got two directions. "
                    "A state cannot be carried through a corpus from its end. Choose a model of one direction."
                )
            )

    def inputs(self, codes: np.ndarray) -> Tensor:
        """Codes [T, B] -> what the first layer reads, [T, B, I]."""
        return self.table[torch.from_numpy(codes)]

    def scores(self, output: Tensor) -> Tensor:
        """The top layer's states [..., H] -> scores of the next symbol [..., V]."""
        assert self.head is not None
        return linear(output, *self.head)


class Rows:
    """One chunk: positions [n] in the corpus; a quantity's values by its name, [n, H], until the next chunk is read."""

    def __init__(self, trace: Trace, positions: np.ndarray, inside: np.ndarray):
        """inside [B, T]: whether the step is one of its sequence; positions: of these, sequence by sequence."""
        self.trace, self.positions, self._inside = trace, positions, inside

    def __getitem__(self, name: str) -> np.ndarray:
        values = self.trace.tape[name].numpy()  # [T, H, B]
        if values.shape[2] == 1:
            return values[:, :, 0]
        return values.transpose(2, 0, 1)[self._inside]


class StateStore:
    """The states before some steps of the corpus, from which a stretch is read again: (sequence, offset) -> state."""

    def __init__(self, every: int):
        """every: steps from one saved state of a sequence to the next."""
        self.every = every
        self._states: dict[tuple[int, int], Any] = {}

    @classmethod
    def for_corpus(cls, corpus: Corpus) -> "StateStore":
        """One that saves a bounded number of states, however long the corpus is."""
        every = CHUNK_STEPS
        while every * MAX_SAVED_STATES < len(corpus):
            every *= 2  # so that it falls together with the ends of chunks of any length
        return cls(every)

    def save(self, corpus: Corpus, position: int, state: Any, lane: int) -> None:
        """Keeps one lane of a state, that before a symbol, where it is one of those that are kept."""
        if position < len(corpus) and corpus.offsets[position] % self.every == 0:
            offset = int(corpus.offsets[position])
            if offset:
                self._states[corpus.sequence_of(position), offset] = lane_of(state, lane)

    def places(self) -> list[tuple[int, int]]:
        """(sequence, offset) of all that are saved."""
        return list(self._states)

    def before(self, sequence: int, offset: int) -> tuple[Any, int]:
        """The nearest state at or before the step, and its offset; (None, 0): zeros, at the sequence's start."""
        while offset := offset // self.every * self.every:
            if (sequence, offset) in self._states:
                return self._states[sequence, offset], offset
            offset -= 1
        return None, 0


@dataclass(frozen=True, eq=False)
class Span:
    """Symbols first .. stop - 1, of one sequence. state: before them, [L, 1, H]; None: zeros, at a sequence's start."""

    first: int
    stop: int
    state: Any = None


class LongMemoryError(Exception):
    """A span did not begin from the state that the one before it has left."""


def sequence_spans(corpus: Corpus) -> list[Span]:
    """One span for each sequence that has symbols, those of like length beside each other."""
    order = np.argsort(-corpus.lengths, kind="stable")
    bounds = [(int(corpus.starts[k]), int(corpus.starts[k + 1])) for k in order]
    return [Span(first, stop) for first, stop in bounds if stop > first]


@torch.no_grad()
def read_rows(
    reader: CorpusReader,
    corpus: Corpus,
    where: Where,
    states: StateStore | None = None,
    spans: Sequence[Span] | None = None,
) -> Iterator[Rows]:
    """Every symbol of the spans once, chunk by chunk; `states` takes the states between the chunks.

    spans: the longest first; None: each sequence of the corpus. They are read side by side. LongMemoryError where one
    ends in another state than that from which the next symbol's span has begun.
    """
    spans = sequence_spans(corpus) if spans is None else spans
    begun = {span.first: span.state for span in spans if span.state is not None}
    lanes = min(LANES, len(spans))
    chunk = _chunk_steps(lanes, max(span.stop - span.first for span in spans))
    for number in range(0, len(spans), lanes):
        group = spans[number : number + lanes]
        firsts = np.resize([span.first for span in group], lanes)  # the last group has idle lanes
        ends = np.pad([span.stop - span.first for span in group], (0, lanes - len(group)))
        state = None
        if any(span.state is not None for span in group):
            zeros = zero_state(reader)
            given = [zeros if span.state is None else span.state for span in group]
            state = join_lanes(given + [zeros] * (lanes - len(group)))
        for offset in range(0, int(ends[0]), chunk):
            T = min(chunk, int(ends[0]) - offset)
            steps = np.clip(ends - offset, 0, T)  # of each lane in this chunk
            places = firsts[:, None] + offset + np.arange(T)  # [B, T]
            inside = np.arange(T) < steps[:, None]
            codes = corpus.codes[np.where(inside, places, 0)].T
            uneven = None if inside.all() else torch.from_numpy(np.maximum(steps, 1))
            _, state = reader.layers(reader.inputs(codes), state, uneven)
            assert reader.layers.recording is not None
            yield Rows(reader.layers.recording[where], places[inside], inside)
            for lane in np.flatnonzero(steps).tolist():
                following = int(firsts[lane] + offset + steps[lane])
                if following in begun:
                    _check_equal(lane_of(state, lane), begun[following])
                if states is not None and steps[lane] == T:
                    states.save(corpus, following, state, lane)


def _chunk_steps(lanes: int, longest: int) -> int:
    """The steps of one pass over so many sequences: a pass has a cost of its own, so of a few long ones it takes more."""
    return CHUNK_STEPS * min(LANES // lanes, 1 + longest // (CHUNK_STEPS * LEAST_CHUNKS))


def zero_state(reader: CorpusReader) -> Any:
    """The state of one sequence before its first step, in the form in which layers give back theirs."""
    with torch.no_grad():
        _, state = reader.layers(reader.inputs(np.zeros((1, 1), np.int64)))
    return map_state(torch.zeros_like, state)


def map_state(function: Callable[[Tensor], Tensor], state: Any) -> Any:
    """The function of each tensor of a state."""
    if isinstance(state, Tensor):
        return function(state)
    return type(state)(map_state(function, part) for part in state)


def states_differ(one: Any, other: Any) -> bool:
    """Whether two states differ by more than what rounding leaves: ROUNDING times the precision of their numbers."""
    if not isinstance(one, Tensor):
        return any(states_differ(a, b) for a, b in zip(one, other, strict=True))
    limit = ROUNDING * torch.finfo(one.dtype).eps * max(1.0, float(other.abs().max()))
    return not bool(((one - other).abs() <= limit).all())


def _check_equal(left: Any, begun: Any) -> None:
    if states_differ(left, begun):
        raise LongMemoryError


def lane_of(state: Any, lane: int) -> Any:
    """One sequence of a state, as a copy."""
    return map_state(lambda part: part[:, lane : lane + 1].clone(), state)


def join_lanes(states: list[Any]) -> Any:
    """States of one sequence each, side by side."""
    if isinstance(states[0], Tensor):
        return torch.cat(states, 1)
    return type(states[0])(join_lanes(list(parts)) for parts in zip(*states, strict=True))


@torch.no_grad()
def read_again(
    reader: CorpusReader, corpus: Corpus, where: Where, states: StateStore, first: int, stop: int
) -> np.ndarray:
    """h of the symbols first .. stop - 1, which are of one sequence, as the pass over the corpus had it, [n, H]."""
    sequence = corpus.sequence_of(first)
    start = int(corpus.starts[sequence])
    state, offset = states.before(sequence, first - start)
    pieces = []
    for begin in range(start + offset, stop, CHUNK_STEPS):
        codes = corpus.codes[begin : min(stop, begin + CHUNK_STEPS), None]
        _, state = reader.layers(reader.inputs(codes), state)
        assert reader.layers.recording is not None
        pieces.append(reader.layers.recording[where]["h"].values[:, 0])
    return np.concatenate(pieces)[first - start - offset :]
