"""What the rail says, in the reader's language: key in player/web/course -> the words."""

from dashboard.common.i18n import _


def course_strings() -> dict[str, str]:
    """The words of the rail and of the controls of its steps."""
    return {"leave": _("Leave the lesson"), "restore": _("Back to the lesson's state")}
