"""The panel of interventions: what to hold, what is held, and what it changes."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import streamlit as st

from core.interventions import Clamp, Edit, Intervention, holdable, limits
from core.recording import Quantity, Trace
from core.recurrent import Recurrent
from core.steps import Look
from core.training import Trainer
from core.under import parts
from dashboard import controls, interventions
from dashboard.figures import interventions as figures
from dashboard.figures.gates import NAMES, quantity_map
from dashboard.figures.heat import INK, Map, largest
from dashboard.live import Live, turn
from dashboard.pictures import chart
from dashboard.text import _

KINDS = {
    "clamp": _("Hold a gate or state"),
    "silence": _("Silence a unit"),
    "freeze": _("Freeze a unit"),
    "bias": _("Forget bias"),
    "reset": _("GRU convention"),
    "edit": _("Edit a weight"),
}
RESETS = {"after": _("reset after the product (torch)"), "before": _("reset before it (Cho 2014)")}
Where = tuple[int, str]


def show(run: Live, where: Where) -> None:
    """The whole panel for one run; `where` is the layer and direction that is looked at."""
    trainer = run.trainer
    st.caption(
        _(
            "Hold a gate at a value, silence a unit or change a weight, and read the same sequence without and "
            "with it: what is held is a constant, and no gradient passes through it. Hold f (or z) at 1 and "
            "the state is kept, at 0 it is lost at every step; the gradient does the same backwards. Then "
            "train on under it, and see whether the others can do its work."
        )
    )
    _form(trainer, where)
    left, right = st.columns([1, 3], gap="small")
    with left:
        _list(trainer)
    fit, sentences = interventions.fitting(trainer)
    for sentence in sentences:
        st.warning(controls.plain(sentence))
    if interventions.in_force(trainer):  # what is trained under follows what is held here
        interventions.put(parts(trainer.model), fit)
    if not fit:
        st.info(_("Nothing is held yet: choose above what to hold, and press Add."))
        return
    with turn():
        with interventions.held(trainer, {}):
            without = trainer.look()
        with interventions.held(trainer, fit):
            with_ = trainer.look()
    with left:
        quantity = _quantity(cast(Trace, without.recording[where]))
        _buttons(trainer, fit, without, with_)
    with right:
        _compare(trainer, without, with_, where, quantity)


def _part(trainer: Trainer) -> str:
    layers = list(parts(trainer.model))
    if len(layers) == 1:
        return layers[0]
    return st.segmented_control(
        _("Where"), layers, default=layers[-1], required=True, key="hold part", format_func=_
    )


def kinds(layer: Recurrent) -> list[str]:
    """What can be done to this layer."""
    found = ["clamp", "silence", "freeze", "edit"]
    if layer.cell.name == "lstm" and layer.bias:
        found.insert(3, "bias")
    if layer.cell.name == "gru" and layer.cell.options["reset"] != "none":
        found.insert(3, "reset")
    return found


def _form(trainer: Trainer, where: Where) -> None:
    """One row: what to hold, and Add."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="hold form"):
        part = _part(trainer)
        layer = parts(trainer.model)[part]
        kind = st.selectbox(
            _("What to do"), kinds(layer), format_func=KINDS.__getitem__, key="hold kind", width=165
        )
        draft = {
            "clamp": _clamp,
            "silence": _silence,
            "freeze": _freeze,
            "bias": _bias,
            "reset": _reset,
            "edit": _edit,
        }[kind](trainer, part, layer, where)
        st.button(
            _("Add"),
            key="hold add",
            type="primary",
            on_click=interventions.add,
            args=(part, draft),
        )


def _place(layer: Recurrent, where: Where) -> dict[str, Any]:
    """The layer and direction of a clamp, where there are several."""
    several = layer.num_layers * len(layer.directions) > 1
    return {"layer": where[0], "direction": where[1]} if several else {}


def _unit(layer: Recurrent, where: Where, everyone: bool = False) -> int | None:
    first = -1 if everyone else 0
    unit = st.selectbox(
        _("Unit"),
        range(first, layer.sizes[where[0]]),
        format_func=lambda u: _("all") if u < 0 else str(u),
        key=f"hold unit {first} {layer.sizes[where[0]]}",
        width=80,
    )
    return None if unit < 0 else unit


def _clamp(trainer: Trainer, part: str, layer: Recurrent, where: Where) -> Intervention:
    quantity = st.selectbox(
        _("Gate or state"),
        holdable(layer.cell),
        index=_usual(layer),
        format_func=lambda q: f"{q}  {NAMES[q]}",
        key=f"hold quantity {layer.cell.name}",
        width=140,
    )
    unit = _unit(layer, where, everyone=True)
    value = _value(layer, quantity, f"hold value {quantity}", _("Value"), None)
    return Intervention((Clamp(quantity, value, unit, **_place(layer, where)),))


def _usual(layer: Recurrent) -> int:
    """The gate to begin with: the one that keeps the state."""
    names = holdable(layer.cell)
    return names.index({"lstm": "f", "gru": "z"}.get(layer.cell.name, "h"))


def _value(
    layer: Recurrent, quantity: str, key: str, label: str, value: float | None, **more: Any
) -> float:
    low, high = (max(-1.0, limits(layer.cell, quantity)[0]), 1.0)
    start = (1.0 if low == 0 else 0.0) if value is None else value
    if not low <= start <= high:
        low, high = min(low, start), max(high, start)
    return st.slider(label, float(low), float(high), float(start), 0.05, key=key, width=150, **more)


def _silence(trainer: Trainer, part: str, layer: Recurrent, where: Where) -> Intervention:
    unit = _unit(layer, where)
    return Intervention((Clamp("h", 0.0, unit, **_place(layer, where)),))


def _freeze(trainer: Trainer, part: str, layer: Recurrent, where: Where) -> Intervention:
    unit = _unit(layer, where)
    with turn(), interventions.held(trainer, {}):
        look = trainer.look()
    symbols = look.probe.symbols
    step = st.selectbox(
        _("At its value of step"),
        range(len(symbols)),
        format_func=lambda t: f"{t + 1}  {symbols[t]}",
        key="hold step",
        width=130,
    )
    h = cast(Quantity, cast(Trace, look.recording[where])["h"]).values
    value = float(h[min(step, len(h) - 1), 0, unit or 0])
    if not np.isfinite(value):
        value = 0.0
    st.markdown(f"h = {value:.3f}")
    return Intervention((Clamp("h", value, unit, **_place(layer, where)),))


def _bias(trainer: Trainer, part: str, layer: Recurrent, where: Where) -> Intervention:
    value = st.slider(
        _("b_if + b_hf of every unit"), -6.0, 6.0, 1.0, 0.25, key="hold bias", width=260
    )
    return Intervention(forget_bias=value)


def _reset(trainer: Trainer, part: str, layer: Recurrent, where: Where) -> Intervention:
    others = [r for r in RESETS if r != layer.cell.options["reset"]]
    reset = st.selectbox(
        _("With the same weights"),
        others,
        format_func=RESETS.__getitem__,
        key="hold reset",
        width=260,
    )
    return Intervention(reset=reset)


def _edit(trainer: Trainer, part: str, layer: Recurrent, where: Where) -> Intervention:
    parameters: dict[str, Any] = dict(layer.named_parameters())
    name = st.selectbox(_("Parameter"), list(parameters), key="hold parameter", width=150)
    shape = tuple(parameters[name].shape)
    place = tuple(
        int(
            st.number_input(
                label,
                0,
                size - 1,
                0,
                key=f"hold {label} {name}",
                width=85,
                help=_("From 0 to {last}").format(last=size - 1),
            )
        )
        for label, size in zip((_("Row"), _("Column")), shape, strict=False)
    )
    now = float(parameters[name].detach()[place])
    value = st.number_input(
        _("New value"),
        -1e6,
        1e6,
        0.0,
        step=0.1,
        format="%g",
        key="hold weight",
        width=110,
        help=_("Now {now:.4g}").format(now=now),
    )
    return Intervention(edits=(Edit(name, place, float(value)),))


def _list(trainer: Trainer) -> None:
    """What is held, each with its slider and its way out."""
    layers = parts(trainer.model)
    for item in interventions.items(interventions.asked()):
        layer, key = layers.get(item.part), f"held {item.part} {item.place}"
        where = f"{item.part}: " if item.part else ""
        with st.container(gap="xxsmall"):
            what, out = st.columns([5, 1], vertical_alignment="center")
            what.markdown("**" + controls.plain(where + item.sentence) + "**")
            out.button(
                "✕",
                key=f"remove {item.part} {item.place}",
                on_click=interventions.keep,
                args=(item.part, item.without),
                help=_("Remove it"),
                type="tertiary",
            )
            clamp = item.clamp
            if clamp is not None and layer is not None and clamp.quantity in holdable(layer.cell):
                _value(
                    layer,
                    clamp.quantity,
                    key,
                    _("Value"),
                    item.value,
                    label_visibility="collapsed",
                    on_change=_moved,
                    args=(key, item),
                )


def _moved(key: str, item: interventions.Item) -> None:
    assert item.change is not None
    interventions.keep(item.part, item.change(st.session_state[key]))


def _quantity(trace: Trace) -> str:
    """The quantity that is compared."""
    names = [q for q in trace if q != "a"]
    return st.selectbox(
        _("Compare"),
        names,
        index=names.index("h"),
        format_func=lambda q: f"{q}  {NAMES[q]}",
        key=f"hold show {trace.cell.name}",
    )


def _buttons(trainer: Trainer, fit: Mapping[str, Intervention], without: Look, with_: Look) -> None:
    """The numbers of both readings, the held-out metric on demand, and training on under it."""
    headline = trainer.task.headline
    now = (trainer.index, id(trainer), interventions.to_link(fit))
    rows = [(_("Loss"), without.loss, with_.loss)]
    if st.session_state.get("hold judged", (None,))[0] == now:
        rows.append((_("Held-out {m}").format(m=headline), *st.session_state["hold judged"][1:]))
    st.markdown(
        "  \n".join(
            [_("without → with"), *(f"{what}: **{a:.3g} → {b:.3g}**" for what, a, b in rows)]
        )
    )

    def judge() -> None:
        with turn():
            found = []
            for each in ({}, fit):
                with interventions.held(trainer, each):
                    found.append(trainer.evaluate().held_out[headline])
        st.session_state["hold judged"] = (now, *found)

    st.button(
        _("Held-out {metric}").format(metric=headline),
        key="hold judge",
        on_click=judge,
        width="stretch",
    )
    if interventions.in_force(trainer):
        st.button(
            _("Take it away"),
            key="hold take away",
            on_click=interventions.put,
            args=(parts(trainer.model), {}),
            help=_("The run trains on without it; here it stays in view."),
            width="stretch",
        )
    else:
        st.button(
            _("Train on under this"),
            key="hold train",
            on_click=interventions.put,
            args=(parts(trainer.model), fit),
            help=_("On the Live page, too, until you take it away."),
            width="stretch",
        )


def _compare(trainer: Trainer, without: Look, with_: Look, where: Where, quantity: str) -> None:
    """Output, one quantity and its gradient: without, with, difference."""
    symbols = without.probe.symbols
    L = len(symbols)
    maps: list[list[Map]] = [[], []]
    both = np.concatenate([without.output, with_.output])
    values = not trainer.task.symbolic and both.shape[2] <= 3  # numbers, not chances of classes
    signed = bool((np.nan_to_num(both) < 0).any())
    for column, look in enumerate((without, with_)):
        trace = cast(Trace, look.recording[where])
        top = None if signed else max(1.0, largest(both))
        output = look.output[:, 0].T
        maps[column].append(Map(_("output"), output, INK, signed, top, trainer.task.labels, values))
        seen = quantity_map(trace, quantity)
        maps[column].append(seen)
        grads = cast(Quantity, trace[quantity]).grads
        if grads is not None:
            label = f"dL/d<b>{quantity}</b>"
            maps[column].append(Map(label, grads[:L, 0].T, seen.colour, True))
    name = f"{trainer.experiment} {where} {quantity}"
    chart(figures.side_by_side(maps[0], maps[1], symbols, name), "hold compare")
    chart(figures.flow(without.recording, with_.recording, L, where, name), "hold flow")
