"""Atomic writes: after a power cut, a kill or a full disk a file has its old content or its new one.

The old file stays until the new one is complete on the disk; one move then puts the new one in its place.
"""

import contextlib
import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from .messages import say, sentence_of

try:
    import fcntl
except ImportError:  # Windows: a folder is then not locked against a second process
    fcntl = None

PART_PREFIX = ".part-"  # the beginning of the name of an incomplete file or folder
STALE_SECONDS = 3600  # seconds after which no process can still be writing a part
_WRITE = os.O_WRONLY | getattr(os, "O_BINARY", 0)  # Windows would write line ends of its own


class WriteError(OSError):
    """A file could not be written; the old file is unchanged. The text is a sentence for the reader.

    reason: the message of the operating system, e.g. "No space left on device".
    """

    def __init__(self, expected: str, error: OSError, cure: str):
        self.reason = error.strerror or say("an error")
        super().__init__(
            say(
                "{expected}, got {reason}. {cure}", expected=expected, reason=self.reason, cure=cure
            )
        )


def describe_error(error: Exception) -> str:
    """The cause of a file error in words, without the paths of this machine."""
    if isinstance(error, WriteError):
        return error.reason
    if isinstance(error, FileNotFoundError):
        return os.strerror(errno.ENOENT)
    return (
        (error.strerror or type(error).__name__)
        if isinstance(error, OSError)
        else sentence_of(error)
    )


def write_atomically(path: str | Path, content: bytes) -> None:
    """Writes `content` to `path` (its folder is made if needed), or leaves the old file.

    The file is readable by its owner alone. Raises WriteError with a sentence, e.g. when the disk is
    full or the folder may not be written.
    """
    path = Path(path)
    make_folder(path.parent)
    cure = say("Make room or choose another folder; what was saved before is still there.")
    _replace(path, content, cure, durable=True)


def replace_file(path: Path, content: bytes) -> None:
    """The same for a file of a run that is being watched, written many times a second and read as it grows.

    It does not wait for the disk: after a power cut the file may be empty, which the reader passes over. Its folder
    has to be there, since it may have been removed on purpose, and whoever may read that may read the file.
    """
    cure = say("Make room on the disk; what comes later is written again.")
    _replace(path, content, cure, durable=False)


def _replace(path: Path, content: bytes, cure: str, durable: bool) -> None:
    part = temporary_path(path)
    try:
        try:
            mode = 0o600 if durable else 0o666
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | _WRITE, mode), "wb") as file:
                file.write(content)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        if durable:
            _sync(path.parent)
    except OSError as error:
        raise WriteError(
            say(
                "file {file!r}: expected to write {bytes:,} bytes",
                file=path.name,
                bytes=len(content),
            ),
            error,
            cure,
        ) from error


def make_folder(folder: str | Path) -> None:
    """Makes the folder and its parents where they are missing. Raises WriteError with a sentence."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(
            say("folder {folder!r}: expected to make it", folder=Path(folder).name),
            error,
            say("Choose another folder."),
        ) from error


@contextlib.contextmanager
def atomic_folder(folder: Path) -> Iterator[Path]:
    """Yields a temporary folder to write into, and moves it to `folder` when the block ends.

    After an exception in the block nothing is left. Stale parts of killed processes are removed too.
    Raises WriteError with a sentence.
    """
    part = temporary_path(folder)
    make_folder(part)
    try:
        yield part
        _sync(part)
        move_folder(part, folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    remove_stale_parts(folder.parent)


def remove_folder(folder: Path) -> None:
    """Removes the folder; no reader sees half of it. Raises WriteError where it cannot be removed."""
    part = temporary_path(folder)
    move_folder(folder, part)
    shutil.rmtree(part, ignore_errors=True)


def temporary_path(path: Path) -> Path:
    """An unused path beside `path`; `remove_stale_parts` removes it once it is stale."""
    return path.with_name(f"{PART_PREFIX}{secrets.token_hex(8)}")


def move_folder(source: Path, target: Path) -> None:
    """Moves a folder to another name beside it. Raises WriteError with a sentence."""
    try:
        os.replace(source, target)
    except OSError as error:
        raise WriteError(
            say("folder {folder!r}: expected to move it", folder=source.name),
            error,
            say("Nothing was changed; try again."),
        ) from error
    _sync(target.parent)


def remove_stale_parts(folder: str | Path) -> None:
    """Removes the stale parts (files and folders) that killed processes left in `folder`."""
    now = time.time()
    for part in Path(folder).glob(f"{PART_PREFIX}*"):
        with contextlib.suppress(OSError):  # another process was faster
            if now - part.stat().st_mtime <= STALE_SECONDS:
                continue
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            else:
                part.unlink()


@contextlib.contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Locks the folder: other callers, in any process of this machine, wait until the block ends.

    The kernel holds the lock and frees it when the process ends, so a kill leaves none behind.
    """
    if fcntl is None:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems lock no folders
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    """Writes the folder's list of names to the disk, not only the content of its files."""
    with contextlib.suppress(OSError):  # not every system opens folders; the move itself was made
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
