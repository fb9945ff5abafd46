"""Files of Keras: what Keras says of a sequence is what comes out here; what cannot be read is said in a sentence.

The models and their outputs were written by Keras itself: see tests/helpers/make_keras_models.py.
"""

import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch

from core.io.companions import find_embeddings, find_heads
from core.io.foreign import hdf5
from core.io.model_files import read_model_file
from core.io.whole_model.inspection import outputs_of
from core.io.whole_model.network import Sequences, WholeModel
from core.io.whole_model.parts import read_parts
from core.io.whole_model.plan import Side
from core.io.whole_model.proposal import propose
from tests.helpers.model_files import ONE_SENTENCE

FOLDER = Path(__file__).parents[2] / "data" / "keras"
OUTPUTS = np.load(FOLDER / "outputs.npz")
FILES = sorted(path.name for path in FOLDER.iterdir() if path.name != "outputs.npz")


def check_outputs(content: bytes, name: str) -> Any:
    """The states and the output of the last recurrent layer, as Keras has them."""
    file = read_model_file(content)
    x = torch.from_numpy(OUTPUTS[f"{name}.x"]).mT if OUTPUTS[f"{name}.x"].ndim == 2 else None
    (layer,) = file.layers
    if x is None:
        x = torch.from_numpy(OUTPUTS[f"{name}.x"]).transpose(0, 1)
    else:
        (table,) = find_embeddings(file, layer).values()
        x = table[x.long()]
    if "backwards" in name:
        x = x.flip(0)
    with torch.no_grad():
        states = layer.make_layer()(x)[0]
    (head,) = find_heads(file, layer).values()
    for what, values in (("states", states), ("output", head(states))):
        expected = torch.from_numpy(OUTPUTS[f"{name}.{what}"]).transpose(0, 1)
        torch.testing.assert_close(values, expected, rtol=0, atol=1e-5)
    return file


@pytest.mark.parametrize("path", FILES)
def test_the_outputs_are_those_of_keras(path):
    content = (FOLDER / path).read_bytes()
    assert len(content) < 30_000
    file = check_outputs(content, name := path.partition(".")[0])
    parts = read_parts(file)
    x = torch.from_numpy(OUTPUTS[f"{name}.x"][0])
    x = x.flip(0) if "backwards" in name else x
    whole = outputs_of(WholeModel(parts, propose(parts).plan), Sequences(x, None))[:, 0]
    torch.testing.assert_close(
        whole, torch.from_numpy(OUTPUTS[f"{name}.output"][0]), rtol=0, atol=1e-5
    )


def edited(name: str, change: Any, version: str = "3.15.1") -> bytes:
    """The .keras file with other settings. change: gets the JSON of its layers, by their names."""
    source, file = zipfile.ZipFile(FOLDER / f"{name}.keras"), io.BytesIO()
    config = json.loads(source.read("config.json"))
    change({layer["config"]["name"]: layer for layer in config["config"]["layers"]})
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": version}))
        archive.writestr("model.weights.h5", source.read("model.weights.h5"))
    return file.getvalue()


def of_recurrent(**settings: Any) -> Any:
    def change(layers: dict[str, Any]) -> None:
        for layer in layers.values():
            if "units" in layer["config"] and layer["class_name"] != "Dense":
                layer["config"].update(settings)

    return change


def of_class(name: str) -> Any:
    def change(layers: dict[str, Any]) -> None:
        next(each for each in layers.values() if "LSTM" in each["class_name"])["class_name"] = name

    return change


def hdf5_with(fill: Any) -> bytes:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        fill(file)
    return content.getvalue()


def endless(file: Any) -> None:
    layers = file.create_group("layers")
    layers["itself"] = layers


def huge(file: Any) -> None:
    file.create_dataset("lstm/kernel", (40_000, 40_000), "f4", chunks=(100, 100))


def outside(file: Any) -> None:
    file["lstm/kernel"] = h5py.ExternalLink("/etc/hostname", "/")
    file["lstm/recurrent_kernel"] = h5py.SoftLink("/lstm/kernel")
    source = h5py.VirtualSource("/etc/hostname", "x", shape=(3, 3))
    layout = h5py.VirtualLayout((3, 3), "f4")
    layout[:] = source
    file.create_virtual_dataset("lstm/bias", layout)
    file.create_dataset("gru/kernel", (3, 3), "f4", external=[("/etc/hostname", 0, 36)])


LSTM = (FOLDER / "lstm.keras").read_bytes()
REFUSED = {
    "an unknown layer": (lambda: edited("lstm", of_class("ConvLSTM1D")), r"expected SimpleRNN or LSTM or GRU, got ConvLSTM1D"),
    "a cell of one's own": (lambda: edited("stacked_cells", lambda layers: next(each for each in layers.values() if each["class_name"] == "RNN")["config"]["cell"].update(class_name="MyThing")), r"got RNN\(MyThing\)"),
    "an activation": (lambda: edited("lstm", of_recurrent(activation="selu")), r"activation tanh or relu or sigmoid or linear, got selu"),
    "one of code": (lambda: edited("lstm", of_recurrent(activation={"class_name": "__lambda__", "config": {"value": "code"}})), r"got __lambda__"),
    "gates": (lambda: edited("gru_reset_after", of_recurrent(recurrent_activation="softsign")), r"recurrent_activation sigmoid or hard_sigmoid or relu, got softsign"),
    "a GRU with relu": (lambda: edited("gru_reset_after", of_recurrent(activation="relu")), r"activation tanh, got relu"),
    "another reset": (lambda: edited("gru_reset_after", of_recurrent(reset_after=False)), r"a bias \[15\], got \[3, 15\], \[5, 15\], \[2, 15\]"),
    "a sum": (lambda: edited("simple_rnn_cell_both_ways", lambda layers: layers["bidirectional_3"]["config"].update(merge_mode="sum")), r'merge_mode "concat", got \'sum\''),
    "no weights": (lambda: hdf5_with(lambda f: f.attrs.update(model_config=json.dumps({"class_name": "Sequential", "config": {"layers": [{"class_name": "LSTM", "config": {"name": "lstm"}}]}}))), r"weights of 1 cells, got those of 0"),
    "settings that are no JSON": (lambda: edited("lstm", lambda layers: None).replace(b'{"module"', b'["module" '), r"one that cannot be read|no JSON|damaged"),
    "half a file": (lambda: (FOLDER / "stacked_lstm.h5").read_bytes()[:9000], r"an HDF5 file that is damaged"),
    "no recurrent layer": (lambda: hdf5_with(lambda f: f.create_dataset("dense/kernel", data=np.ones((3, 2)))), r"a Keras model with a recurrent layer, got"),
    "groups in groups": (lambda: hdf5_with(endless), r"groups in groups without end"),
    "more than memory": (lambda: hdf5_with(huge), r"at most 16 million numbers, got more"),
    "numbers of other files": (lambda: hdf5_with(outside), r"a Keras model with a recurrent layer, got"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_read_is_said(what):
    make, expected = REFUSED[what]
    with pytest.raises(ValueError, match="expected") as error:
        read_model_file(make())
    sentence = str(error.value)
    assert re.search(expected, sentence), sentence
    assert ONE_SENTENCE.fullmatch(sentence), sentence


def test_no_number_of_another_file_is_read():
    file = hdf5.read_hdf5(hdf5_with(outside))
    assert not file.arrays
    assert sorted(file.other) == [
        "gru/kernel",
        "lstm/bias",
        "lstm/kernel",
        "lstm/recurrent_kernel",
    ]


def test_the_hard_sigmoid_of_keras_2_is_another_one():
    """0.2 a + 0.5 of all gates, computed here by hand from the kernels in the file."""
    content = edited("lstm_hard_sigmoid_relu", lambda _layers: None, version="2.15.0")
    file = read_model_file(content)
    (layer,) = file.layers
    name = layer.name
    assert any("0.2 a + 0.5" in note for note in file.notes)
    inner = zipfile.ZipFile(io.BytesIO(content)).read("model.weights.h5")
    arrays = hdf5.read_hdf5(inner).arrays
    W, U, b = (arrays[f"layers/lstm/cell/vars/{k}"] for k in range(3))
    x = torch.from_numpy(OUTPUTS["lstm_hard_sigmoid_relu.x"]).transpose(0, 1)
    h = c = torch.zeros(x.shape[1], layer.hidden_size)
    expected = []
    for x_t in x:
        i, f, g, o = (x_t @ W + h @ U + b).chunk(4, 1)
        i, f, o = ((0.2 * a + 0.5).clamp(0, 1) for a in (i, f, o))
        c = f * c + i * g.relu()
        h = o * c.relu()
        expected.append(h)
    with torch.no_grad():
        states = layer.make_layer()(x)[0]
    torch.testing.assert_close(states, torch.stack(expected), rtol=0, atol=1e-6)
    assert not torch.allclose(states, torch.from_numpy(OUTPUTS["lstm_hard_sigmoid_relu.states"]).transpose(0, 1), atol=1e-3), name  # fmt: skip


def test_what_the_file_says_is_not_asked():
    known = read_model_file((FOLDER / "gru_reset_before.keras").read_bytes()).layers[0]
    assert [candidate.options["reset"] for candidate in known.candidates] == ["before"]
    assert known.make_layer().cell.options["reset"] == "before"
    unknown = read_model_file(
        (FOLDER / "gru_reset_before.weights.h5").read_bytes()
    )  # its one bias says it
    assert [candidate.options["reset"] for candidate in unknown.layers[0].candidates] == ["before"]
    assert any("weights without settings" in note for note in unknown.notes)


def test_stacked_layers_are_one_module():
    file = read_model_file((FOLDER / "stacked_lstm.keras").read_bytes())
    assert [layer.num_layers for layer in file.layers] == [2]
    two = read_model_file(edited("stacked_lstm", _break_chain))
    assert [layer.num_layers for layer in two.layers] == [1, 1]


def _break_chain(layers: dict[str, Any]) -> None:
    """What stood between the two as dropout is something else now."""
    next(each for each in layers.values() if each["class_name"] == "Dropout")["class_name"] = "Norm"


def test_layers_of_two_functions_are_no_stack():
    """One stack would compute both with the first one's function."""

    def change(layers: dict[str, Any]) -> None:
        [*_, last] = [each for each in layers.values() if each["class_name"] == "LSTM"]
        last["config"]["activation"] = "relu"

    file = read_model_file(edited("stacked_lstm", change))
    assert [layer.candidates[0].options["activation"] for layer in file.layers] == ["tanh", "relu"]
    parts = read_parts(file)
    plan = replace(propose(parts).plan, encoder=Side(tuple(parts.modules)))
    with pytest.raises(ValueError, match="modules of one cell in a stack"):
        WholeModel(parts, plan)


def test_any_change_of_a_file_gives_a_model_or_a_sentence():
    content, draw = (
        bytearray((FOLDER / "bidirectional_lstm.h5").read_bytes()),
        np.random.default_rng(1),
    )
    for _ in range(40):
        spoilt = bytearray(content)
        for place in draw.integers(8, len(content), 12):
            spoilt[place] = draw.integers(0, 256)
        sentence = ""
        try:
            read_model_file(bytes(spoilt))
        except ValueError as error:
            sentence = str(error)
        assert not sentence or ONE_SENTENCE.fullmatch(sentence), sentence


def _pooled(layers: dict[str, Any]) -> None:
    """A pooling between the states and the head."""
    dense = next(each for each in layers.values() if each["class_name"] == "Dense")
    dense["class_name"] = "GlobalMaxPooling1D"


@pytest.mark.parametrize(
    ("name", "change", "reads"),
    [
        ("lstm", lambda _layers: None, "every"),
        ("bidirectional_lstm", lambda _layers: None, "every"),  # by a TimeDistributed head
        ("lstm", of_recurrent(return_sequences=False), "last"),
        ("stacked_lstm", lambda layers: layers["lstm_5"]["config"].pop("return_sequences"), "last"),
        ("lstm", _pooled, "max"),
        ("lstm", lambda layers: layers["dense_1"].update(class_name="Flatten"), None),
    ],
)
def test_what_a_head_reads_is_what_the_settings_say(name, change, reads):
    file = read_model_file(edited(name, change))
    (module,) = [layer.name for layer in file.layers]
    assert file.read_as.get(module) == reads
    parts = read_parts(file)
    assert parts.read_as == file.read_as
    if parts.linears:
        assert propose(parts).plan.reads == reads


def test_the_last_states_of_both_directions_are_read_where_no_sequence_is_returned():
    def change(layers: dict[str, Any]) -> None:
        layers["bidirectional"]["config"]["layer"]["config"]["return_sequences"] = False

    parts = read_parts(read_model_file(edited("bidirectional_lstm", change)))
    plan = propose(parts).plan
    assert plan.reads == "last"
    x = torch.from_numpy(OUTPUTS["bidirectional_lstm.x"][0])
    states = torch.from_numpy(OUTPUTS["bidirectional_lstm.states"][0])
    head = parts.linears[plan.head[0]]
    expected = head(torch.cat([states[-1, :4], states[0, 4:]]))
    output = outputs_of(WholeModel(parts, plan), Sequences(x, None))[-1, 0]
    torch.testing.assert_close(output, expected, rtol=0, atol=1e-5)
