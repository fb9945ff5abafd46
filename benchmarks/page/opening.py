"""How long a saved run of 10 000 updates takes to open, and what saving by itself costs.

Opening: read the files, make the trainer, put its numbers and one look at the network on the page.
Saving: what one automatic save takes; it is made at most every four seconds. Medians of five, by the wall
and of this process's CPU. 200 updates are trained; the curves hold them again and again up to the number.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

from benchmarks._harness.result import Figure, Result
from core.io.store import Store, new_key
from core.training.curves import Curves
from core.training.trainer import Experiment, Trainer
from dashboard.session.live_run import LiveRun

TRAINED = 200


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--updates", type=int, default=10_000)


def measure(arguments: argparse.Namespace) -> Result:
    """Milliseconds of saving, listing and opening, and the size of the run."""
    trainer, curves = Trainer(Experiment()), Curves()
    steps = [next(trainer) for _ in range(TRAINED)]
    for k in range(1, arguments.updates + 1):
        curves.add(replace(steps[k % TRAINED], index=k))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, new_key())
        saving = median(lambda: store.save("aaaaaaaa", trainer, curves))
        listing = median(store.entries)
        opening = median(lambda: LiveRun(*store.open("aaaaaaaa")).data())
        size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    titles = {
        "save": "save it",
        "list": "list it",
        "open": "open it, up to the first picture's bytes",
    }
    figures = {"size": Figure("size of the run", size / 2**20, ".1f", "MiB")}
    for (name, title), (wall, cpu) in zip(titles.items(), (saving, listing, opening), strict=True):
        figures[name] = Figure(title, wall, unit="ms")
        figures[f"{name}_cpu"] = Figure(f"{title}, CPU", cpu, unit="ms")
    return Result(figures=figures)


def median(do: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds by the wall, and of CPU."""
    wall, cpu = [], []
    for _ in range(5):
        begin, used = time.perf_counter(), time.process_time()
        do()
        wall.append(1e3 * (time.perf_counter() - begin))
        cpu.append(1e3 * (time.process_time() - used))
    return statistics.median(wall), statistics.median(cpu)
