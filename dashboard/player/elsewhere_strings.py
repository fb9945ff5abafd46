"""What the player says of a training that runs elsewhere: key in the player -> the words."""

from dashboard.common.i18n import _


def elsewhere_strings(state: str) -> dict[str, str]:
    """In place of some of the player's words. state: "running", "silent" or "ended"."""
    waiting = {
        "running": _("waiting for the next update"),
        "silent": _("silent: waiting for the next update"),
        "ended": _("at its end"),
    }
    return {
        "waiting": waiting.get(state, waiting["running"]),
        "loss": _("loss"),
        "look inside": _("Look inside at this update"),
        "loss in words": _("The loss over the updates; at update {n}: {value}"),
    }
