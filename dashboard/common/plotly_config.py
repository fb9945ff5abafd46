"""How Plotly draws every figure, and what its toolbar says, in the reader's language."""

from typing import Any

from dashboard.common.i18n import N_, SOURCE, _, language

# What Plotly itself says, in its own English words: the names of its buttons, and the notes that it shows for a moment.
WORDS = (
    N_("Download plot as a PNG"),
    N_("Download plot"),
    N_("Zoom"),
    N_("Pan"),
    N_("Box Select"),
    N_("Lasso Select"),
    N_("Zoom in"),
    N_("Zoom out"),
    N_("Autoscale"),
    N_("Reset axes"),
    N_("Orbital rotation"),
    N_("Turntable rotation"),
    N_("Reset camera to default"),
    N_("Reset camera to last save"),
    N_("Toggle show closest data on hover"),
    N_("Double-click to zoom back out"),
    N_("Double-click on legend to isolate one trace"),
    N_("Preparing image - this may take a few seconds"),
    N_("Image download succeeded"),
    N_("Sorry, there was a problem downloading your image!"),
)


def plotly_config() -> dict[str, Any]:
    """The configuration of a figure: the same for all of a language, because another one would undo the reader's zoom."""
    if language() == SOURCE:
        return {"displaylogo": False}
    words = {word: _(word) for word in WORDS}
    locales = {language(): {"dictionary": words, "format": {}}}
    return {"displaylogo": False, "locale": language(), "locales": locales}
