"""A model in an ONNX file: its RNN, LSTM and GRU operators, tables that symbols are looked up in, linear heads.

    model = read_onnx(content)
    model.tensors["lstm.weight_hh_l0"], model.candidates["lstm"], model.notes

Nothing in the file is run. Axes without a fixed size, of steps and of sequences, are none of the weights'.
"""

from dataclasses import replace
from typing import Any

from torch import Tensor

from ...common.messages import say
from ..uploads import refuse_file
from .layers import (
    ForeignLayer,
    ForeignModel,
    RefusedLayerError,
    embedding_name,
    join_layers,
)
from .onnx_graph import BOTH_WAYS, OnnxGraph, OutsideError, attributes_of, read_graph
from .onnx_layers import input_of, onnx_operators, read_operator

MAX_LISTED = 8
MATRIX = 2  # axes
MAX_STEPS_BACK = 20  # operators between a first state and where it is made
RESHAPING = ("Slice", "Expand", "Identity", "Cast", "Unsqueeze", "Reshape", "Transpose")


def read_onnx(content: bytes) -> ForeignModel:
    """The model. ValueError with a sentence where it has no recurrent operator that is read here."""
    graph = read_graph(content)
    layers, problems, notes = list[ForeignLayer](), list[str](), list[str]()
    names: dict[int, str] = {}
    for node in graph.nodes:
        if node.op_type not in onnx_operators() or node.domain not in ("", "ai.onnx"):
            continue
        name = names[id(node)] = _name(node, {*names.values()})
        try:
            layers.append(read_operator(name, node, graph, _below(node, graph, names)))
        except RefusedLayerError as error:
            problems.append(error.args[0])
            continue
        notes += _notes(name, node, graph)
    if not layers:
        raise ValueError(problems[0]) if problems else _no_operator(graph)
    model = join_layers(layers)
    return replace(
        model,
        tensors={**model.tensors, **_embeddings(graph), **_heads(graph)},
        problems=problems,
        notes=[*model.notes, *notes],
    )


def _no_operator(graph: OnnxGraph) -> ValueError:
    kinds = list(dict.fromkeys(node.op_type for node in graph.nodes))
    return refuse_file(
        say("an ONNX model with one of the operators {names}", names=", ".join(onnx_operators())),
        say("these operators: {kinds}", kinds=", ".join(kinds[:MAX_LISTED])[:200]),
        say("Choose a model that contains one, or save the model in PyTorch or Keras"),
    )


def _name(node: Any, taken: set[str]) -> str:
    """The name of the module that the operator was exported from, as far as its own name tells."""
    parts = [part for part in (node.name or "").split("/") if part]
    if parts and parts[-1].startswith(node.op_type) and len(parts) > 1:
        parts = parts[:-1]
    first = ".".join(parts)[:80] or node.op_type.lower()
    name, number = first, 1
    while name in taken:
        number += 1
        name = f"{first}_{number}"
    return name


def _below(node: Any, graph: OnnxGraph, names: dict[int, str]) -> str:
    """The recurrent operator whose output at every step this one reads as it is; "" where there is none."""
    lower, between = graph.sequence_below(input_of(node, "X"))
    if lower is None or id(lower) not in names:
        return ""
    output = between[-1].input[0] if between else input_of(node, "X")
    settings = attributes_of(lower)
    is_plain = not settings.get("layout") and not attributes_of(node).get("layout")
    if not lower.output or output != lower.output[0] or not is_plain:
        return ""
    if "reverse" in (settings.get("direction"), attributes_of(node).get("direction")):
        return ""
    orders = [attributes_of(each).get("perm") for each in between if each.op_type == "Transpose"]
    both = settings.get("direction") == "bidirectional"
    return names[id(lower)] if orders == ([BOTH_WAYS] if both else []) else ""


def _notes(name: str, node: Any, graph: OnnxGraph) -> list[str]:
    notes = []
    if attributes_of(node).get("direction") == "reverse":
        notes.append(
            say(
                "{name} reads each sequence from its end: enter the sequence reversed. Its step 1 reads the last input.",
                name=name,
            )
        )
    starts = [input_of(node, what) for what in ("initial_h", "initial_c")]
    if any(start and not _is_zero(start, graph) for start in starts):
        notes.append(
            say(
                "{name} starts from other states in its model: here it starts from zeros.",
                name=name,
            )
        )
    return notes


def _is_zero(name: str, graph: OnnxGraph) -> bool:
    """Whether a first state is 0, stored or made for the size of the batch. An input of the graph is for the caller to give."""
    for _ in range(MAX_STEPS_BACK):
        if name in graph.inputs:
            return True
        node = graph.makers.get(name)
        if node is None or node.op_type == "Constant":
            values = _stored(name, graph)
            return values is not None and not values.any()
        if node.op_type == "ConstantOfShape":
            return not any(value.t.ByteSize() for value in node.attribute) or _fills_zeros(node)
        if node.op_type not in RESHAPING:
            return False
        name = node.input[0] if node.input else ""
    return False


def _fills_zeros(node: Any) -> bool:
    from onnx import numpy_helper

    try:
        return not numpy_helper.to_array(node.attribute[0].t).any()
    except Exception:  # a hostile file may cause any of them
        return False


def _embeddings(graph: OnnxGraph) -> dict[str, Tensor]:
    """The tables [V, E] out of which rows are gathered."""
    tables = {}
    for node in graph.nodes:
        if node.op_type != "Gather" or attributes_of(node).get("axis", 0) or not node.input:
            continue
        table = _matrix(node.input[0], graph)
        if table is not None:
            tables[embedding_name(_weight_name(node, node.input[0]))] = table
    return tables


def _heads(graph: OnnxGraph) -> dict[str, Tensor]:
    """The matrices of linear layers as [O, I], each with the bias that is added behind it."""
    tensors = {}
    for node in graph.nodes:
        if node.op_type not in ("MatMul", "Gemm") or len(node.input) < MATRIX:
            continue
        settings = attributes_of(node)
        matrix = _matrix(node.input[1], graph)
        is_plain = settings.get("alpha", 1.0) == settings.get("beta", 1.0) == 1.0
        if matrix is None or settings.get("transA") or not is_plain:
            continue
        weight = matrix if settings.get("transB") else matrix.T.contiguous()
        name = _weight_name(node, node.input[1])
        tensors[f"{name}.weight"] = weight
        bias = _bias(node, graph)
        if bias is not None and tuple(bias.shape) == (len(weight),):
            tensors[f"{name}.bias"] = bias
    return tensors


def _bias(node: Any, graph: OnnxGraph) -> Tensor | None:
    if node.op_type == "Gemm":
        return _stored(node.input[2], graph) if len(node.input) > MATRIX else None
    for reader in graph.readers(node.output[0]) if node.output else ():
        if reader.op_type == "Add":
            others = [name for name in reader.input if name != node.output[0]]
            return _stored(others[0], graph) if others else None
    return None


def _weight_name(node: Any, stored: str) -> str:
    """A module's name: from the weight's own where it has one, else from the operator's."""
    plain = stored.removesuffix(".weight")
    parts = [part for part in (node.name or "").split("/") if part]
    return (plain if plain != stored else ".".join(parts[:-1] or parts) or node.op_type)[:80]


def _matrix(name: str, graph: OnnxGraph) -> Tensor | None:
    matrix = _stored(name, graph)
    return matrix if matrix is not None and matrix.dim() == MATRIX else None


def _stored(name: str, graph: OnnxGraph) -> Tensor | None:
    try:
        return graph.array(name)
    except OutsideError:
        return None
