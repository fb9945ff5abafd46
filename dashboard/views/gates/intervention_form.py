"""The row that says what to hold: a gate, a state, a unit, a bias, a convention or a weight, and Add."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import streamlit as st

from core.analysis.inspection import Inspection, Reading
from core.layers.interventions import Clamp, Edit, Intervention, clamp_limits, clampable
from core.layers.recurrent import Recurrent
from core.layers.trace import Quantity, Trace
from core.training.trainer import Trainer
from dashboard.common.i18n import N_, _
from dashboard.figures.gates import quantity_title
from dashboard.serving.turns import time_slice
from dashboard.session import interventions
from dashboard.widgets.choice import pick_option
from dashboard.widgets.layer_picker import pick_part

KINDS = {
    "clamp": N_("Hold a gate or state"),
    "silence": N_("Silence a unit"),
    "freeze": N_("Freeze a unit"),
    "bias": N_("Forget bias"),
    "reset": N_("GRU convention"),
    "edit": N_("Edit a weight"),
}
RESETS = {
    "after": N_("reset after the product (torch)"),
    "before": N_("reset before it (Cho 2014)"),
}
Where = tuple[int, str]


@dataclass(frozen=True)
class InterventionTarget:
    """The network that is held, its sequence, and the layer and direction that is looked at.

    trainer: None of the reader's own model, which does not train and has no held-out sequences.
    """

    subject: Inspection
    where: Where
    name: str
    trainer: Trainer | None = None

    @property
    def layers(self) -> Mapping[str, Recurrent]:
        """The recurrent layers of its parts."""
        return self.subject.layers

    @property
    def own(self) -> bool:
        """What is held in the reader's own model is another thing than what is held in the run."""
        return self.trainer is None

    def read(self, active: Mapping[str, Intervention]) -> Reading:
        """Reads the sequence under exactly these."""
        with interventions.temporarily_under(self.layers, active):
            return self.subject.read()


def intervention_kinds(layer: Recurrent) -> list[str]:
    """What can be done to this layer."""
    kinds = ["clamp", "silence", "freeze", "edit"]
    if "forget_bias" in layer.cell.options and layer.bias:
        kinds.insert(3, "bias")
    if layer.cell.options.get("reset", "none") != "none":
        kinds.insert(3, "reset")
    return kinds


def draw_form(target: InterventionTarget) -> None:
    """One row: what to hold, and Add."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="hold form"):
        part = pick_part(list(target.layers), "hold part", first=-1)
        layer = target.layers[part]
        kind = pick_option(
            _("What to do"),
            intervention_kinds(layer),
            "hold kind",
            lambda kind: _(KINDS[kind]),
            width=165,
        )
        draft = {
            "clamp": _draft_clamp,
            "silence": _draft_silence,
            "freeze": _draft_freeze,
            "bias": _draft_bias,
            "reset": _draft_reset,
            "edit": _draft_edit,
        }[kind](target, layer)
        st.button(
            _("Add"),
            key="hold add",
            type="primary",
            on_click=interventions.add_intervention,
            args=(part, draft, target.own),
        )


def _clamp_layer(layer: Recurrent, where: Where) -> dict[str, Any]:
    """The layer and direction of a clamp, where there are several."""
    several = layer.num_layers * len(layer.directions) > 1
    return {"layer": where[0], "direction": where[1]} if several else {}


def _pick_unit(layer: Recurrent, where: Where, all_units: bool = False) -> int | None:
    first = -1 if all_units else 0
    unit = pick_option(
        _("Unit"),
        range(first, layer.sizes[where[0]]),
        f"hold unit {first} {layer.sizes[where[0]]}",
        lambda u: _("all") if u < 0 else str(u),
        width=80,
    )
    return None if unit < 0 else unit


def _draft_clamp(target: InterventionTarget, layer: Recurrent) -> Intervention:
    quantity = pick_option(
        _("Gate or state"),
        clampable(layer.cell),
        f"hold quantity {layer.cell.name}",
        quantity_title,
        _first_quantity(layer),
        width=140,
    )
    unit = _pick_unit(layer, target.where, all_units=True)
    number = draw_value_slider(layer, quantity, _("Value"), None, key=f"hold value {quantity}")
    return Intervention((Clamp(quantity, number, unit, **_clamp_layer(layer, target.where)),))


def _first_quantity(layer: Recurrent) -> int:
    """The gate to begin with: the one that carries the state."""
    names = clampable(layer.cell)
    return names.index(layer.cell.carry_gate or "h")


def draw_value_slider(
    layer: Recurrent, quantity: str, label: str, now: float | None, **more: Any
) -> float:
    """A slider for a value of that quantity."""
    low, high = (max(-1.0, clamp_limits(layer.cell, quantity)[0]), 1.0)
    start = (1.0 if low == 0 else 0.0) if now is None else now
    if not low <= start <= high:
        low, high = min(low, start), max(high, start)
    return st.slider(label, float(low), float(high), float(start), 0.05, width=150, **more)


def _draft_silence(target: InterventionTarget, layer: Recurrent) -> Intervention:
    unit = _pick_unit(layer, target.where)
    return Intervention((Clamp("h", 0.0, unit, **_clamp_layer(layer, target.where)),))


def _draft_freeze(target: InterventionTarget, layer: Recurrent) -> Intervention:
    unit = _pick_unit(layer, target.where)
    with time_slice():
        reading = target.read({})
    symbols = target.subject.symbols
    step = pick_option(
        _("At its value of step"),
        range(len(symbols)),
        "hold step",
        lambda t: f"{t + 1}  {symbols[t]}",
        width=130,
    )
    h = cast(Quantity, cast(Trace, reading.recording[target.where])["h"]).values
    value = float(h[min(step, len(h) - 1), 0, unit or 0])
    if not np.isfinite(value):
        value = 0.0
    st.markdown(f"h = {value:.3f}")
    return Intervention((Clamp("h", value, unit, **_clamp_layer(layer, target.where)),))


def _draft_bias(target: InterventionTarget, layer: Recurrent) -> Intervention:
    value = st.slider(
        _("b_if + b_hf, of every unit"), -6.0, 6.0, 1.0, 0.25, key="hold bias", width=260
    )
    return Intervention(forget_bias=value)


def _draft_reset(target: InterventionTarget, layer: Recurrent) -> Intervention:
    others = [r for r in RESETS if r != layer.cell.options["reset"]]
    reset = pick_option(
        _("With the same weights"),
        others,
        "hold reset",
        lambda reset: _(RESETS[reset]),
        width=260,
    )
    return Intervention(reset=reset)


def _draft_edit(target: InterventionTarget, layer: Recurrent) -> Intervention:
    parameters: dict[str, Any] = dict(layer.named_parameters())
    name = pick_option(_("Parameter"), list(parameters), "hold parameter", str, width=150)
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
                help=_("From 0 to {last}", last=size - 1),
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
        help=_("Now {now:.4g}", now=now),
    )
    return Intervention(edits=(Edit(name, place, float(value)),))
