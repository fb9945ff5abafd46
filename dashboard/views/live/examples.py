"""The examples of the course, for the player: the one that runs, where to look, and all of them in their groups."""

from dataclasses import asdict
from typing import Any

from core.training.experiment import Experiment
from core.training.look_text import Link, Part, parse_look
from core.training.presets import GROUPS, PRESETS, name_of_preset
from dashboard.common.i18n import _
from dashboard.session.course import lesson_now
from dashboard.session.live_run import LiveRun
from dashboard.session.simplification import simplification

# Verbs of links that a lesson with fixed settings does not offer.
CHANGES_THE_RUN = ("example", "hold")


def describe_example(live: LiveRun) -> dict[str, Any] | None:
    """The card beside the player: the present example, or the nearest one of this task.

    None: inside a lesson of the course, which says itself where to look; or a teacher's link has fixed the settings,
    and they are no example's. name: "" where they are none. number: its
    place among all, from 1. before, after, nearest: (name, title); None where a link has fixed the settings.
    """
    if lesson_now() is not None:
        return None
    experiment, is_fixed = live.trainer.experiment, simplification().guided
    name = name_of_preset(experiment)
    if name is None:
        nearest = None if is_fixed else nearest_example(experiment)
        if nearest is None:
            return None
        return {"name": "", "nearest": _title_of(nearest), "groups": list_groups()}
    names = list(PRESETS)
    k = names.index(name)
    parts = [_for_player(part) for part in parse_look(_(PRESETS[name].look))]
    card = {"name": name, "title": _(PRESETS[name].title), "number": k + 1, "parts": parts}
    if is_fixed:
        return card
    before, after = names[k - 1], names[(k + 1) % len(names)]
    return card | {
        "before": _title_of(before),
        "after": _title_of(after),
        "groups": list_groups(),
    }


def nearest_example(experiment: Experiment) -> str | None:
    """The example of the same task with the fewest other settings; None where the task has none."""
    values = experiment.to_dict()

    def count_differences(name: str) -> int:
        other = PRESETS[name].experiment.to_dict()
        return sum(values.get(key) != other.get(key) for key in values.keys() | other.keys())

    names = [name for name, preset in PRESETS.items() if preset.query["task"] == experiment.task]
    return min(names, key=count_differences, default=None)


def list_groups() -> list[dict[str, Any]]:
    """The gallery: each group's title, and of its examples name, title and line."""
    return [
        {
            "title": _(group).capitalize(),
            "examples": [
                [name, _(preset.title), _(preset.line)]
                for name, preset in PRESETS.items()
                if preset.group == group
            ],
        }
        for group in GROUPS
    ]


def _title_of(name: str) -> tuple[str, str]:
    return name, _(PRESETS[name].title)


def _for_player(part: Part) -> str | dict[str, str]:
    """A link as JSON; as its words alone where it would change what a lesson has fixed."""
    if not isinstance(part, Link):
        return part
    if simplification().guided and part.verb in CHANGES_THE_RUN:
        return part.text
    return asdict(part)
