"""The Unrolled page: one update of the session's run in slow motion, and the microscope under it.

    u32 length of header | header (JSON) | float32 [T, H] for each layer and each of the header's names

The component plays by itself; it asks only when a number is clicked: action {"kind": "pick", ...}.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.analysis.inspection import Inspection, Reading
from core.analysis.microscope import Microscope, Place
from core.analysis.truncation import Truncated, truncated
from core.layers.recording import Recording
from core.layers.trace import Trace
from dashboard.common.colour_scales import DECADES, TOP
from dashboard.common.file_names import file_name, plain_name
from dashboard.common.fragments import fragment
from dashboard.common.i18n import _
from dashboard.common.theme import QUANTITIES
from dashboard.navigation import UNROLLED
from dashboard.player import encoding
from dashboard.player.component import player
from dashboard.player.pull import FAR
from dashboard.serving.turns import turn
from dashboard.session import inspected, position
from dashboard.session.controls import asked, read_control
from dashboard.session.live_run import Live, get_run
from dashboard.session.state import state
from dashboard.views.unrolled import microscope
from dashboard.widgets import inspected_switch
from dashboard.widgets.train_button import draw_train_button


@dataclass
class UnrolledState:
    """cut: the number of steps that the reader truncates after; None: never said, as the run does.

    reading: the last one, and reading_of: what it is one of.
    """

    cut: int | None = None
    reading: tuple[Microscope, Truncated | None] | None = None
    reading_of: tuple = ()


@fragment
def draw_unrolled() -> None:
    """Everything below the controls. A click in the picture reruns this, and no other part."""
    live = get_run()
    mine = state(UnrolledState)
    arrived = position.take(UNROLLED)
    if "cut" in arrived:
        mine.cut = arrived["cut"]
    position.note(UNROLLED, cut=mine.cut or 0)
    own = inspected_switch.choose_inspected()
    if own is not None and own.subject is None:
        _recorded(own)
        return
    subject = live.subject() if own is None or own.subject is None else own.subject
    run = f"{live.id}.{live.trainer.index}" if own is None else own.run
    k = _chunk(live, len(subject.symbols))
    scope, cut = read_sequence(subject, run, k)
    if "number" in arrived and own is None:
        microscope.look_at_linked(scope, live.id, *position.place_of(arrived["number"]))
    update = live.trainer.index if own is None else None
    file = file_name(live.trainer.experiment) if own is None else own.file
    told = encode_reading(f"{run}.{k}.{' '.join(subject.symbols)}", update, scope, cut, k, file)
    player("unrolled", told, _nothing, _on_action, module="unrolled")
    controls, said = st.columns([2, 3], vertical_alignment="center")
    with controls.container(horizontal=True, vertical_alignment="bottom"):
        if own is None:
            draw_train_button("train 100")
        T = len(scope.subject.symbols)
        st.number_input(
            _("Truncate after (0: not at all)"),
            0,
            T,
            k,
            key="unrolled chunk",
            on_change=_recut,
            width=300,
        )
    said.markdown(_sentence(bool(live.trainer.diverged) and own is None, cut, k, own is None))
    microscope.draw_microscope(scope, live.id if own is None else run)


def _recorded(own: inspected.Inspected) -> None:
    """What a notebook recorded, in the same slow motion; there are no losses and no formulas."""
    if not own.recording[own.recording.layers[0]].has_grads:
        st.info(_("No backward pass was recorded: call backward() inside the `with`."))
        return
    told = to_bytes(
        own.run, None, own.symbols, {"": slice(0, len(own.symbols))}, own.reading, own.file
    )
    player("unrolled", told, _nothing, _nothing, module="unrolled")
    st.caption(_("The gradients are those of the notebook's own loss, for this sequence."))
    inspected_switch.say_weights_are_needed(_("The formula of a number"))


def _chunk(live: Live, steps: int) -> int:
    """The number of steps that the reader truncates after; at first, what the run itself does."""
    cut = state(UnrolledState).cut
    return min(live.trainer.experiment.truncate if cut is None else cut, steps)


def _recut() -> None:
    state(UnrolledState).cut = int(read_control("unrolled chunk"))


def read_sequence(subject: Inspection, run: str, k: int) -> tuple[Microscope, Truncated | None]:
    """What the network reads now; kept until weights, sequence, interventions or truncation change."""
    held = [repr(layer.intervention) for layer in subject.layers.values()]
    key = (run, subject.symbols, k, *held)
    mine = state(UnrolledState)
    if mine.reading is None or mine.reading_of != key:
        with turn():
            with subject.chunks(k):
                scope = Microscope(subject)
            cut = truncated(subject, k) if k else None
        mine.reading_of, mine.reading = key, (scope, cut)
    return mine.reading


def encode_reading(
    run: str, update: int | None, scope: Microscope, cut: Truncated | None, k: int, file: str
) -> bytes:
    """What the component is told: the reading as it was recorded, and what truncation took away."""
    return to_bytes(
        run,
        update,
        scope.subject.symbols,
        scope.parts,
        scope.reading,
        file,
        cut,
        k,
        _picked(scope.reading),
    )


def to_bytes(
    run: str,
    update: int | None,
    symbols: Sequence[str],
    parts: Mapping[str, slice],
    reading: Reading,
    file: str,
    cut: Truncated | None = None,
    k: int = 0,
    picked: Mapping[str, Any] | None = None,
) -> bytes:
    """The same of any reading, whether or not its network is at hand. update: None where nothing trains."""
    recording = reading.recording
    names, gradients = list(recording.names), [f"d{name}" for name in recording.names]
    terms = _terms(recording)
    needed = sorted({n for deltas, state in terms for n in (*deltas, state)} - {*names, *gradients})
    order = [*names, *gradients, *needed]
    header = {
        "run": run,
        "update": update or 0,
        "file": plain_name([file]),
        "symbols": symbols,
        "parts": [[name, where.start, where.stop] for name, where in parts.items()],
        "at": reading.at,
        "losses": _finite(reading.losses),
        "loss": reading.loss,
        "layers": recording.layers,
        "sizes": [_trace(recording, key).H for key in recording.layers],
        "names": names,
        "gates": [name for name in names if name in recording.cell.gates],
        "order": order,
        "terms": terms,
        "picked": picked,
        "truncate": k,
        "whole": None
        if cut is None
        else [_shares(cut.whole.recording, key) for key in recording.layers],
        "shares": [_shares(recording, key) for key in recording.layers],
        "decades": [TOP, DECADES],
        "colours": QUANTITIES,
        "cursor": None if update is None else position.of_link(UNROLLED),
        "strings": strings() | ({} if reading.at else {"hint": _("Space plays, ← → go one step.")}),
    }
    told = [_trace(recording, key).arrays() for key in recording.layers]
    return encoding.arrays(
        header,
        [
            np.nan_to_num(arrays[name][:, 0], nan=0, posinf=3e38, neginf=-3e38)
            for arrays in told
            for name in order
        ],
    )


def _picked(reading: Reading) -> dict[str, Any] | None:
    """The number under the microscope, as the component marks it."""
    recording = reading.recording
    place = microscope.examined_place()
    if place is None or (place.layer, place.direction) not in recording.layers:
        return None
    layer = recording.layers.index((place.layer, place.direction))
    return {"layer": layer, "t": place.t, "name": place.name, "unit": place.unit}


def _terms(recording: Recording) -> list[tuple[list[str], str]]:
    """The terms of dW_hh: (names of the deltas that are stacked, name of the state)."""
    return [
        ([f"d{name}" for name in deltas], state) for deltas, state in recording.cell.recurrent_terms
    ]


def _trace(recording: Recording, key: tuple[int, str]) -> Trace:
    return recording[key]


def _shares(recording: Recording, key: tuple[int, str]) -> list[float]:
    shares = recording[key].shares
    return [] if shares is None else _finite(shares)


def _finite(values: Any) -> list[float]:
    return [float(v) if math.isfinite(v) else 0.0 for v in values]


def _sentence(diverged: bool, cut: Truncated | None, k: int, trains: bool = True) -> str:
    """What truncation costs, in words."""
    if diverged:
        return _("The run has diverged: this is its last state of finite numbers.")
    if cut is None:
        return _(
            "Click on a number to see its formula. d before a name is the derivative of the loss: "
            "dh is ∂L/∂h."
        )
    if math.isnan(cut.angle):
        return _("Truncated after {k}: one of the two gradients is zero.").format(k=k)
    said = _(
        "Truncated after {k} steps, dW_hh points **{angle:.1f}°** away from the whole gradient and has "
        "**{ratio:.0%}** of its length. Grey: what is lost."
    ).format(k=k, angle=cut.angle, ratio=cut.ratio)
    if not trains:
        return said
    return said + " " + _("*Truncate after*, under Training, trains the run that way.")


def _on_action() -> None:
    action = asked("unrolled", "action")
    if action is None or action.text("kind") != "pick":
        return
    t, unit, layer = (action.whole(name, -1, FAR) for name in ("t", "unit", "layer"))
    if t is None or unit is None or layer is None:
        return
    name, part, direction = (action.text(name, 40) for name in ("name", "part", "direction"))
    place = Place(name, t, unit, part, layer, direction)
    microscope.look_at(place, action.whole("column", -1, FAR))


def _nothing() -> None:
    """The component pulls nothing."""


def strings() -> dict[str, str]:
    """What the component says, in the reader's language."""
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "first": _("To the beginning"),
        "back": _("One step back"),
        "next": _("One step on"),
        "end": _("To the end"),
        "phase": _("Step of the update"),
        "speed": _("Steps a second"),
        "per second": _("a second"),
        "layer": _("Layer"),
        "forward": _("Forward: step {t} of {T}, “{symbol}” is read"),
        "loss": _("The losses: {loss}"),
        "no loss": _("The losses"),
        "backward": _("Backward: the gradient arrives at step {t} of {T}, “{symbol}”"),
        "update": _("update"),
        "picture": _("Save picture"),
        "sum": _("dW_hh = Σ δ_t h_{t−1}ᵀ"),
        "before sum": _("dW_hh = Σ δ_t h_{t−1}ᵀ: begins with the backward pass"),
        "term": _("this step's term"),
        "shares": _("Size of each step's term"),
        "lost": _("lost"),
        "encoder": _("encoder"),
        "decoder": _("decoder"),
        "network": _("The unrolled network, step by step"),
        "unit": _("unit"),
        "value": _("value"),
        "gradient": _("gradient"),
        "hint": _("Space plays, ← → go one step, a click explains a number."),
    }
