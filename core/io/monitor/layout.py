"""The folder of a watched training: which files are in it, and how long they may get.

    <folder of runs>/live/<key>/
        about.json                      what is watched: core.io.monitor.about
        state.json                      "running", its last sign of life, and what went wrong
        numbers.jsonl                   a line of JSON for each update: its loss, and what was found in the probe
        update-000000050.safetensors    the probe as it was after update 50: core.io.monitor.frame
        writer.lock                     held by the process that writes here

Every file but numbers.jsonl is replaced in one move. To numbers.jsonl lines are appended. A line takes the place of
all earlier lines of the same update and of later ones: a training that was resumed makes these updates again.
"""

import hashlib
import re
from pathlib import Path

FORMAT = "unrolled-monitor-1"
LIVE_FOLDER = "live"
ABOUT_FILE, STATE_FILE, NUMBERS_FILE, LOCK_FILE = (
    "about.json",
    "state.json",
    "numbers.jsonl",
    "writer.lock",
)
MAX_RUN_BYTES = 256 * 2**20  # of the recorded updates of one run; then every second one is removed
MAX_FRAME_BYTES = 32 * 2**20  # of one recorded update
MAX_NUMBERS_BYTES = 16 * 2**20  # of numbers.jsonl; then every second line is removed
MAX_TEXT_BYTES = 2**20  # of about.json, and of state.json
MAX_LINE_BYTES = 2**16  # of one line of numbers.jsonl
MAX_RUNS = 20  # newest ones that stay; older ones that nobody writes are removed
MAX_UPDATE = 999_999_999
MAX_NAME_CHARACTERS = 80
KEY_PATTERN = re.compile(r"[0-9a-f]{16}(-[0-9]{1,2})?")
FRAME_PATTERN = re.compile(r"update-([0-9]{9})\.safetensors")


def live_folder(root: str | Path) -> Path:
    """Where the watched trainings are, in the folder of runs."""
    return Path(root) / LIVE_FOLDER


def key_of(name: str) -> str:
    """The name of the folder of a run that is called so."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def frame_file(update: int) -> str:
    """The name of the file of an update."""
    return f"update-{update:09d}.safetensors"


def update_of(file: str) -> int | None:
    """The update of a file with such a name; None for another name."""
    match = FRAME_PATTERN.fullmatch(file)
    return int(match[1]) if match else None
