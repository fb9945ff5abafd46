"""The tasks that a reader's own data fits, and for each other task the reason why it does not."""

from dataclasses import dataclass

from ..common.checks import shorten
from ..tasks import TASKS
from ..training.trainer import Experiment

MAX_CHARACTERS = 2_000_000


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


def fit_tasks(content: str) -> list[TaskFit]:
    """One Fit for each task that takes a reader's data; those that fit come first.

    ValueError for an empty or too long text.
    """
    if not content.strip() or len(content) > MAX_CHARACTERS:
        raise ValueError(
            f"data: expected text of at most {MAX_CHARACTERS:,} characters, got {len(content):,}. "
            "Choose another file."
        )
    answers = []
    for name, task in TASKS.items():
        option = next((o.name for o in task.options if o.kind == "content"), None)
        if option is not None:
            answers.append(_fit(name, option, content))
    return sorted(answers, key=lambda fit: (fit.experiment is None, TASKS[fit.task].own_data_order))


def _fit(name: str, option: str, content: str) -> TaskFit:
    task, problem = TASKS[name], ""
    for values in task.own_data_settings:
        try:
            experiment = Experiment(task=name, **{option: content}, **values)
            return TaskFit(name, task.title, experiment, experiment.make_task().division)
        except (ValueError, LookupError) as error:
            problem = problem or str(error)
    return TaskFit(name, task.title, None, "", problem)


def curve_to_csv(values: list[float]) -> str:
    """A drawn curve as the text of a one-column CSV file. ValueError for values that are no numbers."""
    if not all(isinstance(v, int | float) and abs(v) <= 1e6 for v in values):
        raise ValueError(f"curve: expected numbers, got {shorten(values)}. Draw it again.")
    return "\n".join(["drawn", *(f"{v:.4f}" for v in values)])
