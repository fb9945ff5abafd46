"""The player of the Live page, and what a click on it does."""

from collections.abc import Callable

from core.layers.interventions import Clamp, Intervention
from core.training.presets import PRESETS
from core.training.trainer import Trainer
from dashboard.player.component import WayBack, mount_stream
from dashboard.player.messages import Message
from dashboard.session import interventions
from dashboard.session.examples import choose_example
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


def _choose_example(_live: LiveRun, action: Message) -> bool:
    name = action.text("name")
    if name in PRESETS:
        choose_example(name)
    return name in PRESETS


def _hold(live: LiveRun, action: Message) -> bool:
    """Holds a gate at a number in the whole network, as Gates does, and trains on so; no gate: releases all."""
    layers = live.trainer.model.parts
    gate = action.text("gate")
    clamp = Intervention(clamps=(Clamp(gate, action.number("value", 0, 1)),)) if gate else None
    wanted = {part: clamp for part in layers} if clamp else {}
    fits, _sentences = interventions.select_fitting(layers, wanted)
    if gate:
        for part, piece in fits.items():
            interventions.add_intervention(part, piece)
    else:
        interventions.restore({})
    interventions.set_interventions(layers, interventions.get_interventions())
    live.replace_newest(live.trainer.look())
    return True


ACTIONS: dict[str, Callable[[LiveRun, Message], bool | None]] = {
    "reset": _reset,
    "probe": _set_probe,
    "rewind": _rewind,
    "reopen": _reopen,
    "choose": _choose,
    "example": _choose_example,
    "hold": _hold,
}
