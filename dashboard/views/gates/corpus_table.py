"""The table of units: what it is sorted by, the table, and which unit was clicked."""

import numpy as np
import pandas as pd
import streamlit as st

from core.analysis.unit_table import UnitTable
from core.layers.recording_facts import HIGH, LOW
from dashboard.common.i18n import N_, _
from dashboard.session.controls import connect_control
from dashboard.session.state import state
from dashboard.views.gates.corpus_state import (
    CorpusState,
    choose_unit,
    ordered_columns,
    sorted_column,
)
from dashboard.widgets.choice import draw_list, pick_option
from dashboard.widgets.clickable_table import MISSING, draw_clickable_table

TITLES = {
    "dead": N_("always 0"),
    "mean |h|": N_("mean |h|"),
    "mean |dh|": N_("mean |dh|"),
    "half-life": N_("half-life, steps"),
    "loss without it": N_("loss without it, +nats"),
}
MEANINGS = {
    "dead": N_("Its state is 0 at every symbol."),
    "mean |h|": N_("The mean size of its state over the corpus."),
    "mean |dh|": N_(
        "The mean size of the loss’s gradient with respect to its state, in the sample."
    ),
    "half-life": N_(
        "Steps until half of its state is gone, by its gate alone, as on Saturation and memory."
    ),
    "loss without it": N_(
        "What the mean loss of the sample gains when this unit is 0 at every step: each row is a reading of its own."
    ),
}
GATE_WAYS = {"shut": N_("{gate} shut"), "open": N_("{gate} open")}
MAX_HEIGHT = 380
WIDTHS = {"loss without it": 150, "half-life": 120}  # pixels of columns with long titles
FOLLOWED_UNITS = 5


def column_title(name: str) -> str:
    """What to call a column."""
    if name in TITLES:
        return _(TITLES[name])
    gate, way = name.split(" ")
    return _(GATE_WAYS[way], gate=gate)


def draw_table(table: UnitTable) -> None:
    """The table in the reader's order; a click on a row chooses its unit."""
    mine, names = state(CorpusState), ordered_columns(table.columns)
    column = sorted_column(table)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        draw_list(
            _("Sorted by; the maps of this page can follow"),
            names,
            names.index(column),
            format_func=column_title,
            width=300,
            **connect_control("corpus column", column, _choose_column),
        )
        st.toggle(
            _("smallest first"),
            mine.ascending,
            **connect_control("corpus ascending", mine.ascending, _choose_direction),
        )
    order = table.sort(column, mine.ascending)
    if mine.unit is None:
        choose_unit(int(order[0]))
    content = {_("unit"): order, _("follows"): [_describe_match(table, unit) for unit in order]}
    formats: dict = {
        _("unit"): st.column_config.NumberColumn(width=60),
        _("follows"): st.column_config.TextColumn(width=190),
    }
    by_title = {column_title(name): name for name in names}
    for name in names:
        values, title = table.columns[name][order], column_title(name)
        is_share = name.endswith((" shut", " open"))
        content[title] = [_("yes") if v else "" for v in values] if name == "dead" else values
        if name != "dead":
            formats[title] = st.column_config.NumberColumn(
                format="percent" if is_share else "%.3g",
                width=75 if is_share else WIDTHS.get(name, 95),
                help=_explain(name),
            )
    draw_clickable_table(
        pd.DataFrame(content),
        f"corpus table {mine.of} {column} {mine.ascending} {id(table)}",
        lambda row: choose_unit(int(order[row])),
        lambda title: _sort_by(by_title.get(title, column), column),
        height=min(MAX_HEIGHT, 38 + 35 * len(order)),
        column_config=formats,
    )


def _sort_by(clicked: str, sorted_by: str) -> None:
    """A title was clicked on: sorts by its column, or the other way round where the table is sorted by it."""
    if clicked == sorted_by:
        _choose_direction(not state(CorpusState).ascending)
    else:
        _choose_column(clicked)


def _choose_column(column: str) -> None:
    mine = state(CorpusState)
    mine.column, mine.unit = column, None


def _choose_direction(ascending: bool) -> None:
    mine = state(CorpusState)
    mine.ascending, mine.unit = ascending, None


def _explain(name: str) -> str:
    if name in MEANINGS:
        return _(MEANINGS[name])
    if name.endswith("shut"):
        return _("The share of the symbols at which this gate is below {low}.", low=LOW)
    return _("The share of the symbols at which this gate is above {high}.", high=HIGH)


def _describe_match(table: UnitTable, unit: int) -> str:
    """The hypothesis that the unit follows best of those that hold, with its correlation on the second half."""
    matches = table.matches
    holding = [k for k in range(len(matches.names)) if matches.holds[unit, k]]
    if not holding:
        return ""
    best = max(holding, key=lambda k: abs(matches.second[unit, k]))
    return _("{name} (r = {r:.2f})", name=_(matches.names[best]), r=matches.second[unit, best])


def draw_followers(table: UnitTable) -> None:
    """Which units follow one hypothesis, the best first, with what chance alone reaches."""
    matches = table.matches
    if not matches.names:
        return
    follows = np.nan_to_num(np.abs(matches.first)).max(0) - np.nan_to_num(matches.chance)
    names = [matches.names[k] for k in np.argsort(-follows)]
    name = pick_option(
        _("Which unit follows …"),
        names,
        f"corpus hypothesis {names}",
        _,
    )
    column = matches.names.index(name)
    units = matches.best_units(name)[:FOLLOWED_UNITS]
    chance = matches.chance[column]
    st.dataframe(
        pd.DataFrame(
            {
                _("unit"): units,
                _("r, first half"): matches.first[units, column],
                _("r, second half"): matches.second[units, column],
                _("beyond chance"): [
                    _("yes") if matches.holds[unit, column] else _("no") for unit in units
                ],
            }
        ),
        hide_index=True,
        placeholder=MISSING,
        key="corpus followers",
        column_config={
            _("unit"): {"width": 60},
            **{
                title: st.column_config.NumberColumn(format="%.2f", width=110)
                for title in (_("r, first half"), _("r, second half"))
            },
        },
    )
    if np.isnan(chance):
        st.caption(_("The corpus is too short to say what chance reaches."))
        return
    st.caption(
        _(
            "Found on the first half of the corpus, checked on the second. By chance the best of all {H} units reaches |r| = {chance:.2f} on the first half: the most on 19 copies of this column, moved along the corpus.",
            H=table.units,
            chance=chance,
        )
    )
