"""The studies that come with this program: tables of the literature, scaled down for a laptop.

Each is a folder in `studies/`: `study.json` holds the study with its paper, what was scaled down and the
paper's figure; `result.json` holds the results with command, time and date.
"""

import functools
from pathlib import Path

from ..common.messages import say
from .folder import Folder
from .table import clearness, make_table

STUDIES_FOLDER = Path(__file__).parents[2] / "studies"


def shipped_studies() -> dict[str, Folder]:
    """Name -> folder, in alphabetical order; none where the package is installed without the program."""
    return {
        path.parent.name: Folder(path.parent)
        for path in sorted(STUDIES_FOLDER.glob("*/study.json"))
    }


@functools.cache
def clearest_study() -> str:
    """The name of the shipped study whose networks differ most clearly; the first of several. LookupError: none."""
    clear = {
        name: clearness(make_table(folder.study(), folder.results(folder.study())))
        for name, folder in shipped_studies().items()
    }
    if not clear:
        raise LookupError(
            say(
                "studies: expected at least one in studies/, got none. Check out the whole program."
            )
        )
    return max(clear, key=clear.__getitem__)
