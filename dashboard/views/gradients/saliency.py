"""Which inputs mattered: the share of every input in a loss or an output that the reader chooses."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from core.analysis.input_path import NamedBaseline
from core.analysis.inspection import Inspection, Reading
from core.analysis.saliency import (
    GRADIENT,
    INTEGRATED,
    LOSS,
    METHODS,
    OUTPUT,
    SCORE,
    Explained,
    Saliency,
    is_long,
    measure_saliency,
)
from core.common.messages import sentence_of
from dashboard.common.i18n import N_, _
from dashboard.common.markdown import escape_markdown
from dashboard.figures import saliency as figures
from dashboard.serving.turns import time_slice
from dashboard.session.inspected import Inspected
from dashboard.session.live_run import get_run
from dashboard.widgets.charts import draw_titled_chart
from dashboard.widgets.choice import pick_option, pick_segment
from dashboard.widgets.inspected_switch import say_weights_are_needed

KINDS = {
    LOSS: N_("the loss"),
    SCORE: N_("an output, before its function"),
    OUTPUT: N_("an output, as it is shown"),
}
METHOD_TITLES = {
    GRADIENT: N_("gradient × input"),
    INTEGRATED: N_("integrated gradients"),
}
BASELINES: dict[NamedBaseline, str] = {
    "zeros": N_("from zeros"),
    "mean": N_("from the mean of all steps"),
}
MAX_MAP_INPUTS = 200  # of more, a map would have no room


def draw_saliency(own: Inspected | None) -> None:
    """The controls, the shares, and how large the gradients are beside them."""
    live = get_run()
    with time_slice():
        subject = live.inspect() if own is None else own.subject
        if subject is None:
            say_weights_are_needed(_("The share of each input"))
            return
        reading = subject.read() if own is None else own.reading
    explained = _choose_number(subject, reading)
    method, baseline = _choose_method(subject)
    try:
        with time_slice():
            saliency = measure_saliency(subject, explained, method, baseline)
    except ValueError as error:
        st.warning(escape_markdown(_(sentence_of(error))))
        return
    if not np.isfinite(saliency.attributions).all():
        st.info(
            _(
                "The gradients are not finite, so no input has a share. Go back to an earlier update."
            )
        )
        return
    about = None if own is None else own.file
    name = _name_of(explained)
    st.caption(_describe(saliency, subject.symbols, name))
    left, right = st.columns([3, 2])
    with left:
        title = _("The share of each step in {number}", number=name)
        figure = figures.share_figure(saliency.steps, subject.symbols)
        draw_titled_chart(title, figure, "saliency", about)
    with right:
        title = _("How large the gradient of each input is")
        figure = figures.norm_figure(saliency.norms, subject.symbols, name)
        draw_titled_chart(title, figure, "saliency norms", about)
    inputs = _input_names(saliency, own)
    if inputs is not None:
        title = _("The share of every input at every step")
        figure = figures.map_figure(saliency.attributions, subject.symbols, inputs)
        draw_titled_chart(title, figure, "saliency map", about)
    st.caption(
        _(
            "Saliency vanishes too: where the gradient of an early input is almost 0, its share is, and the input looks "
            "unimportant, although it may have decided (Ismail et al. 2019). Look at both pictures together."
        )
    )


def _choose_number(subject: Inspection, reading: Reading) -> Explained:
    """What is explained: the loss of a step, or one of the outputs there."""
    head = subject.head or (subject.attention and subject.attention.head)
    kinds = [LOSS, SCORE, *([OUTPUT] if head and head.phi != "identity" else [])]
    row = st.columns([2, 2, 2])
    with row[0]:
        kind = pick_option(_("Explain"), kinds, "saliency kind", lambda kind: _(KINDS[kind]))
    steps = list(subject.at) if kind == LOSS else list(range(len(subject.symbols)))
    with row[1]:
        step = pick_option(
            _("At step"),
            steps,
            "saliency step",
            lambda t: f"{t + 1} · {_visible(subject.symbols[t])}",
            first=steps.index(subject.at[-1]),
        )
    if kind == LOSS:
        return Explained(kind, step)
    outputs = reading.scores.shape[1]
    with row[2]:
        unit = pick_option(
            _("Output"),
            range(outputs),
            "saliency output",
            lambda k: _name_of_output(subject.labels, outputs, k),
            first=int(np.argmax(np.nan_to_num(reading.scores[step]))),
        )
    return Explained(kind, step, unit)


def _visible(symbol: str) -> str:
    return symbol.strip() or "␣"


def _name_of_output(labels: Sequence[str], outputs: int, k: int) -> str:
    return labels[k] if len(labels) == outputs else _("output {n}", n=k)


def _choose_method(subject: Inspection) -> tuple[str, NamedBaseline]:
    """The method; and of integrated gradients, where the path begins."""
    first = METHODS.index(GRADIENT if is_long(subject) else INTEGRATED)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method = pick_segment(
            *(_("Method"), METHODS, "saliency method", lambda name: _(METHOD_TITLES[name]), first),
            width="content",
        )
        if method == GRADIENT:
            return method, "zeros"
        baseline: NamedBaseline = pick_segment(
            *(_("Path"), list(BASELINES), "saliency baseline", lambda name: _(BASELINES[name])),
            width="content",
        )
        return method, baseline


def _name_of(explained: Explained) -> str:
    """As a formula writes it."""
    letter = {LOSS: "L", SCORE: "a_y", OUTPUT: "y"}[explained.kind]
    unit = "" if explained.kind == LOSS else f"[{explained.unit}]"
    return f"{letter}_{explained.step + 1}{unit}"


def _describe(saliency: Saliency, symbols: Sequence[str], name: str) -> str:
    """The number, the step with the largest share, and whether the shares sum up."""
    most = int(np.abs(saliency.steps).argmax())
    values = {
        "name": escape_markdown(name),
        "value": saliency.value,
        "t": most + 1,
        "symbol": escape_markdown(_visible(symbols[most])),
        "share": saliency.steps[most],
    }
    if saliency.gap is None or saliency.baseline_value is None:
        return _(
            "{name} = {value:.4g}. The largest share has step {t}, “{symbol}”: {share:+.3g}. These shares need not sum up "
            "to it: each says what a small change of its input would do.",
            **values,
        )
    return _(
        "{name} = {value:.4g}, and {before:.4g} where the path begins. The largest share has step {t}, “{symbol}”: "
        "{share:+.3g}. All shares sum up to {sum:.4g}, the difference is {difference:.4g}: they lack {gap:.1g} "
        "(completeness; {points} points of the path were read).",
        before=saliency.baseline_value,
        sum=saliency.steps.sum(),
        difference=saliency.value - saliency.baseline_value,
        gap=abs(saliency.gap),
        points=saliency.points,
        **values,
    )


def _input_names(saliency: Saliency, own: Inspected | None) -> tuple[str, ...] | None:
    """The names of the inputs where a step has several numbers, () without names; None where it has one, or a symbol."""
    inputs = saliency.inputs.shape[1]
    task = get_run().trainer.task
    is_symbol = task.symbolic if own is None else (np.count_nonzero(saliency.inputs, 1) == 1).all()
    if is_symbol or not 1 < inputs <= MAX_MAP_INPUTS:
        return None
    labels = tuple(_(label) for label in task.input_labels) if own is None else ()
    return labels if len(labels) == inputs else ()
