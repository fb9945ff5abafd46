"""The line above the pages that look into the run: which network, task, update, sequence and loss, with Train.

One line for all of them, so that what is looked at is never in doubt and is the same everywhere: the weights after
the run's newest update. Live can be scrubbed back; the line then says which update Live shows. What stands there for
the reader's own model: `dashboard.widgets.inspected_switch`; on a page with networks of its own: `context_place`.
"""

import math

import streamlit as st

from core.cells import CELL_TITLES
from core.common.messages import count, say
from core.tasks import TASKS
from core.tasks.base import PROBE_LABEL
from core.training.events import ProbePass
from core.training.experiment import Experiment
from dashboard.common.i18n import N_, _, join_words
from dashboard.common.labels import normalization_titles, say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.player.component import load_component
from dashboard.serving.turns import time_slice
from dashboard.session.classes import answer_in_words
from dashboard.session.controls import connect_control
from dashboard.session.live_run import LiveRun, get_run
from dashboard.widgets.context_place import join_parts, open_context
from dashboard.widgets.inspected_switch import draw_switch
from dashboard.widgets.train_button import draw_train_button

DIRECTIONS = {"concat": N_("two directions"), "sum": N_("two directions, added")}


def draw_context_line(run: LiveRun, has_switch: bool = True) -> ProbePass:
    """The line -> what the network does with the sequence.

    has_switch: whether what else can be looked at can be chosen there; not on a page that shows the run alone.
    """
    trainer = run.trainer
    with time_slice():
        look = trainer.look()
    with open_context():
        if has_switch:
            draw_switch()
        st.markdown(_describe_network_and_task(run), width="content")
        st.text_input(
            _(PROBE_LABEL),
            run.sequence,
            placeholder=" ".join(look.probe.symbols),
            label_visibility="collapsed",
            help=_("A sequence of your own, as on the Live page; empty: a held-out one."),
            width=170,
            **connect_control("sequence", run.sequence, _set_probe),
        )
        st.markdown(_describe_loss(look), width="content")
        draw_train_button()
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


def _describe_network_and_task(run: LiveRun) -> str:
    """What reads: "GRU, 24 units · Names to languages · update 100 · it reads", before the field of the sequence."""
    experiment = run.trainer.experiment
    return join_parts(
        [
            f"**{escape_markdown(describe_network(experiment))}**",
            escape_markdown(_(TASKS[experiment.task].title)),
            _("update **{n}**", n=run.trainer.index),
            _("it reads"),
        ]
    )


def _describe_loss(look: ProbePass) -> str:
    loss = (
        _("loss **{loss:.3g}**", loss=look.loss)
        if math.isfinite(look.loss)
        else _("loss not finite")
    )
    answer = answer_in_words(get_run().trainer.task, look.probe.answer)
    return join_parts(
        [loss, _("target: {target}", target=escape_markdown(answer)) if answer else ""]
    )


def describe_network(experiment: Experiment) -> str:
    """The cell and its sizes: "GRU, 24 units", "LSTM, 2 layers of 16 units, two directions"."""
    sizes = experiment.sizes
    if len(sizes) == 1:
        size = _(count(sizes[0], say("{n} unit"), say("{n} units")))
    elif len(set(sizes)) == 1:
        size = _("{k} layers of {n} units", k=len(sizes), n=sizes[0])
    else:
        size = _("layers of {sizes} units", sizes=join_words(map(str, sizes)))
    parts = [CELL_TITLES[experiment.cell], size]
    if experiment.bidirectional:
        parts.append(_(DIRECTIONS[experiment.combine]))
    if not experiment.recurrence:
        parts.append(_("without recurrence"))
    if experiment.window > 1:
        parts.append(_("windows of {n} inputs", n=experiment.window))
    if experiment.normalization != "off":
        parts.append(normalization_titles()[experiment.normalization])
    return join_words(parts)


def _set_probe(text: str) -> None:
    """The reader typed a sequence."""
    with time_slice():
        get_run().set_probe(text)
