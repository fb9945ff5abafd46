"""The Gradients page in two: this network, with the run's diagnosis, and the workbench, whose networks are not the
run's; in each a tab for each question."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.analysis.diagnosis import Diagnosis
from core.analysis.remedies import Remedy, suggest_remedies
from dashboard.common.i18n import N_, _
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import GRADIENTS
from dashboard.serving.turns import time_slice
from dashboard.session import inspected, position, sticky
from dashboard.session.controls import draw_tabs, set_tab
from dashboard.session.live_run import LiveRun, get_run, rewind_run
from dashboard.session.settings import choose_experiment, experiment
from dashboard.views.gradients import (
    clipping,
    error_cliff,
    jacobians,
    saliency,
    trajectories,
    triangle,
    workbench,
)
from dashboard.widgets import inspected_switch, recording_panels
from dashboard.widgets.autograd_check import CheckSubject, draw_check
from dashboard.widgets.context_line import draw_context_line
from dashboard.widgets.layer_picker import pick_layer

NETWORK, WORKBENCH = "network", "workbench"
LEVELS = {NETWORK: N_("This network"), WORKBENCH: N_("Workbench")}
LEVEL = "gradients level"  # the control
# The drawer holds the settings of the run; on a phone it holds the menu, too.
WITHOUT_SETTINGS = """<style>
.st-key-all-settings { display: none; }
@media (min-width: 640px) { [data-testid="stSidebar"] { display: none; } }
</style>"""
TITLES = {
    "waiting": N_("not trained"),
    "diverged": N_("diverged"),
    "solved": N_("solved"),
    "learning": N_("learning"),
    "healthy": N_("no fault found"),
    "exploding": N_("exploding"),
    "clipped": N_("always clipped"),
    "blind": N_("sees too little"),
    "dead": N_("dead units"),
    "vanished": N_("vanished"),
    "saturated": N_("saturated"),
}
COLOURS = dict.fromkeys(TITLES, "red") | {
    **{"waiting": "gray", "solved": "green", "learning": "green", "healthy": "blue"},
}


@dataclass(frozen=True)
class Section:
    """A question, with its tab. draw: gets what is looked at in place of the run, if anything is."""

    level: str
    key: str
    title: str
    draw: Callable[[inspected.Inspected | None], None]


def choose_level() -> str:
    """The control: the network of the session, or networks of the workbench. A link's tab opens where it stands."""
    linked = position.take_link_position(GRADIENTS)
    workbench.restore_from_link(linked)
    tab = linked.get("tab")
    if tab:
        section = SECTIONS[min(tab, len(SECTIONS)) - 1]
        sticky.set_value(LEVEL, section.level)
        set_tab(f"{section.level} tab", section.key)
    level = sticky.get_value(LEVEL, NETWORK)
    st.segmented_control(
        _("What is looked at"),
        list(LEVELS),
        default=level,
        format_func=lambda level: _(LEVELS[level]),
        required=True,
        label_visibility="collapsed",
        **sticky.connect(LEVEL, level),
    )
    return level


def draw_network() -> None:
    """The questions about the run, or about what is looked at in its place."""
    live = get_run()
    own = inspected_switch.choose_inspected()
    if own is None:
        draw_context_line(live)
        _draw_diagnosis(live)
    _draw_tabs(NETWORK, own)


def draw_workbench() -> None:
    """The questions about small networks of their own, whose controls stand beside their pictures."""
    st.html(WITHOUT_SETTINGS)
    st.caption(
        _(
            "Untrained networks and one unit, each with its own controls: your run has no part in them."
        )
    )
    _draw_tabs(WORKBENCH, None)


def _draw_tabs(level: str, own: inspected.Inspected | None) -> None:
    sections = [section for section in SECTIONS if section.level == level]
    tabs = draw_tabs(f"{level} tab", {section.key: _(section.title) for section in sections})
    shown = next((section for section in sections if tabs[section.key].open), sections[0])
    tab = 1 + SECTIONS.index(shown)
    position.note_position(GRADIENTS, tab=tab, **workbench.positions())
    for section in sections:
        tab = tabs[section.key]
        if tab.open:
            with tab:
                section.draw(own)


def _draw_exploding(own: inspected.Inspected | None) -> None:
    """The norms of the run's updates, and the loss around its weights."""
    if own is None:
        clipping.draw_norms()
        clipping.draw_loss_plane()
    else:
        inspected_switch.say_run_is_needed(
            _("The norm of each update, and the loss around the weights,")
        )


def _draw_reach(own: inspected.Inspected | None) -> None:
    """Every loss against every state; of a recording the one gradient that was recorded."""
    if own is None or own.subject is not None:
        triangle.draw_triangle(own)
        draw_check(lambda: _check_subject(own))
        return
    where = pick_layer(own.recording, "gradients layer")
    trace = own.recording[where]
    if not trace.has_grads:
        st.info(_(own.recording.why_no_grads))
        return
    recording_panels.draw_gradients(trace, own.symbols)
    inspected_switch.say_weights_are_needed(_("Each loss by itself against every state"))


# By their numbers in links, from 1.
SECTIONS = (
    Section(NETWORK, "reach", N_("How far back a loss reaches"), _draw_reach),
    Section(NETWORK, "jacobians", N_("Jacobians"), jacobians.draw_jacobians),
    Section(
        WORKBENCH, "sliders", N_("Untrained: sliders"), lambda _own: jacobians.draw_untrained()
    ),
    Section(NETWORK, "clipping", N_("Exploding and clipping"), _draw_exploding),
    Section(WORKBENCH, "cliff", N_("The error cliff"), lambda _own: error_cliff.draw_error_cliff()),
    Section(NETWORK, "trajectories", N_("Where the states go"), trajectories.draw_trajectories),
    Section(NETWORK, "inputs", N_("Which inputs mattered"), saliency.draw_saliency),
)


def _check_subject(own: inspected.Inspected | None) -> CheckSubject:
    """The run as it is now, which the triangle trains too, or the reader's own model."""
    if own is not None and own.subject is not None:
        return CheckSubject(own.subject, own.run)
    live = get_run()
    update = live.trainer.index
    return CheckSubject(live.inspect(), f"{live.id}.{update}", update)


def _draw_diagnosis(live: LiveRun) -> None:
    """What is the matter, in words with its number, and a button for each remedy."""
    diagnosis = live.diagnose()
    remedies = suggest_remedies(diagnosis, live.trainer.experiment)[:2]
    if not remedies:
        st.markdown(_describe(live, diagnosis))
        return
    sentence, buttons = st.columns([11, 10], vertical_alignment="center")
    sentence.markdown(_describe(live, diagnosis))
    with buttons.container(horizontal=True, horizontal_alignment="right"):
        for k, remedy in enumerate(remedies):
            st.button(
                escape_markdown(_(remedy.sentence)),
                key=f"remedy {k}",
                on_click=_apply_remedy,
                args=(remedy,),
                type="primary" if k == 0 else "secondary",
                help=_("Continues from an earlier update.")
                if remedy.rewind
                else _("Changes the experiment and starts it from the beginning."),
            )


def _describe(live: LiveRun, diagnosis: Diagnosis) -> str:
    colour = COLOURS[diagnosis.kind]
    sentence = _(live.trainer.diverged or diagnosis.sentence)
    if diagnosis.kind == "waiting":
        sentence = _("Not trained yet: press Play, or train 100 updates.")
    # While the triangle plays, the page is not drawn: the sentence says of when it is.
    sentence = _("Update {n}: {sentence}", n=live.trainer.index, sentence=sentence)
    return f":{colour}-badge[{_(TITLES[diagnosis.kind])}] {escape_markdown(sentence)}"


def _apply_remedy(remedy: Remedy) -> None:
    live = get_run()
    if remedy.rewind and live.trainer.diverged:
        with time_slice():
            rewind_run(**remedy.changes)
    else:
        choose_experiment(experiment().but(**remedy.changes))
