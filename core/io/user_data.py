"""The tasks that a reader's own data fits, and for each other task the reason why it does not."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch

from ..common.checks import shorten
from ..common.messages import say, sentence_of
from ..tasks import TASKS
from ..tasks.base import OwnData
from ..training.evaluation import evaluate
from ..training.trainer import Experiment, Trainer
from .data_reading import read_data

MAX_CHARACTERS = 5_500_000
TRIED_SEQUENCES = 8  # that an untrained network reads before a task is offered
KIND_TITLES: dict[OwnData, str] = {
    "series": "a table with a column of numbers",
    "labelled": "texts or series with a label each",
    "pairs": "pairs of texts with a tab between",
    "running text": "a running text",
}


@dataclass(frozen=True)
class Choices:
    """What the reader chose of the data; each holds for the tasks that have an option for it.

    target: number of the column to predict, from 1; 0 leaves the choice to the reading of the table. inputs: numbers
    of the columns to read, "1,3". sequence: one of several series. label_column: as `target`, of labelled data.
    """

    target: int = 0
    inputs: str = ""
    sequence: str = ""
    label_column: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """Option -> value; a task of one column calls its target `column`."""
        return {**vars(self), "column": self.target}


@dataclass(frozen=True)
class TaskFit:
    """A task and a reader's data.

    experiment: ready to train; None where the data does not fit, with the reason in `problem`. division: how
    the data is split into training and held-out data, and how it is scaled.
    """

    task: str
    title: str
    experiment: Experiment | None
    division: str = ""
    problem: str = ""


NOTHING_CHOSEN = Choices()


@lru_cache(maxsize=4)
def fit_tasks(content: str, choices: Choices = NOTHING_CHOSEN) -> tuple[TaskFit, ...]:
    """One TaskFit for each task that takes a reader's data; those that fit come first, the likeliest before all.

    A task fits when an untrained network has read some of its sequences and everything that its page shows could
    be made. ValueError for an empty or too long text.
    """
    if not content.strip() or len(content) > MAX_CHARACTERS:
        raise ValueError(
            say(
                "data: expected text of at most {most:,} characters, got {got:,}. "
                "Choose another file.",
                most=MAX_CHARACTERS,
                got=len(content),
            )
        )
    kinds = read_data(content).kinds
    fits = [
        _fit(name, content, choices, kinds) for name, task in TASKS.items() if task.own_data_kind
    ]
    return tuple(sorted(fits, key=lambda fit: (fit.experiment is None, *_rank(fit.task, kinds))))


def _rank(name: str, kinds: tuple[OwnData, ...]) -> tuple[int, bool]:
    task = TASKS[name]
    likely = kinds.index(task.own_data_kind) if task.own_data_kind in kinds else len(kinds)
    return likely, not task.takes_any_of_its_kind


def _fit(name: str, content: str, choices: Choices, kinds: tuple[OwnData, ...]) -> TaskFit:
    task, problem = TASKS[name], ""
    option = next(option.name for option in task.options if option.kind == "content")
    known = {option.name for option in task.options}
    chosen = {name: value for name, value in choices.values.items() if name in known and value}
    for settings in task.own_data_settings:
        try:
            experiment = Experiment(task=name, **{option: content}, **chosen, **settings)
            unsuited = _why_unsuited(experiment, kinds)
            if unsuited:
                return TaskFit(name, task.title, None, "", unsuited)
            _draw_once(experiment)
            return TaskFit(name, task.title, experiment, experiment.make_task().division)
        except (ValueError, LookupError) as error:
            problem = problem or sentence_of(error)
    return TaskFit(name, task.title, None, "", problem)


def _why_unsuited(experiment: Experiment, kinds: tuple[OwnData, ...]) -> str:
    """Why data that the task can read is not meant for it; "" where it is."""
    task = experiment.make_task()
    if task.own_data_kind and task.own_data_kind not in kinds:
        return say(
            "data: expected {expected}, got {got}. Choose a task for these.",
            expected=KIND_TITLES[task.own_data_kind],
            got=KIND_TITLES[kinds[0]],
        )
    return task.unsuited


def _draw_once(experiment: Experiment) -> None:
    """What a page draws of an untrained network. ValueError where the task cannot with this data."""
    trainer = Trainer(experiment)  # with the watched sequence
    task = trainer.task
    batch = task.sample(torch.Generator().manual_seed(0), 2)
    with torch.no_grad(), trainer.model.unrecorded():
        task.loss(trainer.model(batch.x, batch.lengths), batch)
    evaluate(trainer.model, task, TRIED_SEQUENCES, 0, {}, TRIED_SEQUENCES)
    task.baselines  # noqa: B018 (they are computed at first use)


def curve_to_csv(values: list[float]) -> str:
    """A drawn curve as the text of a one-column CSV file. ValueError for values that are no numbers."""
    if not all(isinstance(v, int | float) and abs(v) <= 1e6 for v in values):
        raise ValueError(
            say("curve: expected numbers, got {got}. Draw it again.", got=shorten(values))
        )
    return "\n".join(["drawn", *(f"{v:.4f}" for v in values)])
