"""Text: read a text symbol by symbol, and say which symbol comes next."""

import math
import re
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.options import Option
from .base import UNKNOWN, Batch, Probe, Sample, Task, check_text, cross_entropy
from .task_types import TEMPERATURE, Writes

ALPHABET = " ,.abcdefghijklmnopqrstuvwxyz"  # of Python's own text; everything else becomes a space
HELD_OUT = 0.1  # the last part of the text
CHUNKS = 200  # evaluated, at most
MOST_SYMBOLS = 500  # in a corpus of the user's
SAMPLE = 120  # symbols in the panel


@cache
def python_text() -> str:
    """The texts that Python's help() shows, in the 29 symbols of ALPHABET.

    Several topics repeat paragraphs of others (a fifth of all), so each paragraph is taken once:
    otherwise half of what is held out would have been trained on. The text changes a little with the
    version of Python. Raises ValueError where Python comes without it.
    """
    try:
        from pydoc_data.topics import topics
    except ImportError as error:
        raise ValueError(
            "text: expected Python's own help texts (pydoc_data.topics), got a Python without them. "
            "Paste a text of your own as corpus."
        ) from error
    paragraphs: dict[str, None] = {}
    for topic in topics.values():
        for paragraph in re.split(r"\n\s*\n", topic):
            text = re.sub(r"[^a-z.,]+", " ", paragraph.lower())
            text = re.sub(r"([.,])[.,]+", r"\1", re.sub(r" +([.,])", r"\1", text))
            paragraphs[text.lstrip(" ,.").rstrip(" ,")] = None
    return " ".join(filter(None, paragraphs))


class Text(Task, Writes):
    """Which symbol comes next?

    A language model over characters: it reads a text symbol by symbol and after each one gives every
    symbol of the alphabet a probability of being the next. The text is the one that Python's help()
    prints, in lower case, reduced to the letters a to z, space, comma and full stop (29 symbols), each
    paragraph once; or any text that you paste. A training sequence is a stretch of `length` symbols
    from a random place, read from a zero state. The last tenth of the text is held out.

    Perplexity is exp of the mean loss: 29 would be blind guessing, 1 certainty. Bits per character is
    the same in base 2. Compare with the two counters that need no network: how often each symbol occurs
    (unigram), and how often it follows the one before (bigram).
    """

    title = "Text: which symbol comes next?"
    source = "Python's own help texts, pydoc_data.topics (PSF licence), or a text you paste"
    panel = "text"
    at = "every"
    causal = True
    symbolic = True
    headline = "perplexity"
    higher_is_better = False
    is_share: ClassVar = {"perplexity": False, "bits per character": False}
    panel_work = 8
    unit = "character"
    own_data_settings: ClassVar = ({}, {"length": 10}, {"length": 3})
    own_data_kind = "running text"
    options: ClassVar = (
        Option("length", "integer", 50, 2, 500, meaning="symbols in each training sequence"),
        Option("corpus", "content", "", high=1_000_000, meaning="your own text instead"),
    )
    defaults: ClassVar = {"cell": "gru", "hidden_size": 64, "learning_rate": 0.01}

    def check(self) -> None:
        """Whether the reader's own text has few enough symbols and is long enough."""
        if not self.values["corpus"]:
            return
        if not 2 <= len(self.labels) <= MOST_SYMBOLS:
            raise ValueError(
                f"corpus: expected a text of 2 to {MOST_SYMBOLS} different symbols, "
                f"got {len(self.labels)}. Paste another text."
            )
        need = math.ceil((self.length + 1) / (1 - HELD_OUT)) + 2
        if len(self._text) < need:
            raise ValueError(
                f"corpus: expected at least {need} characters for sequences of length {self.length}, "
                f"got {len(self._text)}. Paste a longer text, or lower the length."
            )

    @property
    def note(self) -> str:
        """Of a reader's own text, how much of it is used for what."""
        if not self.values["corpus"]:
            return ""
        seen, unseen = (f"{len(part):,}" for part in self._parts)
        return f"{seen} {self.unit}s to train on, the last {unseen} to judge by"

    @cached_property
    def _text(self) -> Sequence[str]:
        """The whole text, symbol by symbol."""
        return self.values["corpus"].replace("\r\n", "\n") or python_text()

    def _split(self, text: str) -> tuple[str, ...]:
        """A typed text, symbol by symbol."""
        return tuple(text if self.values["corpus"] else text.lower())

    def _join(self, symbols: Sequence[str]) -> str:
        return "".join(symbols)

    @property
    def labels(self) -> tuple[str, ...]:
        """The symbols of the text, in order."""
        return self._labels

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        return tuple(sorted(set(self._text))) if self.values["corpus"] else tuple(ALPHABET)

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
        numbers = torch.tensor([self._number[symbol] for symbol in self._text])
        cut = len(numbers) - max(2, round(HELD_OUT * len(numbers)))
        return numbers[:cut], numbers[cut:]

    @property
    def division(self) -> str:
        """Which part of the text trains and which judges."""
        seen, unseen = self._parts
        return (
            f"The first {len(seen)} of {len(seen) + len(unseen)} symbols are learnt from, the last "
            f"{len(unseen)} judge. {len(self.labels)} different symbols, one-hot; nothing is scaled."
        )

    @cached_property
    def _steps(self) -> Tensor:
        return torch.arange(self.length + 1)[:, None]

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x int64 [T, B] symbols, y int64 [T, B] the symbol after each."""
        text = self._parts[0]
        starts = torch.randint(0, len(text) - self.length, (batch_size,), generator=generator)
        chunks = text[self._steps + starts]
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
        """Counters over the training text, one added to every count, judged on the held-out text."""
        train, held_out = self._parts
        size = self.output_size
        single = torch.bincount(train, minlength=size) + 1.0
        pairs = torch.bincount(train[:-1] * size + train[1:], minlength=size**2) + 1.0
        after = pairs.view(size, size)
        return {
            "unigram": self._in_all_units(
                -(single / single.sum()).log()[held_out[1:]].mean().item()
            ),
            "bigram": self._in_all_units(
                -(after / after.sum(1, keepdim=True))
                .log()[held_out[:-1], held_out[1:]]
                .mean()
                .item()
            ),
        }

    def probe(self, text: str | None = None) -> Probe:
        """A text of at most `length` symbols of the alphabet; without text, the held-out opening."""
        text = check_text("probe", text or "", 10 * self.length + 100)
        if not text:
            batch = self.held_out.subset(slice(0, 1), self.at)
            symbols = tuple(self.labels[i] for i in batch.x[:, 0].tolist())
            return Probe(batch, symbols)
        symbols = self._split(text)
        self._check_symbols("probe", symbols)
        if len(symbols) > self.length:
            raise ValueError(
                f"probe: expected at most {self.length} symbols, the length of the training sequences, "
                f"got {len(symbols)}. Shorten the text, or raise the length."
            )
        x = torch.tensor([[self._number[symbol]] for symbol in symbols])
        y = torch.cat([x[1:], torch.full((1, 1), UNKNOWN)])
        return Probe(Batch(x, y), symbols, text)

    def _check_symbols(self, what: str, symbols: tuple[str, ...]) -> None:
        unknown = [symbol for symbol in dict.fromkeys(symbols) if symbol not in self._number]
        if unknown:
            raise ValueError(
                f"{what}: expected symbols of the text it was trained on, "
                f"got {', '.join(map(repr, unknown[:10]))}. Leave them out."
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
            f"bits per {self.unit}": nats / math.log(2),
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
        given = self._split(check_text("start", start, 2000))
        self._check_symbols("start", given)
        opening = [self._number[symbol] for symbol in given]
        if not opening:
            opening = [int(torch.bincount(self._parts[0], minlength=self.output_size).argmax())]
        numbers = model.generate(
            torch.tensor(opening), symbols, temperature, torch.Generator().manual_seed(seed), top_k
        )
        return self._join([*given, *(self.labels[i] for i in numbers.tolist())])
