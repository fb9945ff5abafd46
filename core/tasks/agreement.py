"""Agreement: was or were? The noun that decides stands many words back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from ..cells import Cell
from ..common.options import Option
from .base import Batch, Confusion, Probe, check_text
from .task_types import Classification

NOUNS = ("cat", "dog", "girl", "king", "bird")
FILLER = ("already", "ate", "the", "very", "old", "fish", "by", "a", "door", "of", "wood", "today")
WORDS = (*NOUNS, *(f"{noun}s" for noun in NOUNS), "which", ",", *FILLER)
NUMBER = {word: index for index, word in enumerate(WORDS)}
VERBS = ("was", "were")
HELD_OUT, EACH = 400, 60  # sequences held out; sequences for each distance of the panel
SEED = 1997
NEAR = (
    0.1  # a gate that differs by more from the factor by which a state shrinks does not explain it
)
GROWTH = 30  # a growing distance is one word longer after so many updates
FRAME = 4  # words around the filler: the noun, a comma, "which", a comma


@dataclass(frozen=True)
class Distances:
    """The panel: accuracy against distance, and which unit remembers.

    distances, accuracies: words between noun and verb, and the share of right verbs there. unit: the
    unit of the top layer, forward direction, whose state before the verb tells the numbers best apart.
    auc: how well: the chance that its state is larger in a sentence of several than in one of one, ties
    counting half, which is scikit-learn's roc_auc_score; 1/2 tells nothing, 0 and 1 all. kept: by which
    factor the distance between the two means of its state changes with each word of the filler. gates:
    the mean opening of each of this unit's gates over the filler. gate: what carries the state, "f" or
    "1 − f", where it is nearer than NEAR to that factor; "" elsewhere: then the number is not only kept
    but written anew, or no gate carries the state.
    """

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    distances: tuple[int, ...]
    accuracies: tuple[float, ...]
    unit: int
    auc: float
    kept: float
    gates: dict[str, float]
    gate: str


class Agreement(Classification):
    """The cat, which already ate the fish, was full; the cats, which already ate the fish, were full.

    Whether "was" or "were" follows is decided by the first word alone, and everything between says
    nothing about it: `distance` filler words drawn at random. The network reads up to the last comma
    and chooses the verb; chance is 50 %. So the number must survive all filler words in the state, and
    the gradient must get back over all of them.

    An LSTM whose forget gate begins half open does not find it over 24 words (none of three seeds in 800
    updates); with forget bias 1 or 3 all three do. A plain RNN trained by momentum does not either; with
    `growing` the distance begins at 1 and grows by one word every 30 updates, and two of three seeds
    learn it: to keep a word is easier than to find which one to keep. Adam divides a gradient by its own
    size, so with it a plain RNN often finds the noun even where the gradient has all but vanished.
    """

    title = "Agreement: the cat ... was, the cats ... were"
    source = "Made by rule: a small grammar of English words, no data"
    panel = "distances"
    at = "last"
    symbolic = True
    panel_work = 10
    span = "distance"
    solved = ("accuracy", 0.99)
    options: ClassVar = (
        Option("distance", "integer", 12, 1, 200, meaning="filler words between noun and verb"),
        Option("growing", "truth", False, meaning="begin at distance 1 and grow"),
    )
    defaults: ClassVar = {"cell": "lstm", "hidden_size": 32, "learning_rate": 0.005}

    @property
    def length(self) -> int:
        """The filler words and the four words around them."""
        return self.values["distance"] + FRAME

    @property
    def must_remember(self) -> int:
        """From the noun to the last comma."""
        return self.length - 1

    @property
    def input_labels(self) -> tuple[str, ...]:
        """Every word of the grammar."""
        return WORDS

    @property
    def labels(self) -> tuple[str, ...]:
        """The two verbs."""
        return VERBS

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x int64 [T, B] words, y int64 [B] 0 for was, 1 for were, at the whole distance."""
        return self._make_sentences(self.values["distance"], generator, batch_size)

    def draw(self, generator: torch.Generator, batch_size: int, update: int) -> Batch:
        """With `growing`, the distance is one word longer after every 30 updates."""
        if not self.values["growing"]:
            return self.sample(generator, batch_size)
        distance = min(self.values["distance"], 1 + update // GROWTH)
        return self._make_sentences(distance, generator, batch_size)

    def _make_sentences(self, distance: int, generator: torch.Generator, number: int) -> Batch:
        """Sentences with so many filler words, padded to `length`."""
        noun = torch.randint(0, 2 * len(NOUNS), (number,), generator=generator)
        filler = torch.randint(
            NUMBER[FILLER[0]], len(WORDS), (distance, number), generator=generator
        )
        x = torch.zeros(max(self.length, distance + FRAME), number, dtype=torch.int64)
        x[0], x[1], x[2] = noun, NUMBER[","], NUMBER["which"]
        x[3 : 3 + distance] = filler
        x[3 + distance] = NUMBER[","]
        lengths = torch.full((number,), distance + FRAME)
        return Batch(x, (noun >= len(NOUNS)).long(), lengths)

    def make_held_out(self) -> Batch:
        """400 sentences from a seed of their own."""
        return self.sample(torch.Generator().manual_seed(SEED), HELD_OUT)

    def make_train_eval(self) -> Batch:
        """Training sentences are hardly ever seen twice, so these are fresh ones too."""
        return self.sample(torch.Generator().manual_seed(SEED + 1), HELD_OUT)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Always the more frequent verb."""
        return {"always the same verb": self.majority(self.held_out.y)}

    @cached_property
    def _sentences_by_distance(self) -> list[tuple[int, Batch]]:
        """Fixed sentences at a row of distances, up to twice the trained one."""
        most = 2 * self.values["distance"]
        distances = sorted({max(1, round(most * k / 8)) for k in range(9)})
        generator = torch.Generator().manual_seed(SEED + 2)
        return [
            (distance, self._make_sentences(distance, generator, EACH)) for distance in distances
        ]

    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Distances:
        """The confusion, the accuracy at each distance, and the unit that remembers."""
        confusion: Confusion = super().panel_data(model, output, batch, seed)
        distances, accuracies = [], []
        for distance, sentences in self._sentences_by_distance:
            answers = model(sentences.x, sentences.lengths).argmax(-1)
            distances.append(distance)
            accuracies.append((answers == sentences.y).float().mean().item())
        return Distances(
            confusion.labels,
            confusion.counts,
            tuple(distances),
            tuple(accuracies),
            *self._find_remembering_unit(model),
        )

    def _find_remembering_unit(self, model: Any) -> tuple[int, float, float, dict[str, float], str]:
        """(unit, auc, kept, gates, gate): see `Distances`."""
        recurrent = model.recurrent
        sentences = self.held_out.subset(slice(0, EACH), self.at)
        record, recurrent.record = recurrent.record, "values"
        try:
            model(sentences.x)
            trace = recurrent.recording[recurrent.num_layers - 1, "forward"]
        finally:
            recurrent.record = record
        states = trace[recurrent.cell.states[-1]].values  # c, else h
        several = sentences.y.bool().numpy()
        one, more = states[-1, ~several], states[-1, several]
        larger = (more[:, None] > one).mean((0, 1)) + (more[:, None] == one).mean((0, 1)) / 2
        wide = np.abs(
            more.mean(0) - one.mean(0)
        )  # of units that tell equally well, the widest apart
        unit = max(range(len(wide)), key=lambda u: (round(abs(larger[u] - 0.5), 6), wide[u]))
        apart = states[2:, several, unit].mean(1) - states[2:, ~several, unit].mean(1)
        ratio = abs(float(apart[-1])) / max(abs(float(apart[0])), 1e-12)
        factor = ratio ** (1 / (len(apart) - 1))
        openings = {g: float(trace[g].values[3:-1, :, unit].mean()) for g in recurrent.cell.gates}
        gate = _explaining_gate(recurrent.cell, openings, factor)
        return unit, float(larger[unit]), factor, openings, gate

    def probe(self, text: str | None = None) -> Probe:
        """Words "cats , which ate the fish ,". Without text, a held-out sentence."""
        text = check_text("probe", text or "", 2000).strip()
        if text:
            words = text.lower().replace(",", " , ").split()
            words = words[1:] if words[:1] == ["the"] else words
        else:
            words = [WORDS[index] for index in self.held_out.x[:, 0].tolist()]
        unknown = [word for word in words if word not in NUMBER]
        if unknown or not 2 <= len(words) <= self.length or words[0] not in WORDS[: 2 * len(NOUNS)]:
            got = repr(unknown[0][:40]) if unknown else f"{len(words)} words {text[:40]!r}"
            raise ValueError(
                f"probe: expected a noun such as {NOUNS[0]} or {NOUNS[0]}s and then words out of "
                f"{', '.join(WORDS[2 * len(NOUNS) :])}, 2 to {self.length} in all, got {got}. "
                "Type for example: cats, which ate the fish."
            )
        answer = int(words[0] not in NOUNS)
        x = torch.tensor([[NUMBER[word]] for word in words])
        return Probe(Batch(x, torch.tensor([answer])), tuple(words), text, VERBS[answer])


def _explaining_gate(cell: Cell, openings: Mapping[str, float], factor: float) -> str:
    """The gate whose mean opening explains the factor by which the state changes: see `Distances`."""
    gate = cell.carry_gate
    if gate is None:
        return ""
    share = openings[gate] if cell.carry_keeps else 1 - openings[gate]
    if abs(share - factor) >= NEAR:
        return ""
    return gate if cell.carry_keeps else f"1 − {gate}"
