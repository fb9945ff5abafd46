"""What the run's network reads and is judged by: the axes of its batches, the vectors of a sequence, the loss."""

import streamlit as st

from core.analysis.batch_axes import BatchAxes, axes_of, input_vectors
from dashboard.common.i18n import _, translate_data
from dashboard.common.markdown import escape_markdown
from dashboard.figures.batch_drawing import batch_svg, describe_batch, vectors_figure
from dashboard.serving.turns import time_slice
from dashboard.session.live_run import LiveRun
from dashboard.widgets.charts import draw_chart
from dashboard.widgets.loss_formulas import draw_loss_formulas

MAX_NUMBERS = 20_000  # of a sequence that is drawn


def draw_batch(live: LiveRun, notation: str) -> None:
    """The batch, the sequence to watch as vectors, and the loss."""
    with time_slice():
        axes = axes_of(live.trainer)
    drawing, words = st.columns([1, 3], vertical_alignment="center")
    drawing.image(batch_svg(axes), alt=describe_batch(axes))
    words.markdown("  \n".join(_describe_axes(axes)))
    _draw_vectors(live, axes)
    draw_loss_formulas(live.trainer.experiment, notation, axes)


def _describe_axes(axes: BatchAxes) -> list[str]:
    """The shapes, in both orders, and what stands for padding and symbols."""
    first, second = list(axes.time_major), axes.sample_major
    sentences = [
        _(
            "A batch of this run has the axes **[T, B, I] = {shape}**: step, sequence, number of the input. Time comes first, as "
            "torch has it by default.",
            shape=first,
        ),
        _(
            "Course notes and Keras put the sample first: **(sample, step, feature) = {shape}**. They are the same numbers; torch "
            "takes that order with batch_first=True. One sequence alone is a table of {T} × {I}.",
            shape=second,
            T=axes.T,
            I=axes.inputs,
        ),
    ]
    if axes.symbolic:
        sentences.append(
            _(
                "In memory it is [T, B] = {shape} numbers of symbols; each stands for a one-hot vector of {I} numbers.",
                shape=[axes.T, axes.B],
                I=axes.inputs,
            )
        )
    if axes.embedding:
        sentences.append(
            _(
                "The network has an embedding: a one-hot vector times its matrix is one of {I} learned vectors of {E} numbers, "
                "and that is what the cell reads.",
                I=axes.inputs,
                E=axes.embedding,
            )
        )
    if axes.shortest < axes.T:
        sentences.append(
            _(
                "Steps of the shortest sequence here: {n}. Shorter ones are filled up to {T}, and what is filled in changes neither "
                "the state that is read nor the loss: sequences of unequal length can share a batch.",
                n=axes.shortest,
                T=axes.T,
            )
        )
    return sentences


def _draw_vectors(live: LiveRun, axes: BatchAxes) -> None:
    """The sequence that the reader watches, a row for each step."""
    task, probe = live.trainer.task, live.trainer.probe
    if probe.batch.T * axes.inputs > MAX_NUMBERS:
        return
    vectors = input_vectors(task, probe.batch.x[:, 0])
    symbols = [*probe.symbols, *[""] * len(vectors)][: len(vectors)]
    name = escape_markdown(" ".join(symbol.strip() or "␣" for symbol in symbols))
    if axes.symbolic:
        st.markdown(
            _(
                "**{sequence}** as the network reads it, {T} × {I}: a row for each step, a column for each symbol. One-hot: every "
                "row has a single 1, in the column of its symbol.",
                sequence=name,
                T=len(vectors),
                I=axes.inputs,
            )
        )
    else:
        st.markdown(
            _(
                "The sequence to watch as the network reads it, {T} × {I}: a row for each step, a column for each number of the "
                "input.",
                T=len(vectors),
                I=axes.inputs,
            )
        )
    draw_chart(
        vectors_figure(vectors, symbols, translate_data(task.input_labels)),
        "input vectors",
        alt=_("The input as vectors, a row for each step"),
    )
