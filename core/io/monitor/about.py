"""about.json: what is watched, by whom, and in what sizes."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ...common.checks import shorten
from ...common.messages import say
from ...common.stored_sentences import from_json, to_json
from ...layers.recording import Recording
from .layout import FORMAT, MAX_NAME_CHARACTERS, MAX_TEXT_BYTES

MAX_LAYERS = 64
MAX_SYMBOLS = 100_000


@dataclass(frozen=True)
class AboutLayer:
    """One recorded module. name: its dotted name in the model, "" where it is the model itself.

    cell, hidden_size, input_size: of its first layer. layers: layer and direction of each of its traces.
    """

    name: str
    cell: str
    input_size: int
    hidden_size: int
    layers: tuple[tuple[int, str], ...]

    @classmethod
    def of_recording(cls, name: str, recording: Recording) -> "AboutLayer":
        """Of a layer that was recorded."""
        width = recording[recording.layers[0]]["x"].values.shape[2]
        return cls(name, recording.cell.name, width, recording.H, tuple(recording.layers))


@dataclass(frozen=True)
class About:
    """started: seconds since 1970, of the first process. every: updates from one record to the next.

    loss_title: what the gradients start from, in words. symbols: what stands at each step of the probe. layers: empty
    until the probe was recorded. model, torch, host: the class, the version, the machine.
    """

    name: str
    started: float
    every: int
    loss_title: str
    symbols: tuple[str, ...] = ()
    layers: tuple[AboutLayer, ...] = ()
    model: str = ""
    torch: str = ""
    host: str = ""
    format: str = field(default=FORMAT)

    def to_bytes(self) -> bytes:
        """As the file has it."""
        return json.dumps(asdict(self) | {"loss_title": to_json(self.loss_title)}).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> "About":
        """The inverse; the bytes may come from anybody. ValueError with a sentence for anything else."""
        try:
            if len(content) > MAX_TEXT_BYTES:
                raise ValueError(len(content))
            return cls._from_json(json.loads(content))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise ValueError(
                say(
                    "about.json: expected what a monitor of the format {format} wrote, got {got}. "
                    "Watch the training with this version of Unrolled.",
                    format=FORMAT,
                    got=shorten(content[:60]),
                )
            ) from error

    @classmethod
    def _from_json(cls, data: Mapping[str, Any]) -> "About":
        if data["format"] != FORMAT:
            raise ValueError(data["format"])
        if len(data["layers"]) > MAX_LAYERS or len(data["symbols"]) > MAX_SYMBOLS:
            raise ValueError(len(data["layers"]))
        layers = tuple(
            AboutLayer(
                str(layer["name"]),
                str(layer["cell"]),
                int(layer["input_size"]),
                int(layer["hidden_size"]),
                tuple((int(index), str(direction)) for index, direction in layer["layers"]),
            )
            for layer in data["layers"]
        )
        started = float(data["started"])
        if not math.isfinite(started):
            raise ValueError(started)
        return cls(
            name=str(data["name"])[:MAX_NAME_CHARACTERS],
            started=started,
            every=int(data["every"]),
            loss_title=from_json(data["loss_title"]),
            symbols=tuple(str(symbol) for symbol in data["symbols"]),
            layers=layers,
            **{name: str(data[name])[:200] for name in ("model", "torch", "host")},
        )
