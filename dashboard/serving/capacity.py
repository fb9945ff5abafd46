"""How many updates this machine computes in a second, measured."""

import multiprocessing
import signal
import time
from concurrent.futures import ProcessPoolExecutor

MEASURED_SECONDS = 1.0
READER_UPDATES = 10  # in a second: the speed at which a player begins


def measure_updates(processes: int) -> float:
    """Updates of the default run in a second, by so many processes at once together.

    They only train: nothing is drawn and nothing sent, so what readers get is less.
    """
    spawn = multiprocessing.get_context("spawn")
    # Ctrl-C reaches every process of a terminal; here the first one alone ends the others.
    quiet = {"initializer": signal.signal, "initargs": (signal.SIGINT, signal.SIG_IGN)}
    with ProcessPoolExecutor(processes, mp_context=spawn, **quiet) as pool:
        return sum(pool.map(_measure_one, [MEASURED_SECONDS] * processes))


def _measure_one(seconds: float) -> float:
    from core.training.experiment import Experiment
    from core.training.trainer import Trainer

    trainer = Trainer(Experiment())
    next(trainer)  # reads the task's data
    updates, begun = 0, time.perf_counter()
    while (passed := time.perf_counter() - begun) < seconds:
        next(trainer)
        updates += 1
    return updates / passed
