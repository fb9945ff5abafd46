"""Relative clauses of an exact number of words: "already ate a bunch of food by the old door".

A clause is a walk from place to place; each arrow says one word. All verbs are in the past tense and no word is "its" or
"their", so nothing in a clause tells whether it speaks of one or of several.
"""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

# place -> its arrows: words that are as likely as each other, and the place they lead to.
ARROWS: dict[str, tuple[tuple[str, str], ...]] = {
    "clause": (("already", "verb"), ("ate", "meal"), ("slept sat", "rest")),
    "verb": (("ate", "meal"), ("slept sat", "rest")),
    "rest": (("by behind", "near"), ("today", "today")),
    "meal": (("food fish", "eaten"), ("a", "a meal"), ("the", "the meal")),
    "a meal": (("bunch", "bunch"), ("fish", "eaten"), ("small", "fish"), ("very", "very fish")),
    "the meal": (("food fish", "eaten"), ("old small", "fish"), ("very", "very fish")),
    "bunch": (("of", "food"),),
    "food": (("food fish", "eaten"),),
    "very fish": (("old small", "fish"),),
    "fish": (("fish", "eaten"),),
    "eaten": (("by behind", "near"), ("today", "today"), ("and", "then")),
    "near": (("a", "a thing"), ("the", "the thing")),
    "a thing": (("door house fence", "there"), ("small", "old thing"), ("very", "very thing")),
    "the thing": (
        ("door house fence", "there"),
        ("old small", "old thing"),
        ("very", "very thing"),
    ),
    "very thing": (("old small", "old thing"),),
    "old thing": (("door house fence", "there"),),
    "there": (("of", "wood"), ("by behind", "nearer"), ("today", "today"), ("and", "then")),
    "wood": (("wood", "timber"),),
    "timber": (("by behind", "nearer"), ("today", "today"), ("and", "then")),
    "nearer": (("a the", "last thing"),),
    "last thing": (("door house fence", "end"),),
    "end": (("today", "today"), ("and", "then")),
    "today": (),
    "then": (("then", "verb"), ("ate", "meal"), ("slept sat", "rest")),
}
ENDS = ("rest", "eaten", "there", "timber", "end", "today")  # where a clause may end
PLACES = tuple(ARROWS)
CLAUSE_WORDS = tuple(
    dict.fromkeys(
        word for arrows in ARROWS.values() for words, _ in arrows for word in words.split()
    )
)


@lru_cache(maxsize=512)
def _walks(remaining: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Where a walk may go that has to end after `remaining` more words.

    -> (bool [places] whether it can end in time, int [places] the number of arrows that do, and for each place
    these arrows: int [places, arrows] the word, the next place).
    """
    if remaining == 0:
        can_end = np.array([place in ENDS for place in PLACES])
        nothing = np.zeros((len(PLACES), 1), dtype=np.int64)
        return can_end, nothing[:, 0], nothing, nothing
    in_time = _walks(remaining - 1)[0]
    arrows = [
        [
            (CLAUSE_WORDS.index(word), PLACES.index(place))
            for words, place in ARROWS[here]
            if in_time[PLACES.index(place)]
            for word in words.split()
        ]
        for here in PLACES
    ]
    counts = np.array([len(each) for each in arrows])
    table = np.zeros((2, len(PLACES), counts.max()), dtype=np.int64)
    for here, each in enumerate(arrows):
        for k, arrow in enumerate(each):
            table[:, here, k] = arrow
    return counts > 0, counts, table[0], table[1]


def random_clauses(words: int, number: int, generator: torch.Generator) -> Tensor:
    """`number` clauses of exactly so many words: int64 [words, number], indices into CLAUSE_WORDS.

    At each place every word that can still come to an end in time is as likely as the others.
    """
    chance = torch.rand(words, number, dtype=torch.float64, generator=generator).numpy()
    place = np.full(number, PLACES.index("clause"))
    clauses = np.empty((words, number), dtype=np.int64)
    for said in range(words):
        _, counts, word, then = _walks(words - said)
        arrow = (chance[said] * counts[place]).astype(np.int64)
        clauses[said] = word[place, arrow]
        place = then[place, arrow]
    return torch.from_numpy(clauses)
