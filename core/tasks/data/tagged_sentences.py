"""Sentences of a small English grammar, and the part of speech of each of their words.

Many words are two parts of speech ("they plan the visit", "they visit the plan"), and what stands beside them says which
one they are. For most the word before is enough; "her" needs the one after it ("they call her", "they call her dog").
"""

import random
from functools import cache

SEED = 1971
SENTENCES, HELD_OUT_SENTENCES = 4000, 400
HELD_OUT_SHARE = 0.2  # of the verbs with an object noun, never trained on together

DETERMINER, ADJECTIVE, NOUN, VERB = "determiner", "adjective", "noun", "verb"
ADVERB, PRONOUN, PREPOSITION = "adverb", "pronoun", "preposition"
PARTS_OF_SPEECH = (DETERMINER, ADJECTIVE, NOUN, VERB, ADVERB, PRONOUN, PREPOSITION)

SUBJECTS = ("i", "you", "we", "they")
PEOPLE = ("children", "teachers", "doctors", "friends", "neighbours")  # subjects with a determiner
HER = "her"  # determiner or pronoun
DETERMINERS = ("the", "my", "this", "our", HER)
BEFORE_PEOPLE = ("the", "my", "our", HER)
ADJECTIVES = ("old", "new", "small", "long")
OF_PEOPLE = ("old", "new", "kind", "young")  # adjectives
THINGS = ("house", "garden", "letter", "dog", "song", "film")
EITHER = (  # nouns and verbs
    *("answer", "call", "dance", "dream", "drink", "help"),
    *("love", "paint", "plan", "play", "visit", "watch"),
)
ADJECTIVES_OR_VERBS = ("clean", "open", "warm")
VERBS = ("see", "like", *EITHER, *ADJECTIVES_OR_VERBS)
OBJECTS = (*THINGS, *EITHER)
USUALLY = ("often", "always", "never")  # before the verb
AT_THE_END = ("today", "here", "again")
PREPOSITIONS = ("after", "before", "near", "with")
PARTS = {
    **dict.fromkeys((*SUBJECTS, "me", "them"), PRONOUN),
    **dict.fromkeys(DETERMINERS, DETERMINER),
    **dict.fromkeys((*ADJECTIVES, *OF_PEOPLE), ADJECTIVE),
    **dict.fromkeys((*PEOPLE, *THINGS), NOUN),
    **dict.fromkeys(("see", "like"), VERB),
    **dict.fromkeys((*USUALLY, *AT_THE_END), ADVERB),
    **dict.fromkeys(PREPOSITIONS, PREPOSITION),
}
AMBIGUOUS = frozenset((HER, *EITHER, *ADJECTIVES_OR_VERBS))
AFTER_DETERMINER = frozenset((*ADJECTIVES, *OF_PEOPLE, *ADJECTIVES_OR_VERBS, *OBJECTS, *PEOPLE))
WORDS = tuple(sorted({*PARTS, *AMBIGUOUS}))


@cache
def make_sentences() -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
    """(trained on, held out): no verb stands before the same object in both."""
    chance = random.Random(SEED)
    pairs = [(verb, noun) for verb in VERBS for noun in OBJECTS if verb != noun]
    chance.shuffle(pairs)
    cut = round(HELD_OUT_SHARE * len(pairs))
    return (
        _draw_sentences(SENTENCES, pairs[cut:], chance),
        _draw_sentences(HELD_OUT_SENTENCES, pairs[:cut], chance),
    )


def _draw_sentences(
    number: int, pairs: list[tuple[str, str]], chance: random.Random
) -> tuple[tuple[str, ...], ...]:
    """So many different sentences with these verbs and objects."""
    sentences: dict[tuple[str, ...], None] = {}
    while len(sentences) < number:
        sentences[tuple(_draw_sentence(*chance.choice(pairs), chance))] = None
    return tuple(sentences)


def _draw_sentence(verb: str, noun: str, chance: random.Random) -> list[str]:
    subject = [chance.choice(SUBJECTS)]
    if chance.random() < 0.5:
        adjective = _sometimes(OF_PEOPLE, 0.5, chance)
        subject = [chance.choice(BEFORE_PEOPLE), *adjective, chance.choice(PEOPLE)]
    words = [*subject, *_sometimes(USUALLY, 0.3, chance), verb]
    with_pronoun = chance.random() < 0.25
    words += [chance.choice((HER, "them"))] if with_pronoun else _with_determiner(noun, chance)
    if with_pronoun or chance.random() < 0.4:
        place = _with_determiner(noun if with_pronoun else chance.choice(THINGS), chance)
        words += [chance.choice(PREPOSITIONS), *place]
    elif chance.random() < 0.3:
        words += [chance.choice(PREPOSITIONS), chance.choice((HER, "me"))]
    return words + _sometimes(AT_THE_END, 0.4, chance)


def _with_determiner(noun: str, chance: random.Random) -> list[str]:
    adjectives = (*ADJECTIVES, *ADJECTIVES_OR_VERBS)
    return [chance.choice(DETERMINERS), *_sometimes(adjectives, 0.5, chance), noun]


def _sometimes(words: tuple[str, ...], share: float, chance: random.Random) -> list[str]:
    return [chance.choice(words)] if chance.random() < share else []


def name_parts(words: tuple[str, ...]) -> tuple[str, ...]:
    """The part of speech of each word: of an ambiguous one what its neighbours make of it."""
    parts: list[str] = []
    for place, word in enumerate(words):
        before = parts[-1] if parts else ""
        if word == HER:
            after = words[place + 1] if place + 1 < len(words) else ""
            parts.append(DETERMINER if after in AFTER_DETERMINER else PRONOUN)
        elif word in EITHER:
            parts.append(NOUN if before in (DETERMINER, ADJECTIVE) else VERB)
        elif word in ADJECTIVES_OR_VERBS:
            parts.append(ADJECTIVE if before == DETERMINER else VERB)
        else:
            parts.append(PARTS[word])
    return tuple(parts)
