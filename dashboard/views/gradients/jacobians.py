"""What one step does to a gradient: in the run of the page, and on the bench, an untrained network."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.analysis.gradients import LayerKey, Spectra, jacobians, spectra
from core.analysis.inspection import Inspection, inspect_trainer
from core.analysis.sampled_products import SampledProducts, sample_products
from core.analysis.untrained import (
    INITIALIZATION_CHOICES,
    MAX_HIDDEN_SIZE,
    MAX_LENGTH,
    STEEPEST_SLOPES,
    UntrainedSetting,
    measure_layer,
    products_after,
    recurrent_blocks,
)
from core.cells import CELL_TITLES, CELLS
from core.layers.recurrent import Recurrent
from core.training.experiment import cell_options
from dashboard.common.i18n import _, join_sentences
from dashboard.common.markdown import escape_markdown
from dashboard.figures import gradients as figures
from dashboard.serving.turns import time_slice
from dashboard.session import sticky
from dashboard.session.inspected import Inspected
from dashboard.session.live_run import get_run
from dashboard.session.state import state
from dashboard.views.gradients.workbench import connect, value_of
from dashboard.widgets.charts import draw_titled_chart
from dashboard.widgets.choice import draw_list, pick_segment
from dashboard.widgets.inspected_switch import say_weights_are_needed

MAX_NUMBERS = 2_000_000  # of all Jacobians, T S^2: what fits in memory
MAX_UNITS = 400  # of blocks whose eigenvalues are computed in a second or so
WINDOW = "jacobians window"  # the control
MAX_WORK = 300_000_000  # T S^3: what is decomposed in a second or so


@dataclass
class SampledState:
    """The last products that were sampled, and of what: a wide layer over many steps takes seconds."""

    of: tuple = ()
    products: SampledProducts | None = None


def draw_jacobians(own: Inspected | None = None) -> None:
    """The Jacobians of the session's run along its probe, with the weights of this moment; or those of
    the reader's own model along its sequence."""
    live = get_run()
    with time_slice():
        subject = inspect_trainer(live.trainer) if own is None else own.subject
        if subject is None:
            say_weights_are_needed(_("A Jacobian"))
            return
        parts = {
            (name, index, direction): layer
            for name, layer in subject.layers.items()
            for index in range(layer.num_layers)
            for direction in layer.directions
        }
        place = _pick_part(parts)
        _name, index, direction = place
        layer, key = parts[place], (index, direction)
        part = slice(0, len(subject.symbols))
        T, S = part.stop, layer.sizes[index] * len(layer.cell.states)
        sampled = None
        if max_steps(S) < T:
            run = (live.id, live.trainer.index) if own is None else (own.run,)
            held = [repr(each.intervention) for each in subject.layers.values()]
            sampled = _sample_once((*run, subject.symbols, *held, place), subject, layer, key)
    about = None if own is None else own.file
    if sampled is not None:
        _draw_sampled(sampled, layer, about)
        if not max_steps(S):
            st.caption(
                _(
                    "One Jacobian of a state of {S} numbers is too large to be decomposed here; of up to {most} numbers it is not.",
                    S=S,
                    most=largest_state(),
                )
            )
            return
        part = _pick_window(T, max_steps(S))
    with time_slice():
        subject.read()
        J = jacobians(layer, part)[key][:, 0]
    if not np.isfinite(J).all():
        st.info(
            _("The states are not finite, so there are no Jacobians. Go back, or reset.")
            if own is None
            else _("The states are not finite, so there are no Jacobians.")
        )
        return
    spectrum, first = spectra(J), part.start + 1
    name = figures.state_title(layer.cell.states)
    if sampled is None:
        st.caption(_summary(spectrum, name, live.trainer.index if own is None else None))
    left, right = st.columns([3, 2])
    with left:
        bound = _bound_by_weights(layer, key, len(J))
        figure = figures.product_figure(
            *(spectrum.products, products_after(spectrum.steps[:, 0]), bound, name), first
        )
        what = _("this run") if own is None else _("this model")
        title = _("How much of a gradient from the last step remains, {what}", what=what)
        if sampled is not None:
            title = _("How much of a gradient from step {last} remains", last=part.stop)
        draw_titled_chart(title, figure, "run products", about)
        title = _("A single step: singular values of its Jacobian")
        figure = figures.step_figure(spectrum.steps, name, first)
        draw_titled_chart(title, figure, "run steps", about)
    with right:
        _draw_eigenvalues(layer, key, about)
        if direction == "reverse":
            st.caption(_("This direction reads backwards: step 1 is the end of the sequence."))


def _sample_once(
    of: tuple, subject: Inspection, layer: Recurrent, key: LayerKey
) -> SampledProducts:
    seen = state(SampledState)
    if seen.products is None or seen.of != of:
        with st.spinner(_("Reading the sequences …")):
            subject.read()
            seen.of, seen.products = of, sample_products(layer, key)
    return seen.products


def _draw_sampled(sampled: SampledProducts, layer: Recurrent, about: str | None) -> None:
    """The whole sequence at once, where all Jacobians of it would be too many."""
    m, S = sampled.directions
    title = _("How much of a gradient from the last step remains, from {m} random directions", m=m)
    figure = figures.sampled_figure(sampled, figures.state_title(layer.cell.states))
    draw_titled_chart(title, figure, "sampled products", about)
    st.caption(
        _(
            "The state has {S} numbers, and all Jacobians of all steps are too many to compute. So {m} random orthonormal "
            "directions go back from the last state in one pass: typical is the root mean square by which they are "
            "multiplied, in the band of twice its standard error; the largest singular value lies at or above the dashed "
            "line.",
            S=S,
            m=m,
        )
    )
    is_known = sampled.typical > 0
    if is_known.any():
        st.caption(
            _(
                "The band goes at most {most:.0%} up and down.",
                most=float((2 * sampled.error[is_known] / sampled.typical[is_known]).max()),
            )
        )
    if (sampled.typical == 0).any():
        st.caption(
            _("Rings at the foot: what remains is too small for the numbers of the computer.")
        )


def _pick_window(steps: int, width: int) -> slice:
    """Which `width` steps are looked at exactly; at first the last ones."""
    last = min(max(width, sticky.get_value(WINDOW, steps)), steps)
    st.slider(
        _("Exactly: the {n} steps up to step", n=width),
        *(width, steps, last),
        **sticky.connect(WINDOW, last),
    )
    return slice(last - width, last)


def _draw_eigenvalues(layer: Recurrent, key: LayerKey, about: str | None) -> None:
    if layer.sizes[key[0]] > MAX_UNITS:
        st.caption(
            _("Eigenvalues of the recurrent weights are computed of up to {n} units.", n=MAX_UNITS)
        )
        return
    blocks = {n: b.numpy() for n, b in recurrent_blocks(layer, *key).items()}
    title = _("Eigenvalues of the recurrent weights")
    draw_titled_chart(title, figures.eigenvalue_figure(blocks), "run eigenvalues", about)


def max_steps(size: int) -> int:
    """The steps over which the Jacobians of a state of `size` numbers are measured."""
    return min(MAX_NUMBERS // size**2, MAX_WORK // size**3)


def largest_state() -> int:
    """The numbers of a state whose Jacobian of a single step is measured."""
    size = 1
    while max_steps(size + 1):
        size += 1
    return size


def _pick_part(parts: dict[tuple[str, int, str], Recurrent]) -> tuple[str, int, str]:
    """Which part of the network, where there is more than one."""
    if len(parts) == 1:
        return next(iter(parts))

    keys = list(parts)

    def title(k: int) -> str:
        part = keys[k]
        name, index, direction = part
        arrow = "" if len(parts[part].directions) == 1 else " ←" if direction == "reverse" else " →"
        layer = _("layer {number}", number=index + 1)
        return f"{_(name)} {layer}{arrow}".strip()

    return keys[pick_segment(_("Part of the network"), range(len(keys)), "run part", title)]


def _bound_by_weights(layer: Recurrent, key: LayerKey, T: int) -> np.ndarray | None:
    activation = layer.cell.options.get("activation")
    if layer.intervention is not None:
        return None  # weights may be held at other values than these
    if not layer.cell.plain or activation not in STEEPEST_SLOPES:
        return None
    (block,) = recurrent_blocks(layer, *key).values()
    return products_after(
        np.full(T, np.linalg.norm(block.numpy(), 2) * STEEPEST_SLOPES[activation])
    )


def _summary(spectrum: Spectra, state: str, update: int | None) -> str:
    T, norms = len(spectrum.steps), spectrum.products[:, 0]
    if T == 1:
        return _("One step: there is no earlier step for a gradient to reach.")
    factor = norms[0] ** (1 / (T - 1))
    sentence = _(
        "Over {T} steps the largest singular value of ∂{state}_T/∂{state}_1 is {norm:.3g}: a factor of {factor:.3f} per step.",
        T=T,
        state=state,
        norm=norms[0],
        factor=factor,
    )
    if update is not None:
        sentence = join_sentences([_("After update {update}.", update=update), sentence])
    return escape_markdown(sentence)


def draw_untrained() -> None:
    """The sliders, and at once the picture."""
    with st.container(key="bench"):
        setting = _draw_sliders()
    measured = measure_layer(setting)
    state = figures.state_title(CELLS[setting.cell]().states)
    sentence = _(
        "On its way back from step {T} the gradient changes by a factor of {factor:.3f} per step: {norm:.3g} of it remains at step 1.",
        T=setting.length,
        factor=measured.factor,
        norm=measured.norms[0],
    )
    st.markdown(
        escape_markdown(sentence)
        if setting.length > 1
        else _("One step: there is no earlier step for a gradient to reach.")
    )
    left, right = st.columns([3, 2])
    with left:
        title = _("How much of a gradient from the last step remains, untrained")
        products = measured.spectra.products
        figure = figures.product_figure(products, measured.by_steps, measured.by_weights, state)
        draw_titled_chart(title, figure, "bench products")
        title = _("A single step: singular values of its Jacobian")
        draw_titled_chart(title, figures.step_figure(measured.spectra.steps, state), "bench steps")
    with right:
        title = _("Eigenvalues of the recurrent weights")
        draw_titled_chart(title, figures.eigenvalue_figure(measured.blocks), "bench eigenvalues")
        st.caption(
            _(
                "Random inputs, no training. The seed fixes all random numbers, so only what you moved changes the picture."
            )
        )


def _draw_sliders() -> UntrainedSetting:
    first = st.columns([13, 10, 10, 10])
    with first[0]:
        cell = st.segmented_control(
            _("Cell"),
            list(CELL_TITLES),
            format_func=CELL_TITLES.__getitem__,
            required=True,
            default=value_of("bench_cell"),
            width="stretch",
            **connect("bench_cell"),
        )
    scaled = value_of("bench_scaled")
    radius = first[1].slider(
        _("Spectral radius"),
        0.0,
        2.0,
        value_of("bench_radius"),
        0.05,
        disabled=not scaled,
        help=_("Each block of recurrent weights is scaled to this spectral radius."),
        **connect("bench_radius"),
    )
    length = first[2].slider(
        _("Length T"), 1, MAX_LENGTH, value_of("bench_length"), **connect("bench_length")
    )
    size = first[3].slider(
        _("Hidden units H"), 1, MAX_HIDDEN_SIZE, value_of("bench_size"), **connect("bench_size")
    )
    second = st.columns([13, 10, 10, 10], vertical_alignment="bottom")
    activation, bias = "tanh", None
    options = {option.name: option for option in cell_options(cell)}
    if "forget_bias" in options:
        bias = second[0].slider(
            _("Forget bias"), -3.0, 5.0, value_of("bench_bias"), 0.25, **connect("bench_bias")
        )
    elif "activation" in options:
        choices, activation = options["activation"].choices, value_of("bench_activation")
        activation = draw_list(
            _("Activation"),
            choices,
            choices.index(activation) if activation in choices else 0,
            second[0],
            **connect("bench_activation"),
        )
    second[1].toggle(_("Scale to this radius"), scaled, **connect("bench_scaled"))
    how = draw_list(
        _("Initialisation"),
        INITIALIZATION_CHOICES,
        INITIALIZATION_CHOICES.index(value_of("bench_how")),
        second[2],
        **connect("bench_how"),
    )
    seed = second[3].number_input(
        _("Seed"), 0, 9999, value_of("bench_seed"), **connect("bench_seed")
    )
    return UntrainedSetting(
        cell, size, length, activation, how, radius if scaled else None, bias, int(seed)
    )
