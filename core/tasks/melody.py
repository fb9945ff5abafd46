"""Melody: from one word, the name of a scale, grow a sequence of notes."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.messages import as_sentence, say
from ..common.options import Option
from .base import (
    PROBE_LABEL,
    UNKNOWN,
    Batch,
    Probe,
    Task,
    answer_unknown,
    check_text,
    cross_entropy,
)

# Steps of each scale within an octave, in semitones above its first note.
SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11, 12),
    "minor": (0, 2, 3, 5, 7, 8, 10, 12),
    "pentatonic": (0, 2, 4, 7, 9, 12),
    "blues": (0, 3, 5, 6, 7, 10, 12),
}
NOTES = ("c", "c#", "d", "d#", "e", "f", "f#", "g", "g#", "a", "a#", "b", "c'")
SYMBOLS = (*SCALES, *NOTES)
NUMBER = {symbol: index for index, symbol in enumerate(SYMBOLS)}
MOVES, CHANCES = (-2, -1, 1, 2), (0.15, 0.3, 0.35, 0.2)  # along the scale
HELD_OUT, SEED = 400, 1722


@dataclass(frozen=True)
class Melodies:
    """The panel: what the network plays for each scale, fed with its own notes.

    scales: names. allowed: the semitones of each. notes: the semitones played, None for no note.
    right: the share of all notes played that belong to their scale.
    """

    scales: tuple[str, ...]
    allowed: tuple[tuple[int, ...], ...]
    notes: tuple[tuple[int | None, ...], ...]
    right: float


class Melody(Task):
    """One to many: a single word grows into a melody.

    The first input is the name of a scale (major, minor, pentatonic, blues); from then on each input is the note before. The
    network predicts the next note. In training the notes before are those of the rule (teacher forcing); in the picture it
    runs free, reading its own notes: after the one word nothing comes in from outside. To stay in the scale it must
    remember that word in its state.

    A melody begins on c and moves along the notes of its scale, one or two places up or down at random. So nobody can know
    the next note, and the perplexity of the rule itself, 2.9, is the best possible. "in scale" is the share of probability
    on notes of the scale.
    """

    title = "Melody: one word grows into a tune"
    sentence = (
        "reads the name of a scale, then note by note a [task|melody] of [length|{length} notes], "
        "and says which note comes next."
    )
    score_words = (
        "perplexity on melodies it has never heard",
        "on fresh ones, as in training",
    )
    baseline_words: ClassVar = {
        "the rule itself": "the rule that made them",
        "how often each note is": "knowing only how often each note occurs",
    }
    source = "Made by rule: random walks on four scales, no data"
    panel = "melody"
    at = "every"
    causal = True
    symbolic = True
    headline = "perplexity"
    higher_is_better = False
    is_share: ClassVar = {"perplexity": False, "in scale": True}
    panel_work = 6
    options: ClassVar = (Option("length", "integer", 16, 2, 200, meaning="notes of a melody"),)
    defaults: ClassVar = {"cell": "gru", "hidden_size": 32, "learning_rate": 0.01}

    @property
    def length(self) -> int:
        """The option `length`: notes of a melody."""
        return self.values["length"]

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The scales and the notes."""
        return SYMBOLS

    @property
    def labels(self) -> tuple[str, ...]:
        """The same symbols as the inputs."""
        return SYMBOLS

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x int64 [T, B]: the scale, then the notes before; y int64 [T, B] the notes."""
        scale = torch.randint(0, len(SCALES), (batch_size,), generator=generator)
        moves = torch.multinomial(
            torch.tensor(CHANCES), batch_size * self.length, True, generator=generator
        ).view(self.length, batch_size)
        widths = torch.tensor([len(steps) for steps in SCALES.values()])[scale]
        place, places = torch.zeros(batch_size, dtype=torch.int64), []
        for move in torch.tensor(MOVES)[moves]:
            places.append(place)
            place = self._moved(place, move, widths)
        table = torch.zeros(len(SCALES), 8, dtype=torch.int64)
        for k, steps in enumerate(SCALES.values()):
            table[k, : len(steps)] = torch.tensor(steps) + len(SCALES)
        y = table[scale, torch.stack(places)]
        return Batch(torch.cat([scale[None], y[:-1]]), y)

    def _moved(self, place: Tensor, move: Tensor, widths: Tensor) -> Tensor:
        """The next place on the scale; a move over an end is turned round."""
        there = place + move
        return torch.where((there < 0) | (there >= widths), place - move, there)

    def make_held_out(self) -> Batch:
        """400 melodies from a seed of their own."""
        return self.sample(torch.Generator().manual_seed(SEED), HELD_OUT)

    def make_train_eval(self) -> Batch:
        """Training melodies are hardly ever heard twice, so these are fresh ones too."""
        return self.sample(torch.Generator().manual_seed(SEED + 1), HELD_OUT)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """The rule itself, and the frequency of each note."""
        share = torch.bincount(self.train_eval.y.flatten(), minlength=self.output_size) + 1.0
        blind = (share / share.sum()).log()[self.held_out.y].mean().item()
        return {
            say("the rule itself"): {"perplexity": math.exp(-self._log_chances(self.held_out))},
            say("how often each note is"): {"perplexity": math.exp(-blind)},
        }

    def _log_chances(self, batch: Batch) -> float:
        """The mean of log p of each note under the rule; the first note is certain."""
        logs = []
        for scale, notes in zip(batch.x[0].tolist(), batch.y.T.tolist(), strict=True):
            steps = list(SCALES.values())[scale]
            places = [steps.index(note - len(SCALES)) for note in notes]
            logs.append(0.0)
            for here, there in pairwise(places):
                chance = 0.0
                for move, p in zip(MOVES, CHANCES, strict=True):
                    to = here + move if 0 <= here + move < len(steps) else here - move
                    chance += p * (to == there)
                logs.append(math.log(chance))
        return sum(logs) / len(logs)

    def loss(self, output: Tensor, batch: Batch) -> Tensor:
        """Mean of -log p(next note), in nats."""
        return cross_entropy(output, batch.y)

    def probe_loss(self, output: Tensor, probe: Probe) -> Tensor:
        """As `loss`; for a note that nobody knows, the network's own prediction counts as right."""
        return cross_entropy(output, answer_unknown(probe.batch.y, output))

    def with_own_answers(self, probe: Probe, output: Tensor) -> Probe:
        """The probe with the network's own prediction for a note that nobody knows."""
        y = answer_unknown(probe.batch.y, output)
        return replace(probe, batch=replace(probe.batch, y=y))

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """Perplexity, and the probability on notes of the scale ("in scale")."""
        allowed = self._allowed()[batch.x[0]]  # [B, O]
        return {
            "perplexity": math.exp(min(700.0, cross_entropy(output, batch.y).item())),
            "in scale": (output.softmax(-1) * allowed).sum(-1).mean().item(),
        }

    def _allowed(self) -> Tensor:
        """[scales, O]: 1 for the notes of each scale."""
        rows = [
            F.one_hot(torch.tensor(s) + len(SCALES), len(SYMBOLS)).sum(0) for s in SCALES.values()
        ]
        return torch.stack(rows).float()

    def batch_metrics(self, output: Tensor, batch: Batch, loss: float) -> dict[str, float]:
        """The perplexity."""
        return {"perplexity": math.exp(min(loss, 700.0))}

    def readout(self, output: Tensor) -> Tensor:
        """The probability of each symbol."""
        return output.softmax(-1)

    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Melodies:
        """A melody for each scale, played from the network's own notes."""
        generator = torch.Generator().manual_seed(seed)
        played, right = [], 0
        for k, steps in enumerate(SCALES.values()):
            notes = model.generate(torch.tensor([k]), self.length, 0.8, generator).tolist()
            heard = [n - len(SCALES) if n >= len(SCALES) else None for n in notes]
            right += sum(note in steps for note in heard)
            played.append(tuple(heard))
        share = right / (len(SCALES) * self.length)
        names = tuple(as_sentence(name) for name in SCALES)
        return Melodies(names, tuple(SCALES.values()), tuple(played), share)

    def probe(self, text: str | None = None) -> Probe:
        """A scale and notes, "minor c d d# f". Without text, a held-out melody."""
        text = check_text(PROBE_LABEL, text or "", 2000).strip()
        words = text.lower().split() or [SYMBOLS[n] for n in self.held_out.x[:, 1].tolist()]
        unknown = [word for word in words if word not in NUMBER]
        if unknown or words[0] not in SCALES or not 2 <= len(words) <= self.length:
            got = repr(unknown[0][:40]) if unknown else repr(text[:40])
            raise ValueError(
                say(
                    "{what}: expected a scale out of {scales} and then 1 to {most} notes out "
                    "of {notes}, got {got}. Type for example: minor c d d# f.",
                    what=PROBE_LABEL,
                    scales=", ".join(SCALES),
                    most=self.length - 1,
                    notes=" ".join(NOTES),
                    got=got,
                )
            )
        x = torch.tensor([NUMBER[word] for word in words])[:, None]
        last = self.held_out.y[-1:, 1:2] if not text else torch.tensor([[UNKNOWN]])
        return Probe(Batch(x, torch.cat([x[1:], last])), tuple(words), text)
