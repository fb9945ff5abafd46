"""The training of a page without a server: one process, one thread, one network.

Two loops take turns. "page" does for each update what a server does for it:

    live.add(next(live.trainer), detail=True)

the update with its recording, its evaluation where one is due, its numbers on the curves, the history of its gates,
the diagnosis, and its frame as bytes (dashboard.session.live_run). There are no answers with their headers, no
requests, no other networks, no other threads. "training" is next(trainer) and the bytes of its frame alone
(dashboard.session.frame_buffer).

    python -m benchmarks._harness.bare_loop "task=names" 6      waits for a line, and then prints {"page": ..., ...}
"""

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl

from core.training.trainer import Experiment, Trainer
from dashboard.session.frame_buffer import FrameBuffer
from dashboard.session.live_run import LiveRun
from dashboard.session.state import Topics, act_for

ROUND_SECONDS = 0.5  # of one loop, before the other has its turn
WARM_UP_UPDATES = 60


def measure_loops(query: str, seconds: float, processes: int = 1) -> dict[str, float]:
    """Name of a loop -> updates a second of so many processes together, which run at once; and, as NAME_cpu, of
    a second of their processors, their mean.

    query: the experiment's link; seconds: that each process measures.
    """
    command = [sys.executable, "-m", "benchmarks._harness.bare_loop", query, str(seconds)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    loops = [subprocess.Popen(command, env=environment, **pipes) for _ in range(processes)]
    for loop in loops:
        _read_line(loop)
    for loop in loops:
        assert loop.stdin
        print("go", file=loop.stdin, flush=True)
    rates = [json.loads(_read_line(loop)) for loop in loops]
    for loop in loops:
        loop.communicate()
    return {
        name: (statistics.mean if name.endswith("_cpu") else sum)(rate[name] for rate in rates)
        for name in rates[0]
    }


def _read_line(loop: subprocess.Popen) -> str:
    assert loop.stdout
    if not (line := loop.stdout.readline()):
        raise RuntimeError(f"bare loop: expected a line of {loop.args}, got its end. Run it alone.")
    return line


def run(query: str, seconds: float) -> dict[str, float]:
    """The loops in this process -> updates a second, and a second of the processor, of each."""
    experiment = Experiment.from_query(dict(parse_qsl(query)))
    with act_for(Topics()):
        live = LiveRun(Trainer(experiment))
        frames = FrameBuffer("training", Trainer(experiment))
        frames.add_first_frame(frames.trainer.look())
        loops = {"page": _loop_over(live), "training": _loop_over(frames)}
        for loop in loops.values():
            loop(WARM_UP_UPDATES)
        gc.collect()
        gc.freeze()  # as the server does
        print("ready", flush=True)
        input()
        return _measure_in_turns(loops, seconds)


def _loop_over(frames: FrameBuffer) -> Callable[[int], None]:
    def loop(updates: int) -> None:
        for _ in range(updates):
            frames.add(next(frames.trainer), detail=True)
            frames.drop_frames_before(frames.total)

    return loop


def _measure_in_turns(loops: dict[str, Callable[[int], None]], seconds: float) -> dict[str, float]:
    made = dict.fromkeys(loops, 0)
    wall, cpu = dict.fromkeys(loops, 0.0), dict.fromkeys(loops, 0.0)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for name, loop in loops.items():
            begun, used = time.perf_counter(), time.process_time()
            while time.perf_counter() - begun < ROUND_SECONDS:
                loop(1)
                made[name] += 1
            wall[name] += time.perf_counter() - begun
            cpu[name] += time.process_time() - used
    return {name: made[name] / wall[name] for name in loops} | {
        f"{name}_cpu": made[name] / cpu[name] for name in loops
    }


def main(words: Sequence[str]) -> None:
    print(json.dumps(run(words[0], float(words[1]))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
