"""Live: what happens inside while it learns?"""

import inspect

import streamlit as st

from core.tasks import TASKS
from core.tasks.task_types import Writes
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.figures.equations import equations, note
from dashboard.serving import turns
from dashboard.views.live import player
from dashboard.views.live.writing import write
from dashboard.widgets import experiment_panel
from dashboard.widgets.intervention_banner import say_what_is_held
from dashboard.widgets.run_on_page import open_run

experiment = experiment_panel.panel()
if told := turns.forecast([experiment]):
    st.warning(plain(told))
run = open_run(experiment)
say_what_is_held()
player.show()

with st.expander(_("What you see, why it happens, what to try")):
    see, why, try_ = st.columns(3)
    see.markdown(
        _(
            "**What you see.** The network reads the sequence from left to right; all panels share "
            "that time axis. Each row of a coloured panel is one hidden unit, each column one time step: "
            "red is positive, blue is negative, gates go from empty (0) to full (1). The lowest panel is "
            "the size of the gradient that reaches each step, on a logarithmic axis."
        )
    )
    why.markdown(
        _(
            "**Why it happens.** The loss is known at the end (or at every step). Its gradient travels "
            "back through the same weights, step by step, and shrinks or grows each time. Where it is "
            "small the network cannot learn what that step should have done. The gates of an LSTM or GRU "
            "decide how much of it passes."
        )
    )
    try_.markdown(
        _(
            "**What to try.** Switch the cell to RNN and compare the gradient at the first step. Set the "
            "task to adding and the length to 100. Switch clipping off and raise the learning rate until "
            "it diverges. Type a name of your own."
        )
    )

with st.expander(_("About this task: {title}").format(title=_(TASKS[experiment.task].title))):
    st.markdown(_(inspect.cleandoc(TASKS[experiment.task].__doc__ or "")))
    st.caption(TASKS[experiment.task].source)
    if run.trainer.task.note:
        st.caption(_("Data: {note}").format(note=plain(run.trainer.task.note)))

with st.expander(_("The equations, in the letters of your book")):
    book = experiment_panel.choose_notation()
    for line in equations(experiment.cell, experiment.cell_options, book):
        st.latex(line)
    if remark := note(experiment.cell, experiment.cell_options, book):
        st.caption(remark)

if isinstance(run.trainer.task, Writes):
    with st.expander(_("Let it write")):
        write()
