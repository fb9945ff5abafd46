"""The Unrolled page: what its component is told, and the microscope in every book's letters."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.analysis.inspection import inspect_trainer
from core.analysis.microscope import Microscope, Place
from core.cells import CELLS
from core.cells.symbolic import Dot
from core.training.trainer import Experiment, Trainer
from dashboard.figures import formula_latex
from dashboard.figures.books import NOTATIONS
from dashboard.figures.letters import Letters
from dashboard.session.live_run import LiveRun
from dashboard.session.position import PositionState
from dashboard.views.unrolled import unit_curve, wire
from dashboard.views.unrolled.number_path import look_at
from tests.helpers.pages import find_control, go_to, run_of, state_of, words_of

MAIN = Path(__file__).parents[3] / "dashboard" / "main.py"


def page(**query: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    go_to(app, "unrolled")
    return app.run()


def decoded(data: bytes) -> tuple[dict[str, Any], list[dict[str, np.ndarray]]]:
    (size,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + size])
    numbers = np.frombuffer(data[4 + size :], "<f4")
    T, at, layers = len(header["symbols"]), 0, []
    for H in header["sizes"]:
        layers.append({})
        for name in header["order"]:
            layers[-1][name] = numbers[at : at + T * H].reshape(T, H)
            at += T * H
    assert at == len(numbers)
    return header, layers


def live_of(**settings: Any) -> LiveRun:
    trainer = Trainer(Experiment(**{"hidden_size": 5, **settings}))
    for _ in range(2):
        next(trainer)
    return LiveRun(trainer)


RUNS = [
    {"task": "names", "cell": "lstm", "bidirectional": True, "num_layers": 2},
    {"task": "text", "cell": "gru", "reset": "before"},
    {"task": "translate", "cell": "rnn"},
]


@pytest.mark.parametrize("settings", RUNS, ids=lambda s: "-".join(map(str, s.values())))
def test_the_component_is_told_what_was_recorded(settings):
    live = live_of(**settings)
    scope = Microscope(inspect_trainer(live.trainer))
    header, layers = decoded(wire.encode_reading("run", 2, scope, None, 0, "Adding", "adding-lstm"))
    recording = scope.reading.recording
    grads = {n: p.clone() for n, p in live.trainer.model.named_parameters()}
    for key, arrays in zip(recording.layers, layers, strict=True):
        for name in recording.names:
            np.testing.assert_array_equal(arrays[name], recording[key][name].values[:, 0])
            np.testing.assert_array_equal(arrays[f"d{name}"], recording[key][name].grads[:, 0])
        shares = np.zeros(len(header["symbols"]))
        for deltas, state in header["terms"]:
            d = np.concatenate([arrays[name] for name in deltas], 1)
            shares += np.square(d).sum(1) * np.square(arrays[state]).sum(1)
        expected = header["shares"][recording.layers.index(key)]
        np.testing.assert_allclose(np.sqrt(shares), expected, rtol=1e-3, atol=1e-9)
    assert header["loss"] == pytest.approx(np.mean(header["losses"]), rel=1e-4)
    expected = live.trainer.look().saliency
    np.testing.assert_allclose(header["saliency"], expected, rtol=1e-3, atol=1e-8)
    assert all(torch.equal(p, grads[n]) for n, p in live.trainer.model.named_parameters())


def test_the_component_is_told_what_the_network_answers():
    names = Microscope(inspect_trainer(live_of(task="names", cell="gru").trainer))
    chances = names.reading.output[-1]
    best = names.inspection.labels[int(chances.argmax())]
    assert wire.answers(names) == [f"“{best}” with {100 * chances.max():.0f}\u00a0%"]
    adding = Microscope(inspect_trainer(live_of(task="adding", cell="rnn").trainer))
    assert [float(says) for says in wire.answers(adding)] == pytest.approx(
        [float(adding.reading.output[-1, 0])], rel=5e-3
    )
    header, _layers = decoded(wire.encode_reading("run", 2, names, None, 0, "", ""))
    assert header["says"] == wire.answers(names)
    assert header["states"] == ["h"]


def test_of_more_units_than_a_page_is_sent_at_once_the_first_are_drawn(monkeypatch):
    scope = Microscope(inspect_trainer(live_of(task="names", cell="lstm", hidden_size=40).trainer))
    recording = scope.reading.recording
    header, (whole,) = decoded(wire.encode_reading("run", 2, scope, None, 0, "", ""))
    assert header["sizes"] == [40]
    unit = 4 * recording.T * len(header["order"])
    monkeypatch.setattr(wire, "most_bytes", lambda: 20 * unit)
    data = wire.encode_reading("run", 2, scope, None, 0, "", "")
    header, (arrays,) = decoded(data)
    assert header["sizes"] == [10]
    assert wire.drawn_units(recording) == 10
    np.testing.assert_array_equal(arrays["df"], whole["df"][:, :10])
    np.testing.assert_array_equal(arrays["h"], recording["h"].values[:, 0, :10])


def test_the_bytes_of_a_reading_stay_the_same_whichever_number_is_explained():
    scope = Microscope(inspect_trainer(live_of(task="names", cell="lstm").trainer))
    before = wire.encode_reading("run", 2, scope, None, 0, "", "")
    look_at(Place("c", 1, 2))
    assert wire.encode_reading("run", 2, scope, None, 0, "", "") == before


@pytest.mark.parametrize("cell", CELLS)
def test_the_gate_that_a_weight_is_named_by_is_that_of_its_formula(cell):
    scope = Microscope(inspect_trainer(live_of(task="names", cell=cell).trainer))
    formulas = scope.formulas()
    recording = scope.reading.recording
    for deltas, _state in recording.cell.recurrent_terms:
        for delta in deltas:
            weight = scope.explain_weight(Place(f"d{delta}", 0, 1), 2)
            gates = {t.gate for t in formulas[delta].terms if isinstance(t, Dot)}
            assert weight.gate in gates
            assert weight.row == recording.cell.block_names.index(weight.gate) * 5 + 1


@pytest.mark.parametrize("cell", CELLS)
def test_the_unit_is_drawn_over_time_with_its_gradient(cell):
    scope = Microscope(inspect_trainer(live_of(task="names", cell=cell).trainer))
    recording = scope.reading.recording
    for name in recording.names:
        for place in (Place(name, 1, 3), Place(f"d{name}", 1, 3)):
            header, curves = decoded_curves(unit_curve.encode_curves(scope, place, None))
            np.testing.assert_array_equal(curves[0], recording[name].values[:, 0, 3])
            np.testing.assert_array_equal(curves[1], recording[name].grads[:, 0, 3])
            assert [c["place"]["name"] for c in header["curves"]] == [name, f"d{name}"]
            assert header["mark"] == {"layer": 0, "t": 1, "name": place.name, "unit": 3}


def test_a_weight_is_drawn_as_its_two_factors():
    scope = Microscope(inspect_trainer(live_of(task="names", cell="gru").trainer))
    for deltas, _state in scope.reading.recording.cell.recurrent_terms:
        place = Place(f"d{deltas[-1]}", 2, 1)
        header, (states, slopes) = decoded_curves(unit_curve.encode_curves(scope, place, 4))
        terms = scope.explain_weight(place, 4).terms
        np.testing.assert_allclose(states * slopes, terms, rtol=1e-5, atol=1e-12)
        assert header["mark"]["column"] == 4


def test_an_output_is_drawn_over_time():
    scope = Microscope(inspect_trainer(live_of(task="names", cell="lstm").trainer))
    header, curves = decoded_curves(unit_curve.encode_curves(scope, Place("y", 3, 1), None))
    np.testing.assert_allclose(curves[0], scope.reading.output[:, 1], rtol=1e-4)
    assert header["mark"] is None


def decoded_curves(data: bytes) -> tuple[dict[str, Any], list[np.ndarray]]:
    (size,) = struct.unpack_from("<I", data)
    header = json.loads(data[4 : 4 + size])
    curves = np.frombuffer(data[4 + size :], "<f4").reshape(len(header["curves"]), -1)
    return header, [*curves]


def test_a_negative_number_has_parentheses_where_it_is_an_operand():
    scope = Microscope(inspect_trainer(live_of(task="names", cell="lstm").trainer))
    letters = Letters("torch", CELLS["lstm"]())
    h = scope.reading.recording["h"].values[2, 0]
    unit = int(np.flatnonzero(h < 0)[0])
    written = formula_latex.formula_with_numbers(scope.explain(Place("h", 2, unit)), letters)
    value, o, c = h[unit], *(scope.reading.recording[q].values[2, 0, unit] for q in "oc")
    assert written == rf"{o:.3g} \cdot ({np.tanh(c):.3g}) = {value:.3g}"
    scope = Microscope(inspect_trainer(live_of(task="names", cell="rnn").trainer))
    trace = scope.reading.recording
    unit = int(np.flatnonzero(trace["h"].values[2, 0] < 0)[0])
    written = formula_latex.formula_with_numbers(scope.explain(Place("h", 2, unit)), letters)
    a, h = (trace[q].values[2, 0, unit] for q in "ah")
    assert written == rf"\tanh\left({a:.3g}\right) = {h:.3g}"


def test_the_letters_of_two_books():
    lstm, gru = CELLS["lstm"](), CELLS["gru"]()
    torchs, gammas = Letters("torch", lstm), Letters("gamma", lstm)
    assert (torchs.name("c", -1), torchs.name("df", 1)) == ("c_{t-1}", r"\mathrm{d}f_{t+1}")
    assert torchs.matrix("weight_hh", "f") == "W_{hf}"
    assert gammas.name("f") == r"\Gamma_f^{\langle t \rangle}"
    assert gammas.name("h", -1) == r"a^{\langle t-1 \rangle}"
    assert gammas.matrix("weight_hh", "f") == "W_{fa}"
    assert Letters("gamma", gru).name("z") == r"\Gamma_u^{\langle t \rangle}"
    assert Letters("gamma", gru).matrix("weight_ih", "n") == "W_{cx}"
    assert Letters("d2l", lstm).name("h", -1) == "H_{t-1}"


def examined(app: AppTest, place: Place, column: int | None = None) -> str:
    """The page with that number under the microscope: its headline."""
    seen = state_of(app, PositionState)
    seen.numbers, seen.numbers_of = [(place, column)], run_of(app).id
    app.run()
    assert not app.exception
    return next(m.value for m in app.markdown if " · " in m.value and "=" in m.value)


@pytest.mark.parametrize("book", NOTATIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_numbers_of_every_cell_are_drawn_in_every_book(book, cell):
    app = page(task="names", cell=cell, hidden_size="4", notation=book)
    T = len(run_of(app).trainer.probe.symbols)
    forward = CELLS[cell]().equations()
    for name in (
        "dh",
        next(iter(forward)),
        [*forward][-1],
    ):  # sums and products, forward and backward
        assert examined(app, Place(name, T - 2, 1)).startswith(f"**{name} = ")
        assert len(app.latex) == 2
    label = run_of(app).trainer.task.labels[2]
    for name in ("da_y", "y", "a_y"):
        assert f"output 2, “{label}”" in examined(app, Place(name, T - 1, 2))
    for delta, _ in CELLS[cell]().recurrent_terms:
        assert "weight_hh_l0" in examined(app, Place(f"d{delta[0]}", 0, 1), 2)


def test_a_headline_says_what_the_book_calls_the_number():
    app = page(task="names", cell="gru", hidden_size="4", notation="gamma")
    z = run_of(app).inspect().read().recording["z"]
    headline = examined(app, Place("z", 2, 1))
    value = 1 - z.values[2, 0, 1]
    assert rf"in this book $\Gamma_u^{{\langle t \rangle}} = 1 - z_t = {value:.3g}$" in headline
    assert f"**z = {z.values[2, 0, 1]:.4g}**" in headline
    assert r"= -\mathrm{d}z_t = " in examined(app, Place("dz", 2, 1))
    assert r"in this book $c^{\langle t \rangle}$" in examined(app, Place("h", 2, 1))


def test_a_reader_follows_a_number_back_and_truncates():
    app = page(task="adding", cell="lstm", length="6", hidden_size="4")
    assert not app.exception
    assert "\n**h = " in words_of(app)
    names = [b.label for b in app.button if (b.key or "").startswith("onwards")]
    assert names == ["o · step 6", "c · step 6"]
    app.button(key="onwards 1").click().run()
    assert state_of(app, PositionState).numbers[-1].__class__ is tuple
    assert state_of(app, PositionState).numbers[-1][0].name == "c"
    app.button(key="microscope back").click().run()
    assert state_of(app, PositionState).numbers[-1][0].name == "h"
    find_control(app, "unrolled chunk").set_value(2).run()
    assert any("Truncated after 2 steps" in m.value for m in app.markdown)
    before = run_of(app).trainer.index
    app.button(key="train 100").click().run()
    assert run_of(app).trainer.index == before + 100
    assert not app.exception


@pytest.mark.parametrize(
    "query",
    [
        {"task": "names", "hidden_size": "1", "batch_size": "1"},
        {"task": "adding", "cell": "rnn", "activation": "identity"},
        {"task": "text", "truncate": "7", "cell": "gru"},
        {"task": "translate", "num_layers": "2", "hidden_size": "4"},
        {"task": "echo"},
    ],
    ids=str,
)
def test_every_run_can_be_unrolled(query):
    app = page(**query)
    assert not app.exception
    assert not app.error
    assert [c.key for c in app.get("bidi_component")].count("unrolled") == 1


def test_a_run_that_has_diverged_says_so():
    app = page(
        **{"task": "adding", "cell": "rnn", "activation": "identity", "optimizer": "sgd"},
        **{"learning_rate": "100000", "clipping": "off", "spectral_radius": "2"},
    )
    app.button(key="train 100").click().run()
    assert run_of(app).trainer.diverged
    assert not app.exception
    assert any("has diverged" in m.value for m in app.markdown)
