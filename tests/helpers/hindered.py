"""Real folders that cannot be written: full, read-only, not ours, or with a limit on the size of files.

    with place() as folder: ...; with full(folder): ...      # inside, writes fail as on a real machine

A small file system of its own needs the right to mount; the other two need nothing.
"""

import os
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

NOBODY = 65534
SIZE = "4m"
LIMIT = 16  # bytes of a file


@contextmanager
def ordinary() -> Iterator[Path]:
    """A folder that everybody may read."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


@contextmanager
def mounted() -> Iterator[Path]:
    """A file system of its own, of SIZE. OSError where that is not allowed."""
    with ordinary() as folder:
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise OSError(done.stderr)
        try:
            yield folder
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """No byte is left."""
    filler = folder / ".filler"
    with filler.open("wb", buffering=0) as file:
        for size in (2**16, 2**12, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The file system takes nothing any more."""
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)


@contextmanager
def not_allowed(folder: Path, mode: int = 0o555) -> Iterator[None]:
    """Every folder in it may be read and not written; who is root becomes nobody meanwhile."""
    root = os.geteuid() == 0
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in [*folders, *folder.rglob("*")] if root else []:
        os.chown(path, NOBODY, NOBODY)
    modes = [(path, path.stat().st_mode) for path in folders]  # outer ones first
    for path in reversed(folders):
        path.chmod(mode)
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path, before in modes:
            path.chmod(before)


@contextmanager
def unreadable(folder: Path) -> Iterator[None]:
    """Not even its names may be read."""
    with not_allowed(folder, 0):
        yield


@contextmanager
def limited(_folder: Path) -> Iterator[None]:
    """No file may grow beyond LIMIT bytes, as with a quota."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


Hindrance = tuple[
    Callable[[], AbstractContextManager[Path]], Callable[[Path], AbstractContextManager[None]]
]
HINDRANCES: dict[str, Hindrance] = {
    "a full disk": (mounted, full),
    "a read-only disk": (mounted, read_only),
    "a folder that is not ours": (ordinary, not_allowed),
    "a limit on files": (ordinary, limited),
}
