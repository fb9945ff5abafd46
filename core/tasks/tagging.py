"""Tagging: a tag for every word of a sentence (many to many). What its tasks share."""

import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

import torch
from torch import Tensor

from ..common.messages import say
from .base import PROBE_LABEL, UNKNOWN, Batch, Probe, check_text, cross_entropy
from .data.ragged import Ragged
from .task_types import Classification

Words = tuple[str, ...]
AMBIGUOUS = "ambiguous words"  # the metric
MARKS = re.compile(r"[\s.,;:!?\"“”‘’。，！？]+")


class Tagging(Classification):
    """Sentences of their own lengths, each with a tag for every word.

    "ambiguous words" is the accuracy over the words that are not always tagged alike: the others need no context.
    A tag that nobody knows, as that of padding, takes no part in loss and metrics.
    """

    at = "every"
    symbolic = True
    headline = AMBIGUOUS
    is_share: ClassVar = {AMBIGUOUS: True, "accuracy": True, "loss": False}
    vocabulary: ClassVar[Words]
    ambiguous: ClassVar[frozenset[str]]  # words that are not always tagged alike
    example: ClassVar[str]  # a sentence to type

    @abstractmethod
    def _make_sentences(self) -> tuple[Sequence[Words], Sequence[Words]]:
        """(trained on, held out), word by word."""

    @cached_property
    def _sentences(self) -> tuple[Sequence[Words], Sequence[Words]]:
        return self._make_sentences()

    @abstractmethod
    def _tag(self, words: Words) -> list[str | None]:
        """The right tag of each word; None: nobody knows."""

    @property
    def length(self) -> int:
        """The words of the longest sentence."""
        return self._length

    @cached_property
    def _length(self) -> int:
        return max(len(words) for part in self._sentences for words in part)

    @property
    def input_labels(self) -> Words:
        """Every word of the sentences."""
        return self.vocabulary

    @cached_property
    def _number(self) -> dict[str, int]:
        return {word: k for k, word in enumerate(self.vocabulary)}

    @cached_property
    def _is_ambiguous(self) -> Tensor:
        """bool [words of the vocabulary]."""
        return torch.tensor([word in self.ambiguous for word in self.vocabulary])

    def _batch(self, sentences: Sequence[Words]) -> Batch:
        """x int64 [T, N] words, y int64 [T, N] tags, UNKNOWN behind the end of each."""
        every = torch.arange(len(sentences))
        words = Ragged.of([self._word_numbers(words) for words in sentences])
        tags = Ragged.of([self._tag_numbers(words) for words in sentences])
        x, lengths = words.padded(every, self.length)
        y, _ = tags.padded(every, self.length)
        y[torch.arange(self.length)[:, None] >= lengths] = UNKNOWN
        return Batch(x, y, lengths)

    def _word_numbers(self, words: Words) -> Tensor:
        return torch.tensor([self._number[word] for word in words])

    def _tag_numbers(self, words: Words) -> Tensor:
        tags = self._tag(words)
        return torch.tensor([UNKNOWN if tag is None else self.labels.index(tag) for tag in tags])

    @cached_property
    def _trained_on(self) -> Batch:
        return self._batch(self._sentences[0])

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x int64 [T, B] words, y int64 [T, B] tags, lengths int64 [B]; drawn with replacement."""
        batch = self._trained_on
        which = torch.randint(0, batch.B, (batch_size,), generator=generator)
        return batch.subset(which, self.at)

    def make_held_out(self) -> Batch:
        """The sentences with combinations of words that are never trained on."""
        return self._batch(self._sentences[1])

    def make_train_eval(self) -> Batch:
        """As many of the sentences that train."""
        return self._trained_on.subset(slice(0, len(self._sentences[1])), self.at)

    @property
    def division(self) -> str:
        """How many sentences train and evaluate."""
        train, held_out = map(len, self._sentences)
        return say(
            "Trained on {train} sentences, evaluated on {held_out} with combinations of words that none of these has.",
            train=train,
            held_out=held_out,
        )

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """The share of ambiguous words and of all words that are tagged right, and the loss."""
        return {
            **self._shares(output.argmax(-1), batch),
            "loss": float(cross_entropy(output, batch.y)),
        }

    def _shares(self, guesses: Tensor, batch: Batch) -> dict[str, float]:
        known = batch.y != UNKNOWN
        right, ambiguous = guesses == batch.y, known & self._is_ambiguous[batch.x]
        return {
            AMBIGUOUS: right[ambiguous].float().mean().item(),
            "accuracy": right[known].float().mean().item(),
        }

    def _counts(self, output: Tensor, batch: Batch) -> Tensor:
        known = (batch.y != UNKNOWN).flatten()
        flat = Batch(batch.x, batch.y.flatten()[known])
        return super()._counts(output.flatten(0, 1)[known], flat)

    def batch_metrics(self, output: Tensor, batch: Batch, loss: float) -> dict[str, float]:
        """The share of all words that are tagged right."""
        known = batch.y != UNKNOWN
        right = output.detach().argmax(-1) == batch.y
        return {"accuracy": right[known].float().mean().item()}

    def _commonest_tags(self) -> dict[str, float]:
        """What is reached by giving each word the tag that it has most often where it trains."""
        x, y = (each.flatten() for each in (self._trained_on.x, self._trained_on.y))
        counts = Counter(zip(x[y != UNKNOWN].tolist(), y[y != UNKNOWN].tolist(), strict=True))
        tags = torch.zeros(self.input_size, dtype=torch.int64)
        for (word, tag), _ in reversed(counts.most_common()):  # the commonest is written last
            tags[word] = tag
        return self._shares(tags[self.held_out.x], self.held_out)

    def probe(self, text: str | None = None) -> Probe:
        """A sentence of words that it knows; capitals and marks are not read. Without text, a held-out one."""
        text = check_text(PROBE_LABEL, text or "", 2000).strip()
        words = tuple(MARKS.sub(" ", text.lower()).split()) if text else self._example
        unknown = [word for word in words if word not in self._number]
        if unknown or not 2 <= len(words) <= self.length:
            raise ValueError(
                say(
                    "{what}: expected 2 to {most} words that it has read, got {got}. Type for example: {example}.",
                    what=PROBE_LABEL,
                    most=self.length,
                    got=repr((unknown or [text])[0][:40]),
                    example=self.example,
                )
            )
        x, y = self._word_numbers(words), self._tag_numbers(words)
        return Probe(Batch(x[:, None], y[:, None]), words, text)

    @property
    def _example(self) -> Words:
        return self._sentences[1][0]
