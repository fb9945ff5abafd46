"""Writing files so that whatever happens the old content is there, or the new one, whole.

Power cuts, kills, full disks and folders that may not be written are all the same here: the file
that was there stays until the new one is complete on the disk, and takes its place in one move.
"""

import contextlib
import errno
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: a folder is then not locked against a second process
    fcntl = None

PART = ".part-"  # how the name of a file begins that is not complete yet
STALE = 3600  # seconds after which nobody can still be writing a part


class NotWritten(OSError):
    """A file could not be written; its text is a sentence for the reader. What was there is still there.

    reason: what the system said, e.g. "No space left on device".
    """

    def __init__(self, expected: str, error: OSError, cure: str):
        self.reason = error.strerror or "an error"
        super().__init__(f"{expected}, got {self.reason}. {cure}")


def reason(error: Exception) -> str:
    """Why something with files did not work, without the server's own paths."""
    if isinstance(error, NotWritten):
        return error.reason
    if isinstance(error, FileNotFoundError):
        return os.strerror(errno.ENOENT)
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)


def write_atomically(path: str | Path, content: bytes) -> None:
    """Writes `content` to `path` (its folder is made if needed), or leaves what was there.

    The file is readable by its owner alone. Raises NotWritten with a sentence, e.g. when the disk is
    full or the folder may not be written.
    """
    path = Path(path)
    make_folder(path.parent)
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=PART, delete=False) as part:
            try:
                part.write(content)
                part.flush()
                os.fsync(part.fileno())
                part.close()
                os.replace(part.name, path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        _sync(path.parent)
    except OSError as error:
        raise NotWritten(
            f"file {path.name!r}: expected to write {len(content):,} bytes",
            error,
            "Make room or choose another folder; what was saved before is still there.",
        ) from error


def make_folder(folder: str | Path) -> None:
    """Makes the folder unless it is there. Raises NotWritten with a sentence."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritten(
            f"folder {Path(folder).name!r}: expected to make it", error, "Choose another folder."
        ) from error


@contextlib.contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """A folder to write into, which is at `folder` in one move when the block ends; else it is not there.

    Parts of others that were killed at it are swept. Raises NotWritten with a sentence.
    """
    part = aside(folder)
    make_folder(part)
    try:
        yield part
        _sync(part)
        move(part, folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    sweep(folder.parent)


def remove(folder: Path) -> None:
    """Removes the folder, for whoever looks in one move. Raises NotWritten where it must stay."""
    part = aside(folder)
    move(folder, part)
    shutil.rmtree(part, ignore_errors=True)


def aside(path: Path) -> Path:
    """A name beside it that is nobody's, and that a sweep removes."""
    return path.with_name(f"{PART}{secrets.token_hex(8)}")


def move(source: Path, target: Path) -> None:
    """Moves a folder to another name beside it. Raises NotWritten with a sentence."""
    try:
        os.replace(source, target)
    except OSError as error:
        raise NotWritten(
            f"folder {source.name!r}: expected to move it", error, "Nothing was changed; try again."
        ) from error
    _sync(target.parent)


def sweep(folder: str | Path) -> None:
    """Removes the parts, files or folders, that a process left behind when it was killed."""
    now = time.time()
    for part in Path(folder).glob(f"{PART}*"):
        with contextlib.suppress(OSError):  # another process was faster
            if now - part.stat().st_mtime <= STALE:
                continue
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            else:
                part.unlink()


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else who asks for it, in any process of this machine, is in the folder meanwhile.

    The lock is the kernel's and ends with the process, so a kill leaves none behind.
    """
    if fcntl is None:
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network file systems lock no folders
            fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _sync(folder: Path) -> None:
    """Also the name is on the disk, not only the content."""
    with contextlib.suppress(OSError):  # not every system opens folders; the move itself was made
        place = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)
