"""How many updates of a training elsewhere its player is answered a second.

A monitor records every update of a small model into a folder. The stream of the Live page then reads them, 45 an
answer as its player asks for them, and encodes them; what the browser does with them is that of any run. And how long
the page takes to open a training of 200 recorded updates, whose older recordings come as numbers.
"""

import tempfile
import time
from argparse import Namespace
from pathlib import Path

import torch
from torch import nn

from benchmarks._harness.interleave import cpu_times, milliseconds
from benchmarks._harness.result import Column, Result, Table
from core.common.threads import limit_to_one_thread
from core.io.monitor import Monitor, MonitoredRun
from dashboard.player.pull import Pull
from dashboard.serving.scheduler import TimeSlice
from dashboard.session.monitored_frames import MonitoredFrames

UPDATES, PER_ANSWER = 200, 45
SIZES = [(64, 32, 1), (64, 32, 2), (256, 100, 1)]  # units, steps, layers


def measure(_arguments: Namespace) -> Result:
    """updates: a row for each size."""
    table = Table(
        [
            *(Column("LSTM, units", ".0f"), Column("steps", ".0f"), Column("layers", ".0f")),
            *(Column("to open 200 updates", ".0f", "ms"), Column("one update", ".2f", "ms")),
            Column("updates a second", ".0f"),
        ]
    )
    for units, steps, layers in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            run = record(Path(folder), units, steps, layers)
            opened, answered = measure_stream(run)
        table.add(units, steps, layers, opened, answered, 1000 / answered)
    return Result({"updates": table}, {})


def record(root: Path, units: int, steps: int, layers: int) -> MonitoredRun:
    """A folder of UPDATES recorded updates."""
    limit_to_one_thread()
    torch.manual_seed(0)
    model = nn.LSTM(8, units, num_layers=layers)
    optimizer = torch.optim.SGD(model.parameters(), 0.01)
    probe = torch.randn(steps, 1, 8)
    with Monitor(model, probe, name="benchmark", every=1, root=root) as monitor:
        for _ in range(UPDATES):
            optimizer.zero_grad()
            loss = model(probe)[0].square().mean()
            loss.backward()
            optimizer.step()
            monitor.step(loss)
    return MonitoredRun(next((root / "live").iterdir()))


def measure_stream(run: MonitoredRun) -> tuple[float, float]:
    """Median milliseconds to open the training, and of one update of an answer."""
    frames = MonitoredFrames(run)

    def answer() -> None:
        frames.forget_frames()
        frames.sent = [UPDATES - PER_ANSWER]
        pull = Pull(frames.id, 0, PER_ANSWER)
        frames.answer(pull, TimeSlice(time.monotonic, time.monotonic(), 1e6))

    def open_run() -> None:
        MonitoredFrames(MonitoredRun(run.folder))

    times = cpu_times({"open": open_run, "answer": answer}, 6, least=5)
    answered = len(frames.frames)  # fewer, where an answer's 4 MiB hold no more
    return milliseconds(times, "open"), milliseconds(times, "answer") / answered
