"""Writing files so that whatever happens the old content is there, or the new one, whole.

Power cuts, kills, full disks and folders that may not be written are all the same here: the file
that was there stays until the new one is complete on the disk, and takes its place in one move.
"""

import contextlib
import os
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
    """A file could not be written; its text is a sentence for the reader. What was there is still there."""


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
            f"file {path.name!r}: expected to write {len(content):,} bytes, got "
            f"{error.strerror or 'an error'}. Make room or choose another folder; what was saved "
            "before is still there."
        ) from error


def make_folder(folder: str | Path) -> None:
    """Makes the folder unless it is there. Raises NotWritten with a sentence."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritten(
            f"folder {Path(folder).name!r}: expected to make it, got {error.strerror or 'an error'}. "
            "Choose another folder."
        ) from error


def sweep(folder: str | Path) -> None:
    """Removes the parts that a process left behind when it was killed."""
    now = time.time()
    for part in Path(folder).glob(f"{PART}*"):
        with contextlib.suppress(OSError):  # another process was faster
            if now - part.stat().st_mtime > STALE:
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
