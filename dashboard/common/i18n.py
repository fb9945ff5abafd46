"""Every string that a reader sees passes through `_`: English is the source, catalogues may follow."""

import functools
import gettext
from pathlib import Path

LOCALES = Path(__file__).parents[2] / "assets" / "locales"


@functools.cache
def _catalogue() -> gettext.NullTranslations:
    return gettext.translation("unrolled", LOCALES, fallback=True)


def _(message: str) -> str:
    """The message in the reader's language; the message itself where there is no translation."""
    return _catalogue().gettext(message)
