"""A folder of a training that runs elsewhere, written update by update without a monitor."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from core.io.monitor.about import About
from core.io.monitor.frame import Frame
from core.io.monitor.layout import (
    ABOUT_FILE,
    NUMBERS_FILE,
    STATE_FILE,
    frame_file,
    key_of,
    live_folder,
)
from core.io.monitor.statistics import statistics
from core.io.watch import watch


class FakeMonitor:
    """Writes the folder of one training below `root`. The probe is T steps of the alphabet."""

    def __init__(self, root: Path, name: str = "my run", units: int = 4, steps: int = 5):
        torch.manual_seed(units)
        self.folder = live_folder(root) / key_of(name)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.name, self.steps = name, steps
        self.model = nn.ModuleDict({"encoder": nn.LSTM(3, units), "decoder": nn.GRU(3, units)})
        self.x = torch.randn(steps, 1, 3)
        symbols = [chr(97 + t % 26) for t in range(steps)]
        about = About(name, 1_700_000_000.0, 1, "‖h_T‖", tuple(symbols), (), "Model", "2", "here")
        self.write(ABOUT_FILE, about.to_bytes())
        self.write_state("running", 0)

    def write(self, file: str, content: bytes) -> None:
        part = self.folder / f".{file}"
        part.write_bytes(content)
        os.replace(part, self.folder / file)

    def write_state(self, name: str, update: int, sentences: Sequence[str] = ()) -> None:
        content = {"state": name, "update": update, "sentences": list(sentences)}
        self.write(STATE_FILE, json.dumps(content).encode())

    def record(self, update: int, loss: float | None = None) -> Frame:
        """One more update: its recording, its numbers, and a sign of life."""
        with watch(self.model) as recordings:
            total = torch.stack(
                [layer(self.x)[0].square().sum() for layer in self.model.values()]
            ).sum()
            total.backward()
        with torch.no_grad():
            for parameter in self.model.parameters():
                if parameter.grad is not None:
                    parameter -= 0.01 * parameter.grad
                parameter.grad = None
        loss = float(total.detach()) if loss is None else loss
        frame = Frame(update, dict(recordings), None, loss, {"loss": loss})
        self.write(frame_file(update), frame.to_bytes())
        line = {"update": update, "loss": loss, "probe": statistics(frame)}
        with open(self.folder / NUMBERS_FILE, "a") as numbers:
            numbers.write(json.dumps(line) + "\n")
        self.write_state("running", update)
        return frame

    def record_until(self, last: int, first: int = 1) -> None:
        for update in range(first, last + 1):
            self.record(update)
