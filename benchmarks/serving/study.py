"""What a study costs beside its trainings.

Times are of whole commands, worker processes and all imports included: wall seconds, and CPU seconds of all
processes together. Wall time tells something on an idle machine only; on a busy one, CPU seconds over the
number of workers are what it would come to, but for workers that wait at the end. A Dask scheduler and two
workers are started here too. At the end: 10 000 points on 1 to 256 workers, simulated from what was measured.
"""

import argparse
import heapq
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks._harness.browser import ROOT, free_port
from benchmarks._harness.result import Column, Figure, Result, Table
from core.common.threads import limit_to_one_thread
from core.studies import Folder, Study
from core.studies.cost import duration_in_words
from core.studies.point import train_point
from core.studies.runner import run_study
from dashboard.serving.programs import START_SECONDS, Program, end, listens, start, wait_until

CELLS = {"RNN": {"cell": "rnn"}, "GRU": {"cell": "gru"}}
PARTS = 4  # turns of the bare loop and of the study
MANY = 10_000  # points of the simulated study


def usual(points: int, updates: int) -> Study:
    """Trainings of a second or a few: two networks, one length, many seeds."""
    return Study("adding", CELLS, (50,), tuple(range(1, points // 2 + 1)), updates)


def tiny(points: int) -> Study:
    return Study("two_sequence", CELLS, (5,), tuple(range(1, points // 2 + 1)), 20)


def nothing(order: dict) -> dict:
    """A point without a training: what is left is what a point costs beside it."""
    return {
        **{"solved": True, "updates": 1, "value": 1.0, "best": 1.0},
        **{"seconds": 0.0, "diverged": None},
    }


def command(study: Study, *words: str) -> tuple[float, float, list[float]]:
    """(wall, CPU) seconds of `python -m core.studies` on it, in a fresh folder, and those of each training."""
    with tempfile.TemporaryDirectory() as place:
        Folder(place).prepare(study)
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "core.studies", place, *words],
            **{"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL},
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
        if status:
            raise SystemExit(f"study: expected to end well, got status {status}. Run it alone.")
        wall = time.perf_counter() - begun
        each = [result["seconds"] for result in Folder(place).results(study).values()]
        return wall, used.ru_utime + used.ru_stime, each


def whole(study: Study, function: Callable = train_point, **workers) -> float:
    """Wall seconds of a study in a fresh folder."""
    with tempfile.TemporaryDirectory() as place:
        begun = time.perf_counter()
        run_study(study, Folder(place), function=function, **workers)
        return time.perf_counter() - begun


def overhead(points: int) -> tuple[float, float]:
    """(seconds of a bare loop over tiny points, of the same in a study), in turns, process time."""
    limit_to_one_thread()
    study = tiny(points)
    orders = [point.order for point in study.points]
    train_point(orders[0])
    bare = kept = 0.0
    with tempfile.TemporaryDirectory() as place:
        for k in range(0, points, points // PARTS):
            begun = time.process_time()
            for order in orders[k : k + points // PARTS]:
                train_point(order)
            bare += time.process_time() - begun
            seeds = study.seeds[k // 2 : (k + points // PARTS) // 2]
            part = Study("two_sequence", CELLS, (5,), seeds, 20)
            begun = time.process_time()
            run_study(part, Folder(Path(place) / str(k)), 1)
            kept += time.process_time() - begun
    return bare, kept


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen]]]:
    """(address of a scheduler, it and so many workers), all of this machine, once all answer."""
    from distributed import Client

    port = free_port()
    address, dask = f"tcp://127.0.0.1:{port}", [sys.executable, "-m", "dask"]
    programs: list[Program] = []
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        stack.callback(lambda: end(*programs))
        words = ["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
        programs.append(start([*dask, *words], folder / "scheduler", cwd=ROOT))
        wait_until(lambda: listens(port), *programs)
        words = ["worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
        words += ["--local-directory", name]
        for k in range(workers):
            programs.append(start([*dask, *words], folder / f"worker {k}", cwd=ROOT))
        with Client(address, timeout=START_SECONDS, set_as_default=False) as client:
            wait_until(lambda: len(client.nthreads()) == workers, *programs)
        yield address, [program.process for program in programs]


def simulated(times: list[float], workers: int, serial: float) -> float:
    """Seconds of so many trainings on so many workers, of which one runner takes `serial` for each point.

    A worker that is free takes the next training; it goes through the runner, one at a time, before it
    starts and is counted when it ends.
    """
    free = [0.0] * workers
    runner = end = 0.0
    for training in times:
        at = heapq.heappop(free)
        runner = max(runner, at) + serial
        heapq.heappush(free, runner + training)
        end = max(end, runner + training)
    return end


def cpu_of(processes: list[subprocess.Popen]) -> float:
    """CPU seconds that they have used so far."""
    if not processes:
        return 0.0
    import psutil  # comes with distributed

    return sum(sum(psutil.Process(process.pid).cpu_times()[:2]) for process in processes)


def serial_cpu(scheduler: list[subprocess.Popen], **workers) -> float:
    """CPU seconds for each point of whoever all points pass through: the runner, or the scheduler."""
    spent = []
    for points in (200, 1000):
        before = time.process_time(), cpu_of(scheduler)
        whole(tiny(points), nothing, **workers)
        spent.append((time.process_time() - before[0], cpu_of(scheduler) - before[1]))
    return max(many - few for few, many in zip(*spent, strict=True)) / 800


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--points", type=int, default=24)
    parser.add_argument("--updates", type=int, default=1000)
    parser.add_argument("--tiny", type=int, default=1000)


def measure(arguments: argparse.Namespace) -> Result:
    """workers: whole commands; simulated: 10 000 points; and what one point costs, as figures."""
    study = usual(arguments.points, arguments.updates)
    wall, cpu, trainings = command(study, "--cores", "1")
    workers = Table(
        [
            *(Column("workers"), Column("wall", ".1f", "s"), Column("of one core's", ".2f")),
            *(Column("CPU", ".1f", "s"), Column("CPU of a worker, of one core's", ".2f")),
        ]
    )

    def add(name: str, took: float, used: float, number: int = 2) -> None:
        workers.add(name, took, took / wall, used, used / cpu / number)

    add("one core", wall, cpu, number=1)
    add("two cores, joblib", *command(study, "--cores", "2")[:2])
    serial = {"joblib": serial_cpu([], cores=2)}
    with cluster(2) as (address, processes):
        whole(tiny(4), cluster=address)  # the workers have imported torch
        before = cpu_of(processes)
        took, used, _ = command(study, "--cluster", address)
        add("two Dask workers", took, used + cpu_of(processes) - before)
        serial["dask"] = serial_cpu(processes[:1], cluster=address)
    bare, kept = overhead(arguments.tiny)
    simulation, each = simulate(serial, [seconds * cpu / wall for seconds in trainings])
    return Result(
        {"workers": workers, "simulated": simulation},
        {
            "trainings": Figure("trainings", study.size),
            "training": Figure("CPU time of one", cpu / study.size, ".1f", "s"),
            "overhead": Figure(
                f"{arguments.tiny} tiny points, study / bare loop", kept / bare, ".3f"
            ),
            "sends": Figure(
                "a point sends", len(pickle.dumps(study.points[0].order)), unit="bytes"
            ),
            "returns": Figure("a point returns", returned_bytes(), unit="bytes"),
            "joblib": Figure(
                "joblib's runner takes for a point", 1e3 * serial["joblib"], ".1f", "ms"
            ),
            "dask": Figure("Dask's scheduler takes for a point", 1e3 * serial["dask"], ".1f", "ms"),
            "mean": Figure("mean of the simulated trainings", each, ".1f", "s"),
            "full": Figure(
                "workers at which Dask's scheduler is full", each / serial["dask"], ".0f"
            ),
        },
    )


def returned_bytes() -> int:
    return len(pickle.dumps(train_point(tiny(2).points[0].order)))


def simulate(serial: dict[str, float], seen: list[float]) -> tuple[Table, float]:
    """(the simulated study of trainings as long as those that were measured, their mean seconds)."""
    times = random.Random(0).choices(seen, k=MANY)
    table = Table(
        [
            *(Column("workers", "d"), Column("by"), Column("takes")),
            *(Column("efficiency", ".2f"), Column("runner busy", ".1%")),
        ]
    )
    for workers in (1, 2, 16, 256):
        for name, cost in serial.items():
            if name == "joblib" and workers > 16:
                continue  # more cores than a machine has
            took = simulated(times, workers, cost)
            efficiency = sum(times) / workers / took
            table.add(workers, name, duration_in_words(took), efficiency, cost * MANY / took)
    return table, sum(times) / MANY
