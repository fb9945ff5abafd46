"""A checkpoint trained outside the project: every page's numbers are those of `watch`, and of autograd on torch."""

import base64
import gc
import json
import struct
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import numpy as np
import pytest
import streamlit as st
import torch
from safetensors.torch import save
from streamlit.testing.v1 import AppTest
from torch import Tensor, nn

from core.analysis.gradients import jacobians
from core.analysis.inspection import Inspection
from core.io import checkpoints
from core.io.uploads import is_recording, read_recording, read_tensors
from core.io.watch import watch
from core.layers.recording import Recording
from core.layers.recurrent import Recurrent
from core.layers.trace import Trace
from dashboard.figures import gates as figures
from dashboard.figures.heat import largest_size
from dashboard.session import inspected
from dashboard.session.inspected import InspectedState
from dashboard.session.interventions import HeldState
from dashboard.views.gradients import triangle
from dashboard.views.unrolled import slow_motion, wire
from dashboard.views.yours.model import ModelState, OpenedFile
from tests.dashboard.views.test_views import MAIN
from tests.helpers.pages import go_to, state_of
from tests.helpers.tiny_checkpoint import Tagger, trained

T, H = 9, 5
CLOSE: dict[str, Any] = {"rtol": 1e-5, "atol": 1e-6}  # what a page is told is float32


@pytest.fixture(scope="module", params=[torch.float32, torch.float64], ids=["float32", "float64"])
def theirs(request) -> Tagger:
    return trained(request.param)


def opened(theirs: Tagger, loss: str = "last state") -> Inspection:
    """What the page makes of the uploaded file."""
    tensors = read_tensors(save(theirs.state_dict()), "model.safetensors")
    (found,) = checkpoints.find_layers(tensors)
    assert (found.name, found.cell, found.num_layers, found.bidirectional) == (
        "rnn",
        "lstm",
        2,
        True,
    )
    return checkpoints.subject(
        found.name, found.layer(), *checkpoints.drawn(3, T, 1), checkpoints.LOSSES[loss]
    )


def sequence(theirs: Tagger) -> Tensor:
    return checkpoints.drawn(3, T, 1)[0].to(theirs.head.weight.dtype)


def watched(theirs: Tagger, loss: str = "last state") -> tuple[Recording, float]:
    """The same in a script: the model itself, `watch`, and the loss by hand."""
    with watch(theirs) as recordings:
        output, (h, _) = theirs.rnn(sequence(theirs))
        scalar = h[-2:].norm() if loss == "last state" else output.sum()
        scalar.backward()
    theirs.zero_grad()
    return recordings["rnn"], scalar.item()


def one_step(theirs: Tagger, layer: int, direction: str) -> Callable[..., tuple[Tensor, Tensor]]:
    """(x, h, c) -> (h, c), after the formulas in torch's documentation of nn.LSTM."""
    suffix = "_reverse" if direction == "reverse" else ""
    W, U, b, b2 = (
        getattr(theirs.rnn, f"{name}_l{layer}{suffix}")
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )

    def step(x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        i, f, g, o = (x @ W.T + b + h @ U.T + b2).chunk(4, 1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c

    return step


def by_torch(
    theirs: Tagger, x: Tensor
) -> tuple[Tensor, dict[tuple[int, str], dict[str, list[Tensor]]]]:
    """The LSTM step by step, so that autograd can be asked about any state."""
    found: dict[tuple[int, str], dict[str, list[Tensor]]] = {}
    below = [x[t] for t in range(len(x))]
    for layer in range(2):
        sides = []
        for direction in ("forward", "reverse"):
            step = one_step(theirs, layer, direction)
            h = c = x.new_zeros(1, H)
            hs: list[Any] = [None] * len(x)
            cs: list[Any] = [None] * len(x)
            order = range(len(x)) if direction == "forward" else reversed(range(len(x)))
            for t in order:
                h, c = step(below[t], h, c)
                hs[t], cs[t] = h, c
            found[layer, direction] = {"h": hs, "c": cs}
            sides.append(hs)
        below = [torch.cat(pair, 1) for pair in zip(*sides, strict=True)]
    return torch.stack(below), found


def decoded(data: bytes) -> tuple[dict[str, Any], np.ndarray]:
    (size,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + size]), np.frombuffer(data[4 + size :], "<f4")


@pytest.mark.parametrize("loss", ["last state", "all states"])
def test_the_unrolled_page_is_told_the_numbers_of_watch(theirs, loss):
    subject = opened(theirs, loss)
    expected, scalar = watched(theirs, loss)
    seen = inspected.of_subject(subject)
    scope, _cut = slow_motion.read_sequence(subject, seen.run, 0)
    header, numbers = decoded(wire.encode_reading(seen.run, None, scope, None, 0, seen.file))
    at = 0
    for key, shares in zip(expected.layers, header["shares"], strict=True):
        arrays = expected[key].arrays()
        for name in header["order"]:
            told = numbers[at : at + T * H].reshape(T, H)
            np.testing.assert_allclose(told, arrays[name][:, 0], **CLOSE)
            at += T * H
        np.testing.assert_allclose(shares, cast(Any, expected[key].shares), rtol=1e-4)
    assert at == len(numbers)
    assert header["loss"] == pytest.approx(scalar, rel=1e-5)
    assert len(header["losses"]) == (1 if loss == "last state" else T)
    assert sum(header["losses"]) == pytest.approx(scalar, rel=1e-5)


def test_the_gates_page_draws_the_numbers_of_watch(theirs):
    seen = inspected.of_subject(opened(theirs))
    expected, _scalar = watched(theirs)
    for key in expected.layers:
        trace, other = seen.recording[key], expected[key]
        over_time = figures.over_time_figure(trace, seen.symbols, "own")
        for heat, name in zip(over_time["data"], ("i", "f", "g", "o", "c", "h"), strict=True):
            np.testing.assert_allclose(heat["z"], other[name].values[:, 0].T, **CLOSE)
        marks = figures.saturation_figure(trace, "own")["data"][1:]
        for mark, gate in zip(marks, ("i", "f", "o"), strict=True):
            values = other[gate].values[:, 0]
            np.testing.assert_allclose(mark["x"], (values < 0.1).mean(0))
            np.testing.assert_allclose(mark["y"], (values > 0.9).mean(0))
        lives = np.log(0.5) / np.log(other["f"].values[:, 0].astype(np.float64)).mean(0)
        (drawn,) = figures.half_life_figure(trace, None, "own")["data"]
        np.testing.assert_allclose(drawn["y"], np.sort(lives)[::-1], rtol=1e-4)
        bars = {bar["name"]: bar["y"] for bar in figures.distribution_figure(trace, "own")["data"]}
        for name, span in (("f", (0, 1)), ("h", (-1, 1))):
            counts = np.histogram(other[name].values, len(bars[name]), span)[0]
            np.testing.assert_allclose(bars[name], counts / (T * H))


@pytest.mark.parametrize("loss", ["last state", "all states"])
def test_the_triangle_is_that_of_autograd_on_the_torch_model(theirs, loss):
    subject = opened(theirs, loss)
    header, numbers = decoded(triangle.encode_own(inspected.of_subject(subject)))
    output, states = by_torch(theirs, sequence(theirs))
    torch.testing.assert_close(output, theirs.rnn(sequence(theirs))[0])
    last = torch.cat([output[-1, :, :H], output[0, :, H:]], 1)
    losses = [last.norm()] if loss == "last state" else list(output.sum((1, 2)))
    assert header["at"] == ([T - 1] if loss == "last state" else list(range(T)))
    assert header["trains"] is False
    told = numbers.reshape(len(header["traces"]), len(losses), T)
    keys = [(q, key) for q in ("h", "c") for key in states]
    for matrix, (quantity, key) in zip(told, keys, strict=True):
        for row, scalar in zip(matrix, losses, strict=True):
            grads = torch.autograd.grad(
                scalar, states[key][quantity], retain_graph=True, allow_unused=True
            )
            sizes = [0.0 if g is None else g.norm().item() for g in grads]
            np.testing.assert_allclose(row, sizes, **CLOSE)
    titles = [trace["title"] for trace in header["traces"]]
    assert titles[:4] == [
        "h · layer 1 · →",
        "h · layer 1 · ←",
        "h · layer 2 · →",
        "h · layer 2 · ←",
    ]


def test_the_jacobians_are_those_of_autograd_on_the_torch_model(theirs):
    subject = opened(theirs)
    subject.read()
    found = jacobians(subject.layers[""])
    x = sequence(theirs)
    _output, states = by_torch(theirs, x)
    for key, state in states.items():
        below = x
        if key[0]:
            sides = [torch.stack(states[0, d]["h"]) for d in ("forward", "reverse")]
            below = torch.cat(sides, 2)
        step, order = one_step(theirs, *key), list(range(T))
        if key[1] == "reverse":
            order.reverse()
        for k in range(1, T):
            now, before = order[k], order[k - 1]
            J = torch.autograd.functional.jacobian(
                partial(step, below[now].detach()),
                (state["h"][before].detach(), state["c"][before].detach()),
            )
            expected = torch.cat([torch.cat([d[0, :, 0] for d in row], 1) for row in J])
            np.testing.assert_allclose(found[key][k, 0], expected.detach().numpy(), **CLOSE)


# On the pages themselves

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
        "Untrained: sliders",
        "Exploding and clipping",
    ),
}
TAB = {"gates": "gates tab", "gradients": "gradients tab"}


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
    (component,) = (each for each in app.get("bidi_component") if each.key == key)
    return decoded(component.proto.bytes)


CASES = [(view, tab) for view, tabs in PAGES.items() for tab in tabs]


@pytest.mark.parametrize(("view", "tab"), CASES)
def test_every_view_opens_for_the_own_model(view, tab):
    subject = opened(trained(torch.float32))

    app = open_page(view, tab, inspected.MODEL, subject=subject)
    assert not app.exception, app.exception[0].value
    assert not app.error
    assert not app.warning
    said = [each.value for each in app.info]
    if tab == "Over training":
        assert said == [
            "How training moves the gates needs a run that trains here: choose “The run” above."
        ]
    elif tab == "Exploding and clipping":
        assert "needs a run that trains here" in said[0]
        assert not charts(app)
    elif tab == "Find units":
        assert "in held-out sequences, needs a run" in said[0]
    elif tab == "Interventions":
        assert said == ["Nothing is held yet: choose above what to hold, and press Add."]
    else:
        assert not said
    if view == "unrolled":
        assert told_to(app, "unrolled")[0]["sizes"] == [H] * 4
    elif tab == "How far back a loss reaches":
        assert len(told_to(app, "triangle")[0]["traces"]) == 8
    assert not [button for button in app.button if button.key in ("train", "train 100")]
    # and back: the choice is one for all pages
    app.segmented_control(key="look at").set_value(inspected.RUN).run()
    assert state_of(app, InspectedState).kind == inspected.RUN
    assert not app.exception, app.exception[0].value


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
    (held,) = state_of(app, HeldState).in_own_model.values()
    (clamp,) = held.clamps
    assert (clamp.quantity, clamp.value, clamp.unit, clamp.layer) == ("f", 1.0, None, 0)
    assert not state_of(app, HeldState).in_run
    assert "intervene" not in app.query_params
    assert subject.layers[""].intervention is None
    layer = subject.layers[""]
    layer.intervention = held
    kept = subject.read()
    layer.intervention = None
    shown = [data["z"] for data in charts(app)[0]["data"] if "z" in data]
    assert largest_size(kept.output) > 0
    assert any(
        np.shape(z) == kept.output.T.shape and np.allclose(z, kept.output.T, atol=1e-6)
        for z in map(_numbers, shown)
    )


def _numbers(z: Any) -> np.ndarray:
    """An array of a figure's JSON, which Plotly may have packed."""
    if isinstance(z, dict):
        rows = np.frombuffer(base64.b64decode(z["bdata"]), np.dtype(z["dtype"]))
        return rows.reshape([int(n) for n in z.get("shape", "-1").split(",")])
    return np.array(z)


@pytest.fixture(scope="module")
def batch() -> Recording:
    """What a notebook recorded: three sequences of unequal length, any loss."""
    theirs = trained(torch.float32)
    x = torch.randn(7, 3, 3, generator=torch.Generator().manual_seed(2))
    with watch(theirs) as recordings:
        packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor([7, 4, 2]))
        output, _lengths = nn.utils.rnn.pad_packed_sequence(theirs.rnn(packed)[0])
        theirs.head(output).square().mean().backward()
    return recordings["rnn"]


@pytest.mark.parametrize(("view", "tab"), CASES)
def test_every_view_that_needs_no_weights_opens_for_a_recording(view, tab, batch):
    app = open_page(view, tab, inspected.RECORDED, watched={"rnn": batch}, place=("rnn", 1))
    assert not app.exception, app.exception[0].value
    assert not app.error
    said = " ".join(each.value for each in app.info)
    trace = cast(Trace, batch[0, "forward"])
    needs_weights = tab in ("Interventions", "Jacobians") or view == "unrolled"
    assert ("needs the weights" in said) == (needs_weights or tab == "How far back a loss reaches")
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


def test_a_recording_without_gradients_says_so():
    theirs = trained(torch.float32)
    with watch(theirs, record="values") as recordings, torch.no_grad():
        theirs(torch.randn(4, 2, 3))
    for view, tab in (("unrolled", ""), ("gradients", CASES[6][1])):
        app = open_page(
            view,
            tab,
            inspected.RECORDED,
            watched={"rnn": recordings["rnn"]},
        )
        assert not app.exception, app.exception[0].value
        assert "No backward pass was recorded" in app.info[0].value


def test_a_recording_opens_as_a_file(batch, tmp_path):
    batch.save(tmp_path / "mine.safetensors")
    content = (tmp_path / "mine.safetensors").read_bytes()
    assert is_recording(content)
    assert not is_recording(save(trained(torch.float32).state_dict()))
    found = read_recording(content)
    np.testing.assert_array_equal(found["h"].values, batch["h"].values)
    for bad in (content[:-5], content.replace(b'\\"forward\\"', b'\\"forwarp\\"')):
        with pytest.raises(ValueError, match="recording: expected"):
            read_recording(bad)


class TestMemory:
    """A model or a recording that a reader brings is counted beside the runs of all readers."""

    @pytest.fixture
    def app(self) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        go_to(app, "yours")
        app.session_state["yours tab"] = "Own model"
        return app.run()

    def test_a_model_with_what_it_has_read(self, room, app):
        state = trained(torch.float32).state_dict()
        app.file_uploader(key="own model").upload("model.safetensors", save(state)).run()
        tensors = sum(v.nbytes for v in state.values())
        weights = sum(v.nbytes for name, v in state.items() if name.startswith("rnn."))
        reading = state_of(app, InspectedState).subject.recording().nbytes
        _count, held = room.held()
        # weights once more and their gradients; the recording on its tape, and a copy
        assert held == pytest.approx(tensors + 2 * weights + 2 * reading, rel=0.25)
        app.number_input(key="own steps").set_value(200).run()
        assert room.held()[1] > 4 * held
        before = room.held()
        app.file_uploader(key="own model").set_value(("bad.pt", b"PK no", "")).run()
        assert "expected a zip file" in app.warning[0].value
        assert (len(state_of(app, InspectedState).subject.symbols), room.held()) == (200, before)
        app.file_uploader(key="own model").clear().run()
        assert not app.warning
        assert (len(state_of(app, InspectedState).subject.symbols), room.held()) == (200, before)
        upload = app.file_uploader(key="own model")
        upload.set_value(("model.safetensors", save(state), "")).run()
        app.file_uploader(key="own model").clear().run()
        assert room.held()[1] == 0
        assert state_of(app, InspectedState).subject is None
        assert not app.exception

    def test_a_server_without_room_says_so_and_keeps_what_there_was(self, room, app):
        other = room.sit()
        room.admit(other, "live", 2**30 - 2**14)
        upload = app.file_uploader(key="own model")
        upload.upload("model.safetensors", save(trained(torch.float32).state_dict())).run()
        said = "memory: expected runs of together at most"
        assert app.warning[0].value.replace("\\", "").startswith(said)
        assert state_of(app, InspectedState).subject is None
        del other
        gc.collect()
        app.run()
        assert not app.exception

    def test_a_recording_until_it_is_closed(self, room, app, batch, tmp_path):
        batch.save(tmp_path / "mine.safetensors")
        content = (tmp_path / "mine.safetensors").read_bytes()
        app.file_uploader(key="own model").upload("mine.safetensors", content).run()
        assert room.held()[1] == batch.nbytes == pytest.approx(len(content), rel=0.2)
        app.button(key="watched close").click().run()
        assert room.held()[1] == 0
        assert not app.exception


def subject_of(app: AppTest) -> Inspection | None:
    """The reader's own model, where one was read."""
    return state_of(app, InspectedState).subject


class TestTwoBlocks:
    """Weights of no torch class: the page asks which cell they are, and reads nothing before."""

    def upload(self, app: AppTest, state: dict[str, Tensor]) -> None:
        app.file_uploader(key="own model").upload("mine.safetensors", save(state)).run()
        assert not app.exception, app.exception[0].value

    @pytest.fixture
    def app(self, room) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        go_to(app, "yours")
        app.session_state["yours tab"] = "Own model"
        return app.run()

    def test_nothing_is_read_before_the_reader_says_which_cell_it_is(self, room, app):
        state = Recurrent("gru", 3, 5, reset="none").state_dict()
        self.upload(app, {f"rnn.{name}": v for name, v in state.items()})
        question = app.radio(key="own cell")
        assert question.value is None
        assert question.options == ["GRU, reset none (blocks z, n)", "MGU (blocks f, n)"]
        assert "rnn: 2 blocks of rows, 1 layer" in app.radio(key="own layer").options[0]
        assert subject_of(app) is None
        assert room.held()[1] == sum(v.nbytes for v in state.values())
        question.set_value(0).run()
        assert not app.exception, app.exception[0].value
        assert subject_of(app).layers[""].cell.options == {"reset": "none"}

    def test_the_answer_is_for_its_layer_alone(self, app):
        two = {f"a.{k}": v for k, v in Recurrent("gru", 3, 5, reset="none").state_dict().items()}
        torchs = {f"b.{k}": v for k, v in nn.GRU(3, 5).state_dict().items()}
        peephole = Recurrent("lstm", 3, 5, peephole=True).state_dict()
        self.upload(app, {**torchs, **two, **{f"c.{k}": v for k, v in peephole.items()}})
        layer = {
            title.split(":")[0]: k for k, title in enumerate(app.radio(key="own layer").options)
        }
        app.radio(key="own layer").set_value(layer["b"]).run()
        assert subject_of(app).title == "b"
        assert not [radio for radio in app.radio if radio.key == "own cell"]
        app.radio(key="own layer").set_value(layer["a"]).run()
        assert subject_of(app) is None, "the other pages would show the layer before"
        app.radio(key="own cell").set_value(0).run()
        assert subject_of(app).title == "a"
        app.radio(key="own layer").set_value(layer["c"]).run()
        question = app.radio(key="own cell")
        assert question.value is None
        assert question.options[1] == "LSTM, peephole, activation relu (blocks i, f, g, o)"
        question.set_value(1).run()
        cell = subject_of(app).layers[""].cell
        assert (cell.options["peephole"], cell.options["activation"]) == (True, "relu")

    def test_the_answer_outlives_another_page(self, app):
        self.upload(app, Recurrent("gru", 3, 5, reset="none").state_dict())
        app.radio(key="own cell").set_value(0).run()
        go_to(app, "gates").run()
        go_to(app, "yours")
        app.session_state["yours tab"] = "Own model"
        app.run()
        assert app.radio(key="own cell").value == 0
        assert subject_of(app) is not None


def test_yours_keeps_model_and_sequence_while_another_page_is_open():
    tensors = read_tensors(save(trained(torch.float32).state_dict()), "model.safetensors")
    model = OpenedFile("model.safetensors", "1", tensors, checkpoints.find_layers(tensors))
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    go_to(app, "yours")
    app.session_state["yours tab"] = "Own model"
    state_of(app, ModelState).opened = model
    app.run()
    app.selectbox(key="own source").set_value("typed").run()
    app.text_area(key="own numbers").input("1 2 3\n-1 0.5 2").run()
    assert not app.exception, app.exception[0].value
    assert len(state_of(app, InspectedState).subject.symbols) == 2
    go_to(app, "gates").run()
    go_to(app, "yours")
    app.session_state["yours tab"] = "Own model"
    app.run()
    assert app.text_area(key="own numbers").value == "1 2 3\n-1 0.5 2"
    assert len(state_of(app, InspectedState).subject.symbols) == 2
