"""The panel of the Compare page, and its link: what all experiments share, and what is each one's own.

`st.session_state["comparison"]` is the one truth; as in `dashboard.widgets.experiment_panel`, a control asks for a
changed copy, and what the comparison refuses is said in a sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from core.studies.comparison import FAIR, LETTERS, MOST_SEEDS, Comparison, trio
from core.tasks import TASKS
from core.training.experiment import FIELDS, Experiment, cell_options
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.navigation import COMPARE
from dashboard.session import position
from dashboard.session.lesson import lesson, without
from dashboard.views.compare import runs as running
from dashboard.widgets.experiment_panel import CELL_TITLES, control, task_titles

FOR_ALL = ("hidden_size", "learning_rate", "batch_size", "seed")
OWN = ("hidden_size", "num_layers", "optimizer", "learning_rate", "clipping", "clip_at", "dropout")


def comparison() -> Comparison:
    """The comparison of this session: at first that of the link, else of the present experiment."""
    if "comparison" not in st.session_state:
        query = without(st.query_params.to_dict())
        # Of the reader and of one run, not of the comparison.
        for name in ("notation", "intervene", "under"):
            query.pop(name, None)
        present = st.session_state.get("experiment")
        if query or present is None:
            found, complaints = from_link(query)
        else:
            found, complaints = _trio_of(present)
        _keep(found, complaints + st.session_state.pop("cursor complaints", []))
    return st.session_state["comparison"]


def _keep(found: Comparison, complaints: list[str]) -> None:
    st.session_state["comparison"] = found
    st.session_state["comparison complaints"] = complaints


def choose(query: Mapping[str, str]) -> None:
    """Takes the comparison of a link."""
    _keep(*from_link(query))


def _trio_of(experiment: Experiment) -> tuple[Comparison, list[str]]:
    try:
        return trio(experiment), []
    except (ValueError, LookupError) as error:
        return trio(Experiment()), [str(error)]


def from_link(query: Mapping[str, str]) -> tuple[Comparison, list[str]]:
    """The comparison of a link, and a sentence for each part of it that had to be left out."""
    try:
        return Comparison.from_query(query), []
    except (ValueError, LookupError) as error:
        complaints = [str(error)]
    kept: dict[str, str] = {}
    result = trio(Experiment())
    cells = {name: text for name, text in query.items() if name.endswith(".cell")}
    others = [{name: text} for name, text in query.items() if name not in cells]
    others.sort(key=lambda part: "task" not in part)
    for part in (cells, *others[:100]):
        try:
            result = Comparison.from_query(kept | part)
            kept |= part
        except (ValueError, LookupError) as error:
            if str(error) not in complaints:
                complaints.append(str(error))
    return result, complaints[:3]


def _try(make: Callable[[], Comparison]) -> None:
    try:
        _keep(make(), [])
    except (ValueError, LookupError) as error:
        st.session_state["comparison complaints"] = [str(error)]


def _all(changes: dict[str, Any]) -> None:
    now: Comparison = st.session_state["comparison"]
    if "task" in changes:
        _try(lambda: trio(now.experiments[0].but(**changes), fair=now.fair, seeds=now.seeds))
    else:
        _try(lambda: now.but(experiments=tuple(e.but(**changes) for e in now.experiments)))


def _one(k: int) -> Callable[[dict[str, Any]], None]:
    def change(changes: dict[str, Any]) -> None:
        now: Comparison = st.session_state["comparison"]
        experiments = list(now.experiments)

        def make() -> Comparison:
            experiments[k] = experiments[k].but(**changes)
            return now.but(experiments=tuple(experiments))

        _try(make)

    return change


def _set(name: str) -> None:
    now: Comparison = st.session_state["comparison"]
    value = st.session_state[f"compare {name}"]
    _try(lambda: now.but(**{name: value}))


def _three(present: Experiment) -> None:
    _keep(*_trio_of(present))


def _add() -> None:
    now: Comparison = st.session_state["comparison"]
    _try(lambda: now.but(experiments=(*now.experiments, now.experiments[-1])))


def _remove(k: int) -> None:
    now: Comparison = st.session_state["comparison"]
    rest = tuple(e for j, e in enumerate(now.experiments) if j != k)
    _try(lambda: now.but(experiments=rest))


def panel() -> Comparison:
    """Draws the controls into the sidebar, measures where that is asked for, keeps the link up to date."""
    now = comparison()
    first = now.experiments[0]
    with st.sidebar:
        present = st.session_state.get("experiment", first)
        st.button(
            _("RNN, LSTM and GRU"),
            help=_("Compares the three cells, with all else as on the Live page."),
            on_click=_three,
            args=(present,),
            width="stretch",
            type="primary",
        )
        st.session_state["compare fair"] = now.fair
        st.selectbox(
            _("Fair by"),
            FAIR,
            key="compare fair",
            format_func=lambda fair: running.FAIR[fair],
            help=_("Each is brought up to the largest of them by its number of hidden units."),
            on_change=_set,
            args=("fair",),
        )
        control(first, FIELDS["task"], task_titles(), "compare all", _all)
        for option in TASKS[first.task].options:
            if option.kind != "content":
                control(first, option, None, "compare all", _all)
        for name in FOR_ALL:
            if name != "hidden_size" or now.fair != "sizes":
                control(first, FIELDS[name], None, "compare all", _all)
        st.session_state["compare seeds"] = now.seeds
        st.number_input(
            _("Seeds"),
            1,
            MOST_SEEDS,
            key="compare seeds",
            help=_("Trains each experiment so many times; curves show median and spread."),
            on_change=_set,
            args=("seeds",),
        )
        for k, (e, name) in enumerate(zip(now.experiments, now.names(), strict=True)):
            _experiment(k, e, name, now)
        if len(now.experiments) < len(LETTERS):
            st.button(_("Add an experiment"), on_click=_add, width="stretch")
    for sentence in st.session_state.get("comparison complaints", []):
        st.warning(plain(sentence))
    return _settled(now)


def _experiment(k: int, e: Experiment, name: str, now: Comparison) -> None:
    """What is one experiment's own."""
    with st.expander(plain(f"{LETTERS[k].upper()} · {name}")):
        scope = f"compare {LETTERS[k]}"
        control(e, FIELDS["cell"], CELL_TITLES, scope, _one(k))
        for option in cell_options(e.cell):
            control(e, option, None, scope, _one(k))
        for field in OWN:
            if field != "hidden_size" or now.fair == "sizes":
                control(e, FIELDS[field], None, scope, _one(k))
        if len(now.experiments) > 2:
            st.button(_("Remove"), key=f"{scope} remove", on_click=_remove, args=(k,))


def _settled(now: Comparison) -> Comparison:
    if not now.settled:
        with st.spinner(_("Measuring the time of an update, and searching the hidden sizes …")):
            try:
                now = running.settle(now)
            except ValueError as error:
                st.warning(plain(str(error)))
                now = now.but(fair="sizes")
        st.session_state["comparison"] = now
    stands = position.of_link(COMPARE, st.session_state.get("columns")) or {}
    st.query_params.from_dict(now.to_query() | position.to_query(stands) | lesson().to_query())
    return now


def measured_again(now: Comparison) -> None:
    """Forgets measured hidden sizes, so that the next run of the page measures them."""
    st.session_state["comparison"] = replace(now, sizes=None)
