"""Labels of the settings."""

from dashboard.common.i18n import _

LABELS = {
    "hidden_size": _("Hidden units"),
    "num_layers": _("Layers"),
    "first_size": _("Units of the first layer"),
    "bidirectional": _("Two directions"),
    "batch_size": _("Batch"),
    "clip_at": _("Clip at"),
    "truncate": _("Truncate after"),
}


def label(setting: str) -> str:
    """The label of a setting: that of LABELS, else its name in words."""
    return LABELS.get(setting) or _(setting.replace("_", " ").capitalize())
