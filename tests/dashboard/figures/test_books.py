"""Every formula in every book's letters, read back and computed: lists and microscope say the same, and it is true."""

import re
from typing import Any

import numpy as np
import pytest
import torch

from core.analysis.attention import ATTENTION_NAMES
from core.analysis.explanation import Place
from core.analysis.inspection import inspect_layer, inspect_trainer
from core.analysis.microscope import Microscope
from core.cells import CELLS
from core.cells.symbolic import Bias, Dot
from core.layers.recurrent import Recurrent
from core.tasks import TASKS
from core.training.trainer import Experiment, Trainer
from dashboard.figures.book_notes import OUTPUTS, convention_note
from dashboard.figures.books import NOTATIONS
from dashboard.figures.equations import equations
from dashboard.figures.formula_latex import dot_label, formula_in_symbols, formula_with_numbers
from dashboard.figures.letters import Letters
from dashboard.figures.microscope import product_figure
from dashboard.views.unrolled.weight import largest_steps, place_in_matrix, sum_in_latex
from tests.helpers.cells import OPTIONS, name_of
from tests.helpers.latex import evaluate, symbols, tokens

T, H, INPUTS = 5, 3, 2
MIDDLE = 2  # a step with one before and one after it
BOOKS = pytest.mark.parametrize("book", NOTATIONS)
EVERY_CELL = pytest.mark.parametrize("case", OPTIONS, ids=name_of)


def scope_of(case, book: str, bias: bool = True) -> Microscope:
    torch.manual_seed(3)
    options = case[1] if bias else {k: v for k, v in case[1].items() if k != "forget_bias"}
    layer = Recurrent(case[0], INPUTS, H, bias=bias, dtype=torch.float64, **options)
    x = torch.randn(T, 1, INPUTS, dtype=torch.float64)
    weight = torch.randn(H, dtype=torch.float64)
    inspection = inspect_layer(layer, x, tuple("abcde"), lambda h: (h * weight).sum(), (1, 2, 4))
    return Microscope(inspection).in_convention(NOTATIONS[book].convention)


def values_of(scope: Microscope, letters: Letters, t: int) -> dict[str, np.ndarray]:
    """Every symbol of the book -> its number at step t; no letter stands for two things."""
    stack = scope.stacks[""]
    arrays, weights = stack.arrays[0, "forward"], stack.weights[0, "forward"]
    values: dict[str, np.ndarray] = {}

    def set_value(symbol: str, value: np.ndarray) -> None:
        assert symbol not in values or np.array_equal(values[symbol], value), f"{symbol} twice"
        values[symbol] = value

    for name, numbers in arrays.items():
        if name.endswith("_prev"):
            continue
        for shift in (-1, 0, 1):
            set_value(letters.name(name, shift), numbers[t + shift])
    blocks = letters.cell.block_names
    for gate, row in zip(letters.cell.peepholes, weights.get("weight_peephole", ()), strict=True):
        set_value(f"p_{letters.gate(gate)}", row)
    formulas = letters.equations().values()
    in_use = [t for formula in formulas for t in formula.terms if isinstance(t, Dot | Bias)]
    for term in in_use:
        name = term.weight if isinstance(term, Dot) else term.bias
        if name in weights:
            rows = np.split(weights[name], len(blocks))[blocks.index(term.gate)]
            transposed = letters.book.rows and rows.ndim == 2
            set_value(letters.matrix(name, term.gate), rows.T if transposed else rows)
    direct = scope.reading.direct[""][t]
    set_value(letters.name("dh") + r"\big|_{\text{loss}}", direct)
    return values


def without_time(symbol: str) -> str:
    """The letter alone, whatever the step."""
    return re.sub(r"_\{?t(?:[+-]1)?\}?$|\^\{\\langle t(?:[+-]1)? \\rangle\}", "", symbol)


@BOOKS
@EVERY_CELL
def test_every_line_of_a_list_is_true(case, book):
    scope, letters = scope_of(case, book), Letters(book, CELLS[case[0]](**case[1]))
    values = values_of(scope, letters, MIDDLE)
    *lines, _ = equations(*case, book, "softmax")
    for line in lines:
        left, right = line.split(" = ")
        np.testing.assert_allclose(evaluate(right, values), values[left], 1e-9, err_msg=line)


@BOOKS
@EVERY_CELL
@pytest.mark.parametrize("bias", [True, False])
def test_every_formula_of_the_microscope_is_true(case, book, bias):
    scope, letters = scope_of(case, book, bias), Letters(book, CELLS[case[0]](**case[1]))
    values = values_of(scope, letters, MIDDLE)
    for name in scope.formulas():
        explanation = scope.explain(Place(name, MIDDLE, 1))
        formula = formula_in_symbols(explanation, letters)
        left, right = re.sub(r"\\begin\{aligned\} ", "", formula).split(" = ", 1)
        expected = values[left]
        np.testing.assert_allclose(evaluate(right, values), expected, 1e-9, 1e-15, err_msg=formula)
        assert explanation.value == expected[1]
        np.testing.assert_allclose(explanation.total, expected[1], 1e-9, 1e-15, err_msg=formula)


@BOOKS
@EVERY_CELL
def test_list_and_microscope_use_the_same_letters(case, book):
    scope, letters = scope_of(case, book), Letters(book, CELLS[case[0]](**case[1]))
    cell = letters.cell
    *lines, _ = equations(*case, book, "softmax")
    listed = {without_time(symbol) for line in lines for symbol in symbols(line)}
    forward, backward = set[str](), set[str]()
    for name in scope.formulas():
        formula = formula_in_symbols(scope.explain(Place(name, MIDDLE, 1)), letters)
        used = {without_time(symbol) for symbol in symbols(formula)}
        (backward if name.startswith("d") else forward).update(used)
    inlined = {*scope.formulas()} - {name for name in cell.quantities if name != "a"}
    inside = {without_time(letters.name(name)) for name in inlined if not name.startswith("d")}
    assert forward - inside == listed
    assert {symbol.removeprefix(r"\mathrm{d}") for symbol in backward} <= forward


@BOOKS
@EVERY_CELL
def test_the_numbers_that_are_put_in_add_up(case, book):
    """Three units, so that every product is written out: the printed line is computed as it stands."""
    scope, letters = scope_of(case, book), Letters(book, CELLS[case[0]](**case[1]))
    for name in scope.formulas():
        for t in (0, MIDDLE, T - 1):
            explanation = scope.explain(Place(name, t, 1))
            printed = formula_with_numbers(explanation, letters)
            computed = computed_from(printed)
            largest = max((abs(term.value) for term in explanation.terms), default=1)
            assert abs(computed - explanation.value) <= 0.02 * max(largest, 0.05), printed


def computed_from(printed: str) -> float:
    text = re.sub(
        r"\\(?:small|begin\{aligned\}|end\{aligned\}|left|right|Big|dots)|&|\\\\", "", printed
    )
    while r"\underbrace" in text:
        text = re.sub(
            r"\\underbrace\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}(?:_\{(?:[^{}]|\{[^{}]*\})*\})?",
            r"(\1)",
            text,
        )
    left, _ = text.rsplit("=", 1)
    for latex, python in (
        *((r"\cdot 10^{", "*10**("), (r"\cdot", "*"), (r"\tanh", "tanh"), (r"\sigma", "sigma")),
        *((r"\mathrm{relu}", "relu"), (r"\mathrm{hardsigmoid}", "hard")),
        *(("}", ")"), ("{", "(")),
    ):
        left = left.replace(latex, python)
    functions: dict[str, Any] = {
        "tanh": np.tanh,
        "sigma": lambda a: 1 / (1 + np.exp(-a)),
        "relu": lambda a: max(a, 0),
        "hard": lambda a: min(max(a / 6 + 0.5, 0), 1),
    }
    return eval(left, {"__builtins__": {}}, functions)


def test_where_rows_are_sequences_every_vector_stands_before_its_matrix():
    for case in OPTIONS:
        *lines, output = equations(*case, "d2l", "softmax")
        for line in (*lines, output):
            assert not re.search(r"W_\{\w+\} \(?[XHR]", line), line
    assert equations("rnn", {}, "d2l", "softmax") == [
        r"H_t = \tanh(X_t W_{xh} + H_{t-1} W_{hh} + b_{h})",
        r"\hat Y_t = \mathrm{softmax}(H_t W_{hq} + b_q)",
    ]


def test_the_update_gate_of_gamma_books():
    letters = Letters("gamma", CELLS["gru"](reset="before"))
    lines = equations("gru", {"reset": "before"}, "gamma", "softmax")
    update = next(line for line in lines if line.startswith(r"\Gamma_u"))
    assert update == (
        r"\Gamma_u^{\langle t \rangle} = \sigma(W_{uc} c^{\langle t-1 \rangle}"
        r" + W_{ux} x^{\langle t \rangle} + b_{u})"
    )
    assert any(
        r"\Gamma_u^{\langle t \rangle} \odot \tilde c^{\langle t \rangle}" in s for s in lines
    )
    scope = scope_of(("gru", {"reset": "before"}), "gamma")
    z = scope.reading.recording["z"]
    explained = scope.explain(Place("z", MIDDLE, 1))
    assert explained.value == 1 - z.values[MIDDLE, 0, 1]
    assert scope.explain(Place("dz", MIDDLE, 1)).value == -z.grads[MIDDLE, 0, 1]
    assert r"W_{uc} c^{\langle t-1 \rangle}" in formula_in_symbols(
        scope.explain(Place("a_z", MIDDLE, 1)), letters
    )


@BOOKS
@EVERY_CELL
def test_the_picture_beside_names_the_same_matrices(case, book):
    scope, letters = scope_of(case, book), Letters(book, CELLS[case[0]](**case[1]))
    for name in scope.formulas():
        for part in scope.explain(Place(name, MIDDLE, 1)).terms:
            if part.left is not None:
                matrix, vector = dot_label(part, letters)
                figure = product_figure([(matrix, vector)], [(part.left, part.right)], "unit")
                assert figure["layout"]["yaxis"]["ticktext"][1:] == [vector, matrix]
                assert "\\" not in matrix + vector
                assert "{" not in matrix + vector
                assert matrix[0] in "WU"


@BOOKS
def test_a_network_without_biases_has_none_in_its_list(book):
    for case in OPTIONS:
        lines = equations(*case, book, "softmax", bias=False)
        assert not any(symbol[0] == "b" for line in lines for symbol in symbols(line)), lines
        assert "no biases" in convention_note(*case, book, "softmax", bias=False)


@pytest.mark.parametrize("output", OUTPUTS)
@BOOKS
def test_the_output_function_is_the_tasks(book, output):
    line = equations("rnn", {}, book, output)[-1]
    sign = {"softmax": r"\mathrm{softmax}(", "sigmoid": r"\sigma(", "identity": " = "}[output]
    assert sign in line
    assert OUTPUTS[output] in convention_note("rnn", {}, book, output)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_says_what_its_readout_does(name):
    """The scores of a task become what it says: probabilities that add up to 1, of yes, or a linear scale."""
    task = TASKS[name]()
    scores = torch.randn(4, 1, max(2, 3))
    shown = task.readout(scores)
    if task.output_function == "identity":  # a linear scale: that of the data
        zero, one = (
            task.readout(torch.zeros(1, 1, 1)).item(),
            task.readout(torch.ones(1, 1, 1)).item(),
        )
        assert torch.allclose(shown, zero + (one - zero) * scores, rtol=1e-4, atol=1e-4)
        return
    expected = {
        "softmax": scores.softmax(-1),
        "sigmoid": scores.sigmoid(),
    }[task.output_function]
    assert torch.equal(shown, expected)


NOTES = [
    ("gamma", "gru", {"reset": "after"}, ["Γ_u is 1 − z", "opposite sign", "reset = before", "b′"]),
    ("gamma", "gru", {"reset": "before"}, ["Γ_u is 1 − z", "Cho et al."]),
    ("gamma", "lstm", {}, ["b = b_ih + b_hh", "W_a = [W_aa, W_ax]"]),
    ("d2l", "gru", {"reset": "after"}, ["rows", "transpose", "reset = before", "z near 1 keeps"]),
    ("d2l", "rnn", {}, ["rows", "b = b_ih + b_hh"]),
    ("torch", "gru", {"reset": "after"}, ["except b_hn", "resets after", "z near 1 keeps"]),
    ("torch", "gru", {"reset": "before"}, ["reset = after"]),
    ("uvw", "gru", {"reset": "none"}, ["b = b_ih + b_hh", "z near 1 keeps"]),
    ("uvw", "mgu", {}, ["f near 1 overwrites"]),
]


@pytest.mark.parametrize(("book", "cell", "options", "words"), NOTES, ids=str)
def test_a_books_conventions_are_noted(book, cell, options, words):
    note = convention_note(cell, options, book, "softmax")
    for word in words:
        assert word in note
    assert ("Γ_u" in note) == (book == "gamma" and cell == "gru")
    assert ("reset = " in note) == any("reset = " in word for word in words)


RUNS = [
    {"task": "names", "cell": "gru"},
    {"task": "names", "cell": "lstm", "bidirectional": True},
    {"task": "subtraction", "cell": "rnn"},
    {"task": "adding", "cell": "mgu", "length": 8},
    {"task": "text", "cell": "lstm", "num_layers": 2},
    {"task": "translate", "cell": "gru"},
    {"task": "agreement", "cell": "gru"},
    {"task": "echo", "cell": "rnn"},
]


@pytest.mark.parametrize("settings", RUNS, ids=lambda s: "-".join(map(str, s.values())))
def test_from_dh_to_the_prediction_and_what_is_right(settings):
    trainer = Trainer(Experiment(**{"hidden_size": 4, **settings}))
    next(trainer)
    scope = Microscope(inspect_trainer(trainer))
    layer, direction = max(scope.reading.recording.layers)
    t = scope.reading.at[-1]
    part = scope.part_of(t)
    letters = Letters("gamma", scope.cell_at(Place("h", t, 0, part, layer, direction)))
    if direction == "reverse":
        t = 0  # which the head reads beside the forward direction's last state
    explained = scope.explain(Place("dh", t, 1, part, layer, direction))
    term = next(term for term in explained.terms if term.left is not None and "Direct" in str(term))
    assert r"^\top" in formula_in_symbols(explained, letters)
    head = trainer.model.head.weight.detach().numpy()
    column = 1 + (4 if direction == "reverse" else 0)
    np.testing.assert_array_equal(term.left, head[:, column].astype(float))
    loss_step = scope.reading.at[-1]
    for place in term.places[:4]:
        assert (place.name, place.t) == ("da_y", loss_step)
        gradient = scope.explain(place)
        assert gradient.value == pytest.approx(gradient.total, rel=1e-3, abs=1e-7)
        (output,) = gradient.terms[0].places
        explained_output = scope.explain(output)
        assert explained_output.total == pytest.approx(explained_output.value)
        score = explained_output.terms[0].places[0]  # its own; a softmax is computed from all
        explained_score = scope.explain(score)
        assert explained_score.value == pytest.approx(explained_score.total, rel=1e-3, abs=1e-5)
        for each in (gradient, explained_output, explained_score):
            assert formula_in_symbols(each, letters)
            assert formula_with_numbers(each, letters)
    answer = scope.head_numbers.targets[loss_step]
    if trainer.task.output_function == "softmax":
        y = int(trainer.probe.batch.y.flatten()[-1])
        assert answer[y] == 1
        assert answer.sum() == 1


def test_behind_attention_every_number_is_explained_and_written():
    trainer = Trainer(Experiment(task="translate", attention=True, hidden_size=4))
    next(trainer)
    scope = Microscope(inspect_trainer(trainer))
    assert scope.head is None
    assert scope.attention is not None
    t, S = scope.reading.at[0], scope.attention.S
    attended = trainer.model.attended.numpy()
    letters = Letters("torch", scope.cell_at(Place("h", t, 0, "decoder")))
    for name in ATTENTION_NAMES:
        part, step = ("encoder", 1) if name == "key" else ("decoder", t)
        explained = scope.explain(Place(name, step, 1, part))
        assert explained.total == pytest.approx(explained.value, rel=1e-6, abs=1e-12)
        assert formula_in_symbols(explained, letters).startswith(letters.name(name))
        assert formula_with_numbers(explained, letters)
    weights = [scope.explain(Place("att", t, s, "decoder")).total for s in range(S)]
    np.testing.assert_allclose(weights, attended[t - S], rtol=1e-4)
    output = scope.explain(Place("y", t, 2, "decoder"))
    assert output.value == pytest.approx(scope.reading.output[t, 2], rel=1e-4)


def test_a_formula_that_is_written_otherwise_is_noticed():
    assert tokens(r"W_{hf} h_{t-1} + b") == ["W_{hf}", "h_{t-1}", "+", "b"]
    with pytest.raises(AssertionError, match=">>>"):
        tokens(r"W_{hf} \times h")
    with pytest.raises(KeyError):
        evaluate("U x", {"x": np.ones(2)})


@BOOKS
@pytest.mark.parametrize("direction", ["forward", "reverse"])
def test_a_number_of_dw_names_its_matrix_its_row_and_each_state(book, direction):
    torch.manual_seed(4)
    layer = Recurrent("lstm", INPUTS, H, bidirectional=True, dtype=torch.float64)
    x = torch.randn(T, 1, INPUTS, dtype=torch.float64)
    scope = Microscope(inspect_layer(layer, x, tuple("abcde"), lambda h: h.sum(), (4,)))
    letters = Letters(book, layer.cell)
    weight = scope.explain_weight(Place("da_f", 0, 1, direction=direction), 2)
    suffix = "_reverse" if direction == "reverse" else ""
    assert (weight.gate, weight.row) == ("f", H + 1)
    assert weight.parameter == f"weight_hh_l0{suffix}"
    assert place_in_matrix(weight, letters) == ("[2, 1]" if book == "d2l" else "[1, 2]")
    printed = sum_in_latex(weight, letters)
    for t in largest_steps(weight):
        delta = letters.name_at("da_f", t + 1) + "[1]"
        state = letters.name_at("h", t if direction == "forward" else t + 2) + "[2]"
        assert rf"_{{{delta}}} \cdot" in printed
        assert rf"_{{{state}}}" in printed
    order = letters.outer(
        letters.name("da_f"), letters.name("h", -1 if direction == "forward" else 1)
    )
    assert order in printed
    assert order.index("top") < order.index("mathrm") or book != "d2l"
