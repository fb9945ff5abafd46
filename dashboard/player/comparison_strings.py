"""What the player says on Compare alone, in the reader's language: see `dashboard.player.strings`."""

from dashboard.common.i18n import _


def comparison_strings() -> dict[str, str]:
    """What only a comparison shows."""
    return {
        "difference": _("Difference to A"),
        "difference of": _("{title}: difference to A"),
        "reach": _("Gradient reach ‖∂L_T/∂h_t‖"),
        "reach against A": _("Gradient reach, divided by that of A"),
        "distance": _("steps before the loss"),
        "openness": _("Gate openness, mean over units"),
        "openness against A": _("Gate openness: difference to A"),
        "time step": _("time step"),
        "seeds diverged": _("{n} of {all} seeds diverged"),
        "no gates in A": _("None of these cells shares a gate with A."),
        "no gates": _("These cells have no gates."),
        "not the same units": _("cell or size differs from A: no difference can be shown"),
        "units": _("units"),
        "parameters": _("parameters"),
        "per update": _("per update"),
        "memory": _("memory"),
        "not measured": _("after Play"),
        "ended": _("ended at update {n}"),
        "median": _("median of {n} seeds; the band runs from the lowest to the highest"),
        "they read": _("they read"),
        "after it says": _("after {read} it says"),
        "column": _("{letter}, {name}: {score}; {read} {answer}."),
        "column reads": _("{letter}: {sentence}"),
        "column says": _("{letter}, {name}: {sentence}"),
        "all quantities": _("All quantities"),
        "sizes and time": _("Sizes and time"),
    }
