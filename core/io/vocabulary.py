"""A model's vocabulary from a reader's file, and texts as its symbols.

    vocabulary = read_vocabulary('{"<pad>": 0, "the": 1}')      # or a JSON list, or one token a line
    ids, symbols = encode(text, "word", vocabulary, rows=1000)

Sentences begin with the label of the field.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from ..common.messages import say
from ..tasks.data.corpus import RARE_CHARACTER
from ..tasks.data.scripts import UNKNOWN_WORD
from .user_sequences import MAX_STEPS

MAX_TOKENS = 1_000_000
UNITS = (
    "word",
    "character",
    "id",
)  # how a text is cut into symbols: at spaces, by character, numbers themselves
# What stands for a symbol that is not known; the first two are this app's own.
UNKNOWN_TOKENS = (
    *(RARE_CHARACTER, UNKNOWN_WORD),
    *("[UNK]", "<UNK>", "UNK", "unk", "<oov>", "<OOV>"),
)
START_TOKENS = (
    "<s>",
    "<sos>",
    "<bos>",
    "<start>",
    "[CLS]",
    "[BOS]",
    "<S>",
    "<SOS>",
    "SOS",
    "<BOS>",
)
END_TOKENS = ("</s>", "<eos>", "<end>", "[SEP]", "[EOS]", "<EOS>", "EOS", "<E>")
NESTED = ("vocab", "token_to_id", "stoi", "word2idx", "char2idx", "word_to_id")
NO_TARGET = "?"  # of a step that has none
TEXT = say("Text")  # the label of the field where it is typed


@dataclass(frozen=True)
class Vocabulary:
    """ids: token -> its number. Without any, symbols are numbers themselves."""

    ids: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def names(self) -> dict[int, str]:
        """Number -> token."""
        return {number: token for token, number in self.ids.items()}

    @property
    def unknown(self) -> str:
        """The token for what is not in it; "" where there is none."""
        return next((token for token in UNKNOWN_TOKENS if token in self.ids), "")

    def first_of(self, tokens: tuple[str, ...]) -> int | None:
        """The number of the first of these tokens that it has."""
        return next((self.ids[token] for token in tokens if token in self.ids), None)

    def labels(self, outputs: int) -> tuple[str, ...]:
        """A name for each of so many outputs, () where it has none for them."""
        names = self.names
        if not names or max(names) >= outputs:
            return ()
        return tuple(names.get(k, str(k)) for k in range(outputs))


EMPTY = Vocabulary({})


def read_vocabulary(text: str) -> Vocabulary:
    """The tokens: JSON (a list, token -> number, number -> token, also inside "vocab" or the like), else one a line.

    Of a single line without spaces its characters are the tokens. ValueError for a token or number that comes twice,
    and for JSON of another form.
    """
    if not text.strip("\r\n\ufeff"):
        return EMPTY
    text = text.removeprefix("\ufeff")
    entries = _read_json(text)
    if entries is None:
        lines = [line.rstrip("\r") for line in text.split("\n")]
        lines = lines[:-1] if lines[-1] == "" else lines
        is_line = len(lines) == 1 and not re.search(r"\S\s+\S", lines[0])
        entries = list(lines[0]) if is_line else lines[0].split() if len(lines) == 1 else lines
    if isinstance(entries, list):
        if not all(isinstance(token, str | int) for token in entries):
            raise _misfit(say("a list of tokens"), say("a list of other things"))
        entries = _strip_counts([str(token) for token in entries])
        pairs = [(token, number) for number, token in enumerate(entries)]
    else:
        pairs = list(entries.items())
    if not 1 <= len(pairs) <= MAX_TOKENS:
        raise _misfit(say("1 to {most:,} tokens", most=MAX_TOKENS), f"{len(pairs):,}")
    ids: dict[str, int] = {}
    numbers: set[int] = set()
    for token, number in pairs:
        if token in ids or number in numbers:
            raise _misfit(
                say("a token for each number, each once"), say("{token!r} twice", token=token[:40])
            )
        ids[token] = number
        numbers.add(number)
    return Vocabulary(ids)


def _read_json(text: str) -> list | dict[str, int] | None:
    """What JSON holds; None where the text is none. ValueError for JSON that is no vocabulary."""
    if text.strip()[:1] not in ("{", "["):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        if re.match(r'\s*[\[{]\s*"', text):
            raise _misfit(
                say("a list of tokens, or a number for each token"), say("broken JSON")
            ) from None
        return None  # brackets may be tokens
    for _ in range(3):
        inner = [value[key] for key in NESTED if isinstance(value, dict) and key in value]
        inner += [value["model"]] if isinstance(value, dict) and _has(value, "model") else []
        if not inner or isinstance(inner[0], int):
            break
        value = inner[0]
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and value:
        if all(type(number) is int and number >= 0 for number in value.values()):
            return value
        if all(key.isdecimal() for key in value) and all(
            isinstance(v, str) for v in value.values()
        ):
            return {token: int(number) for number, token in value.items()}
    raise _misfit(say("a list of tokens, or a number for each token"), say("JSON of another form"))


def _has(value: dict, key: str) -> bool:
    return isinstance(value.get(key), dict) and any(name in value[key] for name in NESTED)


def _strip_counts(lines: list[str]) -> list[str]:
    """Tokens alone, where each line is a token, a tab or space, and its number or count."""
    rows = [re.fullmatch(r"(\S+)[\t ]+(\d+)", line) for line in lines]
    return [row[1] for row in rows if row] if lines and all(rows) else lines


def encode(
    text: str, unit: str, vocabulary: Vocabulary, rows: int, field: str = TEXT
) -> tuple[Tensor, tuple[str, ...]]:
    """The text's symbols: (their numbers int64 [T], a label for each).

    rows: the numbers that there are, 0 to rows - 1. ValueError for a symbol outside of them, for none, and for more
    than the steps that are read. A symbol that is not in the vocabulary is its token for unknown ones where it has one.
    """
    symbols = split(text, unit)
    if not 1 <= len(symbols) <= MAX_STEPS:
        raise ValueError(
            say(
                "{what}: expected 1 to {most} symbols, got {got}. {cure}.",
                what=field,
                most=MAX_STEPS,
                got=len(symbols),
                cure=say("Type something") if not symbols else say("Type fewer"),
            )
        )
    names = vocabulary.names
    numbers = [number_of(symbol, unit, vocabulary, rows, field) for symbol in symbols]
    if unit == "id":
        symbols = [names.get(number, str(number)) for number in numbers]
    return torch.tensor(numbers), tuple(symbols)


def unknown_symbols(text: str, unit: str, vocabulary: Vocabulary) -> list[str]:
    """The symbols of the text that are read as the token for unknown ones, each once."""
    if unit == "id" or not vocabulary.unknown:
        return []
    return [s for s in dict.fromkeys(split(text, unit)) if s not in vocabulary.ids]


def split(text: str, unit: str) -> list[str]:
    """The symbols of a text: words, characters, or numbers between spaces and commas."""
    if unit == "character":
        return list(text)
    return text.split() if unit == "word" else re.findall(r"[^\s,;\[\]()]+", text)


def number_of(symbol: str, unit: str, vocabulary: Vocabulary, rows: int, field: str = TEXT) -> int:
    """The number of one symbol. ValueError for one that has none."""
    if unit == "id" or (not vocabulary and symbol.isdecimal()):
        if not re.fullmatch(r"\d{1,9}", symbol) or int(symbol) >= rows:
            raise ValueError(
                say(
                    "{what}: expected whole numbers from 0 to {last}, got {got!r}. Write another one.",
                    what=field,
                    last=rows - 1,
                    got=symbol[:40],
                )
            )
        return int(symbol)
    if not vocabulary:
        raise ValueError(
            say(
                "{what}: expected a vocabulary for words and characters, got none. Upload it above, or write the symbols’ numbers.",
                what=field,
            )
        )
    token = symbol if symbol in vocabulary.ids else vocabulary.unknown
    if not token:
        some = " ".join(list(vocabulary.ids)[:5])
        raise ValueError(
            say(
                "{what}: expected symbols of the vocabulary ({vocabulary} …), got {got!r}. Write another "
                "one in its place.",
                what=field,
                vocabulary=some[:40],
                got=symbol[:40],
            )
        )
    if vocabulary.ids[token] >= rows:
        raise ValueError(
            say(
                "Vocabulary: expected numbers from 0 to {last}, as the model has rows, got {got} for {token!r}. "
                "Take the vocabulary that the model was trained with.",
                last=rows - 1,
                got=vocabulary.ids[token],
                token=token[:40],
            )
        )
    return vocabulary.ids[token]


def _misfit(expected: str, got: str) -> ValueError:
    return ValueError(
        say(
            "Vocabulary: expected {expected}, got {got}. Save it as a JSON list, or one token a line in the order of your model.",
            expected=expected,
            got=got,
        )
    )
