"""One unit of the table: its top stretches, what it follows, the units like it, and what to do with it."""

import numpy as np
import pandas as pd
import streamlit as st

from core.analysis.corpus import read_again
from core.analysis.explanation import Place
from core.analysis.unit_table import UnitStudy, UnitTable
from core.layers.interventions import Clamp, Intervention
from dashboard.common.i18n import _
from dashboard.figures.activation_letters import STYLE, align_titles, letters_html
from dashboard.navigation import UNROLLED, go_to
from dashboard.serving.turns import time_slice
from dashboard.session import interventions
from dashboard.session.controls import set_tab
from dashboard.session.position import PositionState
from dashboard.session.state import state
from dashboard.views.gates.corpus_state import CorpusState, choose_unit
from dashboard.views.gates.header import InspectedLayer
from dashboard.widgets.clickable_table import MISSING, draw_clickable_table

CONTEXT = 12  # symbols before and behind a stretch
ALIKE, FOLLOWED = 5, 5  # rows


def draw_unit(table: UnitTable, study: UnitStudy, inspected: InspectedLayer, run_id: str) -> None:
    """The unit that was clicked."""
    mine = state(CorpusState)
    unit = mine.unit or 0
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"#### {_('Unit {unit}', unit=unit)}", width="content")
        st.button(
            _("Silence it"),
            key="corpus silence",
            on_click=_silence,
            args=(unit, inspected),
            help=_("Adds it to the interventions, and shows what changes in the sequence above."),
            icon=":material/volume_off:",
        )
        follows = st.button(
            _("Follow it on Unrolled"),
            key="corpus follow",
            help=_("Its formula in the sequence above, step by step."),
            icon=":material/arrow_forward:",
        )
    if follows:
        _follow(unit, inspected, run_id)
    _draw_stretches(table, study, unit)
    left, right = st.columns(2)
    with left:
        _draw_followed(table, unit)
    with right:
        _draw_alike(table, unit)


def _silence(unit: int, inspected: InspectedLayer) -> None:
    layer, direction = inspected.where
    clamp = Clamp("h", 0.0, unit, layer, direction)
    own = inspected.own
    part = "" if own is None or own.subject is None else [*own.subject.layers][-1]
    interventions.add_intervention(part, Intervention((clamp,)), own is not None)
    set_tab("gates tab", "interventions")


def _follow(unit: int, inspected: InspectedLayer, run_id: str) -> None:
    layer, direction = inspected.where
    last = len(inspected.symbols) - 1
    position = state(PositionState)
    position.numbers = [(Place("h", last, unit, "", layer, direction), None)]
    position.numbers_of = run_id if inspected.own is None else inspected.own.run
    go_to(UNROLLED)


def _draw_stretches(table: UnitTable, study: UnitStudy, unit: int) -> None:
    """Where in the corpus it is largest in size, its state drawn on the letters."""
    peaks = table.peaks[unit]
    if not peaks:
        st.markdown(_("It is 0 at every symbol of the corpus."))
        return
    corpus = study.corpus
    places = []
    for peak in peaks:
        sequence = corpus.sequence_of(peak.position)
        start, stop = corpus.starts[sequence], corpus.starts[sequence + 1]
        first, last = max(start, peak.first - CONTEXT), min(stop, peak.stop + CONTEXT)
        places.append((int(first), int(last), sequence))
    letters = state(CorpusState).letters
    if unit not in letters:
        letters[unit] = []
        for first, last, _sequence in places:
            with time_slice():
                h = read_again(study.reader, corpus, study.where, study.states, first, last)
            letters[unit].append(h[:, unit])
    largest = max(float(np.abs(np.nan_to_num(values)).max()) for values in letters[unit])
    several = len(corpus.lengths) > 1
    titles = [
        _("sequence {n}, symbol {k}", n=n + 1, k=peak.position - corpus.starts[n] + 1)
        if several
        else _("symbol {k}", k=peak.position + 1)
        for peak, (_first, _last, n) in zip(peaks, places, strict=True)
    ]
    rows = [
        letters_html(corpus.symbols[first:last], values, largest, peak.position - first, title)
        for peak, (first, last, _n), values, title in zip(
            peaks, places, letters[unit], align_titles(titles), strict=True
        )
    ]
    st.html(STYLE + "".join(rows))
    st.caption(
        _(
            "Its top stretches: the symbols at which it is largest in size are framed. Bars below a letter are states above 0 (orange), bars above it states below 0 (blue); the thickest is |h| = {largest:.3g}.",
            largest=largest,
        )
    )


def _draw_followed(table: UnitTable, unit: int) -> None:
    matches = table.matches
    names = matches.best_names(unit)[:FOLLOWED]
    if not names:
        return
    columns = [matches.names.index(name) for name in names]
    st.markdown(_("**What it follows**"))
    st.dataframe(
        pd.DataFrame(
            {
                _("hypothesis"): [_(name) for name in names],
                _("r, first half"): matches.first[unit, columns],
                _("r, second half"): matches.second[unit, columns],
                _("by chance"): matches.chance[columns],
            }
        ),
        hide_index=True,
        placeholder=MISSING,
        key="corpus followed",
        column_config={
            title: st.column_config.NumberColumn(format="%.2f", width=100)
            for title in (_("r, first half"), _("r, second half"), _("by chance"))
        },
    )


def _draw_alike(table: UnitTable, unit: int) -> None:
    alike = table.find_alike(unit, ALIKE)
    if not alike:
        return
    st.markdown(_("**Units like it**, or its opposite"))
    draw_clickable_table(
        pd.DataFrame(
            {_("unit"): [k for k, _r in alike], _("r over the corpus"): [r for _k, r in alike]}
        ),
        f"corpus alike {unit} {id(table)}",
        lambda row: choose_unit(alike[row][0]),
        column_config={
            _("r over the corpus"): st.column_config.NumberColumn(format="%.2f", width=140)
        },
    )
