"""Streams: what a player asks for and is answered, beside the pages.

A session opens one for each of its pages that play. Its token is all that a player has to show: who does not know
it cannot find the stream, and with the session the stream is gone.
"""

import secrets
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard.common.i18n import SOURCE
from dashboard.serving.scheduler import Client, TimeSlice

TOKEN_BYTES = 18  # 144 bits: nobody finds one by trying
MAX_WAITING_CLICKS = 8  # of one stream; more at once come from no reader


@dataclass(frozen=True)
class Request:
    """A question that makes sense.

    is_click: a reader clicked and waits. answer: makes the answer's bytes, in the session's time slice; ValueError or
    LookupError with a sentence where it cannot. after: says what is left to do once it has been sent; None: nothing.
    """

    is_click: bool
    answer: Callable[[TimeSlice], bytes]
    after: Callable[[], Callable[[], None] | None]


@dataclass(eq=False)
class Stream:
    """One page of one session.

    read: makes a Request of the values that were sent, whoever sent them; ValueError with a sentence.
    client: whose time slices it takes. language: finds out the code of the session's. pulls: whether one that plays is being answered; clicks: how many are.
    """

    read: Callable[[Mapping[str, Any]], Request]
    client: Client
    language: Callable[[], str] = lambda: SOURCE
    token: str = field(default_factory=lambda: secrets.token_urlsafe(TOKEN_BYTES))
    pulls: bool = False
    clicks: int = 0

    def has_clicks(self) -> bool:
        """Whether a click waits for its answer."""
        return self.clicks > 0


_streams: weakref.WeakValueDictionary[str, Stream] = weakref.WeakValueDictionary()


def register_stream(stream: Stream) -> None:
    """From now on its token leads to it, until nothing else refers to it any more."""
    _streams[stream.token] = stream


def find_stream(token: str) -> Stream | None:
    """The stream of this token; None where there is none, or none any more."""
    return _streams.get(token)
