"""Architectures: which shape is this network, and what is it made of?"""

from typing import Any

import pandas as pd
import streamlit as st

from core.analysis.parameters import library_counts, parameter_blocks
from core.cells import CELL_TITLES, TORCH_CELLS
from core.studies.comparison import Comparison
from core.tasks import TASKS
from core.training.presets import PRESETS, SHALLOW_AND_DEEP
from dashboard.common.i18n import N_, _
from dashboard.figures.book_notes import convention_note
from dashboard.figures.diagrams import describe_shape, diagram_size, diagram_svg
from dashboard.figures.equations import equations
from dashboard.figures.slip_notes import parameter_slip_note, slip_note
from dashboard.navigation import ARCHITECTURES, COMPARE, LIVE, go_to
from dashboard.session.examples import choose_example
from dashboard.session.settings import choose_comparison
from dashboard.views.architectures.batch import draw_batch
from dashboard.views.architectures.cell import draw_cell
from dashboard.views.architectures.counting import draw_counting
from dashboard.widgets import experiment_panel, train_to_link
from dashboard.widgets.context_line import draw_context_line
from dashboard.widgets.heading import draw_heading
from dashboard.widgets.intervention_banner import draw_intervention_banner
from dashboard.widgets.run_on_page import find_or_refuse_run

# shape -> (what it is for, an example to train)
EXAMPLES = {
    "one to one": (
        N_(
            "No sequence: an ordinary feed-forward network. There is none here to train; the nearest is the shortest sequence, of two steps."
        ),
        "echo",
    ),
    "one to many": (
        N_(
            "One input, many outputs: one word starts a melody; each note it writes is its next input."
        ),
        "melody",
    ),
    "many to one": (N_("Reads a name, then says which language it is from."), "names"),
    "many to many, equal": (
        N_("An answer after every step: the bits of a difference."),
        "subtraction",
    ),
    "many to many, unequal": (
        N_("An encoder reads the whole sentence, then a decoder writes the translation."),
        "attention",
    ),
    "deep": (
        N_("Layers on top of each other: the states of one are the inputs of the next."),
        "deep",
    ),
    "bidirectional": (
        N_(
            "One network reads from each end. Joined are the states in which both have read everything: the one after the last "
            "step, and that of the other direction after the first."
        ),
        "digits",
    ),
}


# Cards in the order of reading at every width, all of one height.
SHAPES_STYLE = """<style>
.st-key-shapes { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); grid-auto-rows: 1fr; }
.st-key-shapes > *, .st-key-shapes > * > .stVerticalBlock { height: 100%; }
.st-key-shapes .stImage { margin-inline: auto; }
</style>"""
HIGHEST = max(diagram_size(name)[1] for name in EXAMPLES)


def draw_card(name: str) -> None:
    """A shape: its name, its drawing, what it is for, and the example that trains it."""
    text, preset = EXAMPLES[name]
    with st.container(border=True, height="stretch"):
        draw_heading(_(name).capitalize(), 3)
        with st.container(
            height=HIGHEST, border=False, vertical_alignment="center", horizontal_alignment="center"
        ):
            st.image(diagram_svg(name), alt=describe_shape(name))
        st.caption(_(text))
        st.space("stretch")
        if name == "deep" and st.button(
            _("One, two and three layers side by side"), key="compare deep", width="stretch"
        ):
            choose_comparison(Comparison.from_query(SHALLOW_AND_DEEP))
            go_to(COMPARE)
        title = _(PRESETS[preset].title)
        if st.button(_("Train: {example}", example=title), key=f"train {name}", width="stretch"):
            choose_example(preset)
            go_to(LIVE)


def _write_count(value: Any) -> str:
    """A name as it is, a count with commas, and a dash where a library has no such count."""
    return value if isinstance(value, str) else "–" if pd.isna(value) else f"{int(value):,}"


experiment = experiment_panel.draw_panel()
run = find_or_refuse_run(experiment)
if run is not None:
    draw_intervention_banner()
    train_to_link.train_to_position(ARCHITECTURES)
    draw_context_line(run, has_switch=False)
draw_heading(_("The cell"))
if run is not None:
    draw_cell(run)

draw_heading(_("Shapes"))
st.caption(
    _(
        "Open circles are inputs (below) and outputs (above), filled ones the hidden state at each step. A dashed arrow feeds an output back in; a dashed line parts encoder and decoder."
    )
)
st.html(SHAPES_STYLE)
with st.container(key="shapes"):
    for name in EXAMPLES:
        draw_card(name)

cell = CELL_TITLES[experiment.cell]
draw_heading(_("The equations of this {cell}", cell=cell))
notation = experiment_panel.choose_notation()
output = TASKS[experiment.task].output_function
for line in equations(experiment.cell, experiment.cell_options, notation, output, experiment.bias):
    st.latex(line)
st.caption(
    convention_note(
        *(experiment.cell, experiment.cell_options, notation, output),
        *(experiment.bias, experiment.normalization),
    )
)

inputs = experiment.embedding or experiment.make_task().input_size
st.caption(
    slip_note(experiment.cell, experiment.cell_options, notation, (inputs, experiment.hidden_size))
)

if run is not None:
    draw_heading(_("The input, the output and the loss"))
    draw_batch(run, notation)

draw_heading(_("Count the parameters yourself"))
with st.container(key="calculator"):
    draw_counting(experiment.cell, experiment.normalization != "off")

draw_heading(_("Its parameters, gate by gate"))
parameter_blocks = parameter_blocks(experiment)
table = pd.DataFrame(
    {
        _("where"): [_(block.where) for block in parameter_blocks],
        _("gate"): [_(block.name) for block in parameter_blocks],
        _("parameters and their shapes"): [
            ", ".join(f"{name} {list(shape)}" for name, shape in block.shapes.items())
            for block in parameter_blocks
        ],
        _("calculation"): [block.formula for block in parameter_blocks],
        _("count"): [_write_count(block.count) for block in parameter_blocks],
    }
)
counts = [
    {
        _("layer"): _(
            "{cell}({units}) on {inputs}", cell=CELL_TITLES[name], units=units, inputs=size
        ),
        **library_counts(name, size, units),
    }
    for name in TORCH_CELLS
    for size, units in ((inputs, experiment.hidden_size), (32, 32))
]
with st.container(key="parameters"):
    st.dataframe(table, hide_index=True, width="stretch")
    st.markdown(
        _("Total: **{count:,}** parameters.", count=sum(block.count for block in parameter_blocks))
    )

    st.markdown(
        _(
            "Parameters of one layer with biases, as the libraries count them: with {inputs} inputs and {hidden} units as here, and with 32 of each.",
            inputs=inputs,
            hidden=experiment.hidden_size,
        )
    )
    # As text: a column in which one cell counts nothing would turn its whole numbers into 6240.0.
    st.dataframe(
        pd.DataFrame(counts, dtype=object).map(_write_count), hide_index=True, width="stretch"
    )
st.caption(
    _(
        "PyTorch has two biases for each gate where one would do: only their sum matters, except in a GRU that applies its reset gate after the matrix product, where the reset gate acts on one of them. Keras has one bias for each gate, and two in that GRU; with reset_after=False one again."
    )
)
st.caption(parameter_slip_note())
