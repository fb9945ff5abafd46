"""The sentence that is the control: what the network is, what it reads and what it says."""

from typing import Any

from dashboard.session.live_run import LiveRun


def write_sentence(live: LiveRun) -> list[Any]:
    """Its parts in order, for the player: a text, or what can be chosen."""
    return []
