"""What a player asks about the runs that a page plays, whichever page it is."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from dashboard.common.i18n import _
from dashboard.player.messages import Message
from dashboard.player.pull import Pull, read_pull
from dashboard.serving.scheduler import TimeSlice
from dashboard.serving.streams import Request


class Played(Protocol):
    """One run, or several side by side. id: its name; another one after every beginning."""

    id: str

    def answer(self, pull: Pull, slice_: TimeSlice, redraws: bool = False) -> bytes:
        """The frames that are asked for, as bytes; redraws: whether the page has to be drawn anew."""
        ...

    def rest(self) -> Callable[[], None] | None:
        """What is left to do after an answer; None: nothing."""
        ...


P = TypeVar("P", bound=Played)
PAUSE = "pause"  # a click that takes the question back which waits; there is nothing else to do
# Clicks that hold whichever run is played by then: they change the settings, or name an update by its number.
ABOUT_ANY_RUN = ("choose", "example", "look")
# Does what was clicked on -> whether settings have changed, so that the page has to be drawn anew.
Action = Callable[[P, Message], bool | None]


def read_question(
    message: Message, find: Callable[[], P], actions: Mapping[str, Action[P]]
) -> Request:
    """The request of a message: for frames, or for one of the actions by its `kind`; its answer are frames, too.

    find: the session's present runs, whichever they are when it is answered. A click on runs that are gone does
    nothing, unless it is of ABOUT_ANY_RUN. ValueError: it makes no sense.
    """
    kind = message.text("kind")
    if kind not in ("", PAUSE, *actions):
        raise ValueError(_("kind: expected a click of this page, got another. Reload the page."))
    pull = read_pull(message)

    def act(slice_: TimeSlice) -> bytes:
        run, redraws = find(), False
        if kind in actions and (run.id == pull.run or kind in ABOUT_ANY_RUN):
            redraws = bool(actions[kind](run, message))
        return find().answer(pull, slice_, redraws)

    def rest() -> Callable[[], None] | None:
        try:
            return find().rest()
        except LookupError:
            return None  # it was closed while the answer was on its way

    return Request(bool(kind) or pull.is_click, act, rest)
