"""The player of the Live page, and what it asks for."""

import streamlit as st

from core.training.trainer import Trainer
from dashboard.common.fragments import fragment
from dashboard.common.markdown import plain
from dashboard.player.component import player
from dashboard.player.pull import pulled
from dashboard.serving.turns import turn
from dashboard.session.controls import asked
from dashboard.session.live_run import get_run, go_back, set_run
from dashboard.widgets import experiment_panel


@fragment
def draw_player() -> None:
    """The player, with the run of the session. Its questions rerun this fragment alone."""
    live = get_run()
    player("player", live.data(), _on_pull, _on_action)
    if live.keeper.problem:
        st.warning(plain(live.keeper.problem))
    experiment_panel.draw_changes()


def _on_pull() -> None:
    live = get_run()
    pulled(asked("player", "pull", live.id), live.answer)


def _on_action() -> None:
    live = get_run()
    action = asked("player", "action", live.id)
    if action is None:
        return
    kind = action.text("kind")
    if kind == "reset":
        with turn():
            trainer = Trainer(live.trainer.experiment)
            if live.trainer.probe.text:
                trainer.set_probe(live.trainer.probe.text)
            set_run(live.succeeded_by(trainer))
    elif kind == "probe":
        live.read(action.text("text"))
    elif kind == "rewind" and live.trainer.diverged:
        go_back()
