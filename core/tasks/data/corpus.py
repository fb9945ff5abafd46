"""A text as symbols to learn from: which are kept, which are too rare, and how much of it is held out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ...common.messages import say
from .scripts import UNKNOWN_WORD, split_characters, split_words

HELD_OUT = 0.1  # the last part of the text
MOST_SYMBOLS = 2000  # different ones; rarer ones become one
RARE_CHARACTER = "□"
LEAST = 2  # times a word must occur in the part that trains


def cut_characters(text: str) -> list[str]:
    """The characters of a reader's text; a line ends in one way."""
    return split_characters(text.replace("\r\n", "\n").replace("\r", "\n"))


def cut_words(text: str) -> list[str]:
    """The words and marks of a reader's text, in lower case."""
    return split_words(text.lower())


def held_out_size(symbols: int) -> int:
    """How many of so many symbols are held out: the last tenth, at least two."""
    return max(2, round(HELD_OUT * symbols))


@dataclass(frozen=True)
class Corpus:
    """read: the text, symbol by symbol. rare: the symbol that stands for all rare ones.

    least: how often the part that trains must have a symbol to be kept.
    """

    read: Sequence[str]
    rare: str
    least: int = 1

    @cached_property
    def kept(self) -> frozenset[str]:
        """The symbols that are kept: all, or of too many the most frequent ones of the part that trains."""
        if self.least == 1 and len(set(self.read)) <= MOST_SYMBOLS:
            return frozenset(self.read)
        counts = Counter(self.read[: len(self.read) - held_out_size(len(self.read))])
        usual = counts.most_common(MOST_SYMBOLS - 1)
        return frozenset(symbol for symbol, times in usual if times >= self.least)

    @cached_property
    def symbols(self) -> list[str]:
        """The whole text, with `rare` for each symbol that is not kept."""
        return [symbol if symbol in self.kept else self.rare for symbol in self.read]

    def describe_rare(self, symbols: str) -> str:
        """How many symbols became `rare`, in words; "" for none. symbols: what they are called."""
        lost = [symbol for symbol in self.read if symbol not in self.kept]
        if not lost:
            return ""
        return say(
            "{n:,} of {all:,} {symbols} are rare and read as {sign} ({different:,} different ones)",
            n=len(lost),
            all=len(self.read),
            symbols=symbols,
            sign=self.rare,
            different=len(set(lost)),
        )


# An experiment with a long text is described again and again: at each rerun of a page, for each link.


@lru_cache(maxsize=2)
def read_characters(text: str) -> Corpus:
    """A reader's text, character by character."""
    return Corpus(_shared(cut_characters(text)), RARE_CHARACTER)


@lru_cache(maxsize=2)
def read_words(text: str) -> Corpus:
    """A reader's text, word by word; words that occur once become <unk>."""
    return Corpus(_shared(cut_words(text)), UNKNOWN_WORD, LEAST)


def _shared(symbols: list[str]) -> list[str]:
    """The same symbols, each different one once in memory."""
    known: dict[str, str] = {}
    return [known.setdefault(symbol, symbol) for symbol in symbols]
