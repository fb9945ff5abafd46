"""The lessons as they lie on the disk now: read once, and again where a file has changed, so that a teacher can try one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..common.messages import Sentence
from .lesson import Lesson
from .lesson_file import LESSONS, read_lessons

SUFFIXES = (".yaml", ".md", ".json")
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Library:
    """lessons: name -> lesson, in their order. broken: name of a folder -> why it is no lesson."""

    lessons: Mapping[str, Lesson]
    broken: Mapping[str, Sentence]


_shelf: dict[Path, tuple[Stamp, Library]] = {}


def open_library(folder: Path = LESSONS) -> Library:
    """The lessons of the folder."""
    stamp = _stamp(folder)
    known = _shelf.get(folder)
    if known is None or known[0] != stamp:
        known = _shelf[folder] = stamp, Library(*read_lessons(folder))
    return known[1]


def _stamp(folder: Path) -> Stamp:
    """What tells that a file is another one."""
    stamp = []
    for path in sorted(folder.glob("*/*")):
        try:
            status = path.stat()
        except OSError:
            continue
        if path.suffix in SUFFIXES:
            stamp.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(stamp)
