"""What a file is that holds no weights which can be read here, by its content, and what to do with it.

kind = recognise_file(content)      # None: a .safetensors file, or one of torch.save
kind.name, kind.cure                # "a TorchScript archive", "In Python: torch.save(…)"
is_keras(content), is_onnx(content) # what another reader opens
"""

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from ..common.messages import say

SAVE = 'torch.save(model.state_dict(), "model.pt")'
SAVE_IN_PYTHON = say("Load it in Python and save the weights alone: {how}", how=SAVE)
KERAS = say('Save it in Keras: model.save("model.keras"); such a file is read here')
HDF5 = b"\x89HDF\r\n\x1a\n"
UNPACK = say("Unpack it and upload the file with the weights")
LEGACY_TORCH = (
    b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # the number that torch.save began with until 1.5
)


@dataclass(frozen=True)
class FileKind:
    """name: what the file is, with its article. cure: what to do, an imperative without its full stop."""

    name: str
    cure: str


# How a file begins -> what it is.
BEGINNINGS = {
    LEGACY_TORCH: FileKind(
        say("a file of torch.save in the form from before PyTorch 1.6"),
        say('Save it again: torch.save(torch.load("old.pt", weights_only=True), "new.pt")'),
    ),
    b"GGUF": FileKind(say("a GGUF file"), SAVE_IN_PYTHON),
    b"\x93NUMPY": FileKind(
        say("a NumPy array (.npy)"), say("Save a dict of named tensors with torch.save")
    ),
    b"\x1f\x8b": FileKind(say("a file compressed with gzip"), UNPACK),
    b"7z\xbc\xaf\x27\x1c": FileKind(say("a 7z archive"), UNPACK),
    b"Rar!": FileKind(say("a RAR archive"), UNPACK),
    b"BZh": FileKind(say("a file compressed with bzip2"), UNPACK),
    b"\xfd7zXZ": FileKind(say("a file compressed with xz"), UNPACK),
    b"\x28\xb5\x2f\xfd": FileKind(say("a file compressed with zstd"), UNPACK),
    b"version https://git-lfs": FileKind(
        say("a pointer of Git LFS, which stands for the file"),
        say("Fetch the file itself with git lfs pull"),
    ),
    b"%PDF": FileKind(say("a PDF document"), say("Choose the file with the weights")),
    b"\x89PNG": FileKind(say("a picture (PNG)"), say("Choose the file with the weights")),
    b"MATLAB 5.0": FileKind(
        say("a MATLAB file"), say("Save its arrays as a dict of tensors with torch.save")
    ),
}

# Names of entries in a zip file -> what it is. The first one that fits counts.
ARCHIVES: tuple[tuple[Callable[[str], bool], FileKind], ...] = (
    (
        lambda name: name.endswith("/constants.pkl") or "/code/__torch__" in name,
        FileKind(
            say("a TorchScript archive"),
            say(
                'Export its state_dict: torch.save(torch.jit.load("file").state_dict(), "model.pt")'
            ),
        ),
    ),
    (
        lambda name: name.endswith(("archive_format", "serialized_exported_program.json")),
        FileKind(
            say("a program of torch.export"),
            say(
                'Export its state_dict: torch.save(torch.export.load("file").state_dict, "model.pt")'
            ),
        ),
    ),
    (
        lambda name: name.endswith(".data/extern_modules"),
        FileKind(say("an archive of torch.package, which holds code"), SAVE_IN_PYTHON),
    ),
    (
        lambda name: name.endswith("saved_model.pb"),
        FileKind(say("a SavedModel of TensorFlow, zipped"), KERAS),
    ),
    (
        lambda name: name.endswith(".npy"),
        FileKind(
            say("NumPy arrays (.npz)"),
            say("Turn them into tensors with torch.from_numpy and torch.save the dict of them"),
        ),
    ),
    (lambda name: name == "[Content_Types].xml", FileKind(say("an Office document"), UNPACK)),
)


def recognise_file(content: bytes) -> FileKind | None:
    """What the file is; None for one of torch.save, and for one that may be a .safetensors file."""
    if not content:
        return FileKind(say("an empty file"), say("Choose another one, or copy it again"))
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _recognise_archive(content)
    if content[:2] == b"PK":
        return FileKind(say("a zip file that has lost its end"), say("Copy or download it again"))
    for beginning, kind in BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    if looks_like_safetensors(content):
        return None
    return _recognise_by_structure(content)


def is_keras(content: bytes) -> bool:
    """Whether it is a file of Keras: a .keras archive, or HDF5."""
    if content.startswith(HDF5):
        return True
    if content[:2] != b"PK" or not zipfile.is_zipfile(io.BytesIO(content)):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "model.weights.h5" in archive.namelist()
    except Exception:  # a hostile file may cause any of them
        return False


def is_onnx(content: bytes) -> bool:
    """Whether it begins like an ONNX model, and is no SavedModel of TensorFlow."""
    is_other = content[1:2] == b"\x01" or b"saved_model" in content or b"\x05serve" in content
    return _begins_like_onnx(content) and not is_other and not looks_like_safetensors(content)


def _begins_like_onnx(content: bytes) -> bool:
    """Whether a version stands first, then a field of a model: who made it, its graph, its operators."""
    return content[:1] == b"\x08" and len(content) > 8 and content[2:3] in b"\x12\x1a\x22\x3a\x42"


def looks_like_safetensors(content: bytes) -> bool:
    """Whether a length and a JSON object stand at its beginning."""
    return len(content) > 8 and content[8:9] == b"{" and content[6:8] == b"\0\0"


def _recognise_archive(content: bytes) -> FileKind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except Exception:  # a hostile file may cause any of them
        return FileKind(say("a zip file that cannot be read"), say("Copy or download it again"))
    for fits, kind in ARCHIVES:
        if any(fits(name) for name in names):
            return kind
    if any(name.rpartition("/")[2] == "data.pkl" for name in names):
        return None
    some = ", ".join(name[-40:] for name in names[:3]) or say("nothing")
    return FileKind(say("a zip archive of other files ({names})", names=some), UNPACK)


def _recognise_by_structure(content: bytes) -> FileKind:
    """What has no fixed beginning: protocol buffers, pickles, archives, texts."""
    start = content[:4096]
    if content[4:8] == b"TFL3":
        return FileKind(say("a TensorFlow Lite model"), KERAS)
    if content[257:262] == b"ustar":
        return FileKind(say("a tar archive"), UNPACK)
    if content[-8:] == struct.pack("<Q", 0xDB4775248B80FB57):
        return FileKind(say("the index of a TensorFlow checkpoint"), KERAS)
    if _begins_like_onnx(content):
        return FileKind(say("a SavedModel of TensorFlow"), KERAS)
    if start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05":
        return FileKind(
            say("a Python pickle, which may hold code and is not opened"),
            say("Open it yourself and save the weights alone: {how}", how=SAVE),
        )
    return _recognise_text(start) or FileKind(
        say(
            "a file of no kind that is known here (it begins with {bytes})",
            bytes=start[:4].hex(" "),
        ),
        say("Save the weights in Python: {how}", how=SAVE),
    )


def _recognise_text(start: bytes) -> FileKind | None:
    try:
        text = start.decode("utf-8", errors="strict" if len(start) < 4096 else "ignore")
    except UnicodeDecodeError:
        return None
    if any(not sign.isprintable() and sign not in "\r\n\t\f" for sign in text):
        return None
    line = text.strip()[:40].splitlines()[0] if text.strip() else ""
    if line.lower().startswith(("<!doctype", "<html")):
        return FileKind(
            say("a web page"), say("Download the file itself; its link may need a login")
        )
    if line.startswith(("{", "[")):
        return FileKind(say("a JSON text"), say("Choose the file with the weights beside it"))
    return FileKind(
        say("a text that begins with {line!r}", line=line), say("Choose the file with the weights")
    )
