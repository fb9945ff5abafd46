"""Several files of a reader's, or a zip of them: bounded, and never written to a folder.

    files, problems = unpack_files([("run.zip", content)])
    files[0].name, files[0].content

A zip file is read entry by entry, no entry further than its own bound, so that a small file cannot become a large one.
Names of entries are only shown and compared; none of them is a path here.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from ..common.messages import say
from .uploads import MAX_FILE_BYTES

MAX_FILES = 64  # checkpoints of a series
MAX_ENTRIES = 1000  # of a zip file, checkpoints or not
MAX_TOTAL_BYTES = 256 * 2**20  # of all checkpoints together, unpacked
SUFFIXES = (".pt", ".pth", ".bin", ".ckpt", ".tar", ".safetensors", ".keras", ".h5", ".onnx")
PASSED_OVER = re.compile(r"(^|/)(__MACOSX/|\.[^./]|Thumbs\.db|desktop\.ini)")


@dataclass(frozen=True)
class NamedFile:
    """A file's name as the reader knows it, with the folder that it had in a zip file, and its bytes."""

    name: str
    content: bytes


def is_zip_of_files(content: bytes) -> bool:
    """Whether it is a zip file with checkpoints in it, and not itself a file of torch.save or the like."""
    if content[:2] != b"PK":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()[: MAX_ENTRIES + 1]
    except Exception:  # a hostile file may cause any of them
        return False
    return any(_is_checkpoint(name) for name in names) and not any(
        name.endswith(("data.pkl", "constants.pkl", "model.weights.h5")) for name in names
    )


def unpack_files(uploads: Iterable[tuple[str, bytes]]) -> tuple[list[NamedFile], list[str]]:
    """(every checkpoint, a sentence for each file that is passed over). ValueError where they are too many or too large."""
    files, problems, total = list[NamedFile](), list[str](), 0
    for name, content in uploads:
        inside = (
            _unpack(name, content, problems)
            if is_zip_of_files(content)
            else [NamedFile(name, content)]
        )
        for file in inside:
            files.append(file)
            total += len(file.content)
            if len(files) > MAX_FILES:
                raise _refused(
                    say("at most {most} checkpoints", most=MAX_FILES),
                    say("more"),
                    say("Choose every second or third of them"),
                )
            if total > MAX_TOTAL_BYTES:
                raise _refused(
                    say("checkpoints of at most {most} MiB together", most=MAX_TOTAL_BYTES >> 20),
                    say("more"),
                    say("Choose fewer, or save the weights without optimizer"),
                )
    return files, problems


def _unpack(name: str, content: bytes, problems: list[str]) -> Iterable[NamedFile]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MAX_ENTRIES:
            raise _refused(
                say("a zip file of at most {most} files", most=MAX_ENTRIES),
                str(len(entries)),
                say("Put the checkpoints alone into it"),
            )
        for entry in entries:
            if PASSED_OVER.search(entry.filename):
                continue
            if not _is_checkpoint(entry.filename):
                problems.append(_say_entry(entry.filename, say("a file of another kind")))
                continue
            unpacked = _read_entry(archive, entry)
            if isinstance(unpacked, str):
                problems.append(_say_entry(entry.filename, unpacked))
                continue
            yield NamedFile(entry.filename, unpacked)


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | str:
    """The bytes of an entry; a phrase where it is not read. Not more is unpacked than a checkpoint may have."""
    if entry.flag_bits & 1:
        return say("an encrypted file")
    try:
        with archive.open(entry) as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except Exception:  # a hostile file may cause any of them
        return say("one that cannot be unpacked")
    if len(content) > MAX_FILE_BYTES:
        return say("more than {most} MiB", most=MAX_FILE_BYTES >> 20)
    return content


def _is_checkpoint(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not PASSED_OVER.search(name)


def _say_entry(name: str, got: str) -> str:
    return say(
        "{file}: expected a checkpoint, got {got}. It is passed over.", file=name[-80:], got=got
    )


def _refused(expected: str, got: str, cure: str) -> ValueError:
    return ValueError(
        say(
            "Model files: expected {expected}, got {got}. {cure}.",
            expected=expected,
            got=got,
            cure=cure,
        )
    )
