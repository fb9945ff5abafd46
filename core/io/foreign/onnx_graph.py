"""The graph of an ONNX file: its operators, the weights that stand in it, and which operator reads which.

    graph = read_graph(content)
    for node in graph.nodes: node.op_type, graph.array(node.input[1]), graph.sequence_below(node)

Weights in other files are not read, and no operator is run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...common.messages import say
from ..uploads import MAX_ENTRIES, MAX_FILE_BYTES, refuse_file

WHOLE = say("a whole ONNX model")
# Operators that pass a sequence of states on: the axis of directions taken out, axes in another order, nothing.
PASSING = ("Squeeze", "Transpose", "Reshape", "Identity", "Dropout", "Cast")
BOTH_WAYS = [0, 2, 1, 3]  # [T, D, B, H] -> [T, B, D, H], which is reshaped to [T, B, D H]
FLOATS = (1, 10, 11, 16)  # TensorProto: float, float16, double, bfloat16


class OutsideError(ValueError):
    """A weight that stands in another file, or whose numbers cannot be read."""


@dataclass(frozen=True)
class OnnxGraph:
    """nodes: in the file's order, which is that of the computation. makers: name of a value -> the node it comes from.

    stored: name -> TensorProto, of initializers and constants. inputs: the graph's own, without those.
    """

    nodes: Sequence[Any]
    makers: Mapping[str, Any]
    stored: Mapping[str, Any]
    inputs: tuple[str, ...]

    def array(self, name: str) -> Tensor | None:
        """The floating-point weight of this name as float32 or float64; None where it stands not in the file.

        Raises OutsideError for one in another file, and for one that is damaged.
        """
        from onnx import TensorProto, numpy_helper

        name = self._source(name)
        stored = self.stored.get(name)
        if stored is None or stored.data_type not in FLOATS:
            return None
        if stored.data_location == TensorProto.EXTERNAL or stored.external_data:
            raise OutsideError(say("weights in another file"))
        if _size(stored) > MAX_FILE_BYTES // 4:
            raise OutsideError(say("{name} of more numbers than are read", name=name[:60]))
        try:
            values = numpy_helper.to_array(stored)
        except Exception as error:  # a hostile file may cause any of them
            raise OutsideError(say("{name} without its numbers", name=name[:60])) from error
        kind = np.float64 if stored.data_type == TensorProto.DOUBLE else np.float32
        return torch.from_numpy(np.array(values, kind))

    def readers(self, name: str) -> list[Any]:
        """The nodes that read a value."""
        return [node for node in self.nodes if name in node.input]

    def sequence_below(self, name: str) -> tuple[Any | None, list[Any]]:
        """(the node that computes a value, the passing operators between them, the last one first)."""
        between = []
        for _ in range(MAX_ENTRIES):
            node = self.makers.get(name)
            if node is None or node.op_type not in PASSING:
                return node, between
            between.append(node)
            name = node.input[0] if node.input else ""
        return None, between

    def _source(self, name: str) -> str:
        """The name behind an Identity, as exporters write for weights that are shared."""
        for _ in range(8):
            node = self.makers.get(name)
            if node is None or node.op_type != "Identity" or not node.input:
                break
            name = node.input[0]
        return name


def attributes_of(node: Any) -> dict[str, Any]:
    """The attributes of an operator: numbers, texts, and lists of them; an attribute of another kind is left out."""
    values: dict[str, Any] = {}
    for attribute in node.attribute:
        kinds = {1: attribute.f, 2: attribute.i, 3: attribute.s, 6: attribute.floats}
        kinds |= {7: attribute.ints, 8: attribute.strings}
        value = kinds.get(attribute.type)
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        elif attribute.type in (6, 7):
            value = list(value or ())
        elif attribute.type == 8:
            value = [text.decode("utf-8", "replace") for text in value or ()]
        values[attribute.name] = value
    return values


def read_graph(content: bytes) -> OnnxGraph:
    """The graph of the file. ValueError with a sentence for a damaged one."""
    import onnx

    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
    except Exception as error:  # a hostile file may cause any of them
        raise refuse_file(
            WHOLE,
            say("one that cannot be read ({problem})", problem=type(error).__name__),
            say("Copy or download it again"),
        ) from error
    nodes = list(model.graph.node)
    if not nodes or len(nodes) > MAX_ENTRIES:
        raise refuse_file(
            WHOLE,
            say("a graph of {n} operators", n=len(nodes)),
            say("Export the model again, without its optimizer"),
        )
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in nodes:
        if node.op_type == "Constant" and node.output:
            tensor = next((a.t for a in node.attribute if a.name == "value"), None)
            if tensor is not None:
                stored[node.output[0]] = tensor
    makers = {name: node for node in nodes for name in node.output if name}
    inputs = tuple(value.name for value in model.graph.input if value.name not in stored)
    return OnnxGraph(nodes, makers, stored, inputs)


def _size(stored: Any) -> int:
    """How many numbers a tensor claims to have."""
    size = 1
    for axis in stored.dims:
        size *= max(int(axis), 0)
    return size
