"""The run that is on the page: kept in the session, trained in slices, sent to the player.

The player pulls; nothing trains when nobody asks, and all who ask take turns: see `classroom`.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.analysis.diagnosis import Diagnosis, diagnose
from core.analysis.gates import History
from core.analysis.inspection import Inspection, of_trainer
from core.tasks.task_types import Writes
from core.training.curves import Curves
from core.training.trainer import Experiment, Trainer, Update
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import LIVE
from dashboard.player import encoding
from dashboard.player.pull import MAX_UPDATES_PER_ANSWER, MAX_UPDATES_PER_CLICK
from dashboard.serving.scheduler import SLICE_SECONDS, TurnCancelledError
from dashboard.serving.turns import start_runs, time_slice
from dashboard.session import autosave, interventions, position
from dashboard.session.frame_buffer import FrameBuffer
from dashboard.session.settings import Settings, choose_experiment
from dashboard.session.state import state


class LiveRun(FrameBuffer):
    """The run of the Live page, and its numbers so far.

    curves: of a run that was saved; the page shows them before the network as it is now.
    saved_as: the folder in which it is kept on; None: a new one.
    """

    def __init__(self, trainer: Trainer, curves: Curves | None = None, saved_as: str | None = None):
        super().__init__(uuid.uuid4().hex[:8], trainer)
        self.curves = Curves() if curves is None else curves
        self.autosave = autosave.Autosave(saved_as or self.id)
        self.from_link = False  # whether it is the run that the session's link leads to
        if isinstance(trainer.task, Writes):
            trainer.panel_options = dict(state(RunState).panel_options)
        look = trainer.look()
        self.add_first_frame(look, past=self.curves)
        self.history = History()
        self.history.add(trainer.index, look.recording)

    def add(self, step: Update, detail: bool, extra: Mapping[str, Any] | None = None) -> None:
        super().add(step, detail, extra)
        self.curves.add(step)
        self.history.add(step.index, step.recording)

    def answer(self, have: int, n: int, every: int) -> None:
        """Trains until the frames have .. have + n - 1 are there, or the time is up; forgets older ones."""
        if have < self.start:
            return
        self.drop_frames_before(have)
        with (
            suppress(TurnCancelledError),
            time_slice(is_click=n <= MAX_UPDATES_PER_CLICK) as slice_,
        ):
            for _k in range(min(n, MAX_UPDATES_PER_ANSWER) - len(self.frames)):
                step = next(self.trainer, None)
                if step is None or not step.finite:
                    break
                self.add(step, detail=step.index % every == 0)
                if slice_.ends_after_update() or self.is_full:
                    break
        self.autosave.save_if_due(self)

    def train(self, n: int, seconds: float = SLICE_SECONDS) -> int:
        """Trains n updates, or until the time is up, for a page without the player -> updates made.

        The player gets them when it is on the page again: of the updates in between the numbers only,
        and the pictures of those at which the network was judged.
        """
        made, end = 0, time.monotonic() + seconds
        with suppress(TurnCancelledError):
            while made < n:
                with time_slice(
                    is_click=not made
                ) as slice_:  # for one slice at a time: others want theirs
                    while made < n:
                        step = next(self.trainer, None)
                        if step is None or not step.finite:
                            return made
                        self.add(step, detail=False)
                        made += 1
                        if slice_.ends_after_update() or time.monotonic() > end:
                            break
                if time.monotonic() > end:
                    break
        self.autosave.save_if_due(self)
        return made

    def continue_with(self, trainer: Trainer, curves: Curves | None = None) -> "LiveRun":
        """A run of another trainer, after `curves`, under the same interventions where it can be."""
        try:
            interventions.set_interventions(
                trainer.model.parts, interventions.get_run_interventions(self.trainer)
            )
        except (ValueError, LookupError):
            interventions.set_interventions(trainer.model.parts, {})
        return LiveRun(trainer, curves)

    def set_probe(self, text: str) -> None:
        """The reader typed a sequence: from now on the network reads it."""
        try:
            self.trainer.set_probe(text)
        except (ValueError, LookupError) as error:
            self.probe_error = str(error)
            return
        self.probe_error = ""
        self.replace_newest(self.trainer.look())

    def inspect(self) -> Inspection:
        """The network as it is now, reading the probe: for the pages that look inside."""
        return of_trainer(self.trainer)

    def diagnose(self) -> Diagnosis:
        """What is the matter with the run as it stands."""
        if self.trainer.diverged:
            return Diagnosis("diverged", float("nan"), {"update": self.trainer.index + 1})
        return diagnose(self.latest, at=self.trainer.task.at)

    def set_panel_options(self, options: dict[str, Any]) -> None:
        """The reader wants the panel drawn in another way, now and from now on."""
        state(RunState).panel_options = self.trainer.panel_options = options
        with time_slice():
            self.replace_newest(self.trainer.look())

    def data(self) -> bytes:
        """What the player is told: how the run stands, and the frames it may not have."""
        header = self.header()
        if self.trainer.diverged:
            header["banner"] = {
                "text": self.trainer.diverged,
                "button": _("Go back, with clipping on"),
                "frame": self.total - 1,
            }
        return encoding.encode_batch(
            header | {"cursor": position.get_link_position(LIVE, self)}, self.frames
        )


@dataclass
class RunState:
    """run: the session's, once a page has begun one. panel_options: how the reader wants its picture drawn."""

    run: LiveRun | None = None
    panel_options: dict[str, Any] = field(default_factory=dict)


def find_run() -> LiveRun | None:
    """The session's run, if it has begun one."""
    return state(RunState).run


def get_run() -> LiveRun:
    """The session's run, on a page that has begun one."""
    run = find_run()
    assert run is not None
    return run


def set_run(run: LiveRun) -> None:
    """From now on this is the session's run."""
    state(RunState).run = run


def get_or_start_run(experiment: Experiment, load_data: Callable[[], None]) -> LiveRun:
    """The session's run of this experiment; another experiment begins a new one, once its data is there."""
    live = find_run()
    if live is None or live.trainer.experiment != experiment:
        load_data()  # before the turn: nobody else need wait for the network
        with start_runs("live", [experiment]):
            trainer = Trainer(experiment)
            live = _first(trainer) if live is None else live.continue_with(trainer)
            set_run(live)
    return live


def _first(trainer: Trainer) -> LiveRun:
    """The first run of a session, as its link says: what it reads, what is held."""
    complaints = interventions.intervene_from_link(trainer)
    try:
        position.set_probe_from_link(trainer)
    except (ValueError, LookupError) as error:
        complaints.append(str(error))
    for complaint in complaints:  # the controls are drawn by now, and show it from the next time on
        st.warning(escape_markdown(complaint))
        state(Settings).complaints.append(complaint)
    live = LiveRun(trainer)
    live.from_link = True
    return live


def rewind_run(**changes: Any) -> None:
    """The run that diverged goes back to where it was sound, and on with these settings, or with clipping.

    Its curves and the session's settings follow. changes: as of `Trainer.rewind`.
    """
    live = get_run()
    with time_slice():
        trainer = live.trainer.rewind(**changes)
        live.curves.cut(trainer.index)
        set_run(live.continue_with(trainer, live.curves))
    choose_experiment(trainer.experiment)
    state(Settings).changed = True


def open_saved_run(trainer: Trainer, curves: Curves, saved_as: str | None = None) -> None:
    """Puts a run that was saved on the page, ready to play. ValueError: the server has no room for it."""
    with start_runs("live", [trainer.experiment]):
        live = LiveRun(trainer, curves, saved_as)
        live.from_link = find_run() is None
        set_run(live)
    interventions.adopt_from_run(trainer)
    choose_experiment(trainer.experiment)
