"""Fill in the blank: I am Chinese, ..., my mother tongue is ___."""

import random
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from ..common.messages import say
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Probe, check_text
from .data.mother_tongues import FORMS, Forms, pairs_of_countries
from .data.ragged import Ragged
from .task_types import Classification

HELD_OUT = 400  # sentences
SEED = 1997
NAMED_FIRST = 2  # the step at which the earliest home is named, counted from 0


class FillIn(Classification):
    """I am Chinese, I like music, I went to France last year, my mother tongue is ___. 我是中国人，……，我的母语是___。

    The blank at the end is decided by the country at the beginning. On the way another country is named, and the network
    must not be misled by it: it has to remember which of the two was the home. Every clause between puts the two further
    apart. The sentences are English, read word by word, or Chinese, read character by character, since no dictionary
    that cuts Chinese into words is at hand.

    Always the same language is right one time in ten. A network that knows which two countries were named and not which
    was the home is right half of the time: that is the line "either country". Two of every nine pairs of a
    home and another country are never trained on; the held-out sentences have only these.

    You can type a sentence of your own with its words, also one without any clause: "I am Chinese, my mother tongue is".
    """

    title = "Fill in: my mother tongue is ___"
    sentence = (
        "reads [language|{language}] about where somebody comes from, "
        "[clauses|{clauses} clause|{clauses} clauses] of other things, and [task|fills in the mother tongue]."
    )
    spoken: ClassVar = {
        "language": {"english": "an English sentence", "chinese": "a Chinese sentence"}
    }
    score_words = (
        "of sentences it has never seen are filled in right",
        "of sentences as in training",
    )
    baseline_words: ClassVar = {
        "always the same language": "always saying the same language",
        "either country": "taking one of the two countries that are named",
    }
    source = "Made by rule: short sentences of our own, in English and Chinese"
    at = "last"
    symbolic = True
    span = "clauses"
    solved = ("accuracy", 0.99)
    options: ClassVar = (
        Option(
            *("language", "choice", "english"),
            choices=tuple(FORMS),
            meaning="of the sentences; Chinese is read character by character",
        ),
        Option(
            *("clauses", "integer", 2, 1, 20),
            meaning="clauses before the blank, one of which names another country",
        ),
    )
    defaults: ClassVar = {"cell": "gru", "hidden_size": 32, "learning_rate": 0.01}

    @property
    def _forms(self) -> Forms:
        return FORMS[self.values["language"]]

    @property
    def length(self) -> int:
        """The symbols of the longest sentence."""
        longest, forms = self._forms.longest, self._forms
        fillers = (self.values["clauses"] - 1) * longest["filler"]
        return longest["home"] + fillers + longest["elsewhere"] + len(forms.cut(forms.blank))

    @property
    def must_remember(self) -> int:
        """From the home to the blank of the longest sentence."""
        return self.length - 1 - NAMED_FIRST

    @property
    def input_labels(self) -> tuple[str, ...]:
        """Every word, or character, of the sentences."""
        return self._forms.symbols

    @property
    def labels(self) -> tuple[str, ...]:
        """The languages."""
        return tuple(country.language for country in self._forms.countries)

    @cached_property
    def _number(self) -> dict[str, int]:
        return {symbol: k for k, symbol in enumerate(self.input_labels)}

    def _make_sentences(self, held_out: bool, number: int, chance: random.Random) -> Batch:
        """x int64 [T, B] symbols, y int64 [B] the language of the home, lengths int64 [B]."""
        pairs = pairs_of_countries(len(self.labels))[held_out]
        drawn = [chance.choice(pairs) for _ in range(number)]
        clauses = self.values["clauses"]
        sentences = Ragged.of(
            [self._encode(self._forms.draw(*pair, clauses, chance)) for pair in drawn]
        )
        x, lengths = sentences.padded(torch.arange(number), self.length)
        return Batch(x, torch.tensor([home for home, _ in drawn]), lengths)

    def _encode(self, symbols: tuple[str, ...]) -> Tensor:
        return torch.tensor([self._number[symbol] for symbol in symbols])

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x int64 [T, B] symbols, y int64 [B] languages, lengths int64 [B]."""
        seed = int(torch.randint(0, 2**62, (1,), generator=generator))
        return self._make_sentences(False, batch_size, random.Random(seed))

    def make_held_out(self) -> Batch:
        """400 sentences with pairs of countries that are never trained on."""
        return self._make_sentences(True, HELD_OUT, random.Random(SEED))

    def make_train_eval(self) -> Batch:
        """Training sentences are hardly ever seen twice, so these are fresh ones too."""
        return self._make_sentences(False, HELD_OUT, random.Random(SEED + 1))

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """The most frequent language, and one of the two countries of the sentence by chance."""
        return {
            "always the same language": self.majority(self.held_out.y),
            "either country": {"accuracy": 0.5},
        }

    def probe(self, text: str | None = None) -> Probe:
        """A sentence up to the blank; without text, a held-out one. The country that is named first is the home."""
        text = check_text(PROBE_LABEL, text or "", 2000).strip()
        forms, example = self._forms, self.held_out
        if text:
            symbols = forms.cut(text)
        else:
            assert example.lengths is not None
            numbers = example.x[: int(example.lengths[0]), 0].tolist()
            symbols = [self.input_labels[k] for k in numbers]
        unknown = [symbol for symbol in symbols if symbol not in self._number]
        countries = forms.find_countries(symbols)
        if unknown or not countries or not 2 <= len(symbols) <= self.length:
            raise ValueError(
                say(
                    "{what}: expected a sentence that names a country, with up to {most} of the symbols that it has "
                    "read, got {got}. Type for example: {example}.",
                    what=PROBE_LABEL,
                    most=self.length,
                    got=repr((unknown or [text])[0][:40]),
                    example=forms.example,
                )
            )
        answer = countries[0][1]
        batch = Batch(self._encode(tuple(symbols))[:, None], torch.tensor([answer]))
        return Probe(batch, tuple(symbols), text, self.labels[answer])
