"""What a monitor on another machine has posted, put into the folder of the run: see `core.io.monitor.sink`."""

import contextlib
import json
import time
from pathlib import Path

from ...common.files import folder_lock, make_folder, replace_file
from ...common.messages import say
from .about import About
from .bounds import RecordedUpdates, remove_old_runs, thin_numbers
from .frame import Frame
from .layout import (
    ABOUT_FILE,
    KEY_PATTERN,
    LOCK_FILE,
    MAX_FRAME_BYTES,
    MAX_RUN_BYTES,
    MAX_TEXT_BYTES,
    NUMBERS_FILE,
    STATE_FILE,
    live_folder,
    update_of,
)
from .reader import SILENT_SECONDS

MAX_POST_BYTES = MAX_FRAME_BYTES
MAX_WRITER_CHARACTERS = 64


class RunTakenError(ValueError):
    """Another monitor, which is alive, writes a run of this name."""


def receive_file(root: str | Path, run: str, writer: str, file: str, content: bytes) -> None:
    """Puts a posted file into <root>/live/<run>.

    root: a folder of one reader, or of all. run, writer, file: of the envelope. Raises RunTakenError where another
    writer is alive (answer 409: the sink takes another name), LookupError for a run without an about.json (answer
    404: the sink sends that first), ValueError for what no monitor sends (400), OSError where the disk refuses (507).
    """
    _check_envelope(run, writer, file, content)
    folder = live_folder(root) / run
    if file == ABOUT_FILE:
        About.from_bytes(content)
        make_folder(folder)
        remove_old_runs(folder.parent)
    elif not (folder / ABOUT_FILE).is_file():
        raise LookupError(
            say("run: expected one whose about.json was sent, got {run}. Send that first.", run=run)
        )
    with folder_lock(folder):
        _take_turn(folder, writer)
        _write_file(folder, file, content)


def _write_file(folder: Path, file: str, content: bytes) -> None:
    update = update_of(file)
    if update is not None:
        if Frame.from_bytes(content).index != update:
            raise ValueError(say("file: expected the update {update}, got another.", update=update))
        RecordedUpdates(folder, MAX_RUN_BYTES).add(update, file, content)
    elif file == NUMBERS_FILE:
        with open(folder / NUMBERS_FILE, "ab") as numbers:
            numbers.write(content if content.endswith(b"\n") else content + b"\n")
        thin_numbers(folder)
    else:
        replace_file(folder / file, content)


def _check_envelope(run: str, writer: str, file: str, content: bytes) -> None:
    known = file in (ABOUT_FILE, STATE_FILE, NUMBERS_FILE) or update_of(file) is not None
    most = MAX_TEXT_BYTES if file in (ABOUT_FILE, STATE_FILE) else MAX_POST_BYTES
    if (
        not known
        or not KEY_PATTERN.fullmatch(run)
        or not writer.isalnum()
        or len(writer) > MAX_WRITER_CHARACTERS
        or len(content) > most
    ):
        raise ValueError(
            say(
                "post: expected a file of a watched training, of at most {mib} MiB, got another. "
                "Watch the training with this version of Unrolled.",
                mib=most >> 20,
            )
        )


def _take_turn(folder: Path, writer: str) -> None:
    """Writes down who writes here. RunTakenError where somebody else does, and is alive."""
    lock, taken = folder / LOCK_FILE, False
    with contextlib.suppress(OSError, ValueError):
        other = lock.read_text()[:MAX_WRITER_CHARACTERS]
        alive = time.time() - lock.stat().st_mtime < SILENT_SECONDS
        taken = other != writer and alive and not _has_ended(folder)
    if taken:
        raise RunTakenError(
            say("run: expected a name that is free, got one that another monitor writes.")
        )
    replace_file(lock, writer.encode())


def _has_ended(folder: Path) -> bool:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return json.loads((folder / STATE_FILE).read_bytes())["state"] == "ended"
    return False
