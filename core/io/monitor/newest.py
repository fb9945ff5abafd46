"""The numbers of a training's newest update, for a list of trainings: without reading all those before."""

import json
import os
from pathlib import Path

from .layout import MAX_LINE_BYTES, NUMBERS_FILE


def read_newest_loss(folder: Path) -> float | None:
    """The loss in the last whole line of the numbers; None where there is none."""
    try:
        with open(folder / NUMBERS_FILE, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - MAX_LINE_BYTES))
            lines = file.read(MAX_LINE_BYTES).rpartition(b"\n")[0].splitlines()
        return float(json.loads(lines[-1])["loss"])
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None
