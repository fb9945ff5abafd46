"""What was recorded of one sequence, as maps: states, gates and gradients."""

import streamlit as st

from core.layers.recording import Recording
from core.layers.trace import Trace
from dashboard.common.i18n import N_, _
from dashboard.figures import recordings
from dashboard.session import sticky
from dashboard.widgets.charts import draw_chart
from dashboard.widgets.choice import pick_option, pick_segment
from dashboard.widgets.layer_picker import layer_title

STEPS = "own steps shown"  # the control
SHOWN = {"values": N_("States and gates"), "gradients": N_("Gradients")}


def draw_recording(recording: Recording, symbols: tuple[str, ...]) -> None:
    """Values or gradients of a layer and direction that the reader chooses."""
    if recording.not_finite:
        st.warning(_(recording.not_finite))
    place, switch = st.columns([1, 4])
    layers = recording.layers
    with place:
        index = pick_option(
            _("Layer and direction"),
            range(len(layers)),
            "own place",
            lambda k: layer_title(layers[k]),
            disabled=len(layers) == 1,
        )
    with switch:
        shown = pick_segment(_("Show"), list(SHOWN), "own shown", lambda name: _(SHOWN[name]))
    trace = recording[layers[index]]
    part = _pick_steps(len(symbols))
    if shown == "values":
        draw_values(trace, symbols, part)
    elif recording.has_grads:
        draw_gradients(trace, symbols, part)
    else:
        st.caption(_(recording.why_no_grads))


def _pick_steps(steps: int) -> slice:
    """The steps that are looked at: all of them, unless they are more than a map has columns and the reader zooms in."""
    if steps <= recordings.MAX_COLUMNS:
        return recordings.WHOLE
    chosen = sticky.get_value(STEPS, (1, steps))
    first, last = chosen if chosen[1] <= steps else (1, steps)
    st.slider(_("Steps"), 1, steps, (first, last), **sticky.connect(STEPS, (first, last)))
    return slice(first - 1, last)


def draw_values(trace: Trace, symbols: tuple[str, ...], part: slice = recordings.WHOLE) -> None:
    """Every recorded quantity over time. part: the steps that are shown."""
    st.caption(
        _("A row for each unit. Signed values: blue below 0, orange above; gates: empty 0, full 1.")
    )
    draw_chart(
        recordings.value_figure(trace, symbols, part=part),
        "own maps",
        about="",
        alt=_(
            "Maps of {names} of {H} units over {n} steps",
            names=", ".join(trace),
            H=trace.H,
            n=len(symbols),
        ),
    )


def draw_gradients(trace: Trace, symbols: tuple[str, ...], part: slice = recordings.WHOLE) -> None:
    """The total gradient of every quantity over time. part: the steps that are shown."""
    st.caption(_("Norm of the gradient at each step, over all units:"))
    draw_chart(
        recordings.norm_figure(trace, symbols, part=part),
        "own norms",
        about="",
        alt=_("The norm of the gradient at each step"),
    )
    st.caption(
        _(
            "Gradient of each unit: the colour is its sign, the shade its size on a logarithmic scale."
        )
    )
    draw_chart(
        recordings.gradient_figure(trace, symbols, part=part),
        "own gradients",
        about="",
        alt=_(
            "Maps of the gradients of {names} of {H} units over {n} steps",
            names=", ".join(trace),
            H=trace.H,
            n=len(symbols),
        ),
    )
