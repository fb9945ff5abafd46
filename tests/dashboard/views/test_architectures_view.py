"""The Architectures page without a browser: the cell's numbers are the run's, and a wire opens its equation."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.inspection import inspect_trainer
from core.analysis.parameter_count import SLIPS, CheckedCount, CountedNetwork, check_count
from core.cells import CELLS
from dashboard.figures.cell_layout import cell_layout
from dashboard.views.architectures import counting
from dashboard.views.architectures.cell import CellState
from dashboard.views.architectures.drawing import describe_drawing, quantity_words, wire_numbers
from tests.helpers.cells import OPTIONS, name_of
from tests.helpers.pages import MAIN, find_control, go_to, run_of, state_of, words_of


def open_page(**query: str) -> AppTest:
    app = go_to(AppTest.from_file(str(MAIN), default_timeout=60), "architectures")
    for name, value in {"hidden_size": "5", **query}.items():
        app.query_params[name] = value
    return app.run()


def look_at(app: AppTest, name: str, t: int, unit: int) -> str:
    """All that the page says of this wire."""
    seen = state_of(app, CellState)
    seen.name, seen.t, seen.unit = name, t, unit
    app.run()
    assert not app.exception
    return words_of(app)


def equations_of(app: AppTest) -> list[str]:
    return [element.value for element in app.latex]


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_opens_with_its_equation_and_the_equation_gives_its_number(cell):
    app = open_page(task="adding", length="6", cell=cell)
    assert not app.exception
    made = CELLS[cell]()
    trace = inspect_trainer(run_of(app).trainer).read().recording[0, "forward"]
    for name in made.equations():
        text = look_at(app, name, 3, 2)
        value = float(trace.arrays()[name][3, 0, 2])
        (shown,) = re.findall(rf"\*\*{name} = (\S+)\*\*", text)
        assert float(shown) == pytest.approx(value, rel=1e-3), name
        assert f"{quantity_words(name, made)}, unit 2, step 4" in text


def test_what_is_before_the_first_step_and_what_is_read_are_said_in_words():
    app = open_page(task="names", cell="lstm")
    assert "**h** is where the cell begins" in look_at(app, "h-1", 0, 0)
    assert "**c = " in look_at(app, "c-1", 1, 0)
    symbol = run_of(app).trainer.probe.symbols[2]
    assert f"at step 3 “{symbol}”" in look_at(app, "x", 2, 0)


def test_a_gates_equation_comes_with_the_sum_under_it():
    app = open_page(task="names", cell="lstm")
    look_at(app, "f", 2, 1)
    texts = equations_of(app)
    assert any(r"\sigma" in text and "W" not in text for text in texts[:2])
    assert any("W_{if}" in text and "W_{hf}" in text for text in texts[:4])


def test_a_wire_that_is_none_shows_the_carried_state():
    app = open_page(task="names", cell="lstm")
    assert "**c = " in look_at(app, "<nonsense>", 9999, 9999)


def test_an_encoder_and_a_decoder_show_the_steps_of_both():
    app = open_page(task="translate", cell="lstm", num_layers="2", bidirectional="false")
    assert not app.exception
    scope = state_of(app, CellState).scope
    assert scope is not None
    first = scope.parts["decoder"].start
    trace = scope.reading.recording[0, "forward"]
    text = look_at(app, "c-1", first, 1)  # what the decoder begins with: the encoder's last
    value = float(trace.arrays()["c"][first - 1, 0, 1])
    assert f"**c = {value:.4g}**" in text


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_the_numbers_that_the_component_gets_are_those_of_the_recording(case):
    from tests.core.analysis.test_microscope import scope_of

    scope = scope_of(case, layers=1, bidirectional=True)
    layout = cell_layout(*case)
    for where in scope.reading.recording.layers:
        arrays = scope.reading.recording[where].arrays()
        numbers = wire_numbers(scope, where, 1, layout.graph)
        sent = describe_drawing(layout, numbers)
        assert {node["id"] for node in sent["nodes"]} == {*layout.graph.nodes}
        for wire in sent["wires"]:
            if wire["source"] == "x":
                continue
            name = wire["source"].replace("-1", "_prev")
            if wire["quantity"]:
                assert np.allclose(numbers[wire["source"]], arrays[name][:, 0, 1], atol=1e-4), name
            assert len(numbers[wire["source"]]) == len(scope.inspection.symbols)
            assert wire["meaning"] or not wire["quantity"], f"{name} has no words"


def test_cards_say_what_they_train():
    app = open_page(task="names")
    labels = [button.label for button in app.button if (button.key or "").startswith("train ")]
    assert "Train: Echo, two steps" in labels
    assert len({*labels}) == len(labels)


def test_counts_have_commas():
    app = open_page(task="names", cell="lstm", hidden_size="24")
    counts = app.dataframe[0].value["count"].tolist()
    assert "1,248" in [*map(str, counts)]


def type_count(app: AppTest, text: str) -> AppTest:
    app.text_input(key="count guess").set_value(text)
    next(b for b in app.button if b.label == "Check").click()
    return app.run()


def test_a_counted_number_is_checked_before_it_is_shown():
    app = open_page(task="names", cell="gru")
    assert not any("total" in each.value.values for each in app.dataframe)
    app = type_count(app, str(3 * (32 * 32 * 32 + 32)))
    assert "multiplies 32 × 32 where the sizes add up" in app.warning[0].value
    assert not app.success
    app = type_count(app, "6,240")
    assert "reset_after=False" in app.success[0].value
    assert any("6,240" in each.value.values for each in app.dataframe)
    app = type_count(app, "many")
    assert "expected a whole number" in app.warning[0].value
    assert not app.exception


def test_every_slip_has_a_sentence_with_its_numbers():
    values = check_count(CountedNetwork("gru", 32, 32), 1).values
    values |= {"fewer": 2, "more": 4, "factor": 3}
    assert set(counting.SLIPS) == set(SLIPS)
    for slip in SLIPS:
        assert "{" not in counting.describe_count(CheckedCount((), slip, values))


def test_another_network_is_another_question():
    app = type_count(open_page(task="names", cell="gru"), "6336")
    assert app.success
    find_control(app, "count units").set_value(64).run()
    assert not app.success
    assert type_count(app, "6336").warning


def test_the_scale_of_a_normalised_input_is_counted_as_the_page_counts_it():
    app = open_page(task="names", cell="gru", normalization="layer")
    app = type_count(app, f"{3 * (64 + 2 + 1) * 32}")
    assert app.success
    calculation = next(each.value for each in app.dataframe if "total" in each.value.values)
    assert "3 × ((32 + 32) × 32 + 2 × 32 + 32)" in calculation.to_string()
    find_control(app, "count normalized").set_value(False).run()
    assert type_count(app, f"{3 * (64 + 2) * 32}").success
