"""Parity: is the number of ones so far odd?

A task to start from. Copy this file to core/tasks/parity.py; in core/tasks/__init__.py import Parity, and
write into TASKS, where it is to stand in menus:

    "parity": Parity,

That is all: controls, links, studies, exports and tests/contract/test_every_task.py find it there.
What each member means stands in core/tasks/base.py.
"""

from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from ..common.messages import say
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Probe, check_text
from .task_types import Binary

HELD_OUT = 500  # sequences
SEED = 1969


# Binary has the loss, the metrics and the panel of yes-or-no answers. Its siblings are Classification and
# Regression; for anything else derive from Task.
class Parity(Binary):
    """Is the number of ones so far odd?

    One bit at each step, 0 or 1 with even chances. After every step the network says whether it has
    seen an odd number of ones. One bit of memory is enough, but it must never be lost: each 1 turns the
    answer round, and a single mistake makes all later answers wrong.

    Always saying "even" is right half of the time. Sequences are made on the spot, a fresh batch for each
    update; 500 fixed ones are held out.
    """

    title = "Parity: an odd number of ones?"  # in menus
    # What it does, after "An LSTM with 16 units"; brackets hold what a reader can choose, see sentence.py.
    sentence = "reads [length|{length} bits], and says whether the [task|ones so far are odd]."
    source = "Made by rule, no data"
    at = "every"  # the head answers after every step; "last": after the last one alone
    options: ClassVar = (  # become controls, words in links and arguments of Experiment
        Option("length", "integer", 12, 2, 200, meaning="bits in each sequence"),
    )
    defaults: ClassVar = {"cell": "lstm", "hidden_size": 16, "learning_rate": 0.01}
    # For studies of memory: the option that says how far back, and when it counts as solved.
    span = "length"
    solved = ("accuracy", 0.99)

    @property
    def length(self) -> int:
        """T of every training batch."""
        return self.values["length"]

    @property
    def must_remember(self) -> int:
        """From the first bit to the last answer."""
        return self.length - 1

    @property
    def input_labels(self) -> tuple[str, ...]:
        """One input: the bit."""
        return ("bit",)

    @property
    def labels(self) -> tuple[str, ...]:
        """One output: whether the number is odd."""
        return ("odd",)

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x float32 [T, B, 1] bits, y float32 [T, B, 1]: 1 where the number of ones so far is odd."""
        return _of(torch.randint(0, 2, (self.length, batch_size, 1), generator=generator))

    def make_held_out(self) -> Batch:
        """500 sequences from a seed of their own."""
        return self.sample(torch.Generator().manual_seed(SEED), HELD_OUT)

    def make_train_eval(self) -> Batch:
        """Training sequences are hardly ever seen twice, so these are fresh ones too."""
        return self.sample(torch.Generator().manual_seed(SEED + 1), HELD_OUT)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """A probability of one half for "odd", which counts as "even"."""
        return {"always even": self.metrics(torch.zeros_like(self.held_out.y), self.held_out)}

    def probe(self, text: str | None = None) -> Probe:
        """The sequence that a reader typed, "10110". Without text, a held-out one."""
        text = check_text(PROBE_LABEL, text or "", 2 * self.length + 100).strip()
        if text and (not set(text) <= {"0", "1"} or not 2 <= len(text) <= self.length):
            raise ValueError(
                say(
                    "{what}: expected 2 to {most} bits, got {got!r}. Type them like 10110.",
                    what=PROBE_LABEL,
                    most=self.length,
                    got=text[:40],
                )
            )
        bits = torch.tensor([int(sign) for sign in text]).view(-1, 1, 1)
        batch = _of(bits) if text else self.held_out.subset(slice(0, 1), self.at)
        symbols = tuple(str(int(bit)) for bit in batch.x.flatten().tolist())
        return Probe(batch, symbols, text, "odd" if batch.y[-1] else "even")


def _of(bits: Tensor) -> Batch:
    """The sequences with these bits [T, B, 1], and the right answers."""
    return Batch(bits.float(), (bits.cumsum(0) % 2).float())
