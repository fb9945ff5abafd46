"""The points of a study: how many seeds solved each, and the way from a point to its network on Live."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from core.studies import Study
from core.studies.folder import Results
from core.studies.table import make_table
from core.training.experiment import Experiment
from dashboard.common.i18n import N_, _
from dashboard.figures.memory import describe_success, success_heatmap, success_intervals
from dashboard.navigation import LIVE, go_to
from dashboard.session.settings import choose_experiment
from dashboard.session.state import state
from dashboard.session.study_settings import network_labels, span_word
from dashboard.widgets.charts import draw_chart, selected_point
from dashboard.widgets.choice import pick_option
from dashboard.widgets.heading import draw_heading

MAP = "memory heatmap"


@dataclass
class PointState:
    """chosen: the experiment of the cell that was just clicked; the page leaves for Live with it."""

    chosen: Experiment | None = None


def go_to_chosen_point() -> None:
    """Leaves for Live when a cell of the map has been clicked."""
    mine = state(PointState)
    if mine.chosen is not None:
        experiment, mine.chosen = mine.chosen, None
        choose_experiment(experiment)
        go_to(LIVE)


def points_of(study: Study) -> list[tuple[int, int]]:
    """(row, distance) of every cell of the map."""
    return [(row, d) for row in range(len(study.networks)) for d in study.distances]


def find_experiment(study: Study, point: Sequence[Any] | None) -> Experiment | None:
    """What Live trains of a point (row, distance): the study's first seed of it; None where there is no such point."""
    for row, distance in points_of(study):
        if point is not None and [*point] == [row, distance]:
            return study.point(row, distance, study.seeds[0]).experiment
    return None


def draw_points(study: Study, results: Results) -> None:
    """The map of all points, a click on which trains one, and the shares with their intervals."""
    cells = make_table(study, results)
    words = {
        "distance": _("steps to remember ({span})", span=span_word(study)),
        "solved": _("seeds that solved it"),
        "seed": N_("{solved} of {finished} seed"),
        "seeds": N_("{solved} of {finished} seeds"),
        "hover": _("%{customdata[1]} at %{customdata[0]}; not ruled out: ")
        + "%{customdata[2]} – %{customdata[3]} %",
        "train": N_("Train {network} at {distance} on Live"),
    }
    labels = network_labels(study)
    alt = describe_success(labels, study.distances, cells, span_word(study))
    left, right = st.columns(2)
    with left:
        draw_heading(_("Seeds that solved it"), 3)
        st.caption(
            _("Below them the median number of updates. A click on a cell trains it on Live.")
        )
        draw_chart(
            success_heatmap(labels, study.distances, cells, words),
            MAP,
            about=study.task,
            alt=alt,
            on_select=partial(_choose_clicked_point, study),
        )
        _draw_point_choice(study)
    with right:
        draw_heading(_("Success against distance"), 3)
        st.caption(_describe_intervals(study))
        draw_chart(
            success_intervals(labels, study.distances, cells, words),
            "memory intervals",
            about=study.task,
            alt=alt,
        )


def _describe_intervals(study: Study) -> str:
    n = len(study.seeds)
    if n == 1:
        return _(
            "One seed says little: each bar spans the shares that it does not rule out (95 %)."
        )
    return _(
        "{n} seeds say little: each bar spans the shares that they do not rule out (95 %).", n=n
    )


def _choose_clicked_point(study: Study) -> None:
    """The reader clicked on a cell of the map."""
    state(PointState).chosen = find_experiment(study, selected_point(MAP))


def _draw_point_choice(study: Study) -> None:
    """The same without a mouse: which point, and the button that trains it."""
    points = points_of(study)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        point = pick_option(
            _("Point"),
            points,
            "memory point",
            lambda p: _(
                "{network}, {span} {distance}",
                network=network_labels(study)[p[0]],
                span=span_word(study),
                distance=p[1],
            ),
            width=300,
        )
        if st.button(_("Train this point on Live"), key="memory train"):
            state(PointState).chosen = find_experiment(study, point)
            go_to_chosen_point()
