"""The drawing of a cell as the component gets it: where it stands, its words, and the numbers on its wires."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.analysis.microscope import Microscope
from core.cells import Cell
from core.cells.symbolic import term_names
from dashboard.common.i18n import _
from dashboard.common.quantities import NAMES
from dashboard.common.theme import QUANTITIES
from dashboard.figures.cell_graph import PEEPHOLE, WEIGHTS, CellGraph, Node, wire_values
from dashboard.figures.cell_layout import CellLayout

BEFORE = "-1"  # how the name of the last step's state ends


def wire_numbers(
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


def describe_drawing(
    layout: CellLayout, values: Mapping[str, list[float | None]]
) -> dict[str, Any]:
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
                **{
                    "quantity": node.owner,
                    "at": layout.points[node.id],
                    "title": _title(node, graph.cell),
                },
            }
            for node in graph.nodes.values()
        ],
        "wires": [
            {
                **{"source": wire.source, "quantity": wire.quantity},
                **{
                    "letter": _letter(wire.quantity),
                    "meaning": quantity_words(wire.quantity, graph.cell),
                },
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


def quantity_words(quantity: str, cell: Cell) -> str:
    """What a wire carries, in words; "" for what is not on a wire."""
    if quantity == "x":
        return _("input")
    if quantity.endswith(BEFORE):
        return _("last step's {state}", state=_(NAMES[quantity.removesuffix(BEFORE)]))
    if quantity in NAMES:
        return _(NAMES[quantity])
    if quantity.startswith("a_"):
        return _("sum before {gate}", gate=quantity[2:])
    for name, formula in cell.equations().items():  # of a detail: what it is computed for
        if any(quantity in term_names(term) for term in formula.terms):
            return _("on the way to {gate}", gate=name.removeprefix("a_"))
    return ""


def _title(node: Node, cell: Cell) -> str:
    """What the operation does, for a tooltip."""
    if node.kind != "operation" and node.sign != WEIGHTS:
        return quantity_words(node.id.replace("+", ""), cell)
    names = [_letter(name) for name in node.inputs]
    if node.sign == WEIGHTS:
        return _("weights times {inputs}, summed, and the bias", inputs=", ".join(names))
    if node.sign == PEEPHOLE:
        return _("the peephole weight of the unit, times {inputs}", inputs=", ".join(names))
    return ""


def drawing_strings() -> dict[str, str]:
    """The sentences of the component."""
    return {
        "picture": _(
            "One step of the {cell}, step {t} of {T} (“{symbol}”), unit {unit}, from the last state to the new one: {values}."
        ),
        "reading": _("Step {t} of {T} (“{symbol}”), unit {unit}: {what}."),
        "place": _("Step {t} of {T}: {symbol}"),
        **{"step": _("At step"), "back": _("One step back"), "next": _("One step on")},
        **{"unit": _("Unit"), "quantities": _("Quantities: one opens its equation")},
    }
