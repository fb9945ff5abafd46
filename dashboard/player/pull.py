"""The player's question for frames: how many there may be, and who answers it."""

from collections.abc import Callable

from dashboard.player.messages import Message

MOST = 600  # updates for one answer
FAR = 2**31  # updates: more are not counted
STEPS = 2  # who asks for no more than these clicked on Step, and does not play


def pulled(pull: Message | None, answer: Callable[[int, int, int], None]) -> None:
    """Answers the question for frames (have, n, every), when it is one."""
    if pull is None:
        return
    have, n = pull.whole("have", -1, FAR), pull.whole("n", 1, FAR)
    if have is not None and n is not None:
        answer(have, n, pull.whole("every", 1, FAR) or 1)
