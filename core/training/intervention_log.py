"""What a network is trained under: the interventions of its recurrent layers, now and update by update.

    held = in_force(model)              # {"": Intervention}, or {"encoder": ..., "decoder": ...}
    trainer.under.changes               # [(update, held)]: from that update on it was trained under `held`

As JSON it goes through links and files, and whatever comes back is checked like anything from outside.
"""

import json
from collections.abc import Mapping
from typing import Any

from ..common.checks import integer, shorten
from ..layers.interventions import Intervention
from ..layers.recurrent import Recurrent
from ..layers.seq2seq import Seq2Seq
from ..layers.sequence_model import SequenceModel

Holding = dict[str, Intervention]
MOST_CHANGES = 200  # kept; of more, those after the first are forgotten first
NUMBER = (int, float)


def parts(model: SequenceModel | Seq2Seq) -> dict[str, Recurrent]:
    """The recurrent layers of a network: {"": ...}, or {"encoder": ..., "decoder": ...}."""
    if isinstance(model, Seq2Seq):
        return {"encoder": model.encoder, "decoder": model.decoder}
    return {"": model.recurrent}


def in_force(model: SequenceModel | Seq2Seq) -> Holding:
    """What the network is held under now; empty when nothing is held."""
    return {name: part.intervention for name, part in parts(model).items() if part.intervention}


def put(layers: Mapping[str, Recurrent], held: Mapping[str, Intervention | None]) -> None:
    """Holds exactly this; nothing in the parts of which nothing is said."""
    for name, layer in layers.items():
        layer.intervention = held.get(name)


def fit(model: SequenceModel | Seq2Seq, held: Mapping[str, Intervention]) -> Holding:
    """The same with plain numbers. ValueError or LookupError when the network has not what it names."""
    layers = parts(model)
    for part in held.keys() - layers.keys():
        raise LookupError(
            f"part: expected {' or '.join(map(repr, layers))}, got {part[:20]!r}. "
            "Choose a network that has it."
        )
    return {part: each.check(layers[part]) for part, each in held.items()}


def to_json(held: Mapping[str, Intervention]) -> dict[str, Any]:
    """Fit for JSON; what is None or empty is left out."""

    def short(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: short(v) for k, v in value.items() if v is not None and v != ()}
        return [short(v) for v in value] if isinstance(value, list | tuple) else value

    return {part: short(each.to_dict()) for part, each in held.items()}


def to_text(held: Mapping[str, Intervention]) -> str:
    """`to_json` in one line."""
    return json.dumps(to_json(held), separators=(",", ":"))


def from_json(said: Any) -> Holding:
    """What `to_json` gave. ValueError for anything else; whether a network can take it, `fit` says."""
    if not isinstance(said, dict):
        raise ValueError(f"interventions: expected parts with what they hold, got {shorten(said)}.")
    found = {part: Intervention.from_dict(values) for part, values in said.items()}
    for part, each in found.items():
        if not isinstance(part, str) or not _plain(each):
            raise ValueError(
                f"interventions: expected numbers and names, got {shorten(said)}. "
                "Use what the page wrote."
            )
    return {part: each for part, each in found.items() if each}


def _plain(each: Intervention) -> bool:
    """Whether everything in it is a number where a number stands, and a word where a word stands."""

    def is_(value: Any, *kinds: Any) -> bool:
        return isinstance(value, kinds) and not isinstance(value, bool)

    none = type(None)
    return (
        is_(each.forget_bias, none, *NUMBER)
        and is_(each.reset, none, str)
        and all(
            is_(c.quantity, str)
            and is_(c.value, *NUMBER)
            and is_(c.unit, none, int)
            and is_(c.layer, none, int)
            and is_(c.direction, none, str)
            for c in each.clamps
        )
        and all(
            is_(e.parameter, str) and is_(e.value, *NUMBER) and all(is_(i, int) for i in e.index)
            for e in each.edits
        )
    )


class Under:
    """What the updates of one run were made under. Falsy while none was made under an intervention."""

    def __init__(self) -> None:
        self.changes: list[tuple[int, Holding]] = []

    def __bool__(self) -> bool:
        return bool(self.changes)

    def add(self, update: int, held: Holding) -> None:
        """This update was made under `held`; noted when the one before it was not."""
        if held != (self.changes[-1][1] if self.changes else {}):
            self.changes.append((update, held))
            if len(self.changes) > MOST_CHANGES:
                del self.changes[1]

    def until(self, index: int) -> "Under":
        """A copy that knows of the first `index` updates alone."""
        found = Under()
        found.changes = [change for change in self.changes if change[0] <= index]
        return found

    def from_first(self, held: Holding, index: int) -> bool:
        """Whether each of the `index` updates made so far was made under `held`."""
        expected = [(1, held)] if held and index else []
        return self.changes == expected

    def to_json(self) -> list[Any]:
        """Fit for JSON."""
        return [[update, to_json(held)] for update, held in self.changes]

    @classmethod
    def from_json(cls, said: Any) -> "Under":
        """What `to_json` gave. ValueError for anything else."""
        found = cls()
        if not isinstance(said, list) or len(said) > MOST_CHANGES:
            raise ValueError(
                f"under: expected at most {MOST_CHANGES} changes, got {shorten(said)}."
            )
        for change in said:
            if not isinstance(change, list) or len(change) != 2:
                raise ValueError(f"under: expected [update, held], got {shorten(change)}.")
            update = integer("update", change[0], 1, 10**12)
            if found.changes and update <= found.changes[-1][0]:
                raise ValueError(f"update: expected rising numbers, got {update}.")
            found.changes.append((update, from_json(change[1])))
        return found
