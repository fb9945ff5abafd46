"""Which tasks a reader's own data fits: each task that takes data is asked, and answers or says why not."""

from dataclasses import dataclass

from ..common.checks import shorten
from ..tasks import TASKS
from ..training.trainer import Experiment

MOST_CHARACTERS = 2_000_000


@dataclass(frozen=True)
class Fit:
    """experiment: ready to train, or None with the sentence that says why the data does not fit.

    division: what is learnt from, what judges, how it is scaled.
    """

    task: str
    title: str
    experiment: Experiment | None
    division: str = ""
    problem: str = ""


def fits(content: str) -> list[Fit]:
    """One answer for each task that takes data of one's own; those that fit come first."""
    if not content.strip() or len(content) > MOST_CHARACTERS:
        raise ValueError(
            f"data: expected text of at most {MOST_CHARACTERS:,} characters, got {len(content):,}. "
            "Choose another file."
        )
    found = []
    for name, task in TASKS.items():
        option = next((o.name for o in task.options if o.kind == "content"), None)
        if option is not None:
            found.append(_fit(name, option, content))
    return sorted(found, key=lambda fit: (fit.experiment is None, TASKS[fit.task].takes_any_text))


def _fit(name: str, option: str, content: str) -> Fit:
    task, problem = TASKS[name], ""
    for values in task.own_data_settings:
        try:
            experiment = Experiment(task=name, **{option: content}, **values)
            return Fit(name, task.title, experiment, experiment.make_task().division)
        except (ValueError, LookupError) as error:
            problem = problem or str(error)
    return Fit(name, task.title, None, "", problem)


def series(values: list[float]) -> str:
    """A curve as the text of a one-column file. ValueError when it holds what is no number."""
    if not all(isinstance(v, int | float) and abs(v) <= 1e6 for v in values):
        raise ValueError(f"curve: expected numbers, got {shorten(values)}. Draw it again.")
    return "\n".join(["drawn", *(f"{v:.4f}" for v in values)])
