"""Controls that keep their value while another page is open.

Streamlit forgets a control's value when the reader leaves its page.

    steps = sticky.get_value("own steps", 20)
    st.number_input("Steps", value=steps, **sticky.connect("own steps", steps))
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from dashboard.session.controls import connect_control
from dashboard.session.state import state


@dataclass
class StickyState:
    """Name of a control -> its value."""

    values: dict[str, Any] = field(default_factory=dict)


def get_value(name: str, default: Any) -> Any:
    """The value that the control of this name has, or had when its page was left; else the default."""
    return state(StickyState).values.get(name, default)


def set_value(name: str, value: Any) -> None:
    """From now on the control of this name shows this value."""
    state(StickyState).values[name] = value


def connect(name: str, value: Any) -> dict[str, Any]:
    """As `connect_control`, for a control that shows `value` and keeps what the reader puts there."""
    return connect_control(name, value, partial(set_value, name))


def forget_values(names: Iterable[str]) -> None:
    """Forgets the values of these controls: they begin with their defaults again."""
    for name in names:
        state(StickyState).values.pop(name, None)
