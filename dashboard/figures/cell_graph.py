"""A cell as a drawing has it: its operations, and the wires between them, read off its forward equations.

    graph = cell_graph(cell)
    graph.nodes["h"]                  # what gives the quantity h: an operation with its sign
    graph.wires                       # one for each node: from it to all that use its number

A node's id is the name of the quantity that it gives ("f", "h", "h-1" for the last step's), or the owner's with a
number ("c.1") where the equations have no name for it. A new cell is drawn from its equations alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from core.cells import Cell
from core.cells.symbolic import (
    Applied,
    Bias,
    Complement,
    Direct,
    Dot,
    Factor,
    Formula,
    Peephole,
    Product,
    Ref,
    ref_of,
)

Kind = Literal["input", "weights", "operation", "output"]
SIGNS = {"sigmoid": "σ", "identity": "id", "tanh": "tanh", "relu": "relu", "hard_sigmoid": "hσ"}
WEIGHTS, TIMES, PLUS, COMPLEMENT, PEEPHOLE, MINUS = "W", "×", "+", "1−", "p", "−"


@dataclass(frozen=True)
class Node:
    """sign: what stands in it. owner: the quantity whose equation it is a part of. inputs: ids, in their order."""

    id: str
    kind: Kind
    sign: str
    owner: str
    inputs: tuple[str, ...] = ()
    gate: str = ""  # of a peephole


@dataclass(frozen=True)
class Wire:
    """From one node to all that use its number. quantity: its name, "" where the equations have none."""

    source: str
    targets: tuple[str, ...]
    quantity: str


@dataclass
class CellGraph:
    """nodes: in the order of computation, inputs first and outputs last. carried: the state that goes on longest."""

    cell: Cell
    nodes: dict[str, Node] = field(default_factory=dict)

    @property
    def carried(self) -> str:
        """The state that the cell carries from step to step."""
        return self.cell.states[-1]

    @property
    def wires(self) -> list[Wire]:
        """A wire for every node but the outputs."""
        targets: dict[str, list[str]] = {}
        for node in self.nodes.values():
            for source in dict.fromkeys(node.inputs):
                targets.setdefault(source, []).append(node.id)
        named = {"x", *self.cell.equations(), *(f"{state}-1" for state in self.cell.states)}
        return [
            Wire(source, tuple(ids), source if source in named else "")
            for source, ids in targets.items()
        ]


def cell_graph(cell: Cell) -> CellGraph:
    """The graph of one step."""
    graph = CellGraph(cell)
    build = _Builder(graph)
    previous = [f"{state}-1" for state in reversed(cell.states)]
    for name in (*previous, "x"):
        build.add(name, "input", name, name)
    for name, formula in cell.equations().items():
        build.add_formula(name, formula)
    for state in reversed(cell.states):
        build.add(f"{state}+", "output", state, state, (state,))
    return graph


class _Builder:
    def __init__(self, graph: CellGraph):
        self.nodes = graph.nodes

    def add(
        self,
        id: str,
        kind: Kind,
        sign: str,
        owner: str,
        inputs: tuple[str, ...] = (),
        gate: str = "",
    ) -> str:
        self.nodes[id] = Node(id, kind, sign, owner, inputs, gate)
        return id

    def add_formula(self, name: str, formula: Formula) -> None:
        """The nodes of one equation; the last of them has the quantity's name."""
        inputs: list[str] = [
            self._term(name, term) for term in formula.terms if not isinstance(term, Bias)
        ]
        sources: tuple[str, ...] = tuple(dict.fromkeys(inputs))
        if any(isinstance(term, Dot) for term in formula.terms):
            last = self._operation(name, WEIGHTS, sources)
        elif len(sources) > 1:
            last = self._operation(name, PLUS, sources)
        else:
            last = inputs[0]
        if formula.phi:
            last = self._operation(name, SIGNS[formula.phi], (last,))
        if self.nodes[last].owner != name:  # a copy of another quantity
            last = self._operation(name, "=", (last,))
        node = self.nodes.pop(last)
        self.add(name, node.kind, node.sign, name, node.inputs, node.gate)

    def _operation(self, owner: str, sign: str, inputs: tuple[str, ...], gate: str = "") -> str:
        kind: Kind = "weights" if sign == WEIGHTS else "operation"
        same = (
            n for n in self.nodes.values() if (n.sign, n.inputs, n.gate) == (sign, inputs, gate)
        )
        known = next(same, None)
        if known is not None and known.owner == owner and kind == "operation":
            return known.id
        count = sum(node.owner == owner for node in self.nodes.values()) + 1
        return self.add(f"{owner}.{count}", kind, sign, owner, inputs, gate)

    def _term(self, owner: str, term: Dot | Product | Direct) -> str:
        if isinstance(term, Dot):
            return _id(term.of)
        assert isinstance(term, Product)  # no forward equation has another
        peepholes = [factor.gate for factor in term.factors if isinstance(factor, Peephole)]
        factors = [factor for factor in term.factors if not isinstance(factor, Peephole)]
        ids: tuple[str, ...] = tuple(self._factor(owner, factor) for factor in factors)
        last = ids[0] if len(ids) == 1 else self._operation(owner, TIMES, ids)
        for gate in peepholes:
            last = self._operation(owner, PEEPHOLE, (last,), gate)
        return last if term.sign > 0 else self._operation(owner, MINUS, (last,))

    def _factor(self, owner: str, factor: Factor) -> str:
        ref = ref_of(factor)
        assert ref is not None
        if isinstance(factor, Complement):
            return self._operation(owner, COMPLEMENT, (_id(ref),))
        if isinstance(factor, Applied):
            return self._operation(owner, SIGNS[factor.phi], (self._factor(owner, factor.of),))
        return _id(ref)


def _id(ref: Ref) -> str:
    return f"{ref.name}{ref.shift}" if ref.shift else ref.name


OPERATIONS = {
    "σ": lambda a: 1 / (1 + np.exp(-a)),
    "hσ": lambda a: np.clip(a / 6 + 0.5, 0, 1),
    "tanh": np.tanh,
    "relu": lambda a: np.maximum(a, 0),
    "id": lambda a: a,
    "=": lambda a: a,
    COMPLEMENT: lambda a: 1 - a,
    MINUS: lambda a: -a,
}


def wire_values(
    graph: CellGraph, recorded: Mapping[str, np.ndarray], peepholes: Mapping[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The number on every wire at every step [T], by the node that it comes from; the input x is none.

    recorded: of one unit, by the quantity's name ("h_prev" for the last step's), [T]; where it has a number that is
    the one. peepholes: of that unit, by gate, [T].
    """
    values: dict[str, np.ndarray] = {}
    with np.errstate(all="ignore"):
        for node in graph.nodes.values():
            name = node.id.replace("-1", "_prev")
            if name in recorded:
                values[node.id] = recorded[name]
            elif node.kind == "operation":
                values[node.id] = _evaluate(node, [values[id] for id in node.inputs], peepholes)
    return values


def _evaluate(
    node: Node, inputs: list[np.ndarray], peepholes: Mapping[str, np.ndarray]
) -> np.ndarray:
    if node.sign == TIMES:
        return np.prod(inputs, axis=0)
    if node.sign == PLUS:
        return np.sum(inputs, axis=0)
    if node.sign == PEEPHOLE:
        return peepholes[node.gate] * inputs[0]
    return OPERATIONS[node.sign](inputs[0])
