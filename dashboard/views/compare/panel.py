"""The panel of the Compare page: what all experiments share, and what is each one's own.

The session's comparison is the one truth; as in `dashboard.widgets.experiment_panel`, a control asks for a
changed copy, and what the comparison refuses is said in a sentence.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import streamlit as st

from core.cells import CELL_TITLES
from core.common.messages import sentence_of
from core.studies.comparison import LETTERS, MATCHING_RULES, MAX_SEEDS, Comparison, make_trio
from core.training.experiment import FIELDS, Experiment, cell_options
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.session import link
from dashboard.session.controls import connect_control
from dashboard.session.settings import Settings, choose_comparison, comparison, trio_of
from dashboard.session.state import state
from dashboard.views.compare import runs
from dashboard.widgets.choice import draw_list
from dashboard.widgets.experiment_panel import draw_control, draw_task_controls, task_titles

FOR_ALL = ("hidden_size", "learning_rate", "batch_size", "seed")
OWN = (
    *("hidden_size", "num_layers", "recurrence", "window", "normalization"),
    *("optimizer", "learning_rate", "clipping", "clip_at", "dropout"),
)


def _change_comparison(make: Callable[[], Comparison]) -> None:
    try:
        choose_comparison(make())
    except (ValueError, LookupError) as error:
        state(Settings).comparison_complaints = [sentence_of(error)]


def _change_all(changes: dict[str, Any]) -> None:
    now = comparison()
    if "task" in changes:
        _change_comparison(
            lambda: make_trio(now.experiments[0].but(**changes), fair=now.fair, seeds=now.seeds)
        )
    else:
        _change_comparison(
            lambda: now.but(
                experiments=tuple(e.but(**changes) for e in now.experiments),
                sizes=_sizes_after(now, changes),
            )
        )


def _sizes_after(now: Comparison, changes: Collection[str]) -> tuple[int, ...] | None:
    """The hidden sizes, where these changes leave the time of an update as it was measured; else None."""
    return now.sizes if set(changes) <= {"learning_rate", "clip_at"} else None


def _change_one(k: int) -> Callable[[dict[str, Any]], None]:
    def change(changes: dict[str, Any]) -> None:
        now = comparison()
        experiments = list(now.experiments)

        def make() -> Comparison:
            experiments[k] = experiments[k].but(**changes)
            return now.but(experiments=tuple(experiments), sizes=_sizes_after(now, changes))

        _change_comparison(make)

    return change


def _change_setting(name: str) -> Callable[[Any], None]:
    return lambda value: _change_comparison(lambda: comparison().but(**{name: value}))


def _compare_three_cells() -> None:
    choose_comparison(*trio_of(state(Settings).experiment or comparison().experiments[0]))


def _add_experiment() -> None:
    now = comparison()
    _change_comparison(lambda: now.but(experiments=(*now.experiments, now.experiments[-1])))


def _remove_experiment(k: int) -> None:
    now = comparison()
    rest = tuple(e for j, e in enumerate(now.experiments) if j != k)
    _change_comparison(lambda: now.but(experiments=rest))


def draw_panel() -> Comparison:
    """Draws the controls into the sidebar, measures where that is asked for, keeps the link up to date."""
    now = comparison()
    first = now.experiments[0]
    with st.sidebar:
        st.button(
            _("RNN, LSTM and GRU"),
            help=_("Compares the three cells; everything else is as on the Live page."),
            on_click=_compare_three_cells,
            width="stretch",
            type="primary",
        )
        draw_list(
            _("Match by"),
            MATCHING_RULES,
            list[str](MATCHING_RULES).index(now.fair),
            format_func=lambda fair: _(runs.FAIR_TITLES[fair]),
            help=_("Smaller networks get more hidden units until they match the largest."),
            **connect_control("compare fair", now.fair, _change_setting("fair")),
        )
        draw_control(first, FIELDS["task"], task_titles(), "compare all", _change_all)
        draw_task_controls(first, "compare all", _change_all)
        for name in FOR_ALL:
            if name != "hidden_size" or now.fair != "sizes":
                draw_control(first, FIELDS[name], None, "compare all", _change_all)
        st.number_input(
            _("Seeds"),
            1,
            MAX_SEEDS,
            now.seeds,
            help=_(
                "Trains each experiment with this many seeds; curves show the median and the range."
            ),
            **connect_control("compare seeds", now.seeds, _change_setting("seeds")),
        )
        for k, (e, name) in enumerate(zip(now.experiments, now.names(), strict=True)):
            _draw_experiment(k, e, _(name), now)
        if len(now.experiments) < len(LETTERS):
            st.button(_("Add an experiment"), on_click=_add_experiment, width="stretch")
    for sentence in state(Settings).comparison_complaints:
        st.warning(escape_markdown(say_by_label(sentence)))
    return _settle(now)


def _draw_experiment(k: int, e: Experiment, name: str, now: Comparison) -> None:
    """What is one experiment's own, drawn when it is unfolded."""
    scope = f"compare {LETTERS[k]}"
    title = escape_markdown(f"{LETTERS[k].upper()} · {name}")
    box = st.expander(title, key=f"{scope} box", on_change="rerun")
    if not box.open:
        return
    with box:
        draw_control(e, FIELDS["cell"], CELL_TITLES, scope, _change_one(k))
        for option in cell_options(e.cell):
            draw_control(e, option, None, scope, _change_one(k))
        for field in OWN:
            if field != "hidden_size" or now.fair == "sizes":
                draw_control(e, FIELDS[field], None, scope, _change_one(k))
        if len(now.experiments) > 2:
            st.button(_("Remove"), key=f"{scope} remove", on_click=_remove_experiment, args=(k,))


def _settle(now: Comparison) -> Comparison:
    if not now.settled:
        with st.spinner(_("Measuring the time per update to find matching hidden sizes …")):
            try:
                now = runs.settle_sizes(now)
            except ValueError as error:
                st.warning(escape_markdown(say_by_label(error)))
                now = now.but(fair="sizes")
        state(Settings).comparison = now
    link.write_link(runs.find_runs())
    return now


def measure_again() -> None:
    """Forgets measured hidden sizes, so that the next run of the page measures them."""
    state(Settings).comparison = replace(comparison(), sizes=None)
