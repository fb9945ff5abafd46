"""The player's request for frames."""

from collections.abc import Callable

from dashboard.player.messages import Message

MAX_UPDATES_PER_ANSWER = 600  # however many the player asks for
MAX_COUNT = 2**31  # numbers of a message are limited to this
MAX_UPDATES_PER_CLICK = 2  # a request for no more came from a click on Step


def answer_pull(pull: Message | None, answer: Callable[[int, int, int], None]) -> None:
    """Calls answer(have, n, every) when the message is a sound request: n frames from number `have` on."""
    if pull is None:
        return
    have, n = pull.integer("have", -1, MAX_COUNT), pull.integer("n", 1, MAX_COUNT)
    if have is not None and n is not None:
        answer(have, n, pull.integer("every", 1, MAX_COUNT) or 1)
