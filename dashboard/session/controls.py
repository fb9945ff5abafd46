"""Values of controls and messages of components, which Streamlit keeps under their keys.

Every message of the browser brings the values of all controls, and Streamlit takes each one that differs from the
server's for a choice of the reader. A message that was under way while the server set a control would undo that. So
a control that shows something of the session is never set:

    st.toggle("Bias", bias, **connect_control("control bias", bias, choose_bias))

Where it is to show another value than the reader put there, a new control takes its place, under a new key, with the
value as its first one. So the reader alone changes the value under a key, and what a message says of a key, the
present one or a former one, is a choice if and only if it is not what the last message said. A control that the
reader moved himself stays the same one, with focus and drag.

A control whose value stands nowhere but in the browser needs none of this: it has a key, and its function's result
is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from dashboard.common.i18n import language
from dashboard.player.messages import Message
from dashboard.serving import streamlit_private
from dashboard.session.position import PositionState
from dashboard.session.state import state

Choose = Callable[[Any], None]


@dataclass
class ConnectedControl:
    """The present control of a name. page: where it stands. language: of its words. seen: the browser shows it."""

    key: str
    page: str
    language: str
    seen: bool = False


@dataclass
class ControlState:
    """connected: name -> its control that was drawn last. values: key of every control so far -> its last value."""

    connected: dict[str, ConnectedControl] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def connect_control(name: str, value: Any, choose: Choose) -> dict[str, Any]:
    """The key and the callback of a control that shows `value`, for the function that draws it.

    That function must get `value` as its first value, too. choose: is called with what the reader puts there.
    """
    mine, place = state(ControlState), (state(PositionState).page.name, language())
    present = mine.connected.get(name)
    # Of many controls Streamlit's page knows the value by its words, so those of another language have a new one.
    is_elsewhere = present is None or (present.page, present.language) != place
    if present is None or is_elsewhere or not _shows(present.key, value):
        present = mine.connected[name] = ConnectedControl(f"{name}.{len(mine.values)}", *place)
        mine.values[present.key] = value
    return {"key": present.key, "on_change": _apply_choice, "args": (present.key, choose)}


def first_number(name: str, value: float | None) -> float | None:
    """The first value of a number that can be emptied, which is connected under this name.

    Streamlit lets a reader empty only a number that begins empty. So does this one, once the browser shows it: what
    a box shows at first may not depend on a message that Streamlit drops when the next rerun overtakes it.
    """
    present = state(ControlState).connected[name]
    present.seen = present.seen or streamlit_private.has_sent(present.key)
    return None if present.seen else value


def _shows(key: str, value: Any) -> bool:
    return key in st.session_state and st.session_state[key] == value


def _apply_choice(key: str, choose: Choose) -> None:
    """Passes the value on if the reader has put it there since the last message."""
    values, value = state(ControlState).values, st.session_state[key]
    if values[key] != value:
        values[key] = value
        choose(value)


def read_control(key: str, default: Any = None) -> Any:
    """The value of the control or component of this key; the default where it is not on the page."""
    return st.session_state.get(key, default)


@dataclass
class TabState:
    """Of tabs of a name: which one is to open when they are drawn, which one was open last, and the keys of those
    drawn last, by their titles."""

    wanted: dict[str, str] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    drawn: dict[str, dict[str, str]] = field(default_factory=dict)


def set_tab(name: str, key: str) -> None:
    """Opens the tab of this key, of the tabs of this name, which are not on the page yet."""
    state(TabState).wanted[name] = key


def draw_tabs(name: str, titles: Mapping[str, str]) -> dict[str, TabContainer]:
    """Tabs with these titles, by their keys. Which is open follows the key, whatever the language of the titles.

    Of tabs the browser gets the open one each time they are drawn, so that no late message matters. Who comes back
    from another page finds the one that was open there.
    """
    mine = state(TabState)
    is_open = mine.drawn.get(name, {}).get(read_control(name), mine.last.get(name))
    key = mine.wanted.pop(name, is_open)
    if key is not None:
        mine.last[name] = key
    if key is not None and key in titles and read_control(name) != titles[key]:
        st.session_state[name] = titles[key]
    mine.drawn[name] = {title: key for key, title in titles.items()}
    return dict(
        zip(titles, st.tabs(list(titles.values()), key=name, on_change="rerun"), strict=True)
    )


def read_event(component: str, name: str) -> Any:
    """What the component of this key has just sent as its event of this name; None: nothing."""
    value = getattr(read_control(component), name, None)
    return streamlit_private.read_event(component, name) if value is None else value


def read_message(component: str, event: str) -> Message | None:
    """The message that the component of this key has just sent; None where there is none."""
    message = read_event(component, event)
    return Message(message) if isinstance(message, Mapping) else None
