"""Subtraction: subtract one binary number from another, bit by bit, carrying the borrow."""

import random
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import torch
from torch import Tensor

from ..common.messages import say
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Probe, check_text
from .task_types import Binary

SPLIT_SEED = 1902
MOST_PAIRS = 4000  # of numbers with many bits, so many pairs are drawn


@dataclass(frozen=True)
class Borrow:
    """The panel: how closely each hidden unit follows the borrow over all steps of the held-out pairs.

    correlations: Pearson's, one for each unit of the top layer (0 where a unit never changes).
    right: the share of pairs with every bit correct.
    """

    correlations: tuple[float, ...]
    right: float
    pairs: int


class Subtraction(Binary):
    """Subtract in binary, lowest bit first.

    Both numbers come in at once, one bit of each at every step, the lowest first, as on paper. After every step the network
    predicts that bit of the difference: 1 where its output is above 0.5. Where the upper bit is too small, a borrow from the
    next place is needed. That single bit of memory passes from step to step in the hidden state, and the picture shows
    which unit carries it.

    The numbers are all pairs with 0 <= b <= a: 136 pairs of 4 bits. There are so few that the usual lesson trains on all of
    them and evaluates on the same ones; with unseen switched on, a fifth is held out instead. "exact" is the share of pairs
    with every bit correct. Not every start gets there: with 4 hidden units three seeds of eight (2, 5 and 8) do within 2000
    updates; the others stay at 92 % for thousands more. Then change the seed, or take 8 units with biases and Adam (the
    example "solved"): with these all of eight seeds get every held-out pair right within 3000 updates.
    """

    title = "Subtraction: binary numbers, bit by bit"
    sentence = (
        "reads two binary numbers of [bits|{bits} bits], lowest bit first, "
        "and says their [task|difference] bit by bit."
    )
    score_words = (
        "of evaluated pairs of numbers have every bit right",
        "of pairs it was trained on",
    )
    baseline_words: ClassVar = {
        "without borrowing: a XOR b": "never borrowing (a XOR b)",
    }
    source = "Made by rule: all pairs of binary numbers"
    panel = "bits"
    at = "every"
    headline = "exact"
    is_share: ClassVar = {**Binary.is_share, "exact": True}
    options: ClassVar = (
        Option("bits", "integer", 4, 2, 24, meaning="bits of each number"),
        Option("unseen", "truth", False, meaning="hold out a fifth of the pairs"),
    )
    defaults: ClassVar = {
        **{"cell": "rnn", "hidden_size": 4, "bias": False, "batch_size": 1, "optimizer": "sgd"},
        **{"learning_rate": 0.2, "clipping": "off", "initialization": "normal"},
    }

    @property
    def length(self) -> int:
        """The option `bits`."""
        return self.values["bits"]

    @property
    def must_remember(self) -> int:
        """A borrow may wander from the lowest bit to the highest."""
        return self.length - 1

    @property
    def input_labels(self) -> tuple[str, ...]:
        """A bit of each number."""
        return ("a", "b")

    @property
    def labels(self) -> tuple[str, ...]:
        """One output: the bit of the difference."""
        return ("a - b",)

    @cached_property
    def _pairs(self) -> list[tuple[int, int]]:
        """All pairs in an order of chance, or MOST_PAIRS of them."""
        chance, most = random.Random(SPLIT_SEED), 2 ** self.values["bits"]
        if most * (most + 1) // 2 <= MOST_PAIRS:
            pairs = [(a, b) for a in range(most) for b in range(a + 1)]
            chance.shuffle(pairs)
            return pairs
        drawn = {
            tuple(sorted((chance.randrange(most), chance.randrange(most)), reverse=True))
            for _ in range(MOST_PAIRS)
        }
        pairs = sorted(drawn)
        chance.shuffle(pairs)
        return pairs  # type: ignore[return-value] (each is a pair)

    @cached_property
    def _parts(self) -> tuple[Batch, Batch]:
        """(trained on, evaluated on)."""
        pairs = self._pairs
        if not self.values["unseen"]:
            return self._batch(pairs), self._batch(list(reversed(pairs)))
        cut = len(pairs) // 5
        return self._batch(pairs[cut:]), self._batch(pairs[:cut])

    def _batch(self, pairs: list[tuple[int, int]]) -> Batch:
        a, b = torch.tensor(pairs).T
        return Batch(torch.stack([self._bits(a), self._bits(b)], 2), self._bits(a - b).unsqueeze(2))

    def _bits(self, numbers: Tensor) -> Tensor:
        """[B] -> [bits, B] float32, lowest first."""
        return ((numbers >> torch.arange(self.length)[:, None]) & 1).float()

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x [bits, B, 2] the bits of a and b, y [bits, B, 1] those of a - b."""
        data = self._parts[0]
        which = torch.randint(0, data.B, (batch_size,), generator=generator)
        return Batch(data.x[:, which], data.y[:, which])

    def make_held_out(self) -> Batch:
        """A fifth of the pairs; without `unseen`, all of them."""
        return self._parts[1]

    def make_train_eval(self) -> Batch:
        """All pairs that train."""
        return self._parts[0]

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """As for every yes-or-no task, and the share of pairs with every bit correct ("exact")."""
        right = ((output > 0) == (batch.y > 0.5)).all(2).all(0)
        return {**super().metrics(output, batch), "exact": right.float().mean().item()}

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Without borrowing: each bit is a XOR b."""
        x, y = self.held_out.x, self.held_out.y
        right = (x[:, :, :1] != x[:, :, 1:]).float() == y
        return {
            say("without borrowing: a XOR b"): {
                "accuracy": right.float().mean().item(),
                "exact": right.all(2).all(0).float().mean().item(),
            }
        }

    def borrow(self, batch: Batch) -> Tensor:
        """[bits, B]: what is borrowed from the next place after each step."""
        borrowed = torch.zeros(batch.B)  # from this place, by the one before it
        borrows = []
        for a, b in zip(batch.x[:, :, 0], batch.x[:, :, 1], strict=True):
            borrowed = (a - b - borrowed < 0).float()
            borrows.append(borrowed)
        return torch.stack(borrows)

    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Borrow:
        """The correlation of each unit of the top layer with the borrow."""
        units = model.states(batch.x).flatten(0, 1).T  # [H, T B]
        matrix = torch.corrcoef(torch.cat([units, self.borrow(batch).flatten()[None]]))
        correlations = torch.nan_to_num(
            matrix[-1, :-1] if matrix.dim() else torch.zeros(len(units))
        )
        return Borrow(tuple(correlations.tolist()), self.metrics(output, batch)["exact"], batch.B)

    def probe(self, text: str | None = None) -> Probe:
        """Two numbers "13 - 6", the first not below the second. Without text, 13 - 6 in 4 bits or more."""
        text = check_text(PROBE_LABEL, text or "", 100).strip()
        most = 2 ** self.values["bits"] - 1
        typed = re.fullmatch(
            r"([0-9]{1,9})\s*[-\u2212,;\s]\s*([0-9]{1,9})",
            text or ("13 - 6" if most >= 13 else f"{most * 3 // 4} - {most * 2 // 5}"),
        )
        a, b = (int(typed[1]), int(typed[2])) if typed else (-1, 0)
        if not 0 <= b <= a <= most:
            raise ValueError(
                say(
                    "{what}: expected two whole numbers a - b with {most} >= a >= b >= 0, got {got!r}. "
                    "Type them like 13 - 6.",
                    what=PROBE_LABEL,
                    most=most,
                    got=text[:40],
                )
            )
        batch = self._batch([(a, b)])
        digits = [str(int(bit)) for bit in self._bits(torch.tensor([a]))[:, 0]]
        others = [str(int(bit)) for bit in self._bits(torch.tensor([b]))[:, 0]]
        drawing = {
            "a": a,
            "b": b,
            "bits": [[int(p), int(q)] for p, q in zip(digits, others, strict=True)],
            "borrow": self.borrow(batch)[:, 0].int().tolist(),
        }
        symbols = tuple(f"{p}-{q}" for p, q in zip(digits, others, strict=True))
        return Probe(batch, symbols, text, f"{a} - {b} = {a - b}", drawing)
