"""The workbench's controls: what they show, and what a link says of them."""

from collections.abc import Mapping
from typing import Any

from dashboard.session import sticky
from dashboard.session.workbench import CONTROLS, FIRST


def value_of(name: str) -> Any:
    """What the control shows."""
    return sticky.get_value(name, FIRST[name])


def connect(name: str) -> dict[str, Any]:
    """The key and the callback of the control, for the function that draws it."""
    return sticky.connect(name, value_of(name))


def restore_from_link(position: Mapping[str, Any]) -> None:
    """Sets the controls of a link; where it speaks of a workbench, its other controls show their first values."""
    for bench in ("bench_", "cliff_"):
        names = [name for name in CONTROLS if name.startswith(bench)]
        if any(name in position for name in names):
            sticky.forget_values(names)
    for name in position.keys() & CONTROLS.keys():
        sticky.set_value(name, position[name])


def positions() -> dict[str, Any]:
    """The value of each control, by its name in a link."""
    return {name: value_of(name) for name in CONTROLS}
