"""Every string that a reader sees passes through `_`: English is the source, catalogues may follow."""

import gettext
from pathlib import Path

LOCALES = Path(__file__).parent.parent / "assets" / "locales"


def _(message: str) -> str:
    """The message in the reader's language."""
    return gettext.translation("unrolled", LOCALES, fallback=True).gettext(message)
