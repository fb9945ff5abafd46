"""What it costs to keep the probe's recording of every update.

Both sides make the same fully recorded update of a batch whose last sequence is the probe; one also
keeps that sequence's recording, as the scrubber needs it.
"""

from argparse import Namespace

import torch

from benchmarks._harness.interleave import cpu_times, milliseconds, ratio
from benchmarks._harness.result import Column, Result, Table
from benchmarks.engine.step import SIZES, TORCH, update
from core.layers.recurrent import Recurrent


def measure(_arguments: Namespace) -> Result:
    """updates: a row for each cell and size."""
    table = Table(
        [
            *(Column("cell"), Column("size (T, B, H, I)")),
            *(Column("update", ".2f", "ms"), Column("with its probe kept", ".2f", "ms")),
            Column("ratio", ".2f"),
        ]
    )
    for cell in TORCH:
        for size in ("tiny", "small"):
            T, B, H, I = SIZES[size]  # noqa: E741 (the field's name)
            x, y = torch.randn(T, B, I), torch.randn(T, B, 1)
            probes: list = []

            def keep(layer: Recurrent, probes: list = probes) -> None:
                assert layer.recording is not None
                probes.append(layer.recording.sequence(-1))
                del probes[:-100]

            sides = {
                "update": update(Recurrent(cell, I, H), x, y),
                "kept": update(Recurrent(cell, I, H), x, y, keep),
            }
            times = cpu_times(sides, 4)
            table.add(
                *(cell, f"{size} {SIZES[size]}"),
                *(milliseconds(times, "update"), milliseconds(times, "kept")),
                ratio(times, "kept", "update"),
            )
    return Result({"updates": table})
