"""The layers in the settings of a Keras model, in their order, and which of them reads which.

    for layer in configured_layers(json.loads(config)):
        layer.name, layer.kind, layer.config["units"], layer.below      # "lstm", "LSTM", 8, "embedding"

The settings are read as data. No class is looked up, and the code of a Lambda layer is never touched.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..uploads import MAX_DEPTH, MAX_ENTRIES

# What does not change a sequence in evaluation: a layer above one of these reads the layer below it.
UNCHANGING = (
    "InputLayer",
    "Dropout",
    "SpatialDropout1D",
    "GaussianDropout",
    "GaussianNoise",
    "ActivityRegularization",
    "Identity",
)
POOLING = {"GlobalAveragePooling1D": "mean", "GlobalMaxPooling1D": "max"}
STEPWISE = ("Dense", "TimeDistributed")  # they read the states of each step, where these come
CONTAINERS = ("Sequential", "Functional", "Model")


@dataclass(frozen=True)
class KerasLayer:
    """kind: its class. group: where its weights stand in model.weights.h5, if that counts the layers of a class.

    path: the names of the models that it is in, and its own. below: the name of the layer that it reads; "" where it
    is the input, or several. starts_from: the layers besides that one which it is called with, as those of a decoder's
    first state.
    """

    name: str
    kind: str
    config: Mapping[str, Any]
    group: str
    path: tuple[str, ...]
    below: str = ""
    starts_from: tuple[str, ...] = ()


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def configured_layers(model: Any) -> list[KerasLayer]:
    """Every layer of the model, of the models in it in their place."""
    return list(_layers(mapping(model), "", (), 0))


def read_as(layer: KerasLayer, layers: Sequence[KerasLayer]) -> str:
    """What is read of a recurrent layer's states: "last", or "every", "mean" or "max" of each step's.

    By return_sequences, which Keras takes as off where it is not written, and by what stands behind. "" where another
    layer reads the states of each step, and what it makes of them is not known.
    """
    config = mapping(mapping(layer.config.get("layer")).get("config")) or layer.config
    if config.get("return_sequences") is not True:
        return "last"
    behind = [each.kind for each in layers if each.below == layer.name]
    ways = {POOLING.get(kind, "every" if kind in STEPWISE else "") for kind in behind}
    return ways.pop() if len(ways) == 1 else ""


def snake_case(kind: str) -> str:
    """How Keras writes the name of a class in its files: TimeDistributed -> time_distributed."""
    name = re.sub(r"\W+", "", kind)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _layers(
    model: Mapping[str, Any], group: str, path: tuple[str, ...], depth: int
) -> Iterator[KerasLayer]:
    config = model.get("config")
    entries = config if isinstance(config, list) else mapping(config).get("layers")
    if not isinstance(entries, list) or depth > MAX_DEPTH:
        return
    is_chain = model.get("class_name") == "Sequential"
    used: dict[str, int] = {}
    unchanged: dict[str, str] = {}  # a layer that changes nothing -> what it reads
    former = ""
    for entry in map(mapping, entries[:MAX_ENTRIES]):
        own = mapping(entry.get("config"))
        kind = str(entry.get("class_name", ""))[:100]
        name = str(own.get("name") or entry.get("name") or kind)[:100]
        key = snake_case(kind)
        used[key] = used.get(key, -1) + 1
        place = f"{group}layers/{key}_{used[key]}" if used[key] else f"{group}layers/{key}"
        reads = (former,) if is_chain else tuple(_inbound_layers(entry.get("inbound_nodes")))
        below = reads[0] if reads else ""
        below = unchanged.get(below, below)
        former = name
        if kind in CONTAINERS:
            yield from _layers(entry, f"{place}/", (*path, name), depth + 1)
        elif kind in UNCHANGING:
            unchanged[name] = below
        else:
            yield KerasLayer(name, kind, own, place, (*path, name), below, reads[1:])


def _inbound_layers(nodes: Any) -> Iterator[str]:
    """The names of the layers that a layer is called with, at its first call."""
    first = nodes[0] if isinstance(nodes, list) and nodes else None
    if isinstance(first, Mapping):  # Keras 3: {"args": [tensor, …], "kwargs": {…}}
        yield from _tensors(first.get("args"), 0)
        yield from _tensors(mapping(first.get("kwargs")).get("initial_state"), 0)
    elif isinstance(first, list):  # before: [["lstm", 0, 0, {}], …]
        for tensor in first:
            if isinstance(tensor, list) and tensor and isinstance(tensor[0], str):
                yield tensor[0][:100]


def _tensors(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, list) and depth < MAX_DEPTH:
        for child in value[:100]:
            yield from _tensors(child, depth + 1)
    elif isinstance(value, Mapping):
        history = mapping(value.get("config")).get("keras_history")
        if isinstance(history, list) and history:
            yield str(history[0])[:100]
