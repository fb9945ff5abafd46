"""The Gradients page: the diagnosis above, and below it one tab for each question."""

import streamlit as st

from core.analysis.diagnosis import Diagnosis
from core.analysis.remedies import Remedy, suggest_remedies
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import GRADIENTS
from dashboard.serving.turns import time_slice
from dashboard.session import inspected, position
from dashboard.session.controls import set_tab
from dashboard.session.live_run import LiveRun, get_run, rewind_run
from dashboard.session.settings import choose_experiment, experiment
from dashboard.views.gradients import clipping, error_cliff, jacobians, triangle
from dashboard.widgets import inspected_switch, recording_panels
from dashboard.widgets.layer_picker import pick_layer
from dashboard.widgets.train_button import draw_train_button

TABS = [
    _("How far back a loss reaches"),
    _("Jacobians"),
    _("Untrained: sliders"),
    _("Exploding and clipping"),
    _("The error cliff"),
]
TITLES = {
    "waiting": _("not trained"),
    "diverged": _("diverged"),
    "solved": _("solved"),
    "learning": _("learning"),
    "healthy": _("gradient healthy"),
    "exploding": _("exploding"),
    "clipped": _("always clipped"),
    "dead": _("dead units"),
    "vanished": _("vanished"),
    "saturated": _("saturated"),
}
COLOURS = dict.fromkeys(TITLES, "red") | {
    **{"waiting": "gray", "solved": "green", "learning": "green", "healthy": "blue"},
}


def draw_sections() -> None:
    """Everything below the controls."""
    live = get_run()
    own = inspected_switch.choose_inspected()
    if own is None:
        _draw_diagnosis(live)
    if tab := position.take_link_position(GRADIENTS).get("tab"):
        set_tab("gradients tab", TABS[min(tab, len(TABS)) - 1])
    tabs = st.tabs(TABS, key="gradients tab", on_change="rerun")
    reach, run, bench, exploded, one_unit = tabs
    position.note_position(
        GRADIENTS, tab=1 + next((k for k, tab in enumerate(tabs) if tab.open), 0)
    )
    if reach.open:
        with reach:
            _draw_reach(own)
    if run.open:
        with run:
            jacobians.draw_jacobians(own)
    if bench.open:
        with bench:
            jacobians.draw_untrained()
    if exploded.open:
        with exploded:
            if own is None:
                clipping.draw_norms()
                clipping.draw_loss_plane()
            else:
                inspected_switch.say_run_is_needed(
                    _("The norm of each update, and the loss around the weights,")
                )
    if one_unit.open:
        with one_unit:
            error_cliff.draw_error_cliff()


def _draw_reach(own: inspected.Inspected | None) -> None:
    """Every loss against every state; of a recording the one gradient that was recorded."""
    if own is None or own.subject is not None:
        triangle.draw_triangle(own)
        return
    where = pick_layer(own.recording, "gradients layer")
    trace = own.recording[where]
    if not trace.has_grads:
        st.info(_("No backward pass was recorded: call backward() inside the `with`."))
        return
    recording_panels.draw_gradients(trace, own.symbols)
    inspected_switch.say_weights_are_needed(_("Each loss by itself against every state"))


def _draw_diagnosis(live: LiveRun) -> None:
    """What is the matter, in words with its number, and a button for each remedy."""
    diagnosis = live.diagnose()
    sentence, buttons = st.columns([11, 10], vertical_alignment="center")
    sentence.markdown(_describe(live, diagnosis))
    with buttons.container(horizontal=True, horizontal_alignment="right"):
        for k, remedy in enumerate(suggest_remedies(diagnosis, live.trainer.experiment)[:2]):
            st.button(
                escape_markdown(_(remedy.template).format(**remedy.changes)),
                key=f"remedy {k}",
                on_click=_apply_remedy,
                args=(remedy,),
                type="primary" if k == 0 else "secondary",
                help=_("Goes on from an earlier state.")
                if remedy.rewind
                else _("Changes the experiment, and begins it anew."),
            )
        draw_train_button("train 100")


def _describe(live: LiveRun, diagnosis: Diagnosis) -> str:
    colour = COLOURS[diagnosis.kind]
    sentence = live.trainer.diverged or _(diagnosis.template).format(**diagnosis.values)
    if diagnosis.kind == "waiting":
        sentence = _("Not trained yet: press Play, or train 100 updates.")
    # While the triangle plays, the page is not drawn: the sentence says of when it is.
    sentence = f"{_('Update {n}').format(n=live.trainer.index)}: {sentence}"
    return f":{colour}-badge[{TITLES[diagnosis.kind]}] {escape_markdown(sentence)}"


def _apply_remedy(remedy: Remedy) -> None:
    live = get_run()
    if remedy.rewind and live.trainer.diverged:
        with time_slice():
            rewind_run(**remedy.changes)
    else:
        choose_experiment(experiment().but(**remedy.changes))
