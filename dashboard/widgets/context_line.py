"""The line above the pages that look into the run: which network, task, update, sequence and loss, with Train.

One line for all of them, so that what is looked at is never in doubt and is the same everywhere: the weights after
the run's newest update. Live can be scrubbed back; the line then says which update Live shows.
"""

import math

import streamlit as st

from core.cells import CELL_TITLES
from core.tasks import TASKS
from core.tasks.base import PROBE_LABEL
from core.training.events import ProbePass
from core.training.experiment import Experiment
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.player.component import load_component
from dashboard.serving.turns import time_slice
from dashboard.session.controls import connect_control
from dashboard.session.live_run import LiveRun, get_run
from dashboard.widgets.train_button import draw_train_button


def draw_context_line(run: LiveRun) -> ProbePass:
    """The line -> what the network does with the sequence, with the weights of the newest update."""
    trainer = run.trainer
    with time_slice():
        look = trainer.look()
    with st.container(horizontal=True, vertical_alignment="center", key="context"):
        draw_train_button("train 100")
        st.text_input(
            _(PROBE_LABEL),
            run.sequence,
            placeholder=" ".join(look.probe.symbols),
            label_visibility="collapsed",
            help=_("A sequence of your own, as on the Live page; empty: a held-out one."),
            width=170,
            **connect_control("sequence", run.sequence, _set_probe),
        )
        st.markdown(_describe(run, look), width="content")
        load_component("hidden/live_update")(
            key="live update",
            data={
                "run": run.id,
                "update": trainer.index,
                "template": _("Live shows update {n}."),
            },
        )
    if run.probe_error:
        st.warning(escape_markdown(say_by_label(run.probe_error)))
    return look


def _describe(run: LiveRun, look: ProbePass) -> str:
    experiment = run.trainer.experiment
    parts = [
        _("**Update {n}**").format(n=run.trainer.index),
        escape_markdown(_(TASKS[experiment.task].title)),
        escape_markdown(describe_network(experiment)),
        _("loss **{loss:.3g}**").format(loss=look.loss)
        if math.isfinite(look.loss)
        else _("loss not finite"),
    ]
    if look.probe.answer:
        parts.append(_("target: {target}").format(target=escape_markdown(look.probe.answer)))
    return " · ".join(parts)


def describe_network(experiment: Experiment) -> str:
    """The cell and its sizes: "GRU, 24 units", "LSTM, 2 layers of 16 units, two directions"."""
    sizes = experiment.sizes
    if len(sizes) == 1:
        size = _("{n} units").format(n=sizes[0])
    elif len(set(sizes)) == 1:
        size = _("{k} layers of {n} units").format(k=len(sizes), n=sizes[0])
    else:
        size = _("layers of {sizes} units").format(sizes=", ".join(map(str, sizes)))
    parts = [CELL_TITLES[experiment.cell], size]
    return ", ".join([*parts, _("two directions")] if experiment.bidirectional else parts)


def _set_probe(text: str) -> None:
    """The reader typed a sequence."""
    with time_slice():
        get_run().set_probe(text)
