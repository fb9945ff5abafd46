"""The studies that come with this program: tables of the literature, scaled down for a laptop.

Each is a folder in `studies/`: `study.json` holds the study with its paper, what was scaled down and the
paper's figure; `result.json` holds the results with command, time and date.
"""

from pathlib import Path

from .folder import Folder

STUDIES_FOLDER = Path(__file__).parents[2] / "studies"


def shipped_studies() -> dict[str, Folder]:
    """Name -> folder, in alphabetical order; none where the package is installed without the program."""
    return {
        path.parent.name: Folder(path.parent)
        for path in sorted(STUDIES_FOLDER.glob("*/study.json"))
    }
