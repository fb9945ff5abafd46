"""What can go wrong while a training is watched: it is a sentence, and the training goes on."""

import json
import time
import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence

from core.io.monitor import Monitor, MonitoredRun, bounds, list_monitored
from core.io.monitor.layout import NUMBERS_FILE
from core.io.monitor.probe import Probe
from core.io.monitor.shadow import make_shadow
from core.io.watching import watch


def layer():
    torch.manual_seed(0)
    return nn.GRU(3, 4)


PROBE = torch.zeros(5, 1, 3)


def only_run(root):
    (run,) = list_monitored(root)
    run.refresh()
    return run


def test_a_full_disk_is_one_warning_and_what_comes_later_is_written_again(tmp_path, monkeypatch):
    def refuse(path, content):
        raise OSError(28, "No space left on device")

    with Monitor(layer(), PROBE, name="a", every=1, root=tmp_path) as monitor:
        with monkeypatch.context() as patch:
            patch.setattr("os.replace", refuse)
            with pytest.warns(UserWarning, match="got No space left on device"):
                monitor.step(1.0)
            monitor.step(2.0)  # pytest makes a warning an error: there is no second one
        monitor.step(3.0)
    run = only_run(tmp_path)
    assert run.updates == [0, 3]
    assert [*run.numbers] == [0, 1, 2, 3]
    assert any("No space left" in sentence for sentence in run.state.sentences)


def test_no_folder_at_all(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.warns(UserWarning, match="expected to make it"):
        monitor = Monitor(layer(), PROBE, name="a", every=1, root=tmp_path / "file")
    monitor.step(1.0)
    monitor.close()
    assert monitor.update == 1


def test_a_warning_that_was_made_an_error_stops_nothing(tmp_path):
    class Fails(nn.Module):
        def __init__(self):
            super().__init__()
            self.rnn = layer()

        def forward(self, x):
            raise RuntimeError("CUDA out of memory")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with Monitor(Fails(), PROBE, name="a", every=1, root=tmp_path) as monitor:
            monitor.step(0.5)
            monitor.step("no number")
    run = only_run(tmp_path)
    assert run.updates == []
    assert run.numbers == {0: {}, 1: {"loss": 0.5}, 2: {}}
    assert any("RuntimeError: CUDA out of memory" in s for s in run.state.sentences)


def test_a_model_that_changes_shape_between_updates(tmp_path):
    model = nn.Sequential(layer())
    with Monitor(model, PROBE, name="a", every=1, root=tmp_path) as monitor:
        model[0] = nn.LSTM(3, 7, bidirectional=True)
        monitor.step()
        model[0] = nn.LSTM(2, 7)
        with pytest.warns(UserWarning, match="RuntimeError"):
            monitor.step()
        model[0] = nn.Linear(3, 3)
        with pytest.warns(UserWarning, match="expected a model with an nn.RNN"):
            monitor.step()
        model[0] = layer()
        monitor.step()
    run = only_run(tmp_path)
    assert run.updates == [0, 1, 4]
    assert [run.read(k).recordings["0"].cell.name for k in run.updates] == ["gru", "lstm", "gru"]
    assert run.about.layers[0].cell == "gru"
    assert "The recorded layers changed before update 1." in run.state.sentences


def test_two_live_monitors_of_one_name_have_a_folder_each(tmp_path):
    with Monitor(layer(), PROBE, name="a", every=1, root=tmp_path) as first:
        with (
            pytest.warns(UserWarning, match="a name that no other training has"),
            Monitor(nn.LSTM(3, 2), PROBE, name="a", every=1, root=tmp_path) as second,
        ):
            second.step()
        assert second.key == f"{first.key}-2"
        first.step()
    runs = {run.key: run for run in list_monitored(tmp_path)}
    assert runs[first.key].read(1).recordings[""].cell.name == "gru"
    assert runs[second.key].read(1).recordings[""].cell.name == "lstm"
    with Monitor(layer(), PROBE, name="a", every=1, root=tmp_path) as third:
        assert (third.key, third.update) == (first.key, 1)


def test_a_run_of_the_name_goes_on_or_begins_anew(tmp_path):
    with Monitor(layer(), PROBE, name="a", every=2, root=tmp_path) as monitor:
        for k in range(5):
            monitor.step(k)
    started = only_run(tmp_path).about.started
    with open(only_run(tmp_path).folder / NUMBERS_FILE, "a") as file:
        file.write('{"update": 9, "lo')  # as a kill leaves it
    with Monitor(layer(), PROBE, name="a", every=2, root=tmp_path) as monitor:
        assert monitor.update == 5
        monitor.step(5)
    run = only_run(tmp_path)
    assert (run.updates, [*run.numbers]) == ([0, 2, 4, 6], [*range(7)])
    assert run.about.started == started
    with Monitor(layer(), PROBE, name="a", every=2, start=3, root=tmp_path) as monitor:
        monitor.step(30)
    run = only_run(tmp_path)
    assert (run.updates, [*run.numbers]) == ([0, 2, 4], [*range(5)])
    with Monitor(layer(), PROBE, name="a", every=2, start=0, root=tmp_path):
        pass
    run = only_run(tmp_path)
    assert (run.updates, [*run.numbers]) == ([0], [0])


def test_of_too_many_bytes_every_second_update_goes(tmp_path):
    with Monitor(layer(), PROBE, name="a", every=1, root=tmp_path, max_bytes=2**20) as monitor:
        records = monitor._writer._records
        size = sum(records._bytes.values())
        records.most = 10 * size
        for k in range(30):
            monitor.step(k)
    run = only_run(tmp_path)
    assert sum(f.stat().st_size for f in run.folder.glob("update-*")) <= 11 * size
    assert run.updates[0] == 0
    assert run.updates[-1] == 30
    assert len(run.updates) > 4
    assert [*run.statistics] == [*range(31)]  # the curves keep what the recordings lose
    assert run.statistics[7][" 0 forward".strip()]["dead"] == 0


def test_numbers_are_thinned(tmp_path, monkeypatch):
    lines = [json.dumps({"update": k, "loss": k}) + "\n" for k in range(10)]
    (tmp_path / NUMBERS_FILE).write_text("".join(lines))
    assert not bounds.thin_numbers(tmp_path)
    monkeypatch.setattr(bounds, "MAX_NUMBERS_BYTES", 100)
    assert bounds.thin_numbers(tmp_path)
    assert (tmp_path / NUMBERS_FILE).read_text() == "".join([*lines[:-1:2], lines[-1]])


def test_old_runs_make_room_unless_they_are_young(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_RUNS", 2)
    for name in "abc":
        Monitor(layer(), PROBE, name=name, root=tmp_path).close()
    assert len(list_monitored(tmp_path)) == 3
    monkeypatch.setattr(bounds, "UNTOUCHED_SECONDS", -1.0)
    Monitor(layer(), PROBE, name="d", root=tmp_path).close()
    assert {run.about.name for run in list_monitored(tmp_path)} == {"c", "d"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"model": nn.Linear(2, 2)}, "expected a model with an nn.RNN"),
        ({"model": "x"}, "model: expected a torch.nn.Module"),
        ({"probe": None}, "probe: expected what the model is called with, got none"),
        ({"probe": None, "loss": lambda output: output}, "probe: expected what the model"),
        ({"layer": "x"}, "layer: expected one of '', got 'x'"),
        ({"every": 0}, "every: expected a whole number from 1"),
        ({"name": "\n"}, "name: expected 1 to 80"),
        ({"start": -1}, "start: expected a whole number"),
        ({"post": "file:///etc", "token": "a" * 24}, "post: expected the address"),
        ({"post": "http://host:1"}, "token: expected, together with post"),
        ({"post": "http://host:1", "token": "../../secrets/and/more"}, "token: expected"),
    ],
)
def test_arguments_that_cannot_be_meant(tmp_path, arguments, sentence):
    given = {"model": layer(), "probe": PROBE, "name": "a", "root": tmp_path} | arguments
    with pytest.raises(ValueError, match=sentence):
        Monitor(**given)


def test_symbols_that_are_not_those_of_the_steps_are_told(tmp_path):
    with pytest.warns(UserWarning, match="symbols: expected 5, one for each step of the probe, got 3"):  # fmt: skip
        Monitor(layer(), PROBE, name="a", root=tmp_path, symbols="abc").close()
    Monitor(layer(), PROBE, name="b", root=tmp_path, symbols="abcde").close()


def test_what_the_app_asks_thirty_times_a_second_reads_no_file_twice(tmp_path, monkeypatch):
    with Monitor(layer(), PROBE, name="a", every=1, root=tmp_path) as monitor:
        monitor.step(1.0)
        run = only_run(tmp_path)
        run = MonitoredRun(run.folder)
        run.refresh()
        reads = []
        read = json.loads
        monkeypatch.setattr(
            "core.io.monitor.reader.json.loads", lambda c: reads.append(1) or read(c)
        )
        for _ in range(5):
            run.refresh()
        assert len(reads) <= 1  # a sign of life at most
        monitor.step(2.0)
        run.refresh()
        assert run.numbers[2] == {"loss": 2.0}


class Steps(nn.Module):
    """A cell in a loop, with dropout of its own, a generator, and a tensor that it changes."""

    def __init__(self):
        super().__init__()
        self.cell = nn.utils.parametrizations.weight_norm(nn.LSTMCell(3, 4), "weight_hh")
        self.generator = torch.Generator().manual_seed(1)
        self.seen = []
        self.memory = torch.zeros(4)

    def forward(self, x):
        state = None
        for x_t in x:
            h, _ = state = self.cell(x_t, state)
            self.memory += h[0].detach()
        self.seen.append(h)
        noise = torch.rand(4, generator=self.generator) + torch.rand(4)
        return h * noise


def test_nothing_of_the_model_changes_through_its_shadow():
    model = Steps()
    model(PROBE)
    memory, generator = model.memory.clone(), model.generator.get_state()
    state = torch.get_rng_state()
    frame = Probe(PROBE, lambda output: output.sum()).record(model, 0)
    assert frame.recordings["cell"].T == 5
    assert frame.recordings["cell"].has_grads
    assert len(model.seen) == 1
    assert torch.equal(model.memory, memory)
    assert torch.equal(model.generator.get_state(), generator)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(p.grad is None for p in model.parameters())


def test_what_a_training_has_switched_on_does_not_reach_the_probe():
    model, x = layer(), torch.randn(5, 1, 3)
    plain = Probe(x).record(model, 0).recordings[""]

    def refuse(_):
        raise RuntimeError("a hook of the user")

    with (
        torch.autocast("cpu", torch.bfloat16),
        torch.autograd.graph.saved_tensors_hooks(refuse, refuse),
        torch.inference_mode(),
    ):
        again = Probe(x).record(model, 0).recordings[""]
        assert torch.is_autocast_enabled("cpu")
        assert torch.is_inference_mode_enabled()
    assert plain.has_grads
    for name, array in plain[0, "forward"].arrays().items():
        np.testing.assert_array_equal(again[0, "forward"].arrays()[name], array)


def test_options_of_a_monitor_need_the_name_of_a_run():
    with pytest.raises(ValueError, match="watch: expected the name of a run as live, for probe"):
        watch(layer(), probe=PROBE)


def test_weights_that_are_tied_or_computed_by_a_hook_are_so_in_the_shadow():
    model = nn.ModuleDict({"rnn": nn.LSTM(3, 3), "a": nn.Linear(3, 3), "b": nn.Linear(3, 3)})
    model["b"].weight = model["a"].weight
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        nn.utils.weight_norm(model["a"], "bias", dim=None)
    model["a"].register_forward_hook(lambda *_: 1 / 0)
    shadow = make_shadow(model)
    assert shadow["b"].weight is shadow["a"].weight
    assert shadow["b"].weight.data_ptr() != model["b"].weight.data_ptr()
    model["a"].bias_g.data.mul_(2)
    bias = make_shadow(model)["a"](torch.zeros(3))
    torch.testing.assert_close(bias, 2 * shadow["a"](torch.zeros(3)))


@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_packed_probe(bidirectional):
    torch.manual_seed(1)
    model = nn.LSTM(2, 3, 2, bidirectional=bidirectional)
    one, other = torch.randn(4, 2), torch.randn(6, 2)
    packed = pack_sequence([one, other], enforce_sorted=False)
    frame = Probe(packed).record(model, 0)
    alone = Probe(one.unsqueeze(1)).record(model, 0)
    for key in frame.recordings[""].layers:
        for name, array in alone.recordings[""][key].arrays().items():
            np.testing.assert_allclose(frame.recordings[""][key].arrays()[name], array, atol=1e-6)


def test_a_silent_end_is_seen(tmp_path):
    monitor = Monitor(layer(), PROBE, name="a", root=tmp_path)
    assert only_run(tmp_path).state.name == "running"
    del monitor  # no close(): the interpreter calls it, when nobody can any more
    deadline = time.monotonic() + 10
    while only_run(tmp_path).state.name != "ended" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert only_run(tmp_path).state.name == "ended"
