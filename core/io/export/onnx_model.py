"""The network of a run as an ONNX file: its RNN, LSTM or GRU operators, with what stands before and behind them.

    content = run_onnx(trainer)              # or network_onnx(model, symbolic=True, lengths=True)
    onnxruntime.InferenceSession(content).run(None, {"x": symbols, "lengths": lengths})

Written with onnx.helper; torch's exporter is not used. x is int64 [T, B] of symbols, or float32 [T, B, I]; the output is
[T, B, O], or [B, O] for a network that answers at the end of each sequence. Steps and sequences may be of any number.
Source: the operators' pages of the ONNX specification, opset 17.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ...cells import CELLS, Cell
from ...common.messages import either, say
from ...layers.recurrent import Recurrent
from ...layers.sequence_model import SequenceModel
from ...training.trainer import Trainer
from ..foreign.layers import reorder_blocks

OPSET, IR_VERSION = 17, 8
BOTH_WAYS = 2
# Our functions -> (ONNX's, its alpha, its beta); None where it has none.
FUNCTIONS: Mapping[str, tuple[str, float | None, float | None]] = {
    "sigmoid": ("Sigmoid", None, None),
    "tanh": ("Tanh", None, None),
    "relu": ("Relu", None, None),
    "hard_sigmoid": ("HardSigmoid", 1 / 6, 0.5),
    "identity": ("Affine", 1.0, 0.0),
}


class _Graph:
    """What is written so far: operators, and the weights in the file."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """An operator with one output -> the output's name."""
        from onnx import helper

        node = helper.make_node(operator, inputs, [output], name=f"/{output}", **attributes)
        self.nodes.append(node)
        return output

    def store(self, name: str, values: Tensor | np.ndarray) -> str:
        """A weight in the file -> its name."""
        from onnx import numpy_helper

        array = values.detach().cpu().numpy() if isinstance(values, Tensor) else values
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name


def run_onnx(trainer: Trainer) -> bytes:
    """The run's network with its present weights; its second input is there where the task's sequences differ in length.

    ValueError with a sentence where ONNX cannot say it.
    """
    batch = trainer.task.draw(torch.Generator().manual_seed(0), 2, 0)
    about = {"update": str(trainer.index), "task": trainer.experiment.task}
    symbolic, lengths = trainer.task.symbolic, batch.lengths is not None
    return network_onnx(trainer.model, symbolic=symbolic, lengths=lengths, about=about)


def network_onnx(
    model: nn.Module,
    *,
    symbolic: bool = False,
    lengths: bool = False,
    about: Mapping[str, str] | None = None,
) -> bytes:
    """The network as the content of an .onnx file.

    symbolic: whether x are symbols. lengths: whether it has a second input, int32 [B], the number of steps of each sequence. about: what the file says
    of itself besides its cell.
    ValueError with a sentence for a network, or a layer, that no operator of ONNX is.
    """
    from onnx import TensorProto, helper

    if not isinstance(model, SequenceModel):
        raise ValueError(
            say(
                "ONNX: expected a network that reads one sequence, got {got}. Its operators know no decoder that reads "
                "its own output: save the weights instead.",
                got=type(model).__name__,
            )
        )
    _refuse_unknown(model.recurrent)
    graph, symbolic = _Graph(), symbolic or model.embedding is not None
    x = _inputs(model, graph) if symbolic else "x"
    states, last = _layers(model.recurrent, graph, x, "lengths" if lengths else "")
    output = _head(model, graph, states, last)
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.INT64, ["T", "B"])
        if symbolic
        else helper.make_tensor_value_info("x", TensorProto.FLOAT, ["T", "B", model.input_size])
    ]
    if lengths:
        inputs.append(helper.make_tensor_value_info("lengths", TensorProto.INT32, ["B"]))
    shape = ["B", model.head.out_features]
    shape = shape if model.at == "last" else ["T", *shape]
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)]
    made = helper.make_model(
        helper.make_graph(graph.nodes, "network", inputs, outputs, graph.weights),
        producer_name="unrolled",
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    helper.set_model_props(made, {"cell": model.recurrent.cell.name, **(about or {})})
    return made.SerializeToString()


def _refuse_unknown(layer: Recurrent) -> None:
    """ValueError where ONNX has no operator that computes the layer."""
    cell = layer.cell
    if not cell.onnx_operator:
        titles = dict.fromkeys(
            made.title for name in CELLS if (made := CELLS[name]()).onnx_operator
        )
        variant = ", ".join(f"{name} {value}" for name, value in cell.options.items())
        raise ValueError(
            say(
                "ONNX: expected {cells}, got {got}. ONNX has no such operator: save the weights instead.",
                cells=either(titles),
                got=f"{cell.title} ({variant})" if variant else cell.title,
            )
        )
    present = {
        say("recurrence true"): layer.recurrence,
        say("window 1"): layer.window == 1,
        say("normalization off"): layer.normalization == "off",
    }
    for expected, is_usual in present.items():
        if not is_usual:
            raise ValueError(
                say(
                    "ONNX: expected {expected}, got another setting. ONNX has no such operator: save the weights "
                    "instead.",
                    expected=expected,
                )
            )


def _inputs(model: SequenceModel, graph: _Graph) -> str:
    """Symbols as rows of the embedding, or as one-hot vectors."""
    if model.embedding is not None:
        table = graph.store("embedding.weight", model.embedding.weight)
        return graph.add("Gather", [table, "x"], "embedding", axis=0)
    depth = graph.store("symbols", np.array(model.input_size, np.int64))
    values = graph.store("off_on", np.array([0, 1], np.float32))
    return graph.add("OneHot", ["x", depth, values], "one_hot", axis=-1)


def _layers(layer: Recurrent, graph: _Graph, x: str, lengths: str) -> tuple[str, str]:
    """(the states of the top layer [T, D, B, H], the last ones of both directions [D, B, H])."""
    from onnx import helper

    D, cell, states, last = len(layer.directions), layer.cell, "", ""
    one, both = np.array([1], np.int64), np.array([0, 0, -1], np.int64)
    shape = ""  # between two layers: the axis to take out, or the directions side by side
    if layer.num_layers > 1:
        shape = graph.store("side_by_side", both) if D > 1 else graph.store("directions", one)
    for k in range(layer.num_layers):
        name = f"recurrent_l{k}"
        weights = _operator_weights(layer, k, graph, name)
        P = weights.pop("P", "")
        inputs = [x, weights["W"], weights["R"], weights.get("B", ""), lengths]
        inputs += ["", "", P] if P else []
        while not inputs[-1]:
            inputs.pop()
        states, last = f"{name}_states", f"{name}_last"
        graph.nodes.append(
            helper.make_node(
                cell.onnx_operator,
                inputs,
                [states, last],
                name=f"/{name}/{cell.onnx_operator}",
                hidden_size=layer.sizes[k],
                direction="bidirectional" if D > 1 else "forward",
                **_functions(cell, D),
            )
        )
        if k + 1 < layer.num_layers:
            if D > 1:
                turned = graph.add("Transpose", [states], f"{name}_turned", perm=[0, 2, 1, 3])
                x = graph.add("Reshape", [turned, shape], f"{name}_output")
            else:
                x = graph.add("Squeeze", [states, shape], f"{name}_output")
    return states, last


def _operator_weights(layer: Recurrent, number: int, graph: _Graph, name: str) -> dict[str, str]:
    """The names of the operator's weights, which are stored: those of all directions in one."""
    cell, ways = layer.cell, [layer.weights(number, way) for way in layer.directions]
    order = cell.block_names, cell.onnx_blocks
    stored = {
        "W": torch.stack([reorder_blocks(p["weight_ih"], *order) for p in ways]),
        "R": torch.stack([reorder_blocks(p["weight_hh"], *order) for p in ways]),
    }
    if layer.bias:
        both = [
            torch.cat([reorder_blocks(p[kind], *order) for kind in ("bias_ih", "bias_hh")])
            for p in ways
        ]
        stored["B"] = torch.stack(both)
    if cell.peepholes:
        order = cell.peepholes, cell.onnx_peepholes
        seen = [reorder_blocks(p["weight_peephole"], *order).flatten() for p in ways]
        stored["P"] = torch.stack(seen)
    return {kind: graph.store(f"{name}.{kind}", weight) for kind, weight in stored.items()}


def _functions(cell: Cell, D: int) -> dict[str, Any]:
    """The attributes that say which functions the operator computes, and where a GRU resets."""
    options = cell.options
    activation = FUNCTIONS[options.get("activation", "tanh")]
    functions = [activation] * len(cell.states)
    if cell.gates:
        functions = [FUNCTIONS[options["gate_activation"]], *functions]
    functions *= D
    attributes: dict[str, Any] = {"activations": [name for name, _, _ in functions]}
    for place, what in ((1, "activation_alpha"), (2, "activation_beta")):
        # Each function takes from the lists what it needs, in their order.
        values = [each[place] for each in functions if each[place] is not None]
        if values:
            attributes[what] = values
    if "reset" in options:
        attributes["linear_before_reset"] = int(options["reset"] == "after")
    return attributes


def _head(model: SequenceModel, graph: _Graph, states: str, last: str) -> str:
    """The linear head on the last states, or on those of every step."""
    is_last = model.at == "last"
    source, axis = (last, 0) if is_last else (states, 1)
    if len(model.recurrent.directions) < BOTH_WAYS or model.combine == "sum":
        axes = graph.store("head_directions", np.array([axis], np.int64))
        read = graph.add("ReduceSum", [source, axes], "read", keepdims=0)
    else:
        turned = graph.add(
            "Transpose", [source], "turned", perm=[1, 0, 2] if is_last else [0, 2, 1, 3]
        )
        shape = graph.store("head_shape", np.array([0, -1] if is_last else [0, 0, -1], np.int64))
        read = graph.add("Reshape", [turned, shape], "read")
    weight = graph.store("head.weight_transposed", model.head.weight.T)
    if model.head.bias is None:
        return graph.add("MatMul", [read, weight], "output")
    product = graph.add("MatMul", [read, weight], "product")
    return graph.add("Add", [product, graph.store("head.bias", model.head.bias)], "output")
