"""The grid of a study: networks, distances, seeds, and the most updates of each training."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..common.checks import integer, shorten
from ..common.messages import say
from ..common.registry import unknown_name
from ..tasks import TASKS
from ..training.experiment import Experiment

MAX_POINTS = 100_000  # points, because each is a file
MAX_UPDATES = 10_000_000
MAX_TEXT_CHARACTERS = 4000  # characters of a text


@dataclass(frozen=True)
class Point:
    """One training of a study: `experiment` for at most `updates` updates.

    row: the index of its network in the study. distance: how many steps back it must remember.
    """

    row: int
    distance: int
    seed: int
    updates: int
    experiment: Experiment

    @cached_property
    def id(self) -> str:
        """A hash of all that decides the result. It covers the values that differ from the task's defaults,
        so that old results stay valid when experiments get a new field."""
        solved = TASKS[self.experiment.task].solved
        text = json.dumps([self.experiment.to_query(), self.updates, solved], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:20]

    @property
    def order(self) -> dict[str, Any]:
        """What a worker needs, ready for JSON: the experiment and the number of updates."""
        return {"experiment": self.experiment.to_dict(), "updates": self.updates}


@dataclass(frozen=True)
class Study:
    """A grid of trainings. Raises ValueError or LookupError with a sentence for impossible values.

    networks: label -> values of an Experiment, a row of the table each. distances: values of the option
    that the task names as its `span`. seeds: of each network and distance. updates: at most so many in each
    training. values: of all experiments. about: texts for the reader, name -> text (see `studies/`).
    """

    task: str
    networks: Mapping[str, Mapping[str, Any]]
    distances: tuple[int, ...]
    seeds: tuple[int, ...]
    updates: int
    values: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    about: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise LookupError(unknown_name("task", self.task, [*tasks_with_goal()]))
        if self.task not in tasks_with_goal():
            raise ValueError(
                say(
                    "task: expected one with a goal that says when it is solved, got {got}. "
                    "Choose one of {tasks}.",
                    got=self.task,
                    tasks=", ".join(tasks_with_goal()),
                )
            )
        for what, values in (
            ("networks", self.networks),
            ("distances", self.distances),
            ("seeds", self.seeds),
        ):
            if not values:
                raise ValueError(
                    say("{what}: expected at least one, got none. Add one.", what=what)
                )
        object.__setattr__(self, "distances", tuple(sorted(set(self.distances))))
        object.__setattr__(self, "seeds", tuple(dict.fromkeys(self.seeds)))
        integer("updates", self.updates, 1, MAX_UPDATES)
        if self.size > MAX_POINTS:
            raise ValueError(
                say(
                    "study: expected at most {most:,} points, got {got:,} "
                    "({networks} networks x {distances} distances x {seeds:,} "
                    "seeds, up to {updates:.1e} updates in all). Take fewer of them.",
                    most=MAX_POINTS,
                    got=self.size,
                    networks=len(self.networks),
                    distances=len(self.distances),
                    seeds=len(self.seeds),
                    updates=self.size * self.updates,
                )
            )
        for row in range(len(self.networks)):  # the others differ in seed and distance only
            for distance in {self.distances[0], self.distances[-1]}:
                self.point(row, distance, self.seeds[0])

    @property
    def span(self) -> str:
        """The option of the task that the distances are values of."""
        return TASKS[self.task].span

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the networks, one for each row."""
        return tuple(self.networks)

    @property
    def size(self) -> int:
        """The number of points."""
        return len(self.networks) * len(self.distances) * len(self.seeds)

    def point(self, row: int, distance: int, seed: int) -> Point:
        """The training of one network, distance and seed."""
        values = {**self.values, **self.networks[self.labels[row]], self.span: distance}
        return Point(
            row, distance, seed, self.updates, Experiment(self.task, **{**values, "seed": seed})
        )

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """All points, seed by seed and the longest distances first, so that no worker starts a long one
        at the end."""
        return tuple(
            self.point(row, distance, seed)
            for seed in self.seeds
            for distance in reversed(self.distances)
            for row in range(len(self.networks))
        )

    @cached_property
    def id(self) -> str:
        """A hash that is equal for studies with the same points and labels."""
        known = {name: v for name, v in self.to_dict().items() if name not in ("title", "about")}
        return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:12]

    def to_dict(self) -> dict[str, Any]:
        """The study ready for JSON."""
        return {
            "title": self.title,
            "about": dict(self.about),
            "task": self.task,
            "values": dict(self.values),
            "networks": {label: dict(values) for label, values in self.networks.items()},
            "distances": list(self.distances),
            "seeds": list(self.seeds),
            "updates": self.updates,
        }

    @classmethod
    def from_dict(cls, data: Any) -> "Study":
        """The study that `to_dict` described. ValueError or LookupError for anything else."""
        required = ("task", "networks", "distances", "seeds", "updates")
        if not isinstance(data, Mapping) or not all(name in data for name in required):
            raise ValueError(
                say(
                    "study: expected {required}, got {got}. Use a file that a study wrote.",
                    required=", ".join(required),
                    got=shorten(data),
                )
            )
        networks, values, about = (data.get(name, {}) for name in ("networks", "values", "about"))
        mappings = all(isinstance(mapping, Mapping) for mapping in (networks, values, about))
        if not mappings or not all(isinstance(v, Mapping) for v in networks.values()):
            raise ValueError(
                say(
                    "networks: expected labels with values, got {got}. "
                    'Write them like {{"LSTM": {{"cell": "lstm"}}}}.',
                    got=shorten(networks),
                )
            )
        for name in ("distances", "seeds"):
            if not isinstance(data[name], list) or len(data[name]) > MAX_POINTS:
                raise ValueError(
                    say(
                        "{what}: expected a list of whole numbers, got {got}. "
                        "Write it like [1, 2, 3].",
                        what=name,
                        got=shorten(data[name]),
                    )
                )
        return cls(
            task=_text("task", data["task"]),
            networks={_text("label", k)[:60]: dict(v) for k, v in networks.items()},
            distances=tuple(integer("distance", d, 1, 10**6) for d in data["distances"]),
            seeds=tuple(integer("seed", s, 0, 2**31 - 1) for s in data["seeds"]),
            updates=data["updates"],
            values=dict(values),
            title=_text("title", data.get("title", "")),
            about={_text("about", k): _text("about", v) for k, v in about.items()},
        )


def _text(what: str, value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT_CHARACTERS:
        raise ValueError(
            say(
                "{what}: expected a text of at most {most} characters, got {got}. Shorten it.",
                what=what,
                most=MAX_TEXT_CHARACTERS,
                got=shorten(value),
            )
        )
    return value


def tasks_with_goal() -> tuple[str, ...]:
    """The names of the tasks that define when they are solved."""
    return tuple(name for name, task in TASKS.items() if task.solved)


def is_solved(task: str, held_out: Mapping[str, float]) -> bool:
    """Whether the held-out metrics, name -> value, reach the task's goal."""
    metric, value = TASKS[task].solved or ("", math.nan)
    score = held_out[metric]
    return score >= value if TASKS[task].higher_is_better else score <= value
