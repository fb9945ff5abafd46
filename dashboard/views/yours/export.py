"""What can be taken away of the run on Live."""

from dataclasses import dataclass

import streamlit as st

from core.cells import CELL_TITLES
from core.io.export import arrays, script, tensorboard
from core.training import settings_log
from core.training.trainer import Trainer
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.serving.turns import turn
from dashboard.session import interventions, live_run
from dashboard.session.controls import read_control
from dashboard.session.state import state
from dashboard.views.yours.report import render_report


@dataclass
class ExportState:
    """The files that were made last, until they are downloaded."""

    script: bytes = b""
    events: bytes = b""


def draw_export_tab() -> None:
    """The whole tab."""
    here = live_run.find_run()
    if here is None:
        st.caption(_("No run yet: open Live first."))
        return
    trainer = here.trainer
    under = _under(trainer)
    st.markdown(
        _("Of the run on Live: {title}, {cell}, after {n} updates.").format(
            title=plain(_(trainer.task.title)),
            cell=CELL_TITLES[trainer.experiment.cell],
            n=trainer.index,
        )
    )
    if under:
        st.warning(
            _(
                "**Under an intervention:** {what}. All numbers are as they were under it, and the report "
                "and the files say so."
            ).format(what=plain(under)),
            icon=":material/back_hand:",
        )
    first, second = st.columns(2)
    with first.container(border=True):
        _report(here)
    with second.container(border=True):
        _script(here, under)
    with first.container(border=True):
        _numbers(here)
    with second.container(border=True):
        _tensorboard(here)
        st.caption(
            _(
                "A picture of a view: “Save picture” in it, as PNG or SVG; of a figure: the camera and “SVG” in "
                "its toolbar."
            )
        )


def _under(trainer: Trainer) -> str:
    """What the run was trained under, or is held under from its next update on; "" when nothing."""
    now = interventions.in_force(trainer)
    return interventions.history(trainer) or interventions.sentence(now)


def _report(here: live_run.Live) -> None:
    st.markdown(f"**{_('Report')}**")
    st.caption(
        _(
            "One HTML file: settings, curves, states, gates, gradients, diagnosis. Interactive, and it opens "
            "without a network. About 5 MB."
        )
    )

    def make() -> bytes:
        name, notes = read_control("report name", ""), read_control("notes", "")
        with turn():
            return render_report(here.trainer, here.curves, here.latest, name, notes)

    st.text_input(_("Title"), key="report name", max_chars=120)
    st.text_area(_("Notes"), key="notes", max_chars=4000, height=80)
    st.download_button(
        _("Report"), make, "report.html", "text/html", on_click="ignore", key="report"
    )


def _script(here: live_run.Live, under: str) -> None:
    st.markdown(f"**{_('Plain PyTorch script')}**")
    st.caption(
        _(
            "Trains this experiment from its first weights on the same batches, without this project, and "
            "prints the same losses. A folder with train.py, the weights and the batches."
        )
    )
    updates = st.number_input(
        _("Updates"), 1, script.MOST_UPDATES, max(1, min(1000, here.trainer.index or 100))
    )
    label = _("Make the script")
    otherwise = settings_log.in_words(here.trainer.settings_log)
    if otherwise:
        st.warning(
            _(
                "This run went back and on with other settings ({earlier}). The script trains with the present "
                "ones from the first update, so its losses are not this run's. Its first lines say so."
            ).format(earlier=plain(otherwise))
        )
    if under:
        st.warning(
            _(
                "The script cannot hold gates or states: it trains without the intervention, so its "
                "losses are not this run's. Its first lines say so."
            )
        )
        label = _("Make it without the intervention")
    mine = state(ExportState)
    if st.button(label, key="make script"):
        try:
            with st.spinner(_("Drawing the batches …")), turn():
                mine.script = script.as_zip(here.trainer.experiment, int(updates), under, otherwise)
        except (ValueError, LookupError) as error:
            mine.script = b""
            st.warning(plain(str(error)))
    if mine.script:
        st.download_button(
            _("Script and data, {n} MB").format(n=f"{len(mine.script) / 1e6:.1f}"),
            mine.script,
            "script.zip",
            "application/zip",
            on_click="ignore",
            key="script download",
        )


def _numbers(here: live_run.Live) -> None:
    st.markdown(f"**{_('Numbers')}**")
    st.caption(
        _(
            "The recording is of the sequence that the network reads on Live, with the weights of now. In "
            "the npz, 0.forward.f is the forget gate of the first layer [T, B, H], 0.forward.df its gradient."
        )
    )

    def recorded(npz: bool) -> bytes:
        with turn():
            look = here.trainer.look()
        symbols, held = look.probe.symbols, interventions.in_force(here.trainer)
        if npz:
            return arrays.recording_npz(look.recording, len(symbols), held)
        return arrays.recording_csv(look.recording, symbols, len(symbols), held)

    def curves() -> bytes:
        return arrays.curves_csv(here.curves, here.trainer.intervention_log)

    files = (
        (_("Weights"), lambda: arrays.weights(here.trainer), "weights.safetensors"),
        (_("Recording, npz"), lambda: recorded(True), "recording.npz"),
        (_("Recording, CSV"), lambda: recorded(False), "recording.csv"),
        (_("Curves, CSV"), curves, "curves.csv"),
    )
    with st.container(horizontal=True):
        for title, make, name in files:
            st.download_button(
                title, make, name, "application/octet-stream", on_click="ignore", key=name
            )


def _tensorboard(here: live_run.Live) -> None:
    st.markdown("**TensorBoard**")
    st.caption(_("Event files of the curves and the weights: unzip, then tensorboard --logdir ."))
    mine = state(ExportState)
    if st.button(_("Make the event files"), key="make events"):
        try:
            mine.events = tensorboard.as_zip(here.trainer, here.curves)
        except ValueError as error:
            st.warning(plain(str(error)))
    if mine.events:
        st.download_button(
            _("Event files"),
            mine.events,
            "tensorboard.zip",
            "application/zip",
            on_click="ignore",
            key="events download",
        )
