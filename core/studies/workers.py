"""Who does the work: the cores of this machine (joblib), or a Dask cluster. The point function is one.

Both are generators of (point, result) in the order in which results arrive; a worker that is killed
loses the point it was at, which goes to another one. Results are written by whoever runs the
generator, so that a cluster needs no common disk. Closing the generator ends the work.
"""

import functools
import os
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from itertools import islice
from typing import Any, cast

from joblib import Parallel, delayed
from joblib.externals.loky.process_executor import BrokenProcessPool

from .folder import Trouble
from .grid import Point

ADDRESS = r"(tcp|tls|ws|wss|ucx)://[\w.\-\[\]:]{1,200}:[0-9]{1,5}"  # of a scheduler
PATIENCE = 20  # seconds for a scheduler or its workers to answer
WATCH = 0.5  # seconds between two looks of a worker at whether its parent is still there
TRIES = 3  # deaths of workers in a row, without a point in between

Function = Callable[[dict[str, Any]], dict[str, Any]]
Results = Generator[tuple[Point, dict[str, Any]], None, None]


def work(
    function: Function, name: str, order: dict[str, Any], runner: int = 0
) -> tuple[str, dict[str, Any]]:
    """One point -> (id, result); what went wrong is a result too: {"error": text}.

    runner: the process that waits for it, where this is a child of it: the child ends with its parent.
    """
    if runner not in (0, os.getpid()):
        _end_with(runner)
    try:
        return name, function(order)
    except (ValueError, LookupError, ArithmeticError, RuntimeError, MemoryError) as error:
        return name, {"error": str(error) or type(error).__name__}


@functools.cache  # one watch for each worker
def _watch(runner: int) -> None:
    def watch() -> None:
        while os.getppid() == runner:
            time.sleep(WATCH)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _end_with(runner: int) -> None:
    """Ends this process once `runner` is gone: what it computes then would be computed again."""
    if os.getppid() != runner:
        os._exit(1)
    _watch(runner)


def on_cores(function: Function, points: Iterable[Point], cores: int) -> Results:
    """On `cores` processes of this machine, one torch thread each."""
    left, deaths = {point.id: point for point in points}, 0
    while left:
        try:
            # batch_size=1: a result arrives as soon as it is there, however short the points are.
            parallel = Parallel(cores, batch_size=1, return_as="generator_unordered")  # pyright: ignore[reportArgumentType] (a number is fine)
            jobs = (
                delayed(work)(function, name, point.order, os.getpid())
                for name, point in list(left.items())
            )
            with closing(cast(Any, parallel(jobs))) as arriving:
                for name, result in arriving:
                    deaths = 0
                    yield left.pop(name), result
        except BrokenProcessPool as error:
            deaths += 1
            if deaths > TRIES:
                raise Trouble(
                    f"study: expected workers to live, got {deaths} deaths in a row. Perhaps memory ran "
                    "out: use fewer cores or smaller networks, and start again."
                ) from error


def on_cluster(function: Function, points: Iterable[Point], address: str) -> Results:
    """On the workers of the Dask scheduler at `address`, such as tcp://host:8786."""
    try:
        from distributed import Client
        from distributed.scheduler import KilledWorker
    except ImportError as error:
        raise Trouble(
            "cluster: expected the package distributed, got none. "
            'Install it: pip install "dask[distributed]".'
        ) from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise Trouble(
            f"cluster: expected a Dask scheduler at {address}, got no answer. "
            "Start one with `dask scheduler`, or check the address."
        ) from error
    lost = Trouble(
        f"cluster: expected the scheduler at {address} to stay, got no more answers. "
        "Start it again and resume: finished points are kept."
    )
    waiting, flying, arrived = iter(points), {}, queue.SimpleQueue()
    with client:
        threads = _threads(client, address)
        while True:
            for point in islice(waiting, max(0, 2 * threads - len(flying))):
                future = client.submit(work, function, point.id, point.order, pure=False)
                flying[future] = point
                future.add_done_callback(arrived.put)
            if not flying:
                return
            try:
                future = arrived.get(timeout=1)
            except queue.Empty:
                future = None
            if client.status != "running" and not _back(client):
                raise lost
            if future is None:
                threads = _threads(client, address)  # workers come and go
                continue
            point = flying.pop(future)
            if future.status in ("cancelled", "lost"):
                raise lost
            error = future.exception()
            if isinstance(error, ImportError):
                raise Trouble(
                    f"cluster: expected workers that can import this program, got: {error}. "
                    "Start them where it can be imported, as in its folder: python -m dask worker."
                ) from error
            if isinstance(error, KilledWorker):
                yield point, {"error": "its workers died again and again"}
            elif error is not None:
                yield point, {"error": str(error)}
            else:
                yield point, future.result()[1]


def _back(client: Any) -> bool:
    """Whether the connection comes back."""
    for _ in range(PATIENCE):
        if client.status == "running":
            return True
        time.sleep(1)
    return False


def _threads(client: Any, address: str) -> int:
    """How many points can run at a time; waits for the first worker."""
    for _ in range(PATIENCE * 5):
        threads = sum(client.nthreads().values())
        if threads:
            return threads
        time.sleep(0.2)
    raise Trouble(
        f"cluster: expected workers at {address}, got none. Start one: python -m dask worker {address}."
    )
