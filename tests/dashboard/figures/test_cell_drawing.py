"""A cell's drawing: what the contract asks of every cell is in tests/contract; here are its parts on small examples."""

import itertools

import numpy as np
import pytest

from core.cells import CELLS
from core.cells.symbolic import Complement, Formula, Ref, times
from dashboard.figures.cell_graph import CellGraph, _Builder, cell_graph, wire_values
from dashboard.figures.cell_layout import cell_layout
from dashboard.figures.wire_routes import Net, Router
from tests.helpers.cells import OPTIONS, name_of
from tests.helpers.drawings import crossings, pieces_of, points_along


def test_a_product_with_a_complement_is_two_operations():
    graph = CellGraph(CELLS["rnn"]())
    build = _Builder(graph)
    build.add("z", "input", "z", "z")
    build.add("n", "input", "n", "n")
    build.add_formula("h", Formula((times(Complement(Ref("z")), Ref("n")),)))
    assert [(n.sign, n.inputs) for n in graph.nodes.values()][2:] == [
        ("1−", ("z",)),
        ("×", ("h.1", "n")),
    ]
    values = wire_values(graph, {"z": np.array([0.25]), "n": np.array([2.0])}, {})
    assert values["h.1"] == 0.75
    assert values["h"] == 1.5


def test_a_recorded_number_goes_before_a_computed_one():
    """An intervention sets a quantity: the wire shows what the cell had, and what follows from that."""
    graph = cell_graph(CELLS["rnn"]())
    values = wire_values(graph, {"a": np.array([1.0]), "h": np.array([0.0])}, {})
    assert values["h"] == 0.0
    assert wire_values(graph, {"a": np.array([1.0])}, {})["h"] == np.tanh(1.0)


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_wires_run_around_the_operations_and_share_no_way(case):
    layout = cell_layout(*case)
    inside = {
        id: {(x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
        for id, (x, y) in layout.points.items()
    }
    assert len({*layout.points.values()}) == len(layout.points)
    ways: dict[frozenset, str] = {}
    for source, piece in pieces_of(layout):
        points = points_along(piece)
        for point in points[1:-1]:
            assert not any(point in square for square in inside.values()), (source, point)
        for one, other in itertools.pairwise(points):
            assert ways.setdefault(frozenset((one, other)), source) == source, (source, one)


def test_the_carried_state_runs_straight_where_only_operations_of_its_unit_are_on_its_way():
    for name, before in (("lstm", "c-1"), ("gru", "h-1"), ("mgu", "h-1")):
        layout = cell_layout(name, {})
        state = before[0]
        rows = {layout.points[id][1] for id in (before, state, f"{state}+")}
        assert len(rows) == 1, name


def test_the_drawings_have_few_crossings():
    """What a new way to lay out must not lose."""
    most = {"rnn": 0, "lstm": 4, "gru": 3, "mgu": 2}
    assert {name: crossings(cell_layout(name, {})) <= n for name, n in most.items()} == {
        name: True for name in most
    }


def test_a_wire_without_a_way_is_said():
    nodes = {"a": (0, 0), "b": (6, 0), "c": (12, 0)}
    router = Router(nodes, frozenset(), frozenset())
    router.route_all([Net("a", ("b",))])
    taken = {point: {"other": {(1, 0)}} for point in ((5, 0), (6, -1), (6, 1))}
    router.runs.update(taken)
    with pytest.raises(LookupError, match="wire: expected a way from c to b"):
        router.route_all([Net("c", ("b",))])
