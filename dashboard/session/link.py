"""The link: the only reader and the only writer of what stands behind the "?" of an address.

    /gates?task=adding&cell=lstm &intervene=…&under=1 &notation=uvw &update=200&tab=4 &say=…&hide=seed   &lang=zh
           the settings           interventions        the book      the position     the simplification the language

It is read once, when the session begins, and then belongs to the topics that it speaks of; parts that make
no sense are left out, with a sentence. From then on it is written, so that the address always leads to what the
page shows. It is read again only where the reader goes back or forward in the browser's history.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from core.common.messages import Sentence, sentence_of
from core.studies.comparison import Comparison
from core.training.experiment import Experiment
from core.training.presets import OPENING, PRESETS
from dashboard.figures.books import NOTATIONS
from dashboard.navigation import LESSONS, LIVE, Page
from dashboard.serving.streamlit_private import visited_query
from dashboard.session import course, interventions, language, monitored, position, settings
from dashboard.session import simplification as simplifications
from dashboard.session.interventions import Interventions
from dashboard.session.live_run import RunState, find_run
from dashboard.session.position import Position, PositionState
from dashboard.session.settings import Settings
from dashboard.session.simplification import Simplification
from dashboard.session.state import state
from dashboard.session.study_settings import StudySettings

MAX_COMPLAINTS, MAX_PARTS = 3, 100
TOKENS = ("shared", "watched", "watch_live")
NOT_SETTINGS = (language.PARAMETER, "intervene", "under", "notation", "embed", "embed_options")


@dataclass(frozen=True)
class Link:
    """What a link says. experiment, comparison, study: the one that its page describes, else None.

    shared: leads to a copy of somebody's run; watched: to what a notebook recorded;
    watch_live: to a training that runs elsewhere; "" without.
    intervened: the interventions; train_under: whether the run trains under them. complaints: a sentence for
    each part that had to be left out. place: where it leads to in the course, with a sentence where it cannot.
    has_settings: whether it says what the page shows.
    """

    page: Page
    experiment: Experiment | None
    comparison: Comparison | None
    study: StudySettings | None
    intervened: Interventions
    train_under: bool
    notation: str
    position: Position
    simplification: Simplification
    place: course.Place
    place_complaint: Sentence | None
    has_settings: bool
    shared: str
    watched: str
    watch_live: str
    complaints: list[str] = field(default_factory=list)


@dataclass
class LinkState:
    """Whether the session's link has been read."""

    read: bool = False


# ---------------------------------------------------------------- reading


def restore_from_link(page: Page) -> Link | None:
    """Notes which page is open; on the session's first page also reads the link and sets the session up by it.

    None: it had been read before. Then only a visit to another entry of the browser's history sets the session up
    anew; an entry without settings, as Streamlit makes it on the way to a page, changes nothing.
    """
    state(PositionState).page = page
    mine, visited = state(LinkState), visited_query()
    if not mine.read:
        mine.read = True
        link = read_link(page, st.query_params.to_dict())
        state(course.CourseState).key = course.read_key(st.query_params.to_dict())
        set_up(link)
        return link
    if visited is not None:
        query = dict(parse_qsl(visited, keep_blank_values=True))
        if page is LIVE:
            monitored.follow_visit(query.get("watch_live", ""))
        if _settings_part(query):
            set_up(read_link(page, query))
    return None


def set_up(link: Link, begins_run: bool = False) -> None:
    """Sets the session up by a link. What the link's page does not describe stays as it is.

    begins_run: its run begins anew, as the first of a session does, also where there is one of these settings.
    """
    chosen, describes = state(Settings), link.page.describes
    if describes == "experiment":
        chosen.experiment, chosen.complaints = link.experiment, link.complaints
        chosen.notation = link.notation
        run = None if begins_run else find_run()
        state(RunState).opens_link |= begins_run
        if begins_run:
            monitored.close_monitored()
        trainer = None if run is None else run.trainer
        interventions.restore_from_link(link.intervened, link.train_under, trainer)
    elif describes == "comparison":
        chosen.comparison, chosen.comparison_complaints = link.comparison, link.complaints
    elif link.study is not None:
        chosen.study, link.study.complaints = link.study, link.complaints
    position.restore_from_link(link.page, link.position)
    state(simplifications.SimplificationState).simplification = link.simplification
    course.restore_from_link(link.place, link.place_complaint, link.has_settings)


def _settings_part(query: Mapping[str, str]) -> dict[str, str]:
    """What a link says of the experiment, the comparison or the study."""
    elsewhere = (
        *(*NOT_SETTINGS, *TOKENS, *simplifications.PARAMETERS),
        *(*position.PARAMETERS, *course.PARAMETERS),
    )
    return {name: value for name, value in query.items() if name not in elsewhere}


def read_link(page: Page, query: Mapping[str, str]) -> Link:
    """What a link to this page says. No text in it raises an error: see Link.complaints."""
    rest = _settings_part(query)
    intervene, under = query.get("intervene", ""), query.get("under", "")
    notation = query.get("notation", "torch")
    experiment = comparison = study = None
    complaints: list[str] = []
    intervened: Interventions = {}
    if page.describes == "experiment":
        # An address that says nothing at all opens an example; one that says something, what it always opened.
        is_bare = not query.keys() - {language.PARAMETER}
        experiment, complaints = (
            (PRESETS[OPENING].experiment, []) if is_bare else read_experiment(rest)
        )
        try:
            intervened = interventions.from_link(intervene)
        except ValueError as error:
            complaints.append(sentence_of(error))
    elif page.describes == "comparison":
        comparison, complaints = read_comparison(rest) if rest else (None, [])
    else:
        study = StudySettings.from_query(rest)
        complaints = study.complaints
    stands, lost = position.read_position(page, query)
    return Link(
        page,
        experiment,
        comparison,
        study,
        intervened,
        bool(intervened) and under == "1",
        notation if notation in NOTATIONS else "torch",
        stands,
        Simplification.from_query(query),
        *course.read_place(query),
        bool(rest) or any(query.get(token) for token in TOKENS),
        query.get("shared", ""),
        query.get("watched", ""),
        query.get("watch_live", ""),
        complaints + lost,
    )


def read_experiment(query: Mapping[str, str]) -> tuple[Experiment, list[str]]:
    """The experiment of a link, and a sentence for each part of it that had to be left out."""
    try:
        return Experiment.from_query(query), []
    except (ValueError, LookupError) as error:
        complaints = [sentence_of(error)]
    accepted: dict[str, str] = {}
    experiment = Experiment()
    for name in sorted(query, key=lambda key: (key != "task", key != "cell")):
        try:
            experiment = Experiment.from_query(accepted | {name: query[name]})
            accepted[name] = query[name]
        except (ValueError, LookupError) as error:
            if sentence_of(error) not in complaints:
                complaints.append(sentence_of(error))
    return experiment, complaints[:MAX_COMPLAINTS]


def read_comparison(query: Mapping[str, str]) -> tuple[Comparison, list[str]]:
    """The comparison of a link, and a sentence for each part of it that had to be left out."""
    try:
        return Comparison.from_query(query), []
    except (ValueError, LookupError) as error:
        complaints = [sentence_of(error)]
    accepted: dict[str, str] = {}
    comparison = settings.trio_of(Experiment())[0]
    cells = {name: text for name, text in query.items() if name.endswith(".cell")}
    others = [{name: text} for name, text in query.items() if name not in cells]
    others.sort(key=lambda part: "task" not in part)
    for part in (cells, *others[:MAX_PARTS]):
        try:
            comparison = Comparison.from_query(accepted | part)
            accepted |= part
        except (ValueError, LookupError) as error:
            if sentence_of(error) not in complaints:
                complaints.append(sentence_of(error))
    return comparison, complaints[:MAX_COMPLAINTS]


# ---------------------------------------------------------------- writing


def write_link(run: Any = None) -> None:
    """Writes the link to what the page shows into the address. run: that of the page, None before there is one."""
    page = state(PositionState).page
    query = settings_query(page)
    if page.describes == "experiment":
        query |= notation_query() | interventions.to_query(run)
    stands = {} if _is_stale(page, run) else position.get_link_position(page, run) or {}
    simplified = simplifications.simplification().to_query() | language.to_query()
    st.query_params.from_dict(
        query | position.to_query(stands) | simplified | course.to_query(page is LESSONS)
    )


def write_monitored_link(key: str) -> None:
    """Writes the link to a training that runs elsewhere, which the page shows in place of the session's run."""
    st.query_params.from_dict({"watch_live": key} | language.to_query())


def _is_stale(page: Page, run: Any) -> bool:
    """Whether the reader has changed the experiment, and its run has not begun."""
    if run is None or page.describes != "experiment":
        return False
    return run.trainer.experiment != settings.experiment()


def settings_query(page: Page) -> dict[str, str]:
    """The settings' part of a link to this page; {} where they were never set."""
    mine = state(Settings)
    chosen = {"experiment": mine.experiment, "comparison": mine.comparison, "study": mine.study}
    described = chosen[page.describes]
    return {} if described is None else described.to_query()


def notation_query() -> dict[str, str]:
    """The part of a link that names the reader's book; {} for the usual one."""
    book = settings.notation()
    return {} if book == "torch" else {"notation": book}
