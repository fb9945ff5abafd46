"""Weights, recordings and event files, read back by others' means."""

import csv
import io
import struct
import sys
import zipfile

import numpy as np
import pytest
import torch
from safetensors.torch import load
from torch import nn

from core.io.export import arrays, tensorboard
from core.training.curves import Curves
from core.training.trainer import Experiment, Trainer


@pytest.fixture(scope="module")
def trained():
    experiment = Experiment(
        task="names", cell="lstm", hidden_size=5, num_layers=2, bidirectional=True, batch_size=4
    )
    trainer, curves = Trainer(experiment, "anna"), Curves()
    for _ in range(12):
        curves.add(next(trainer))
    return trainer, curves


def test_plain_torch_computes_the_same_with_the_weights(trained):
    trainer, _ = trained
    state = load(arrays.weights_safetensors(trainer))
    lstm, head = nn.LSTM(26, 5, num_layers=2, bidirectional=True), nn.Linear(10, 10)
    lstm.load_state_dict({k[10:]: v for k, v in state.items() if k.startswith("recurrent.")})
    head.load_state_dict({k[5:]: v for k, v in state.items() if k.startswith("head.")})
    x = torch.eye(26)[trainer.probe.batch.x[:, 0]]
    _, (h, _) = lstm(x[:, None])
    plain = head(torch.cat([h[-2], h[-1]], 1)).softmax(1).detach().numpy()
    np.testing.assert_allclose(trainer.look().output[-1], plain, rtol=1e-5)


def test_npz_and_csv_hold_every_number(trained):
    trainer, _ = trained
    look = trainer.look()
    steps = len(look.probe.symbols)
    with np.load(io.BytesIO(arrays.recording_npz(look.recording, steps))) as file:
        for layer, direction in look.recording.layers:
            for name, quantity in look.recording[layer, direction].items():
                key = f"{layer}.{direction}."
                np.testing.assert_array_equal(file[f"{key}{name}"], quantity.values[:steps])
                np.testing.assert_array_equal(file[f"{key}d{name}"], quantity.grads[:steps])
    text = arrays.recording_csv(look.recording, look.probe.symbols, steps).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 4 * 6 * steps * 5
    row = next(
        r
        for r in rows
        if (r["layer"], r["direction"], r["quantity"], r["step"], r["unit"])
        == ("1", "reverse", "f", "2", "3")
    )
    there = look.recording[1, "reverse"]["f"]
    assert row["symbol"] == "n"
    assert np.float32(row["value"]) == there.values[2, 0, 3]
    assert np.float32(row["grad"]) == there.grads[2, 0, 3]


def test_a_spreadsheet_gets_no_formula(trained):
    look = trained[0].look()
    symbols = ("=1+1", "-", "n", "@a")
    text = arrays.recording_csv(look.recording, symbols, 4).decode()
    assert {row["symbol"] for row in csv.DictReader(io.StringIO(text))} == {
        *("'=1+1", "-", "n", "'@a")
    }


def test_tensorboard_reads_the_curves(trained):
    from tensorboardX.proto.event_pb2 import Event

    trainer, curves = trained
    archive = zipfile.ZipFile(io.BytesIO(tensorboard.tensorboard_zip(trainer, curves)))
    (name,) = archive.namelist()
    assert name.startswith("unrolled/events.out.tfevents.")
    data, found, texts = archive.read(name), {}, []
    while data:
        (size,) = struct.unpack("<Q", data[:8])
        event = Event.FromString(data[12 : 12 + size])
        data = data[16 + size :]
        for value in event.summary.value:
            if value.HasField("simple_value"):
                found.setdefault(value.tag, {})[event.step] = value.simple_value
            texts.append(value.tag)
    assert list(found["loss"]) == list(range(1, 13))
    np.testing.assert_array_equal(list(found["loss"].values()), curves.values[:, 0].tolist())
    assert found["balanced_accuracy/held-out"][1] == pytest.approx(
        curves.evaluations[1]["held-out balanced accuracy"]
    )
    assert "recurrent.weight_hh_l1_reverse" in texts


def test_without_the_package_there_is_a_sentence(trained, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ValueError, match=r"TensorBoard: expected .* pip install tensorboardX\."):
        tensorboard.tensorboard_zip(*trained)
