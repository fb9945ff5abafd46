"""How the output follows from the last state, and the loss from the output: formulas, with the sizes of the run."""

import streamlit as st

from core.analysis.batch_axes import BatchAxes
from core.analysis.head import STEP_LOSS
from core.cells import CELLS
from core.training.experiment import Experiment
from dashboard.common.i18n import N_, _, join_sentences
from dashboard.figures.letters import Letters
from dashboard.figures.loss_latex import (
    batch_loss_formula,
    output_formula,
    score_formula,
    step_loss_formula,
)

# output function -> the loss that belongs to it
LOSSES = {
    "softmax": N_(
        "Softmax and cross-entropy: of the classes exactly one is right, y* is 1 for it and 0 for the others, so the loss is −log "
        "of the probability that the network gives to the right one."
    ),
    "sigmoid": N_(
        "The logistic function and binary cross-entropy: each output is the probability of yes; above ½ counts as 1."
    ),
    "identity": N_("A number and the squared error: the mean of it is what is called MSE."),
}


def draw_loss_formulas(experiment: Experiment, notation: str, axes: BatchAxes) -> None:
    """From the state to the output, from there to the loss of a step, and to that of the batch."""
    letters = Letters(notation, CELLS[experiment.cell](**experiment.cell_options))
    phi = experiment.make_task().output_function
    st.latex(
        rf"{score_formula(letters, experiment.bias)}, \qquad {output_formula(phi, letters)}"
        if phi != "identity"
        else score_formula(letters, experiment.bias)
        + rf" = {output_formula(phi, letters).split(' = ')[0]}"
    )
    st.latex(f"{letters.name(STEP_LOSS)} = {step_loss_formula(phi, axes.outputs, letters)}")
    st.latex(batch_loss_formula(axes))
    if axes.at == "last":
        where = _(
            "Only the last step of a sequence has a loss. B is the number of sequences in a batch."
        )
    elif axes.losses == axes.B * axes.T:
        where = _("Every step has a loss. B is the number of sequences in a batch, T their steps.")
    else:
        where = _(
            "Every step whose target is known has a loss: {n} of the {all} steps of this batch. The others are filling, or "
            "are only read.",
            n=axes.losses,
            all=axes.B * axes.T,
        )
    st.caption(join_sentences([_(LOSSES[phi]), where]))
