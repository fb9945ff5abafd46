"""Words: the language model again, with words for symbols."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any, ClassVar

from ..common.options import Option
from .base import Sample
from .data.grammar import random_sentence
from .task_types import TEMPERATURE
from .text import HELD_OUT, Text

SENTENCES, SEED = 4000, 1003
END, UNKNOWN_WORD = ".", "<unk>"  # a full stop ends a sentence
LEAST = 2  # times a word must occur in the training part; rarer ones become UNKNOWN_WORD
MOST_WORDS, WRITTEN = 500, 40


@cache
def made_words() -> tuple[str, ...]:
    """4000 English sentences of a small grammar, word by word, each with its full stop."""
    chance = random.Random(SEED)
    sentences = ([*random_sentence(chance.randrange).english(), END] for _ in range(SENTENCES))
    return tuple(word for sentence in sentences for word in sentence)


class Words(Text):
    """Which word comes next?

    The language model of characters again, with words for symbols. A text is cut into words and marks;
    a full stop ends a sentence (EOS), and a word that the training part has only once becomes <unk>, as does
    any word that you type and it does not know. The text is 4000 sentences of a small grammar ("my old
    cat does not see the houses ."), or any text that you paste.

    The probability of a sentence is the product of the probabilities of its words, each given those
    before; on the page its logarithm stands as the sum. Perplexity is exp of the mean loss: as many
    words as if the network had to guess among. The network writes until it ends a sentence.
    """

    title = "Words: which word comes next?"
    source = "Made by rule: sentences of a small grammar; or a text you paste"
    unit = "word"
    is_share: ClassVar = {"perplexity": False, "bits per word": False}
    options: ClassVar = (
        Option("length", "integer", 20, 2, 200, meaning="words in each training sequence"),
        Option("corpus", "content", "", high=1_000_000, meaning="your own text instead"),
    )
    defaults: ClassVar = {"cell": "gru", "hidden_size": 64, "embedding": 16, "learning_rate": 0.01}

    @property
    def note(self) -> str:
        """As for Text, and how many words became <unk>."""
        rare = sum(word == UNKNOWN_WORD for word in self._text)
        return super().note and f"{super().note}; {rare:,} rare words became {UNKNOWN_WORD}"

    @cached_property
    def _text(self) -> Sequence[str]:
        if not self.values["corpus"]:
            return made_words()
        words = self._cut(self.values["corpus"])
        known = Counter(words[: round((1 - HELD_OUT) * len(words))])
        most = {word for word, times in known.most_common(MOST_WORDS - 1) if times >= LEAST}
        return tuple(word if word in most else UNKNOWN_WORD for word in words)

    def _cut(self, text: str) -> tuple[str, ...]:
        return tuple(re.findall(r"<unk>|\w+(?:'\w+)?|[.!?,;:]", text.lower()))

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        return tuple(sorted({*self._text, UNKNOWN_WORD}))

    def _split(self, text: str) -> tuple[str, ...]:
        return tuple(w if w in self._number else UNKNOWN_WORD for w in self._cut(text))

    def _check_symbols(self, what: str, symbols: tuple[str, ...]) -> None:
        if (symbols and not set(symbols) - {UNKNOWN_WORD}) or (what == "probe" and not symbols):
            raise ValueError(
                f"{what}: expected at least one word of the text it was trained on, got none. "
                f"Type words such as {' '.join(self.labels[-4:-1])}."
            )

    def _join(self, symbols: Sequence[str]) -> str:
        return " ".join(symbols)

    def panel_data(
        self,
        model: Any,
        output: Any,
        batch: Any,
        seed: int,
        temperature: float = TEMPERATURE,
        top_k: int = 0,
    ) -> Sample:
        """From the end of a sentence to the end of the next one."""
        text = self.sample_text(model, END, WRITTEN, temperature, seed, top_k)
        return Sample(self._first_sentence(text), temperature, top_k)

    def _first_sentence(self, text: str) -> str:
        words = text.split()[1:]
        end = words.index(END) + 1 if END in words else len(words)
        return " ".join(words[:end])
