"""The studies that come with this program: tables of the literature at a size a laptop can pay.

Each is a folder in `studies/`: `study.json` says what is asked, with its paper, what was scaled down
and the paper's figure; `result.json` holds what came out here, with command, time and date.
"""

from pathlib import Path

from .folder import Folder

SHELF = Path(__file__).parents[2] / "studies"


def shipped() -> dict[str, Folder]:
    """Name -> folder, in alphabetical order; none where the package is installed without the program."""
    return {path.parent.name: Folder(path.parent) for path in sorted(SHELF.glob("*/study.json"))}
