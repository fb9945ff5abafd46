"""Agreement: was or were? The noun that decides stands many words back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from ..cells import Cell
from ..common.messages import say
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Confusion, Probe, check_text
from .data.relative_clauses import CLAUSE_WORDS, random_clauses
from .task_types import Classification

NOUNS = ("cat", "dog", "horse", "cow", "bird")
WORDS = (*NOUNS, *(f"{noun}s" for noun in NOUNS), ",", "which", *CLAUSE_WORDS)
NUMBER = {word: index for index, word in enumerate(WORDS)}
VERBS = ("was", "were")
HELD_OUT, EACH = 400, 60  # sequences held out; sequences for each distance of the panel
SEED = 1997
GROWTH = 30  # a growing distance is one word longer after so many updates
FRAME = 5  # words around the filler: "the", the noun, a comma, "which", a comma
NOUN, FILLER = 1, 4  # the steps at which the noun and the first filler word come
CHANCE = (
    0.6  # a held-out accuracy up to this one of 400 sentences may be luck: four standard errors
)
# A gate that differs by more from the factor by which a state shrinks does not explain it.
NEAR = 0.1


@dataclass(frozen=True)
class Keeper:
    """The unit of the top layer, forward direction, whose state before the verb tells the numbers best apart.

    auc: how well, from 1/2 (not at all) to 1 (always): the chance that its state in a sentence of several lies on one
    side of that in a sentence of one, ties counting half (scikit-learn's roc_auc_score, or 1 minus it). rises: whether
    several have the larger state. kept: by which factor the distance between the two means of its state changes with
    each word of the filler. gates: the mean opening of each of this unit's gates over the filler. gate: what carries
    the state, "f" or "1 − f", where it is nearer than NEAR to that factor; "" elsewhere: then the number comes
    back through the recurrent weights, or no gate carries the state.
    """

    unit: int
    auc: float
    rises: bool
    kept: float
    gates: dict[str, float]
    gate: str


@dataclass(frozen=True)
class Distances:
    """The panel: accuracy against distance, and which unit remembers.

    distances, accuracies: words between noun and verb, and the share of right verbs there. keeper: None while the
    held-out accuracy is at chance: then no unit holds what decides the verb, and the best of many is luck.
    """

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    distances: tuple[int, ...]
    accuracies: tuple[float, ...]
    keeper: Keeper | None


class Agreement(Classification):
    """The cat, which already ate a bunch of food, was full; the cats, which already ate a bunch of food, were full.

    The noun alone decides between "was" and "were". The relative clause after it has an exact number of words, made by a
    small grammar, and nothing in it tells one from several. The network reads up to the second comma and predicts the
    verb; chance is 50 %. So the state must hold the number over the whole clause, and the gradient must get back over
    it.

    When it grows, the clause has one word at first and one more after every 30 updates: it is easier to keep holding a
    word than to find out which word to hold. Adam divides each gradient by its own size, so with Adam a plain RNN can
    learn the task although the gradient that reaches the noun has nearly vanished.

    You can type a sentence of your own with these words; what comes after the verb is not read.
    """

    title = "Agreement: the cat ... was, the cats ... were"
    sentence = (
        "reads [task|a noun] and a clause of [distance|{distance} word|{distance} words] about it, "
        "and says whether “was” or “were” comes next."
    )
    score_words = (
        "of sentences it has never seen get the right verb",
        "of fresh ones, as in training",
    )
    baseline_words: ClassVar = {
        "always the same verb": "always saying the same verb",
    }
    source = "Made by rule: a small grammar of English words, no data"
    panel = "distances"
    at = "last"
    symbolic = True
    panel_work = 10
    span = "distance"
    solved = ("accuracy", 0.99)
    options: ClassVar = (
        Option(
            "distance", "integer", 12, 1, 200, meaning="words of the clause between noun and verb"
        ),
        Option("growing", "truth", False, meaning="begin with one word and lengthen the clause"),
    )
    defaults: ClassVar = {"cell": "lstm", "hidden_size": 32, "learning_rate": 0.005}

    @property
    def length(self) -> int:
        """The words of the clause and the five around them."""
        return self.values["distance"] + FRAME

    @property
    def must_remember(self) -> int:
        """From the noun to the last comma."""
        return self.length - 1 - NOUN

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
        """Sentences with a clause of so many words, padded to `length`."""
        noun = torch.randint(0, 2 * len(NOUNS), (number,), generator=generator)
        end = FILLER + distance
        x = torch.zeros(max(self.length, end + 1), number, dtype=torch.int64)
        x[0], x[NOUN], x[2], x[3] = NUMBER["the"], noun, NUMBER[","], NUMBER["which"]
        x[end] = NUMBER[","]
        x[FILLER:end] = NUMBER[CLAUSE_WORDS[0]] + random_clauses(distance, number, generator)
        return Batch(x, (noun >= len(NOUNS)).long(), torch.full((number,), end + 1))

    def make_held_out(self) -> Batch:
        """400 sentences from a seed of their own."""
        return self.sample(torch.Generator().manual_seed(SEED), HELD_OUT)

    def make_train_eval(self) -> Batch:
        """Training sentences are hardly ever seen twice, so these are fresh ones too."""
        return self.sample(torch.Generator().manual_seed(SEED + 1), HELD_OUT)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Always the more frequent verb."""
        return {say("always the same verb"): self.majority(self.held_out.y)}

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
        accuracy = self.metrics(output, batch)["accuracy"]
        return Distances(
            confusion.labels,
            confusion.counts,
            tuple(distances),
            tuple(accuracies),
            self._find_keeper(model) if accuracy > CHANCE else None,
        )

    def _find_keeper(self, model: Any) -> Keeper:
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
        # Of units that tell equally well, the one whose means are widest apart.
        wide = np.abs(more.mean(0) - one.mean(0))
        unit = max(range(len(wide)), key=lambda u: (round(abs(larger[u] - 0.5), 6), wide[u]))
        apart = states[3:, several, unit].mean(1) - states[3:, ~several, unit].mean(1)
        ratio = abs(float(apart[-1])) / max(abs(float(apart[0])), 1e-12)
        factor = ratio ** (1 / (len(apart) - 1))
        openings = {
            g: float(trace[g].values[FILLER:-1, :, unit].mean()) for g in recurrent.cell.gates
        }
        auc = float(larger[unit])
        gate = _explaining_gate(recurrent.cell, openings, factor)
        return Keeper(unit, max(auc, 1 - auc), auc >= 0.5, factor, openings, gate)

    def probe(self, text: str | None = None) -> Probe:
        """A sentence "The cats, which ate the fish, were full". Without text, a held-out one.

        What is read ends before the verb; the first noun of `NOUNS` decides what is right.
        """
        text = check_text(PROBE_LABEL, text or "", 2000).strip()
        if text:
            words = re.sub(r"[,，]", " , ", text.lower()).rstrip(" .!。").split()
            verb = next((k for k, word in enumerate(words) if word in VERBS), len(words))
            words = words[:verb]
            if words and words[0] in WORDS[: 2 * len(NOUNS)]:
                words = ["the", *words]
        else:
            words = [WORDS[index] for index in self.held_out.x[:, 0].tolist()]
        unknown = [word for word in words if word not in NUMBER]
        nouns = [word for word in words if word in WORDS[: 2 * len(NOUNS)]]
        if unknown or not nouns or len(words) > self.length:
            if unknown:
                got = repr(unknown[0][:40])
            else:
                got = (
                    say("{n} words {text!r}", n=len(words), text=text[:40])
                    if nouns
                    else say("no such noun in {text!r}", text=text[:40])
                )
            raise ValueError(
                say(
                    "{what}: expected a noun such as {noun} or {noun}s and words out of "
                    "{words}, up to {length} with the commas, got {got}. "
                    "Type for example: The cats, which ate the fish, were full.",
                    what=PROBE_LABEL,
                    noun=NOUNS[0],
                    words=" ".join(WORDS[2 * len(NOUNS) :]),
                    length=self.length,
                    got=got,
                )
            )
        answer = int(nouns[0] not in NOUNS)
        x = torch.tensor([[NUMBER[word]] for word in words])
        return Probe(Batch(x, torch.tensor([answer])), tuple(words), text, VERBS[answer])


def _explaining_gate(cell: Cell, openings: Mapping[str, float], factor: float) -> str:
    """The gate whose mean opening explains the factor by which the state changes: see `Keeper`."""
    gate = cell.carry_gate
    if gate is None:
        return ""
    share = openings[gate] if cell.carry_keeps else 1 - openings[gate]
    if abs(share - factor) >= NEAR:
        return ""
    return gate if cell.carry_keeps else f"1 − {gate}"
