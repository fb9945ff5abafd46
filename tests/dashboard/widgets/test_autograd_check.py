"""The check's button and badge on Unrolled and Gradients: green with numbers, red with the quantity and its step."""

import re
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.cells import CELLS
from core.io.user_model import LOSSES, inspect_layer
from core.layers.interventions import Clamp, Intervention
from core.layers.recurrent import Recurrent
from dashboard.session.inspected import MODEL, InspectedState
from tests.helpers.pages import find_control, go_to, run_of, state_of

MAIN = Path(__file__).parents[3] / "dashboard" / "main.py"
GREEN = re.compile(
    r":green-badge\[:material/check: (update \d+: )?largest difference \d\.\de-\d\d over (\d+) quantities, "
    r"(\d+) steps\]"
)


def page(name: str, **query: str) -> AppTest:
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    query = {"task": "adding", "length": "6", "hidden_size": "4", **query}
    for key, value in query.items():
        app.query_params[key] = value
    go_to(app, name)
    return app.run()


def badge(app: AppTest) -> str:
    assert not app.exception
    return next((m.value for m in app.markdown if "-badge[:material" in m.value), "")


@pytest.mark.parametrize("name", ["unrolled", "gradients"])
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_is_checked_on_both_pages(name, cell):
    app = page(name, cell=cell, num_layers="2")
    assert badge(app) == ""
    app.button(key="check").click().run()
    match = GREEN.fullmatch(badge(app))
    assert match, badge(app)
    quantities = 2 * len(CELLS[cell]().equations()) + 1
    assert match.groups() == ("update 0: ", str(quantities), "6")
    (table,) = (d for d in app.dataframe if "agrees" in d.value)
    assert len(table.value) == 2 * quantities
    assert {*table.value["agrees"]} == {"✓"}
    assert any(re.search(r"largest difference is \d\.\de-1\d\.", c.value) for c in app.caption)


def test_the_badge_goes_when_the_weights_change_and_is_known_on_the_other_page():
    app = page("unrolled", cell="lstm")
    app.button(key="check").click().run()
    assert badge(app)
    go_to(app, "gradients")
    app.run()
    assert GREEN.fullmatch(badge(app))
    app.button(key="train 100").click().run()
    assert badge(app) == ""
    app.button(key="check").click().run()
    assert badge(app).startswith(":green-badge[:material/check: update 100: ")


def test_truncated_and_held_runs_agree():
    app = page("unrolled", cell="gru")
    find_control(app, "unrolled chunk").set_value(2).run()
    app.button(key="check").click().run()
    assert GREEN.fullmatch(badge(app))
    find_control(app, "unrolled chunk").set_value(3).run()
    assert badge(app) == ""
    run_of(app).trainer.model.recurrent.intervention = Intervention((Clamp("z", 0.25, 1),))
    app.run()
    app.button(key="check").click().run()
    assert GREEN.fullmatch(badge(app))
    assert any("a_z of what is held" in c.value for c in app.caption)


@pytest.mark.parametrize("name", ["unrolled", "gradients"])
def test_the_readers_own_model_is_checked(name):
    app = page(name)
    layer = Recurrent.from_torch(torch.nn.LSTM(2, 3, bidirectional=True)).eval()
    mine = state_of(app, InspectedState)
    mine.subject = inspect_layer(
        "mine", layer, torch.randn(5, 1, 2), tuple("hello"), LOSSES["last state"]
    )
    mine.kind = MODEL
    app.run()
    app.button(key="check").click().run()
    match = GREEN.fullmatch(badge(app))
    assert match, badge(app)
    assert match.groups() == (None, "21", "5")


@pytest.mark.parametrize("name", ["unrolled", "gradients"])
def test_a_gradient_that_is_broken_on_purpose_is_named(name, monkeypatch):
    app = page(name, cell="lstm")
    cell = type(CELLS["lstm"]())
    right = cell.local

    def local(self, matrices, tape):
        right(self, matrices, tape)
        tape["Qf"][3] *= 1.1  # the slope of the forget gate at step 4

    monkeypatch.setattr(cell, "local", local)
    app.button(key="check").click().run()
    said = badge(app)
    assert said.startswith(":red-badge[:material/error: update 0: da_f at step 4, unit "), said
    assert "(layer 1 →) is not autograd's]" in said
    recorded, expected = re.findall(r"(?:recorded|autograd) (\S+?)[,;]", said)
    assert float(recorded) == pytest.approx(1.1 * float(expected), rel=1e-2)
    (table,) = (d for d in app.dataframe if "agrees" in d.value)
    agrees = dict(zip(table.value["quantity"], table.value["agrees"], strict=True))
    assert (agrees["f"], agrees["do"], agrees["da_f"], agrees["dW_hh"]) == ("✓", "✗", "✗", "✗")
    monkeypatch.undo()
    app.button(key="check").click().run()
    assert GREEN.fullmatch(badge(app))
