"""Asking what plays, as its player does."""

import json
import struct
import time
from typing import Any

from streamlit.testing.v1 import AppTest

from dashboard.player.pull import Pull
from dashboard.serving.scheduler import TimeSlice
from dashboard.session.playing import Played
from dashboard.session.streams import StreamState
from tests.helpers.pages import state_of


def long_slice(seconds: float = 60) -> TimeSlice:
    """A slice that does not end before the work is done."""
    return TimeSlice(time.monotonic, time.monotonic(), seconds)


def pull(played: Played, have: int, n: int, every: int = 1) -> bytes:
    """n frames from number `have` on, of the present run."""
    return played.answer(Pull(played.id, have, n, every), long_slice())


def header_of(data: bytes) -> dict[str, Any]:
    """The header of an answer."""
    (size,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + size])


def ask_page(app: AppTest, component: str, **values: Any) -> bytes:
    """What the stream of this component on the page answers."""
    question = state_of(app, StreamState).streams[component].read(values)
    return question.answer(long_slice())
