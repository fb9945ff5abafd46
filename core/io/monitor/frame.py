"""One recorded update: the probe's recordings, as a file that is written whole or not at all."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import save
from safetensors.torch import load

from ...common.checks import shorten
from ...common.messages import say
from ...layers.recording import Recording
from .layout import FORMAT, MAX_FRAME_BYTES

OUTPUT = "output"  # the name of its array; those of recordings begin with a number
MAX_HEADER_BYTES = 2**20


@dataclass(frozen=True)
class Frame:
    """index: the update after which the probe was read; 0: before the first one.

    recordings: dotted name of a layer -> its recording of one sequence (B = 1), float32. output: of the model,
    float32, without the axis of sequences; None where it is no tensor, or a large one. loss: of the probe. numbers: of
    the training at that update, "loss" among them where it was given.
    """

    index: int
    recordings: Mapping[str, Recording]
    output: np.ndarray | None = None
    loss: float = math.nan
    numbers: Mapping[str, float] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """As the file has it."""
        arrays, layers = dict[str, np.ndarray](), []
        for k, (name, recording) in enumerate(self.recordings.items()):
            own, about = recording.to_arrays()
            with np.errstate(over="ignore"):  # of float64 beyond float32: inf
                arrays |= {f"{k}.{key}": array.astype(np.float32) for key, array in own.items()}
            layers.append({"name": name} | about)
        if self.output is not None:
            arrays[OUTPUT] = np.ascontiguousarray(self.output, np.float32)
        header = {
            "index": self.index,
            "loss": self.loss,
            "numbers": dict(self.numbers),
            "layers": layers,
        }
        return save(arrays, metadata={"format": FORMAT, "header": json.dumps(header)})

    @classmethod
    def from_bytes(cls, content: bytes) -> "Frame":
        """The inverse; the bytes may come from anybody. ValueError with a sentence for anything else."""
        try:
            if len(content) > MAX_FRAME_BYTES:
                raise ValueError(len(content))
            metadata = _metadata(content)
            if metadata["format"] != FORMAT:
                raise ValueError(metadata["format"])
            header, arrays = json.loads(metadata["header"]), load(content)
            recordings = {}
            for k, about in enumerate(header["layers"]):
                own = {
                    key.removeprefix(f"{k}."): array
                    for key, array in arrays.items()
                    if key.startswith(f"{k}.")
                }
                recordings[str(about["name"])] = Recording.from_arrays(own, about)
            if not recordings or any(recording.B != 1 for recording in recordings.values()):
                raise ValueError(len(recordings))
            output = arrays[OUTPUT].numpy() if OUTPUT in arrays else None
            if output is not None and arrays[OUTPUT].dtype != torch.float32:
                raise ValueError(output.dtype)
            numbers = {str(name): float(value) for name, value in header["numbers"].items()}
            return cls(int(header["index"]), recordings, output, float(header["loss"]), numbers)
        except (
            SafetensorError,
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            RecursionError,
        ) as error:
            raise ValueError(
                say(
                    "recorded update: expected a file that a monitor wrote, got {got}. Choose another update.",
                    got=shorten(content[:40]),
                )
            ) from error


def _metadata(content: bytes) -> Mapping[str, str]:
    """The text in the file's header: 8 bytes with its length, then JSON (https://github.com/huggingface/safetensors)."""
    length = int.from_bytes(content[:8], "little")
    if not 0 < length <= min(MAX_HEADER_BYTES, len(content)):
        raise ValueError(length)
    return json.loads(content[8 : 8 + length])["__metadata__"]
