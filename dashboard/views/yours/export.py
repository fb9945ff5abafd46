"""What can be taken away of the run on Live: all of it is of the run's newest update, which the page names."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field

import streamlit as st

from core.cells import CELL_TITLES
from core.io.export import arrays, onnx_model, script, tensorboard
from core.training import settings_log
from core.training.trainer import Trainer
from dashboard.common.file_names import file_name
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.serving.turns import time_slice
from dashboard.session import interventions, live_run, sticky
from dashboard.session.settings import Settings
from dashboard.session.state import state
from dashboard.views.yours.downloads import offer_file
from dashboard.views.yours.report import ReportTexts, render_report


@dataclass
class ExportState:
    """files: those that were made last, by name. made_of: the run and the update that they are of; texts: the report's."""

    files: dict[str, bytes] = field(default_factory=dict)
    texts: ReportTexts = field(default_factory=ReportTexts)
    made_of: tuple[str, int] = ("", 0)


def draw_export_tab() -> None:
    """The whole tab."""
    live = live_run.find_run()
    if live is None:
        st.caption(_("No run yet: open Live first."))
        return
    trainer, made = live.trainer, state(ExportState)
    if made.made_of != (live.id, trainer.index):
        made.files.clear()
        made.made_of = (live.id, trainer.index)
    intervention = _describe_interventions(trainer)
    st.markdown(
        _(
            "The run on Live: {title}, {cell}, **after update {n}**, its newest.",
            title=escape_markdown(_(trainer.task.title)),
            cell=CELL_TITLES[trainer.experiment.cell],
            n=trainer.index,
        )
    )
    if intervention:
        st.warning(
            _(
                "**Under an intervention:** {what}. All numbers were computed under it; the report and the files say so.",
                what=escape_markdown(intervention),
            ),
            icon=":material/back_hand:",
        )
    first, second = st.columns(2)
    with first.container(border=True):
        _draw_report(live)
    with second.container(border=True):
        _draw_script(live, intervention)
    with first.container(border=True):
        _draw_numbers(live)
    with first.container(border=True):
        _draw_onnx(live, intervention)
    with second.container(border=True):
        _draw_tensorboard(live)
        st.caption(
            _(
                "Pictures: “Save picture” in a view saves it as PNG or SVG, and so do the camera and “SVG” in the toolbar of a figure."
            )
        )


def _describe_interventions(trainer: Trainer) -> str:
    """What the run was trained under, or is held under from its next update on; "" when nothing."""
    now = interventions.get_run_interventions(trainer)
    return interventions.describe_history(trainer) or interventions.describe(now)


def _draw_made_file(
    name: str,
    file: str,
    mime: str,
    button: str,
    make: Callable[[], bytes],
    download: Callable[[int], str],
    waiting: str = "",
) -> None:
    """A button that makes the file, and once it is made one that saves it.

    make: its ValueErrors and LookupErrors are shown. download: what the second button says of so many bytes.
    """
    files = state(ExportState).files
    if st.button(button, key=f"make {name}"):
        files.pop(name, None)
        try:
            with st.spinner(waiting) if waiting else nullcontext(), time_slice():
                files[name] = make()
        except (ValueError, LookupError) as error:
            st.warning(escape_markdown(say_by_label(error)))
    if content := files.get(name):
        label = download(len(content))
        key = f"{name} download"
        st.download_button(label, content, file, mime, on_click="ignore", key=key)


TITLE, NOTES = "report title", "report notes"  # the names of the controls


def _draw_report(live: live_run.LiveRun) -> None:
    st.markdown(f"## {_('Report')}")
    st.caption(
        _(
            "One HTML file with settings, curves, states, gates, gradients and the diagnosis. It is interactive and opens without a network. About 5 MB."
        )
    )

    texts = ReportTexts(sticky.get_value(TITLE, ""), sticky.get_value(NOTES, ""))
    st.text_input(_("Title"), texts.title, max_chars=120, **sticky.connect(TITLE, texts.title))
    st.text_area(
        _("Notes"), texts.notes, max_chars=4000, height=80, **sticky.connect(NOTES, texts.notes)
    )
    made = state(ExportState)
    if made.texts != texts:
        made.files.pop("report", None)
        made.texts = texts
    book = state(Settings).notation
    _draw_made_file(
        "report",
        f"{_file_name(live)}-report.html",
        "text/html",
        _("Make the report"),
        lambda: render_report(live.trainer, live.curves, live.latest, texts, book),
        lambda size: _("Report, {n:.1f} MB", n=size / 1e6),
        _("Drawing the figures …"),
    )


def _file_name(live: live_run.LiveRun) -> str:
    """How the names of the run's files begin: its task and cell, and the update that they are of."""
    return f"{file_name(live.trainer.experiment)}-update-{live.trainer.index}"


def _draw_script(live: live_run.LiveRun, intervention: str) -> None:
    st.markdown(f"## {_('Plain PyTorch script')}")
    st.caption(
        _(
            "Trains this experiment from the same first weights on the same batches, in plain PyTorch, and prints the same losses. A folder with train.py, the weights and the batches."
        )
    )
    updates = st.number_input(
        _("Updates"), 1, script.MAX_UPDATES, max(1, min(1000, live.trainer.index or 100))
    )
    label = _("Make the script")
    trainer = live.trainer
    earlier_settings = settings_log.settings_in_words(trainer.settings_log, trainer.experiment)
    if earlier_settings:
        st.warning(
            _(
                "This run trained with other settings before ({earlier}). The script trains with the present ones from the first update, so its losses differ from this run's. Its first lines say so.",
                earlier=escape_markdown(_(earlier_settings)),
            )
        )
    if intervention:
        st.warning(
            _(
                "The script cannot hold gates or states. It trains without the intervention, so its losses differ from this run's. Its first lines say so."
            )
        )
        label = _("Make the script without the intervention")
    _draw_made_file(
        "script",
        f"{_file_name(live)}-script.zip",
        "application/zip",
        label,
        lambda: script.as_zip(trainer.experiment, int(updates), intervention, earlier_settings),
        lambda size: _("Script and data, {n:.1f} MB", n=size / 1e6),
        _("Drawing the batches …"),
    )


def _draw_numbers(live: live_run.LiveRun) -> None:
    st.markdown(f"## {_('Numbers')}")
    st.caption(
        _(
            "Weights and recording are those after update {n}; the recording is of the sequence to watch. In the npz, 0.forward.h is the state of the first layer [T, B, H], and 0.forward.dh its gradient.",
            n=live.trainer.index,
        )
    )

    def encode_recording(npz: bool) -> bytes:
        with time_slice():
            look = live.trainer.look()
        symbols, active = look.probe.symbols, interventions.get_run_interventions(live.trainer)
        if npz:
            return arrays.recording_npz(look.recording, len(symbols), active)
        return arrays.recording_csv(look.recording, symbols, len(symbols), active)

    def encode_curves() -> bytes:
        return arrays.curves_csv(live.curves, live.trainer.intervention_log)

    files = (
        (_("Weights"), lambda: arrays.weights_safetensors(live.trainer), "weights.safetensors"),
        (_("Recording, npz"), lambda: encode_recording(True), "recording.npz"),
        (_("Recording, CSV"), lambda: encode_recording(False), "recording.csv"),
        (_("Curves, CSV"), encode_curves, "curves.csv"),
    )
    with st.container(horizontal=True):
        for title, make, name in files:
            file = f"{_file_name(live)}-{name}"
            offer_file(title, make, file, "application/octet-stream", key=name)


def _draw_onnx(live: live_run.LiveRun, intervention: str) -> None:
    st.markdown("## ONNX")
    st.caption(
        _(
            "The network as the operators of ONNX, embedding and head included, for any number of steps and sequences: onnxruntime computes what it computes here. Where sequences differ in length, their lengths are its second input. RNN, LSTM and GRU have such operators."
        )
    )
    if intervention:
        st.warning(
            _("An operator cannot hold gates or states: the file has the weights without that.")
        )
    _draw_made_file(
        "onnx",
        f"{_file_name(live)}.onnx",
        "application/octet-stream",
        _("Make the ONNX file"),
        lambda: onnx_model.run_onnx(live.trainer),
        lambda size: _("ONNX, {n:,.0f} kB", n=size / 1e3),
    )


def _draw_tensorboard(live: live_run.LiveRun) -> None:
    st.markdown("## TensorBoard")
    st.caption(
        _("Event files of the curves and the weights. Unzip them, then run tensorboard --logdir .")
    )
    _draw_made_file(
        "events",
        f"{_file_name(live)}-tensorboard.zip",
        "application/zip",
        _("Make the event files"),
        lambda: tensorboard.tensorboard_zip(live.trainer, live.curves),
        lambda _size: _("Event files"),
    )
