"""The run that is on the page: kept in the session, trained in slices, sent to the player.

The player pulls; nothing trains when nobody asks. A slice lasts at most BUDGET seconds, and one
process trains one slice at a time, so that a click of another reader never waits longer than that.
"""

import threading
import time
import uuid
from dataclasses import asdict
from typing import Any

import streamlit as st

from core.diagnosis import diagnose
from core.tasks import Task
from core.training import Experiment, Look, Step, Trainer
from dashboard import frames
from dashboard.player import player, strings
from dashboard.text import _
from dashboard.theme import QUANTITIES

BUDGET = 0.08  # seconds of training for one answer
MOST = 600  # updates for one answer
KEPT = 50  # latest updates, for the diagnosis
DIAGNOSED = 10  # updates from one diagnosis to the next


@st.cache_resource
def _turn() -> threading.Semaphore:
    return threading.Semaphore(1)


class Live:
    """One run: its trainer, and the frames that the player does not hold yet."""

    def __init__(self, trainer: Trainer):
        self.id = uuid.uuid4().hex[:8]
        self.trainer = trainer
        cell = trainer.model.recurrent.cell
        self.film = frames.Film(cell.gates)
        self.start, self.frames = 0, list[bytes]()
        self.latest = list[Step]()
        self.layouts = list[dict[str, Any]]()
        self.probe_error = ""
        self.first = trainer.index
        self._add_layout()
        self._append(self._look(trainer.look()))

    def answer(self, have: int, n: int, every: int) -> None:
        """Trains until the frames have .. have + n - 1 are there, or the time is up; forgets older ones."""
        if have < self.start:
            return
        del self.frames[: have - self.start]
        self.start = have
        with _turn():
            end = time.monotonic() + BUDGET
            for _k in range(min(n, MOST) - len(self.frames)):
                step = next(self.trainer, None)
                if step is None or not step.finite:
                    break
                self.latest = [*self.latest[1 - KEPT :], step]
                self._append(self._frame(step, detail=step.index % every == 0))
                if time.monotonic() > end:
                    break

    def read(self, text: str) -> None:
        """The reader typed a sequence: from now on the network reads it."""
        try:
            self.trainer.set_probe(text)
        except (ValueError, LookupError) as error:
            self.probe_error = str(error)
            return
        self.probe_error = ""
        self._add_layout()
        if self.frames:  # the newest update again, now reading the new sequence
            self.frames.pop()
        else:  # only the player still holds it
            self.start -= 1
        self._append(self._look(self.trainer.look()))

    def data(self) -> bytes:
        """What the player is told: how the run stands, and the frames it may not have."""
        experiment, task = self.trainer.experiment, self.trainer.task
        recurrent = self.trainer.model.recurrent
        banner = None
        if self.trainer.diverged:
            banner = {"text": self.trainer.diverged, "button": _("Go back, with clipping on")}
        header = {
            "run": self.id,
            "start": self.start,
            "count": len(self.frames),
            "done": bool(self.trainer.diverged),
            "banner": banner,
            "first": self.first,
            "H": experiment.hidden_size,
            "names": recurrent.cell.quantities,
            "gates": recurrent.cell.gates,
            "layers": [
                [layer, direction]
                for layer in range(experiment.num_layers)
                for direction in recurrent.directions
            ],
            "at": task.at,
            "kind": task.kind,
            "labels": task.labels,
            "headline": task.headline,
            "baselines": {
                name: values[task.headline]
                for name, values in task.baselines.items()
                if task.headline in values
            },
            "layouts": self.layouts,
            "probe": {"text": self.trainer.probe.text, "error": self.probe_error},
            "decades": [frames.TOP, frames.DECADES],
            "colours": QUANTITIES,
            "strings": strings(),
        }
        return frames.batch(header, self.frames)

    def _append(self, frame: bytes) -> None:
        self.frames.append(frame)

    def _add_layout(self) -> None:
        probe = self.trainer.probe
        self.layouts.append(
            {
                "symbols": probe.symbols,
                "answer": probe.answer,
                "targets": probe.targets,
                "drawing": probe.drawing,
            }
        )

    def _frame(self, step: Step, detail: bool) -> bytes:
        task = self.trainer.task
        scalars = {
            "loss": step.loss,
            "grad norm": step.grad_norm,
            "clipped norm": step.grad_norm_clipped,
        }
        extra: dict[str, Any] = {}
        if step.evaluation is not None:
            for name, values in (
                ("train", step.evaluation.train),
                ("held-out", step.evaluation.held_out),
            ):
                scalars |= {f"{name} {metric}": value for metric, value in values.items()}
            extra["picture"] = asdict(step.evaluation.picture)
        if step.evaluation is not None or step.index % DIAGNOSED == 0:
            diagnosis = diagnose(self.latest, at=task.at)
            extra["diagnosis"] = [diagnosis.kind, diagnosis.sentence]
        scalars = {name: value for name, value in scalars.items() if _finite(value)}
        if not detail and step.evaluation is None:
            return self.film.frame(step.index, len(self.layouts) - 1, scalars, extra=extra)
        return self._with_look(step.index, scalars, step.look, extra)

    def _look(self, look: Look) -> bytes:
        evaluation = self.trainer.evaluate()
        scalars = {
            f"held-out {name}": value
            for name, value in evaluation.held_out.items()
            if _finite(value)
        }
        extra = {"picture": asdict(evaluation.picture)}
        return self._with_look(self.trainer.index, scalars, look, extra)

    def _with_look(self, index: int, scalars: dict[str, float], look: Look, extra: dict) -> bytes:
        if look.aside:
            extra = {**extra, "aside": look.aside}
        return self.film.frame(
            index, len(self.layouts) - 1, scalars, look.recording, look.output[:, 0], extra
        )


def _finite(value: float) -> bool:
    return value == value and abs(value) != float("inf")


def current(experiment: Experiment) -> Live:
    """The session's run of this experiment; another experiment begins a new one."""
    live = st.session_state.get("live")
    if live is None or live.trainer.experiment != experiment:
        with _turn():
            live = st.session_state["live"] = Live(Trainer(experiment))
    return live


def _on_pull() -> None:
    pull, live = st.session_state["player"].pull, st.session_state["live"]
    if pull and pull.get("run") == live.id:
        live.answer(int(pull["have"]), max(1, int(pull["n"])), max(1, int(pull.get("every", 1))))


def _on_action() -> None:
    action, live = st.session_state["player"].action, st.session_state["live"]
    if not action or action.get("run") != live.id:
        return
    if action["kind"] == "reset":
        trainer = Trainer(live.trainer.experiment)
        if live.trainer.probe.text:
            trainer.set_probe(live.trainer.probe.text)
        st.session_state["live"] = Live(trainer)
    elif action["kind"] == "probe":
        live.read(str(action.get("text", "")))
    elif action["kind"] == "rewind" and live.trainer.diverged:
        trainer = live.trainer.rewind()
        st.session_state["live"] = Live(trainer)
        st.session_state["experiment"] = trainer.experiment
        st.session_state["rewound"] = True


def task() -> Task:
    """The task of the session's run."""
    return st.session_state["live"].trainer.task


@st.fragment
def write() -> None:
    """What the network writes with the weights that it has now; training goes on undisturbed."""
    start, heat, most = st.columns(3)
    begin = start.text_input(_("It goes on from"), key="write start")
    temperature = heat.slider(
        _("Temperature"),
        0.0,
        2.0,
        0.7,
        0.1,
        key="write temperature",
        help=_("0: always the likeliest"),
    )
    top_k = most.slider(_("Only the likeliest (0: all)"), 0, 30, 0, key="write top")
    if st.button(_("Write"), key="write"):
        trainer: Trainer = st.session_state["live"].trainer
        writer: Any = trainer.task
        try:
            with _turn():
                text = writer.sample_text(
                    trainer.model, begin, 200, temperature, seed=trainer.index, top_k=top_k
                )
        except ValueError as error:
            st.warning(str(error).replace("<", "&lt;"))
        else:
            st.text(text)


@st.fragment
def show() -> None:
    """The player, with the run of the session. Its questions rerun this fragment alone."""
    player("player", st.session_state["live"].data(), _on_pull, _on_action)
    if st.session_state.pop("rewound", False):
        st.rerun()  # the controls show the changed settings
