"""What the loss loses when a unit is silenced, by reading a sample of a corpus again without it: one rerun for each unit.

    sample = choose_sample(corpus, states)
    for _ in silencing.measure(): ...

The loss is the mean of -log p(next symbol) in nats over the sample. Many units are silenced in one pass, each in columns
of the batch of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..layers.interventions import Intervention
from ..layers.silenced_units import SilencedUnits
from .corpus import Corpus, CorpusReader, StateStore, Where, join_lanes

SAMPLE_STATES = 65_536  # symbols times units, so that the reruns of a wide layer do not take long
SAMPLE_SYMBOLS = 64, 512  # at least and at most, where the corpus has so many
STRETCH = 32  # symbols of one stretch of it, at most
MAX_STRETCHES = 64
COLUMNS = 128  # of one pass
STEPS = 8  # of one pass
MAX_SCORES = 4_000_000  # numbers of the head's output, of one pass


@dataclass(frozen=True, eq=False)
class Sample:
    """codes int64 [T, P] of P stretches, their targets [T, P] (-1 where nobody knows one), the steps of each, and the
    state that the corpus left before them, side by side; None where all begin from zeros."""

    codes: np.ndarray
    targets: np.ndarray
    lengths: np.ndarray
    state: object

    @property
    def symbols(self) -> int:
        """Of all stretches together."""
        return int(self.lengths.sum())


def choose_sample(corpus: Corpus, states: StateStore, zeros: object, units: int) -> Sample | None:
    """Stretches spread evenly over the corpus; None where no symbol is followed by another one.

    zeros: the state of zeros of one sequence, for stretches that begin one. units: of the layer; of a wide one the
    sample is smaller.
    """
    lengths, starts = corpus.lengths, corpus.starts
    places = [(k, 0) for k in np.flatnonzero(lengths > 1).tolist()]
    places += [(k, offset) for k, offset in states.places() if offset < lengths[k] - 1]
    if not places:
        return None
    places.sort()
    mean = np.mean([min(STRETCH, lengths[k] - offset) for k, offset in places])
    wanted = np.clip(SAMPLE_STATES // units, *SAMPLE_SYMBOLS)
    number = int(min(len(places), MAX_STRETCHES, max(1, wanted // mean)))
    chosen = [places[k] for k in np.linspace(0, len(places) - 1, number).round().astype(int)]
    steps = np.array([min(STRETCH, lengths[k] - offset) for k, offset in chosen])
    codes = np.zeros((steps.max(), len(chosen)), np.int64)
    targets = np.full_like(codes, -1)
    lanes = []
    for lane, ((sequence, offset), T) in enumerate(zip(chosen, steps.tolist(), strict=True)):
        begin, end = starts[sequence] + offset, starts[sequence + 1]
        codes[:T, lane] = corpus.codes[begin : begin + T]
        following = corpus.codes[begin + 1 : min(end, begin + 1 + T)]
        targets[: len(following), lane] = following
        lanes.append(zeros if offset == 0 else states.before(sequence, offset)[0])
    return Sample(codes, targets, steps, join_lanes(lanes))


def mean_gradients(reader: CorpusReader, sample: Sample, where: Where) -> np.ndarray:
    """Of each unit the mean of |dL/dh| over the sample's steps, [H]; L: the sum of the losses of its stretch."""
    layers = reader.layers
    record, layers.record = layers.record, "full"
    try:
        x = reader.inputs(sample.codes).detach().requires_grad_()  # also where no weight is learnt
        output, _ = layers(x, sample.state, torch.from_numpy(sample.lengths))
        _losses(reader, output, sample.targets).sum().backward()
        assert layers.recording is not None
        grads = layers.recording[where]["h"].grads
        assert grads is not None
        inside = np.arange(len(sample.codes))[:, None] < sample.lengths
        return np.abs(grads[inside]).mean(0, dtype=np.float64)
    finally:
        layers.record = record
        for parameter in layers.parameters():
            parameter.grad = None


def _losses(reader: CorpusReader, output: Tensor, targets: np.ndarray) -> Tensor:
    """-log p of each target, 0 where there is none, [T, B]."""
    scores = reader.scores(output)
    flat = F.cross_entropy(
        scores.flatten(0, 1), torch.from_numpy(targets).flatten(), ignore_index=-1, reduction="none"
    )
    return flat.view(targets.shape)


class Silencing:
    """losses [H]: the sample's mean loss without each unit, as far as it is measured. loss: with all of them."""

    def __init__(self, reader: CorpusReader, sample: Sample, where: Where):
        self._reader, self._sample, self._where = reader, sample, where
        self.losses = np.full(reader.layers.sizes[where[0]], np.nan)
        self.loss = float(self._mean_losses(None)[0])

    def measure(self) -> Iterator[int]:
        """After each pass, how many units are measured."""
        P, V = self._sample.codes.shape[1], len(self._reader.table)
        each = max(1, min(COLUMNS, MAX_SCORES // (STEPS * V)) // P)
        H = len(self.losses)
        for first in range(0, H, each):
            units = tuple(range(first, min(H, first + each)))
            self.losses[first : first + each] = self._mean_losses(units)
            yield min(H, first + each)

    @torch.no_grad()
    def _mean_losses(self, units: tuple[int, ...] | None) -> np.ndarray:
        """The mean loss without each of these units; of None: with all, [1]."""
        layers, sample = self._reader.layers, self._sample
        copies = 1 if units is None else len(units)
        before, P = layers.intervention, sample.codes.shape[1]
        if units is not None:
            columns = tuple(unit for unit in units for _ in range(P))
            held = vars(before or Intervention())
            layers.intervention = SilencedUnits(**held, units=columns, where=self._where)
        total = np.zeros(copies)
        try:
            state = join_lanes([sample.state] * copies)
            for first in range(0, len(sample.codes), STEPS):
                steps = slice(first, first + STEPS)
                x = self._reader.inputs(sample.codes[steps])
                output, state = layers(x.repeat(1, copies, 1), state)
                targets = np.tile(sample.targets[steps], (1, copies))
                losses = _losses(self._reader, output, targets).double().sum(0)
                total += losses.view(copies, P).sum(1).numpy()
        finally:
            layers.intervention = before
        return total / (sample.targets >= 0).sum()
