"""The check against autograd: right runs agree, and a number that is broken on purpose is named with its step."""

import functools
from pathlib import Path

import numpy as np
import pytest
import torch

from core.analysis import autograd_check, plain_loop
from core.analysis.autograd_check import check_against_autograd
from core.analysis.inspection import inspect_layer, inspect_trainer
from core.analysis.plain_loop import plain_loops
from core.cells import CELLS
from core.cells.lstm import LSTM
from core.io import user_model
from core.layers.interventions import Clamp, Edit, Intervention, clampable
from core.layers.recurrent import Recurrent
from core.training.trainer import Experiment, Trainer
from tests.helpers import reference
from tests.helpers.cells import MOSTLY_LONG, OPTIONS, assert_close, name_of

T, H, INPUTS = 6, 3, 2


def inspection_of(case, layers=2, bidirectional=True, truncate=0, intervention=None, bias=True):
    torch.manual_seed(7)
    options = case[1] if bias else {k: v for k, v in case[1].items() if k != "forget_bias"}
    layer = Recurrent(
        case[0],
        INPUTS,
        H,
        num_layers=layers,
        bidirectional=bidirectional,
        truncate=truncate,
        bias=bias,
        **options,
    )
    layer.intervention = intervention
    x = torch.randn(T, 1, INPUTS)
    return inspect_layer(layer, x, tuple("abcdef"), lambda h: (h * h).sum(), (1, 3, 5))


def assert_agrees(result):
    assert result.wrong == []
    assert result.double < 1e-12
    assert 0 < result.single < 5e-4  # a gate without an upper bound enlarges rounding, too
    assert result.not_finite == 0


@pytest.mark.parametrize("case", MOSTLY_LONG, ids=name_of)
@pytest.mark.parametrize("bias", [True, False])
def test_every_cell_agrees(case, bias):
    result = check_against_autograd(inspection_of(case, bias=bias))
    assert_agrees(result)
    forward = CELLS[case[0]](**case[1]).equations()
    names = {*forward, *(f"d{name}" for name in forward), "dW_hh"}
    assert {c.name for c in result.comparisons} == names
    blocks = CELLS[case[0]](**case[1]).blocks
    assert result.numbers == 2 * 2 * (2 * len(forward) * T * H + blocks * H * H)


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_the_plain_loop_is_the_equations_of_the_books(case):
    """It and the reference of the tests were written apart from each other."""
    layer = inspection_of(case).layers[""].double()
    x = torch.randn(T, 1, INPUTS, dtype=torch.float64)
    state = [torch.randn(4, 1, H, dtype=torch.float64) for _ in layer.cell.states]
    theirs, last, _ = reference.run(layer, x, state, [T])
    with plain_loops({"": layer}):
        ours, ends = layer(x, state[0] if len(state) == 1 else tuple(state))
    assert_close(ours.detach(), theirs.detach(), name_of(case))
    for a, b in zip([ends] if isinstance(ends, torch.Tensor) else ends, last, strict=True):
        assert_close(a.detach(), b.detach(), name_of(case))


@pytest.mark.parametrize("case", MOSTLY_LONG, ids=name_of)
def test_held_and_truncated_cells_agree(case):
    cell = CELLS[case[0]](**case[1])
    for quantity in clampable(cell):
        for unit, truncate in ((None, 0), (1, 4)):
            clamp = Intervention(
                (Clamp(quantity, 0.25, unit),), (Edit("weight_hh_l0", (1, 2), 0.5),)
            )
            result = check_against_autograd(
                inspection_of(case, truncate=truncate, intervention=clamp)
            )
            assert_agrees(result)
            assert bool(result.held) == (quantity != "h")


def test_a_forget_bias_and_another_reset_agree():
    held = Intervention(forget_bias=2.0)
    assert_agrees(check_against_autograd(inspection_of(("lstm", {}), intervention=held)))
    swapped = check_against_autograd(
        inspection_of(("gru", {"reset": "after"}), intervention=Intervention(reset="before"))
    )
    assert_agrees(swapped)
    assert "q" in {c.name for c in swapped.comparisons}


RUNS = [
    {"task": "names", "cell": "lstm", "bidirectional": True, "num_layers": 2},
    {"task": "digits", "cell": "rnn", "bidirectional": True, "combine": "sum"},
    {"task": "text", "cell": "gru", "truncate": 7},
    {"task": "translate", "cell": "lstm", "attention": True},
    {"task": "translate", "cell": "gru", "num_layers": 2},
    {"task": "adding", "cell": "mgu", "length": 50},
    {"task": "subtraction", "cell": "rnn", "bias": False},
    {"task": "words", "cell": "gru", "embedding": 5, "dropout": 0.3, "num_layers": 2},
]


@pytest.mark.parametrize("settings", RUNS, ids=lambda s: "-".join(map(str, s.values())))
def test_a_run_agrees_and_goes_on_as_if_nothing_had_been_asked(settings):
    trainer, other = (Trainer(Experiment(**{"hidden_size": 8, **settings})) for _ in range(2))
    for each in (trainer, other):
        next(each)
    inspection = inspect_trainer(trainer)
    result = check_against_autograd(inspection)
    assert_agrees(result)
    assert result.steps == len(trainer.probe.symbols)
    np.testing.assert_allclose(result.loss[0], result.loss[1], rtol=1e-12)
    assert next(trainer).loss == next(other).loss
    assert trainer.model.recording is not None


@pytest.mark.parametrize("loss", user_model.LOSSES)
def test_the_readers_own_model_agrees(loss):
    layer = Recurrent.from_torch(torch.nn.GRU(INPUTS, H, 2, bidirectional=True)).eval()
    x = torch.randn(T, 1, INPUTS)
    inspection = user_model.inspect_layer(
        "own", layer, x, tuple("abcdef"), user_model.LOSSES[loss], 2
    )
    assert_agrees(check_against_autograd(inspection, inspection.read()))


def break_row(monkeypatch, cell, row, step, factor=1.01):
    """After `local`, the local derivative of that name is wrong at one step of the pass."""
    right = cell.local

    @functools.wraps(right)
    def local(self, matrices, tape):
        right(self, matrices, tape)
        tape[row][step] *= factor

    monkeypatch.setattr(cell, "local", local)


BROKEN = [
    ("lstm", "Qf", "da_f"),
    ("lstm", "Qi", "da_i"),
    ("lstm", "Qo", "da_o"),
    ("gru", "Qr", "da_r"),
    ("gru", "Qz", "da_z"),
    ("rnn", "Q", "da"),
    ("mgu", "Qf", "da_f"),
    ("mgu", "Qn", "da_n"),
]


@pytest.mark.parametrize(("cell", "row", "name"), BROKEN, ids=str)
@pytest.mark.parametrize("step", [1, 3, 5])
def test_a_broken_gradient_is_named_with_its_step(monkeypatch, cell, row, name, step):
    inspection = inspection_of((cell, {}), layers=1, bidirectional=False)
    break_row(monkeypatch, type(inspection.cell), row, step)
    wrong = check_against_autograd(inspection).wrong
    assert (wrong[0].name, wrong[0].step) == (name, step)
    assert wrong[0].recorded == pytest.approx(1.01 * wrong[0].expected, rel=1e-4)
    assert "dW_hh" in {c.name for c in wrong}
    assert all(c.name.startswith("d") for c in wrong)


def test_a_broken_gradient_of_the_reverse_direction_of_the_upper_layer(monkeypatch):
    inspection = inspection_of(("lstm", {}))
    right, calls = LSTM.local, []

    def local(self, matrices, tape):
        right(self, matrices, tape)
        calls.append(1)
        if len(calls) % 4 == 1:  # of four, the pass that comes back first
            tape["Qf"][2] *= 0.5

    monkeypatch.setattr(LSTM, "local", local)
    wrong = check_against_autograd(inspection).wrong
    assert (wrong[0].name, wrong[0].key[0]) == ("da_f", 1)
    step = 2 if wrong[0].key[1] == "forward" else T - 1 - 2
    assert wrong[0].step == step


def test_a_broken_value_is_named_before_the_gradients_that_follow(monkeypatch):
    inspection = inspection_of(("gru", {"reset": "before"}), layers=1, bidirectional=False)
    cell = type(inspection.cell)
    right = cell.step

    @functools.wraps(right)
    def step(self, op, V, *rows, **named):
        right(self, op, V, *rows, **named)
        n = rows[9]
        op.mul(n, 1.001, out=n)

    monkeypatch.setattr(cell, "step", step)
    wrong = check_against_autograd(inspection).wrong
    assert (wrong[0].name, wrong[0].step) == ("n", 0)


def test_a_recording_that_was_changed_is_noticed():
    inspection = inspection_of(("lstm", {}), layers=1, bidirectional=False)
    reading = inspection.read()
    trace = reading.recording[0, "forward"]
    trace._source["dc" if "dc" in trace._source else "c"][4] += 0.01
    (wrong,) = check_against_autograd(inspection, reading).wrong
    assert (wrong.name, wrong.step) == ("dc", 4)


def test_a_vanished_gradient_is_judged_by_its_own_size():
    """A gradient of 1e-20 that is wrong by a hundredth is wrong, whatever the others are."""
    torch.manual_seed(0)
    layer = Recurrent("rnn", INPUTS, H)
    with torch.no_grad():
        layer.weight_hh_l0.mul_(1e-3)
    x = torch.randn(T, 1, INPUTS)
    inspection = inspect_layer(layer, x, tuple("abcdef"), lambda h: h.sum(), (5,))
    assert check_against_autograd(inspection).wrong == []
    with pytest.MonkeyPatch.context() as patch:
        break_row(patch, type(inspection.cell), "Q", 0)
        (first, *_) = check_against_autograd(inspection).wrong
    assert (first.name, first.step) == ("da", 0)
    assert abs(first.expected) < 1e-12


def test_a_chaotic_network_is_not_called_wrong():
    """Rounding alone changes its numbers after a while; the check says so."""
    torch.manual_seed(1)
    layer = Recurrent("rnn", INPUTS, 60)
    with torch.no_grad():
        layer.weight_hh_l0.normal_(0, 3 / 60**0.5)
    x = torch.randn(90, 1, INPUTS)
    inspection = inspect_layer(layer, x, tuple("a" * 90), lambda h: h.sum(), (89,))
    result = check_against_autograd(inspection)
    assert result.sensitive
    assert result.wrong == []


def test_numbers_that_left_the_finite_are_counted_not_compared():
    layer = Recurrent("rnn", INPUTS, H, activation="identity")
    with torch.no_grad():
        layer.weight_hh_l0.mul_(1e12)
    x = torch.randn(T, 1, INPUTS)
    inspection = inspect_layer(layer, x, tuple("abcdef"), lambda h: h.sum(), (5,))
    result = check_against_autograd(inspection)
    assert result.not_finite > 0
    assert result.wrong == []


def test_no_cell_is_named():
    """A new cell is checked without a line about it: the loop reads its equations."""
    for module in (autograd_check, plain_loop):
        source = Path(str(module.__file__)).read_text("utf-8")
        assert not any(f'"{name}"' in source for name in CELLS)
