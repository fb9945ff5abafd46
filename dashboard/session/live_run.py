"""The run that is on the page: kept in the session, trained in slices, sent to the player.

The player pulls; nothing trains when nobody asks, and all who ask take turns: see `classroom`.
"""

import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, cast

import streamlit as st

from core.analysis.diagnosis import Diagnosis, diagnose
from core.analysis.gates import History
from core.analysis.inspection import Subject, of_trainer
from core.tasks import Task
from core.tasks.text import TEMPERATURE
from core.training.curves import Curves
from core.training.provenance import parts
from core.training.trainer import Experiment, Step, Trainer
from dashboard.common.fragments import fragment
from dashboard.common.i18n import _
from dashboard.player import encoding
from dashboard.player.component import player
from dashboard.player.messages import Message, asked
from dashboard.serving.scheduler import BUDGET, Left
from dashboard.serving.turns import begin, turn
from dashboard.session import autosave, interventions, position
from dashboard.session.frame_buffer import Reel
from dashboard.widgets import download_progress, experiment_panel

MOST = 600  # updates for one answer
FAR = 2**31  # updates: more are not counted
STEPS = 2  # who asks for no more than these clicked on Step, and does not play


class Live(Reel):
    """The run of the Live page, and its numbers so far.

    curves: of a run that was saved; the page shows them before the network as it is now.
    saved_as: the folder in which it is kept on; None: a new one.
    """

    def __init__(self, trainer: Trainer, curves: Curves | None = None, saved_as: str | None = None):
        super().__init__(uuid.uuid4().hex[:8], trainer)
        self.curves = Curves() if curves is None else curves
        self.keeper = autosave.Keeper(saved_as or self.id)
        self.arrived = False  # whether it is the run that the session's link leads to
        if hasattr(trainer.task, "sample_text"):
            trainer.wishes = dict(st.session_state.get("wishes", {}))
        look = trainer.look()
        self.begin(look, past=self.curves)
        self.history = History()
        self.history.add(trainer.index, look.recording)

    def add(self, step: Step, detail: bool, extra: Mapping[str, Any] | None = None) -> None:
        super().add(step, detail, extra)
        self.curves.add(step)
        self.history.add(step.index, step.recording)

    def answer(self, have: int, n: int, every: int) -> None:
        """Trains until the frames have .. have + n - 1 are there, or the time is up; forgets older ones."""
        if have < self.start:
            return
        self.forget(have)
        with suppress(Left), turn(soon=n <= STEPS) as slice_:
            for _k in range(min(n, MOST) - len(self.frames)):
                step = next(self.trainer, None)
                if step is None or not step.finite:
                    break
                self.add(step, detail=step.index % every == 0)
                if slice_.over() or self.full:
                    break
        self.keeper.turn(self)

    def train(self, n: int, seconds: float = BUDGET) -> int:
        """Trains n updates, or until the time is up, for a page without the player -> updates made.

        The player gets them when it is on the page again: of the updates in between the numbers only,
        and the pictures of those at which the network was judged.
        """
        made, end = 0, time.monotonic() + seconds
        with suppress(Left):
            while made < n:
                with turn(soon=not made) as slice_:  # for one slice at a time: others want theirs
                    while made < n:
                        step = next(self.trainer, None)
                        if step is None or not step.finite:
                            return made
                        self.add(step, detail=False)
                        made += 1
                        if slice_.over() or time.monotonic() > end:
                            break
                if time.monotonic() > end:
                    break
        self.keeper.turn(self)
        return made

    def succeeded_by(self, trainer: Trainer, curves: Curves | None = None) -> "Live":
        """A run of another trainer, after `curves`, under the same interventions where it can be."""
        try:
            interventions.put(parts(trainer.model), interventions.in_force(self.trainer))
        except (ValueError, LookupError):
            interventions.put(parts(trainer.model), {})
        return Live(trainer, curves)

    def read(self, text: str) -> None:
        """The reader typed a sequence: from now on the network reads it."""
        try:
            self.trainer.set_probe(text)
        except (ValueError, LookupError) as error:
            self.probe_error = str(error)
            return
        self.probe_error = ""
        self.look_again(self.trainer.look())

    def subject(self) -> Subject:
        """The network as it is now, reading the probe: for the pages that look inside."""
        return of_trainer(self.trainer)

    def diagnosis(self) -> Diagnosis:
        """What is the matter with the run as it stands."""
        if self.trainer.diverged:
            return Diagnosis("diverged", float("nan"), {"update": self.trainer.index + 1})
        return diagnose(self.latest, at=self.trainer.task.at)

    def wish(self, wishes: dict[str, Any]) -> None:
        """The reader wants the picture drawn in another way, now and from now on."""
        st.session_state["wishes"] = self.trainer.wishes = wishes
        with turn():
            self.look_again(self.trainer.look())

    def data(self) -> bytes:
        """What the player is told: how the run stands, and the frames it may not have."""
        header = self.header()
        if self.trainer.diverged:
            header["banner"] = {
                "text": self.trainer.diverged,
                "button": _("Go back, with clipping on"),
                "frame": self.total - 1,
            }
        return encoding.batch(header | {"cursor": position.of_link("", self)}, self.frames)


def current(experiment: Experiment) -> Live:
    """The session's run of this experiment; another experiment begins a new one."""
    live, place = st.session_state.get("live"), st.empty()  # where a download shows how far it is
    if live is None or live.trainer.experiment != experiment:
        download_progress.load(
            place, experiment
        )  # before the turn: nobody else need wait for the network
        with begin("live", [experiment]):
            trainer = Trainer(experiment)
            live = _first(trainer) if live is None else live.succeeded_by(trainer)
            st.session_state["live"] = live
    return live


def _first(trainer: Trainer) -> Live:
    """The first run of a session, as its link says: what it reads, what is held."""
    complaints = interventions.begin(trainer)
    try:
        position.read(trainer)
    except (ValueError, LookupError) as error:
        complaints.append(str(error))
    for (
        complaint
    ) in complaints:  # the controls, which are drawn by now, show it from the next time on
        st.warning(experiment_panel.plain(complaint))
        st.session_state.setdefault("complaints", []).append(complaint)
    live = Live(trainer)
    live.arrived = True
    return live


def pulled(pull: Message | None, answer: Callable[[int, int, int], None]) -> None:
    """Answers the question for frames (have, n, every), when it is one."""
    if pull is None:
        return
    have, n = pull.whole("have", -1, FAR), pull.whole("n", 1, FAR)
    if have is not None and n is not None:
        answer(have, n, pull.whole("every", 1, FAR) or 1)


def opened(experiment: Experiment) -> Live:
    """As `current`, for a page: where there can be no such run a sentence says why, and the page ends."""
    try:
        return current(experiment)
    except (ValueError, LookupError, OSError) as error:
        st.error(experiment_panel.plain(str(error)))
        st.stop()


def _on_pull() -> None:
    live: Live = st.session_state["live"]
    pulled(asked("player", "pull", live.id), live.answer)


def _on_action() -> None:
    live: Live = st.session_state["live"]
    action = asked("player", "action", live.id)
    if action is None:
        return
    kind = action.text("kind")
    if kind == "reset":
        with turn():
            trainer = Trainer(live.trainer.experiment)
            if live.trainer.probe.text:
                trainer.set_probe(live.trainer.probe.text)
            st.session_state["live"] = live.succeeded_by(trainer)
    elif kind == "probe":
        live.read(action.text("text"))
    elif kind == "rewind" and live.trainer.diverged:
        rewind()


def rewind(**changes: Any) -> None:
    """The page's run, which diverged, goes on from a good state before; its curves and settings follow.

    changes: as of `Trainer.rewind`. For a callback of a fragment that calls `controls.draw_changes`.
    """
    live: Live = st.session_state["live"]
    with turn():
        trainer = live.trainer.rewind(**changes)
        live.curves.cut(trainer.index)
        st.session_state["live"] = live.succeeded_by(trainer, live.curves)
    experiment_panel.take(trainer.experiment)
    experiment_panel.show_changes()


def go_on(trainer: Trainer, curves: Curves, saved_as: str | None = None) -> None:
    """Puts a run that was saved on the page, ready to play. ValueError: the server has no room for it."""
    with begin("live", [trainer.experiment]):
        live = Live(trainer, curves, saved_as)
        live.arrived = "live" not in st.session_state
        st.session_state["live"] = live
    interventions.follow(trainer)
    experiment_panel.take(trainer.experiment)


def task() -> Task:
    """The task of the session's run."""
    return st.session_state["live"].trainer.task


def say_what_is_held() -> None:
    """A line over the player when the run trains under an intervention, with the way out of it."""
    trainer: Trainer = st.session_state["live"].trainer
    held = interventions.in_force(trainer)
    if not held:
        return

    def take_away() -> None:
        interventions.put(parts(trainer.model), {})

    what, out = st.columns([4, 1], vertical_alignment="center")
    sentence = experiment_panel.plain(interventions.sentence(held))
    what.warning(
        _("**Under an intervention:** {what}.").format(what=sentence), icon=":material/back_hand:"
    )
    out.button(_("Take it away"), on_click=take_away, key="take away", width="stretch")


@fragment
def write() -> None:
    """What the network writes with the weights that it has now; training goes on undisturbed."""
    live: Live = st.session_state["live"]
    now = {"temperature": TEMPERATURE, "top_k": 0} | live.trainer.wishes
    start, heat, most = st.columns(3)
    begin = start.text_input(_("It goes on from"), key="write start")
    temperature = heat.slider(
        _("Temperature"),
        0.0,
        2.0,
        now["temperature"],
        0.1,
        key="write temperature",
        help=_("0: always the likeliest"),
    )
    top_k = most.slider(_("Only the likeliest (0: all)"), 0, 30, now["top_k"], key="write top")
    st.caption(
        _("The sample beside the curves, which grows better while it learns, is drawn so too.")
    )
    if (wishes := {"temperature": temperature, "top_k": top_k}) != now:
        live.wish(wishes)
        st.rerun()  # the player shows the new sample
    if st.button(_("Write"), key="write"):
        trainer, writer = live.trainer, cast(Any, live.trainer.task)
        try:
            with turn():
                text = writer.sample_text(
                    trainer.model, begin, 200, temperature, seed=trainer.index, top_k=top_k
                )
        except ValueError as error:
            st.warning(experiment_panel.plain(str(error)))
        else:
            st.text(text)


@fragment
def show() -> None:
    """The player, with the run of the session. Its questions rerun this fragment alone."""
    live: Live = st.session_state["live"]
    player("player", live.data(), _on_pull, _on_action)
    if live.keeper.problem:
        st.warning(experiment_panel.plain(live.keeper.problem))
    experiment_panel.draw_changes()
