"""The cell of the session's run: one step of it drawn, with the numbers of one unit, and the equation of a wire.

The component shows every step of the unit by itself; it asks when a wire is picked, the step or the unit changed:
action {"kind": "look", "name", "t", "unit"}.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from core.analysis.explanation import Place
from core.analysis.microscope import Microscope
from core.cells.symbolic import activated
from core.layers.trace import Trace
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.common.theme import QUANTITIES
from dashboard.figures.books import NOTATIONS
from dashboard.figures.cell_graph import PEEPHOLE, WEIGHTS, CellGraph, Node, wire_values
from dashboard.figures.cell_layout import CellLayout, cell_layout
from dashboard.figures.formula_latex import (
    dot_label,
    formula_in_symbols,
    formula_with_numbers,
)
from dashboard.figures.gates import NAMES
from dashboard.figures.letters import Letters
from dashboard.figures.microscope import product_figure
from dashboard.player.component import load_component
from dashboard.player.pull import MAX_COUNT
from dashboard.serving.turns import time_slice
from dashboard.session.controls import read_message
from dashboard.session.live_run import LiveRun
from dashboard.session.settings import notation
from dashboard.session.state import state
from dashboard.widgets.charts import draw_chart
from dashboard.widgets.layer_picker import pick_layer

BEFORE = "-1"  # how the name of the last step's state ends


@dataclass
class CellState:
    """What the reader looks at. name: of a wire, "" before one is picked. t, unit: None before they are chosen.

    scope: the last reading; scope_of: its run, update, sequence and interventions.
    """

    name: str = ""
    t: int | None = None
    unit: int | None = None
    scope: Microscope | None = None
    scope_of: tuple = ()


def draw_cell(live: LiveRun) -> None:
    """The diagram with its numbers, and the equation of the wire that is picked."""
    seen = state(CellState)
    scope = _read(live, seen)
    recording = scope.reading.recording
    where = pick_layer(recording, "cell layer")
    trace = recording[where]
    symbols = scope.inspection.symbols
    if seen.t is None:
        seen.t = len(symbols) - 1
    t = min(seen.t, len(symbols) - 1)
    if seen.unit is None:
        seen.unit = _telling_unit(trace, t)
    unit = min(seen.unit, trace.H - 1)
    layout = cell_layout(trace.cell.name, trace.cell.options)
    name = seen.name if _is_shown(layout.graph, seen.name) else layout.graph.carried
    load_component("cell/cell")(
        key="cell",
        data=_describe(layout, _numbers(scope, where, unit, layout.graph))
        | {
            "run": f"{live.id}.{where}.{trace.cell.name}.{trace.cell.options}",
            "live": live.id,
            "symbols": list(symbols),
            **{"unit": unit, "units": trace.H, "step": t, "picked": name},
            "strings": _strings(),
        },
        on_action_change=_take_action,
    )
    _draw_equation(scope, where, name, t, unit)


def _read(live: LiveRun, seen: CellState) -> Microscope:
    """What the network does with the sequence; kept until weights, sequence or interventions change."""
    subject = live.inspect()
    clamped = [repr(layer.intervention) for layer in subject.layers.values()]
    key = (live.id, live.trainer.index, subject.symbols, *clamped)
    if seen.scope is None or seen.scope_of != key:
        with time_slice():
            seen.scope, seen.scope_of = Microscope(subject), key
    return seen.scope


def _telling_unit(trace: Trace, t: int) -> int:
    """The unit that the diagram opens with: the one whose state is furthest from 0."""
    with np.errstate(all="ignore"):
        return int(np.argmax(np.nan_to_num(np.abs(trace.arrays()["h"][t, 0]))))


def _numbers(
    scope: Microscope,
    where: tuple[int, str],
    unit: int,
    graph: CellGraph,
) -> dict[str, list[float | None]]:
    """The number on each wire at every step; None where it is not finite."""
    arrays = scope.reading.recording[where].arrays()
    peepholes: dict[str, np.ndarray] = {}
    T = len(scope.inspection.symbols)
    for part, steps in scope.parts.items():
        weights = scope.stacks[part].weights[where]
        for k, gate in enumerate(graph.cell.peepholes):
            number = peepholes.setdefault(gate, np.zeros(T))
            number[steps] = weights["weight_peephole"][k, unit]
    names = {node.id.replace(BEFORE, "_prev") for node in graph.nodes.values()} - {"x"}
    recorded = {n: arrays[n][:, 0, unit].astype(float) for n in names & arrays.keys()}
    values = wire_values(graph, recorded, peepholes)
    return {
        id: [round(v, 4) if np.isfinite(v) else None for v in numbers.tolist()]
        for id, numbers in values.items()
    }


def _is_shown(graph: CellGraph, name: str) -> bool:
    return any(wire.quantity == name for wire in graph.wires if name)


def _describe(layout: CellLayout, values: Mapping[str, list[float | None]]) -> dict[str, Any]:
    """The drawing, for the component. The wires in the order in which they are listed: a_ behind the others."""
    graph = layout.graph
    carried = {graph.carried, f"{graph.carried}{BEFORE}"}
    wires = sorted(graph.wires, key=lambda wire: wire.quantity.startswith("a"))
    return {
        "cell": graph.cell.title,
        "size": layout.size,
        "nodes": [
            {
                **{"id": node.id, "kind": node.kind, "sign": _sign(node)},
                **{"quantity": node.owner, "at": layout.points[node.id], "title": _title(node)},
            }
            for node in graph.nodes.values()
        ],
        "wires": [
            {
                **{"source": wire.source, "quantity": wire.quantity},
                **{"letter": _letter(wire.quantity), "words": quantity_words(wire.quantity)},
                "colour": QUANTITIES.get(wire.quantity.replace(BEFORE, ""), ""),
                "carried": wire.source in carried,
                "pieces": layout.routes[wire.source].pieces,
            }
            for wire in wires
        ],
        "values": values,
    }


def _letter(quantity: str) -> str:
    """As the diagram writes it; what stands behind "_" is an index."""
    return quantity.replace(BEFORE, "_t−1")


def _sign(node: Node) -> str:
    if node.kind == "input":
        return "x_t" if node.id == "x" else _letter(node.id)
    return f"{node.sign}_t" if node.kind == "output" else node.sign


def quantity_words(quantity: str) -> str:
    """What a wire carries, in words; "" for what has no name but its letter."""
    if quantity == "x":
        return _("input")
    if quantity.endswith(BEFORE):
        return _("last step's {state}").format(state=NAMES[quantity.removesuffix(BEFORE)])
    if quantity.startswith("a_"):
        return _("sum before {gate}").format(gate=quantity[2:])
    return NAMES.get(quantity, "")


def _title(node: Node) -> str:
    """What the operation does, for a tooltip."""
    if node.kind != "operation" and node.sign != WEIGHTS:
        return quantity_words(node.id.replace("+", ""))
    names = [_letter(name) for name in node.inputs]
    if node.sign == WEIGHTS:
        return _("weights times {inputs}, summed, and the bias").format(inputs=", ".join(names))
    if node.sign == PEEPHOLE:
        return _("the peephole weight of the unit, times {inputs}").format(inputs=", ".join(names))
    return ""


def _strings() -> dict[str, str]:
    return {
        "picture": _(
            "One step of the {cell}, step {t} of {T} (“{symbol}”), unit {unit}, from the last state on the left to the new one on the right: {values}."
        ),
        "reading": _("Step {t} of {T} (“{symbol}”), unit {unit}: {what}."),
        "place": _("Step {t} of {T}: {symbol}"),
        **{"step": _("Step"), "back": _("One step back"), "next": _("One step on")},
        **{"unit": _("Unit"), "quantities": _("Quantities: one opens its equation")},
    }


def _take_action() -> None:
    action = read_message("cell", "action")
    if action is None or action.text("kind") != "look":
        return
    seen = state(CellState)
    t, unit = (action.integer(name, 0, MAX_COUNT) for name in ("t", "unit"))
    seen.name = action.text("name", 20)
    seen.t, seen.unit = seen.t if t is None else t, seen.unit if unit is None else unit


def _draw_equation(scope: Microscope, where: tuple[int, str], name: str, t: int, unit: int) -> None:
    """The equation of the wire, in the reader's letters and with the numbers put in."""
    symbol = escape_markdown(scope.inspection.symbols[t])
    with st.container(border=True, key="cell equation"):
        if name == "x":
            st.markdown(
                _("**x** is what the cell reads: at step {t} “{symbol}”.").format(
                    t=t + 1, symbol=symbol
                )
            )
            return
        back = -1 if where[1] == "forward" else 1
        at = t + back if name.endswith(BEFORE) else t
        quantity = name.removesuffix(BEFORE)
        part = scope.part_of(t)
        steps = scope.parts[part]
        if not 0 <= at < steps.stop or (at < steps.start and steps.start == 0):
            st.markdown(
                _(
                    "**{name}** is where the cell begins: before its first step there is no equation."
                ).format(name=quantity)
            )
            return
        place = Place(quantity, at, unit, scope.part_of(at), *where)
        _draw_explanation(scope, place)
        before = _sum_before(scope, place)
        if before is not None:
            _draw_explanation(scope, before)


def _sum_before(scope: Microscope, place: Place) -> Place | None:
    """The pre-activation of a gate or candidate, whose equation says more than that of the function on it."""
    forward = scope.cell_at(place).equations()
    formula = forward[place.name]
    if formula.phi:
        for name in forward:
            if formula == activated(name, formula.phi):
                return replace(place, name=name)
    return None


def _draw_explanation(scope: Microscope, place: Place) -> None:
    """One number: its formula in symbols and in numbers, and the products that its sums are made of."""
    letters = Letters(notation(), scope.cell_at(place))
    recorded = scope.explain(place).value
    explained = scope.in_convention(NOTATIONS[notation()].convention).explain(place)
    dots = [
        (dot_label(part, letters), (part.left, part.right))
        for part in explained.terms
        if part.left is not None and part.right is not None
    ]
    formulas, figures = st.columns([3, 2]) if dots else (st.container(), st.container())
    with formulas:
        st.markdown(
            _("**{name} = {value:.4g}** · {words}, unit {unit}, step {t} (“{symbol}”)").format(
                **{"name": escape_markdown(place.name), "value": recorded, "unit": place.unit},
                words=quantity_words(place.name) or place.name,
                **{"t": place.t + 1, "symbol": escape_markdown(scope.inspection.symbols[place.t])},
            )
        )
        if explained.clamped:
            st.markdown(_("An intervention holds this number: no formula gives it."))
            return
        st.latex(formula_in_symbols(explained, letters))
        st.latex(formula_with_numbers(explained, letters))
    if dots:
        names, pairs = zip(*dots, strict=True)
        draw_chart(product_figure(names, pairs), "cell products", figures)
