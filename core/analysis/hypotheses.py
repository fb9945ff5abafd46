"""What a unit of a language model may stand for, as a number for each symbol of a corpus: inside quotes, the place in
the line, a capital letter, a column that a reader brought.

After Karpathy, Johnson & Li (2015), who found units for quotes, brackets and the place in a line by eye.
"""

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from ..common.messages import as_sentence, say
from ..common.registry import Registry
from .corpus import Corpus

OPENING, CLOSING = "([{（【《", ")]}）】》"
QUOTES = {
    '"': '"',
    "“": "”",
    "«": "»",
    "「": "」",
    "„": "“",
}  # an opening quote -> the one that closes it
QUOTES_AND_ENDS = frozenset(QUOTES) | frozenset(QUOTES.values())
VOWELS = "aeiouAEIOU"
MAX_ANNOTATIONS = 20  # columns, of one corpus
MAX_COLUMNS = 12  # of one annotation of words
Labels = Callable[[Sequence[str]], np.ndarray]  # the symbols of one sequence -> a number for each


def in_quotes(symbols: Sequence[str]) -> np.ndarray:
    """1 from an opening quote on, 0 from the closing one on."""
    changes, closing = np.zeros(len(symbols)), ""
    for t in np.flatnonzero(_each(QUOTES_AND_ENDS.__contains__)(symbols)).tolist():
        if closing and symbols[t] == closing:
            changes[t], closing = -1, ""
        elif not closing and symbols[t] in QUOTES:
            changes[t], closing = 1, QUOTES[symbols[t]]
    return changes.cumsum()


def bracket_depth(symbols: Sequence[str]) -> np.ndarray:
    """How many brackets are open after each symbol; one that closes nothing is passed over."""
    opens = _each(lambda symbol: symbol != "" and symbol in OPENING)(symbols)
    closes = _each(lambda symbol: symbol != "" and symbol in CLOSING)(symbols)
    depth = (opens - closes).cumsum()
    return depth - np.minimum.accumulate(np.minimum(depth, 0))


def place_in_line(symbols: Sequence[str]) -> np.ndarray:
    """How many symbols stand before it in its line."""
    return _since(symbols, lambda symbol: symbol == "\n")


def place_in_word(symbols: Sequence[str]) -> np.ndarray:
    """How many symbols stand between it and the space before it."""
    return _since(symbols, str.isspace)


def _since(symbols: Sequence[str], ends: Callable[[str], bool]) -> np.ndarray:
    """How many symbols stand between it and the last one before it at which something ended."""
    steps = np.arange(len(symbols))
    begins = np.zeros(len(symbols), int)
    begins[1:] = np.where(_each(ends)(symbols)[:-1] > 0, steps[1:], 0)
    return (steps - np.maximum.accumulate(begins)).astype(float)


def _each(is_so: Callable[[str], bool]) -> Labels:
    """1 at the symbols of which this is so; each different one is asked about once."""

    def labels(symbols: Sequence[str]) -> np.ndarray:
        answers = {symbol: float(is_so(symbol)) for symbol in set(symbols)}
        return np.fromiter(map(answers.__getitem__, symbols), float, len(symbols))

    return labels


HYPOTHESES: Registry[Labels] = Registry(
    "hypothesis",
    {
        say("in quotes"): in_quotes,
        say("in brackets"): lambda symbols: (bracket_depth(symbols) > 0).astype(float),
        say("depth of brackets"): bracket_depth,
        say("place in the sequence"): lambda symbols: np.arange(len(symbols), dtype=float),
        say("place in the line"): place_in_line,
        say("place in the word"): place_in_word,
        say("a capital letter"): _each(lambda symbol: symbol[:1].isupper()),
        say("a digit"): _each(lambda symbol: symbol[:1].isdigit()),
        say("a vowel"): _each(lambda symbol: symbol in VOWELS),
        say("a space"): _each(str.isspace),
        say("a mark"): _each(lambda symbol: not symbol[:1].isalnum() and not symbol.isspace()),
    },
)


def label_symbols(corpus: Corpus, text: str = "") -> dict[str, np.ndarray]:
    """Every hypothesis that says something of this corpus, and its annotations: name -> a number for each symbol, [N].

    text: a reader's own hypothesis, "within this text"; "" for none. What is the same at every symbol is left out, and a
    hypothesis that is here the same as another one.
    """
    columns = {name: _by_sequence(corpus, HYPOTHESES[name]) for name in HYPOTHESES}
    chosen: dict[str, np.ndarray] = {}
    for name, column in columns.items():
        if not any(np.array_equal(column, other) for other in chosen.values()):
            chosen[name] = column
    if text:
        chosen[say("within “{text}”", text=text[:20])] = _by_sequence(corpus, _within(text))
    chosen |= dict(list(corpus.annotations.items())[:MAX_ANNOTATIONS])
    return {name: column for name, column in chosen.items() if (column != column[0]).any()}


def _by_sequence(corpus: Corpus, labels: Labels) -> np.ndarray:
    starts = corpus.starts.tolist()
    pieces = [labels(corpus.symbols[a:b]) for a, b in itertools.pairwise(starts) if b > a]
    return np.concatenate(pieces) if pieces else np.zeros(0)


def _within(text: str) -> Labels:
    """1 at each symbol of every place where the symbols spell the text."""

    def labels(symbols: Sequence[str]) -> np.ndarray:
        joined, inside = "".join(symbols), np.zeros(len(symbols))
        begins = np.cumsum([0, *map(len, symbols)])  # of each symbol, in characters
        place = joined.find(text)
        while place >= 0:
            first = int(np.searchsorted(begins, place, side="right")) - 1
            stop = int(np.searchsorted(begins, place + len(text), side="left"))
            inside[first:stop] = 1
            place = joined.find(text, place + 1)
        return inside

    return labels


def one_column_each(name: str, values: Sequence[str]) -> dict[str, np.ndarray]:
    """An annotation of N words as columns [N] of 0 and 1, one for each of its most frequent words."""
    words, counts = np.unique(np.array(values, dtype=object).astype(str), return_counts=True)
    frequent = words[np.argsort(-counts, kind="stable")][:MAX_COLUMNS]
    column = np.array(values, dtype=object).astype(str)
    return {
        say("{column} = {value}", column=as_sentence(name), value=word[:20]): (
            column == word
        ).astype(float)
        for word in frequent.tolist()
        if word
    }
