"""The folder of a watched training, read while it grows, cut off, or written by somebody else."""

import json
import os
import time

import numpy as np
import pytest
import torch
from torch import nn

from core.analysis.gates import saturation
from core.io.monitor.about import About, AboutLayer
from core.io.monitor.frame import Frame
from core.io.monitor.layout import ABOUT_FILE, NUMBERS_FILE, STATE_FILE, frame_file, key_of
from core.io.monitor.reader import SILENT_SECONDS, MonitoredRun, list_monitored
from core.io.watch import watch


def recorded():
    torch.manual_seed(1)
    model = nn.Sequential(nn.LSTM(3, 4, num_layers=2, bidirectional=True))
    with watch(model) as recordings:
        model(torch.randn(6, 1, 3))[0].square().sum().backward()
    return recordings["0"]


def run_folder(root, name="my run"):
    folder = root / "live" / key_of(name)
    folder.mkdir(parents=True)
    layers = (AboutLayer.of_recording("0", recorded()),)
    about = About(name, 1.5, 50, "‖h_T‖", tuple("abcdef"), layers, "Sequential", "2.13", "here")
    (folder / ABOUT_FILE).write_bytes(about.to_bytes())
    return folder


def write_state(folder, state="running", update=7):
    content = {"state": state, "update": update, "sentences": ["disk full"]}
    (folder / STATE_FILE).write_text(json.dumps(content))


def test_a_frame_is_what_was_recorded(tmp_path):
    recording = recorded()
    output = np.arange(6, dtype=np.float32)
    folder = run_folder(tmp_path)
    frame = Frame(50, {"0": recording}, output, 0.25, {"loss": 0.5})
    (folder / frame_file(50)).write_bytes(frame.to_bytes())
    run = MonitoredRun(folder)
    assert run.updates == [50]
    again = run.read(50)
    assert (again.index, again.loss, again.numbers) == (50, 0.25, {"loss": 0.5})
    np.testing.assert_array_equal(again.output, output)
    assert again.recordings["0"].layers == recording.layers
    for key in recording.layers:
        for name, array in recording[key].arrays().items():
            np.testing.assert_array_equal(again.recordings["0"][key].arrays()[name], array)
        np.testing.assert_allclose(again.recordings["0"][key].shares, recording[key].shares, 1e-5)
    trace, before = again.recordings["0"][1, "reverse"], recording[1, "reverse"]
    np.testing.assert_array_equal(saturation(trace, "f").low, saturation(before, "f").low)
    assert run.about.layers[0].layers == tuple(recording.layers)
    assert run.about.layers[0].input_size == 3
    with pytest.raises(LookupError, match="update: expected one that is recorded, got 60"):
        run.read(60)


def test_what_has_come_since_is_read_and_nothing_twice(tmp_path):
    folder = run_folder(tmp_path)
    run = MonitoredRun(folder)
    with open(folder / NUMBERS_FILE, "a") as file:
        file.write('{"update": 1, "loss": 2.5}\n{"update": 2, "lo')
        file.flush()
        assert run.refresh()
        assert run.numbers == {1: {"loss": 2.5}}
        assert not run.refresh()
        file.write('ss": NaN, "probe": {"0 0 forward": {"dead": 0.5}}}\n')
    assert run.refresh()
    assert np.isnan(run.numbers[2]["loss"])
    assert run.statistics == {2: {"0 0 forward": {"dead": 0.5}}}


def test_a_torn_line_is_passed_over_and_what_is_made_again_takes_its_place(tmp_path):
    folder = run_folder(tmp_path)
    lines = [json.dumps({"update": update, "loss": 1}) for update in range(1, 6)]
    torn = '{"update": 6, "lo{"update": 4, "loss": 2}'
    others = ["[]", '{"update": "x"}', '{"update": 5, "loss": []}', "\xff", "9" * 100_000]
    again = ['{"update": 3, "loss": 3}']
    (folder / NUMBERS_FILE).write_text("\n".join([*lines, torn, *others, *again, ""]))
    run = MonitoredRun(folder)
    run.refresh()
    assert run.numbers == {1: {"loss": 1.0}, 2: {"loss": 1.0}, 3: {"loss": 3.0}}


def test_a_file_of_numbers_that_was_replaced_is_read_from_its_start(tmp_path):
    folder = run_folder(tmp_path)
    (folder / NUMBERS_FILE).write_text('{"update": 1, "loss": 1}\n{"update": 2, "loss": 2}\n')
    run = MonitoredRun(folder)
    run.refresh()
    (folder / "new").write_text(
        '{"update": 2, "loss": 2}\n{"update": 3, "loss": 3}\n{"update": 4, "loss": 4}\n'
    )
    os.replace(folder / "new", folder / NUMBERS_FILE)
    run.refresh()
    assert [*run.numbers] == [2, 3, 4]


def test_half_a_frame_or_one_of_others_is_not_there(tmp_path):
    folder = run_folder(tmp_path)
    whole = Frame(5, {"0": recorded()}).to_bytes()
    recording = recorded()
    two = Frame(5, {"0": recording.followed_by(recording, 3, 3)}).to_bytes()
    assert Frame.from_bytes(two).recordings["0"].T == 6
    for k, content in enumerate((b"", whole[:100], whole[:-1], b"\xff" * 64, b"[" * 5000)):
        (folder / frame_file(k)).write_bytes(content)
        with pytest.raises(LookupError, match="update: expected one that is recorded"):
            MonitoredRun(folder).read(k)


def test_running_ended_and_silent_since(tmp_path):
    folder = run_folder(tmp_path)
    run = MonitoredRun(folder)
    assert run.state.name == "silent"
    write_state(folder)
    assert run.refresh()
    assert (run.state.name, run.state.update, run.state.sentences) == ("running", 7, ("disk full",))
    long_ago = time.time() - SILENT_SECONDS - 100
    os.utime(folder / STATE_FILE, (long_ago, long_ago))
    run.refresh()
    assert run.state.name == "silent"
    assert run.state.since == pytest.approx(long_ago)
    write_state(folder, "ended")
    run.refresh()
    assert run.state.name == "ended"


def test_a_list_of_those_that_can_be_read_with_the_running_ones_first(tmp_path):
    assert list_monitored(tmp_path) == []
    for name in ("a", "b", "c"):
        write_state(run_folder(tmp_path, name), "ended" if name == "a" else "running")
    (tmp_path / "live" / key_of("b") / ABOUT_FILE).write_text('{"format": "other"}')
    run_folder(tmp_path, "../x").rename(tmp_path / "live" / "x")
    assert [run.about.name for run in list_monitored(tmp_path)] == ["c", "a"]
