"""What the reader wants held: kept in the session, written as a link, put on a network.

`asked()` is a mapping part -> Intervention, the parts being those of `core.analysis.held_out.parts`: "" or
"encoder" and "decoder". It is in view on the Gates page; the run trains under it only when asked to.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from core.layers.interventions import Clamp, Edit, Intervention
from core.layers.recurrent import Recurrent
from core.training import intervention_log
from core.training.intervention_log import set_interventions
from core.training.trainer import Trainer
from dashboard.common.i18n import _
from dashboard.session.state import state

MAX_LINK_CHARACTERS = 4000  # characters of a link
Interventions = dict[str, Intervention]


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


@dataclass
class InterventionState:
    """in_run: what is held in the run; in_own_model: in the reader's own model, which no link holds.

    train_under: the session's link says that the run is to train under it, and there is no run yet.
    """

    in_run: Interventions = field(default_factory=dict)
    in_own_model: Interventions = field(default_factory=dict)
    train_under: bool = False


def get_interventions(own: bool = False) -> Interventions:
    """What is held now, in the reader's own model or in the run; in this at first what the link says."""
    held = state(InterventionState)
    return held.in_own_model if own else held.in_run


def restore_from_link(held: Interventions, train_under: bool) -> None:
    """The session's link says that this is held, and whether the run is to train under it."""
    mine = state(InterventionState)
    mine.in_run, mine.train_under = held, train_under


def intervene_from_link(trainer: Trainer) -> list[str]:
    """Puts the first run of a session under what its link says -> a sentence for each part that cannot be."""
    mine = state(InterventionState)
    if not mine.train_under:
        return []
    mine.train_under = False
    layers = trainer.model.parts
    held, complaints = select_fitting(layers, get_interventions())
    set_interventions(layers, held)
    return complaints


def to_query(run: Any) -> dict[str, str]:
    """Their part of a link. run: that of the page, with its trainer; None before there is one."""
    force = {} if run is None else get_run_interventions(run.trainer)
    held = force or get_interventions()
    if not held:
        return {}
    under = bool(force) or (run is None and state(InterventionState).train_under)
    return {"intervene": to_link(held)} | ({"under": "1"} if under else {})


def forget_own_model() -> None:
    """Another model comes, in which nothing is held."""
    state(InterventionState).in_own_model = {}


def set_intervention(part: str, intervention: Intervention, own: bool = False) -> None:
    """From now on this is held in that part."""
    now = get_interventions(own)
    now.pop(part, None)
    if intervention:
        now[part] = intervention


def to_link(interventions: Mapping[str, Intervention]) -> str:
    """Short JSON; "" when nothing is held."""
    return intervention_log.to_text(interventions) if interventions else ""


def from_link(text: str) -> Interventions:
    """What `to_link` wrote; empty for no text. ValueError for anything else."""
    if not text:
        return {}
    sentence = (
        "intervene: expected interventions as this page writes them into its link, got {got}. "
        "Copy the whole link, or leave that part of it out."
    )
    if len(text) > MAX_LINK_CHARACTERS:
        raise ValueError(sentence.format(got=f"{len(text)} characters"))
    try:
        return intervention_log.from_json(json.loads(text))
    except (ValueError, RecursionError):
        raise ValueError(sentence.format(got=repr(text[:40]))) from None


def select_fitting(
    layers: Mapping[str, Recurrent], wanted: Mapping[str, Intervention]
) -> tuple[Interventions, list[str]]:
    """What of it the network can take, part by part, and a sentence for each part it cannot."""
    fit, sentences = {}, []
    for part, each in wanted.items():
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
def temporarily_under(
    layers: Mapping[str, Recurrent], interventions: Mapping[str, Intervention]
) -> Iterator[None]:
    """Holds exactly these inside the `with`, whatever the run trains under."""
    before = {part: layer.intervention for part, layer in layers.items()}
    set_interventions(layers, interventions)
    try:
        yield
    finally:
        set_interventions(layers, before)


def get_run_interventions(trainer: Trainer) -> Interventions:
    """What the run is training under."""
    return intervention_log.interventions_of(trainer.model)


def adopt_from_run(trainer: Trainer) -> None:
    """A run that was saved is on the page: what it is held under is what is held now."""
    if held := get_run_interventions(trainer):
        state(InterventionState).in_run = dict(held)


def list_items(interventions: Mapping[str, Intervention]) -> list[Item]:
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


def describe(interventions: Mapping[str, Intervention]) -> str:
    """All of it in one line."""
    return "; ".join(
        (f"{item.part}: " if item.part else "") + item.sentence
        for item in list_items(interventions)
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


def describe_history(trainer: Trainer) -> str:
    """What the updates so far were made under, in words; "" when none was under an intervention."""
    told = []
    for update, held in trainer.intervention_log.changes:
        what = describe(held) if held else _("nothing held")
        told.append(_("from update {n} on: {what}").format(n=update, what=what))
    return "; ".join(told)


def add_intervention(part: str, piece: Intervention, own: bool = False) -> None:
    """Holds this too. What was held at the very same place is replaced."""
    now = get_interventions(own).get(part, Intervention())
    places = [replace(c, value=0.0) for c in piece.clamps]
    clamps = [c for c in now.clamps if replace(c, value=0.0) not in places]
    indices = [(e.parameter, e.index) for e in piece.edits]
    edits = [e for e in now.edits if (e.parameter, e.index) not in indices]
    set_intervention(
        part,
        Intervention(
            (*clamps, *piece.clamps),
            (*edits, *piece.edits),
            now.forget_bias if piece.forget_bias is None else piece.forget_bias,
            now.reset if piece.reset is None else piece.reset,
        ),
        own,
    )
