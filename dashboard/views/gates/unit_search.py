"""The panel of the search: a stretch and a threshold in, units out, and where else they are on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import pandas as pd
import streamlit as st

from core.analysis.held_out import read_held_out
from core.analysis.unit_search import UnitFit, find_stretches, find_units, max_threshold
from core.layers.trace import Trace
from core.training.trainer import Trainer
from dashboard.common.i18n import _, write_share
from dashboard.figures.gates import quantity_title
from dashboard.figures.units import unit_search_figure
from dashboard.serving.turns import time_slice
from dashboard.session.live_run import LiveRun
from dashboard.views.gates.header import InspectedLayer
from dashboard.widgets import inspected_switch
from dashboard.widgets.charts import draw_chart
from dashboard.widgets.choice import pick_option
from dashboard.widgets.clickable_table import draw_clickable_table
from dashboard.widgets.layer_picker import pick_part

MAX_ROWS = 12  # rows of the table
CONTEXT_SYMBOLS = 12  # symbols written before and behind a stretch


def draw_unit_search(run: LiveRun, inspected: InspectedLayer) -> None:
    """The whole panel for one reading of a sequence."""
    st.caption(
        _(
            "Choose a stretch of the sequence and a threshold: the table lists the units that are on within the stretch and off outside it. A unit may be on there by chance, so look at where it is on in other sequences, below. If those stretches have something in common, the unit may encode it (after LSTMVis, Strobelt et al. 2018)."
        )
    )
    trace, symbols = inspected.trace, inspected.symbols
    L = len(symbols)
    if L < 2:
        st.info(
            _(
                "This sequence has one step, so nothing lies outside the stretch. Type a longer one above."
            )
        )
        return
    quantity_place, stretch_place, threshold_place, tolerance_place = st.columns([1.3, 2, 1.3, 1])
    names = [q for q in trace if q != "a"]
    with quantity_place:
        quantity = pick_option(
            _("Quantity"),
            names,
            f"find quantity {trace.cell.name}",
            quantity_title,
            names.index("h"),
        )
    first, last = stretch_place.select_slider(
        _("Stretch: from step to step"),
        range(1, L + 1),
        value=(max(1, L - L // 3), L),
        format_func=lambda t: str(t) if symbols[t - 1] == str(t) else f"{t}: {symbols[t - 1]}",
        key=f"find stretch {L}",
    )
    top = max_threshold(trace, quantity) or 1.0
    gate = quantity in trace.cell.bounded_gates
    low = 0.5 if gate else 0.0
    share = threshold_place.slider(
        _("Threshold (gate: open, or as near to shut)") if gate else _("Threshold, of the largest"),
        0.5 if gate else 0.05,
        0.99 if gate else 0.95,
        0.7 if gate else 0.4,
        0.01,
        key=f"find threshold {gate}",
    )
    tolerance = tolerance_place.slider(_("Tolerance, %"), 0, 50, 25, 5, key="find tolerance") / 100
    threshold = share if low else share * top
    matches = find_units(trace, quantity, first - 1, last, threshold, tolerance)
    fit = bool(matches)
    if not fit:
        nearest = find_units(trace, quantity, first - 1, last, threshold, 1.0)
        matches = [f for f in nearest[:3] if f.inside > f.outside] or nearest[:1]
    table, plot = st.columns([1.15, 2])
    with table:
        chosen = _draw_matches(matches, fit, quantity, gate)
    draw_chart(
        unit_search_figure(
            trace,
            quantity,
            [chosen, *(other for other in matches if other is not chosen)],
            (first, last),
            threshold,
            symbols,
            f"{inspected.name} {quantity}",
        ),
        "found",
        plot,
        inspected.about,
        _(
            "The units over time; the stretch from step {first} to step {last} is shaded",
            first=first,
            last=last,
        ),
    )
    others = _find_others(run.trainer, inspected)
    if others is not None:
        _draw_elsewhere(others, quantity, chosen, threshold, last - first + 1)


def _draw_matches(matches: list[UnitFit], fit: bool, quantity: str, gate: bool) -> UnitFit:
    """The units that were found, or the nearest; -> the one that is chosen, at first the best."""
    signs = (_("open"), _("shut")) if gate else ("> 0", "< 0")
    if fit:
        st.markdown(_("**{n}** units fit, the best first", n=len(matches)))
    else:
        st.markdown(
            _(
                "**No unit fits**; these come nearest. Lower the threshold, raise the tolerance or move the stretch."
            )
        )
    row = draw_clickable_table(
        pd.DataFrame(
            {
                _("unit"): [f.unit for f in matches[:MAX_ROWS]],
                _("is"): [signs[f.sign < 0] for f in matches[:MAX_ROWS]],
                _("inside"): [write_share(f.inside) for f in matches[:MAX_ROWS]],
                _("outside"): [write_share(f.outside) for f in matches[:MAX_ROWS]],
            }
        ),
        f"find table {quantity}",
        height=180,
        column_config={
            name: {"width": 55} for name in (_("unit"), _("is"), _("inside"), _("outside"))
        },
    )
    return matches[row or 0]


@dataclass(frozen=True)
class OtherSequences:
    """The sequences in which the unit is looked for. what: how they are called."""

    what: str
    trace: Trace
    symbols: Sequence[tuple[str, ...]]


def _find_others(trainer: Trainer, inspected: InspectedLayer) -> OtherSequences | None:
    """The held-out sequences of the run, or all that were recorded; None where there is only one."""
    if inspected.own is not None:
        batch = inspected.own.batch
        if batch.B == 1:
            inspected_switch.say_run_is_needed(
                _("Where else the unit is on, in held-out sequences,")
            )
            return None
        steps = [tuple(str(t + 1) for t in range(n)) for n in batch.lengths]
        return OtherSequences(_("the recorded sequences"), batch[inspected.where], steps)
    part = pick_part(list(trainer.model.parts), "find part")
    with time_slice():
        held_out = read_held_out(trainer)[part]
    trace = cast(Trace, held_out.recording[inspected.where])
    return OtherSequences(_("held-out sequences"), trace, held_out.symbols)


def _draw_elsewhere(
    others: OtherSequences, quantity: str, chosen: UnitFit, threshold: float, length: int
) -> None:
    """The best stretches of these sequences at which the unit is on."""
    trace = others.trace
    stretches = find_stretches(trace, quantity, chosen.unit, chosen.sign, threshold, length)
    st.markdown(
        _(
            "**Unit {unit} in {what}:** on at {share:.1%} of all steps of {n} sequences, in {k} stretches.",
            unit=chosen.unit,
            what=others.what,
            share=stretches.share,
            n=trace.B,
            k=stretches.stretches,
        )
    )
    if not stretches.best:
        return
    st.dataframe(
        pd.DataFrame(
            {
                _("sequence"): [m.sequence + 1 for m in stretches.best],
                _("steps"): [f"{m.start + 1}–{m.stop}" for m in stretches.best],
                _("mean"): [f"{m.mean:.2f}" for m in stretches.best],
                _("where it is on, in brackets"): [
                    mark_stretch(others.symbols[m.sequence], m.start, m.stop)
                    for m in stretches.best
                ],
            }
        ),
        hide_index=True,
        height=215,
        key="elsewhere",
        column_config={
            _("sequence"): {"width": 90},
            _("steps"): {"width": 90},
            _("mean"): {"width": 90},
        },
    )


def mark_stretch(symbols: tuple[str, ...], start: int, stop: int) -> str:
    """The stretch in brackets, with what stands around it."""
    gap = "" if all(len(s) <= 1 for s in symbols) else " "
    before = symbols[max(0, start - CONTEXT_SYMBOLS) : start]
    behind = symbols[stop : stop + CONTEXT_SYMBOLS]
    return "".join(
        (
            "… " if start > CONTEXT_SYMBOLS else "",
            gap.join(before),
            gap + "[" + gap.join(symbols[start:stop]) + "]" + gap,
            gap.join(behind),
            " …" if stop + CONTEXT_SYMBOLS < len(symbols) else "",
        )
    ).strip()
