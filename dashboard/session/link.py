"""The link: the only reader and the only writer of what stands behind the "?" of an address.

    /gates?task=adding&cell=lstm &intervene=…&under=1 &notation=uvw &update=200&tab=4 &say=…&hide=seed
           the settings           what is held         the book      the position     the lesson

It is read once, when the session begins, and then belongs to the topics that it speaks of; what makes no sense
in it is left out, with a sentence. From then on it is written, so that the address always leads to what is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.studies.comparison import Comparison
from core.training.experiment import Experiment
from dashboard.figures.books import NOTATIONS
from dashboard.navigation import Page
from dashboard.session import interventions, position, settings
from dashboard.session import lesson as lessons
from dashboard.session.interventions import Interventions
from dashboard.session.lesson import Lesson
from dashboard.session.position import Position, PositionState
from dashboard.session.settings import Settings
from dashboard.session.state import state
from dashboard.session.study_settings import StudySettings

MAX_COMPLAINTS, MAX_PARTS = 3, 100
TOKENS = ("shared", "watched")


@dataclass(frozen=True)
class Link:
    """What a link says. experiment, comparison, study: the one that its page describes, else None.

    shared: leads to a copy of somebody's run; watched: to what a notebook recorded; "" without.
    complaints: a sentence for each part that had to be left out.
    """

    page: Page
    experiment: Experiment | None
    comparison: Comparison | None
    study: StudySettings | None
    held: Interventions
    train_under: bool
    notation: str
    position: Position
    lesson: Lesson
    shared: str
    watched: str
    complaints: list[str] = field(default_factory=list)


@dataclass
class LinkState:
    """Whether the session's link has been read."""

    read: bool = False


# ---------------------------------------------------------------- reading


def restore_from_link(page: Page) -> Link | None:
    """Notes which page is open; at the first of a session reads the link and hands out what it says."""
    state(PositionState).page = page
    mine = state(LinkState)
    if mine.read:
        return None
    mine.read = True
    link = read_link(page, st.query_params.to_dict())
    reader = state(Settings)
    reader.experiment, reader.comparison, reader.study = (
        link.experiment,
        link.comparison,
        link.study,
    )
    reader.notation = link.notation
    if link.study is not None:
        link.study.complaints = link.complaints
    elif page.describes == "comparison":
        reader.comparison_complaints = link.complaints
    else:
        reader.complaints = link.complaints
    interventions.restore_from_link(link.held, link.train_under)
    position.restore_from_link(page, link.position)
    state(lessons.LessonState).lesson = link.lesson
    return link


def read_link(page: Page, query: Mapping[str, str]) -> Link:
    """What a link to this page says; whatever stands in it, there is no error."""
    others = (*lessons.PARAMETERS, *TOKENS, *position.PARAMETERS)
    rest = {name: value for name, value in query.items() if name not in others}
    intervene, under = rest.pop("intervene", ""), rest.pop("under", "")
    notation = rest.pop("notation", "torch")
    experiment = comparison = study = None
    complaints: list[str] = []
    held: Interventions = {}
    if page.describes == "experiment":
        experiment, complaints = read_experiment(rest)
        try:
            held = interventions.from_link(intervene)
        except ValueError as error:
            complaints.append(str(error))
    elif page.describes == "comparison":
        comparison, complaints = read_comparison(rest) if rest else (None, [])
    else:
        study = StudySettings.from_query(rest)
        complaints = study.complaints
    cursor, lost = position.read_position(page, query)
    return Link(
        page,
        experiment,
        comparison,
        study,
        held,
        bool(held) and under == "1",
        notation if notation in NOTATIONS else "torch",
        cursor,
        Lesson.from_query(query),
        query.get("shared", ""),
        query.get("watched", ""),
        complaints + lost,
    )


def read_experiment(query: Mapping[str, str]) -> tuple[Experiment, list[str]]:
    """The experiment of a link, and a sentence for each part of it that had to be left out."""
    try:
        return Experiment.from_query(query), []
    except (ValueError, LookupError) as error:
        complaints = [str(error)]
    good: dict[str, str] = {}
    experiment = Experiment()
    for name in sorted(query, key=lambda key: (key != "task", key != "cell")):
        try:
            experiment = Experiment.from_query(good | {name: query[name]})
            good[name] = query[name]
        except (ValueError, LookupError) as error:
            if str(error) not in complaints:
                complaints.append(str(error))
    return experiment, complaints[:MAX_COMPLAINTS]


def read_comparison(query: Mapping[str, str]) -> tuple[Comparison, list[str]]:
    """The comparison of a link, and a sentence for each part of it that had to be left out."""
    try:
        return Comparison.from_query(query), []
    except (ValueError, LookupError) as error:
        complaints = [str(error)]
    good: dict[str, str] = {}
    comparison = settings.trio_of(Experiment())[0]
    cells = {name: text for name, text in query.items() if name.endswith(".cell")}
    others = [{name: text} for name, text in query.items() if name not in cells]
    others.sort(key=lambda part: "task" not in part)
    for part in (cells, *others[:MAX_PARTS]):
        try:
            comparison = Comparison.from_query(good | part)
            good |= part
        except (ValueError, LookupError) as error:
            if str(error) not in complaints:
                complaints.append(str(error))
    return comparison, complaints[:MAX_COMPLAINTS]


# ---------------------------------------------------------------- writing


def write_link(run: Any = None) -> None:
    """The address leads to what is seen. run: that of the page, None before there is one."""
    page = state(PositionState).page
    query = settings_query(page)
    if page.describes == "experiment":
        query |= notation_query() | interventions.to_query(run)
    cursor = {} if _is_stale(page, run) else position.get_link_position(page, run) or {}
    st.query_params.from_dict(query | position.to_query(cursor) | lessons.lesson().to_query())


def _is_stale(page: Page, run: Any) -> bool:
    """The reader has changed the experiment, and the run of the changed one has not begun."""
    if run is None or page.describes != "experiment":
        return False
    return run.trainer.experiment != settings.experiment()


def settings_query(page: Page) -> dict[str, str]:
    """The part of a link to this page that says what was set; of what was never asked for nothing."""
    mine = state(Settings)
    chosen = {"experiment": mine.experiment, "comparison": mine.comparison, "study": mine.study}
    described = chosen[page.describes]
    return {} if described is None else described.to_query()


def notation_query() -> dict[str, str]:
    """The part of a link that names the reader's book."""
    book = settings.notation()
    return {} if book == "torch" else {"notation": book}
