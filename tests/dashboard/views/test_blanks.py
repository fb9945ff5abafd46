"""Blanks in the microscope: what the page hides, what it takes, and what it remembers."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.analysis.explanation import Place
from dashboard.session.position import PositionState
from dashboard.views.unrolled.blanks import FIELD, BlankState
from tests.helpers.pages import MAIN, go_to, state_of

NUMBER = "dc.3.1"


def page(**query: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    settings = {"task": "adding", "length": "6", "hidden_size": "4", "cell": "lstm"}
    for name, value in (settings | query).items():
        app.query_params[name] = value
    go_to(app, "unrolled")
    return app.run()


def formulas(app: AppTest) -> str:
    return "\n".join(element.value for element in app.latex)


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def answer(app: AppTest, text: str) -> AppTest:
    app.text_input(key=FIELD).input(text)
    return press(app, "Check")


def values(app: AppTest) -> dict[int, float]:
    seen = state_of(app, BlankState)
    return seen.solved.get(seen.of_formula, {})


def test_worked_is_usual_and_hides_nothing():
    app = page(number=NUMBER)
    assert not app.exception
    assert "boxed" not in formulas(app)
    assert not [field for field in app.text_input if field.key == FIELD]


@pytest.mark.parametrize("degree", ["half", "empty"])
def test_a_link_sets_the_degree(degree):
    app = page(number=NUMBER, blanks=degree)
    assert not app.exception
    assert state_of(app, BlankState).degree == degree
    printed = formulas(app)
    assert r"\boxed" in printed
    assert app.query_params["blanks"] in (degree, [degree])
    head = next(each.value for each in app.markdown if each.value.startswith("**dc = "))
    assert head.startswith("**dc = ?**")


def test_half_hides_fewer_than_empty():
    half, empty = (
        formulas(page(number=NUMBER, blanks=degree)).count("boxed") for degree in ("half", "empty")
    )
    assert 2 <= half < empty


def test_a_degree_that_there_is_not_is_a_complaint():
    app = page(number=NUMBER, blanks="none")
    assert "boxed" not in formulas(app)
    assert any("Blanks: expected" in each.value.replace("\\", "") for each in app.warning)


def test_a_right_number_is_revealed_and_stays_while_stepping():
    app = page(number=NUMBER, blanks="half")
    before = formulas(app).count("boxed")
    app = press(app, "Show it")
    ((index, value),) = values(app).items()
    assert formulas(app).count("boxed") == before - 1
    assert "Shown" in app.success[0].value
    state_of(app, BlankState).solved.clear()
    app = answer(app.run(), f"{value * 1.03:.6g}".replace("-", "−"))
    assert values(app) == {index: value}
    assert "Right" in app.success[0].value
    assert formulas(app).count("boxed") == before - 1
    numbers = state_of(app, PositionState).numbers
    numbers.append((Place("h", 1, 0), None))
    app.run()
    assert not app.success
    numbers.pop()
    app.run()
    assert formulas(app).count("boxed") == before - 1


def test_a_wrong_number_gets_a_kind_sentence():
    app = page(number=NUMBER, blanks="half")
    app = press(app, "Show it")
    (value,) = values(app).values()
    state_of(app, BlankState).solved.clear()
    app = answer(app.run(), f"{-value:.6g}")
    assert not values(app)
    assert "look for a minus" in app.warning[0].value
    app = answer(app, f"{value * 1000:.6g}")
    assert "3 places off" in app.warning[0].value


@pytest.mark.parametrize("text", ["abc", "1e400", "", "$x$ **b**", "nan"])
def test_bad_text_gets_a_sentence(text):
    app = answer(page(number=NUMBER, blanks="empty"), text)
    assert not app.exception
    assert "Your number: expected" in app.warning[0].value.replace("\\", "")
    assert not values(app)


def test_show_it_leads_to_the_end_and_back_to_the_beginning():
    app = page(number=NUMBER, blanks="half")
    before = formulas(app).count("boxed")
    for _ in range(before):
        app = press(app, "Show it")
    assert "boxed" not in formulas(app)
    assert not [field for field in app.text_input if field.key == FIELD]
    app = press(app, "Empty it again")
    assert formulas(app).count("boxed") == before


def test_another_one_asks_for_the_next():
    app = page(number=NUMBER, blanks="empty")
    first = app.text_input(key=FIELD).label
    app = press(app, "Another one")
    assert app.text_input(key=FIELD).label != first


def test_a_weights_sum_has_blanks_too():
    app = page(number="da_f.1.1.1.forward..2", blanks="empty")
    assert not app.exception
    printed = formulas(app)
    assert printed.count("boxed") == 9  # two factors of four steps, and the sum
    assert "$?$" in next(each.value for each in app.markdown if "mathrm{d}" in each.value)
    weight_page = page(number="da_f.1.1.1.forward..2", blanks="half")
    assert formulas(weight_page).count("boxed") == 5


def test_what_is_hidden_is_asked_anew_when_the_number_changes():
    app = press(page(number=NUMBER, blanks="half"), "Show it")
    before = formulas(app).count("boxed")
    solved = state_of(app, BlankState).solved
    for numbers in solved.values():
        for index in numbers:
            numbers[index] *= 1.5  # as after an update
    assert formulas(app.run()).count("boxed") == before + 1
