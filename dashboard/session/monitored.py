"""Trainings that run elsewhere: which of them this reader may watch, and the one that is on the page.

Whose they are: what was posted to a reader is found by the key of the reader's browser alone, as saved runs are. What
scripts on the server's own machine write is shown to the readers who sit at that machine.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.common.files import remove_folder
from core.common.messages import say, sentence_of
from core.io.carried_layer import CarriedLayer
from core.io.monitor import MonitoredRun, list_monitored
from core.io.monitor.layout import live_folder
from core.io.store import runs_folder
from core.training.experiment import Experiment
from dashboard.common.i18n import _
from dashboard.serving.locality import is_at_this_machine
from dashboard.serving.turns import time_slice
from dashboard.session import inspected
from dashboard.session.autosave import open_store
from dashboard.session.monitored_frames import MonitoredFrames
from dashboard.session.own_model import open_recordings
from dashboard.session.settings import experiment
from dashboard.session.state import state


@dataclass
class MonitoredState:
    """opened: the training that the Live page shows in place of the session's run. frames: once something is recorded.

    looked_at: the update that the pages which look inside show; None: none of it. goes_inside: whether the reader is on
    the way to them. beside: the settings of the session's run when it was opened.
    """

    opened: MonitoredRun | None = None
    frames: MonitoredFrames | None = None
    looked_at: int | None = None
    goes_inside: bool = False
    beside: Experiment | None = None


def list_for_reader() -> list[MonitoredRun]:
    """Those that this reader may watch: which run first, then the one of the latest sign of life."""
    runs = list_monitored(open_store().folder)
    if is_at_this_machine():
        runs += list_monitored(runs_folder())
    return sorted(runs, key=lambda run: (run.state.name != "running", -run.state.since))


def find_for_reader(key: str) -> MonitoredRun:
    """The one with this key. LookupError: this reader may watch none that is called so."""
    for run in list_for_reader():
        if run.key == key:
            return run
    raise LookupError(
        say(
            "watch_live: expected the key of a training that you may watch, got another. Open the link on the machine "
            "where it trains, or in the browser to which it is posted."
        )
    )


def open_monitored(run: MonitoredRun) -> None:
    """The Live page shows this training; the session's run stays as it is."""
    mine = state(MonitoredState)
    mine.opened, mine.frames, mine.looked_at = run, None, None
    mine.beside = experiment()


def close_monitored() -> None:
    """The Live page shows the session's run again."""
    mine = state(MonitoredState)
    mine.opened = mine.frames = mine.looked_at = None


def find_opened() -> MonitoredRun | None:
    """The training that the Live page shows; None where it shows the session's run: also once other settings are chosen."""
    mine = state(MonitoredState)
    if mine.opened is not None and mine.beside != experiment():
        close_monitored()
    return mine.opened


def follow_visit(key: str) -> None:
    """The reader goes back or forward to an entry of the browser's history with this key; "": with none."""
    opened = state(MonitoredState).opened
    if opened is not None and opened.key == key:
        return
    close_monitored()
    if key:
        with suppress(LookupError):
            open_monitored(find_for_reader(key))


def choose_module(name: str) -> None:
    """The training that is open shows this module from now on; where nothing of it can be read, it says so."""
    frames = get_frames()
    with time_slice():
        try:
            frames.choose_module(name)
        except LookupError as error:
            frames.notice = sentence_of(error)


def is_posted(run: MonitoredRun) -> bool:
    """Whether it was posted to this reader, who may then delete it."""
    return run.folder.parent == live_folder(open_store().folder)


def delete_posted(run: MonitoredRun) -> None:
    """Deletes a training that was posted to this reader. OSError: the disk refuses."""
    if is_posted(run):
        remove_folder(run.folder)


def read_frames() -> MonitoredFrames | None:
    """The frames of the training that is open; None while nothing is recorded of it. LookupError: none is open."""
    mine = state(MonitoredState)
    run = get_opened()
    if mine.frames is None:
        run.refresh()
        try:
            with time_slice():
                mine.frames = MonitoredFrames(run)
        except LookupError:
            return None
    return mine.frames


def get_opened() -> MonitoredRun:
    """The training that the Live page shows. LookupError: the reader has closed it."""
    opened = state(MonitoredState).opened
    if opened is None:
        raise LookupError(_("This training is not on the page any more. Reload the page."))
    return opened


def get_frames() -> MonitoredFrames:
    """Its frames, for its player. LookupError: it is closed."""
    frames = state(MonitoredState).frames
    if frames is None:
        raise LookupError(_("This training is not on the page any more. Reload the page."))
    return frames


def look_inside(frames: MonitoredFrames, update: int) -> bool:
    """The pages that look inside show the update, or the nearest one before it whose recording is on the disk.

    False: there is none, or the server has no memory for it; the player then says why.
    """
    frames.run.refresh()
    recorded = _nearest(frames.run.updates, update)
    frames.notice = ""
    try:
        if recorded is None:
            raise LookupError(say("No recording is left of this update."))
        recordings = {
            _("{name}, update {n}", name=name or frames.run.about.name, n=recorded): recording
            for name, recording in frames.run.read(recorded).recordings.items()
        }
        about = frames.run.about
        symbols = dict.fromkeys(recordings, CarriedLayer({}, (about.symbols,)))
        open_recordings(recordings, {}, symbols, loss_title=about.loss_title)
    except (LookupError, ValueError) as error:
        frames.notice = sentence_of(error)
        return False
    inspected.choose_kind(inspected.RECORDED)
    mine = state(MonitoredState)
    mine.looked_at, mine.goes_inside = recorded, True
    return True


def _nearest(updates: Sequence[int], update: int) -> int | None:
    """The latest at or before this one, else the first of all; None of none."""
    before = [each for each in updates if each <= update]
    return before[-1] if before else next(iter(updates), None)
