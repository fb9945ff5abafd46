"""Settings that the first updates of a run were made with, where it went back and on with others.

    trainer.earlier     # ((25, {"clipping": "off", "clip_at": 1.0, "learning_rate": 1000.0}),)

Each entry: the last update that was made so, and what differs from then on.
"""

from typing import Any

from ..common.checks import integer, shorten
from .experiment import Experiment

Earlier = tuple[tuple[int, dict[str, Any]], ...]
CHANGEABLE = ("clipping", "clip_at", "learning_rate")  # without making another network
MOST = 1000  # entries in a saved run


def after(earlier: Earlier, experiment: Experiment, index: int) -> Earlier:
    """`earlier` of a run that was trained as `experiment` up to update `index`, and now goes on otherwise."""
    if index <= (earlier[-1][0] if earlier else 0):
        return earlier
    return (*earlier, (index, {name: getattr(experiment, name) for name in CHANGEABLE}))


def in_words(earlier: Earlier) -> str:
    """One line, "" when all updates were made alike."""
    told, first = [], 1
    for last, settings in earlier:
        said = ", ".join(f"{name} {value}" for name, value in settings.items())
        told.append(f"updates {first} to {last} with {said}")
        first = last + 1
    return "; ".join(told)


def from_json(said: Any, experiment: Experiment) -> Earlier:
    """What JSON made of it, of a run that goes on as `experiment`. ValueError for anything else."""
    if not isinstance(said, list) or len(said) > MOST:
        raise ValueError(f"earlier: expected at most {MOST} entries, got {shorten(said)}.")
    found: list[tuple[int, dict[str, Any]]] = []
    for entry in said:
        if not (
            isinstance(entry, list)
            and len(entry) == 2
            and isinstance(entry[1], dict)
            and entry[1].keys() == set(CHANGEABLE)
        ):
            raise ValueError(
                f"earlier: expected [update, {{{', '.join(CHANGEABLE)}}}], got {shorten(entry)}."
            )
        experiment.but(**entry[1])  # checks each value
        low = found[-1][0] + 1 if found else 1
        found.append((integer("update", entry[0], low, 10**12), entry[1]))
    return tuple(found)
