"""Sentences in which the next word says what a word was: "he said teddy roosevelt ...", "he said teddy bears ...".

All in lower case, since a capital letter would give the answer away. Nothing before an ambiguous word tells which it is.
"""

import random
from functools import cache
from typing import NamedTuple

SEED = 1919
PAIRS, HELD_OUT_PAIRS = 2000, 200  # of sentences that begin alike: a name in one, none in the other
HELD_OUT_SHARE = 0.2  # of the openings with an ambiguous word, never trained on

OPENINGS = (
    "he said",
    "she said that",
    "the paper wrote that",
    "anna said that",
    "my teacher told us that",
    "peter thinks that",
    "we all know that",
    "tom and anna heard that",
    "a friend of mine wrote that",
    "the man from london said",
    "everybody here says that",
    "maria told tom that",
)
# Ambiguous words, and what they say more about when they are no names.
NOUNS = {
    "teddy": "bears coats",
    "rose": "gardens petals bushes",
    "lily": "ponds petals bulbs",
    "daisy": "chains petals",
    "olive": "trees leaves",
    "ruby": "rings necklaces",
    "pearl": "rings necklaces",
    "amber": "rings lights",
    "penny": "coins sweets",
    "grace": "notes periods",
    "jack": "plugs rabbits",
    "iris": "bulbs petals",
    "violet": "seeds petals",
    "ginger": "biscuits cakes",
    "holly": "bushes leaves",
    "bill": "payments collectors",
}
SURNAMES = ("roosevelt", "miller", "smith", "clark", "jones", "taylor", "wilson", "evans")
OF_PERSONS = (
    "was a great president",
    "was a fine doctor",
    "lives in london",
    "wrote a long letter",
    "has two children",
    "is our new neighbour",
    "came home late",
    "plays the piano",
)
OF_THINGS = (
    "are on sale today",
    "are hard to find",
    "were very cheap",
    "look nice on the table",
    "cost too much",
    "are all sold",
    "were in the news",
    "make good presents",
)
ALWAYS_NAMES = frozenset(("anna", "peter", "tom", "maria", "london", *SURNAMES))
WORDS = tuple(
    sorted(
        {
            word
            for part in (*OPENINGS, *NOUNS, *NOUNS.values(), *SURNAMES, *OF_PERSONS, *OF_THINGS)
            for word in part.split()
        }
    )
)


class Pair(NamedTuple):
    """Two sentences that are the same up to the ambiguous word, word by word."""

    of_a_person: tuple[str, ...]
    of_things: tuple[str, ...]


@cache
def make_pairs() -> tuple[tuple[Pair, ...], tuple[Pair, ...]]:
    """(trained on, held out): no opening stands before the same ambiguous word in both."""
    chance = random.Random(SEED)
    beginnings = [(opening, word) for opening in OPENINGS for word in NOUNS]
    chance.shuffle(beginnings)
    cut = round(HELD_OUT_SHARE * len(beginnings))
    return (
        tuple(_make_pair(beginnings[cut:], chance) for _ in range(PAIRS)),
        tuple(_make_pair(beginnings[:cut], chance) for _ in range(HELD_OUT_PAIRS)),
    )


def _make_pair(beginnings: list[tuple[str, str]], chance: random.Random) -> Pair:
    opening, word = chance.choice(beginnings)
    nouns = NOUNS[word].split()
    person = f"{opening} {word} {chance.choice(SURNAMES)} {chance.choice(OF_PERSONS)}"
    things = f"{opening} {word} {chance.choice(nouns)} {chance.choice(OF_THINGS)}"
    return Pair(tuple(person.split()), tuple(things.split()))


def is_name(words: tuple[str, ...], place: int) -> bool | None:
    """Whether the word there is a name; None where an ambiguous word is the last one: nobody knows."""
    word = words[place]
    if word not in NOUNS:
        return word in ALWAYS_NAMES
    return words[place + 1] in SURNAMES if place + 1 < len(words) else None
