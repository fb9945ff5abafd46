"""What a recording of 2000 steps and 1000 units takes on the server.

It is read from its file, drawn as a whole and in part, and its Jacobians are measured from random directions. Told are milliseconds of CPU on one core, and the megabytes of the figure that is sent.
"""

import tempfile
import time
from argparse import Namespace
from pathlib import Path

import torch

from benchmarks._harness.interleave import cpu_times, milliseconds
from benchmarks._harness.result import Column, Result, Table
from core.analysis.microscope import Microscope
from core.analysis.sampled_products import sample_products
from core.common.threads import limit_to_one_thread
from core.io.user_model import LOSSES, inspect_layer
from core.layers.recording import Recording
from core.layers.recurrent import Recurrent
from dashboard.figures import recordings

STEPS, UNITS, INPUTS = 2000, 1000, 32
ZOOMED = slice(900, 1100)


def measure(_arguments: Namespace) -> Result:
    """parts: a row for each thing that is done."""
    limit_to_one_thread()
    torch.manual_seed(0)
    layer = Recurrent("lstm", INPUTS, UNITS)
    symbols = tuple(str(t) for t in range(1, STEPS + 1))
    inspection = inspect_layer(
        "layer", layer, torch.randn(STEPS, 1, INPUTS), symbols, LOSSES["last state"]
    )
    reading = inspection.read()
    recording = reading.recording
    trace = recording[0, "forward"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.safetensors"
        recording.save(file)
        parts = {
            "reading the recording from its file": lambda: Recording.load(file),
            "formulas on Unrolled, the sequence read for them": lambda: Microscope(inspection),
            "formulas on Unrolled, of the reading that is there": lambda: Microscope(
                inspection, reading=reading
            ),
            "maps of all values": lambda: recordings.value_figure(trace, symbols).to_json(),
            "maps of all gradients": lambda: recordings.gradient_figure(trace, symbols).to_json(),
            "norms of the gradients": lambda: recordings.norm_figure(trace, symbols).to_json(),
            "maps of 200 steps": lambda: recordings.value_figure(
                trace, symbols, part=ZOOMED
            ).to_json(),
        }
        times = cpu_times(parts, 3, least=3)
        table = Table(
            [Column("part", ""), Column("time", ".0f", "ms"), Column("sent", ".1f", "MB")]
        )
        for name, act in parts.items():
            made = act()
            size = len(made.encode()) / 1e6 if isinstance(made, str) else None
            table.add(name, milliseconds(times, name), size)
    begun = time.process_time()
    sampled = sample_products(layer, (0, "forward"))
    took = 1e3 * (time.process_time() - begun)
    table.add(f"products of Jacobians, {sampled.directions[0]} directions", took, None)
    return Result({"parts": table}, {})
