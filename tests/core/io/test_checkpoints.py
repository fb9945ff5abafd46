"""A model saved outside is found by names and shapes, and read to the very numbers of `watch`."""

import io
import json
import pickle
import re
import struct
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save
from torch import nn

from core.cells import CELLS
from core.cells.gru import NoReset
from core.common.registry import Registry
from core.io import cell_candidates, checkpoints
from core.io.companions import Head, find_embeddings
from core.io.derived_weights import derive_weights
from core.io.export.arrays import weights_safetensors
from core.io.model_files import read_model_file
from core.io.user_model import LOSSES, inspect_layer
from core.io.user_sequences import draw_numbers, parse_symbols, parse_vocabulary
from core.io.watch import watch
from core.layers import cell_of_layer
from core.training.trainer import Experiment, Trainer

WITNESS = (
    Path(tempfile.gettempdir()) / "unrolled-was-executed"
)  # what a pickle with code would make
ONE_SENTENCE = re.compile(r"[^:]+: expected .+, got .+\. [A-Z][^.]*(\.[^.]+)*\.", re.DOTALL)


def as_pt(value) -> bytes:
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, 3)
        self.encoder = nn.ModuleDict(
            {"rnn": nn.LSTM(3, 5, num_layers=2, bidirectional=True), "norm": nn.LayerNorm(10)}
        )
        self.decoder = nn.GRU(10, 4, bias=False)
        self.cell = nn.RNNCell(4, 6)


@pytest.fixture
def model():
    torch.manual_seed(3)
    return Model()


@pytest.mark.parametrize("form", ["pt", "safetensors", "checkpoint"])
def test_it_says_what_it_found(model, form):
    state = model.state_dict()
    content = {
        "pt": lambda: as_pt(state),
        "safetensors": lambda: save(state),
        "checkpoint": lambda: as_pt({"epoch": 3, "model": {"state_dict": state}, "loss": [1.0]}),
    }[form]()
    file = read_model_file(content)
    layers = {layer.name: layer for layer in file.layers}
    assert {layer.source for layer in file.layers} == {
        "model.state_dict" if form == "checkpoint" else ""
    }
    assert set(layers) == {"encoder.rnn", "decoder", "cell"}
    lstm, gru, rnn = (layers[name] for name in ("encoder.rnn", "decoder", "cell"))
    assert (lstm.cell, lstm.input_size, lstm.hidden_size) == ("lstm", 3, 5)
    assert (lstm.num_layers, lstm.bidirectional, lstm.bias) == (2, True, True)
    assert lstm.parameter_count == sum(p.numel() for p in model.encoder["rnn"].parameters())
    assert (gru.cell, gru.input_size, gru.hidden_size, gru.bias) == ("gru", 10, 4, False)
    assert (rnn.cell, rnn.input_size, rnn.hidden_size) == ("rnn", 4, 6)
    (table,) = find_embeddings(file, lstm).values()
    torch.testing.assert_close(table, model.embedding.weight.detach())


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    ("theirs", "options"),
    [
        pytest.param(nn.LSTM(3, 5, num_layers=2, bidirectional=True), {}, id="two layers"),
        pytest.param(nn.GRU(3, 5), {}, id="gru"),
        pytest.param(nn.RNN(3, 5, nonlinearity="relu"), {"activation": "relu"}, id="relu"),
        pytest.param(nn.LSTM(3, 5, bias=False).double(), {}, id="float64"),
    ],
)
def test_every_recorded_number_is_that_of_watch(theirs, options, loss):
    torch.manual_seed(5)
    theirs.reset_parameters()
    (layer,) = read_model_file(as_pt(theirs.state_dict())).layers
    x, steps = draw_numbers(3, 9, seed=2)
    outputs = 5 * (1 + theirs.bidirectional)
    fc = nn.Linear(outputs, 6, dtype=theirs.weight_hh_l0.dtype)
    head = Head(fc.weight.detach(), fc.bias.detach())
    reading = inspect_layer(
        "mine", layer.make_layer(**options), x, steps, LOSSES[loss], 4, head
    ).read()
    with watch(theirs) as recordings:
        output, end = theirs(x.to(theirs.weight_hh_l0.dtype))
        h = (end[0] if isinstance(end, tuple) else end)[-1 - theirs.bidirectional :]
        last = h.flatten()
        {
            "last state": last.norm(),
            "one unit": last[4],
            "all states": output.sum(),
            "one output": fc(output[-1, 0])[4],
            "class": nn.functional.cross_entropy(fc(output[-1, 0]), torch.tensor(4)),
        }[loss].backward()
    assert reading.recording.layers == recordings[""].layers
    assert reading.losses.sum() == pytest.approx(reading.loss)
    for key in reading.recording.layers:
        expected = recordings[""][key].arrays()
        for name, array in reading.recording[key].arrays().items():
            np.testing.assert_allclose(array, expected[name], rtol=1e-6, atol=1e-8)
            one_step = loss in ("one unit", "one output", "class")
            assert one_step or not name.startswith("d") or np.abs(array).max() > 0


def test_our_own_weights_open_again():
    trainer = Trainer(Experiment(task="names", cell="lstm", peephole=True, hidden_size=4))
    (layer,) = read_model_file(weights_safetensors(trainer)).layers
    assert (layer.name, layer.cell) == ("recurrent", None), (
        "torch has no peepholes: the reader says"
    )
    x, symbols = parse_symbols(
        "anna", parse_vocabulary("abcdefghijklmnopqrstuvwxyz", words=False), torch.eye(26)
    )
    assert symbols == tuple("anna")
    reading = inspect_layer(
        "mine", layer.make_layer("lstm"), x, symbols, LOSSES["last state"]
    ).read()
    trainer.set_probe("anna")
    np.testing.assert_allclose(
        reading.recording["o"].values, trainer.look().recording["o"].values[:4], rtol=1e-6
    )


@pytest.mark.parametrize(
    ("blocks", "peephole", "cell", "expected"),
    [
        (1, False, "rnn", ["rnn", *(f"rnn, activation {a}" for a in ("relu", "sigmoid", "identity"))]),
        (2, False, None, ["gru, reset none", "mgu"]),
        (3, False, "gru", ["gru", "gru, reset before"]),
        (4, False, "lstm", ["lstm", *(f"lstm, activation {a}" for a in ("relu", "sigmoid", "identity"))]),
        (4, True, None, ["lstm, peephole True", *(f"lstm, peephole True, activation {a}" for a in ("relu", "sigmoid", "identity"))]),
    ],
)  # fmt: skip
def test_every_cell_that_the_shapes_fit_is_named_and_only_torchs_is_taken_unasked(
    blocks, peephole, cell, expected
):
    state = {"weight_hh_l0": torch.ones(blocks * 5, 5), "weight_ih_l0": torch.ones(blocks * 5, 3)}
    if peephole:
        state["weight_peephole_l0"] = torch.ones(3, 5)
    (layer,) = checkpoints.find_layers(derive_weights(state)).layers
    named = [str(c).partition(" (blocks")[0] for c in layer.candidates]
    others = [name for name in named if name.partition(",")[0] not in ("rnn", "lstm", "gru", "mgu")]
    assert [name for name in named if name not in others] == expected
    assert layer.cell == cell
    if cell:
        assert layer.make_layer().cell.options == CELLS[cell]().options


TWO_BLOCKS = {
    "rnn.weight_ih_l0": torch.ones(10, 3),
    "rnn.weight_hh_l0": torch.ones(10, 5),
}


def test_two_blocks_are_read_as_no_cell_until_the_reader_says_which():
    (layer,) = checkpoints.find_layers(derive_weights(TWO_BLOCKS)).layers
    with pytest.raises(
        ValueError, match=r"got none\. Say which it is: gru, reset none \(blocks z n\)"
    ):
        layer.make_layer()
    for cell, options in (("gru", {"reset": "after"}), ("lstm", {}), ("gru", {"reset": "mine"})):
        with pytest.raises(ValueError, match=rf"got {cell}.*\. Say which it is: ") as error:
            layer.make_layer(cell, **options)
        assert ONE_SENTENCE.fullmatch(str(error.value)), str(error.value)
    assert layer.make_layer("gru", reset="none").cell.block_names == ("z", "n")


def test_a_cell_that_is_new_in_the_registry_is_a_candidate_at_once(monkeypatch):
    class Forgetful(NoReset):
        name, block_names, options, torch_class = "forgetful", ("f", "n"), {}, None

    cells = Registry("cell", {**CELLS, "forgetful": lambda: Forgetful("sigmoid")})
    for module in (cell_candidates, checkpoints, cell_of_layer):
        monkeypatch.setattr(module, "CELLS", cells)
    (layer,) = checkpoints.find_layers(derive_weights(TWO_BLOCKS)).layers
    assert "forgetful (blocks f n)" in map(str, layer.candidates)
    assert layer.cell is None
    assert layer.make_layer("forgetful").cell.block_names == ("f", "n")


class Evil:
    def __reduce__(self):
        return (open, (str(WITNESS), "w"))


def zip_of(name: str, content: bytes, method: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(name, content)
    return file.getvalue()


LSTM = nn.LSTM(3, 5).state_dict()
HUGE = {"a": {"dtype": "F32", "shape": [10**9, 10**9], "data_offsets": [0, 4]}}
BAD = {
    "code in a pickle": (as_pt({"weight_hh_l0": Evil()})),
    "a bare pickle": (pickle.dumps(Evil())),
    "a zip bomb": (zip_of("m/data.pkl", b"\0" * 10**8, zipfile.ZIP_DEFLATED)),
    "another zip": (zip_of("../../evil.txt", b"hello", zipfile.ZIP_STORED)),
    "half a zip": (as_pt(LSTM)[:700]),
    "nothing": (b""),
    "no tensors": (as_pt({"a": 1})),
    "whole numbers": (as_pt({"weight_hh_l0": torch.ones(3, 3, dtype=torch.int64)})),
    "an enormous view": as_pt({"weight_hh_l0": torch.zeros(1).expand(10**6, 10**6)}),
    "nan": (as_pt({"weight_hh_l0": torch.full((3, 3), torch.nan)})),
    "sparse": (as_pt({"weight_hh_l0": torch.eye(3).to_sparse()})),
    "a huge header": (struct.pack("<Q", 2**62) + b"{}"),
    "a long header": (struct.pack("<Q", 2**20 + 1) + b" " * (2**20 + 1)),
    "an enormous shape": (
        struct.pack("<Q", len(json.dumps(HUGE))) + json.dumps(HUGE).encode() + b"1234"
    ),
    "deep json": (struct.pack("<Q", 10**5) + b"[" * 10**5),
    "half a file": (save(LSTM)[:-9]),
    "too large": (b"\0" * (64 * 2**20 + 1)),
    "projected": (as_pt(nn.LSTM(3, 5, proj_size=2).state_dict())),
    "no recurrent layer": (as_pt(nn.Linear(3, 5).state_dict())),
    "five blocks": (as_pt(LSTM | {"weight_hh_l0": torch.zeros(25, 5)})),
    "not square": (as_pt(LSTM | {"weight_hh_l0": torch.zeros(7, 5)})),
    "a vector": (as_pt(LSTM | {"weight_hh_l0": torch.zeros(20)})),
    "no units": (as_pt(LSTM | {"weight_hh_l0": torch.zeros(0, 0)})),
    "peepholes of another cell": (
        as_pt(nn.GRU(3, 5).state_dict() | {"weight_peephole_l0": torch.zeros(3, 5)})
    ),
    "a missing weight": (as_pt({k: v for k, v in LSTM.items() if k != "bias_ih_l0"})),
    "a missing layer": (as_pt(LSTM | {"weight_hh_l2": LSTM["weight_hh_l0"]})),
    "many layers": (as_pt(LSTM | {"weight_hh_l999": LSTM["weight_hh_l0"]})),
    "half a reverse direction": (as_pt(LSTM | {"bias_hh_l0_reverse": torch.zeros(20)})),
}


@pytest.mark.parametrize("case", BAD)
def test_whatever_else_is_uploaded_gets_one_sentence(case):
    with pytest.raises(ValueError, match=r".+") as error:
        read_model_file(BAD[case])
    assert ONE_SENTENCE.fullmatch(str(error.value)), str(error.value)
    assert len(str(error.value)) < 450
    assert not WITNESS.exists()
