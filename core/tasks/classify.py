"""Classify: read a text or a series, and say which class it belongs to."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.checks import number_up_to
from ..common.messages import paragraph, say
from ..common.options import Option
from .base import PROBE_LABEL, UNKNOWN, Batch, Probe, check_text
from .data import class_sentences as words
from .data.labelled import read_labelled
from .data.labels import Labelled, label_of_each, split_by_label
from .data.made_reviews import made_reviews
from .data.naive_classes import naive_bayes, nearest_neighbour
from .data.number_text import parse_numbers
from .data.ragged import Ragged
from .data.scripts import UNKNOWN_WORD, split_characters, split_words
from .data.series_scale import LARGEST, SeriesScale
from .task_types import Classification

HELD_OUT, SPLIT_SEED = 0.2, 1963  # of each class; the split is the same for every run
MOST_HELD_OUT = 2000  # evaluated, at most
MOST_SYMBOLS, LEAST = 2000, 2  # kept: those that occur so often in the training part
RARE_CHARACTER = "□"  # stands for every other character, as <unk> does for words


class Classify(Classification):
    """To which class does a sequence belong?

    The network reads a whole text, symbol by symbol, or a whole series, value by value, and names the
    class after the last step (many to one). Upload labelled texts or labelled series on Yours > Own data. Without a file
    it reads 1600 short film reviews in English and Chinese, made by rule, and says whether they are positive or
    negative, or how many stars they give; in some of them the praise is denied ("not boring at all"), or a remark on the
    music says the opposite.

    Texts are read by characters or by words. A symbol that occurs only once in the training part becomes □ or <unk>, as does
    any that you type and it does not know. Sequences have their own lengths: shorter ones are padded, and the padding
    takes no part in states, loss or gradients; of longer ones the first `length` steps are read.

    A fifth of each class is held out, so that rare classes are evaluated too. With classes of unequal size accuracy
    flatters: always naming the largest class scores its share, but 1 / classes of balanced accuracy. Naive Bayes only
    counts which symbols occur, in any order: what a network reaches beyond it is what the order says.
    """

    title = "Classify: texts or series"
    sentence = "reads a [task|film review] [read_by|{read_by}], and says [rating|{rating}]."
    own_sentence = (
        "reads a [task|text] [read_by|{read_by}], and says which of {labels} labels it has."
    )
    series_sentence = (
        "reads a [task|series] step by step, and says which of {labels} labels it has."
    )
    baseline_words: ClassVar = {
        "always the largest class": "always saying the commonest",
        "naive Bayes": "counting what occurs (naive Bayes)",
    }
    spoken: ClassVar = {
        "read_by": {"characters": "character by character", "words": "word by word"},
        "rating": {
            "verdict": "whether it is positive or negative",
            "stars": "how many of five stars it gives",
        },
    }
    source = (
        "Made by rule (synthetic): film reviews of our own; or labelled texts or series of your own"
    )
    at = "last"
    symbolic = True
    own_data_kind = "labelled"
    takes_any_of_its_kind = True
    own_data_settings = ({"embedding": 16}, {"embedding": 0})
    options: ClassVar = (
        Option(
            "read_by",
            "choice",
            "characters",
            choices=("characters", "words"),
            meaning="of texts: the symbols",
        ),
        Option("length", "integer", 100, 2, 500, meaning="steps that are read, at most"),
        Option(
            *("rating", "choice", "verdict"),
            choices=("verdict", "stars"),
            meaning="of the film reviews: positive or negative, or one to five stars",
            of_data="task's",
        ),
        Option(
            *("label_column", "integer", 0, 0, 1000),
            meaning="number of the column of labels, from 1; 0: the one with few different values",
            of_data="own",
        ),
        Option(
            "file",
            "content",
            "",
            high=5_500_000,
            meaning="your own: a text, a tab or comma, and its label on each line; or series with labels",
        ),
    )
    defaults: ClassVar = {
        **{"cell": "gru", "hidden_size": 32, "embedding": 16, "learning_rate": 0.003},
    }

    def check(self) -> None:
        """Reads the reader's own file, if there is one."""
        self.symbolic = not self.data.series
        self._split  # noqa: B018 (a bad file is to be refused at once)

    @cached_property
    def data(self) -> Labelled:
        """The sequences and their labels."""
        if self.values["file"]:
            return read_labelled(self.values["file"], self.values["label_column"])
        reviews = made_reviews()
        texts = tuple(review.text for review in reviews)
        by_stars = self.values["rating"] == "stars"
        labels = tuple(review.stars if by_stars else review.verdict for review in reviews)
        note = say(
            "{n} film reviews made by rule, half in English and half in Chinese.", n=len(texts)
        )
        return Labelled(texts, (), labels, (), 2, {}, note)

    @cached_property
    def _split(self) -> tuple[Tensor, Tensor]:
        """(trained on, held out): numbers of the sequences, each in random order."""
        train, held_out = split_by_label(self.data.labels, HELD_OUT, SPLIT_SEED)
        return torch.tensor(train), torch.tensor(held_out[:MOST_HELD_OUT])

    @cached_property
    def _cut_texts(self) -> list[list[str]]:
        """Each text, symbol by symbol, whole."""
        return [self._cut(text) for text in self.data.texts]

    def _cut(self, text: str) -> list[str]:
        by_words = self.values["read_by"] == "words"
        return split_words(text.lower()) if by_words else split_characters(text.lower())

    @property
    def _rare(self) -> str:
        """The symbol that stands for every rare one."""
        return UNKNOWN_WORD if self.values["read_by"] == "words" else RARE_CHARACTER

    @cached_property
    def _symbols(self) -> tuple[str, ...]:
        """The rare one, then the symbols of the training texts, in order."""
        counts = Counter(
            symbol
            for k in self._split[0].tolist()
            for symbol in self._cut_texts[k][: self.values["length"]]
        )
        common = [s for s, n in counts.most_common(MOST_SYMBOLS) if n >= LEAST and s != self._rare]
        return (self._rare, *sorted(common))

    @cached_property
    def _number(self) -> dict[str, int]:
        return {symbol: k for k, symbol in enumerate(self._symbols)}

    @cached_property
    def _reads_rare(self) -> bool:
        """Whether the rare symbol stands in a training text, so that something can be learnt of it."""
        return bool((self._sequences.part(self._split[0])[0] == 0).any())

    @cached_property
    def _scale(self) -> SeriesScale:
        """That of the training series."""
        return SeriesScale.of([self.data.series[k][: self.length] for k in self._split[0].tolist()])

    @cached_property
    def _sequences(self) -> Ragged:
        """All sequences, each at most `length` steps."""
        most = self.values["length"]
        if not self.symbolic:
            return Ragged.of([self._standardised(values[:most]) for values in self.data.series])
        cut = ([self._number.get(s, 0) for s in each[:most]] or [0] for each in self._cut_texts)
        return Ragged.of([torch.tensor(each) for each in cut])

    def _standardised(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(self._scale.standardise(values)).float()

    @cached_property
    def _classes(self) -> Tensor:
        """int64: the class of each sequence."""
        number = {label: k for k, label in enumerate(self.labels)}
        return torch.tensor([number[label] for label in self.data.labels])

    def _batch(self, which: Tensor) -> Batch:
        x, lengths = self._sequences.padded(which, self.length)
        return Batch(x, self._classes[which], lengths)

    @property
    def note(self) -> str:
        """How the file was read, what was cut, and which symbols became one."""
        whole = self._cut_texts if self.symbolic else self.data.series
        longer = sum(len(each) > self.values["length"] for each in whole)
        sentences = [self.data.note, words.describe_cut(longer, self.values["length"])]
        if self.symbolic:
            rare = {symbol for each in self._cut_texts for symbol in each} - set(self._symbols)
            sentences.append(words.describe_rare(rare, self._rare))
        return paragraph(sentences)

    @property
    def division(self) -> str:
        """How many sequences train and evaluate, and how they are read."""
        train, held_out = map(len, self._split)
        sizes = Counter(self.data.labels).most_common()
        some = say("{n} of those held out", n=held_out)
        evaluated = some if held_out == MOST_HELD_OUT else held_out
        trained = say("{n} texts" if self.symbolic else "{n} series", n=train)
        how = say("Values are standardised by the training series.")
        if self.symbolic:
            how = words.describe_symbols(self.values["read_by"], len(self._symbols))
        return paragraph((words.describe_split(trained, evaluated, HELD_OUT, sizes), how))

    @cached_property
    def _length(self) -> int:
        whole = self._cut_texts if self.symbolic else self.data.series
        return max(2, min(self.values["length"], max(map(len, whole))))

    @property
    def present_sentence(self) -> str:
        """Another one for series, which are read value by value."""
        return super().present_sentence if self.symbolic else self.series_sentence

    @property
    def sentence_values(self) -> Mapping[str, Any]:
        """With the number of labels."""
        return {**super().sentence_values, "labels": len(self.labels)}

    @property
    def length(self) -> int:
        """Steps of the longest sequence, at most the option `length`."""
        return self._length

    @property
    def input_size(self) -> int:
        """The number of symbols, or of columns."""
        return len(self._symbols) if self.symbolic else len(self.data.input_names)

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The symbols, or the names of the columns."""
        return self._symbols if self.symbolic else self.data.input_names

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes."""
        return self._labels

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.data.labels)))

    @property
    def shown_options(self) -> tuple[Option, ...]:
        """Without how texts are read where there are none, and without a choice that leaves no choice."""
        hidden = set() if self.symbolic else {"read_by"}
        if len(self.data.label_columns) < 2:
            hidden.add("label_column")
        return tuple(option for option in super().shown_options if option.name not in hidden)

    def value_titles(self, option: str) -> Mapping[Any, str]:
        """The columns that could be the label, by name."""
        if not self.values["file"] or option != "label_column":
            return {}
        return {k: f"{k}: {name}" for k, name in self.data.label_columns.items()}

    def written(self, x: Tensor) -> tuple[str, ...]:
        """Symbols; of a series its values in their own units."""
        if self.symbolic:
            return super().written(x)
        spread, mean = map(torch.from_numpy, (self._scale.spread, self._scale.mean))
        return super().written(x.double() * spread + mean)

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x int64 [T, B] symbols or float32 [T, B, I], y int64 [B], lengths int64 [B]; drawn with replacement."""
        train = self._split[0]
        return self._batch(train[torch.randint(0, len(train), (batch_size,), generator=generator)])

    def make_held_out(self) -> Batch:
        """A fifth of each class, at most 2000 together."""
        return self._batch(self._split[1])

    def make_train_eval(self) -> Batch:
        """As many of the training sequences, which come in random order already."""
        return self._batch(self._split[0][: self.held_out.B])

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Always the largest class; of texts naive Bayes, of series the class of the nearest training series."""
        train, held_out = self._split
        seen = self._sequences, train, self._classes[train], held_out
        if self.symbolic:
            name, guesses = say("naive Bayes"), naive_bayes(*seen, self.input_size)
        else:
            name = say("the nearest training series")
            guesses = nearest_neighbour(*seen, self.length)
        guessed = self.metrics(F.one_hot(guesses, self.output_size).float(), self.held_out)
        del guessed["loss"]  # it says no probabilities
        return {say("always the largest class"): self.majority(self.held_out.y), name: guessed}

    def probe(self, text: str | None = None) -> Probe:
        """A held-out sequence; typed: a text, or the values of a series with one column, else its number."""
        text = check_text(PROBE_LABEL, text or "", 20 * self.length + 100).strip()
        if not text:
            return self._held_out_probe(self._example, "")
        if self.symbolic:
            return self._typed_text(text)
        if self.input_size > 1:
            number = number_up_to(self.held_out.B, text)
            if not number:
                raise ValueError(
                    say(
                        "{what}: expected the number of a held-out series, 1 to {number}, got "
                        "{got!r}. Type a number.",
                        what=PROBE_LABEL,
                        number=self.held_out.B,
                        got=text[:40],
                    )
                )
            return self._held_out_probe(number - 1, text)
        count = len(text.replace(";", " ").split())
        if not 2 <= count <= self.length:
            raise ValueError(
                say(
                    "{what}: expected 2 to {length} numbers with spaces between, got {got!r}. Type numbers.",
                    what=PROBE_LABEL,
                    length=self.length,
                    got=text[:40],
                )
            )
        mean, spread = float(self._scale.mean[0]), float(self._scale.spread[0])
        low, high = mean - LARGEST * spread, mean + LARGEST * spread
        typed = np.array(parse_numbers(PROBE_LABEL, text, count, low, high))
        x = self._standardised(typed[:, None])
        return Probe(Batch(x[:, None], torch.tensor([UNKNOWN])), self.written(x), text)

    def _typed_text(self, text: str) -> Probe:
        symbols, read_by = self._cut(text), self.values["read_by"]
        unknown = [symbol for symbol in dict.fromkeys(symbols) if self._number.get(symbol, 0) == 0]
        if not 2 <= len(symbols) <= self.length or len(unknown) == len(set(symbols)):
            example = self.data.texts[int(self._split[1][0])]
            raise ValueError(words.refuse_text(PROBE_LABEL, text, read_by, self.length, example))
        if unknown and not self._reads_rare:
            raise ValueError(words.refuse_symbols(PROBE_LABEL, unknown, read_by, self._rare))
        x = torch.tensor([[self._number.get(symbol, 0)] for symbol in symbols])
        answer = self._answers.get(text.lower(), "")
        y = torch.tensor([self.labels.index(answer) if answer else UNKNOWN])
        return Probe(Batch(x, y), self.written(x[:, 0]), text, answer)

    @cached_property
    def _answers(self) -> dict[str, str]:
        """The label of each text of the data; a text with several has none that is right."""
        return label_of_each(self.data.texts, self.data.labels)

    @cached_property
    def _example(self) -> int:
        """A held-out sequence that is not cut short and has two steps or more, where there is one."""
        lengths = self.held_out.lengths
        assert lengths is not None
        whole = ((lengths >= 2) & (lengths < self.values["length"])).nonzero().flatten().tolist()
        return next(iter(whole), int(lengths.argmax()))

    def _held_out_probe(self, k: int, text: str) -> Probe:
        held_out = self.held_out
        assert held_out.lengths is not None
        x = held_out.x[: max(2, int(held_out.lengths[k])), k : k + 1]
        y = held_out.y[k : k + 1]
        return Probe(Batch(x, y), self.written(x[:, 0]), text, self.labels[int(y)])
