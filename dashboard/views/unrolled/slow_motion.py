"""The Unrolled page: one update of the session's run in slow motion, and the microscope under it.

The component plays by itself; it asks only when a number is clicked: action {"kind": "pick", ...}.
"""

import math
from dataclasses import dataclass

import streamlit as st

from core.analysis.explanation import Place
from core.analysis.inspection import Inspection
from core.analysis.microscope import Microscope
from core.analysis.truncation import TruncationEffect, compare_truncation
from core.common.messages import count, say
from core.layers.recording import Recording
from dashboard.common.file_names import file_name
from dashboard.common.i18n import _, join_sentences
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import UNROLLED
from dashboard.player.component import mount_picture
from dashboard.player.pull import MAX_COUNT
from dashboard.serving.turns import time_slice
from dashboard.session import inspected, position
from dashboard.session.controls import connect_control, read_message
from dashboard.session.live_run import LiveRun, get_run
from dashboard.session.state import state
from dashboard.views.unrolled import blanks, microscope
from dashboard.views.unrolled.number_path import look_at
from dashboard.views.unrolled.wire import (
    ShownReading,
    drawn_units,
    encode_reading,
    encode_shown,
)
from dashboard.widgets import inspected_switch
from dashboard.widgets.autograd_check import CheckSubject, draw_check
from dashboard.widgets.context_line import describe_network, draw_context_line


@dataclass
class UnrolledState:
    """cut: the number of steps that the reader truncates after; None until it is set: as the run does.

    reading: the last one. reading_of: its run, sequence, truncation and interventions. readings: how many so far.
    """

    cut: int | None = None
    reading: tuple[Microscope, TruncationEffect | None] | None = None
    reading_of: tuple = ()
    readings: int = 0


def draw_unrolled() -> None:
    """Everything below the controls."""
    live = get_run()
    seen = state(UnrolledState)
    linked = position.take_link_position(UNROLLED)
    if "cut" in linked:
        seen.cut = linked["cut"]
    if "blanks" in linked:
        blanks.set_degree(linked["blanks"])
    position.note_position(UNROLLED, cut=seen.cut or 0, blanks=state(blanks.BlankState).degree)
    own = inspected_switch.choose_inspected()
    if own is None:
        draw_context_line(live)
    elif own.subject is None:
        _draw_recorded(own)
        return
    subject = live.inspect() if own is None or own.subject is None else own.subject
    run = f"{live.id}.{live.trainer.index}" if own is None else own.run
    if "number" in linked and own is None:
        k = _truncation_length(live, len(subject.symbols))
        scope, _cut = read_sequence(subject, run, k)
        microscope.look_at_linked(scope, live.id, *position.parse_number(linked["number"]))
    _draw_reading(live, own, subject, run)


@st.fragment
def _draw_reading(
    live: LiveRun, own: inspected.Inspected | None, subject: Inspection, run: str
) -> None:
    """The network and the microscope: a click on a number draws these anew, and nothing else of the page."""
    k = _truncation_length(live, len(subject.symbols))
    scope, cut = read_sequence(subject, run, k, own)
    update = live.trainer.index if own is None else None
    file = file_name(live.trainer.experiment) if own is None else own.file
    about = _describe_run(live) if own is None else _describe(subject.title, own)
    name = f"{run}.{k}.{state(UnrolledState).readings}"
    content = encode_reading(name, update, scope, cut, k, about, file)
    mount_picture("unrolled", content, _on_action, module="unrolled")
    _say_drawn_units(scope.reading.recording)
    microscope.draw_microscope(scope, live.id if own is None else run, _on_curve_action)
    with st.container(horizontal=True, vertical_alignment="bottom", key="unrolled controls"):
        st.number_input(
            _("Truncate after (0: not at all)"),
            0,
            len(scope.inspection.symbols),
            k,
            width=220,
            **connect_control("unrolled chunk", k, _set_truncation),
        )
        blanks.choose_degree()
        draw_check(lambda: CheckSubject(subject, run, update, k))
    if scope.head is not None and scope.head.ends:
        st.markdown(
            _(
                "The output reads both directions where each has read everything: → at step {T}, ← at step 1. So the loss above "
                "step {T} sends its gradient into ← at step 1, from where it runs to the right.",
                T=len(scope.inspection.symbols),
            )
        )
    diverged = bool(live.trainer.diverged) and own is None
    st.markdown(_describe_truncation(diverged, cut, k, own is None))


def _describe_run(live: LiveRun) -> str:
    """Task, network and update, as the line above the picture and a saved picture have them."""
    return _(
        "{task} · {network} · update {n}",
        task=_(live.trainer.task.title),
        network=describe_network(live.trainer.experiment),
        n=live.trainer.index,
    )


def _describe(title: str, own: inspected.Inspected) -> str:
    """The same of the reader's own model or recording, which has no updates."""
    cell = own.recording.cell
    if title == cell.title:  # a layer without a name
        title = ""
    return _(
        "{title} · {cell}, {units}",
        title=title or _("own model"),
        cell=cell.title,
        units=count(own.recording.H, say("{n} unit"), say("{n} units")),
    )


def _draw_recorded(own: inspected.Inspected) -> None:
    """What a notebook recorded, in the same slow motion; there are no losses and no formulas."""
    if not own.recording.has_grads:
        st.info(_(own.recording.why_no_grads))
        return
    parts = {"": slice(0, len(own.symbols))}
    content = encode_shown(
        ShownReading(own.run, own.symbols, parts, own.reading, _describe(own.title, own), own.file)
    )
    mount_picture("unrolled", content, _ignore, module="unrolled")
    _say_drawn_units(own.recording)
    st.caption(_say_whose_gradients(state(inspected.InspectedState).loss_title))
    inspected_switch.say_weights_are_needed(
        _("The formula of a number, like a check against autograd,")
    )


def _say_drawn_units(recording: Recording) -> None:
    """What is left out of the picture of a wide layer over many steps."""
    units, most = drawn_units(recording), max(recording[key].H for key in recording.layers)
    if units < most:
        st.caption(
            _(
                "Drawn are units 0 to {last} of {n}: all of them, over {T} steps, are more than a page is sent at once. "
                "In the picture ‖h‖, ‖dh‖, the arrows and dW_hh are of these units alone.",
                last=units - 1,
                n=most,
                T=recording.T,
            )
        )


def _say_whose_gradients(loss_title: str) -> str:
    if not loss_title:
        return _("The gradients are those of the notebook's own loss, for this sequence.")
    return _(
        "The gradients are those of {loss}, for this sequence.", loss=escape_markdown(loss_title)
    )


def _truncation_length(live: LiveRun, steps: int) -> int:
    """The number of steps that the reader truncates after; at first, what the run itself does."""
    cut = state(UnrolledState).cut
    return min(live.trainer.experiment.truncate if cut is None else cut, steps)


def _set_truncation(cut: int) -> None:
    state(UnrolledState).cut = cut


def read_sequence(
    subject: Inspection, run: str, k: int, own: inspected.Inspected | None = None
) -> tuple[Microscope, TruncationEffect | None]:
    """What the network reads now; kept until weights, sequence, interventions or truncation change.

    own: the reader's model, which has been read by itself: that reading is taken where it is not truncated.
    """
    interventions = [layer.intervention for layer in subject.layers.values()]
    key = (run, subject.symbols, k, *map(repr, interventions))
    is_plain = own is not None and k == 0 and not any(interventions)
    reading = own.reading if own is not None and is_plain else None
    seen = state(UnrolledState)
    if seen.reading is None or seen.reading_of != key:
        with time_slice():
            with subject.chunks(k):
                scope = Microscope(subject, reading=reading)
            cut = compare_truncation(subject, k) if k else None
        seen.reading_of, seen.reading = key, (scope, cut)
        seen.readings += 1
    return seen.reading


def _describe_truncation(
    diverged: bool, cut: TruncationEffect | None, k: int, trains: bool = True
) -> str:
    """What truncation costs, in words."""
    if diverged:
        return _("The run has diverged: this is its last state of finite numbers.")
    if cut is None:
        return _(
            "Click on a number to see its formula. d before a name is the derivative of the loss: "
            "dh is ∂L/∂h."
        )
    if math.isnan(cut.angle):
        return _("Truncated after {k}: one of the two gradients is zero.", k=k)
    sentence = _(
        "Truncated after {k} steps, dW_hh points **{angle:.1f}°** away from the whole gradient and has "
        "**{ratio:.0%}** of its length. Grey: what is lost.",
        k=k,
        angle=cut.angle,
        ratio=cut.ratio,
    )
    if not trains:
        return sentence
    return join_sentences(
        [sentence, _("*Truncate after*, under Training, trains the run that way.")]
    )


def _on_action() -> None:
    """A click on a number of the network."""
    _take_pick("unrolled")


def _on_curve_action() -> None:
    """A click on a step of the microscope's curve."""
    _take_pick("unit curve")


def _take_pick(component: str) -> None:
    action = read_message(component, "action")
    if action is None or action.text("kind") != "pick":
        return
    t, unit, layer = (action.integer(name, -1, MAX_COUNT) for name in ("t", "unit", "layer"))
    if t is None or unit is None or layer is None:
        return
    name, part, direction = (action.text(name, 40) for name in ("name", "part", "direction"))
    place = Place(name, t, unit, part, layer, direction)
    look_at(place, action.integer("column", -1, MAX_COUNT))


def _ignore() -> None:
    """The component asks for nothing else."""
