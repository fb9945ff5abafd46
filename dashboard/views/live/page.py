"""Live: what happens inside while it learns?"""

import streamlit as st

from core.analysis.batch_axes import axes_of
from core.tasks import TASKS
from core.tasks.task_types import Writes
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.figures.book_notes import convention_note
from dashboard.figures.equations import equations
from dashboard.figures.slip_notes import slip_note
from dashboard.navigation import LIVE
from dashboard.serving import admission
from dashboard.views.live import elsewhere, first_visit, player
from dashboard.views.live.embedding import draw_embedding
from dashboard.views.live.writing import draw_writing
from dashboard.widgets import experiment_panel
from dashboard.widgets.explainer import explain
from dashboard.widgets.intervention_banner import draw_intervention_banner
from dashboard.widgets.loss_formulas import draw_loss_formulas
from dashboard.widgets.run_on_page import open_run

if elsewhere.draw_opened():
    st.stop()
first_visit.offer_course()
experiment = experiment_panel.draw_panel()
if forecast := admission.forecast([experiment]):
    st.warning(escape_markdown(forecast))
run = open_run(experiment, is_played=True)
draw_intervention_banner()
player.draw_player()

explain(LIVE)

with st.expander(_("About this task: {title}", title=_(TASKS[experiment.task].title))):
    task = run.trainer.task
    if task.has_own_data:
        st.markdown(f"**{_('Your data')}**")
        st.markdown(escape_markdown(_(task.division)))
        st.caption(escape_markdown(_(task.note)))
        st.markdown(f"**{_('The task in general, and with the data it comes with')}**")
    st.markdown("\n\n".join(_(paragraph) for paragraph in TASKS[experiment.task].paragraphs()))
    if not task.has_own_data:
        st.caption(_(TASKS[experiment.task].source))
        if task.note:
            st.caption(_("Data: {note}", note=escape_markdown(_(task.note))))

if isinstance(run.trainer.task, Writes):
    with st.expander(_("Let it write")):
        draw_writing()

if run.trainer.model.embedding is not None:
    words = st.expander(
        _("The embedding: which symbols are alike"), key="embedding box", on_change="rerun"
    )
    if words.open:
        with words:
            draw_embedding()

# Letters of formulas take a browser long, and few readers unfold this at once.
letters = st.expander(
    _("The equations, in the letters of your book"), key="equations box", on_change="rerun"
)
if letters.open:
    with letters:
        book = experiment_panel.choose_notation()
        output = TASKS[experiment.task].output_function
        for line in equations(
            experiment.cell, experiment.cell_options, book, output, experiment.bias
        ):
            st.latex(line)
        st.caption(
            convention_note(
                *(experiment.cell, experiment.cell_options, book, output),
                *(experiment.bias, experiment.normalization),
            )
        )
        axes = axes_of(run.trainer)
        sizes = (axes.embedding or axes.inputs, experiment.hidden_size)
        st.caption(slip_note(experiment.cell, experiment.cell_options, book, sizes))
        draw_loss_formulas(experiment, book, axes)

elsewhere.draw_place()
