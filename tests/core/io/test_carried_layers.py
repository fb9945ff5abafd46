"""What a notebook shows goes along with its weights: read again, every gradient is the one of the notebook's own loss."""

import json
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from core.analysis.gradients import triangle
from core.analysis.microscope import Microscope, Place
from core.io import handoff
from core.io.carried_layer import CarriedLayer, inspect_carried
from core.io.model_files import read_model_file
from core.io.watch import watch
from core.io.whole_model.parts import read_parts
from core.io.whole_model.proposal import propose
from core.layers.recording import Recording

T, B, V, H = 6, 3, 7, 5


class Net(nn.Module):
    """An embedding, a layer, a head on every step, and something of the last state in the loss."""

    def __init__(self, layer: nn.Module, width: int):
        super().__init__()
        self.emb = nn.Embedding(V, 4)
        self.rnn = layer
        self.fc = nn.Linear(width, V)


def shown(recordings, folder, **more) -> tuple[str, dict[str, Recording], dict[str, CarriedLayer]]:
    token = recordings.show(browser=False, **more).partition("watched=")[2]
    return token, handoff.collect_recordings(token, folder), handoff.collect_carried(token, folder)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path))
    return tmp_path


def check_same(recording: Recording, carried: CarriedLayer, which: int) -> None:
    steps = int(recording.lengths[which])
    inspection, reading = inspect_carried("rnn", recording, carried, which, tuple("a" * steps))
    again = reading.recording
    expected = recording.sequence(which).until(steps)
    for key in recording.layers:
        for name in recording.names:
            one: Any = again[key][name]
            other: Any = expected[key][name]
            np.testing.assert_allclose(one.values, other.values, atol=1e-5)
            np.testing.assert_allclose(one.grads, other.grads, rtol=1e-3, atol=1e-5, err_msg=name)
    grads: Any = expected["h"].grads
    assert abs(grads).max() > 1e-3
    scope = Microscope(inspection, reading=reading)
    explanation = scope.explain(Place("dh", 1, 2))
    assert explanation.total == pytest.approx(explanation.value, rel=1e-3, abs=1e-7)


@pytest.mark.parametrize("which", [0, 2])
def test_packed_sequences_in_both_directions_and_two_layers(folder, which):
    torch.manual_seed(1)
    net = Net(nn.LSTM(4, H, 2, bidirectional=True), 2 * H)
    ids = torch.randint(0, V, (T, B))
    with watch(net) as recordings:
        packed = pack_padded_sequence(net.emb(ids), torch.tensor([6, 4, 3]))
        output, (h, c) = net.rnn(packed, (torch.randn(4, B, H), torch.randn(4, B, H)))
        padded, _ = pad_packed_sequence(output)
        (net.fc(padded).square().mean() + h[1].norm() + c[2].sum()).backward()
    token, published, carried = shown(recordings, folder, symbols=["abcdef", "abcd", "abc"])
    check_same(published["rnn"], carried["rnn"], which)
    assert carried["rnn"].labels_of(2, 3) == ("a", "b", "c")
    parts = read_parts(read_model_file(handoff.collect_model(token, folder) or b""))
    assert propose(parts).plan.head == ("fc",)
    torch.testing.assert_close(parts.linears["fc"].weight, net.fc.weight.detach())


def test_a_cell_called_a_step_at_a_time(folder):
    torch.manual_seed(2)
    net = Net(nn.LSTMCell(4, H), H)
    ids = torch.randint(0, V, (T, B))
    with watch(net) as recordings:
        h, c, loss = torch.zeros(B, H), torch.zeros(B, H), torch.zeros(())
        for t in range(T):
            h, c = net.rnn(net.emb(ids[t]), (h, c))
            loss = loss + net.fc(h).square().mean()
        loss.backward()
    _token, published, carried = shown(recordings, folder)
    assert published["rnn"].T == T
    check_same(published["rnn"], carried["rnn"], 1)
    inspection, _ = inspect_carried("rnn", published["rnn"], carried["rnn"], 1, tuple("abcdef"))
    assert inspection.at == tuple(range(T))
    assert (
        np.triu(triangle(inspection).h[0, "forward"], 1).max() == 0
    )  # no loss reaches a later state


def test_weights_that_changed_since_are_those_of_the_recording(folder):
    net = Net(nn.GRU(4, H), H)
    with watch(net) as recordings:
        net.fc(net.rnn(net.emb(torch.randint(0, V, (T, B))))[0]).square().mean().backward()
        with torch.no_grad():
            for p in net.parameters():
                p.mul_(2)
    _token, published, carried = shown(recordings, folder)
    check_same(published["rnn"], carried["rnn"], 0)


def test_what_cannot_go_along_is_said(folder):
    net = Net(nn.LSTM(4, H, 2, dropout=0.5), H)
    with watch(net) as recordings:
        net.fc(net.rnn(net.emb(torch.randint(0, V, (T, B))))[0]).sum().backward()
    token, published, carried = shown(recordings, folder)
    assert carried["rnn"].weights == {}
    sentence = handoff.collect_passed_over(token, folder)["rnn"]
    assert "weights: expected no dropout between the layers, got a rate of 0.5" in sentence
    with pytest.raises(ValueError, match="weights: expected those of the recorded layer"):
        inspect_carried("rnn", published["rnn"], carried["rnn"], 0, ())
    for symbols, got in ((3, "got int"), ({"other": "abc"}, "got 'other'"), ("abcd", "got 4")):
        with pytest.raises(ValueError, match=f"symbols: expected .*{got}"):
            recordings.show(browser=False, symbols=symbols)


def test_a_folder_of_the_first_form_is_read_and_a_later_one_refused(folder):
    net = Net(nn.LSTM(4, H), H)
    with watch(net) as recordings:
        net.fc(net.rnn(net.emb(torch.randint(0, V, (T, B))))[0]).sum().backward()
    token = shown(recordings, folder)[0]
    (path,) = folder.rglob("watched.json")
    about = json.loads(path.read_bytes())
    old = {"format": "unrolled-watched-1", "names": about["names"], "passed_over": {}}
    path.write_text(json.dumps(old))
    for file in folder.rglob("weights-*"):
        file.unlink()
    assert list(handoff.collect_recordings(token, folder)) == ["rnn"]
    assert handoff.collect_carried(token, folder)["rnn"] == CarriedLayer({}, ())
    path.write_text(json.dumps(about | {"format": "unrolled-watched-3"}))
    with pytest.raises(LookupError, match="link: expected one to recordings"):
        handoff.collect_recordings(token, folder)
    assert handoff.collect_carried(token, folder) == {}
