"""Words: the language model again, with words for symbols."""

import random
from collections import Counter
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any, ClassVar

import torch

from ..common.messages import say
from ..common.options import Option
from .base import PROBE_LABEL, Probe, Sample
from .data.corpus import Corpus, cut_words, read_words
from .data.grammar import random_sentence
from .data.scripts import UNKNOWN_WORD, ends_sentence, join_words
from .task_types import TEMPERATURE
from .text import Text

SENTENCES, SEED = 4000, 1003
END = "."  # of a made sentence
WRITTEN = 40  # words in the panel


@cache
def made_words() -> tuple[str, ...]:
    """4000 English sentences of a small grammar, word by word, each with its full stop."""
    chance = random.Random(SEED)
    sentences = ([*random_sentence(chance.randrange).english(), END] for _ in range(SENTENCES))
    return tuple(word for sentence in sentences for word in sentence)


class Words(Text):
    """Which word comes next?

    The language model of characters again, with words for symbols. The text is 4000 sentences of a small grammar ("my old
    cat does not see the houses ."), or any text of yours. It is cut into words and marks in lower case; spaces are no
    symbols. Chinese, Japanese, Thai and other scripts without spaces are cut into characters. Words that the part
    that trains has only once become <unk>, as does every word you type that is not in the text.

    The probability of a sentence is the product of the probabilities of its words, each given those before it. Many
    courses get the first word from a zero vector. This network starts anywhere in the text and never sees one, so the
    first word's probability is the one that it has after the mark that ends a sentence. Perplexity is exp of the mean loss: among how many equally likely words the network would hesitate. The
    network writes until it ends a sentence.
    """

    title = "Words: which word comes next?"
    sentence = (
        "reads a [task|text] word by word, [length|{length} at a time], "
        "and says which word comes next."
    )
    spoken: ClassVar = {}
    own_sentence = (
        "reads [task|your text] word by word, [length|{length} at a time], "
        "and says which word comes next."
    )
    baseline_words: ClassVar = {
        "unigram": "knowing only how often each word occurs",
        "bigram": "knowing only the word before",
    }
    source = "Made by rule: sentences of a small grammar; or a text of your own"
    unit = "word"
    units = say("words")
    bits = say("bits per word")
    rare = UNKNOWN_WORD
    is_share: ClassVar = {"perplexity": False, "bits per word": False}
    options: ClassVar = (
        Option("length", "integer", 20, 2, 200, meaning="words in each training sequence"),
        Option("corpus", "content", "", high=1_000_000, meaning="your own text instead"),
    )
    defaults: ClassVar = {"cell": "gru", "hidden_size": 64, "embedding": 16, "learning_rate": 0.01}

    def check(self) -> None:
        """As for Text; and that some word occurs twice, so that there is one to predict."""
        if self.values["corpus"] and not self._corpus.kept - {UNKNOWN_WORD}:
            raise ValueError(
                say(
                    "corpus: expected a text in which some word occurs twice before its last tenth, "
                    "got {got} words and none that does. Choose a longer text.",
                    got=len(self._corpus.read),
                )
            )
        super().check()

    @cached_property
    def _corpus(self) -> Corpus:
        corpus = self.values["corpus"]
        return read_words(corpus) if corpus else Corpus(made_words(), self.rare)

    def _split(self, text: str) -> tuple[str, ...]:
        return tuple(cut_words(text))

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        return tuple(sorted({*self._corpus.symbols, UNKNOWN_WORD}))

    def _check_symbols(self, what: str, symbols: tuple[str, ...]) -> None:
        if (symbols and not set(symbols) - {UNKNOWN_WORD}) or (what == PROBE_LABEL and not symbols):
            usual = Counter(
                word for word in self._corpus.symbols if word != UNKNOWN_WORD
            ).most_common(3)
            raise ValueError(
                say(
                    "{what}: expected at least one word of the text it was trained on, got none. "
                    "Type words such as {examples}.",
                    what=what,
                    examples=join_words(word for word, _ in usual),
                )
            )

    def _join(self, symbols: Sequence[str]) -> str:
        return join_words(symbols)

    @cached_property
    def _end(self) -> str:
        """The text's most frequent mark that ends a sentence; "" where it has none."""
        marks = Counter(word for word in self._corpus.symbols if ends_sentence(word))
        return max(marks, key=marks.__getitem__, default="")

    def panel_extras(self, model: Any, probe: Probe) -> dict[str, Any]:
        """Of a typed text the probability of its first word, at the beginning of a sentence."""
        if not probe.text or not self._end:
            return {}
        with torch.no_grad(), model.unrecorded():
            output = model(torch.tensor([[self._number[self._end]]]))
        chance = float(self.readout(output)[0, 0, probe.batch.x[0, 0]])
        return {"first": {"after": self._end, "chance": chance}} if chance == chance else {}

    def panel_data(
        self,
        model: Any,
        output: Any,
        batch: Any,
        seed: int,
        temperature: float = TEMPERATURE,
        top_k: int = 0,
    ) -> Sample:
        """From the end of a sentence to the end of the next one; in a text without such ends, some words."""
        start = [self._end] if self._end else []
        words = self._write(model, start, WRITTEN, temperature, seed, top_k)
        end = next((k + 1 for k, word in enumerate(words) if ends_sentence(word)), len(words))
        return Sample(self._join(words[:end]), temperature, top_k)
