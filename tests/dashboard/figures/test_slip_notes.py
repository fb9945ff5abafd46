"""What is said kindly where notes slip: only what is true of the cell before the reader."""

import re

import pytest

from core.analysis.parameters import library_counts
from core.cells import CELLS
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from dashboard.figures.books import NOTATIONS
from dashboard.figures.diagrams import describe_shape, diagram_svg
from dashboard.figures.slip_notes import parameter_slip_note, slip_note


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("book", NOTATIONS)
def test_each_note_stands_where_it_is_true(cell, book):
    built = CELLS[cell]()
    note = slip_note(cell, {}, book, (2, 4))
    assert ("joins two vectors" in note) == NOTATIONS[book].state_first
    assert ("⊙" in note) == bool(built.gates)
    assert ("no output gate" in note) == (bool(built.gates) and "o" not in built.gates)
    assert ("cell state c" in note) == ("c" in built.states)
    assert "4 × 2, from state to state 4 × 4" in note


def test_the_shapes_are_those_of_the_network():
    model = Trainer(Experiment(task="subtraction", hidden_size=4, cell="rnn")).model
    shapes = {name: tuple(p.shape) for name, p in model.named_parameters()}
    assert shapes["recurrent.weight_ih_l0"] == (4, 2)
    assert shapes["recurrent.weight_hh_l0"] == (4, 4)


def test_the_numbers_of_the_gru_are_those_that_are_counted():
    note = parameter_slip_note().replace(",", "")
    three, one, two, units, bias = map(
        int, re.search(r"(\d) × \(\((\d+) \+ (\d+)\) × (\d+) \+ (\d+)\)", note).groups()
    )
    counted = three * ((one + two) * units + bias)
    assert f"= {counted}." in note
    counts = library_counts("gru", 32, 32).values()
    assert counted in counts
    assert 6336 in counts


def test_the_bidirectional_drawing_joins_both_ends():
    svg = diagram_svg("bidirectional")
    lines = [
        [tuple(map(float, point.split(","))) for point in path.split()]
        for path in re.findall(r'polyline points="([^"]+)"', svg)
    ]
    circles = re.findall(r'circle cx="(\d+)" cy="(\d+)" r="\d+" fill="none"', svg)
    output = min(circles, key=lambda circle: float(circle[1]))
    first = min(float(x) for x, _ in circles)
    ends = [line for line in lines if abs(line[-1][1] - float(output[1])) < 16]
    starts = sorted(line[0][0] for line in ends)
    assert len(ends) == 2
    assert starts[0] == first  # the direction that reads backwards ends at the first step
    assert abs(starts[1] - float(output[0])) < 16  # the other at the last
    assert "at the last and at the first step" in describe_shape("bidirectional")
