"""Curves of a watched training: what they count, and where they are written."""

import numpy as np
import pytest
import torch
from torch import nn

from core.analysis.gates import saturation
from core.io.monitor import Monitor, list_monitored
from core.io.monitor.probe import Probe
from core.io.monitor.statistics import statistics
from core.layers.recording_facts import read_flow


def model_with_dead_units():
    torch.manual_seed(0)
    rnn = nn.RNN(2, 4, nonlinearity="relu")
    with torch.no_grad():
        rnn.bias_ih_l0[:] = torch.tensor([1.0, 1.0, 1.0, -100.0])
    return rnn


def test_they_are_those_of_the_analysis():
    torch.manual_seed(0)
    model = nn.LSTM(3, 5, 2, bidirectional=True)
    frame = Probe(4 * torch.randn(30, 1, 3)).record(model, 0)
    found = statistics(frame)
    assert [*found] == ["0 forward", "0 reverse", "1 forward", "1 reverse"]
    recording = frame.recordings[""]
    trace = recording[1, "forward"]
    own = found["1 forward"]
    assert own["state_norm"] == pytest.approx(
        np.linalg.norm(trace["h"].values[:, 0], axis=1).mean()
    )
    assert own["low f"] == pytest.approx(saturation(trace, "f").low.mean())
    assert own["high o"] == pytest.approx(saturation(trace, "o").high.mean())
    assert found["0 forward"]["horizon"] == read_flow(recording[0, "forward"], 30).horizon
    assert 0 < found["1 reverse"]["horizon"] < 30  # its gradient starts at the first step


def test_dead_units_and_no_gates():
    found = statistics(Probe(torch.ones(3, 1, 2)).record(model_with_dead_units(), 0))
    assert found["0 forward"]["dead"] == 0.25
    assert not [name for name in found["0 forward"] if "low" in name]


def test_tensorboard_has_them_and_the_folder_too(tmp_path):
    points = {}

    class Writer:
        def add_scalar(self, tag, scalar_value, global_step):
            points[tag, global_step] = scalar_value

    model = nn.Sequential(nn.GRU(3, 4))
    with Monitor(model, torch.ones(5, 1, 3), name="a", every=2, root=tmp_path) as monitor:
        monitor.to_tensorboard(Writer())
        for _ in range(4):
            monitor.step(1.0)
    (run,) = list_monitored(tmp_path)
    run.refresh()
    expected = {
        (f"unrolled/0_0_forward/{name}".replace(" ", "_"), update): value
        for update in (2, 4)
        for name, value in run.statistics[update]["0 0 forward"].items()
    }
    expected |= {("unrolled/probe_loss", update): run.read(update).loss for update in (2, 4)}
    assert points == expected
    assert ("unrolled/0_0_forward/low_z", 4) in points


def test_a_writer_that_fails_stops_nothing(tmp_path):
    with Monitor(nn.GRU(3, 4), torch.ones(5, 1, 3), name="a", every=1, root=tmp_path) as monitor:
        monitor.to_tensorboard(object())
        with pytest.warns(UserWarning, match="add_scalar"):
            monitor.step(1.0)
    (run,) = list_monitored(tmp_path)
    assert run.updates == [0, 1]


def test_nothing_is_said_of_numbers_that_are_not_finite():
    frame = Probe(torch.full((4, 1, 2), float("nan"))).record(nn.LSTM(2, 3), 0)
    (found,) = statistics(frame).values()
    assert all(np.isnan(found[name]) for name in ("horizon", "low f", "high f", "gradient_norm"))
