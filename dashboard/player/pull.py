"""The player's question for frames: how many there may be, and who answers it."""

from collections.abc import Callable

from dashboard.player.messages import Message

MAX_UPDATES_PER_ANSWER = 600  # updates for one answer
MAX_COUNT = 2**31  # updates: more are not counted
MAX_UPDATES_PER_CLICK = 2  # who asks for no more than these clicked on Step, and does not play


def answer_pull(pull: Message | None, answer: Callable[[int, int, int], None]) -> None:
    """Answers the question for frames (have, n, every), when it is one."""
    if pull is None:
        return
    have, n = pull.integer("have", -1, MAX_COUNT), pull.integer("n", 1, MAX_COUNT)
    if have is not None and n is not None:
        answer(have, n, pull.integer("every", 1, MAX_COUNT) or 1)
