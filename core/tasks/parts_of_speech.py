"""Parts of speech: noun, verb or adjective? A tag for every word."""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from .data.tagged_sentences import (
    AMBIGUOUS,
    PARTS_OF_SPEECH,
    WORDS,
    make_sentences,
    name_parts,
)
from .tagging import Tagging, Words


class PartsOfSpeech(Tagging):
    """They plan the visit; they visit the plan.

    After each word the network says which part of speech it is (many to many). Sixteen words can be two of them: "plan" and
    "visit" are nouns or verbs, "clean" is an adjective or a verb, "her" a determiner ("they call her dog") or a pronoun
    ("they call her"). For all but "her" the words before are enough, so a network that reads forwards gets most of
    them right. "Her" needs the word after it, and therefore a second direction.

    Giving each word its commonest tag needs no network and gets all the other words right; the headline counts the
    ambiguous ones only. The sentences are made by a small grammar. A fifth of the pairs of a verb and its
    object are never trained on, and every held-out sentence has one of these.
    """

    title = "Parts of speech: noun or verb?"
    sentence = (
        "reads a sentence word by word, and says of each word [task|which part of speech it is]."
    )
    score_words = (
        "of the words that can be two are right, in sentences it has never seen",
        "of those in sentences it was trained on",
    )
    baseline_words: ClassVar = {"each word's commonest tag": "giving each word its commonest tag"}
    source = "Made by rule: a small grammar of English words of our own, no data"
    vocabulary = WORDS
    ambiguous = AMBIGUOUS
    example = "They plan her visit"
    defaults: ClassVar = {"cell": "gru", "hidden_size": 24, "learning_rate": 0.01}

    def _make_sentences(self) -> tuple[Sequence[Words], Sequence[Words]]:
        return make_sentences()

    def _tag(self, words: Words) -> list[str | None]:
        return [*name_parts(words)]

    @property
    def labels(self) -> Words:
        """The parts of speech."""
        return PARTS_OF_SPEECH

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Each word's commonest tag, whatever stands beside it."""
        return {"each word's commonest tag": self._commonest_tags()}
