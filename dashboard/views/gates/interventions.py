"""The panel of interventions: what to hold, what is held, and what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np
import streamlit as st

from core.analysis.inspection import Reading, inspect_trainer
from core.analysis.unit_order import UnitOrder
from core.layers.interventions import Intervention, clampable
from core.layers.trace import Quantity, Trace
from core.training.trainer import Trainer
from dashboard.common.i18n import _, join_sentences
from dashboard.common.markdown import escape_markdown
from dashboard.figures import interventions as figures
from dashboard.figures.gates import arrange, quantity_map, quantity_title
from dashboard.figures.heat import INK, HeatMap, largest_size
from dashboard.serving.turns import time_slice
from dashboard.session import interventions
from dashboard.session.classes import class_labels
from dashboard.session.controls import connect_control
from dashboard.session.live_run import LiveRun
from dashboard.session.state import state
from dashboard.views.gates import intervention_form
from dashboard.views.gates.header import InspectedLayer
from dashboard.views.gates.held_gates import describe_held_gate, describe_other_gates
from dashboard.views.gates.intervention_form import InterventionTarget
from dashboard.views.gates.unit_order import pick_unit_order
from dashboard.widgets import inspected_switch
from dashboard.widgets.charts import draw_chart
from dashboard.widgets.choice import pick_option


@dataclass
class HeldOutState:
    """metric: held-out, without and with what is held; of: at which update of which run, and what was held."""

    of: tuple[int, int, str] | None = None
    metric: tuple[float, float] = (0.0, 0.0)


def draw_interventions(run: LiveRun, inspected: InspectedLayer) -> None:
    """The whole panel, for the run or for the reader's own model."""
    own = inspected.own
    if own is None:
        subject, trainer = inspect_trainer(run.trainer), run.trainer
        name = f"{trainer.experiment} {inspected.where}"
    elif own.subject is not None:
        subject, trainer, name = own.subject, None, inspected.name
    else:
        inspected_switch.say_weights_are_needed(_("Reading a sequence again with something held"))
        return
    _draw_panel(InterventionTarget(subject, inspected.where, name, trainer))


def _draw_panel(target: InterventionTarget) -> None:
    what = _(
        "Hold a gate at a value, silence a unit or change a weight, and read the same sequence without it and with it. What is held is a constant, and no gradient passes through it."
    )
    then = (
        _("Training on under it needs a run that trains here.")
        if target.own
        else _(
            "Then train on under it, and see whether the rest of the network can make up for it."
        )
    )
    gates = _describe_gates(target)
    held = join_sentences([what, gates])
    st.caption(f"{held}\n\n{then}" if gates else join_sentences([held, then]))
    intervention_form.draw_form(target)
    left, right = st.columns([1, 3], gap="small")
    with left:
        _draw_list(target)
    fit, sentences = interventions.select_fitting(
        target.layers, interventions.get_interventions(target.own)
    )
    for sentence in sentences:
        st.warning(escape_markdown(sentence))
    trainer = target.trainer
    if trainer and interventions.get_run_interventions(
        trainer
    ):  # what is trained under follows what is held
        interventions.set_interventions(target.layers, fit)
    if not fit:
        st.info(_("Nothing is held yet: choose above what to hold, and press Add."))
        return
    with time_slice():
        without, with_ = target.read({}), target.read(fit)
    with left:
        quantity = _pick_quantity(cast(Trace, without.recording[target.where]))
        _draw_numbers(target, fit, without, with_)
    with right:
        order = pick_unit_order(cast(Trace, without.recording[target.where]))
        _draw_comparison(target, (without, with_), quantity, order)


def _describe_gates(target: InterventionTarget) -> str:
    """What the gates of this cell do at their ends; "" without gates."""
    cell = next(iter(target.layers.values())).cell
    return join_sentences((describe_held_gate(cell), describe_other_gates(cell)))


def _draw_list(target: InterventionTarget) -> None:
    """What is held, each with its slider and its way out."""
    for item in interventions.list_items(interventions.get_interventions(target.own)):
        layer = target.layers.get(item.part)
        with st.container(gap="xxsmall"):
            sentence, button = st.columns([5, 1], vertical_alignment="center")
            sentence.markdown("**" + escape_markdown(interventions.describe_item(item)) + "**")
            button.button(
                "✕",
                key=f"remove {item.part} {item.place}",
                on_click=interventions.remove_item,
                args=(item.part, item.place, target.own),
                help=_("Remove it"),
                type="tertiary",
            )
            clamp = item.clamp
            if clamp is not None and layer is not None and clamp.quantity in clampable(layer.cell):
                intervention_form.draw_value_slider(
                    layer,
                    clamp.quantity,
                    _("Value"),
                    item.value,
                    label_visibility="collapsed",
                    **connect_control(
                        f"{'own held' if target.own else 'held'} {item.part} {item.place}",
                        item.value,
                        partial(interventions.change_item, item.part, item.place, own=target.own),
                    ),
                )


def _pick_quantity(trace: Trace) -> str:
    """The quantity that is compared."""
    names = [q for q in trace if q != "a"]
    return pick_option(
        _("Compare"), names, f"hold show {trace.cell.name}", quantity_title, names.index("h")
    )


def _draw_numbers(
    target: InterventionTarget, fit: Mapping[str, Intervention], without: Reading, with_: Reading
) -> None:
    """The numbers of both readings; of a run the held-out metric on demand, and training on under it."""
    rows = [(_("Loss"), without.loss, with_.loss)]
    held_out, trainer = state(HeldOutState), target.trainer
    if trainer and held_out.of == _moment(trainer, fit):
        rows.append((_("Held-out {m}", m=_(trainer.task.headline)), *held_out.metric))
    st.markdown(
        "  \n".join(
            [_("without → with"), *(f"{what}: **{a:.3g} → {b:.3g}**" for what, a, b in rows)]
        )
    )
    if trainer:
        _draw_training(trainer, fit)


def _moment(trainer: Trainer, fit: Mapping[str, Intervention]) -> tuple[int, int, str]:
    return trainer.index, id(trainer), interventions.to_link(fit)


def _draw_training(trainer: Trainer, fit: Mapping[str, Intervention]) -> None:
    headline, now = trainer.task.headline, _moment(trainer, fit)

    def evaluate() -> None:
        with time_slice():
            metric = []
            for clamps in ({}, fit):
                with interventions.temporarily_under(trainer.model.parts, clamps):
                    metric.append(trainer.evaluate().held_out[headline])
        held_out = state(HeldOutState)
        held_out.of, held_out.metric = now, (metric[0], metric[1])

    st.button(
        _("Held-out {metric}", metric=_(headline)),
        key="hold judge",
        on_click=evaluate,
        width="stretch",
    )
    if interventions.get_run_interventions(trainer):
        st.button(
            _("Take it away"),
            key="hold take away",
            on_click=interventions.set_interventions,
            args=(trainer.model.parts, {}),
            help=_("The run trains on without it; this page still shows what it changes."),
            width="stretch",
        )
    else:
        st.button(
            _("Train on under this"),
            key="hold train",
            on_click=interventions.set_interventions,
            args=(trainer.model.parts, fit),
            help=_("Also on the Live page, until you take it away."),
            width="stretch",
        )


def _draw_comparison(
    target: InterventionTarget, readings: tuple[Reading, Reading], quantity: str, order: UnitOrder
) -> None:
    """Output, one quantity and its gradient: without, with, difference."""
    without, with_ = readings
    symbols, where = target.subject.symbols, target.where
    L = len(symbols)
    maps: list[list[HeatMap]] = [[], []]
    both = np.concatenate([without.output, with_.output])
    labels: tuple[str, ...] = ()
    as_lines = False  # numbers, not chances of classes or states
    if target.trainer is not None:
        labels = class_labels(target.trainer.task)
        as_lines = not target.trainer.task.symbolic and both.shape[1] <= 3
    signed = bool((np.nan_to_num(both) < 0).any())
    for column, reading in enumerate(readings):
        trace = cast(Trace, reading.recording[where])
        top = None if signed else max(1.0, largest_size(both))
        title = _("last layer") if target.own else _("output")
        maps[column].append(HeatMap(title, reading.output.T, INK, signed, top, labels, as_lines))
        maps[column].append(quantity_map(trace, quantity, order))
        grads = cast(Quantity, trace[quantity]).grads
        if grads is not None:
            label = _("gradient ∂L/∂{quantity}", quantity=quantity)
            slopes = HeatMap(label, grads[:L, 0].T, signed=True, slopes=True)
            maps[column].append(arrange(slopes, order))
    name = f"{target.name} {quantity}"
    about = "" if target.own else None
    draw_chart(
        figures.comparison_figure(maps[0], maps[1], symbols, name),
        "hold compare",
        about=about,
        alt=_(
            "{quantity}, the output and the gradient: without what is held, with it, and the difference",
            quantity=quantity_title(quantity),
        ),
    )
    flow = figures.gradient_flow_figure(without.recording, with_.recording, L, where, name)
    draw_chart(
        flow,
        "hold flow",
        about=about,
        alt=_("The gradient that reaches each step, without what is held and with it"),
    )
