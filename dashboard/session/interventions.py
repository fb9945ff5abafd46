"""The reader's interventions: in the session, in a link, and on a network.

`get_interventions()` is a mapping part -> Intervention; the parts are those of `model.parts`: "", or "encoder"
and "decoder". The Gates page shows it; the run trains under it only when the reader asks for that.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from core.common.messages import Sentence, as_sentence, clauses, either, say, sentence_of
from core.layers.interventions import Clamp, Edit, Intervention
from core.layers.recurrent import Recurrent
from core.training import intervention_log
from core.training.intervention_log import set_interventions
from core.training.trainer import Trainer
from dashboard.common.i18n import N_, _, join_words, write_digits
from dashboard.session.state import state

RESETS_IN_WORDS = {
    "after": N_("reset gate after the product"),
    "before": N_("reset gate before the product"),
}

MAX_LINK_CHARACTERS = 4000  # characters of a link
Interventions = dict[str, Intervention]


@dataclass(frozen=True)
class Item:
    """One clamp, edit or setting of an intervention, for the page.

    place: a name of it that stays the same while its number changes. sentence: it in words. value: its number,
    if it has one. without: the part's intervention without this item. change: a function of another number that
    gives the part's intervention with it; None where the number is fixed. clamp: it, where it is one.
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
    """in_run: interventions in the run; in_own_model: in the reader's own model, which no link describes.

    train_under: the session's link says that the run is to train under it, and there is no run yet.
    """

    in_run: Interventions = field(default_factory=dict)
    in_own_model: Interventions = field(default_factory=dict)
    train_under: bool = False


def get_interventions(own: bool = False) -> Interventions:
    """The interventions in the reader's own model, or in the run, where they begin with those of the link."""
    mine = state(InterventionState)
    return mine.in_own_model if own else mine.in_run


def restore_from_link(
    interventions: Interventions, train_under: bool, trainer: Trainer | None = None
) -> None:
    """Sets the interventions of a link, and whether the run is to train under them.

    trainer: of the session's run, which trains under those that fit it; None before there is one.
    """
    mine = state(InterventionState)
    mine.in_run, mine.train_under = interventions, train_under and trainer is None
    if trainer is not None:
        layers = trainer.model.parts
        fits, _sentences = select_fitting(layers, interventions if train_under else {})
        set_interventions(layers, fits)


def intervene_from_link(trainer: Trainer) -> list[str]:
    """Puts the first run of a session under the link's interventions -> a sentence for each that does not fit."""
    mine = state(InterventionState)
    if not mine.train_under:
        return []
    mine.train_under = False
    layers = trainer.model.parts
    fits, complaints = select_fitting(layers, get_interventions())
    set_interventions(layers, fits)
    return complaints


def to_query(run: Any) -> dict[str, str]:
    """The interventions' part of a link.

    run: that of the page, whose own interventions come first; None before there is one.
    """
    in_force = {} if run is None else get_run_interventions(run.trainer)
    described = in_force or get_interventions()
    if not described:
        return {}
    under = bool(in_force) or (run is None and state(InterventionState).train_under)
    return {"intervene": to_link(described)} | ({"under": "1"} if under else {})


def forget_own_model() -> None:
    """Drops the interventions of the reader's own model, because another model comes."""
    state(InterventionState).in_own_model = {}


def set_intervention(part: str, intervention: Intervention, own: bool = False) -> None:
    """Sets the intervention of that part, in place of any before; an empty one removes it."""
    now = get_interventions(own)
    now.pop(part, None)
    if intervention:
        now[part] = intervention


def to_link(interventions: Mapping[str, Intervention]) -> str:
    """The interventions as short JSON; "" without any."""
    return intervention_log.to_text(interventions) if interventions else ""


def from_link(text: str) -> Interventions:
    """The interventions of a text that `to_link` wrote. ValueError for any other text but ""."""
    if not text:
        return {}
    if len(text) > MAX_LINK_CHARACTERS:
        raise ValueError(_not_ours(say("{n} characters", n=len(text))))
    try:
        return intervention_log.from_json(json.loads(text))
    except (ValueError, RecursionError):
        raise ValueError(_not_ours(repr(text[:40]))) from None


def _not_ours(got: str) -> Sentence:
    return say(
        "intervene: expected interventions as this page writes them into its link, got {got}. "
        "Copy the whole link, or leave that part of it out.",
        got=got,
    )


def select_fitting(
    layers: Mapping[str, Recurrent], wanted: Mapping[str, Intervention]
) -> tuple[Interventions, list[str]]:
    """The wanted interventions that the network can take, and a sentence for each part that it cannot."""
    fits, sentences = {}, []
    for part, intervention in wanted.items():
        try:
            if part not in layers:
                raise LookupError(
                    say(
                        "part: expected {layers}, got {got!r}. Remove it below.",
                        layers=either(map(repr, layers)),
                        got=part[:20],
                    )
                )
            fits[part] = intervention.check(layers[part])
        except (ValueError, LookupError) as error:
            sentences.append(sentence_of(error))
    return fits, sentences


@contextmanager
def temporarily_under(
    layers: Mapping[str, Recurrent], interventions: Mapping[str, Intervention]
) -> Iterator[None]:
    """Puts exactly these on the layers inside the `with`; afterwards those from before are back."""
    before = {part: layer.intervention for part, layer in layers.items()}
    set_interventions(layers, interventions)
    try:
        yield
    finally:
        set_interventions(layers, before)


def get_run_interventions(trainer: Trainer) -> Interventions:
    """The interventions that the run trains under."""
    return intervention_log.interventions_of(trainer.model)


def restore(interventions: Interventions) -> None:
    """Brings back what was in view with another run."""
    state(InterventionState).in_run = dict(interventions)


def adopt_from_run(trainer: Trainer) -> None:
    """Takes over the interventions of a saved run that is now on the page."""
    if in_force := get_run_interventions(trainer):
        state(InterventionState).in_run = dict(in_force)


def list_items(interventions: Mapping[str, Intervention]) -> list[Item]:
    """Every clamp, edit and setting of the interventions, one by one."""
    return [
        item
        for part, intervention in interventions.items()
        for item in (
            *_clamp_items(part, intervention),
            *_edit_items(part, intervention),
            *_setting_items(part, intervention),
        )
    ]


def remove_item(part: str, place: str, own: bool = False) -> None:
    """Takes the item of this place away; one that has gone already stays away."""
    if (item := _find_item(part, place, own)) is not None:
        set_intervention(part, item.without, own)


def change_item(part: str, place: str, value: float, own: bool = False) -> None:
    """Gives the item of this place another number."""
    item = _find_item(part, place, own)
    if item is not None and item.change is not None:
        set_intervention(part, item.change(value), own)


def _find_item(part: str, place: str, own: bool) -> Item | None:
    items = list_items(get_interventions(own))
    return next((item for item in items if (item.part, item.place) == (part, place)), None)


def _clamp_items(part: str, intervention: Intervention) -> Iterator[Item]:
    for k, clamp in enumerate(intervention.clamps):
        before, after = intervention.clamps[:k], intervention.clamps[k + 1 :]

        def change(value: float, before=before, after=after, clamp=clamp) -> Intervention:
            return replace(intervention, clamps=(*before, replace(clamp, value=value), *after))

        place, sentence = _describe_clamp(replace(clamp, value=0.0)), _describe_clamp(clamp)
        without = replace(intervention, clamps=(*before, *after))
        yield Item(part, place, sentence, clamp.value, without, change, clamp)


def _edit_items(part: str, intervention: Intervention) -> Iterator[Item]:
    for k, edit in enumerate(intervention.edits):
        rest = (*intervention.edits[:k], *intervention.edits[k + 1 :])
        place, without = f"{edit.parameter} {edit.index}", replace(intervention, edits=rest)
        yield Item(part, place, _describe_edit(edit), edit.value, without, None)


def _setting_items(part: str, intervention: Intervention) -> Iterator[Item]:
    if intervention.forget_bias is not None:
        sentence = _("forget bias = {value:.3g}", value=intervention.forget_bias)
        without = replace(intervention, forget_bias=None)
        yield Item(part, "forget bias", sentence, None, without, None)
    if intervention.reset is not None:
        # A link that is not checked yet may say anything.
        words = RESETS_IN_WORDS.get(intervention.reset)
        sentence = _(words) if words else intervention.reset
        yield Item(part, "reset", sentence, None, replace(intervention, reset=None), None)


def describe_item(item: Item) -> str:
    """One of them in words, with the part of the network where that has several."""
    if not item.part:
        return item.sentence
    return _("{part}: {what}", part=as_sentence(item.part), what=item.sentence)


def describe(interventions: Mapping[str, Intervention]) -> str:
    """The interventions in one line of words."""
    return _(clauses(describe_item(item) for item in list_items(interventions)))


def _describe_clamp(clamp: Clamp) -> str:
    parts = [f"{clamp.quantity} = {write_digits(clamp.value)}"]
    parts += [_("all") if clamp.unit is None else _("unit {u}", u=clamp.unit)]
    parts += [] if clamp.layer is None else [_("layer {n}", n=clamp.layer + 1)]
    parts += [_("reverse")] if clamp.direction == "reverse" else []
    return join_words(parts)


def _describe_edit(edit: Edit) -> str:
    return f"{edit.parameter}[{', '.join(map(str, edit.index))}] = {write_digits(edit.value)}"


def describe_history(trainer: Trainer) -> str:
    """The interventions of all updates so far, in words; "" when there was never one."""
    changes = []
    for update, interventions in trainer.intervention_log.changes:
        what = describe(interventions) if interventions else _("no intervention")
        changes.append(_("from update {n} on: {what}", n=update, what=what))
    return _(clauses(changes))


def add_intervention(part: str, piece: Intervention, own: bool = False) -> None:
    """Adds a piece to the intervention of that part; it replaces what stands at the very same place."""
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
