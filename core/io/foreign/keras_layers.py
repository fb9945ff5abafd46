"""A layer of Keras in torch's names: gates in torch's order, kernels turned round, one bias or two.

Keras writes a kernel as [I, G H] and the recurrent one as [H, G H]; its LSTM has the blocks i f c o, its GRU z r h.
The one bias of a layer becomes bias_ih, and bias_hh is 0; a GRU with reset_after has both. What a bias was at the
start (unit_forget_bias) stands in the bias.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from ...cells import CELLS, Cell
from ...common.messages import either, say
from ...common.options import options_of
from ..cell_candidates import known_candidates
from .keras_config import KerasLayer, mapping
from .layers import ForeignLayer, refuse_layer, reorder_blocks, scale_gates

ACTIVATIONS = {"tanh": "tanh", "relu": "relu", "sigmoid": "sigmoid", "linear": "identity"}
GATE_ACTIVATIONS = ("sigmoid", "hard_sigmoid", "relu")
SAVE_OTHERWISE = say("Train it with a layer that is read here, or choose another file")
CONCATENATE = say('Use merge_mode="concat", with a layer behind it that does the rest')
PARTS = ("kernel", "recurrent_kernel", "bias")
BACKWARD = "backward"
OLD_SLOPE = 6 * 0.2  # hard_sigmoid was 0.2 a + 0.5 before Keras 3, and is a / 6 + 0.5 since then

Group = Mapping[str, Tensor]


def keras_classes() -> dict[str, str]:
    """The classes of recurrent layers that are read -> the names of their cells."""
    return {made.keras_class: name for name in CELLS if (made := CELLS[name]()).keras_class}


def weight_groups(arrays: Mapping[str, Tensor]) -> dict[str, Group]:
    """The arrays that stand together, by their place: in Keras' order those of several cells, forward before backward.

    Their names are those of PARTS, or "embeddings"; a file with numbers in place of names has "0", "1" and "2".
    """
    groups: dict[str, dict[str, Tensor]] = {}
    for path, array in arrays.items():
        place, _, name = path.rpartition("/")
        groups.setdefault(place.removesuffix("/vars"), {})[name.removesuffix(":0")] = array
    return dict(sorted(groups.items(), key=lambda item: _order(item[0])))


def _order(place: str) -> tuple[bool, list[tuple[str, int]]]:
    numbers = [
        (text, int(digits or -1)) for text, digits in re.findall(r"(\D+?)_?(\d{0,9})(?:/|$)", place)
    ]
    return is_backward(place), numbers


def is_backward(place: str) -> bool:
    """Whether the weights at this place are those of the direction that reads backwards."""
    ways = [part for part in place.split("/") if part.startswith(("forward", BACKWARD))]
    return bool(ways) and ways[-1].startswith(BACKWARD)


def is_recurrent(group: Group) -> bool:
    """Whether these are the weights of a recurrent cell: two matrices for the same gates."""
    if "recurrent_kernel" in group:
        return True
    W, U = group.get("0"), group.get("1")
    if W is None or U is None or W.dim() != 2 or U.dim() != 2:
        return False
    return W.shape[1] == U.shape[1] and U.shape[1] % max(1, len(U)) == 0


def looks_recurrent(layer: KerasLayer, groups: Mapping[str, Group]) -> bool:
    """Whether the layer carries states, of a cell that is read here or not."""
    has_word = any(word in layer.kind for word in (*keras_classes(), "Bidirectional"))
    return has_word or "cell" in layer.config or any(map(is_recurrent, groups.values()))


def read_recurrent(layer: KerasLayer, groups: Mapping[str, Group], old: bool) -> list[ForeignLayer]:
    """The layers that it is: one for each cell. old: of a Keras before 3.

    RefusedLayerError with a sentence where it is none that is read here, or its weights are not whole.
    """
    groups = {place: group for place, group in groups.items() if is_recurrent(group)}
    if layer.kind != "Bidirectional":
        cells = _cells(layer.name, layer.kind, layer.config)
        return _stack(layer, cells, [*groups.values()], old)
    inner = mapping(layer.config.get("layer"))
    cells = _cells(layer.name, str(inner.get("class_name")), mapping(inner.get("config")))
    merge = layer.config.get("merge_mode", "concat")
    if merge != "concat":
        raise refuse_layer(
            layer.name,
            say('two directions with merge_mode "concat"'),
            repr(merge)[:60],
            CONCATENATE,
        )
    if len(cells) != 1:
        got = say("{n} cells in it", n=len(cells))
        raise refuse_layer(
            layer.name, say("one cell in each direction"), got, say("Use a Bidirectional for each")
        )
    ways = [[g for place, g in groups.items() if is_backward(place) == way] for way in (0, 1)]
    both = [_stack(layer, cells, way, old)[0] for way in ways]
    other = mapping(mapping(layer.config.get("backward_layer")).get("config"))
    if other and _cell_settings(other) != _cell_settings(mapping(inner.get("config"))):
        raise refuse_layer(
            layer.name,
            say("the same settings in both directions"),
            say("others backwards"),
            SAVE_OTHERWISE,
        )
    weights = {**both[0].weights, **{f"{k}_reverse": v for k, v in both[1].weights.items()}}
    return [ForeignLayer(layer.name, both[0].candidates, weights, layer.below)]


def _cell_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    names = ("units", "activation", "recurrent_activation", "use_bias", "reset_after")
    return {name: config.get(name) for name in names}


def _cells(name: str, kind: str, config: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """(class of a layer, its settings) for each cell of the layer."""
    if "cell" not in config:
        return [(kind, config)]
    cell = mapping(config["cell"])
    cells = [cell]
    if cell.get("class_name") == "StackedRNNCells":
        listed = mapping(cell.get("config")).get("cells")
        cells = [mapping(each) for each in listed] if isinstance(listed, list) else []
    kinds = [str(each.get("class_name")) for each in cells]
    for each in kinds:
        if not each.endswith("Cell"):
            raise _unknown(name, f"RNN({each[:60]})")
    return [
        (each.removesuffix("Cell"), mapping(cell.get("config")))
        for each, cell in zip(kinds, cells, strict=True)
    ]


def _stack(
    layer: KerasLayer,
    cells: Sequence[tuple[str, Mapping[str, Any]]],
    groups: Sequence[Group],
    old: bool,
) -> list[ForeignLayer]:
    if not cells or len(groups) != len(cells):
        raise refuse_layer(
            layer.name,
            say("the weights of {n} cells", n=len(cells)),
            say("those of {n}", n=len(groups)),
            say("Save the model in Keras again, once it has been called or trained"),
        )
    layers, below = list[ForeignLayer](), layer.below
    for number, ((kind, config), group) in enumerate(zip(cells, groups, strict=True)):
        name = layer.name if len(cells) == 1 else f"{layer.name}[{number}]"
        if kind not in keras_classes():
            raise _unknown(layer.name, kind)
        layers.append(_layer(name, kind, config, group, below, old))
        below = name
    return layers


def _unknown(name: str, kind: str) -> Exception:
    return refuse_layer(name, either(keras_classes()), kind[:60], SAVE_OTHERWISE)


def _layer(
    name: str, kind: str, config: Mapping[str, Any], group: Group, below: str, old: bool
) -> ForeignLayer:
    """One cell. config: its settings, as far as they are known."""
    cell = keras_classes()[kind]
    W, U, bias = (group.get(part, group.get(str(k))) for k, part in enumerate(PARTS))
    options = {option.name for option in options_of(CELLS[cell])}
    known = dict[str, Any]()
    if config:
        activation = _function(config.get("activation", "tanh"))
        if "activation" in options:
            known["activation"] = _checked(name, "activation", activation, ACTIVATIONS)
        else:
            _checked(name, "activation", activation, {"tanh": "tanh"})
        if "gate_activation" in options:
            of_gates = _function(config.get("recurrent_activation", "sigmoid"))
            known["gate_activation"] = _checked(
                name, "recurrent_activation", of_gates, {n: n for n in GATE_ACTIVATIONS}
            )
    if "peephole" in options:
        known["peephole"] = False
    if "reset" in options and (bias is not None or "reset_after" in config):
        after = config.get("reset_after", bias is not None and bias.dim() == 2)
        known["reset"] = "after" if after else "before"
    candidates = [
        each
        for each in known_candidates(cell, known)
        if CELLS[cell](**each.options).keras_class == kind
    ]
    weights = convert_weights(name, CELLS[cell](**candidates[0].options), W, U, bias)
    if old and known.get("gate_activation") == "hard_sigmoid":
        weights = scale_gates(weights, candidates[0], OLD_SLOPE)
    return ForeignLayer(name, candidates, weights, below)


def guess_layer(name: str, group: Group) -> ForeignLayer:
    """The recurrent cell with these weights, from their shapes alone. RefusedLayerError where they fit none."""
    U = group.get("recurrent_kernel", group.get("1"))
    blocks = U.shape[1] // len(U) if U is not None and U.dim() == 2 and len(U) else 0
    for kind, cell in keras_classes().items():
        if CELLS[cell]().blocks == blocks:
            return _layer(name, kind, {}, group, "", old=False)
    raise _unknown(name, say("{n} blocks of gates", n=blocks))


def convert_weights(
    name: str, cell: Cell, W: Tensor | None, U: Tensor | None, bias: Tensor | None
) -> dict[str, Tensor]:
    """Kernels [I, G H] and [H, G H] and a bias [G H] or [2, G H] -> torch's four, or two without a bias."""
    H = len(U) if U is not None else 0
    rows = cell.blocks * H
    two = cell.options.get("reset") == "after"
    expected = (2, rows) if two else (rows,)
    is_whole = H > 0 and W is not None and W.dim() == 2 and len(W) > 0 and W.shape[1] == rows
    is_whole = is_whole and U is not None and tuple(U.shape) == (H, rows)
    if not is_whole or (bias is not None and tuple(bias.shape) != expected):
        shapes = [None if each is None else list(each.shape) for each in (W, U, bias)]
        raise refuse_layer(
            name,
            say(
                "a kernel [I, {rows}], a recurrent kernel [H, {rows}] and a bias {bias}",
                rows=rows,
                bias=list(expected),
            ),
            ", ".join(map(str, shapes)),
            say("Save the model in Keras again"),
        )
    assert W is not None
    assert U is not None
    order = cell.keras_blocks, cell.block_names
    weights = {"weight_ih": reorder_blocks(W.T, *order), "weight_hh": reorder_blocks(U.T, *order)}
    if bias is not None:
        ih, hh = bias if two else (bias, torch.zeros_like(bias))
        weights |= {"bias_ih": reorder_blocks(ih, *order), "bias_hh": reorder_blocks(hh, *order)}
    return weights


def _function(value: Any) -> str:
    """The name of an activation; its class where it is an object, or another function than Keras' own."""
    if isinstance(value, Mapping):
        inner = value.get("config")
        value = inner if isinstance(inner, str) else value.get("class_name")
    return str(value)[:60] if value is not None else "linear"


def _checked(name: str, setting: str, value: str, known: Mapping[str, str]) -> str:
    if value not in known:
        expected = say("{setting} {known}", setting=setting, known=either(known))
        raise refuse_layer(name, expected, value, SAVE_OTHERWISE)
    return known[value]
