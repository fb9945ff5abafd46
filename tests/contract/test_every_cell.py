"""What every cell of the registry keeps, with all its options: nothing here names one.

Forward and backward against the reference step and plain autograd in float64; everything that is written
from its equations against the same numbers.
"""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.gradients import jacobians
from core.cells import CELL_TITLES, CELLS
from core.cells.symbolic import Bias, Dot, Product, ref_of, silent_quantities
from core.layers.interventions import Clamp, Edit, Intervention, clampable
from core.layers.recurrent import Recurrent
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from dashboard.common.quantities import NAMES
from dashboard.figures.books import NOTATIONS
from dashboard.figures.cell_graph import wire_values
from dashboard.figures.cell_layout import cell_layout
from dashboard.figures.equations import equations
from dashboard.figures.letters import Letters
from tests.core.analysis.test_microscope import check, scope_of
from tests.core.layers.test_interventions import INPUTS, B, H, T, holding, make
from tests.core.layers.test_interventions import compare as compare_held
from tests.helpers import reference
from tests.helpers.cells import MOSTLY_LONG, OPTIONS, assert_close, name_of
from tests.helpers.scripts import script_losses


@pytest.mark.parametrize("cell", CELLS)
def test_it_has_a_reference_step(cell):
    reference.step_of(cell)


def test_titles_tell_them_apart():
    assert len({*CELL_TITLES.values()}) == len(CELLS)


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_it_describes_itself(case):
    """What the layer, the pages and the exports take from it fits together."""
    cell = CELLS[case[0]](**case[1])
    forward = cell.equations()
    previous = {f"{state}_prev" for state in cell.states}
    assert cell.name == case[0]
    assert {**cell.options, **case[1]} == cell.options
    assert len(cell.block_names) == cell.blocks
    assert {*forward} == {*cell.quantities, *cell.details} - {"x", *previous}
    sigma = cell.options.get("gate_activation", "sigmoid")
    assert all(forward[gate].phi == sigma for gate in cell.gates)
    assert {*cell.quantities} <= {*NAMES}, "expected the words of each letter in quantity_names"
    read = [term for formula in forward.values() for term in formula.terms]
    for kind, name in (
        (Dot, "weight_ih"),
        (Dot, "weight_hh"),
        (Bias, "bias_ih"),
        (Bias, "bias_hh"),
    ):
        rows = [
            t.gate
            for t in read
            if isinstance(t, kind) and name in (getattr(t, "weight", ""), getattr(t, "bias", ""))
        ]
        assert sorted(rows) == sorted(cell.block_names), f"{name_of(case)}: rows of {name}"
    multiplied = [delta for deltas, _ in cell.recurrent_terms for delta in deltas]
    assert len(multiplied) == cell.blocks


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_its_drawing_has_every_quantity_and_every_use_of_it(case):
    cell = CELLS[case[0]](**case[1])
    layout = cell_layout(*case)
    forward = cell.equations()
    wires = {wire.source: wire for wire in layout.graph.wires}
    previous = {f"{state}-1" for state in cell.states}
    assert {wire.quantity for wire in wires.values()} - {""} == {*forward, "x", *previous}
    nodes = layout.graph.nodes
    for (
        name,
        formula,
    ) in forward.items():  # whatever an equation reads, a wire leads into its operations
        read = {id for node in nodes.values() if node.owner == name for id in node.inputs}
        for term in formula.terms:
            refs = term.factors if isinstance(term, Product) else ()
            of = [ref for ref in map(ref_of, refs) if ref] + (
                [term.of] if isinstance(term, Dot) else []
            )
            assert {f"{ref.name}{ref.shift or ''}" for ref in of} <= read, name
    for source, route in layout.routes.items():
        ends = [piece[-1] for piece in route.pieces]
        assert len(ends) == len(wires[source].targets), source
        for target in wires[source].targets:
            x, y = layout.points[target]
            assert any(max(abs(a - x), abs(b - y)) == 1 for a, b in ends), (source, target)


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_the_numbers_on_its_drawing_are_the_recorded_ones(case):
    """The operations as they are drawn, computed one after the other, give what the cell recorded."""
    scope = scope_of(case, layers=1, bidirectional=False)
    graph = cell_layout(*case).graph
    trace = scope.reading.recording[0, "forward"]
    arrays = trace.arrays()
    weights = scope.stacks[""].weights[0, "forward"]
    for unit in range(trace.H):
        recorded = {n: numbers[:, 0, unit] for n, numbers in arrays.items() if n != "x"}
        known = {f"{s}_prev": recorded[f"{s}_prev"] for s in graph.cell.states}
        known |= {n: recorded[n] for n, node in graph.nodes.items() if node.kind == "weights"}
        peepholes = {
            gate: np.full(scope.stacks[""].T, weights["weight_peephole"][k, unit])
            for k, gate in enumerate(graph.cell.peepholes)
        }
        values = wire_values(graph, known, peepholes)
        for name in graph.cell.equations():
            assert_close(values[name], torch.tensor(recorded[name]), f"{name_of(case)}: {name}")


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_the_scratch_rows_that_interventions_rely_on(case):
    """A row of zeros in "Q<name>" stops every gradient on its way into what is silent."""
    cell = CELLS[case[0]](**case[1])
    rows = cell.layout(INPUTS, H).rows
    for gate in cell.block_names:
        if gate != "h":
            assert rows[f"Q{gate}"].block == "scratch", f"{name_of(case)}: Q{gate}"
            assert f"a_{gate}" in silent_quantities(cell.equations(), (gate,)), (
                f"{name_of(case)}: a_{gate}"
            )


def compare(case, T, B, inputs, H, layers, bidirectional, bias, lengths, seed, observers=0):
    cell, options = case
    if not bias:
        options = {k: v for k, v in options.items() if k != "forget_bias"}
    torch.manual_seed(seed)
    layer = Recurrent(
        cell,
        inputs,
        H,
        num_layers=layers,
        bidirectional=bidirectional,
        bias=bias,
        dtype=torch.float64,
        **options,
    )
    shape = (layers * len(layer.directions), B, H)
    x = torch.randn(T, B, inputs, dtype=torch.float64, requires_grad=True)
    state = [torch.randn(shape, dtype=torch.float64, requires_grad=True) for _ in layer.cell.states]
    weight = torch.randn(T, B, H * len(layer.directions), dtype=torch.float64)
    ends = [torch.randn(shape, dtype=torch.float64) for _ in state]

    def loss(output, last):
        return (output * weight).sum() + sum((s * e).sum() for s, e in zip(last, ends, strict=True))

    def gradients():
        leaves = {
            "x": x,
            **{f"initial {n}": s for n, s in zip(layer.cell.states, state, strict=True)},
        }
        leaves |= dict(layer.named_parameters())
        found = {n: v.grad for n, v in leaves.items()}
        for v in leaves.values():
            v.grad = None
        return found

    output, last, kept = reference.run(layer, x, state, lengths or [T] * B)
    if observers:  # they are watched, and teach nothing: a separate pass gives their own gradients
        loss(output, last).backward()
        everything = gradients()
        kept_all = kept
        output, last, kept = reference.run(layer, x, state, lengths or [T] * B)
        taught = [slice(None), slice(0, B - observers)]
        (
            (output * weight)[:, taught[1]].sum()
            + sum((s * e)[:, taught[1]].sum() for s, e in zip(last, ends, strict=True))
        ).backward()
        theirs = gradients()
        for leaf in theirs:
            if leaf == "x" or leaf.startswith("initial"):
                theirs[leaf] = everything[leaf]
        kept = kept_all
    else:
        loss(output, last).backward()
        theirs = gradients()

    given_state = state[0] if len(state) == 1 else tuple(state)
    ours, ours_last = layer(x, given_state, lengths, observers)
    ours_last = [ours_last] if isinstance(ours_last, torch.Tensor) else list(ours_last)
    loss(ours, ours_last).backward()
    label = name_of(case)
    assert_close(ours, output, f"{label} output")
    for n, a, b in zip(layer.cell.states, ours_last, last, strict=True):
        assert_close(a, b, f"{label} last {n}")
    recording = layer.recording
    for key, values in kept.items():
        arrays = recording[key].arrays()
        for (name, t, b), value in values.items():
            assert_close(arrays[name][t, b], value.detach(), f"{label} {key} {name} at t={t}")
            assert_close(arrays[f"d{name}"][t, b], value.grad, f"{label} {key} d{name} at t={t}")
    for name, grad in gradients().items():
        assert_close(grad, theirs[name], f"{label} gradient of {name}")
    return layer, recording


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("bias", [False, True])
def test_equals_autograd(case, layers, bidirectional, bias):
    compare(case, 5, 3, 2, 4, layers, bidirectional, bias, None, 0)


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_unequal_lengths_equal_autograd(case, bidirectional):
    compare(case, 6, 4, 2, 3, 2, bidirectional, True, [2, 6, 1, 5], 1)


@pytest.mark.parametrize("case", MOSTLY_LONG, ids=name_of)
@pytest.mark.parametrize("lengths", [None, [3, 2, 5, 4]])
def test_observers_are_watched_and_teach_nothing(case, lengths):
    compare(case, 5, 4, 2, 3, 2, True, True, lengths, 2, observers=2)


@given(data=st.data(), case=st.sampled_from(OPTIONS), seed=st.integers(0, 10**6))
@settings(max_examples=40)
def test_any_shape_equals_autograd(data, case, seed):
    T, B, inputs, H = (data.draw(st.integers(1, 5), label=n) for n in "TBIH")
    lengths = data.draw(st.none() | st.lists(st.integers(1, T), min_size=B, max_size=B))
    layers, both, bias = (
        data.draw(st.integers(1, 3)),
        data.draw(st.booleans()),
        data.draw(st.booleans()),
    )
    compare(case, T, B, inputs, H, layers, both, bias, lengths, seed)


@pytest.mark.parametrize("case", MOSTLY_LONG, ids=name_of)
@pytest.mark.parametrize("H", [6, 300])  # 300: the weight gradient takes the way for large matrices
def test_shares_are_the_norms_of_each_steps_term(case, H):
    T, B = 4, 3
    torch.manual_seed(0)
    layer = Recurrent(case[0], 2, H, dtype=torch.float64, **case[1])
    output, _ = layer(torch.randn(T, B, 2, dtype=torch.float64))
    (output**2).sum().backward()
    trace = layer.recording[0, "forward"]
    arrays = {k: torch.tensor(v) for k, v in trace.arrays().items()}
    squares, total = torch.zeros(T, dtype=torch.float64), []
    for deltas, state in layer.cell.recurrent_terms:
        d = torch.cat([arrays[f"d{a}"] for a in deltas], 2)
        terms = torch.einsum("tbg,tbh->tgh", d, arrays[state])
        squares += terms.square().sum((1, 2))
        total.append(terms.sum(0))
    assert_close(trace.shares, squares.sqrt(), f"{name_of(case)} shares")
    assert_close(torch.cat(total), layer.weight_hh_l0.grad, f"{name_of(case)} sum of the terms")
    one = layer.recording.sequence(1)[0, "forward"]
    d1 = torch.cat(
        [
            torch.cat([arrays[f"d{a}"] for a in ds], 2)[:, 1]
            for ds, _ in layer.cell.recurrent_terms[:1]
        ],
        1,
    )
    if len(layer.cell.recurrent_terms) == 1:
        expected = d1.norm(dim=1) * arrays["h_prev"][:, 1].norm(dim=1)
        assert_close(one.shares, expected, f"{name_of(case)} shares of one sequence")


@pytest.mark.parametrize("case", MOSTLY_LONG, ids=name_of)
@pytest.mark.parametrize(("truncate", "deep"), [(0, True), (2, False)])
def test_every_number_of_every_cell(case, truncate, deep):
    scope = scope_of(case, truncate, None, 2 if deep else 1, deep)
    names = {*scope.formulas()}
    cell = scope.inspection.cell
    recorded = {*cell.quantities, *cell.details} - {"x", "h_prev", "c_prev"}
    assert {n for n in names if not n.startswith("d")} == recorded
    assert check(scope, 1e-9, 1e-12)[True] == 0


@pytest.mark.parametrize("case", MOSTLY_LONG, ids=name_of)
def test_every_number_under_interventions(case):
    cell = scope_of(case).inspection.cell
    for quantity in clampable(cell):
        act = Intervention(
            (Clamp(quantity, 0.25, 1),), (Edit("weight_hh_l0", (1, 2), 0.5),), None, None
        )
        counts = check(scope_of(case, 0, act, 1, False), 1e-9, 1e-12)
        assert 0 < counts[True] < counts[False]


@pytest.mark.parametrize("case", MOSTLY_LONG, ids=name_of)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_jacobians_equal_autograd(case, bidirectional):
    layer = make(case, 2, bidirectional)
    x = torch.randn(T, B, INPUTS, dtype=torch.float64)
    layer(x)
    found = jacobians(layer)
    step, options = reference.step_of(case[0]), layer.cell.options
    recording = layer.recording
    for key in recording.layers:
        trace = recording[key]
        p = {n: v.detach() for n, v in layer.weights(*key).items()}
        order = range(T) if key[1] == "forward" else range(T - 1, -1, -1)
        for place, t in enumerate(order):
            for b in range(B):
                inputs = torch.tensor(trace["x"].values[t, b : b + 1])
                old = [torch.tensor(trace[f"{s}_prev"].values[t, b]) for s in layer.cell.states]

                def move(state):
                    states = tuple(s[None] for s in state.split(H))
                    return torch.cat(step(inputs, states, p, reference.free, **options)[0], 1)[0]  # noqa: B023

                theirs = torch.func.jacrev(move)(torch.cat(old))
                assert_close(
                    torch.tensor(found[key][place, b]), theirs, f"{name_of(case)} {key} J at t={t}"
                )


CLAMPS = [(case, quantity) for case in OPTIONS for quantity in clampable(make(case).cell)]


@pytest.mark.parametrize(
    ("case", "quantity"), CLAMPS, ids=lambda v: v if isinstance(v, str) else name_of(v)
)
@pytest.mark.parametrize("unit", [None, 2])
def test_a_held_gate_equals_autograd(case, quantity, unit):
    units = slice(None) if unit is None else unit
    for value in (0.0, 0.3, 1.0) if unit is None else (0.3,):
        layer = make(case, layers=2, bidirectional=True)
        held = value if unit is None else {unit: value}
        with layer.intervene(**{quantity: held}):
            compare_held(
                layer,
                f"{name_of(case)} {quantity}={value}",
                holding(quantity, units, value),
                held=quantity,
            )
        compare_held(layer, f"{name_of(case)} afterwards")


@pytest.mark.parametrize("case", MOSTLY_LONG, ids=name_of)
def test_a_held_gate_without_biases_and_with_unequal_lengths(case):
    for quantity in clampable(make(case).cell):
        layer = make(case, bias=False, bidirectional=True)
        with layer.intervene(**{quantity: 0.25}):
            hold = holding(quantity, slice(None), 0.25)
            compare_held(layer, f"{name_of(case)} {quantity}", hold, lengths=[2, 5], held=quantity)


@pytest.mark.parametrize("notation", NOTATIONS)
@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_every_quantity_has_its_equation_in_every_book(case, notation):
    cell = CELLS[case[0]](**case[1])
    *lines, output = equations(*case, notation, "softmax")
    letters = Letters(notation, cell)
    left = [line.split(" = ")[0] for line in lines]
    assert sorted(left) == sorted(letters.name(name) for name in cell.quantities if name != "a")
    assert output.split(" = ")[0] not in left, "the output has the letter of a gate"
    assert sum(r"p_" in line for line in lines) == len(cell.peepholes)
    phi = cell.options.get("activation", "tanh")
    assert any("tanh" in line for line in lines) == (phi == "tanh")
    for line in [*lines, output]:
        assert line.count("(") == line.count(")")
        assert line.count("{") == line.count("}")
        assert "_{}" not in line


RUNS = {
    f"{name_of(case)} truncate={truncate}": {"cell": case[0], **case[1], "truncate": truncate}
    for truncate in (0, 3)  # truncated, torch's own cells are written out as well
    for case in OPTIONS
}
UPDATES = 5


def small(settings):
    return Experiment(task="adding", length=7, hidden_size=4, batch_size=4, **settings)


@pytest.fixture(scope="module")
def losses_of_scripts(tmp_path_factory):
    experiments = {name: small(settings) for name, settings in RUNS.items()}
    return script_losses(tmp_path_factory.mktemp("scripts"), experiments, UPDATES)


@pytest.mark.parametrize("name", RUNS)
def test_its_exported_script_gives_the_same_losses(losses_of_scripts, name):
    trainer = Trainer(small(RUNS[name]))
    losses = [next(trainer).loss for _ in range(UPDATES)]
    torch.testing.assert_close(losses_of_scripts[name], losses, rtol=1e-5, atol=0)
