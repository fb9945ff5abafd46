"""The panel of saturation and memory: how often a gate stands at its ends, and how long a state lasts."""

from typing import cast

import numpy as np
import streamlit as st

from core.gates import KEEPS, half_lives
from core.recording import Trace
from core.steps import Look
from core.survey import survey
from core.under import parts
from dashboard.figures import gates as figures
from dashboard.live import Live, turn
from dashboard.pictures import chart
from dashboard.text import _

Where = tuple[int, str]
OWN = "own"


def show(run: Live, look: Look, where: Where) -> None:
    """Both plots, of the sequence that is watched or of many held-out ones."""
    names = list(parts(run.trainer.model))
    titles = {
        OWN: _("this sequence"),
        "": _("held-out sequences"),
        "encoder": _("held-out sequences: encoder"),
        "decoder": _("held-out sequences: decoder"),
    }
    chosen = st.segmented_control(
        _("Every step of"),
        [*names, OWN],
        default=names[0],
        format_func=titles.__getitem__,
        required=True,
        key=f"gates of {names[0]}",
        label_visibility="collapsed",
    )
    if chosen == OWN:
        recording = look.recording
    else:
        with turn():
            recording = survey(run.trainer)[chosen].recording
    trace = cast(Trace, recording[where])
    name, distance = f"{run.id} {where} {chosen}", run.trainer.task.must_remember
    left, right = st.columns(2, gap="medium")
    left.markdown(_("**Saturation:** nearly shut, nearly open"))
    chart(figures.saturated(trace, name), "saturated", left)
    left.caption(
        _(
            "Each mark is one unit's gate: far right it is nearly always shut, at the top nearly always open, "
            "on the dotted line never in between. A saturated gate is a switch, and little gradient reaches "
            "what it is computed from (Karpathy et al. 2015, figure 3). Give the forget gate a bias of 3 and "
            "train again."
        )
    )
    right.markdown(_("**Memory:** steps until half is gone"))
    chart(figures.memory(trace, distance, name), "memory", right)
    gate, lives = KEEPS[trace.cell.name], half_lives(trace)
    if distance:
        need = _(
            "{share:.0%} of the units hold half over the {steps} steps this task needs."
        ).format(share=float(np.mean(lives >= distance)), steps=distance)
    else:
        need = _("How long this task has to be remembered, nobody knows.")
    right.caption(
        need
        + " "
        + _(
            "{gate} multiplies the old state at every step, so half is left after ln ½ / mean ln {gate} "
            "steps; what flows back through the weights is not counted. Compare before and after training."
        ).format(gate=gate)
    )
