"""Whose trainings a reader may watch, and what the pages that look inside get of them."""

import pytest

from core.io.monitor.layout import frame_file
from core.training.experiment import Experiment
from dashboard.navigation import LIVE
from dashboard.player.messages import Message
from dashboard.session import inspected, monitored
from dashboard.session.autosave import open_store
from dashboard.session.inspected import InspectedState
from dashboard.session.link import read_link
from dashboard.session.monitored import (
    MonitoredState,
    close_monitored,
    find_for_reader,
    get_frames,
    list_for_reader,
    look_inside,
    open_monitored,
    read_frames,
)
from dashboard.session.playing import read_question
from dashboard.session.settings import choose_experiment
from dashboard.session.state import state
from dashboard.views.live.elsewhere import ACTIONS
from tests.helpers.monitored import FakeMonitor
from tests.helpers.streams import long_slice


@pytest.fixture
def root(server, tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLLED_RUNS", str(tmp_path))
    monkeypatch.setattr(monitored, "is_at_this_machine", lambda: False)
    return tmp_path


def names():
    return [run.about.name for run in list_for_reader()]


def test_a_class_sees_nobody_s_training_but_what_was_posted_to_each(root, monkeypatch):
    here = FakeMonitor(root, "of the server")
    posted = FakeMonitor(open_store().folder, "posted to me")
    assert names() == ["posted to me"]
    assert find_for_reader(posted.folder.name).about.name == "posted to me"
    with pytest.raises(LookupError, match="on the machine where it trains"):
        find_for_reader(here.folder.name)
    monkeypatch.setattr(monitored, "is_at_this_machine", lambda: True)
    assert sorted(names()) == ["of the server", "posted to me"]


def test_only_what_was_posted_to_a_reader_is_the_reader_s_to_delete(root, monkeypatch):
    monkeypatch.setattr(monitored, "is_at_this_machine", lambda: True)
    FakeMonitor(root, "of the server")
    FakeMonitor(open_store().folder, "posted to me")
    for run in list_for_reader():
        monitored.delete_posted(run)
    assert names() == ["of the server"]


def test_back_and_forward_lead_to_it_and_away(root):
    key = FakeMonitor(open_store().folder).folder.name
    monitored.follow_visit(key)
    opened = state(MonitoredState).opened
    assert opened is not None
    monitored.follow_visit(key)
    assert state(MonitoredState).opened is opened, "it plays on"
    monitored.follow_visit("")
    assert state(MonitoredState).opened is None
    monitored.follow_visit("0123456789abcdef")
    assert state(MonitoredState).opened is None


def test_who_chooses_other_settings_wants_a_run_of_their_own(root):
    FakeMonitor(open_store().folder)
    open_monitored(list_for_reader()[0])
    assert monitored.find_opened() is not None
    choose_experiment(Experiment(hidden_size=9))
    assert monitored.find_opened() is None


def test_those_that_run_come_first(root):
    for name, how in (("old", "ended"), ("new", "running")):
        FakeMonitor(open_store().folder, name).write_state(how, 3)
    assert names() == ["new", "old"]


def test_it_is_played_once_its_first_update_has_come(root):
    fake = FakeMonitor(open_store().folder)
    open_monitored(list_for_reader()[0])
    assert read_frames() is None
    fake.record(1)
    frames = read_frames()
    assert frames is not None
    assert frames is get_frames()
    close_monitored()
    with pytest.raises(LookupError, match="not on the page any more"):
        get_frames()


def test_the_pages_that_look_inside_get_the_update_that_is_left(root):
    fake = FakeMonitor(open_store().folder)
    fake.record_until(4)
    open_monitored(list_for_reader()[0])
    frames = read_frames()
    assert frames is not None
    (fake.folder / frame_file(3)).unlink()
    assert look_inside(frames, 3)
    assert (state(MonitoredState).looked_at, state(MonitoredState).goes_inside) == (2, True)
    assert inspected.state(InspectedState).kind == inspected.RECORDED
    (encoder, _decoder) = state(InspectedState).watched.items()
    assert encoder[0] == "encoder, update 2"
    assert (encoder[1]["h"].values == frames.run.read(2).recordings["encoder"]["h"].values).all()
    assert inspected.read_recording(encoder[0], 0).symbols == tuple("abcde")
    assert inspected.read_symbols(encoder[1], 0) == tuple("abcde"), "where the states go, too"
    assert state(InspectedState).loss_title == frames.run.about.loss_title
    for update in (1, 2, 4):
        (fake.folder / frame_file(update)).unlink()
    frames.run.refresh()
    assert not look_inside(frames, 3)
    assert "No recording is left" in frames.header()["notice"]


def test_a_click_to_look_inside_holds_although_the_training_was_resumed_meanwhile(root):
    fake = FakeMonitor(open_store().folder)
    fake.record_until(4)
    open_monitored(list_for_reader()[0])
    frames = read_frames()
    assert frames is not None
    click = {"kind": "look", "update": 3, "run": frames.id, "have": 4, "n": 0}
    frames.begin_anew()
    assert frames.id != click["run"]
    read_question(Message(click), get_frames, ACTIONS).answer(long_slice())
    assert state(MonitoredState).looked_at == 3


def test_nothing_is_left_to_do_of_a_training_that_was_closed_while_it_was_answered(root):
    FakeMonitor(open_store().folder).record_until(1)
    open_monitored(list_for_reader()[0])
    frames = read_frames()
    assert frames is not None
    question = read_question(Message({"run": frames.id, "have": 0, "n": 0}), get_frames, ACTIONS)
    question.answer(long_slice())
    close_monitored()
    assert question.after() is None


def test_a_link_to_it_says_what_the_page_shows():
    link = read_link(LIVE, {"watch_live": "0123456789abcdef"})
    assert (link.watch_live, link.has_settings, link.complaints) == ("0123456789abcdef", True, [])
