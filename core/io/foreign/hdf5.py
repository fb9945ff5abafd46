"""The arrays of an HDF5 file, read from its bytes alone: no link out of it is followed, and nothing is unpickled.

file = read_hdf5(content)
file.arrays["layers/lstm/cell/vars/0"], file.names["layers/lstm"], file.attributes["model_config"]
"""

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ...common.messages import say
from ..uploads import MAX_ENTRIES, MAX_FILE_BYTES, refuse_file

MAX_DEPTH = 24  # groups in groups
OPTIMIZERS = ("optimizer", "optimizer_weights", "_optimizer")
EXPECTED = say("a model of Keras (.keras, .weights.h5, .h5)")


@dataclass
class Hdf5:
    """arrays: path -> floating-point numbers, as float32 or float64. names: path of a group -> what Keras calls it.

    attributes: texts of the root. other: paths of arrays of other numbers, or which stand in another file.
    """

    arrays: dict[str, Tensor] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    other: list[str] = field(default_factory=list)


class _Walk:
    """Counts what it meets, so that a group which holds itself ends, too."""

    def __init__(self) -> None:
        self.file, self.entries, self.numbers = Hdf5(), 0, 0

    def read_group(self, group: Any, path: str, depth: int) -> None:
        """Everything below the group but an optimizer."""
        import h5py

        for name in group:
            self.entries += 1
            if self.entries > MAX_ENTRIES or depth > MAX_DEPTH:
                raise refuse_file(
                    say("at most {most} entries", most=MAX_ENTRIES),
                    say("more, or groups in groups without end"),
                    say("Save the model again in Keras"),
                )
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                self.file.other.append(f"{path}{name}")
                continue
            child = group[name]
            if isinstance(child, h5py.Dataset):
                self.read_dataset(child, f"{path}{name}")
            elif isinstance(child, h5py.Group) and not (depth == 0 and name in OPTIMIZERS):
                own = child.attrs.get("name")
                if isinstance(own, str):
                    self.file.names[f"{path}{name}"] = own[:300]
                self.read_group(child, f"{path}{name}/", depth + 1)

    def read_dataset(self, dataset: Any, path: str) -> None:
        """An array of floating-point numbers that stands in this file."""
        is_elsewhere = dataset.is_virtual or dataset.external
        if is_elsewhere or dataset.dtype.kind != "f" or dataset.shape is None:
            self.file.other.append(path)
            return
        self.numbers += dataset.size
        if self.numbers > MAX_FILE_BYTES // 4:
            raise refuse_file(
                say("at most {most} million numbers", most=MAX_FILE_BYTES // 2**22),
                say("more"),
                say("Save the model without its optimizer"),
            )
        values = np.asarray(dataset[()])
        kind = np.float64 if values.dtype.itemsize > 4 else np.float32
        self.file.arrays[path] = torch.from_numpy(np.array(values, kind))


def read_hdf5(content: bytes) -> Hdf5:
    """What the bytes hold. ValueError with a sentence for damaged ones, and for too many numbers."""
    import h5py

    walk = _Walk()
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            for name in ("model_config", "keras_version"):
                text = file.attrs.get(name)
                text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
                if isinstance(text, str):
                    walk.file.attributes[name] = text
            walk.read_group(file, "", 0)
    except ValueError:
        raise
    except Exception as error:  # a hostile file may cause any of them
        raise refuse_file(
            EXPECTED,
            say("an HDF5 file that is damaged ({problem})", problem=type(error).__name__),
            say("Copy or download it again"),
        ) from error
    return walk.file
