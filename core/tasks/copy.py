"""Copy memory: read some symbols, wait, and repeat them."""

import math
from functools import cached_property
from typing import Any, ClassVar

import torch
from torch import Tensor

from ..common.messages import say
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Probe, Sample, check_text
from .task_types import Classification

BLANK = 0
HELD_OUT, SHOWN = 500, 4  # sequences; so many of them are written out in the panel
SEED = 2016


class Copy(Classification):
    """Repeat the digits, much later.

    The network reads some digits, then blank steps, the last of them a marker "|"; from there on, over as many
    blank steps as there were digits, it must output the digits again in their order. Until then the target is a blank. All
    the digits have to be carried across the delay at once, which is harder than one bit: 10 digits out of 8 are 30 bits.

    A network without memory can do no better than blanks first and guesses at the end: a cross-entropy of
    S ln A / (D + 2 S) per step for S digits out of A and a delay of D, and a recall of 1 / A. "recall" is the share of the digits that
    are repeated correctly, "exact" the share of sequences without a mistake.

    The task goes back to Hochreiter & Schmidhuber (1997); the form is the one of Arjovsky, Shah & Bengio (2016), who took
    10 digits out of 8 and delays of 100 and more. The defaults here are 5 digits and a delay of 10, of which a GRU recalls
    88 % after 3000 updates (seed 1).
    """

    title = "Copy memory: repeat digits after a delay"
    sentence = (
        "reads [symbols|{symbols} digit|{symbols} digits], waits [delay|{delay} step|{delay} steps], "
        "and [task|repeats them]."
    )
    score_words = (
        "of digits it has never seen in this order are repeated",
        "of fresh ones, as in training",
    )
    baseline_words: ClassVar = {
        "without memory": "guessing without memory",
    }
    source = "Made by rule, no data: Arjovsky, Shah & Bengio 2016"
    panel = "text"
    at = "every"
    symbolic = True
    headline = "recall"
    is_share: ClassVar = {"recall": True, "exact": True, "loss": False}
    span = "delay"
    solved = ("recall", 0.99)
    options: ClassVar = (
        Option("delay", "integer", 10, 1, 1000, meaning="steps between reading and answering"),
        Option("symbols", "integer", 5, 1, 20, meaning="digits to remember"),
        Option("alphabet", "integer", 8, 2, 9, meaning="different digits"),
    )
    defaults: ClassVar = {"cell": "gru", "hidden_size": 64, "learning_rate": 0.005}

    @property
    def length(self) -> int:
        """The digits twice, and the delay between."""
        return self.values["delay"] + 2 * self.values["symbols"]

    @property
    def must_remember(self) -> int:
        """Each digit, until it is repeated."""
        return self.values["delay"] + self.values["symbols"]

    @property
    def input_labels(self) -> tuple[str, ...]:
        """A blank, the digits and the marker."""
        return ("·", *self._digits, "|")

    @property
    def labels(self) -> tuple[str, ...]:
        """A blank and the digits."""
        return ("·", *self._digits)

    @property
    def _digits(self) -> tuple[str, ...]:
        return tuple(str(k + 1) for k in range(self.values["alphabet"]))

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x int64 [T, B], y int64 [T, B]: 0 blank, 1.. the digits; in x also the marker."""
        size = (self.values["symbols"], batch_size)
        return self._make_sequences(
            torch.randint(1, self.values["alphabet"] + 1, size, generator=generator)
        )

    def _make_sequences(self, digits: Tensor) -> Batch:
        """The sequences that ask for these digits [S, B]."""
        S, B = digits.shape
        x = torch.full((self.length, B), BLANK)
        y = torch.full((self.length, B), BLANK)
        x[:S], y[-S:] = digits, digits
        x[-S - 1] = len(self.input_labels) - 1
        return Batch(x, y)

    def make_held_out(self) -> Batch:
        """500 sequences from a seed of their own."""
        return self.sample(torch.Generator().manual_seed(SEED), HELD_OUT)

    def make_train_eval(self) -> Batch:
        """Training sequences are hardly ever seen twice, so these are fresh ones too."""
        return self.sample(torch.Generator().manual_seed(SEED + 1), HELD_OUT)

    def _recalled(self, output: Tensor, batch: Batch) -> Tensor:
        """Whether each digit was repeated: [S, B]."""
        S = self.values["symbols"]
        return output[-S:].argmax(-1) == batch.y[-S:]

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """Recall, the share of sequences without a mistake, and loss."""
        right = self._recalled(output, batch)
        return {
            "recall": right.float().mean().item(),
            "exact": right.all(0).float().mean().item(),
            "loss": self.loss(output, batch).item(),
        }

    def batch_metrics(self, output: Tensor, batch: Batch, loss: float) -> dict[str, float]:
        """The recall."""
        return {"recall": self._recalled(output.detach(), batch).float().mean().item()}

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Blanks first, then guesses: what can be reached without memory."""
        S, A = self.values["symbols"], self.values["alphabet"]
        loss = S * math.log(A) / self.length
        return {say("without memory"): {"recall": 1 / A, "exact": A**-S, "loss": loss}}

    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Sample:
        """Some held-out sequences: what was read, and what was repeated."""
        S = self.values["symbols"]
        read, recalled = batch.x[:S, :SHOWN].T.tolist(), output[-S:, :SHOWN].argmax(-1).T.tolist()
        words = ["".join(self.labels[k] for k in digits) for digits in (*read, *recalled)]
        pairs = zip(words[: len(read)], words[len(read) :], strict=True)
        return Sample("   ".join(f"{one} → {other}" for one, other in pairs), temperature=0)

    def probe(self, text: str | None = None) -> Probe:
        """The digits to remember, "31425". Without text, a held-out sequence."""
        text = check_text(PROBE_LABEL, text or "", 100).strip()
        S, digits = self.values["symbols"], self._digits
        if not text:
            batch = self.held_out.subset(slice(0, 1), self.at)
        elif len(text) == S and all(sign in digits for sign in text):
            batch = self._make_sequences(torch.tensor([[digits.index(sign) + 1] for sign in text]))
        else:
            raise ValueError(
                say(
                    "{what}: expected {number} digits from 1 to {highest}, got {got!r}. "
                    "Type them like {example}.",
                    what=PROBE_LABEL,
                    number=S,
                    highest=len(digits),
                    got=text[:40],
                    example="".join(digits[k % len(digits)] for k in range(S)),
                )
            )
        symbols = tuple(self.input_labels[k] for k in batch.x[:, 0].tolist())
        return Probe(batch, symbols, text, "".join(symbols[:S]))
