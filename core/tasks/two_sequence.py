"""Two sequences: only the first steps tell the class, and the rest is noise."""

import re
from functools import cached_property
from typing import ClassVar

import torch

from ..common.messages import say
from ..common.options import NUMBER, Option
from .base import PROBE_LABEL, UNKNOWN, Batch, Probe, check_text
from .task_types import Classification

HELD_OUT = 1000  # sequences
SEED = 1994
NOISE = 0.2  # variance
MOST = 100.0  # of a typed value


class TwoSequence(Classification):
    """Plus or minus: the sign of the first steps, predicted after the last.

    There is one number at each step. In the first three steps (as many as are marked) it is +1 in sequences of one class and -1 in those of the
    other; from there on it is noise with mean 0 and variance 0.2, the same for both. After the last step the network
    predicts the class. One bit has to be latched: held against noise for as long as the sequence lasts, and the gradient
    has to travel from the loss back over all of it.

    There is a shortcut: the mean over all steps is slightly positive in one class and negative in the other. The baseline
    "sign of the mean" tells how far that carries on the held-out sequences; always predicting one class is right in half.

    The problem is Bengio, Simard & Frasconi's (1994), the form Hochreiter & Schmidhuber's (1997, experiment 3a). They
    remark that guessing weights at random until they work solves it faster than any gradient. Sequences are made on the
    spot; 1000 fixed ones are held out.
    """

    title = "Two sequences: a bit held against noise"
    sentence = (
        "reads [length|{length} numbers], and says whether "
        "[marked|the first was|the first {marked} were] [task|plus or minus one]."
    )
    score_words = (
        "of sequences it has never seen are right",
        "of fresh ones, as in training",
    )
    baseline_words: ClassVar = {
        say("always the same class"): "always saying the same sign",
        say("sign of the mean"): "saying the sign of the mean",
    }
    source = (
        "Made by rule, no data: Bengio et al. 1994, in the form of Hochreiter & Schmidhuber 1997"
    )
    at = "last"
    span = "length"
    solved = ("accuracy", 0.99)
    options: ClassVar = (
        Option("length", "integer", 30, 2, 1000, meaning="steps in each sequence"),
        Option("marked", "integer", 3, 1, 100, meaning="first steps that tell the class"),
    )
    defaults: ClassVar = {"cell": "lstm", "hidden_size": 16, "learning_rate": 0.005}

    def check(self) -> None:
        """Whether fewer steps are marked than there are."""
        if self.values["marked"] >= self.length:
            raise ValueError(
                say(
                    "marked: expected fewer than the {length} steps of the length, "
                    "got {got}. Mark fewer steps, or make the sequences longer.",
                    length=self.length,
                    got=self.values["marked"],
                )
            )

    @property
    def length(self) -> int:
        """The option `length`."""
        return self.values["length"]

    @property
    def must_remember(self) -> int:
        """From the last of the steps that tell the class to the last step."""
        return self.length - self.values["marked"]

    @property
    def input_labels(self) -> tuple[str, ...]:
        """One input: the value."""
        return ("value",)

    @property
    def labels(self) -> tuple[str, ...]:
        """The two classes."""
        return ("minus", "plus")

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x float32 [T, B, 1], y int64 [B]: 0 for minus, 1 for plus."""
        y = torch.randint(0, 2, (batch_size,), generator=generator)
        x = torch.randn(self.length, batch_size, 1, generator=generator) * NOISE**0.5
        x[: self.values["marked"], :, 0] = 2.0 * y - 1
        return Batch(x, y)

    def make_held_out(self) -> Batch:
        """1000 sequences from a seed of their own."""
        return self.sample(torch.Generator().manual_seed(SEED), HELD_OUT)

    def make_train_eval(self) -> Batch:
        """Training sequences are never seen twice, so these are fresh ones too."""
        return self.sample(torch.Generator().manual_seed(SEED + 1), HELD_OUT)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Always one class; and the sign of the mean over all steps."""
        batch = self.held_out
        right = (batch.x.mean((0, 2)) > 0).long() == batch.y
        each = [right[batch.y == k].float().mean().item() for k in (0, 1)]
        return {
            say("always the same class"): self.majority(batch.y),
            say("sign of the mean"): {
                "accuracy": right.float().mean().item(),
                "balanced accuracy": sum(each) / 2,
            },
        }

    def probe(self, text: str | None = None) -> Probe:
        """Numbers "1 1 1 0.3 -0.2". Without text, a held-out sequence.

        The answer is known when the first `marked` are all 1 or all -1.
        """
        text = check_text(PROBE_LABEL, text or "", 20 * self.length + 100).strip()
        batch = self._spelled(text) if text else self.held_out.subset(slice(0, 1), self.at)
        symbols = tuple(f"{value:+.1f}" for value in batch.x.flatten().tolist())
        y = int(batch.y)
        return Probe(batch, symbols, text, "" if y == UNKNOWN else self.labels[y])

    def _spelled(self, text: str) -> Batch:
        words = re.split(r"[\s,;]+", text)
        for word in words:
            if not re.fullmatch(NUMBER, word) or abs(float(word)) > MOST:
                raise ValueError(
                    say(
                        "{what}: expected numbers from {low:g} to {high:g}, got {got!r}. "
                        'Write them like "1 1 1 0.3 -0.2".',
                        what=PROBE_LABEL,
                        low=-MOST,
                        high=MOST,
                        got=word[:20],
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
        values = [float(word) for word in words]
        first = set(values[: self.values["marked"]])
        known = first in ({1.0}, {-1.0}) and len(values) >= self.values["marked"]
        y = int(values[0] > 0) if known else UNKNOWN
        return Batch(torch.tensor(values).view(-1, 1, 1), torch.tensor([y]))
