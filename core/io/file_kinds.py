"""What a file is that holds no weights which can be read here, by its content, and what to do with it.

kind = recognise_file(content)      # None: a .safetensors file, or one of torch.save
kind.name, kind.cure                # "a TorchScript archive", "In Python: torch.save(…)"
"""

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

SAVE = 'torch.save(model.state_dict(), "model.pt")'
SAVE_IN_PYTHON = f"Load it in Python and save the weights alone: {SAVE}"
KERAS = (
    "In Python, of each LSTM: weight_ih_l0 = kernel.T, weight_hh_l0 = recurrent_kernel.T, bias_ih_l0 = bias, "
    "bias_hh_l0 = zeros; put these tensors into a dict and torch.save it"
)
UNPACK = "Unpack it and upload the file with the weights"
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
    b"\x89HDF\r\n\x1a\n": FileKind("an HDF5 file, as Keras writes its models and weights", KERAS),
    LEGACY_TORCH: FileKind(
        "a file of torch.save in the form from before PyTorch 1.6",
        'Save it again: torch.save(torch.load("old.pt", weights_only=True), "new.pt")',
    ),
    b"GGUF": FileKind("a GGUF file", SAVE_IN_PYTHON),
    b"\x93NUMPY": FileKind("a NumPy array (.npy)", "Save a dict of named tensors with torch.save"),
    b"\x1f\x8b": FileKind("a file compressed with gzip", UNPACK),
    b"7z\xbc\xaf\x27\x1c": FileKind("a 7z archive", UNPACK),
    b"Rar!": FileKind("a RAR archive", UNPACK),
    b"BZh": FileKind("a file compressed with bzip2", UNPACK),
    b"\xfd7zXZ": FileKind("a file compressed with xz", UNPACK),
    b"\x28\xb5\x2f\xfd": FileKind("a file compressed with zstd", UNPACK),
    b"version https://git-lfs": FileKind(
        "a pointer of Git LFS, which stands for the file", "Fetch the file itself with git lfs pull"
    ),
    b"%PDF": FileKind("a PDF document", "Choose the file with the weights"),
    b"\x89PNG": FileKind("a picture (PNG)", "Choose the file with the weights"),
    b"MATLAB 5.0": FileKind(
        "a MATLAB file", "Save its arrays as a dict of tensors with torch.save"
    ),
}

# Names of entries in a zip file -> what it is. The first one that fits counts.
ARCHIVES: tuple[tuple[Callable[[str], bool], FileKind], ...] = (
    (
        lambda name: name.endswith("/constants.pkl") or "/code/__torch__" in name,
        FileKind(
            "a TorchScript archive",
            'Export its state_dict: torch.save(torch.jit.load("file").state_dict(), "model.pt")',
        ),
    ),
    (
        lambda name: name.endswith(("archive_format", "serialized_exported_program.json")),
        FileKind(
            "a program of torch.export",
            'Export its state_dict: torch.save(torch.export.load("file").state_dict, "model.pt")',
        ),
    ),
    (
        lambda name: name.endswith(".data/extern_modules"),
        FileKind("an archive of torch.package, which holds code", SAVE_IN_PYTHON),
    ),
    (lambda name: name == "model.weights.h5", FileKind("a Keras model (.keras)", KERAS)),
    (
        lambda name: name.endswith("saved_model.pb"),
        FileKind("a SavedModel of TensorFlow, zipped", KERAS),
    ),
    (
        lambda name: name.endswith(".npy"),
        FileKind(
            "NumPy arrays (.npz)",
            "Turn them into tensors with torch.from_numpy and torch.save the dict of them",
        ),
    ),
    (lambda name: name == "[Content_Types].xml", FileKind("an Office document", UNPACK)),
)


def recognise_file(content: bytes) -> FileKind | None:
    """What the file is; None for one of torch.save, and for one that may be a .safetensors file."""
    if not content:
        return FileKind("an empty file", "Choose another one, or copy it again")
    if zipfile.is_zipfile(io.BytesIO(content)):
        return _recognise_archive(content)
    if content[:2] == b"PK":
        return FileKind("a zip file that has lost its end", "Copy or download it again")
    for beginning, kind in BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    if looks_like_safetensors(content):
        return None
    return _recognise_by_structure(content)


def looks_like_safetensors(content: bytes) -> bool:
    """Whether a length and a JSON object stand at its beginning."""
    return len(content) > 8 and content[8:9] == b"{" and content[6:8] == b"\0\0"


def _recognise_archive(content: bytes) -> FileKind | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except Exception:  # a hostile file may cause any of them
        return FileKind("a zip file that cannot be read", "Copy or download it again")
    for fits, kind in ARCHIVES:
        if any(fits(name) for name in names):
            return kind
    if any(name.rpartition("/")[2] == "data.pkl" for name in names):
        return None
    some = ", ".join(name[-40:] for name in names[:3]) or "nothing"
    return FileKind(f"a zip archive of other files ({some})", UNPACK)


def _recognise_by_structure(content: bytes) -> FileKind:
    """What has no fixed beginning: protocol buffers, pickles, archives, texts."""
    start = content[:4096]
    if content[4:8] == b"TFL3":
        return FileKind("a TensorFlow Lite model", KERAS)
    if content[257:262] == b"ustar":
        return FileKind("a tar archive", UNPACK)
    if content[-8:] == struct.pack("<Q", 0xDB4775248B80FB57):
        return FileKind("the index of a TensorFlow checkpoint", KERAS)
    if start[:1] == b"\x08" and start[2:3] in b"\x12\x3a\x42":
        if start[1] == 1 or b"tensorflow" in content or b"saved_model" in content:
            return FileKind("a SavedModel of TensorFlow", KERAS)
        return FileKind(
            "an ONNX model",
            f"Save the PyTorch model that it was exported from: {SAVE}",
        )
    if start[:1] == b"\x80" and start[1:2] in b"\x02\x03\x04\x05":
        return FileKind(
            "a Python pickle, which may hold code and is not opened",
            f"Open it yourself and save the weights alone: {SAVE}",
        )
    return _recognise_text(start) or FileKind(
        f"a file of no kind that is known here (it begins with {start[:4].hex(' ')})",
        f"Save the weights in Python: {SAVE}",
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
        return FileKind("a web page", "Download the file itself; its link may need a login")
    if line.startswith(("{", "[")):
        return FileKind("a JSON text", "Choose the file with the weights beside it")
    return FileKind(f"a text that begins with {line!r}", "Choose the file with the weights")
