"""The claims of a lesson, held against figures; and the figures of a world in which its effect is gone."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .lesson import Claim, Effect, Figure

Figures = Mapping[str, Figure]


def holds(claim: Claim, figures: Figures) -> bool:
    """Whether the figures say what the claim says. KeyError: one that it names is missing."""
    values = figures[claim.effect].values
    if claim.at_least is not None or claim.at_most is not None:
        kept = [
            (claim.at_least is None or value >= claim.at_least)
            and (claim.at_most is None or value <= claim.at_most)
            for value in values
        ]
        if sum(kept) < min(claim.needed or len(values), len(values)):
            return False
    if claim.above:
        highest = max(figures[claim.above].values)
        if min(values) <= highest * claim.times + claim.by:
            return False
    if claim.near:
        distance = statistics.median(values) - statistics.median(figures[claim.near].values)
        return abs(distance) <= claim.within
    return True


def without_effect(
    claim: Claim, effects: Mapping[str, Effect], figures: Figures
) -> Iterator[dict[str, Figure]]:
    """Figures as they would be if the effect were taken away: one of these must break the claim.

    Two effects change places; else an effect has the figures of the one that it is `against`, or of `chance`, or, where
    the lesson names neither, of each other one in turn.
    """
    effect = effects[claim.effect]
    if claim.above:
        yield _exchange(figures, claim.effect, claim.above)
    elif effect.against:
        yield _exchange(figures, claim.effect, effect.against)
    elif effect.chance is not None:
        seeds = len(figures[effect.name].values)
        chance = replace(figures[effect.name], values=(effect.chance,) * seeds)
        yield {**figures, effect.name: chance}
    else:
        for name in figures:
            if name not in (claim.effect, claim.near):
                yield _exchange(figures, claim.effect, name)


def _exchange(figures: Figures, one: str, other: str) -> dict[str, Figure]:
    return {**figures, one: figures[other], other: figures[one]}


def broken(claims: Sequence[Claim], figures: Figures) -> list[Claim]:
    """The claims that do not hold."""
    return [claim for claim in claims if not holds(claim, figures)]
