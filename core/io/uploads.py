"""Named tensors from a reader's file, which is checked and of which nothing is executed.

.safetensors files, and .pt and .pth files by torch.load(weights_only=True) in the zip form that torch has
written since 1.6. Any other content raises a ValueError with one sentence.
"""

import io
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load as load_safetensors
from torch import Tensor

from ..layers.recording import FORMAT, Recording

MAX_FILE_BYTES = 64 * 2**20  # of a file, and of all numbers in it
MAX_HEADER_BYTES = 2**20  # bytes of the header of a .safetensors file
MAX_ENTRIES = 10_000  # in a .pt file, or tensors in any
MAX_DEPTH = 4  # nested dicts in a checkpoint


def read_tensors(content: bytes, filename: str) -> dict[str, Tensor]:
    """Dotted name -> tensor on the CPU, float32 or float64, of every floating-point tensor in the file."""
    if len(content) > MAX_FILE_BYTES:
        raise _refused(
            f"a file of at most {MAX_FILE_BYTES // 2**20} MiB", f"{len(content) >> 20} MiB"
        )
    ending = filename.rpartition(".")[2].lower()
    if ending == "safetensors":
        tree = _safetensors(content)
    elif ending in ("pt", "pth", "bin"):
        tree = _torch(content)
    else:
        raise _refused("a file that ends in .safetensors, .pt or .pth", f"{filename[-40:]!r}")
    tensors = dict(_flat(tree, "", 0))
    if not tensors:
        raise _refused("named tensors (a state_dict)", "none")
    if (
        len(tensors) > MAX_ENTRIES
        or sum(tensor.numel() for tensor in tensors.values()) > MAX_FILE_BYTES // 4
    ):
        raise _refused(f"at most {MAX_FILE_BYTES // 2**22} million numbers", "more")
    # A view of a few numbers can claim to be large, so copies are made only after the checks.
    full = {
        name: (tensor if tensor.dtype == torch.float64 else tensor.float())
        for name, tensor in tensors.items()
    }
    for name, tensor in full.items():
        if not tensor.isfinite().all():
            raise _refused("finite numbers", f"inf or nan in {name[:60]!r}")
    return {name: tensor.detach().contiguous().clone() for name, tensor in full.items()}


def is_recording(content: bytes) -> bool:
    """Whether the bytes begin like a file that `Recording.save` wrote."""
    size = struct.unpack("<Q", content[:8])[0] if len(content) >= 8 else 0
    return size <= MAX_HEADER_BYTES and FORMAT.encode() in content[8 : 8 + size]


def read_recording(content: bytes) -> Recording:
    """The recording in the bytes of a file that `Recording.save` wrote. ValueError for others."""
    if len(content) > MAX_FILE_BYTES:
        raise _refused(
            f"a file of at most {MAX_FILE_BYTES // 2**20} MiB", f"{len(content) >> 20} MiB"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.safetensors"
        path.write_bytes(content)
        return Recording.load(path)


def _safetensors(content: bytes) -> Mapping[str, Any]:
    if len(content) < 8 or struct.unpack("<Q", content[:8])[0] > MAX_HEADER_BYTES:
        raise _refused("a .safetensors file", "other content, or a header of more than a MiB")
    try:
        return load_safetensors(content)
    except Exception as error:  # a hostile file may cause any of them
        raise _refused("a .safetensors file", f"{type(error).__name__}") from error


def _torch(content: bytes) -> Any:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise _refused(
            "a zip file, as torch.save has written since 1.6", "other content", "Save it again"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except Exception as error:
        raise _refused("a whole file", f"{type(error).__name__}") from error
    packed = any(entry.compress_type != zipfile.ZIP_STORED for entry in entries)
    size = sum(entry.file_size for entry in entries)
    if packed or size > MAX_FILE_BYTES or len(entries) > MAX_ENTRIES:
        raise _refused("what torch.save writes, uncompressed", f"{len(entries)} entries, {size} B")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch's own, about coming changes of torch
            return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except Exception as error:
        raise _refused(
            "tensors alone, as torch.save(model.state_dict(), ...) writes them",
            f"something else ({type(error).__name__})",
            "Save the state_dict, not the model",
        ) from error


def _flat(value: Any, prefix: str, depth: int) -> list[tuple[str, Tensor]]:
    """The floating-point tensors in `value` with their dotted names."""
    if isinstance(value, Tensor):
        dense = value.layout == torch.strided and value.device.type == "cpu"
        dense = dense and not value.is_quantized and value.is_floating_point()
        if not dense:
            return []
        if value.numel() > MAX_FILE_BYTES // 4:
            raise _refused("smaller tensors", f"{prefix[:60]!r} of {list(value.shape)}")
        return [(prefix, value)]
    if not isinstance(value, Mapping) or depth > MAX_DEPTH:
        return []
    tensors = []
    for name, child in value.items():
        if isinstance(name, str) and len(name) < 300:
            tensors += _flat(child, f"{prefix}.{name}" if prefix else name, depth + 1)
    return tensors


def _refused(expected: str, got: str, cure: str = "Choose another file") -> ValueError:
    return ValueError(f"file: expected {expected}, got {got}. {cure}.")
