"""What the reader wants held: kept in the session, written as a link, put on a network.

`asked()` is a mapping part -> Intervention, the parts being those of `core.survey.parts`: "" or
"encoder" and "decoder". It is in view on the Gates page; the run trains under it only when asked to.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.interventions import Clamp, Edit, Intervention
from core.recurrent import Recurrent
from core.survey import parts
from core.training import Trainer
from dashboard.text import _

LONGEST = 4000  # characters of a link
Asked = dict[str, Intervention]


@dataclass(frozen=True)
class Item:
    """One thing that is held: where, in words, the number that can be moved, and what is left without it.

    place: a name that stays while its number is moved. change: None, or the interventions of the part
    with another number.
    """

    part: str
    place: str
    sentence: str
    value: float | None
    without: Intervention
    change: Callable[[float], Intervention] | None
    clamp: Clamp | None = None


def asked() -> Asked:
    """What is held now; at first what the link says."""
    if "interventions" not in st.session_state:
        text = st.session_state.pop("intervene", "")
        try:
            st.session_state["interventions"] = from_link(text)
        except ValueError as error:
            st.session_state["interventions"] = {}
            st.session_state["intervention complaint"] = str(error)
    return st.session_state["interventions"]


def keep(part: str, intervention: Intervention) -> None:
    """From now on this is held in that part."""
    now = asked()
    now.pop(part, None)
    if intervention:
        now[part] = intervention


def to_link(interventions: Mapping[str, Intervention]) -> str:
    """Short JSON: what is None or empty is left out."""

    def short(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: short(v) for k, v in value.items() if v is not None and v != ()}
        return [short(v) for v in value] if isinstance(value, list | tuple) else value

    said = {part: short(each.to_dict()) for part, each in interventions.items()}
    return json.dumps(said, separators=(",", ":")) if said else ""


def from_link(text: str) -> Asked:
    """What `to_link` wrote; empty for no text. ValueError for anything else."""
    if not text:
        return {}
    sentence = (
        "intervene: expected interventions as this page writes them into its link, got {got}. "
        "Copy the whole link, or leave that part of it out."
    )
    if len(text) > LONGEST:
        raise ValueError(sentence.format(got=f"{len(text)} characters"))
    try:
        said = json.loads(text)
        if not isinstance(said, dict):
            raise ValueError
        found = {part: Intervention.from_dict(values) for part, values in said.items()}
        if not all(map(_plain, found.values())):
            raise ValueError
        return found
    except (ValueError, RecursionError):
        raise ValueError(sentence.format(got=repr(text[:40]))) from None


def _plain(each: Intervention) -> bool:
    """Whether everything in it is a number where a number stands, and a word where a word stands."""

    def is_(value: Any, *kinds: type) -> bool:
        return isinstance(value, kinds) and not isinstance(value, bool)

    none, real = type(None), (int, float)
    return (
        is_(each.forget_bias, none, *real)
        and is_(each.reset, none, str)
        and all(
            is_(c.quantity, str)
            and is_(c.value, *real)
            and is_(c.unit, none, int)
            and is_(c.layer, none, int)
            and is_(c.direction, none, str)
            for c in each.clamps
        )
        and all(
            is_(e.parameter, str) and is_(e.value, *real) and all(is_(i, int) for i in e.index)
            for e in each.edits
        )
    )


def fitting(trainer: Trainer) -> tuple[Asked, list[str]]:
    """What of it the network can take, part by part, and a sentence for each part it cannot."""
    layers, fit, sentences = parts(trainer.model), {}, []
    for part, each in asked().items():
        try:
            if part not in layers:
                raise LookupError(
                    f"part: expected {' or '.join(map(repr, layers))}, got {part[:20]!r}. "
                    "Take it away below."
                )
            fit[part] = each.check(layers[part])
        except (ValueError, LookupError) as error:
            sentences.append(str(error))
    return fit, sentences


@contextmanager
def held(trainer: Trainer, interventions: Mapping[str, Intervention]) -> Iterator[None]:
    """Holds exactly these inside the `with`, whatever the run trains under."""
    layers = parts(trainer.model)
    before = {part: layer.intervention for part, layer in layers.items()}
    put(layers, interventions)
    try:
        yield
    finally:
        put(layers, before)


def put(layers: Mapping[str, Recurrent], interventions: Mapping[str, Intervention | None]) -> None:
    """Sets the interventions of all parts; none where nothing is said."""
    for part, layer in layers.items():
        layer.intervention = interventions.get(part)


def in_force(trainer: Trainer) -> Asked:
    """What the run is training under."""
    layers = parts(trainer.model)
    return {part: layer.intervention for part, layer in layers.items() if layer.intervention}


def items(interventions: Mapping[str, Intervention]) -> list[Item]:
    """Everything that is held, one by one."""
    found = []
    for part, all_ in interventions.items():
        for k, clamp in enumerate(all_.clamps):
            rest = (*all_.clamps[:k], *all_.clamps[k + 1 :])

            def moved(value: float, all_=all_, k=k, clamp=clamp) -> Intervention:
                clamps = (*all_.clamps[:k], replace(clamp, value=value), *all_.clamps[k + 1 :])
                return replace(all_, clamps=clamps)

            found.append(
                Item(
                    part,
                    _clamped(replace(clamp, value=0.0)),
                    _clamped(clamp),
                    clamp.value,
                    replace(all_, clamps=rest),
                    moved,
                    clamp,
                )
            )
        for k, edit in enumerate(all_.edits):
            rest = (*all_.edits[:k], *all_.edits[k + 1 :])
            found.append(
                Item(
                    part,
                    f"{edit.parameter} {edit.index}",
                    _edited(edit),
                    edit.value,
                    replace(all_, edits=rest),
                    None,
                )
            )
        if all_.forget_bias is not None:
            sentence = _("forget bias = {value:.3g}").format(value=all_.forget_bias)
            found.append(
                Item(part, "forget bias", sentence, None, replace(all_, forget_bias=None), None)
            )
        if all_.reset is not None:
            sentence = _("reset gate {where} the product").format(where=all_.reset)
            found.append(Item(part, "reset", sentence, None, replace(all_, reset=None), None))
    return found


def sentence(interventions: Mapping[str, Intervention]) -> str:
    """All of it in one line."""
    return "; ".join(
        (f"{item.part}: " if item.part else "") + item.sentence for item in items(interventions)
    )


def _clamped(clamp: Clamp) -> str:
    where = _("all") if clamp.unit is None else _("unit {u}").format(u=clamp.unit)
    if clamp.layer is not None:
        where += ", " + _("layer {n}").format(n=clamp.layer + 1)
    if clamp.direction == "reverse":
        where += ", " + _("reverse")
    return f"{clamp.quantity} = {clamp.value:.3g}, {where}"


def _edited(edit: Edit) -> str:
    return f"{edit.parameter}[{', '.join(map(str, edit.index))}] = {edit.value:.3g}"


def add(part: str, piece: Intervention) -> None:
    """Holds this too. What was held at the very same place is replaced."""
    now = asked().get(part, Intervention())
    places = [replace(c, value=0.0) for c in piece.clamps]
    clamps = [c for c in now.clamps if replace(c, value=0.0) not in places]
    indices = [(e.parameter, e.index) for e in piece.edits]
    edits = [e for e in now.edits if (e.parameter, e.index) not in indices]
    keep(
        part,
        Intervention(
            (*clamps, *piece.clamps),
            (*edits, *piece.edits),
            now.forget_bias if piece.forget_bias is None else piece.forget_bias,
            now.reset if piece.reset is None else piece.reset,
        ),
    )
