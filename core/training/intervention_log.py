"""The interventions on a network's recurrent layers, now and update by update, and their JSON form.

    interventions = interventions_of(model)  # {"": Intervention}, or {"encoder": ..., "decoder": ...}
    trainer.intervention_log.changes         # [(update, interventions)]: set from that update on

The JSON stands in links and files; it is checked when it is read, like all data from outside.
"""

import json
from collections.abc import Mapping
from typing import Any

from ..common.checks import integer, shorten
from ..common.messages import either, say
from ..layers.interventions import Intervention
from ..layers.recurrent import Recurrent
from ..layers.seq2seq import Seq2Seq
from ..layers.sequence_model import SequenceModel

Interventions = dict[str, Intervention]
MAX_CHANGES = 200  # kept in the log; beyond that the oldest but the first is dropped
NUMBER_TYPES = (int, float)


def interventions_of(model: SequenceModel | Seq2Seq) -> Interventions:
    """The interventions on the network now, part -> intervention; empty when there are none."""
    return {name: layer.intervention for name, layer in model.parts.items() if layer.intervention}


def set_interventions(
    layers: Mapping[str, Recurrent], interventions: Mapping[str, Intervention | None]
) -> None:
    """Sets these interventions on the layers; a layer that is not named gets none."""
    for name, layer in layers.items():
        layer.intervention = interventions.get(name)


def check_interventions(
    model: SequenceModel | Seq2Seq, interventions: Mapping[str, Intervention]
) -> Interventions:
    """The same with plain numbers. ValueError or LookupError where the network lacks what they name."""
    layers = model.parts
    for name in interventions.keys() - layers.keys():
        raise LookupError(
            say(
                "part: expected {layers}, got {got!r}. Choose a network that has it.",
                layers=either(map(repr, layers)),
                got=name[:20],
            )
        )
    return {name: intervention.check(layers[name]) for name, intervention in interventions.items()}


def to_json(interventions: Mapping[str, Intervention]) -> dict[str, Any]:
    """The interventions ready for JSON, without values that are None or empty."""

    def without_empty(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: without_empty(item)
                for key, item in value.items()
                if item is not None and item != ()
            }
        return [without_empty(item) for item in value] if isinstance(value, list | tuple) else value

    return {
        name: without_empty(intervention.to_dict()) for name, intervention in interventions.items()
    }


def to_text(interventions: Mapping[str, Intervention]) -> str:
    """`to_json` as one line of text."""
    return json.dumps(to_json(interventions), separators=(",", ":"))


def from_json(data: Any) -> Interventions:
    """The interventions that `to_json` described. ValueError for anything else.

    Whether a network can have them is checked by `check_interventions`.
    """
    if not isinstance(data, dict):
        raise ValueError(
            say("interventions: expected parts with what they hold, got {got}.", got=shorten(data))
        )
    interventions = {name: Intervention.from_dict(values) for name, values in data.items()}
    for name, intervention in interventions.items():
        if not isinstance(name, str) or not _has_plain_values(intervention):
            raise ValueError(
                say(
                    "interventions: expected numbers and names, got {got}. "
                    "Use what the page wrote.",
                    got=shorten(data),
                )
            )
    return {name: intervention for name, intervention in interventions.items() if intervention}


def _has_plain_values(intervention: Intervention) -> bool:
    """Whether its numbers are numbers and its names are texts."""

    def has_type(value: Any, *types: Any) -> bool:
        return isinstance(value, types) and not isinstance(value, bool)

    none = type(None)
    return (
        has_type(intervention.forget_bias, none, *NUMBER_TYPES)
        and has_type(intervention.reset, none, str)
        and all(
            has_type(c.quantity, str)
            and has_type(c.value, *NUMBER_TYPES)
            and has_type(c.unit, none, int)
            and has_type(c.layer, none, int)
            and has_type(c.direction, none, str)
            for c in intervention.clamps
        )
        and all(
            has_type(e.parameter, str)
            and has_type(e.value, *NUMBER_TYPES)
            and all(has_type(i, int) for i in e.index)
            for e in intervention.edits
        )
    )


class InterventionLog:
    """The interventions under which the updates of a run were made. Falsy while there were none."""

    def __init__(self) -> None:
        self.changes: list[tuple[int, Interventions]] = []

    def __bool__(self) -> bool:
        return bool(self.changes)

    def add(self, update: int, interventions: Interventions) -> None:
        """Notes the interventions of an update, where they differ from those of the update before."""
        if interventions != (self.changes[-1][1] if self.changes else {}):
            self.changes.append((update, interventions))
            if len(self.changes) > MAX_CHANGES:
                del self.changes[1]

    def until(self, index: int) -> "InterventionLog":
        """A copy of the log of the first `index` updates."""
        log = InterventionLog()
        log.changes = [change for change in self.changes if change[0] <= index]
        return log

    def from_first(self, interventions: Interventions, index: int) -> bool:
        """Whether each of the `index` updates so far was made under these interventions."""
        expected = [(1, interventions)] if interventions and index else []
        return self.changes == expected

    def to_json(self) -> list[Any]:
        """The log ready for JSON: [[update, interventions], ...]."""
        return [[update, to_json(interventions)] for update, interventions in self.changes]

    @classmethod
    def from_json(cls, data: Any) -> "InterventionLog":
        """The log that `to_json` described. ValueError for anything else."""
        log = cls()
        if not isinstance(data, list) or len(data) > MAX_CHANGES:
            raise ValueError(
                say(
                    "under: expected at most {most} changes, got {got}.",
                    most=MAX_CHANGES,
                    got=shorten(data),
                )
            )
        for change in data:
            if not isinstance(change, list) or len(change) != 2:
                raise ValueError(
                    say("under: expected [update, held], got {got}.", got=shorten(change))
                )
            update = integer("update", change[0], 1, 10**12)
            if log.changes and update <= log.changes[-1][0]:
                raise ValueError(say("update: expected rising numbers, got {got}.", got=update))
            log.changes.append((update, from_json(change[1])))
        return log
