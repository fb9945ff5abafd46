"""What is said of a place in the picture of which the microscope knows no formula."""

from collections.abc import Sequence

from ..common.messages import either, say
from .explanation import Place


def refuse_place(place: Place, names: Sequence[str], steps: tuple[int, int], size: int) -> str:
    """No such quantity, step or unit. steps: the first and the last. size: of the layer."""
    return say(
        "place: expected one of {names}, a step from {first} to {last} and a unit below {size}, got {got}, "
        "{t} and {unit}. Click on a number of the picture.",
        names=", ".join(names),
        first=steps[0],
        last=steps[1],
        size=size,
        got=place.name,
        t=place.t,
        unit=place.unit,
    )


def refuse_layer(place: Place, parts: Sequence[str]) -> str:
    """No such layer. parts: of the network, where it has several."""
    return say(
        "place: expected a layer of {parts}, got {got} {layer} {direction}. Click on a number of the picture.",
        parts=either(parts) or say("the network"),
        got=place.part,
        layer=place.layer,
        direction=place.direction,
    )


def refuse_gate(place: Place, names: Sequence[str]) -> str:
    """No gradient of a gate."""
    return say(
        "weight: expected one of {names}, got {got}. Choose a gate.",
        names=", ".join(names),
        got=place.name,
    )


def refuse_weight(row: int, column: int, size: int) -> str:
    """No such recurrent weight."""
    return say(
        "weight: expected a row and a column below {size}, got {got} and {column}. "
        "Click on a number of the picture.",
        size=size,
        got=row,
        column=column,
    )
