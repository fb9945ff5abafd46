"""Translate: read one sequence to its end, then write another of its own length."""

import datetime
import random
import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor

from ..common.options import Option
from ..common.special_tokens import END, PAD, START
from .base import UNKNOWN, Batch, Probe, Task, check_text, cross_entropy
from .data.grammar import random_sentence

Pair = tuple[tuple[str, ...], tuple[str, ...]]  # source and target, symbol by symbol

SEED, HELD_OUT, SHOWN = 1014, 0.1, 6
SIZES = {"french": 12_000, "chinese": 12_000, "dates": 6_000, "reversal": 6_000}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MAX_STEPS, MIN_PAIRS = 60, 20  # of a user's own pairs
OWN_WORDS = "not known; its own words when asked"
SPECIAL = ("", "<s>", "</s>")  # PAD, START, END


@dataclass(frozen=True)
class Translations:
    """The panel: held-out sources, what is right, and what the network writes, free running."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    written: tuple[str, ...]


@lru_cache(maxsize=4)
def made_pairs(data: str) -> tuple[Pair, ...]:
    """Distinct pairs of a language of our own, in an order of chance."""
    chance = random.Random(SEED)
    pairs: dict[Pair, None] = {}
    while len(pairs) < SIZES[data]:
        pairs[_make_pair(data, chance)] = None
    return tuple(pairs)


def _make_pair(data: str, chance: random.Random) -> Pair:
    if data == "reversal":
        word = tuple(chance.choice(LETTERS) for _ in range(chance.randint(3, 8)))
        return word, word[::-1]
    if data == "dates":
        day = datetime.date(1950, 1, 1) + datetime.timedelta(chance.randrange(36_525))
        text = f"{day.day} {day.strftime('%B').lower()} {day.year}"
        return tuple(text), tuple(day.isoformat())
    sentence = random_sentence(chance.randrange)
    there = sentence.french() if data == "french" else sentence.chinese()
    return tuple(sentence.english()), tuple(there)


@lru_cache(maxsize=4)
def own_pairs(content: str) -> tuple[Pair, ...]:
    """A user's pairs: on each line a source, a tab, and a target, words with spaces between."""
    pairs: dict[Pair, None] = {}
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        parts = line.split("\t")
        source, target = (tuple(part.split()) for part in (*parts, "")[:2])
        if len(parts) < 2 or not source or not target:
            raise ValueError(
                f"file, line {number}: expected a source, a tab and a target, got {line[:40]!r}. "
                "Separate the two with one tab."
            )
        if max(len(source), len(target)) >= MAX_STEPS:
            raise ValueError(
                f"file, line {number}: expected at most {MAX_STEPS - 1} words on each side, "
                f"got {max(len(source), len(target))}. Shorten the line."
            )
        pairs[source, target] = None
    if len(pairs) < MIN_PAIRS:
        raise ValueError(
            f"file: expected at least {MIN_PAIRS} different pairs, got {len(pairs)}. Add lines."
        )
    shuffled = list(pairs)
    random.Random(SEED).shuffle(shuffled)
    return tuple(shuffled)


class Translate(Task):
    """Translate a sequence into another one of its own length.

    The encoder reads the source to its end, here from right to left, which brings the beginnings of
    both sequences near each other (Sutskever et al. 2014). Its last state is all that the decoder gets; with
    attention the decoder also looks back at every state of the encoder. In training the decoder reads
    what it should have written (teacher forcing); what you see it write, it wrote from its own words.

    English to French and to Chinese are small grammars made for this page, 12 000 different sentences;
    dates become ISO dates and words are reversed letter by letter. A tenth of the pairs is held out.
    "exact" is the share of held-out sentences without one wrong symbol; free running and teacher forcing
    agree on it, because up to the first error both read the same. A plain RNN hardly gets there.
    """

    title = "Translate: encoder and decoder"
    source = "Made by rule: two small grammars, dates and words of our own; or your own pairs"
    panel = "translation"
    network: ClassVar[Literal["sequence", "seq2seq"]] = "seq2seq"
    at = "every"
    causal = True
    symbolic = True
    own_data_kind = "pairs"
    headline = "exact"
    is_share: ClassVar = {"exact": True, "symbols right": True, "loss": False}
    panel_work = 20
    options: ClassVar = (
        Option(
            "pairs",
            "choice",
            "french",
            choices=tuple(SIZES),
            meaning="English to French or Chinese, dates to ISO dates, or words backwards",
            of_data="task's",
        ),
        Option(
            "attention", "truth", False, meaning="the decoder looks back at the encoder's states"
        ),
        Option("backwards", "truth", True, meaning="the source is read from its end"),
        Option(
            "file", "content", "", high=1_000_000, meaning="your own pairs: source, tab, target"
        ),
    )
    defaults: ClassVar = {
        **{"cell": "gru", "hidden_size": 64, "embedding": 32, "batch_size": 64},
        **{"learning_rate": 0.003},
    }

    def check(self) -> None:
        """Reads the reader's own pairs, if there are any."""
        if self.values["file"]:
            own_pairs(self.values["file"])

    @property
    def note(self) -> str:
        """Of a reader's own file, what became of its lines."""
        if not self.values["file"]:
            return ""
        lines = sum(bool(line.strip()) for line in self.values["file"].splitlines())
        return f"{len(self._pairs)} pairs used, {lines - len(self._pairs)} repeated ones dropped"

    @property
    def network_options(self) -> dict[str, Any]:
        """Whether the decoder looks back."""
        return {"attention": self.values["attention"]}

    @cached_property
    def _pairs(self) -> tuple[Pair, ...]:
        if self.values["file"]:
            return own_pairs(self.values["file"])
        return made_pairs(self.values["pairs"])

    @cached_property
    def _sizes(self) -> tuple[int, int]:
        """(S, D): the longest source, the longest target and its END."""
        return max(len(s) for s, _ in self._pairs), max(len(t) for _, t in self._pairs) + 1

    @property
    def length(self) -> int:
        """The longest source and the longest target with its END."""
        return sum(self._sizes)

    @cached_property
    def _symbols(self) -> tuple[str, ...]:
        symbols = {symbol for pair in self._pairs for side in pair for symbol in side}
        return (*SPECIAL, *sorted(symbols))

    @cached_property
    def _number(self) -> dict[str, int]:
        return {symbol: k for k, symbol in enumerate(self._symbols)}

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The symbols of both sides."""
        return self._symbols

    @property
    def labels(self) -> tuple[str, ...]:
        """The same symbols as the inputs."""
        return self._symbols

    @cached_property
    def _parts(self) -> tuple[Batch, Batch]:
        """(trained on, held out)."""
        cut = max(1, round(HELD_OUT * len(self._pairs)))
        return self._batch(self._pairs[cut:]), self._batch(self._pairs[:cut])

    @property
    def division(self) -> str:
        """How many pairs train and judge."""
        seen, unseen = self._parts
        return (
            f"{seen.B} pairs are learnt from, {unseen.B} judge. {len(self._symbols)} different symbols "
            "on both sides together, one-hot; nothing is scaled."
        )

    def _batch(self, pairs: tuple[Pair, ...]) -> Batch:
        """x int64 [S + D, B]: source, PAD, START, target, PAD; y: UNKNOWN, then target, END, UNKNOWN."""
        S, D = self._sizes
        x = torch.full((S + D, len(pairs)), PAD)
        y = torch.full((S + D, len(pairs)), UNKNOWN)
        for k, (source, target) in enumerate(pairs):
            read = [self._number[symbol] for symbol in source]
            write = [self._number[symbol] for symbol in target]
            x[: len(read), k] = torch.tensor(read[::-1] if self.values["backwards"] else read)
            x[S : S + len(write) + 1, k] = torch.tensor([START, *write])
            y[S : S + len(write) + 1, k] = torch.tensor([*write, END])
        return Batch(x, y)

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """See `_batch`; pairs drawn with replacement."""
        data = self._parts[0]
        which = torch.randint(0, data.B, (batch_size,), generator=generator)
        return Batch(data.x[:, which], data.y[:, which])

    def join(self, batch: Batch, probe: Batch) -> tuple[Tensor, None]:
        """The probe has no padding between source and target: here it gets it."""
        S, _ = self._sizes
        column = torch.full((batch.T, 1), PAD)
        s = int((probe.x[:, 0] == START).nonzero()[0])
        column[:s], column[S : S + probe.T - s] = probe.x[:s], probe.x[s:]
        return torch.cat([batch.x, column], 1), None

    def make_held_out(self) -> Batch:
        """600 held-out pairs, at most."""
        return self._parts[1].subset(slice(0, 600), self.at)

    def make_train_eval(self) -> Batch:
        """600 pairs that train, at most."""
        return self._parts[0].subset(slice(0, 600), self.at)

    def loss(self, output: Tensor, batch: Batch) -> Tensor:
        """Mean of -log p(next symbol of the target), in nats."""
        return cross_entropy(output, batch.y)

    def probe_loss(self, output: Tensor, probe: Probe) -> Tensor:
        """As `loss`."""
        return cross_entropy(output, probe.batch.y)

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """The share of pairs without an error, the share of right symbols, and loss."""
        asked = batch.y != UNKNOWN
        answers = output[..., END:].argmax(-1) + END  # PAD and START are no answers
        right = (answers == batch.y) & asked
        return {
            "exact": (right == asked).all(0).float().mean().item(),
            "symbols right": (right.sum() / asked.sum()).item(),
            "loss": cross_entropy(output, batch.y).item(),
        }

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """At each place of the target, the symbol that is most frequent there in training."""
        seen, unseen = self._parts[0].y, self.held_out.y
        usual = torch.stack(
            [
                torch.bincount(row[row != UNKNOWN], minlength=1).argmax()
                if (row != UNKNOWN).any()
                else torch.tensor(PAD)
                for row in seen
            ]
        )
        asked = unseen != UNKNOWN
        right = (usual[:, None] == unseen) & asked
        return {
            "the usual symbol of each place": {
                "exact": (right == asked).all(0).float().mean().item(),
                "symbols right": (right.sum() / asked.sum()).item(),
            }
        }

    def readout(self, output: Tensor) -> Tensor:
        """The probability of each symbol."""
        return output.softmax(-1)

    def _text(self, numbers: list[int]) -> str:
        """Symbols as the reader writes them: letters together, words with spaces."""
        symbols = [self._symbols[k] for k in numbers if k > END]
        letters = not self.values["file"] and self.values["pairs"] in ("dates", "reversal")
        return ("" if letters else " ").join(symbols)

    def _source(self, x: Tensor) -> list[int]:
        """The source of one column, in the reader's order."""
        read = [k for k in x[: self._sizes[0]].tolist() if k != PAD]
        return read[::-1] if self.values["backwards"] else read

    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Translations:
        """Some held-out pairs, and what the network writes from its own words."""
        sources, targets, written = [], [], []
        S, D = self._sizes
        for k in range(min(SHOWN, batch.B)):
            read = batch.x[:S, k]
            sources.append(self._text(self._source(batch.x[:, k])))
            targets.append(self._text([n for n in batch.y[:, k].tolist() if n > END]))
            written.append(self._text(model.translate(read[read != PAD], D).tolist()))
        return Translations(tuple(sources), tuple(targets), tuple(written))

    def panel_extras(self, model: Any) -> dict[str, Any]:
        """With attention: alpha [d][s] of the probe, in hundredths."""
        if model.attended is None:
            return {}
        return {"attention": (100 * model.attended).round().int().tolist()}

    def probe(self, text: str | None = None) -> Probe:
        """A source "the small cat sees my dogs", or "source = target". Without text, a held-out pair."""
        text = check_text("probe", text or "", 2000).strip()
        if not text:
            S = self._sizes[0]
            x, y = self.held_out.x[:, 0], self.held_out.y[:, 0]
            read, write = self._source(x), [k for k in y[S:].tolist() if k > END]
        else:
            typed, _, wanted = (part.strip() for part in text.partition("="))
            read, write = (
                self._spelled(typed, self._sizes[0]),
                self._spelled(wanted, self._sizes[1] - 1),
            )
            if not read:
                raise ValueError(
                    f"probe: expected a source to translate, got {text[:40]!r}. "
                    f"Type for example: {self._text(self._source(self.held_out.x[:, 0]))}."
                )
            if not write:
                known = {s: t for s, t in self._pairs}.get(tuple(self._symbols[k] for k in read))
                write = [self._number[symbol] for symbol in known or ()]
        return self._make_probe(read[::-1] if self.values["backwards"] else read, write, text)

    def _make_probe(self, source: list[int], write: list[int], text: str) -> Probe:
        """source: as it is read. write: the target; the answer is empty where there is none."""
        x = torch.tensor([*source, START, *write])[:, None]
        y = torch.tensor([*[UNKNOWN] * len(source), *write, END])[:, None]
        symbols = (*(self._symbols[k] for k in source), "→", *(self._symbols[k] for k in write))
        in_reading_order = source[::-1] if self.values["backwards"] else source
        drawing = {"boundary": len(source), "text": self._text(in_reading_order)}
        return Probe(Batch(x, y), symbols, text, self._text(write), drawing)

    def complete_probe(self, probe: Probe, model: Any) -> Probe:
        """Where no translation is known, the network's own one now stands for it, and is labelled so.

        The gradients then say what its own words depend on, not what would be right.
        """
        if probe.answer:
            return probe
        source = probe.batch.x[: probe.drawing["boundary"], 0]
        write = model.translate(source, self._sizes[1] - 1).tolist()
        own = self._make_probe(source.tolist(), write, probe.text)
        return replace(own, answer=f"{OWN_WORDS}: {self._text(write)}")

    def _spelled(self, text: str, most: int) -> list[int]:
        """The numbers of the symbols of a typed text; ValueError names an unknown one."""
        letters = not self.values["file"] and self.values["pairs"] in ("dates", "reversal")
        parts = list(re.sub(r"\s+", " ", text.lower())) if letters else text.split()
        unknown = [part for part in parts if self._number.get(part, 0) <= END]
        if unknown or len(parts) > most:
            got = repr(unknown[0][:40]) if unknown else f"{len(parts)} symbols"
            raise ValueError(
                f"probe: expected at most {most} symbols that the pairs have, got {got}. "
                f"Type for example: {self._text(self._source(self.held_out.x[:, 0]))}."
            )
        return [self._number[part] for part in parts]
