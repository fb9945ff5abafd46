"""Entities: is this word a name? Only the word after it says so."""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from .data.name_sentences import NOUNS, WORDS, is_name, make_pairs
from .tagging import AMBIGUOUS, Tagging, Words

NAME, OTHER = "name", "other"


class Entities(Tagging):
    """He said, "Teddy Roosevelt was a great president." He said, "Teddy bears are on sale today."

    After each word the network says whether it is a name (named-entity recognition, many to many). Up to "Teddy" the two
    sentences are the same; what Teddy is, the next word says. Teddy, Rose, Bill, Lily and twelve more are names in half of
    the sentences and no names in the other half, whatever stands before them. Everything is in lower case, so that no
    capital letter gives the answer away.

    A network that reads forwards has to answer before it can know. The held-out sentences come in pairs that are the
    same up to the ambiguous word: it says the same of both, so it gets exactly half of these words right, whatever its
    cell, its size and its training. That is the line "reading forwards at best". Read from both ends, the state of the
    other direction has seen the next word, and all of them can be right.

    No held-out sentence has an opening and an ambiguous word that were together in training.
    """

    title = "Entities: Teddy Roosevelt or teddy bears?"
    sentence = "reads a sentence word by word, and says of each word [task|whether it is a name]."
    score_words = (
        "of the words that can be either are right, in sentences it has never seen",
        "of those in sentences it was trained on",
    )
    baseline_words: ClassVar = {"reading forwards at best": "reading forwards, at best"}
    source = "Made by rule: a small grammar of English words, no data"
    vocabulary = WORDS
    ambiguous = frozenset(NOUNS)
    example = "He said Teddy bears are on sale today"
    defaults: ClassVar = {
        **{"cell": "gru", "hidden_size": 16, "bidirectional": True, "learning_rate": 0.01},
    }

    def _make_sentences(self) -> tuple[Sequence[Words], Sequence[Words]]:
        train, held_out = make_pairs()
        return (
            [words for pair in train for words in pair],
            [words for pair in held_out for words in pair],
        )

    def _tag(self, words: Words) -> list[str | None]:
        said = (is_name(words, place) for place in range(len(words)))
        return [None if name is None else NAME if name else OTHER for name in said]

    @property
    def labels(self) -> Words:
        """Whether a word is a name."""
        return (OTHER, NAME)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """The best that any network can do that has read no further than the word itself: half of the ambiguous ones.

        Of each pair of sentences the two beginnings are the same and their answers differ.
        """
        batch = self.held_out
        ambiguous = int(self._is_ambiguous[batch.x][batch.y >= 0].sum())
        words = int((batch.y >= 0).sum())
        share = 1 - ambiguous / 2 / words
        return {"reading forwards at best": {AMBIGUOUS: 0.5, "accuracy": share}}

    @property
    def _example(self) -> Words:
        """The sentence of the notes."""
        return tuple(self.example.lower().split())
