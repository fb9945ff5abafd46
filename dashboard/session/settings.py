"""The reader's settings: the experiment, the comparison, the study, and the letters of the formulas.

Each is held here alone: a control shows its part of it and, when changed, sets a changed copy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.common.messages import sentence_of
from core.studies.comparison import Comparison, make_trio
from core.training.experiment import Experiment
from core.training.presets import OPENING, PRESETS
from dashboard.session.state import state
from dashboard.session.study_settings import StudySettings


@dataclass
class Settings:
    """None: not needed yet. complaints: sentences over the page, about the experiment or comparison.

    notation: the reader's book, a name in dashboard.figures.books.NOTATIONS. comparison_begins_anew: its runs do, also
    where there are some of this comparison.
    """

    experiment: Experiment | None = None
    complaints: list[str] = field(default_factory=list)
    comparison: Comparison | None = None
    comparison_complaints: list[str] = field(default_factory=list)
    comparison_begins_anew: bool = False
    study: StudySettings | None = None
    notation: str = "torch"


def experiment() -> Experiment:
    """The experiment of this session: at first the one that the link describes, or the example that opens the app."""
    settings = state(Settings)
    if settings.experiment is None:
        settings.experiment = PRESETS[OPENING].experiment
    return settings.experiment


def choose_experiment(experiment: Experiment, complaints: Iterable[str] = ()) -> None:
    """Sets the session's experiment, and the sentences over the page about it."""
    settings = state(Settings)
    settings.experiment, settings.complaints = experiment, list(complaints)


def change_experiment(changes: Mapping[str, Any]) -> None:
    """Sets some of the experiment's values; of values that do not go together, a sentence over the page alone."""
    try:
        choose_experiment(experiment().but(**changes))
    except (ValueError, LookupError) as error:
        refuse_change(error)


def refuse_change(error: Exception) -> None:
    """Says over the page why the experiment stays as it is."""
    state(Settings).complaints = [sentence_of(error)]


def comparison() -> Comparison:
    """The comparison of this session: at first that of the link, else of the present experiment."""
    settings = state(Settings)
    if settings.comparison is None:
        trio, complaints = trio_of(settings.experiment or Experiment())
        choose_comparison(trio, [*settings.comparison_complaints, *complaints])
        assert settings.comparison is not None
    return settings.comparison


def choose_comparison(comparison: Comparison, complaints: Iterable[str] = ()) -> None:
    """Sets the session's comparison, and the sentences over the page about it."""
    settings = state(Settings)
    settings.comparison, settings.comparison_complaints = comparison, list(complaints)


def trio_of(experiment: Experiment) -> tuple[Comparison, list[str]]:
    """The three cells with all else as in the experiment; of the default one, and why, where that fails."""
    try:
        return make_trio(experiment), []
    except (ValueError, LookupError) as error:
        return make_trio(Experiment()), [sentence_of(error)]


def study() -> StudySettings:
    """The study of this session: at first that of the link, or the clearest of the shipped ones."""
    settings = state(Settings)
    if settings.study is None:
        settings.study = StudySettings()
    return settings.study


def notation() -> str:
    """The reader's book, a name in dashboard.figures.books.NOTATIONS."""
    return state(Settings).notation
