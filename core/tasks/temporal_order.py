"""Temporal order: two letters far apart, and which came first."""

from functools import cached_property
from typing import ClassVar

import torch

from ..common.messages import say
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Probe, check_text
from .task_types import Classification

SYMBOLS = ("A", "B", "c", "d", "e", "f")
CLASSES = ("AA", "AB", "BA", "BB")
HELD_OUT = 1000  # sequences
SEED = 2013


class TemporalOrder(Classification):
    """AA, AB, BA or BB: which two letters came, in which order?

    Two steps show A or B, each with even chances: the first lies between T/10 and 2T/10, the second between 5T/10 and
    6T/10. All other steps show one of c, d, e, f at random and mean nothing. After the last step the network predicts one
    of four classes. So the first letter has to survive most of the sequence unchanged, also while the second one comes:
    a latch, not a sum.

    Always predicting one class is right in 25 % of the sequences; a network that remembers only the second letter is right
    in half of them.

    The problem is Hochreiter & Schmidhuber's (1997, experiment 6a); the six symbols and the places are
    those of Pascanu, Mikolov & Bengio (2013), who called a network successful when it errs in less than
    1 % of fresh sequences. Sequences are made on the spot, a fresh batch for each update; 1000 fixed ones
    are held out.
    """

    title = "Temporal order: which letter came first"
    sentence = (
        "reads [length|{length} letters], and says [task|in which order] two of them, A or B, came."
    )
    score_words = (
        "of sequences it has never seen are right",
        "of fresh ones, as in training",
    )
    baseline_words: ClassVar = {
        say("always the same class"): "always saying the same order",
        say("only the second letter"): "knowing only the second letter",
    }
    source = (
        "Made by rule, no data: Hochreiter & Schmidhuber 1997, in the form of Pascanu et al. 2013"
    )
    at = "last"
    symbolic = True
    span = "length"
    solved = ("accuracy", 0.99)
    options: ClassVar = (
        Option("length", "integer", 30, 10, 1000, meaning="steps in each sequence"),
    )
    defaults: ClassVar = {"cell": "gru", "hidden_size": 32, "learning_rate": 0.005}

    @property
    def length(self) -> int:
        """The option `length`."""
        return self.values["length"]

    @property
    def must_remember(self) -> int:
        """From the earliest place of the first letter to the last step."""
        return self.length - 1 - self.length // 10

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The six symbols."""
        return SYMBOLS

    @property
    def labels(self) -> tuple[str, ...]:
        """The four orders."""
        return CLASSES

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x int64 [T, B] symbols, y int64 [B] the class: 2 for a B first, and 1 for a B second."""
        T, B, tenth = self.length, batch_size, self.length // 10
        x = torch.randint(2, 6, (T, B), generator=generator)
        first, second = torch.randint(0, 2, (2, B), generator=generator)
        columns = torch.arange(B)
        x[tenth + torch.randint(0, tenth, (B,), generator=generator), columns] = first
        x[T // 2 + torch.randint(0, tenth, (B,), generator=generator), columns] = second
        return Batch(x, 2 * first + second)

    def make_held_out(self) -> Batch:
        """1000 sequences from a seed of their own."""
        return self.sample(torch.Generator().manual_seed(SEED), HELD_OUT)

    def make_train_eval(self) -> Batch:
        """Training sequences are hardly ever seen twice, so these are fresh ones too."""
        return self.sample(torch.Generator().manual_seed(SEED + 1), HELD_OUT)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Always one class; and the second letter known, the first one guessed as A."""
        y = self.held_out.y
        second = (y < 2).float().mean().item()
        return {
            say("always the same class"): self.majority(y),
            say("only the second letter"): {"accuracy": second, "balanced accuracy": 0.5},
        }

    def probe(self, text: str | None = None) -> Probe:
        """Letters "cdAefBcd", two of them A or B. Without text, a held-out sequence."""
        text = check_text(PROBE_LABEL, text or "", 2 * self.length + 100).strip()
        if not text:
            batch = self.held_out.subset(slice(0, 1), self.at)
            symbols = tuple(SYMBOLS[k] for k in batch.x[:, 0].tolist())
            return Probe(batch, symbols, text, CLASSES[int(batch.y)])
        order = "".join(letter for letter in text if letter in "AB")
        if order not in CLASSES or not set(text) <= set(SYMBOLS) or len(text) > self.length:
            raise ValueError(
                say(
                    "{what}: expected up to {length} of the letters {symbols}, two of them A "
                    "or B, got {got!r}. Type them like cdAefBcd.",
                    what=PROBE_LABEL,
                    length=self.length,
                    symbols=" ".join(SYMBOLS),
                    got=text[:40],
                )
            )
        x = torch.tensor([[SYMBOLS.index(letter)] for letter in text])
        return Probe(Batch(x, torch.tensor([CLASSES.index(order)])), tuple(text), text, order)
