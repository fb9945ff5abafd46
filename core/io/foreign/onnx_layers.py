"""An RNN, LSTM or GRU operator of ONNX in torch's names: gates in torch's order, directions apart, biases apart.

W [D, G H, I], R [D, G H, H], B [D, 2 G H] of both biases, P [D, 3 H] of the peepholes; an LSTM has the blocks i o f c,
a GRU z r h, and the peepholes are those of i o f. Source: the operators' pages of the ONNX specification.
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from ...cells import CELLS, Cell
from ...common.messages import either, say
from ...common.options import options_of
from ..cell_candidates import known_candidates
from .layers import ForeignLayer, refuse_layer, reorder_blocks, scale_gates
from .onnx_graph import OnnxGraph, OutsideError, attributes_of

DIRECTIONS = {"forward": 1, "reverse": 1, "bidirectional": 2}
ACTIVATIONS = {"tanh": "tanh", "relu": "relu", "sigmoid": "sigmoid"}
GATE_ACTIVATIONS = {"sigmoid": "sigmoid", "relu": "relu", "hardsigmoid": "hard_sigmoid"}
SLOPE, MIDDLE = 0.2, 0.5  # of HardSigmoid, unless told otherwise; here it is a / 6 + 0.5
WEIGHTS = ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")  # the inputs
OTHERWISE = say("Export a model without that")
INSIDE = say("Export it with its weights in the file")


def onnx_operators() -> dict[str, str]:
    """The operators that are read -> the names of their cells."""
    return {made.onnx_operator: name for name in CELLS if (made := CELLS[name]()).onnx_operator}


def input_of(node: Any, what: str) -> str:
    """The name of one of the operator's inputs; "" where it is left out."""
    place = WEIGHTS.index(what)
    return node.input[place] if len(node.input) > place else ""


def read_operator(name: str, node: Any, graph: OnnxGraph, below: str) -> ForeignLayer:
    """The layer. RefusedLayerError with a sentence where it is none that is computed here."""
    settings, cell_name = attributes_of(node), onnx_operators()[node.op_type]
    direction = settings.get("direction", "forward")
    if direction not in DIRECTIONS:
        raise refuse_layer(name, either(DIRECTIONS), str(direction)[:60], OTHERWISE)
    if "clip" in settings:
        got = say("clip {value:g}", value=float(settings["clip"] or 0))
        raise refuse_layer(name, say("pre-activations that are not clipped"), got, OTHERWISE)
    if settings.get("input_forget"):
        got = say("input_forget, f = 1 - i")
        raise refuse_layer(name, say("a forget gate of its own"), got, OTHERWISE)
    D = DIRECTIONS[direction]
    W, R, B, P = (_weight(name, node, graph, what) for what in ("W", "R", "B", "P"))
    known, scale = _functions(name, node.op_type, settings, D)
    options = {option.name for option in options_of(CELLS[cell_name])}
    if "peephole" in options:
        known["peephole"] = P is not None
    if "reset" in options:
        known["reset"] = "after" if settings.get("linear_before_reset") else "before"
    candidates = known_candidates(cell_name, known)
    cell = CELLS[cell_name](**candidates[0].options)
    _check_shapes(name, cell, D, W, R, B, P)
    assert W is not None
    assert R is not None
    weights = {}
    for k, way in enumerate(("", "_reverse")[:D]):
        one = _direction(cell, W[k], R[k], None if B is None else B[k])
        one = scale_gates(one, candidates[0], scale) if scale != 1 else one
        if P is not None:
            one["weight_peephole"] = reorder_blocks(P[k], cell.onnx_peepholes, cell.peepholes)
            one["weight_peephole"] = one["weight_peephole"].unflatten(0, (len(cell.peepholes), -1))
        weights |= {kind + way: v for kind, v in one.items()}
    return ForeignLayer(name, candidates, weights, below)


def _direction(cell: Cell, W: Tensor, R: Tensor, B: Tensor | None) -> dict[str, Tensor]:
    order = cell.onnx_blocks, cell.block_names
    weights = {"weight_ih": reorder_blocks(W, *order), "weight_hh": reorder_blocks(R, *order)}
    if B is not None:
        ih, hh = B.chunk(2)
        weights |= {"bias_ih": reorder_blocks(ih, *order), "bias_hh": reorder_blocks(hh, *order)}
    return weights


def _weight(name: str, node: Any, graph: OnnxGraph, what: str) -> Tensor | None:
    """A weight that stands in the file; None where the operator has none."""
    given = input_of(node, what)
    if not given:
        return None
    try:
        weight = graph.array(given)
    except OutsideError as error:
        raise refuse_layer(name, say("its weights in the file"), error.args[0], INSIDE) from error
    if weight is None:
        got = say("{what}, which is computed or given from outside", what=what)
        raise refuse_layer(name, say("its weights in the file"), got, INSIDE)
    return weight


def _check_shapes(
    name: str,
    cell: Cell,
    D: int,
    W: Tensor | None,
    R: Tensor | None,
    B: Tensor | None,
    P: Tensor | None,
) -> None:
    H = R.shape[-1] if R is not None and R.dim() == 3 else 0
    rows = cell.blocks * H
    inputs = W.shape[-1] if W is not None and W.dim() == 3 else 0
    expected = {"W": (D, rows, inputs), "R": (D, rows, H), "B": (D, 2 * rows)}
    expected["P"] = (D, len(cell.peepholes) * H)
    for (what, shape), weight in zip(expected.items(), (W, R, B, P), strict=True):
        is_missing = weight is None and what in "WR"
        if is_missing or 0 in shape[: 3 if what in "WR" else 0]:
            raise refuse_layer(name, say("the weights W and R"), say("none"), INSIDE)
        if weight is not None and tuple(weight.shape) != shape:
            wanted = say("{weight} of shape {shape}", weight=what, shape=list(shape))
            raise refuse_layer(name, wanted, str(list(weight.shape)), OTHERWISE)


def _functions(
    name: str, operator: str, settings: dict[str, Any], D: int
) -> tuple[dict[str, Any], float]:
    """(the cell's options that its functions are, by what its gates' pre-activations are to be multiplied)."""
    options = {option.name for option in options_of(CELLS[onnx_operators()[operator]])}
    of_gates = "gate_activation" in options
    of_output = (
        of_gates and "activation" in options
    )  # an LSTM's h, behind those of gates and candidate
    number = 1 + of_gates + of_output
    usual = ["sigmoid"] * of_gates + ["tanh"] * (1 + of_output)
    given = [str(each).lower() for each in settings.get("activations") or usual * D]
    if len(given) != number * D:
        raise refuse_layer(
            name,
            say("{n} functions", n=number * D),
            ", ".join(given)[:100] or say("none"),
            OTHERWISE,
        )
    if D == 2 and given[:number] != given[number:]:
        raise refuse_layer(
            name, say("the same functions in both directions"), ", ".join(given)[:100], OTHERWISE
        )
    inner = given[1:number] if of_gates else given[:1]
    if len(set(inner)) > 1:
        raise refuse_layer(
            name, say("one function of candidate and state"), ", ".join(inner)[:100], OTHERWISE
        )
    known, scale = dict[str, Any](), 1.0
    known_inner = ACTIVATIONS if "activation" in options else {"tanh": "tanh"}
    activation = _checked(name, inner[0], known_inner)
    if "activation" in options:
        known["activation"] = activation
    if of_gates:
        known["gate_activation"] = _checked(name, given[0], GATE_ACTIVATIONS)
        if given[0] == "hardsigmoid":
            scale = 6 * _slope(name, settings)
    return known, scale


def _slope(name: str, settings: dict[str, Any]) -> float:
    """The slope of HardSigmoid. Its two numbers are the first of the lists."""
    alphas: Sequence[float] = settings.get("activation_alpha") or [SLOPE]
    betas: Sequence[float] = settings.get("activation_beta") or [MIDDLE]
    if abs(betas[0] - MIDDLE) > 1e-6 or not 0 < alphas[0] < 100:
        got = f"HardSigmoid({alphas[0]:g}, {betas[0]:g})"
        raise refuse_layer(name, "HardSigmoid(a, 0.5)", got, OTHERWISE)
    return float(alphas[0])


def _checked(name: str, function: str, known: dict[str, str]) -> str:
    if function not in known:
        raise refuse_layer(
            name, say("the function {known}", known=either(known)), function[:60], OTHERWISE
        )
    return known[function]
