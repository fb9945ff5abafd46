"""A training elsewhere, as its player gets it: what is there, what comes, what is gone."""

import json
import shutil
import struct

import pytest

from core.io.monitor import MonitoredRun
from core.io.monitor.layout import frame_file
from dashboard.session.monitored_frames import MonitoredFrames, describe_measures
from tests.helpers.monitored import FakeMonitor
from tests.helpers.streams import header_of, pull


@pytest.fixture
def fake(tmp_path):
    return FakeMonitor(tmp_path)


def open_frames(fake):
    return MonitoredFrames(MonitoredRun(fake.folder))


def heads_of(data):
    """The head of each frame of an answer."""
    (size,) = struct.unpack_from("<I", data)
    at, heads = 4 + size, []
    while at < len(data):
        length, head = struct.unpack_from("<II", data, at)
        heads.append(json.loads(data[at + 8 : at + 8 + head]))
        at += 4 + length
    return heads


def test_what_is_there_comes_first_and_then_what_is_new(fake):
    fake.record_until(3)
    frames = open_frames(fake)
    first = heads_of(pull(frames, 0, 0))
    assert [head["index"] for head in first] == [1, 2, 3]
    assert all("ranges" in head for head in first)
    assert heads_of(pull(frames, 3, 45)) == [], "nothing has come"
    fake.record_until(5, 4)
    data = pull(frames, 3, 45)
    assert header_of(data)["start"] == 3
    assert [head["index"] for head in heads_of(data)] == [4, 5]
    assert header_of(data)["elsewhere"]["isRunning"]


def test_there_is_no_task_and_nothing_claims_success(fake):
    fake.record_until(2)
    header = header_of(pull(open_frames(fake), 0, 0))
    assert (header["labels"], header["score"]["baselines"], header["done"]) == ([], [], False)
    assert header["layouts"][0]["symbols"] == list("abcde")
    frames = heads_of(pull(open_frames(fake), 0, 0))
    kind, sentences = frames[-1]["diagnosis"]
    assert kind not in ("solved", "learning")
    assert "Norm" not in sentences["en"], "nobody has measured it"


def test_a_step_brings_one_update_however_many_wait(fake):
    fake.record_until(2)
    frames = open_frames(fake)
    fake.record_until(6, 3)
    assert [head["index"] for head in heads_of(pull(frames, 2, 1))] == [3]
    assert [head["index"] for head in heads_of(pull(frames, 3, 1))] == [4]


def test_horizon_saturation_and_dead_units_are_curves(fake):
    fake.record_until(2)
    (_, head) = heads_of(pull(open_frames(fake), 0, 0))
    assert {"horizon 0 forward", "saturated 0 forward", "dead 0 forward"} <= head["scalars"].keys()
    assert head["scalars"]["horizon 0 forward"] == 5, "each step has a loss of its own"
    measures = header_of(pull(open_frames(fake), 0, 0))["elsewhere"]["measures"]
    curves = [curve for measure in measures for curve, _label, _colour in measure["lines"]]
    assert set(curves) == head["scalars"].keys() - {"loss"}


def test_older_updates_come_as_numbers_and_are_recalled(fake, monkeypatch):
    monkeypatch.setattr("dashboard.session.monitored_frames.MAX_PAST_RECORDINGS", 2)
    fake.record_until(8)
    frames = open_frames(fake)
    heads = heads_of(pull(frames, 0, 0))
    assert [head["index"] for head in heads if "ranges" in head] == [4, 8]
    frames.recall(0)
    data = pull(frames, 8, 0)
    assert (header_of(data)["start"], header_of(data)["count"]) == (0, 1)
    (head,) = heads_of(data)
    assert (head["index"], "ranges" in head) == (1, True)
    assert header_of(pull(frames, 8, 0))["start"] == 7, "once"
    (fake.folder / frame_file(2)).unlink()
    frames.recall(1)
    assert header_of(pull(frames, 8, 0))["start"] == 7, "it was removed to make room"


def test_another_module_is_another_film(fake):
    fake.record_until(2)
    frames = open_frames(fake)
    before = frames.id
    assert header_of(pull(frames, 0, 0))["names"][:2] == ["i", "f"]
    frames.choose_module("nobody's")
    assert frames.id == before
    frames.choose_module("decoder")
    header = header_of(pull(frames, 0, 0))
    assert (header["names"], header["count"]) == (["r", "z", "n", "h"], 2)
    assert frames.id != before


def test_a_model_that_changes_its_shape_begins_anew_and_loses_nothing(fake, tmp_path):
    fake.record_until(2)
    frames = open_frames(fake)
    wider = FakeMonitor(tmp_path, units=7)
    wider.record_until(4, 3)
    data = pull(frames, 2, 45)
    assert header_of(data)["sizes"] == [7]
    assert "another shape" in header_of(data)["notice"]
    heads = heads_of(data)
    assert [head["index"] for head in heads] == [1, 2, 3, 4]
    assert ["ranges" in head for head in heads] == [False, False, True, True]
    assert heads[0]["scalars"]["loss"] > 0


def test_a_training_that_was_resumed_makes_updates_again(fake):
    fake.record_until(5)
    frames = open_frames(fake)
    former = frames.id
    for update in (4, 5):
        (fake.folder / frame_file(update)).unlink()
    fake.record(3)
    data = pull(frames, 5, 45)
    assert [head["index"] for head in heads_of(data)] == [1, 2, 3]
    assert "resumed at update 3" in header_of(data)["notice"]
    assert frames.id != former


def test_half_a_file_and_a_deleted_folder_are_survived(fake):
    fake.record_until(3)
    whole = (fake.folder / frame_file(3)).read_bytes()
    (fake.folder / frame_file(3)).write_bytes(whole[: len(whole) // 2])
    frames = open_frames(fake)
    heads = heads_of(pull(frames, 0, 0))
    assert heads[-1]["index"] == 2, "the newest that can be read"
    fake.record(4)
    assert [head["index"] for head in heads_of(pull(frames, len(heads), 45))] == [3, 4]
    shutil.rmtree(fake.folder)
    header = header_of(pull(frames, frames.total, 45))
    assert header["elsewhere"]["state"] == "Its folder is gone."
    assert "can still be played" in header["notice"]


def test_how_it_stands_is_said(fake):
    fake.record_until(2)
    frames = open_frames(fake)
    fake.write_state("ended", 2, ["Disk full."])
    header = header_of(pull(frames, 2, 45))
    assert (header["elsewhere"]["state"], header["notice"]) == (
        "It has ended at update 2.",
        "Disk full.",
    )
    assert header["strings"]["waiting"] == "at its end"


def test_without_a_recording_there_is_nothing_to_play(fake):
    with pytest.raises(LookupError, match="first update has not come"):
        open_frames(fake)


def test_four_layers_and_directions_are_drawn_in_colours_of_their_own():
    layers = [(layer, way) for layer in (0, 1) for way in ("forward", "reverse")]
    for measure in describe_measures(layers, True):
        names, labels, colours = zip(*measure["lines"], strict=True)
        assert len(set(names)) == len(set(labels)) == len(set(colours)) == 4
