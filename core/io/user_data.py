"""The tasks that a reader's own data fits, and for each other task the reason why it does not."""

from dataclasses import dataclass

from ..cells import USUAL
from ..common.checks import shorten
from ..tasks import TASKS
from ..training.trainer import Experiment

MAX_CHARACTERS = 2_000_000
# Settings for a series that may be short; the tasks' defaults are for thousands of values.
SHORT_SERIES_SETTINGS = {
    **{"cell": USUAL, "hidden_size": 32, "num_layers": 1, "dropout": 0.0, "batch_size": 32},
    **{"optimizer": "adam", "learning_rate": 0.003, "initialization": "torch", "clipping": "norm"},
}
TEXT_TASKS = ("text", "words")  # these fit any text, so they are offered last
WINDOW_LENGTHS = (24, 12, 6, 3, 1)  # values in a window; the longest that fits is taken


@dataclass(frozen=True)
class Fit:
    """A task and a reader's data.

    experiment: ready to train; None where the data does not fit, with the reason in `problem`. division: how
    the data is split into training and held-out data, and how it is scaled.
    """

    task: str
    title: str
    experiment: Experiment | None
    division: str = ""
    problem: str = ""


def fits(content: str) -> list[Fit]:
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
    return sorted(answers, key=lambda fit: (fit.experiment is None, fit.task in TEXT_TASKS))


def _fit(name: str, option: str, content: str) -> Fit:
    task, problem = TASKS[name], ""
    settings = [{}]
    if name in ("load", "air_quality"):
        forecast = {"lead": 1} if name == "load" else {"horizon": 1}
        settings = [
            {**SHORT_SERIES_SETTINGS, **forecast, "length": length} for length in WINDOW_LENGTHS
        ]
    elif option == "corpus":
        settings = [{}, {"length": 10}, {"length": 3}]
    for values in settings:
        try:
            experiment = Experiment(task=name, **{option: content}, **values)
            return Fit(name, task.title, experiment, experiment.make_task().division)
        except (ValueError, LookupError) as error:
            problem = problem or str(error)
    return Fit(name, task.title, None, "", problem)


def series(values: list[float]) -> str:
    """A drawn curve as the text of a one-column CSV file. ValueError for values that are no numbers."""
    if not all(isinstance(v, int | float) and abs(v) <= 1e6 for v in values):
        raise ValueError(f"curve: expected numbers, got {shorten(values)}. Draw it again.")
    return "\n".join(["drawn", *(f"{v:.4f}" for v in values)])
