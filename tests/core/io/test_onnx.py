"""ONNX files: the operators' own node tests, models that exporters make, and what is refused, each in a sentence."""

import importlib
import re
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from core.cells import CELLS
from core.io.companions import find_embeddings, find_heads
from core.io.model_files import read_model_file
from tests.helpers.model_files import ONE_SENTENCE

NODES = "onnx.backend.test.case.node"
WEIGHTS = ("W", "R", "B", "P")


def node_tests() -> dict[str, Any]:
    """What the package onnx itself tests the operators with: name -> model, inputs and outputs."""
    for operator in ("rnn", "lstm", "gru"):
        importlib.import_module(f"{NODES}.{operator}")
    return {case.name: case for case in importlib.import_module(NODES)._NodeTestCases}


CASES = node_tests()


def with_weights_inside(model: Any, inputs: list[np.ndarray]) -> bytes:
    """The model with its weights in the file, as exporters write them."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    for value, array in zip(model.graph.input, inputs, strict=True):
        if value.name in WEIGHTS:
            copy.graph.initializer.append(numpy_helper.from_array(array, value.name))
            copy.graph.input.remove(next(v for v in copy.graph.input if v.name == value.name))
    return copy.SerializeToString()


@pytest.mark.parametrize("name", CASES)
def test_the_operators_own_node_tests(name):
    case = CASES[name]
    ((inputs, outputs),) = case.data_sets
    given = {v.name: a for v, a in zip(case.model.graph.input, inputs, strict=True)}
    (node,) = case.model.graph.node
    settings = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    file = read_model_file(with_weights_inside(case.model, inputs))
    (layer,) = file.layers
    turn = (1, 0) if settings.get("layout") else (0, 1)  # [B, T, I] -> [T, B, I]
    x = torch.from_numpy(given["X"]).permute(*turn, 2)
    backwards = settings.get("direction") == b"reverse"
    assert backwards == any("reads each sequence from its end" in note for note in file.notes)
    starts = [torch.from_numpy(given[n]) for n in ("initial_h", "initial_c") if n in given]
    state = (tuple(starts) if len(starts) > 1 else starts[0]) if starts else None
    lengths = given["sequence_lens"].tolist() if "sequence_lens" in given else None
    with torch.no_grad():
        made = layer.make_layer()
        states, last = made(x.flip(0) if backwards else x, state, lengths)
    D = len(made.directions)
    h, *c = last if isinstance(last, tuple) else (last,)
    got = {
        "Y": states.flip(0) if backwards else states,
        "Y_h": h,
        **dict(zip(("Y_c",), c, strict=False)),
    }
    got["Y"] = got["Y"].unflatten(2, (D, -1)).transpose(1, 2)  # [T, D, B, H]
    if settings.get("layout"):
        got = {"Y": got["Y"].permute(2, 0, 1, 3), "Y_h": got["Y_h"].transpose(0, 1)}
    compared = 0
    for output, expected in zip([n for n in node.output if n], outputs, strict=True):
        torch.testing.assert_close(got[output], torch.from_numpy(expected), rtol=1e-5, atol=1e-6)
        compared += 1
    assert compared


def test_all_three_operators_have_such_tests():
    operators = {CELLS[name]().onnx_operator for name in CELLS} - {""}
    assert {case.model.graph.node[0].op_type for case in CASES.values()} == operators
    assert len(CASES) == 18


class Tagger(nn.Module):
    """A model as a course has it, with two layers."""

    def __init__(self, kind: Any, **settings: Any):
        super().__init__()
        self.words = nn.Embedding(9, 4)
        self.rnn = kind(4, 5, 2, **settings)
        self.fc = nn.Linear(10 if settings.get("bidirectional") else 5, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(self.rnn(self.words(x))[0])


@pytest.mark.filterwarnings("ignore")  # torch calls this exporter deprecated
@pytest.mark.parametrize("settings", [{}, {"bidirectional": True, "batch_first": True}], ids=str)
@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_what_torch_exports_opens_whole(kind, settings, tmp_path):
    """Two layers that read one another are one module; steps and sequences have no fixed size."""
    model, x = Tagger(kind, **settings).eval(), torch.randint(0, 9, (6, 2))
    exported = tmp_path / "model.onnx"
    torch.onnx.export(
        model, (x,), exported, dynamo=False, input_names=["x"], dynamic_axes={"x": [0, 1]}
    )
    file = read_model_file(exported.read_bytes())
    (layer,), x = file.layers, x.T if settings else x
    ((_, table),) = find_embeddings(file, layer).items()
    ((name, head),) = find_heads(file, layer).items()
    assert (layer.name, layer.num_layers, name) == ("rnn", 2, "fc")
    assert not any("other states" in note for note in file.notes)  # the zeros are seen as such
    with torch.no_grad():
        output = head(layer.make_layer()(table[x])[0])
        expected = model(x.T if settings else x)
    torch.testing.assert_close(
        output.transpose(0, 1) if settings else output, expected, rtol=0, atol=1e-6
    )


def operator(kind: str = "LSTM", stored: bool = True, **settings: Any) -> Any:
    """A model of one operator with weights of size I = 2, H = 3."""
    G = {"RNN": 1, "LSTM": 4, "GRU": 3}.get(kind, 1)
    shapes = {"W": (1, 3 * G, 2), "R": (1, 3 * G, 3)}
    weights = [numpy_helper.from_array(np.full(s, 0.5, np.float32), n) for n, s in shapes.items()]
    node = helper.make_node(kind, ["X", "W", "R"], ["Y"], hidden_size=3, **settings)
    x = helper.make_tensor_value_info("X", TensorProto.FLOAT, ["T", "B", 2])
    y = helper.make_tensor_value_info("Y", TensorProto.FLOAT, None)
    return helper.make_model(helper.make_graph([node], "g", [x], [y], weights if stored else []))


def spoilt(change: Any) -> bytes:
    model = operator()
    change(model.graph)
    return model.SerializeToString()


def outside(graph: Any) -> None:
    graph.initializer[0].ClearField("raw_data")
    graph.initializer[0].data_location = TensorProto.EXTERNAL
    graph.initializer[0].external_data.add(key="location", value="/etc/hostname")


def huge(graph: Any) -> None:
    graph.initializer[0].dims[:] = [1, 2**20, 2**20]


REFUSED = {
    "clip": (lambda: operator(clip=1.0).SerializeToString(), r"not clipped, got clip 1"),
    "coupled gates": (lambda: operator(input_forget=1).SerializeToString(), r"got input_forget, f = 1 - i"),
    "a function": (lambda: operator("RNN", activations=["Softsign"]).SerializeToString(), r"the function tanh or relu or sigmoid, got softsign"),
    "a GRU with relu": (lambda: operator("GRU", activations=["Sigmoid", "Relu"]).SerializeToString(), r"the function tanh, got relu"),
    "two functions": (lambda: operator(activations=["Sigmoid", "Tanh", "Relu"]).SerializeToString(), r"one function of candidate and state, got tanh, relu"),
    "too few functions": (lambda: operator(activations=["Sigmoid"]).SerializeToString(), r"3 functions, got sigmoid"),
    "another middle": (lambda: operator(activations=["HardSigmoid", "Tanh", "Tanh"], activation_alpha=[0.2], activation_beta=[0.4]).SerializeToString(), r"got HardSigmoid\(0\.2, 0\.4\)"),
    "a direction": (lambda: operator(direction="sideways").SerializeToString(), r"forward or reverse or bidirectional, got sideways"),
    "weights from outside": (lambda: operator(stored=False).SerializeToString(), r"its weights in the file, got W, which is computed or given"),
    "weights in another file": (lambda: spoilt(outside), r"its weights in the file, got weights in another file"),
    "weights that are not there": (lambda: spoilt(huge), r"got W of more numbers than are read"),
    "too few numbers": (lambda: spoilt(lambda g: g.initializer[1].dims.__setitem__(1, 7)), r"got R without its numbers"),
    "another shape": (lambda: spoilt(lambda g: g.initializer[0].CopyFrom(numpy_helper.from_array(np.ones((1, 9, 2), np.float32), "W"))), r"W of shape \[1, 12, 2\], got \[1, 9, 2\]"),
    "no such operator": (lambda: operator("Relu6").SerializeToString(), r"operators RNN, LSTM, GRU, got these operators: Relu6"),
    "half a file": (lambda: operator().SerializeToString()[:-40], r"a whole ONNX model, got"),
    "an empty graph": (lambda: spoilt(lambda g: g.ClearField("node")), r"a graph of 0 operators"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_read_is_said(what):
    make, expected = REFUSED[what]
    with pytest.raises(ValueError, match="expected") as error:
        read_model_file(make())
    sentence = str(error.value)
    assert re.search(expected, sentence), sentence
    assert ONE_SENTENCE.fullmatch(sentence), sentence


def test_the_slope_of_hard_sigmoid_is_taken_into_the_weights():
    """ONNX's own is 0.2 a + 0.5; computed here by hand for one step from zeros."""
    model = operator(activations=["HardSigmoid", "Tanh", "Tanh"])
    (layer,) = read_model_file(model.SerializeToString()).layers
    x = torch.tensor([[[0.3, 0.4]]])
    with torch.no_grad():
        states = layer.make_layer()(x)[0]
    a = torch.tensor(0.35)  # 0.5 * (0.3 + 0.4) in every block
    gate = 0.2 * a + 0.5
    torch.testing.assert_close(states[0, 0], (gate * (gate * a.tanh()).tanh()).expand(3))


def test_a_state_that_is_stored_is_not_silently_zero():
    model = operator()
    model.graph.initializer.append(numpy_helper.from_array(np.ones((1, 1, 3), np.float32), "h"))
    model.graph.node[0].input.extend(["", "", "h"])
    file = read_model_file(model.SerializeToString())
    assert any("starts from other states in its model" in note for note in file.notes)


def test_any_change_of_a_file_gives_a_model_or_a_sentence():
    content, draw = operator().SerializeToString(), np.random.default_rng(1)
    for _ in range(200):
        changed = bytearray(content)
        for place in draw.integers(2, len(content), 6):
            changed[place] = draw.integers(0, 256)
        sentence = ""
        try:
            read_model_file(bytes(changed))
        except ValueError as error:
            sentence = str(error)
        assert not sentence or ONE_SENTENCE.fullmatch(sentence), sentence
