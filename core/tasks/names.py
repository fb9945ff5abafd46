"""Names: read a name letter by letter, and predict its language."""

import random
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import torch

from ..common.messages import clauses, say
from ..common.options import Option
from .base import PROBE_LABEL, UNKNOWN, Batch, Probe, check_text
from .data.name_file import LATIN, NameFile, read_name_file, spell_name
from .data.name_lists import (
    FAKER_LISTS,
    Pairs,
    faker_names,
    original_names,
)
from .task_types import Classification

MOST_WORDS = 4  # of the middle one of the lines, its label included
HELD_OUT = 0.15  # of each class
SEPARATOR = r"[,;\t，；]"  # between a typed name and its label
SPLIT_SEED = 2024  # the split is the same for every run


class Names(Classification):
    """From which language does this name come?

    The network reads a name letter by letter (a to z, one-hot) and predicts its language after the last letter. The ten
    classes are Chinese, Czech, Dutch, French, German, Greek, Irish, Italian, Japanese and Spanish, at most 700 names
    each, without repetition. 15 % of each class are held out, the same ones for every seed. The gap between the
    accuracy on training names and on held-out ones is overfitting: names memorised, not patterns learnt.

    Some spellings belong to two languages ("martin", "simon"), so 100 % is out of reach. The classes have 100 to 700
    names: always predicting a largest class gets 13 % accuracy, but 10 % balanced accuracy (the mean over the classes).

    Names of your own can be in any alphabet; accents on Latin letters are dropped.
    """

    title = "Names: which language is it from?"
    sentence = (
        "reads a [task|name] letter by letter, and says "
        "[source|which of {labels} languages] it comes from."
    )
    own_sentence = "reads a [task|name] letter by letter, and says which of {labels} labels it has."
    spoken: ClassVar = {
        "source": {
            "faker": "surnames of the package Faker",
            "original": "files of the PyTorch tutorial (3 MB from the network)",
        }
    }
    score_words = (
        "of names it has never seen are right",
        "of names it was trained on",
    )
    baseline_words: ClassVar = {
        "always the largest class": "always saying the commonest",
    }
    source = "Surnames in the Python package Faker (MIT licence), no network needed"
    at = "last"
    symbolic = True
    own_data_kind = "labelled"
    options: ClassVar = (
        Option(
            "source",
            "choice",
            "faker",
            choices=("faker", "original"),
            meaning="faker: in the package; original: the PyTorch tutorial's files, 3 MB from the network",
            of_data="task's",
        ),
        Option(
            "file",
            "content",
            "",
            high=2_000_000,
            meaning="your own names instead: on each line a name, a comma or tab, and a label",
        ),
        Option("length", "integer", 14, 2, 40, meaning="longer names are left out"),
        Option(
            "batching",
            "choice",
            "padded",
            choices=("padded", "buckets"),
            meaning="names of all lengths padded to one, or in each batch names of one length",
        ),
    )
    own_data_settings: ClassVar = ({}, {"length": 40})
    defaults: ClassVar = {"cell": "gru", "hidden_size": 64, "learning_rate": 0.003}

    def check(self) -> None:
        """Reads the reader's own file, if there is one."""
        if self.values["file"]:
            self._pairs  # noqa: B018 (a bad file is to be refused at once)

    @property
    def _file(self) -> NameFile:
        """The reader's own file."""
        return read_name_file(self.values["file"])

    @property
    def _alphabet(self) -> tuple[str, ...]:
        return self._file.alphabet if self.values["file"] else LATIN

    def _letters(self, name: str) -> list[str]:
        """The letters of a spelled name."""
        return self._file.letters(name) if self.values["file"] else list(name)

    @cached_property
    def _pairs(self) -> Pairs:
        if self.values["file"]:
            pairs = self._file.pairs
        else:
            pairs = original_names() if self.values["source"] == "original" else faker_names()
        short = tuple(pair for pair in pairs if len(self._letters(pair[0])) <= self.length)
        lost = {label for _, label in pairs} - {label for _, label in short}
        few = [
            label
            for label in sorted({label for _, label in short})
            if _count_names(short, label) < 2
        ]
        if lost or few:
            raise ValueError(
                say(
                    "length: expected a length that leaves at least two names of each label, "
                    "got {got}, too short for {labels}. Raise it.",
                    got=self.length,
                    labels=", ".join(sorted(lost) + few),
                )
            )
        return short

    @property
    def note(self) -> str:
        """Of a reader's own file, what became of its lines."""
        if not self.values["file"]:
            return ""
        file, used = self._file, len(self._pairs)
        notes = [
            say(
                "{n} names of {labels} labels used, out of {lines} lines",
                n=used,
                labels=len(self.labels),
                lines=file.lines,
            ),
            *file.notes,
        ]
        if long := len(file.pairs) - used:
            notes.append(
                say("{n} left out with more than {most} letters", n=long, most=self.length)
            )
        if file.alphabet != LATIN:
            notes.append(say("{n} different letters", n=len(file.alphabet)))
        return clauses(notes)

    @cached_property
    def _split(self) -> tuple[Batch, Batch]:
        """(trained on, held out), all of them."""
        shuffle = random.Random(SPLIT_SEED)
        train: list[int] = []
        held_out: list[int] = []
        for label in self.labels:
            which = [i for i, (_, each) in enumerate(self._pairs) if each == label]
            shuffle.shuffle(which)
            cut = max(1, round(HELD_OUT * len(which)))
            held_out += which[:cut]
            train += which[cut:]
        shuffle.shuffle(train)  # so that any part of it is a fair sample
        return self._batch(train), self._batch(held_out)

    @property
    def unsuited(self) -> str:
        """Of a reader's own lines: that most of them are no names but sentences."""
        if not self.values["file"]:
            return ""
        lines = [line for line in self.values["file"].splitlines() if line.strip()]
        longest = sorted(lines, key=len)[len(lines) // 2]
        if len(longest.split()) <= MOST_WORDS:
            return ""
        return say(
            "file: expected names, got texts such as {got!r}. Use Classify for texts with labels.",
            got=longest[:40],
        )

    @property
    def division(self) -> str:
        """How many names train and how many evaluate."""
        seen, unseen = self._split
        return say(
            "Trained on {trained} of {all} names with {labels} labels; evaluated on "
            "the other {evaluated}, {share:.0%} of each label. Letters are one-hot, nothing is scaled.",
            trained=seen.B,
            all=seen.B + unseen.B,
            labels=len(self.labels),
            evaluated=unseen.B,
            share=HELD_OUT,
        )

    def _batch(self, which: list[int]) -> Batch:
        names, labels = zip(*(self._pairs[i] for i in which), strict=True)
        number = {letter: k for k, letter in enumerate(self._alphabet)}
        spelled = [[number[letter] for letter in self._letters(name)] for name in names]
        x = torch.tensor([letters + [0] * (self.length - len(letters)) for letters in spelled])
        y = torch.tensor([self.labels.index(label) for label in labels])
        return Batch(x.T.contiguous(), y, torch.tensor([len(letters) for letters in spelled]))

    @property
    def sentence_values(self) -> Mapping[str, Any]:
        """With the number of labels."""
        return {**super().sentence_values, "labels": len(self.labels)}

    @property
    def length(self) -> int:
        """The option `length`: letters of the longest name."""
        return self.values["length"]

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The letters a to z, or those of the reader's own names."""
        return self._alphabet

    @property
    def labels(self) -> tuple[str, ...]:
        """The languages, or the labels of the reader's own file."""
        return self._labels

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        if not self.values["file"]:
            return tuple(FAKER_LISTS)
        return tuple(sorted({label for _, label in self._pairs}))

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x int64 [T, B] letters, y int64 [B] labels, lengths int64 [B]; drawn with replacement.

        In buckets, T and every length are those of one name drawn first, so that each name is as
        likely as when padded, and no letter of a batch is padding.
        """
        data = self._split[0]
        if self.values["batching"] == "buckets":
            return self._sample_bucket(data, generator, batch_size)
        which = torch.randint(0, data.B, (batch_size,), generator=generator)
        assert data.lengths is not None
        return Batch(data.x[:, which], data.y[which], data.lengths[which])

    def _sample_bucket(self, data: Batch, generator: torch.Generator, batch_size: int) -> Batch:
        assert data.lengths is not None
        length = int(data.lengths[torch.randint(0, data.B, (1,), generator=generator)])
        bucket = (data.lengths == length).nonzero().flatten()
        which = bucket[torch.randint(0, len(bucket), (batch_size,), generator=generator)]
        return Batch(data.x[:length, which], data.y[which])

    def make_held_out(self) -> Batch:
        """The held-out names, all of them."""
        return self._split[1]

    def make_train_eval(self) -> Batch:
        """As many of the training names as are held out; they come in random order already."""
        return self._split[0].subset(slice(0, self.held_out.B), self.at)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Always the largest class."""
        return {say("always the largest class"): self.majority(self.held_out.y)}

    def probe(self, text: str | None = None) -> Probe:
        """A name, or "name, label". Without text, a held-out name.

        The answer is the label that was typed, or that the name has in the data.
        """
        text = check_text(PROBE_LABEL, text or "", 200).strip()
        if not text:
            name, answer = self._example
            letters = self._letters(name)
        else:
            typed, label = [*re.split(SEPARATOR, text, maxsplit=1), ""][:2]
            name, letters = self._spell(typed.strip())
            answer = self._check_label(label.strip()) or self._answers.get(name, "")
        x = torch.tensor([[self._alphabet.index(letter)] for letter in letters])
        y = torch.tensor([self.labels.index(answer) if answer else UNKNOWN])
        return Probe(Batch(x, y), tuple(letters), text, answer)

    def _spell(self, typed: str) -> tuple[str, list[str]]:
        """A typed name as the data has it, and its letters."""
        name = spell_name(typed)
        letters = self._letters(name)
        unknown = [letter for letter in letters if letter not in self._alphabet]
        if unknown or not 1 <= len(letters) <= self.length:
            is_latin = self._alphabet == LATIN
            known = say("letters a to z (accents are dropped)")
            raise ValueError(
                say(
                    "{what}: expected a name of 1 to {length} {letters}, got {got!r}. "
                    "Type a name such as {example}.",
                    what=PROBE_LABEL,
                    length=self.length,
                    letters=known if is_latin else say("letters of the file"),
                    got=(unknown[0] if unknown else typed)[:40],
                    example=self._example[0],
                )
            )
        return name, letters

    def _check_label(self, typed: str) -> str:
        """The label that is meant, in any case; "" for none."""
        known = {each.lower(): each for each in self.labels} | {each: each for each in self.labels}
        label = known.get(typed, known.get(typed.lower(), ""))
        if typed and not label:
            raise ValueError(
                say(
                    "{what}: expected a label out of {labels}, got {got!r}. "
                    "Leave it out, or choose one.",
                    what=PROBE_LABEL,
                    labels=", ".join(self.labels),
                    got=typed[:40],
                )
            )
        return label

    @cached_property
    def _answers(self) -> dict[str, str]:
        """The label of each name; a name with several has none that is right."""
        answers: dict[str, str] = {}
        for name, label in self._pairs:
            answers[name] = "" if name in answers else label
        return answers

    @cached_property
    def _example(self) -> tuple[str, str]:
        """With its label, a held-out name of 6 letters or more that only one label has, where there is one."""
        x, lengths = self.held_out.x, self.held_out.lengths
        assert lengths is not None
        names = [
            ("".join(self._alphabet[i] for i in symbols[:n]), self.labels[y])
            for symbols, n, y in zip(
                x.T.tolist(), lengths.tolist(), self.held_out.y.tolist(), strict=True
            )
        ]
        unambiguous = [pair for pair in names if len(pair[0]) >= 6 and self._answers.get(pair[0])]
        return random.Random(SPLIT_SEED).choice(unambiguous or names)


def _count_names(pairs: Pairs, label: str) -> int:
    return sum(each == label for _, each in pairs)
