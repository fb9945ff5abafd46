"""The pages that look inside, with the reader's own model and with a recording of a notebook."""

import base64
import json
from typing import Any, cast

import numpy as np
import pytest
import streamlit as st
import torch
from safetensors.torch import save
from streamlit.testing.v1 import AppTest

from core.io.model_files import read_model_file
from core.io.uploads import is_recording, read_recording
from core.io.user_sequences import draw_numbers
from core.io.watch import watch
from core.layers.recording import Recording
from core.layers.trace import Trace
from dashboard.figures.heat import largest_size
from dashboard.session import inspected
from dashboard.session.inspected import InspectedState
from dashboard.session.interventions import InterventionState
from dashboard.session.own_model import OpenedFile, OwnModelState
from tests.dashboard.views.test_views import MAIN
from tests.helpers.own_model import H, T, decoded, opened, recorded_batch
from tests.helpers.pages import find_control, go_to, state_of
from tests.helpers.streams import ask_page
from tests.helpers.tiny_checkpoint import trained

PAGES = {
    "unrolled": ("",),
    "gates": (
        "Over time",
        "Saturation and memory",
        "Over training",
        "Interventions",
        "Find units",
    ),
    "gradients": (
        "How far back a loss reaches",
        "Jacobians",
        "Exploding and clipping",
        "Which inputs mattered",
    ),
}
TAB = {"gates": "gates tab", "gradients": "network tab"}


def open_page(view: str, tab: str, kind: str, **brought: Any) -> AppTest:
    """The page, with what the reader brought by its names in InspectedState."""
    torch.set_num_threads(1)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in {"task": "adding", "length": "6", "hidden_size": "3"}.items():
        app.query_params[name] = value
    go_to(app, view)
    if tab:
        app.session_state[TAB[view]] = tab
    for name, value in (brought | {"kind": kind}).items():
        setattr(state_of(app, InspectedState), name, value)
    return app.run()


def charts(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def told_to(app: AppTest, key: str) -> tuple[dict[str, Any], np.ndarray]:
    if key == "triangle":
        return decoded(ask_page(app, key, n=0))
    (component,) = (each for each in app.get("bidi_component") if each.key == key)
    return decoded(component.proto.bytes)


@pytest.fixture(scope="module")
def batch() -> Recording:
    return recorded_batch()


CASES = [(view, tab) for view, tabs in PAGES.items() for tab in tabs]


@pytest.mark.parametrize(("view", "tab"), CASES)
def test_every_view_opens_for_the_own_model(view, tab):
    subject = opened(trained(torch.float32))

    app = open_page(view, tab, inspected.MODEL, subject=subject)
    assert not app.exception, app.exception[0].value
    assert not app.error
    assert not app.warning
    sentences = [each.value for each in app.info]
    if tab == "Over training":
        assert sentences == [
            "How training moves the gates needs a run that trains here: choose “The run” above."
        ]
    elif tab == "Exploding and clipping":
        assert "needs a run that trains here" in sentences[0]
        assert not charts(app)
    elif tab == "Find units":
        assert "in held-out sequences, needs a run" in sentences[0]
    elif tab == "Interventions":
        assert sentences == ["Nothing is held yet: choose above what to hold, and press Add."]
    else:
        assert not sentences
    if view == "unrolled":
        assert told_to(app, "unrolled")[0]["sizes"] == [H] * 4
    elif tab == "How far back a loss reaches":
        assert len(told_to(app, "triangle")[0]["traces"]) == 8
    assert not [button for button in app.button if button.key in ("train", "train 100")]
    # and back: the choice is one for all pages
    find_control(app, "look at").set_value(inspected.RUN).run()
    assert state_of(app, InspectedState).kind == inspected.RUN
    assert not app.exception, app.exception[0].value


@pytest.mark.parametrize(
    ("view", "tab"),
    [
        ("unrolled", ""),
        ("gates", "Over time"),
        *(("gradients", tab) for tab in PAGES["gradients"][:2]),
    ],
)
def test_a_view_opens_for_a_loss_of_the_head(view, tab):
    theirs = trained(torch.float32)
    subject = opened(theirs, "class")
    app = open_page(view, tab, inspected.MODEL, subject=subject)
    assert not app.exception, app.exception[0].value
    assert not app.error
    assert not app.warning
    x, _symbols = draw_numbers(3, T, 1)
    logits = theirs.head(theirs.rnn(x)[0][-1])
    expected = torch.nn.functional.cross_entropy(logits, torch.tensor([0])).item()
    assert any(f"= **{expected:.4g}**" in each.value for each in app.main.markdown)


@pytest.mark.parametrize(
    ("view", "tab", "picture"),
    [
        ("unrolled", "", "bidi_component"),
        ("gates", "Over time", "plotly_chart"),
    ],
)
def test_what_a_page_cannot_be_sent_at_once_gets_a_sentence(monkeypatch, view, tab, picture):
    subject = opened(trained(torch.float32))

    def page() -> AppTest:
        return open_page(view, tab, inspected.MODEL, subject=subject)

    keys = {each.proto.id for each in page().get(picture)}
    usual = st.get_option
    monkeypatch.setattr(
        st, "get_option", lambda name: 1e-3 if name == "server.maxMessageSize" else usual(name)
    )
    app = page()
    assert not app.exception
    assert "picture: expected numbers of at most 0 MB, got 0 MB." in app.info[0].value
    assert len(keys - {each.proto.id for each in app.get(picture)}) == 1


@pytest.mark.parametrize("kind", [inspected.MODEL, inspected.RECORDED])
@pytest.mark.parametrize("view", PAGES)
def test_every_page_names_what_is_looked_at_and_closes_it(view, kind, batch, scheduler):
    theirs = trained(torch.float32)
    held = read_model_file(save(theirs.state_dict()))
    brought = {"subject": opened(theirs, "all states"), "watched": {"enc": batch}}
    app = open_page(view, "", kind, **brought)
    state_of(app, OwnModelState).opened = OpenedFile("epoch=3.ckpt", held)
    app.run()
    line = next(each.value for each in app.main.markdown if "5 units" in each.value)
    (note,) = (each.value for each in app.sidebar.markdown if "This page shows" in each.value)
    names = ("epoch=3", "rnn") if kind == inspected.MODEL else ("enc",)
    assert all(name in line and name in note for name in names)
    assert "The settings below are those of the run." in note
    assert "loss" not in line
    assert ("gradients of Σ h = **" in line) == (kind == inspected.MODEL)
    meaning = [each.value for each in app.main.caption if "it means Σ h: the file" in each.value]
    assert len(meaning) == (kind == inspected.MODEL)
    app.button(key="looking close").click().run()
    assert not app.exception, app.exception[0].value
    mine = state_of(app, InspectedState)
    assert (mine.subject is None) == (kind == inspected.MODEL)
    assert bool(mine.watched) == (kind == inspected.MODEL)
    assert (state_of(app, OwnModelState).opened is None) == (kind == inspected.MODEL)
    assert not [each for each in app.sidebar.markdown if "This page shows your" in each.value]
    find_control(app, "look at").set_value(inspected.RUN).run()
    assert not [each for each in app.sidebar.markdown if "This page shows" in each.value]


def test_what_is_held_in_the_own_model_is_not_held_in_the_run():
    subject = opened(trained(torch.float32))
    app = open_page(
        "gates",
        "Interventions",
        inspected.MODEL,
        subject=subject,
    )
    app.button(key="hold add").click().run()
    assert not app.exception, app.exception[0].value
    (intervention,) = state_of(app, InterventionState).in_own_model.values()
    (clamp,) = intervention.clamps
    assert (clamp.quantity, clamp.value, clamp.unit, clamp.layer) == ("f", 1.0, None, 0)
    assert not state_of(app, InterventionState).in_run
    assert "intervene" not in app.query_params
    assert subject.layers[""].intervention is None
    layer = subject.layers[""]
    layer.intervention = intervention
    reading = subject.read()
    layer.intervention = None
    shown = [data["z"] for data in charts(app)[0]["data"] if "z" in data]
    assert largest_size(reading.output) > 0
    assert any(
        np.shape(z) == reading.output.T.shape and np.allclose(z, reading.output.T, atol=1e-6)
        for z in map(_numbers, shown)
    )


def _numbers(z: Any) -> np.ndarray:
    """An array of a figure's JSON, which Plotly may have packed."""
    if isinstance(z, dict):
        rows = np.frombuffer(base64.b64decode(z["bdata"]), np.dtype(z["dtype"]))
        return rows.reshape([int(n) for n in z.get("shape", "-1").split(",")])
    return np.array(z)


@pytest.mark.parametrize(("view", "tab"), CASES)
def test_every_view_that_needs_no_weights_opens_for_a_recording(view, tab, batch):
    app = open_page(view, tab, inspected.RECORDED, watched={"rnn": batch}, place=("rnn", 1))
    assert not app.exception, app.exception[0].value
    assert not app.error
    sentences = " ".join(each.value for each in app.info)
    trace = cast(Trace, batch[0, "forward"])
    weighted = ("Interventions", "Jacobians", "Which inputs mattered")
    needs_weights = tab in weighted or view == "unrolled"
    assert ("needs the weights" in sentences) == (
        needs_weights or tab == "How far back a loss reaches"
    )
    if view == "unrolled":
        header, numbers = told_to(app, "unrolled")
        assert (header["at"], header["losses"], header["loss"]) == ([], [], None)
        assert len(header["symbols"]) == 4
        size = 4 * H
        for k, name in enumerate(header["order"]):
            expected = trace.arrays()[name][:4, 1]
            np.testing.assert_array_equal(numbers[k * size : k * size + size], expected.ravel())
        for key, shares in zip(batch.layers, header["shares"], strict=True):
            alone = cast(Any, batch.sequence(1)[key].shares)
            np.testing.assert_allclose(shares, alone[:4], rtol=1e-5, atol=1e-9)
    elif tab == "Over time":
        maps = [_numbers(data["z"]) for data in charts(app)[0]["data"]]
        for z, name in zip(maps, trace, strict=True):
            np.testing.assert_allclose(z, cast(Any, trace[name]).values[:4, 1].T, rtol=1e-5)
    elif tab == "Saturation and memory":
        marks = charts(app)[0]["data"][1:]  # of all sequences, each to its own end
        for mark, gate in zip(marks, "ifo", strict=True):
            values = cast(Any, trace[gate]).values
            steps = np.concatenate([values[:n, k] for k, n in enumerate((7, 4, 2))])
            np.testing.assert_allclose(_numbers(mark["x"]), (steps < 0.1).mean(0))
            np.testing.assert_allclose(_numbers(mark["y"]), (steps > 0.9).mean(0))
    elif tab == "How far back a loss reaches":
        lines = {line["name"]: line["y"] for line in charts(app)[0]["data"]}
        sizes = np.linalg.norm(cast(Any, trace["h"]).grads[:4, 1], axis=1)
        np.testing.assert_allclose(_numbers(lines["h"]).astype(float), sizes, rtol=1e-5)
    elif tab == "Find units":
        assert "in the recorded sequences" in " ".join(each.value for each in app.markdown)


@pytest.mark.parametrize(
    ("record", "grad_mode", "frozen", "sentence"),
    [
        ("full", True, True, "it is frozen, and its input requires none. Call requires_grad_()"),
        ("full", True, False, "No gradient has reached this layer: call backward()"),
        ("full", False, False, "ran without gradients"),
        ("values", True, False, 'record="full"'),
    ],
)
def test_a_recording_without_gradients_says_why(record, grad_mode, frozen, sentence):
    theirs = trained(torch.float32)
    x = torch.randn(4, 2, 3)
    with watch(theirs, record=record) as recordings, torch.set_grad_enabled(grad_mode):
        theirs.rnn.requires_grad_(not frozen)
        output = theirs(x)
        if grad_mode and record == "full" and frozen:
            output.sum().backward()
    for view, tab in (("unrolled", ""), ("gradients", CASES[6][1])):
        app = open_page(
            view,
            tab,
            inspected.RECORDED,
            watched={"rnn": recordings["rnn"]},
        )
        assert not app.exception, app.exception[0].value
        assert sentence in app.info[0].value


def test_a_recording_that_is_not_finite_says_from_which_step_on():
    layer, x = torch.nn.GRU(3, 4), torch.randn(6, 2, 3)
    x[3, 1] = torch.nan
    with watch(layer) as recordings:
        layer(x)[0].sum().backward()
    watched = {"": recordings[""]}
    for place, warnings in ((("", 0), 0), (("", 1), 1)):
        app = open_page("unrolled", "", inspected.RECORDED, watched=watched, place=place)
        assert not app.exception, app.exception[0].value
        assert len(app.warning) == warnings
    assert "Values are not finite (NaN or infinite) from step 4 on" in app.warning[0].value


def test_a_recording_opens_as_a_file(batch, tmp_path):
    batch.save(tmp_path / "mine.safetensors")
    content = (tmp_path / "mine.safetensors").read_bytes()
    assert is_recording(content)
    assert not is_recording(save(trained(torch.float32).state_dict()))
    read_back = read_recording(content)
    np.testing.assert_array_equal(read_back["h"].values, batch["h"].values)
    for bad in (content[:-5], content.replace(b'\\"forward\\"', b'\\"forwarp\\"')):
        with pytest.raises(ValueError, match="recording: expected"):
            read_recording(bad)
