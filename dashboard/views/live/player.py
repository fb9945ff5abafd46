"""The player of the Live page, and what it asks for."""

import streamlit as st

from core.training.trainer import Trainer
from dashboard.common.fragments import fragment
from dashboard.common.markdown import escape_markdown
from dashboard.player.component import mount_player
from dashboard.player.pull import answer_pull
from dashboard.serving.turns import time_slice
from dashboard.session.controls import read_message
from dashboard.session.live_run import get_run, rewind_run, set_run
from dashboard.widgets import experiment_panel


@fragment
def draw_player() -> None:
    """The player, with the run of the session. Its questions rerun this fragment alone."""
    live = get_run()
    mount_player("player", live.data(), _on_pull, _on_action)
    if live.autosave.problem:
        st.warning(escape_markdown(live.autosave.problem))
    experiment_panel.draw_changes()


def _on_pull() -> None:
    live = get_run()
    answer_pull(read_message("player", "pull", live.id), live.answer)


def _on_action() -> None:
    live = get_run()
    action = read_message("player", "action", live.id)
    if action is None:
        return
    kind = action.text("kind")
    if kind == "reset":
        with time_slice():
            trainer = Trainer(live.trainer.experiment)
            if live.trainer.probe.text:
                trainer.set_probe(live.trainer.probe.text)
            set_run(live.continue_with(trainer))
    elif kind == "probe":
        live.set_probe(action.text("text"))
    elif kind == "rewind" and live.trainer.diverged:
        rewind_run()
