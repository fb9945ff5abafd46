"""A file of Keras: .keras, .weights.h5, or .h5 as it was before. Nothing of Keras is needed, and nothing is executed.

model = read_keras(content)
model.tensors["lstm.weight_hh_l0"], model.candidates["lstm"], model.notes
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from torch import Tensor

from ...common.messages import say
from ..uploads import MAX_ENTRIES, MAX_FILE_BYTES, refuse_file
from .hdf5 import EXPECTED, Hdf5, read_hdf5
from .keras_config import KerasLayer, configured_layers, mapping, read_as
from .keras_layers import (
    Group,
    guess_layer,
    is_backward,
    is_recurrent,
    looks_recurrent,
    read_recurrent,
    weight_groups,
)
from .layers import (
    ForeignLayer,
    ForeignModel,
    RefusedLayerError,
    embedding_name,
    join_layers,
)

WEIGHTS, CONFIG, METADATA = "model.weights.h5", "config.json", "metadata.json"
LEGACY = "model_weights/"
AGAIN = say("Copy or download it again, or save the model again in Keras")
MAX_LISTED = 8
MATRIX = 2  # axes
KERAS_3 = 3


class _Reading:
    """What comes out of a file, layer by layer."""

    def __init__(self) -> None:
        self.layers: list[ForeignLayer] = []
        self.tensors: dict[str, Tensor] = {}
        self.problems: list[str] = []
        self.notes: list[str] = []
        self.unread: list[str] = []

    def add_matrix(self, name: str, groups: Iterable[Group]) -> None:
        """A Dense layer's kernel and bias, as a Linear has them."""
        for group in groups:
            kernel, bias = group.get("kernel", group.get("0")), group.get("bias", group.get("1"))
            if kernel is not None and kernel.dim() == MATRIX:
                self.tensors[f"{name}.weight"] = kernel.T.contiguous()
                if bias is not None and tuple(bias.shape) == (kernel.shape[1],):
                    self.tensors[f"{name}.bias"] = bias

    def add_embedding(self, name: str, groups: Iterable[Group]) -> None:
        """A table, under a name that says what it is."""
        for group in groups:
            table = group.get("embeddings", group.get("0"))
            if table is not None and table.dim() == MATRIX:
                self.tensors[embedding_name(name)] = table

    def finish(self) -> ForeignModel:
        """The model. ValueError with a sentence where no recurrent layer of it is read."""
        if not self.layers:
            some = ", ".join(self.unread[:MAX_LISTED]) or say("none")
            raise (
                ValueError(self.problems[0])
                if self.problems
                else refuse_file(
                    say("a Keras model with a recurrent layer"),
                    say("these layers: {layers}", layers=some),
                    say("Choose a model that contains one"),
                )
            )
        if self.unread:
            self.notes.append(
                say(
                    "Not read, and left out here: {layers}.",
                    layers=", ".join(self.unread[:MAX_LISTED])
                    + (" …" if len(self.unread) > MAX_LISTED else ""),
                )
            )
        model = join_layers(self.layers)
        return replace(
            model,
            tensors={**model.tensors, **self.tensors},
            problems=self.problems,
            notes=[*model.notes, *self.notes],
        )


def read_keras(content: bytes) -> ForeignModel:
    """The model in a file of Keras. ValueError with a sentence where it has no recurrent layer that is read here."""
    config, version = None, ""
    if content[:2] == b"PK":
        config, version, content = _unpack(content)
    file = read_hdf5(content)
    if config is None and (text := file.attributes.get("model_config")):
        config = _parse(text)
    version = version or file.attributes.get("keras_version", "")
    number = version.partition(".")[0]
    if config is None:
        return _read_without_settings(file)
    return _read_configured(config, file, number.isdecimal() and int(number) < KERAS_3)


def _unpack(content: bytes) -> tuple[Any, str, bytes]:
    """(settings, the version of Keras, the file of the weights) of a .keras archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            if len(sizes) > MAX_ENTRIES or any(
                sizes.get(name, 0) > MAX_FILE_BYTES for name in (WEIGHTS, CONFIG, METADATA)
            ):
                raise refuse_file(
                    say("at most {most} MiB in it", most=MAX_FILE_BYTES >> 20),
                    say("more"),
                    say("Save the model without its optimizer"),
                )
            parts = {
                name: archive.open(name).read(MAX_FILE_BYTES)
                for name in (WEIGHTS, CONFIG, METADATA)
                if name in sizes
            }
    except ValueError:
        raise
    except Exception as error:  # a hostile file may cause any of them
        raise refuse_file(
            EXPECTED,
            say("an archive that is damaged ({problem})", problem=type(error).__name__),
            AGAIN,
        ) from error
    if WEIGHTS not in parts or CONFIG not in parts:
        raise refuse_file(EXPECTED, say("an archive without {name}", name=CONFIG), AGAIN)
    version = mapping(_parse(parts.get(METADATA, b"{}"))).get("keras_version", "")
    return _parse(parts[CONFIG]), str(version), parts[WEIGHTS]


def _parse(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refuse_file(EXPECTED, say("one whose settings are no JSON"), AGAIN) from error


def _read_configured(config: Any, file: Hdf5, old: bool) -> ForeignModel:
    reading = _Reading()
    layers = configured_layers(config)
    for layer in layers:
        groups = weight_groups(_arrays_of(layer, file))
        inner = layer
        if layer.kind == "TimeDistributed":
            wrapped = mapping(layer.config.get("layer"))
            inner_kind = str(wrapped.get("class_name"))
            inner = KerasLayer(
                layer.name, inner_kind, mapping(wrapped.get("config")), layer.group, layer.path
            )
        if inner.kind == "Dense":
            reading.add_matrix(inner.name, groups.values())
            _note_function(inner, reading)
        elif inner.kind == "Embedding":
            reading.add_embedding(inner.name, groups.values())
            if inner.config.get("mask_zero") is True:
                reading.notes.append(
                    say(
                        "{name} masks symbol 0: Keras passes over such steps, here they are read like others.",
                        name=inner.name,
                    )
                )
        elif looks_recurrent(inner, groups):
            _read_recurrent(inner, groups, old, reading, read_as(inner, layers))
        else:
            reading.unread.append(f"{inner.name} ({inner.kind})")
    return reading.finish()


def _arrays_of(layer: KerasLayer, file: Hdf5) -> dict[str, Tensor]:
    """The layer's arrays by their place in it: in model.weights.h5, or in a file that gives each weight a name."""
    group = layer.group
    parent = group.rpartition("/")[0] + "/"
    for place, name in file.names.items():  # newer files say whose weights they are
        if place.startswith(parent) and place.count("/") == parent.count("/") + 1:
            is_own = place.endswith("/vars") and name == layer.name
            group = place.removesuffix("/vars") if is_own else group
    for start in (f"{group}/", f"{group.replace('layers/', '_layer_checkpoint_dependencies/')}/"):
        arrays = {p.removeprefix(start): v for p, v in file.arrays.items() if p.startswith(start)}
        if arrays:
            return arrays
    for start in (f"{LEGACY}{layer.path[0]}/", f"{layer.path[0]}/"):
        arrays = {p.removeprefix(start): v for p, v in file.arrays.items() if p.startswith(start)}
        if arrays and len(layer.path) > 1:
            arrays = {p: v for p, v in arrays.items() if layer.name in p.split("/")}
        if arrays:
            return arrays
    return {}


def _note_function(layer: KerasLayer, reading: _Reading) -> None:
    function = layer.config.get("activation", "linear")
    if function not in ("linear", None):
        reading.notes.append(
            say(
                "{name} ends with {function} in Keras: here its outputs are the numbers before that.",
                name=layer.name,
                function=str(function)[:60],
            )
        )


def _read_recurrent(layer: KerasLayer, groups: Any, old: bool, reading: _Reading, way: str) -> None:
    try:
        layers = read_recurrent(layer, groups, old)
    except RefusedLayerError as error:
        reading.problems.append(error.args[0])
        return
    if layer.config.get("go_backwards") is True:
        layers = [ForeignLayer(each.name, each.candidates, each.weights) for each in layers]
        reading.notes.append(
            say(
                "{name} reads each sequence from its end (go_backwards): enter the sequence reversed. Its step 1 "
                "reads the last input.",
                name=layer.name,
            )
        )
    if layer.starts_from:
        reading.notes.append(
            say(
                "{name} starts from the states of {others} in Keras: here it starts from zeros.",
                name=layer.name,
                others=", ".join(dict.fromkeys(layer.starts_from))[:200],
            )
        )
    is_rescaled = old and any(
        each.candidates[0].options.get("gate_activation") == "hard_sigmoid" for each in layers
    )
    if is_rescaled:
        reading.notes.append(
            say(
                "{name} has the hard sigmoid of Keras before 3, 0.2 a + 0.5. Here it is a / 6 + 0.5, so the weights of "
                "its gates are those of the file times 1.2; gates and states are the same.",
                name=layer.name,
            )
        )
    reading.layers += [replace(each, read_as=way) for each in layers]


def _read_without_settings(file: Hdf5) -> ForeignModel:
    """From weights alone: what cells they are, their shapes tell; the rest is said in a note."""
    reading = _Reading()
    groups = weight_groups(file.arrays)
    cells: dict[str, list[tuple[bool, ForeignLayer]]] = {}
    for place, group in groups.items():
        name = _plain_name(place, group)
        try:
            if is_recurrent(group):
                cells.setdefault(name, []).append((is_backward(place), guess_layer(name, group)))
            elif "embeddings" in group or ("0" in group and "embed" in place.lower()):
                reading.add_embedding(name, [group])
            elif "kernel" in group or "0" in group:
                reading.add_matrix(name, [group])
        except RefusedLayerError as error:
            reading.problems.append(error.args[0])
    for several in cells.values():
        reading.layers += _pair_directions(several)
    names = ", ".join(layer.name for layer in reading.layers)[:300]
    reading.notes.append(
        say(
            "The file holds weights without settings. Of {names} it does not say which functions they use, or that they "
            "read backwards: tanh and sigmoid are taken, as Keras has them unless told otherwise. Save the whole model "
            '(model.save("model.keras")) to have them read.',
            names=names,
        )
    )
    return reading.finish()


def _pair_directions(cells: list[tuple[bool, ForeignLayer]]) -> list[ForeignLayer]:
    """The cells of one layer: a forward and a backward one are its two directions, others are one above the other."""
    layers = [layer for _, layer in cells]
    if [backward for backward, _ in cells] == [False, True]:
        reverse = {f"{kind}_reverse": v for kind, v in layers[1].weights.items()}
        return [replace(layers[0], weights={**layers[0].weights, **reverse})]
    if len(layers) == 1:
        return layers
    names = ["", *(f"{layer.name}[{k}]" for k, layer in enumerate(layers))]
    return [
        replace(layer, name=name, below=below)
        for layer, below, name in zip(layers, names, names[1:], strict=False)
    ]


SKIPPED = ("layers", "_layer_checkpoint_dependencies", "cell", "cells", "layer", "model_weights")


def _plain_name(place: str, group: Group) -> str:
    """What to call the layer with the weights at this place: where weights have names, what stands first is its own."""
    parts = [part for part in place.split("/") if part and part not in SKIPPED]
    has_names = not any(name.isdecimal() for name in group)
    parts = [part for part in parts if not part.startswith(("forward_", "backward_"))]
    parts = [part for part in parts if not re.fullmatch(r".*_cell(_\d{1,9})?", part)]
    return ".".join(parts[:1] if has_names else parts)[:100] or "layer"
