"""The session's run: trained in time slices, sent to the player.

It trains only when the player, or a page, asks for updates; all sessions share the server's time by
`dashboard.serving.scheduler`.
"""

import math
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import streamlit as st

from core.analysis.diagnosis import Diagnosis
from core.analysis.gates import DistributionHistory
from core.analysis.inspection import Inspection, inspect_trainer
from core.analysis.weight_history import WeightHistory, flatten_weights
from core.common.messages import sentence_of
from core.tasks.task_types import Writes
from core.training.curves import Curves
from core.training.presets import reads_of
from core.training.settings_log import find_changes
from core.training.trainer import Experiment, Trainer, Update
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import LIVE
from dashboard.player import encoding
from dashboard.player.pull import Pull
from dashboard.serving.admission import (
    continue_runs,
    exchange_runs,
    expect_runs,
    start_beside,
    start_runs,
)
from dashboard.serving.scheduler import TimeSlice, TurnCancelledError
from dashboard.serving.turns import time_slice
from dashboard.session import autosave, interventions, position
from dashboard.session.classes import class_labels
from dashboard.session.frame_buffer import FrameBuffer
from dashboard.session.interventions import Interventions
from dashboard.session.settings import Settings, choose_experiment
from dashboard.session.state import state

# Of all snapshots of a run: 2 MB of its embedding, 4 MB of the whole network.
MAX_EMBEDDING_NUMBERS, MAX_WEIGHT_NUMBERS = 500_000, 1_000_000
PAGE, PREVIOUS = "live", "previous"  # what memory is reserved for


class LiveRun(FrameBuffer):
    """The run of the Live page, and its numbers so far.

    curves: of a saved run; the page shows them before the network as it is now. saved_as: the folder in which
    it is saved further; None: a new one. from_link: whether it is the run that the session's link leads to.
    """

    def __init__(self, trainer: Trainer, curves: Curves | None = None, saved_as: str | None = None):
        super().__init__(uuid.uuid4().hex[:8], trainer)
        self.busy = threading.Lock()  # held while it is trained, or saved
        self.curves = Curves() if curves is None else curves
        self.autosave = autosave.Autosave(saved_as or self.id)
        self.autosave.saved = trainer.index  # as it begins it is saved already, or untrained
        self.from_link = False
        if isinstance(trainer.task, Writes):
            trainer.panel_options = dict(state(RunState).panel_options)
        look = trainer.look()
        self.add_first_frame(look, past=self.curves)
        self.history = DistributionHistory()
        self.history.add(trainer.index, look.recording)
        self.embeddings = WeightHistory(MAX_EMBEDDING_NUMBERS)
        self.weights = WeightHistory(MAX_WEIGHT_NUMBERS)
        self._keep_weights(trainer.index)

    def add(self, update: Update, detail: bool, extra: Mapping[str, Any] | None = None) -> None:
        """Adds the frame of an update, and its numbers to the curves and the history of the gates."""
        super().add(update, detail, extra)
        self.curves.add(update)
        self.history.add(update.index, update.recording)
        self._keep_weights(update.index)

    def read_embedding(self) -> tuple[int, np.ndarray]:
        """(update, vectors of all symbols [V, E]) as they are now. AssertionError: the network has no embedding."""
        embedding = self.trainer.model.embedding
        assert embedding is not None
        with self.busy:
            return self.trainer.index, embedding.weight.detach().numpy().copy()

    def _keep_weights(self, update: int) -> None:
        if self.weights.is_due(update):
            self.weights.add(update, flatten_weights(self.trainer.model))
        embedding = self.trainer.model.embedding
        if embedding is not None and self.embeddings.is_due(update):
            self.embeddings.add(update, embedding.weight.detach().numpy())

    def answer(self, pull: Pull, slice_: TimeSlice, redraws: bool = False) -> bytes:
        """The frames that are asked for; trains until they are there, or the time slice is over.

        redraws: whether the page has to be drawn anew. ValueError: the player cannot have so many frames.
        """
        n = self.take_pull(pull, self.begin_anew)
        with self.busy:
            while len(self.frames) < n and not self.is_full:
                update = next(self.trainer, None)
                if update is None or not update.finite:
                    break
                self.add(update, detail=update.index % pull.every == 0)
                if slice_.ends_after_update():
                    break
        return self.data(redraws)

    def begin_anew(self) -> None:
        """Under another name, with all its numbers so far: a player that has none of its frames can begin."""
        self.id = uuid.uuid4().hex[:8]
        self.forget_frames()
        self.add_first_frame(self.trainer.look(), past=self.curves)

    def rest(self) -> Callable[[], None] | None:
        """Saving the run, after an answer, where that is due; None where it is not."""
        return self.save_if_due if self.autosave.is_due(self) else None

    def save_if_due(self) -> None:
        """Saves the run by itself, if that is due; no update is made meanwhile."""
        with self.busy:
            if self.autosave.is_due(self):
                self.autosave.save(self)

    def train(self, n: int, seconds: float = math.inf) -> int:
        """Trains n updates, or until `seconds` are over, for a page without the player -> updates made.

        The player receives them when it is on the page again: of each the numbers, and the recording only of
        the last, and of those at which the network was evaluated.
        """
        made, end = 0, time.monotonic() + seconds
        with suppress(TurnCancelledError):
            while made < n and (not made or time.monotonic() <= end):
                # One time slice after the other, so that other sessions get theirs.
                with time_slice(is_click=not made) as slice_:
                    more = self.train_in_slice(n - made, slice_, end)
                if not more:
                    break
                made += more
        self.save_if_due()
        return made

    def train_in_slice(self, n: int, slice_: TimeSlice, end: float = math.inf) -> int:
        """As `train`, in this slice alone. end: of `time.monotonic`. 0 updates: the run has diverged."""
        with self.busy:
            for made in range(n):
                update = next(self.trainer, None)
                if update is None or not update.finite:
                    return made
                self.add(update, detail=made == n - 1)  # the page Live opens with this one
                if slice_.ends_after_update() or time.monotonic() > end:
                    return made + 1
        return n

    def continue_with(self, trainer: Trainer, curves: Curves | None = None) -> "LiveRun":
        """A run of another trainer, after `curves`, under the same interventions where they fit it."""
        try:
            interventions.set_interventions(
                trainer.model.parts, interventions.get_run_interventions(self.trainer)
            )
        except (ValueError, LookupError):
            interventions.set_interventions(trainer.model.parts, {})
        return LiveRun(trainer, curves)

    def set_probe(self, text: str) -> None:
        """Lets the network read a sequence that the reader typed; `probe_error` says why where it cannot."""
        try:
            self.trainer.set_probe(text)
        except (ValueError, LookupError) as error:
            self.refuse_probe(text, error)
            return
        self.probe_error = ""
        self.replace_newest(self.trainer.look())

    def inspect(self) -> Inspection:
        """The network as it is now, with the probe, for the pages that look inside."""
        inspection = inspect_trainer(self.trainer)
        return replace(inspection, labels=class_labels(self.trainer.task))

    def diagnose(self) -> Diagnosis:
        """The diagnosis of the run at its newest update."""
        if self.trainer.diverged:
            return Diagnosis("diverged", {"update": self.trainer.index + 1})
        return super().diagnose()

    def set_panel_options(self, options: dict[str, Any]) -> None:
        """Draws the task's panel by these options, in this run and the following ones."""
        with time_slice():
            state(RunState).panel_options = self.trainer.panel_options = options
            self.replace_newest(self.trainer.look())

    def data(self, redraws: bool = False) -> bytes:
        """The answer to the player: the state of the run, and the frames that it has not received."""
        header = self.header()
        if self.trainer.diverged:
            header["banner"] = {
                "text": self.trainer.diverged,
                "button": _("Go back, with clipping on"),
                "frame": self.total - 1,
            }
        header["cursor"] = position.position_for_player(LIVE, self)
        header |= {"notice": self.autosave.problem, "saved": self.autosave.run, "redraws": redraws}
        return encoding.encode_batch(header, self.frames)


@dataclass(frozen=True)
class PreviousRun:
    """A run that another one has replaced, with the interventions that were in view then."""

    run: LiveRun
    interventions: Interventions


@dataclass
class RunState:
    """run: the session's, once a page has begun one. panel_options: how the reader wants its panel drawn.

    previous: the run before it, where there was one that had trained, and the server has room for both.
    begins_anew: the reader has chosen an example: its run does not go on from the present one. opens_link: a step
    of a lesson has: its run begins as the first of a session does. keeps_previous: the run before is the reader's own,
    and stays so whatever the lesson begins.
    """

    run: LiveRun | None = None
    begins_anew: bool = False
    opens_link: bool = False
    keeps_previous: bool = False
    panel_options: dict[str, Any] = field(default_factory=dict)
    previous: PreviousRun | None = None


def find_run() -> LiveRun | None:
    """The session's run; None before a page has begun one."""
    return state(RunState).run


def get_run() -> LiveRun:
    """The session's run, on a page that has begun one. AssertionError elsewhere."""
    run = find_run()
    assert run is not None
    return run


def set_run(run: LiveRun) -> None:
    """From now on this is the session's run."""
    state(RunState).run = run


def get_or_start_run(experiment: Experiment, load_data: Callable[[], None]) -> LiveRun:
    """The session's run of this experiment.

    Where the experiment is another by settings that a run can change, the run goes on with them; else a new one
    begins. load_data: fetches its data. ValueError: the server has no memory for the run.
    """
    live = find_run()
    mine = state(RunState)
    begins_anew, mine.begins_anew = mine.begins_anew, False
    opens_link, mine.opens_link = mine.opens_link, False
    if live is None:
        load_data()  # before the time slice: other sessions need not wait for a download
        with start_runs(PAGE, [experiment]):
            set_run(_start_first_run(_begin(experiment)))
    elif opens_link:
        load_data()
        _replace_run(experiment, lambda: _start_first_run(_begin(experiment)))
    elif begins_anew and (live.trainer.index or live.trainer.experiment != experiment):
        load_data()
        _replace_run(experiment, lambda: LiveRun(_begin(experiment)))
        interventions.restore({})
    elif live.trainer.experiment != experiment:
        changes = find_changes(live.trainer.experiment, experiment)
        if changes is not None and not live.trainer.diverged:
            with continue_runs([experiment]), live.busy:
                live.trainer.change_settings(**changes)
        else:
            load_data()
            _replace_run(experiment, lambda: live.continue_with(_begin(experiment)))
    return get_run()


def _begin(experiment: Experiment) -> Trainer:
    """An untrained network that watches the sequence of the example, where the settings are an example's."""
    return Trainer(experiment, reads_of(experiment) or None)


def _replace_run(experiment: Experiment, make_run: Callable[[], LiveRun]) -> None:
    """Begins another run; the present one becomes the previous one if it has trained. ValueError: no memory."""
    mine = state(RunState)
    stays = mine.keeps_previous and mine.previous is not None
    if mine.run is None or not mine.run.trainer.index or stays:
        with start_runs(PAGE, [experiment]):
            mine.run = make_run()
        return
    present = PreviousRun(mine.run, dict(interventions.get_interventions()))
    mine.previous = None
    turn, both_fit = start_beside(PAGE, [experiment], PREVIOUS)
    with turn:
        mine.run = make_run()
    if both_fit:
        mine.previous = present


def find_previous_run() -> LiveRun | None:
    """The run before the session's; None where there is none to go back to."""
    previous = state(RunState).previous
    return None if previous is None else previous.run


def go_back_to_previous_run() -> None:
    """The run before is the session's again, with its settings and interventions; the present one is now before it.

    Nothing happens where there is none.
    """
    mine = state(RunState)
    previous, present = mine.previous, get_run()
    if previous is None:
        return
    mine.previous = PreviousRun(present, dict(interventions.get_interventions()))
    with exchange_runs(PAGE, PREVIOUS, [previous.run.trainer.experiment]):
        set_run(previous.run)
    interventions.restore(previous.interventions)
    choose_experiment(previous.run.trainer.experiment)


def _start_first_run(trainer: Trainer) -> LiveRun:
    """The first run of a session, with the sequence and the interventions of its link."""
    complaints = interventions.intervene_from_link(trainer)
    try:
        position.set_probe_from_link(trainer)
    except (ValueError, LookupError) as error:
        complaints.append(sentence_of(error))
    for (
        complaint
    ) in complaints:  # the controls are drawn by now; they show it from the next rerun on
        st.warning(escape_markdown(say_by_label(complaint)))
        state(Settings).complaints.append(complaint)
    live = LiveRun(trainer)
    live.from_link = True
    return live


def rewind_run(**changes: Any) -> None:
    """Takes the run that diverged back to its last sound update, to go on with other settings.

    changes: as of `Trainer.rewind`; without any it goes on with clipping. Its curves are cut there, and the
    session's settings become those of the run. Called in a time slice.
    """
    live = get_run()
    trainer = live.trainer.rewind(**changes)
    live.curves.cut(trainer.index)
    set_run(live.continue_with(trainer, live.curves))
    choose_experiment(trainer.experiment)


def open_saved_run(trainer: Trainer, curves: Curves, saved_as: str | None = None) -> None:
    """Puts a saved run on the page, ready to play. ValueError: the server has no memory for it."""
    _replace_run(trainer.experiment, lambda: _make_saved_run(trainer, curves, saved_as))
    _adopt_settings(trainer)


def _make_saved_run(trainer: Trainer, curves: Curves, saved_as: str | None) -> LiveRun:
    live = LiveRun(trainer, curves, saved_as)
    live.from_link = find_run() is None
    return live


def _adopt_settings(trainer: Trainer) -> None:
    interventions.adopt_from_run(trainer)
    choose_experiment(trainer.experiment)


def reopen_run(live: LiveRun, saved_as: str) -> bool:
    """Goes on with what was saved of the run that the page showed before the server was restarted.

    live: the untrained run that stands in its place. Called in a time slice. -> whether there was such a run.
    """
    if live.trainer.index:
        return False
    try:
        trainer, curves = autosave.open_store().open(saved_as)
        expect_runs(PAGE, [trainer.experiment])
    except (ValueError, LookupError, OSError):
        return False
    set_run(_make_saved_run(trainer, curves, saved_as))
    _adopt_settings(trainer)
    return True
