"""The player of the Live page, and what a click on it does."""

from collections.abc import Callable

from core.training.trainer import Trainer
from dashboard.player.component import WayBack, mount_stream
from dashboard.player.messages import Message
from dashboard.session.live_run import (
    LiveRun,
    get_run,
    go_back_to_previous_run,
    reopen_run,
    rewind_run,
    set_run,
)
from dashboard.session.playing import read_question
from dashboard.session.streams import get_stream
from dashboard.views.live.examples import describe_example
from dashboard.views.live.sentence import choose_in_sentence, write_sentence
from dashboard.widgets.run_on_page import describe_previous_run


def draw_player() -> None:
    """The player, with the run of the session."""
    stream = get_stream("live", lambda message: read_question(message, get_run, ACTIONS))
    live = get_run()
    stamp = [live.id, live.total, len(live.layouts)]
    back = WayBack(describe_previous_run(), go_back_to_previous_run)
    said = {"sentence": write_sentence(live.trainer.experiment), "example": describe_example(live)}
    mount_stream("player", stream.token, stamp, "live", back, said)


def _reset(live: LiveRun, _action: Message) -> None:
    trainer = Trainer(live.trainer.experiment)
    if live.trainer.probe.text:
        trainer.set_probe(live.trainer.probe.text)
    set_run(live.continue_with(trainer))


def _set_probe(live: LiveRun, action: Message) -> None:
    live.set_probe(action.text("text"))


def _rewind(live: LiveRun, _action: Message) -> bool:
    if live.trainer.diverged:
        rewind_run()
        return True
    return False


def _reopen(live: LiveRun, action: Message) -> bool:
    return reopen_run(live, action.text("saved"))


def _choose(_live: LiveRun, action: Message) -> bool:
    choose_in_sentence(action.texts("changes"))
    return True


ACTIONS: dict[str, Callable[[LiveRun, Message], bool | None]] = {
    "reset": _reset,
    "probe": _set_probe,
    "rewind": _rewind,
    "reopen": _reopen,
    "choose": _choose,
}
