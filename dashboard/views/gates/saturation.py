"""The panel of saturation and memory: how often a gate is nearly shut or open, and how long a state lasts."""

from collections.abc import Mapping
from typing import cast

import numpy as np
import streamlit as st

from core.analysis.gates import half_lives
from core.analysis.held_out import read_held_out
from core.layers.recording import Recording
from core.layers.trace import Trace
from dashboard.common.i18n import _, join_sentences
from dashboard.figures import saturation as figures
from dashboard.serving.turns import time_slice
from dashboard.session.live_run import LiveRun
from dashboard.views.gates.header import InspectedLayer
from dashboard.widgets.charts import draw_chart
from dashboard.widgets.choice import pick_segment

OWN, ALL = "own", "all"


def draw_saturation(run: LiveRun, inspected: InspectedLayer) -> None:
    """Both plots, of the sequence that is watched or of many."""
    if inspected.own is None:
        recording, source = _pick_of_run(run, inspected)
        distance = run.trainer.task.must_remember
    else:
        recording, source = _pick_of_own(inspected)
        distance = None
    trace = cast(Trace, recording[inspected.where])
    name = f"{inspected.name} {source}"
    left, right = st.columns(2, gap="medium")
    left.markdown(_("**Saturation:** nearly shut, nearly open"))
    draw_chart(
        figures.saturation_figure(trace, name),
        "saturated",
        left,
        inspected.about,
        _("Saturation: of each unit, at how many steps its gate is nearly shut and nearly open"),
    )
    each_mark = _(
        "Each mark is one unit's gate. To the right: the share of steps at which it is nearly shut (below 0.1); upwards: nearly open (above 0.9). On the dotted line it is always one or the other, like a switch, and little gradient reaches what it is computed from (Karpathy et al. 2015, figure 3)."
    )
    can_be_biased = inspected.own is None and "forget_bias" in trace.cell.options
    advice = _("Give the forget gate a bias of 3 and train again.") if can_be_biased else ""
    left.caption(join_sentences([each_mark, advice]))
    right.markdown(_("**Memory:** steps until half is gone"))
    if not trace.recurrence:
        right.info(
            _("Recurrence is off: nothing is carried from step to step, so no gate keeps a state.")
        )
        return
    draw_chart(
        figures.half_life_figure(trace, distance, name),
        "memory",
        right,
        inspected.about,
        _("Memory: of each unit, the steps until half of its state is gone"),
    )
    cell, half_lives_of_units = trace.cell, half_lives(trace)
    factor = cell.carry_gate if cell.carry_keeps else f"(1 − {cell.carry_gate})"
    if distance:
        need = _(
            "{share:.0%} of the units keep at least half of their state over the {steps} steps that this task needs.",
            share=float(np.mean(half_lives_of_units >= distance)),
            steps=distance,
        )
    elif inspected.own is None:
        need = _("This task has no known memory span.")
    else:
        need = ""
    decay = _(
        "At every step the old state is multiplied by {gate}, so half of it is left after ln ½ / mean ln {gate} steps. What returns through the recurrent weights is not counted.",
        gate=factor,
    )
    advice = "" if inspected.own else _("Compare it before and after training.")
    right.caption(join_sentences([need, decay, advice]))


def _pick_of_run(run: LiveRun, inspected: InspectedLayer) -> tuple[Recording, str]:
    """The watched sequence, or the held-out ones of a part of the network."""
    names = list(run.trainer.model.parts)
    titles = {
        OWN: _("this sequence"),
        "": _("held-out sequences"),
        "encoder": _("held-out sequences: encoder"),
        "decoder": _("held-out sequences: decoder"),
    }
    source = _pick_source({name: titles[name] for name in (*names, OWN)})
    if source == OWN:
        return inspected.recording, source
    with time_slice():
        return read_held_out(run.trainer)[source].recording, source


def _pick_of_own(inspected: InspectedLayer) -> tuple[Recording, str]:
    """The one sequence, or all that were recorded with it."""
    assert inspected.own is not None
    batch = inspected.own.batch
    if batch.B == 1:
        return inspected.recording, OWN
    titles = {ALL: _("all {B} recorded sequences", B=batch.B), OWN: _("this sequence")}
    source = _pick_source(titles)
    return (batch if source == ALL else inspected.recording), source


def _pick_source(titles: Mapping[str, str]) -> str:
    first = next(iter(titles))
    return pick_segment(
        _("Every step of"),
        list(titles),
        f"gates of {first}",
        titles.__getitem__,
        label_visibility="collapsed",
    )
