"""What can be looked at in a recording: states, gates, gradients, and the formula of any number."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from core.analysis.gradients import triangle
from core.analysis.inspection import Reading, Subject
from core.analysis.microscope import Microscope, Place
from core.layers.recording import Recording, Trace
from dashboard.common.i18n import _
from dashboard.figures import gates, recordings
from dashboard.serving.turns import turn
from dashboard.views.unrolled import microscope
from dashboard.widgets.charts import chart

MOST_LOSSES = 150  # steps of a sequence whose losses are all taken by themselves

Key = tuple[int, str]


def of_subject(subject: Subject, reading: Reading, key: str) -> None:
    """Every view of a model that can be run again. key: changes with the model and the sequence."""
    recording, symbols = reading.recording, subject.symbols
    views: dict[str, Callable[[Key], None]] = {
        _("States and gates"): lambda where: values(recording[where], symbols),
        _("Gradients"): lambda where: gradients(recording[where], symbols),
        _("Saturation and memory"): lambda where: _gates(recording[where]),
        _("Every loss against every state"): lambda where: _triangle(subject, where),
        _("One number and its formula"): lambda where: _formula(subject, recording, where, key),
    }
    _choose(recording, views)


def of_recording(recording: Recording, symbols: tuple[str, ...]) -> None:
    """The views of one sequence that was only recorded."""
    views: dict[str, Callable[[Key], None]] = {
        _("States and gates"): lambda where: values(recording[where], symbols),
        _("Gradients"): lambda where: gradients(recording[where], symbols),
        _("Saturation and memory"): lambda where: _gates(recording[where]),
    }
    _choose(recording, views)


def _choose(recording: Recording, views: dict[str, Callable[[Key], None]]) -> None:
    place, kind = st.columns([1, 4])
    layers = recording.layers
    which = place.selectbox(
        _("Layer and direction"),
        range(len(layers)),
        format_func=lambda k: _("layer {n}, {way}").format(n=layers[k][0] + 1, way=_(layers[k][1])),
        key="own place",
        disabled=len(layers) == 1,
    )
    shown = kind.segmented_control(
        _("Show"), list(views), default=next(iter(views)), required=True, key="own shown"
    )
    views.get(str(shown), next(iter(views.values())))(layers[which])


def values(trace: Trace, symbols: tuple[str, ...]) -> None:
    """Every recorded quantity over time."""
    st.caption(
        _("A row for each unit. Signed values: blue below 0, red above; gates: empty 0, full 1.")
    )
    chart(recordings.maps(trace, symbols), "own maps", about="")


def gradients(trace: Trace, symbols: tuple[str, ...]) -> None:
    """The total gradient of every quantity over time."""
    if not trace.has_grads:
        st.caption(_("No backward pass was recorded."))
        return
    st.caption(_("The gradient that reaches each step, over all units:"))
    chart(recordings.norms(trace, symbols), "own norms", about="")
    st.caption(_("Unit by unit: sign by colour, size on a logarithmic scale."))
    chart(recordings.gradients(trace, symbols), "own gradients", about="")


def _gates(trace: Trace) -> None:
    if not trace.cell.gates:
        st.caption(_("A plain RNN has no gates: its state is computed anew at every step."))
        return
    left, right = st.columns(2)
    chart(gates.saturated(trace, "own"), "own saturated", left, about="")
    chart(gates.memory(trace, None, "own"), "own memory", right, about="")


def _triangle(subject: Subject, where: Key) -> None:
    if len(subject.at) > MOST_LOSSES:
        st.caption(_("This takes a sequence of at most {n} steps.").format(n=MOST_LOSSES))
        return
    with turn():
        found = triangle(subject).h[where]
    with np.errstate(divide="ignore"):
        levels = np.log10(found)
    levels[~np.isfinite(levels)] = np.nan
    st.caption(
        _(
            "Each row is a loss, each column a state: log₁₀ ‖∂L_k/∂h_t‖. Empty: no way from one to the other."
        )
    )
    figure = go.Figure(
        go.Heatmap(
            z=levels,
            y=[str(k) for k in subject.at],
            colorscale="Viridis",
            colorbar={"title": "log₁₀"},
            hovertemplate="L %{y}, h %{x}: 10^%{z:.2f}<extra></extra>",
        )
    )
    figure.update_layout(
        height=240 + 18 * min(len(levels), 25),
        xaxis_title=_("time step of the state"),
        yaxis={"title": _("step of the loss"), "autorange": "reversed", "type": "category"},
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
        uirevision="kept",
    )
    chart(figure, "own triangle", about="")


def _formula(subject: Subject, recording: Recording, where: Key, key: str) -> None:
    trace = recording[where]
    names = [*trace, *(f"d{name}" for name in trace if trace.has_grads)]
    quantity, step, unit, look = st.columns(4, vertical_alignment="bottom")
    name = quantity.selectbox(_("Quantity"), names, index=len(trace) - 1, key="own quantity")
    t = step.number_input(_("Step"), 1, trace.T, trace.T, key="own formula step")
    k = unit.number_input(_("Unit"), 0, trace.H - 1, 0, key="own formula unit")
    with turn():
        scope = Microscope(subject)
    st.session_state["microscope run"] = key
    asked = Place(name, int(t) - 1, int(k), "", *where)
    if look.button(_("Look at it"), key="own look") or not st.session_state.get("microscope path"):
        microscope.look_at(asked)
    microscope.show(scope, key)
