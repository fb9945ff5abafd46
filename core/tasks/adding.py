"""The adding problem: remember two marked numbers among many, and predict their sum."""

import re
from functools import cached_property
from typing import ClassVar

import torch

from ..common.messages import say
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Probe, check_text
from .task_types import Regression

HELD_OUT = 1000  # sequences
HELD_OUT_SEED = 19970815  # any fixed number: the held-out sequences are the same for every run


class Adding(Regression):
    """Add the two marked numbers.

    Each step shows a value, drawn evenly between 0 and 1, and a mark, 0 or 1. Two steps are marked: one anywhere in the
    first half, one anywhere in the second. After the last step the network predicts the sum of the two marked values. What
    has to be remembered lies up to T steps back, so the gradient has to reach that far.

    Always predicting 1, the mean of the sum, gives a mean squared error of 1/6 = 0.1667 (the variance of a sum of two even
    draws, 2 * 1/12; the 0.1767 that some papers print is a slip).

    The problem is Hochreiter & Schmidhuber's (1997, experiment 4), whose values ran from -1 to 1 with both marks near the
    beginning. The form here is the one of Arjovsky, Shah & Bengio (2016): values from 0 to 1, one mark in each half.
    Sequences are made on the spot, a fresh batch for each update; 1000 fixed ones are held out.
    """

    title = "Adding: the sum of two marked numbers"
    sentence = (
        "reads [length|{length} numbers], and says the [task|sum of the two that are marked]."
    )
    score_words = (
        "mean squared error on sequences it has never seen",
        "on fresh ones, as in training",
    )
    baseline_words: ClassVar = {
        "always 1": "always saying 1",
    }
    source = (
        "Made by rule, no data: Hochreiter & Schmidhuber 1997, in the form of Arjovsky et al. 2016"
    )
    at = "last"
    span = "length"
    solved = ("mse", 0.01)  # a sixteenth of what always predicting 1 gives
    options: ClassVar = (
        Option("length", "integer", 50, 2, 1000, meaning="steps in each sequence"),
    )
    defaults: ClassVar = {"cell": "gru", "hidden_size": 32, "learning_rate": 0.01}

    @property
    def length(self) -> int:
        """The option `length`."""
        return self.values["length"]

    @property
    def must_remember(self) -> int:
        """From the very first step, if it is marked, to the last."""
        return self.length - 1

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The value and its mark."""
        return (say("value"), say("mark"))

    @property
    def labels(self) -> tuple[str, ...]:
        """One output: the sum."""
        return ("sum",)

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x [T, B, 2] (value, mark), y [B, 1] the sum of the marked values."""
        T, B = self.length, batch_size
        x = torch.zeros(T, B, 2)
        x[:, :, 0] = torch.rand(T, B, generator=generator)
        first = torch.randint(0, T // 2, (B,), generator=generator)
        second = torch.randint(T // 2, T, (B,), generator=generator)
        columns = torch.arange(B)
        x[first, columns, 1] = x[second, columns, 1] = 1
        return Batch(x, (x[first, columns, 0] + x[second, columns, 0]).unsqueeze(1))

    def make_held_out(self) -> Batch:
        """1000 sequences from a seed of their own."""
        return self.sample(torch.Generator().manual_seed(HELD_OUT_SEED), HELD_OUT)

    def make_train_eval(self) -> Batch:
        """Training sequences are never seen twice, so these are fresh ones too."""
        return self.sample(torch.Generator().manual_seed(HELD_OUT_SEED + 1), HELD_OUT)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """The error of always predicting the mean of the sum: its variance."""
        return {say("always 1"): {"mse": 1 / 6}}

    def probe(self, text: str | None = None) -> Probe:
        """Numbers from 0 to 1 with a star behind the two marked ones: "0.3* 0.5 0.7*".

        Without text, the first held-out sequence.
        """
        text = check_text(PROBE_LABEL, text or "", 20 * self.length + 100).strip()
        batch = self._spelled(text) if text else self.held_out.subset(slice(0, 1), self.at)
        return Probe(batch, self.written(batch.x[:, 0]), text, f"{batch.y.item():.2f}")

    def written(self, x: torch.Tensor) -> tuple[str, ...]:
        """The value, and a star behind a marked one: "0.30*"."""
        return tuple(f"{value:.2f}{'*' if mark else ''}" for value, mark in x.tolist())

    def _spelled(self, text: str) -> Batch:
        words = re.split(r"[\s,;]+", text)
        cure = say('Write it like "0.3* 0.5 0.7*".')
        for word in words:
            if not re.fullmatch(r"([01](\.[0-9]{0,9})?|\.[0-9]{1,9})\*?", word) or _value(word) > 1:
                raise ValueError(
                    say(
                        "{what}: expected numbers from 0 to 1, a star behind two of them, "
                        "got {got!r}. {cure}",
                        what=PROBE_LABEL,
                        got=word[:20],
                        cure=cure,
                    )
                )
        if not 2 <= len(words) <= self.length:
            raise ValueError(
                say(
                    "{what}: expected 2 to {length} numbers, got {got}. "
                    "Change the number of them, or the length of the task.",
                    what=PROBE_LABEL,
                    length=self.length,
                    got=len(words),
                )
            )
        marks = [float(word.endswith("*")) for word in words]
        if sum(marks) != 2:
            raise ValueError(
                say(
                    "{what}: expected two numbers marked with a star, got {got}. {cure}",
                    what=PROBE_LABEL,
                    got=int(sum(marks)),
                    cure=cure,
                )
            )
        x = torch.tensor([[_value(word), mark] for word, mark in zip(words, marks, strict=True)])
        return Batch(x.unsqueeze(1), (x[:, 0] * x[:, 1]).sum().view(1, 1))


def _value(word: str) -> float:
    return float(word.rstrip("*"))
