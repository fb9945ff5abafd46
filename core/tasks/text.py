"""Text: read a text character by character, and predict the next one."""

import itertools
import math
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.messages import clauses, say
from ..common.options import Option
from .base import PROBE_LABEL, UNKNOWN, Batch, Probe, Sample, Task, check_text, cross_entropy
from .data.chinese_text import CHINESE_TEXT
from .data.corpus import (
    RARE_CHARACTER,
    Corpus,
    cut_characters,
    held_out_size,
    read_characters,
)
from .data.python_text import ALPHABET, python_text
from .task_types import START_LABEL, TEMPERATURE, Writes

CHUNKS = 200  # evaluated, at most
SAMPLE = 120  # symbols in the panel
HELLOS = 400


class Text(Task, Writes):
    """Which character comes next?

    A language model over characters: it reads a text one character at a time and after each one gives every
    character a probability of being the next. A training sequence is a stretch of characters from a random place,
    read from a zero state. The last tenth of the text is held out.

    The text is the one that Python's help() prints, in lower case, reduced to the letters a to z, space, comma and
    full stop (29 characters), each paragraph once; or a Chinese story of a year in a small town, some 3000 characters long,
    with 250 different ones; or "hello", again and again; or any text of yours, in any language.

    "Hello" is the smallest example of many courses: after hell the network is to have said ello. After the first l comes
    an l, after the second an o, so the letter alone does not tell what comes next. The state does.

    Perplexity is exp of the mean loss: as many as there are different characters is blind guessing, 1 is certainty. Bits
    per character is the same in base 2. Compare it with two baselines that need no network: how often each character
    occurs (unigram), and how often it follows the one before (bigram). Of your own text the 1999 most frequent
    characters are kept; the rarer ones become □.

    Where there are many different characters, as in Chinese, an embedding of 32 makes an update three times as quick.
    """

    title = "Text: which character comes next?"
    sentence = (
        "reads [text|{text}] character by character, [length|{length} at a time], "
        "and says [task|which character comes next]."
    )
    spoken: ClassVar = {
        "text": {
            "python": "Python’s help",
            "chinese": "a Chinese story",
            "hello": "“hello” again and again",
        }
    }
    own_sentence = (
        "reads [task|your text] character by character, [length|{length} at a time], "
        "and says which character comes next."
    )
    score_words = (
        "perplexity on text it has never seen",
        "on text it was trained on",
    )
    baseline_words: ClassVar = {
        "unigram": "knowing only how often each character occurs",
        "bigram": "knowing only the character before",
    }
    source = (
        "Python's own help texts, pydoc_data.topics (PSF licence); a Chinese story of our own; "
        "or a text of your own"
    )
    panel = "text"
    at = "every"
    causal = True
    symbolic = True
    headline = "perplexity"
    higher_is_better = False
    is_share: ClassVar = {"perplexity": False, "bits per character": False}
    panel_work = 8
    # What a symbol is called, and several of them; and the metric that counts by them.
    unit: ClassVar[str] = "character"
    units: ClassVar[str] = say("characters")
    bits: ClassVar[str] = say("bits per character")
    rare = RARE_CHARACTER  # stands for all rare ones
    own_data_settings: ClassVar = ({}, {"length": 10}, {"length": 4}, {"length": 2})
    own_data_kind = "running text"
    options: ClassVar = (
        Option("length", "integer", 50, 2, 500, meaning="characters in each training sequence"),
        Option(
            *("text", "choice", "python"),
            choices=("python", "chinese", "hello"),
            meaning="what is read: Python's help, a Chinese story, or hello again and again",
            of_data="task's",
        ),
        Option("corpus", "content", "", high=1_000_000, meaning="your own text instead"),
    )
    defaults: ClassVar = {"cell": "gru", "hidden_size": 64, "learning_rate": 0.01}

    def check(self) -> None:
        """Whether the reader's own text has different symbols and is long enough."""
        if not self.values["corpus"]:
            return
        if len(self.labels) < 2:
            raise ValueError(
                say(
                    "corpus: expected a text of at least 2 different {units}, got {got}. "
                    "Choose another text.",
                    units=self.units,
                    got=len(self.labels),
                )
            )
        need = next(n for n in itertools.count(3) if n - held_out_size(n) > self.length)
        if len(self._corpus.symbols) < need:
            raise ValueError(
                say(
                    "corpus: expected at least {least} {units} for sequences of length {length}, "
                    "got {got}. Choose a longer text, or lower the length.",
                    least=need,
                    units=self.units,
                    length=self.length,
                    got=len(self._corpus.symbols),
                )
            )

    @property
    def note(self) -> str:
        """Of a reader's own text, how much of it is used for what, and which symbols became one."""
        if not self.values["corpus"]:
            return ""
        seen, unseen = map(len, self._parts)
        rare = self._corpus.describe_rare(self.units)
        note = say(
            "{n:,} {units} to train on, the last {last:,} to evaluate",
            n=seen,
            units=self.units,
            last=unseen,
        )
        return clauses((note, rare)) if rare else note

    @cached_property
    def _corpus(self) -> Corpus:
        """The whole text, symbol by symbol."""
        corpus = self.values["corpus"]
        return read_characters(corpus) if corpus else Corpus(self._shipped_text(), self.rare)

    def _shipped_text(self) -> str:
        match self.values["text"]:
            case "chinese":
                return CHINESE_TEXT
            case "hello":
                return "hello " * HELLOS
        return python_text()

    @property
    def _is_folded(self) -> bool:
        """Whether the text is in lower case, so that what is typed is put into it, too."""
        return not self.values["corpus"] and self.values["text"] != "chinese"

    def _split(self, text: str) -> tuple[str, ...]:
        """A typed text, symbol by symbol."""
        return tuple(text.lower() if self._is_folded else cut_characters(text))

    def _known(self, symbols: Iterable[str]) -> tuple[str, ...]:
        """The symbols, and in the place of unknown ones the one for all rare ones, where the text has it."""
        known = self._number
        return tuple(s if s in known or self.rare not in known else self.rare for s in symbols)

    def _join(self, symbols: Sequence[str]) -> str:
        return "".join(symbols)

    @property
    def labels(self) -> tuple[str, ...]:
        """The symbols of the text, in order."""
        return self._labels

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        is_python = not self.values["corpus"] and self.values["text"] == "python"
        return tuple(sorted(ALPHABET if is_python else set(self._corpus.symbols)))

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The same symbols as the labels."""
        return self.labels

    @property
    def length(self) -> int:
        """The option `length`: symbols of a training sequence."""
        return self.values["length"]

    @cached_property
    def _number(self) -> dict[str, int]:
        return {symbol: i for i, symbol in enumerate(self.labels)}

    @cached_property
    def _parts(self) -> tuple[Tensor, Tensor]:
        """(trained on, held out) as symbol numbers, int64 [N]."""
        numbers = torch.tensor([self._number[symbol] for symbol in self._corpus.symbols])
        cut = len(numbers) - held_out_size(len(numbers))
        return numbers[:cut], numbers[cut:]

    @property
    def division(self) -> str:
        """Which part of the text trains and which one evaluates."""
        seen, unseen = self._parts
        return say(
            "Trained on the first {first} of {all} {units}, evaluated on the last {last}. "
            "{different} different {units}; nothing is scaled.",
            first=len(seen),
            all=len(seen) + len(unseen),
            units=self.units,
            last=len(unseen),
            different=len(self.labels),
        )

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x int64 [T, B] symbols, y int64 [T, B] the symbol after each."""
        text = self._parts[0]
        starts = torch.randint(0, len(text) - self.length, (batch_size,), generator=generator)
        chunks = text[torch.arange(self.length + 1)[:, None] + starts]
        return Batch(chunks[:-1], chunks[1:])

    def _chunks(self, text: Tensor) -> Batch:
        """Stretches spread evenly over `text`, without overlap where there is room."""
        T = min(self.length, len(text) - 1)
        number = min(CHUNKS, (len(text) - 1) // T)
        starts = torch.linspace(0, len(text) - 1 - T, number).long()
        chunks = text[torch.arange(T + 1)[:, None] + starts]
        return Batch(chunks[:-1], chunks[1:])

    def make_held_out(self) -> Batch:
        """Stretches of the last tenth of the text, 200 at most."""
        return self._chunks(self._parts[1])

    def make_train_eval(self) -> Batch:
        """Stretches of the part that trains, 200 at most."""
        return self._chunks(self._parts[0])

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Counters over the training text, one added to every count, evaluated on the held-out text."""
        train, held_out = self._parts
        size = self.output_size
        single = torch.bincount(train, minlength=size) + 1.0
        pairs = torch.bincount(train[:-1] * size + train[1:], minlength=size**2) + 1.0
        after = pairs.view(size, size)
        return {
            say("unigram"): self._in_all_units(
                -(single / single.sum()).log()[held_out[1:]].mean().item()
            ),
            say("bigram"): self._in_all_units(
                -(after / after.sum(1, keepdim=True))
                .log()[held_out[:-1], held_out[1:]]
                .mean()
                .item()
            ),
        }

    def probe(self, text: str | None = None) -> Probe:
        """A text of at most `length` symbols; without text, the held-out opening."""
        text = check_text(PROBE_LABEL, text or "", 10 * self.length + 100)
        drawing = {"unit": self.unit, "unknown": []}
        if not text:
            batch = self.held_out.subset(slice(0, 1), self.at)
            symbols = tuple(self.labels[i] for i in batch.x[:, 0].tolist())
            return Probe(batch, symbols, drawing=drawing)
        typed = self._split(text)
        symbols = self._known(typed)
        self._check_symbols(PROBE_LABEL, symbols)
        if len(symbols) > self.length:
            raise ValueError(
                say(
                    "{what}: expected at most {length} {units}, the length of the training "
                    "sequences, got {got}. Shorten the text, or raise the length.",
                    what=PROBE_LABEL,
                    length=self.length,
                    units=self.units,
                    got=len(symbols),
                )
            )
        x = torch.tensor([[self._number[symbol]] for symbol in symbols])
        y = torch.cat([x[1:], torch.full((1, 1), UNKNOWN)])
        drawing["unknown"] = list(dict.fromkeys(s for s in typed if s not in self._number))
        return Probe(Batch(x, y), symbols, text, drawing=drawing)

    def _check_symbols(self, what: str, symbols: tuple[str, ...]) -> None:
        unknown = [symbol for symbol in dict.fromkeys(symbols) if symbol not in self._number]
        if unknown:
            raise ValueError(
                say(
                    "{what}: expected {units} of the text it was trained on, "
                    "got {got}. Leave them out.",
                    what=what,
                    units=self.units,
                    got=", ".join(map(repr, unknown[:10])),
                )
            )

    def loss(self, output: Tensor, batch: Batch) -> Tensor:
        """Mean of -log p(next symbol), in nats. output [T, B, O]."""
        return cross_entropy(output, batch.y)

    def probe_loss(self, output: Tensor, probe: Probe) -> Tensor:
        """As `loss`; after the last typed symbol nobody knows what comes, so it does not count."""
        y = probe.batch.y.flatten()
        total = F.cross_entropy(output.flatten(0, -2), y, ignore_index=UNKNOWN, reduction="sum")
        return total / max(1, int((y != UNKNOWN).sum()))

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """Perplexity, and bits per symbol."""
        return self._in_all_units(cross_entropy(output, batch.y).item())

    def _in_all_units(self, nats: float) -> dict[str, float]:
        return {
            "perplexity": math.exp(nats) if nats < 700 else math.inf,
            self.bits: nats / math.log(2),
        }

    def batch_metrics(self, output: Tensor, batch: Batch, loss: float) -> dict[str, float]:
        """As `metrics`, from the batch's loss."""
        return self._in_all_units(loss)

    def readout(self, output: Tensor) -> Tensor:
        """The probability of each symbol."""
        return output.softmax(-1)

    def panel_data(
        self,
        model: Any,
        output: Tensor,
        batch: Batch,
        seed: int,
        temperature: float = TEMPERATURE,
        top_k: int = 0,
    ) -> Sample:
        """A text that the network writes."""
        text = self.sample_text(model, "", SAMPLE, temperature, seed, top_k)
        return Sample(text, temperature, top_k)

    def sample_text(
        self,
        model: Any,
        start: str = "",
        symbols: int = SAMPLE,
        temperature: float = TEMPERATURE,
        seed: int = 0,
        top_k: int = 0,
    ) -> str:
        """What the network writes after `start` (when empty, after the most frequent symbol).

        temperature, top_k: see `SequenceModel.generate`. The same seed writes the same text; the
        randomness of a training run is not touched.
        """
        typed = self._split(check_text(START_LABEL, start, 2000))
        given = self._known(typed)
        self._check_symbols(START_LABEL, given)
        return self._join([*given, *self._write(model, given, symbols, temperature, seed, top_k)])

    def _write(
        self,
        model: Any,
        given: Sequence[str],
        symbols: int,
        temperature: float,
        seed: int,
        top_k: int,
    ) -> list[str]:
        """So many symbols after the given ones, or after the most frequent one."""
        opening = [self._number[symbol] for symbol in given]
        if not opening:
            opening = [int(torch.bincount(self._parts[0], minlength=self.output_size).argmax())]
        numbers = model.generate(
            torch.tensor(opening), symbols, temperature, torch.Generator().manual_seed(seed), top_k
        )
        return [self.labels[i] for i in numbers.tolist()]
