"""The player's request for frames."""

from dataclasses import dataclass

from dashboard.common.i18n import _
from dashboard.player.messages import Message

MAX_UPDATES_PER_ANSWER = 600  # however many the player asks for
MAX_COUNT = 2**31  # numbers of a message are limited to this
MAX_UPDATES_PER_CLICK = (
    2  # a request for no more came from a click on Step, or from a page just opened
)


@dataclass(frozen=True)
class Pull:
    """n frames from number `have` on, of the run of this name; the recording of every `every`-th update.

    n = 0: those that are there, and the newest once more.
    """

    run: str
    have: int
    n: int
    every: int = 1

    @property
    def is_click(self) -> bool:
        """Whether a reader waits for the answer."""
        return self.n <= MAX_UPDATES_PER_CLICK


def read_pull(message: Message) -> Pull:
    """The request of a message. ValueError: it is none."""
    have, n = message.integer("have", 0, MAX_COUNT), message.integer("n", 0, MAX_COUNT)
    if have is None or n is None:
        raise ValueError(_("frames: expected the numbers have and n, got others. Reload the page."))
    return Pull(message.text("run"), have, n, message.integer("every", 1, MAX_COUNT) or 1)
