"""How long a watched training's files may get, and which ones go first."""

import contextlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

from ...common.files import WriteError, remove_folder, replace_file
from .layout import KEY_PATTERN, MAX_NUMBERS_BYTES, MAX_RUNS, NUMBERS_FILE, update_of

UNTOUCHED_SECONDS = 60.0  # a folder whose files are younger may be in use


class RecordedUpdates:
    """The updates whose files are in the folder, and their bytes, at most `most` of them."""

    def __init__(self, folder: Path, most: int):
        self.folder, self.most = folder, most
        self._bytes: dict[int, int] = {}
        with os.scandir(folder) as entries:
            for entry in entries:
                if (update := update_of(entry.name)) is not None:
                    self._bytes[update] = entry.stat().st_size

    def add(self, update: int, file: str, content: bytes) -> None:
        """Writes an update's file. Later ones go, since they are made again; of too many every second one goes."""
        self.remove_after(update)
        replace_file(self.folder / file, content)
        self._bytes[update] = len(content)
        while sum(self._bytes.values()) > self.most and len(self._bytes) > 2:
            self._remove(sorted(self._bytes)[1:-1:2])

    def remove_after(self, update: int) -> None:
        """Removes the files of later updates."""
        self._remove([later for later in self._bytes if later > update])

    def _remove(self, updates: Sequence[int]) -> None:
        for update in updates:
            del self._bytes[update]
            for path in self.folder.glob(f"update-{update:09d}.*"):
                path.unlink(missing_ok=True)


def thin_numbers(folder: Path) -> bool:
    """Removes every second line of the numbers, once they are longer than 16 MiB -> whether it has."""
    path = folder / NUMBERS_FILE
    if not path.exists() or path.stat().st_size <= MAX_NUMBERS_BYTES:
        return False
    lines = path.read_bytes().splitlines(keepends=True)
    replace_file(path, b"".join([*lines[:-1:2], lines[-1]]))
    return True


def remove_old_runs(live: Path) -> None:
    """Removes the oldest runs that nobody has written for a minute, where there are more than MAX_RUNS."""
    with contextlib.suppress(OSError):
        runs = [path for path in live.iterdir() if KEY_PATTERN.fullmatch(path.name)]
        by_age = sorted(((path.stat().st_mtime, path) for path in runs), reverse=True)
        for changed, path in by_age[MAX_RUNS:]:
            if time.time() - changed > UNTOUCHED_SECONDS:
                with contextlib.suppress(WriteError):
                    remove_folder(path)
