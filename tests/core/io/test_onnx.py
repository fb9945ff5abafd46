"""ONNX files: the operators' own node tests, models that exporters make, and what is refused, each in a sentence."""

import importlib
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import helper, numpy_helper

from core.cells import CELLS
from core.io.model_files import read_model_file

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
    got = {"Y": states.flip(0) if backwards else states, "Y_h": h, **dict(zip(("Y_c",), c))}
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
