"""Parallel computation of points: on the cores of this machine (joblib) or on a Dask cluster.

Both are generators of (point, result) in the order in which results arrive; the point of a killed worker
goes to another worker. The process that runs the generator writes the results, so a cluster needs no
common disk. Closing the generator ends the work.
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

from ..common.messages import say, sentence_of
from .folder import StudyError
from .grid import Point

SCHEDULER_ADDRESS = r"(tcp|tls|ws|wss|ucx)://[\w.\-\[\]:]{1,200}:[0-9]{1,5}"  # of a scheduler
ANSWER_SECONDS = 20  # seconds that a scheduler or its workers have to answer
WATCH_SECONDS = 0.5  # seconds between two checks of a worker that its parent still runs
MAX_DEATHS = 3  # deaths of workers in a row, without a point in between

PointFunction = Callable[[dict[str, Any]], dict[str, Any]]
PointResults = Generator[tuple[Point, dict[str, Any]], None, None]


def compute_point(
    function: PointFunction, name: str, order: dict[str, Any], runner: int = 0
) -> tuple[str, dict[str, Any]]:
    """Computes one point -> (id, result); after an error the result is {"error": text}.

    runner: the process that waits for the result, if this is a child of it; the child ends with it. 0: none.
    """
    if runner not in (0, os.getpid()):
        _end_with(runner)
    try:
        return name, function(order)
    except (ValueError, LookupError, ArithmeticError, RuntimeError, MemoryError) as error:
        return name, {"error": str(error) or type(error).__name__}


@functools.cache  # one thread for each worker
def _watch(runner: int) -> None:
    def watch() -> None:
        while os.getppid() == runner:
            time.sleep(WATCH_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _end_with(runner: int) -> None:
    """Ends this process once `runner` has ended, because its results would be lost."""
    if os.getppid() != runner:
        os._exit(1)
    _watch(runner)


def run_on_cores(function: PointFunction, points: Iterable[Point], cores: int) -> PointResults:
    """The results from `cores` processes of this machine, with one torch thread each."""
    left, deaths = {point.id: point for point in points}, 0
    while left:
        try:
            # batch_size=1: each result arrives as soon as it is finished, also of short points.
            parallel = Parallel(cores, batch_size=1, return_as="generator_unordered")  # pyright: ignore[reportArgumentType] (a number is fine)
            jobs = (
                delayed(compute_point)(function, name, point.order, os.getpid())
                for name, point in list(left.items())
            )
            with closing(cast(Any, parallel(jobs))) as arrivals:
                for name, result in arrivals:
                    deaths = 0
                    yield left.pop(name), result
        except BrokenProcessPool as error:
            deaths += 1
            if deaths > MAX_DEATHS:
                raise StudyError(
                    say(
                        "study: expected worker processes to go on, but {deaths} in a row were killed. Perhaps memory ran "
                        "out: use fewer cores or smaller networks, and start again.",
                        deaths=deaths,
                    )
                ) from error


def run_on_cluster(function: PointFunction, points: Iterable[Point], address: str) -> PointResults:
    """The results from the workers of the Dask scheduler at `address`, such as tcp://host:8786."""
    client = _connect(address)
    lost = StudyError(
        say(
            "cluster: expected the scheduler at {address} to stay, got no more answers. "
            "Start it again and resume: finished points are kept.",
            address=address,
        )
    )
    waiting, running, finished = iter(points), {}, queue.SimpleQueue()
    with client:
        threads = _count_threads(client, address)
        while True:
            for point in islice(waiting, max(0, 2 * threads - len(running))):
                future = client.submit(compute_point, function, point.id, point.order, pure=False)
                running[future] = point
                future.add_done_callback(finished.put)
            if not running:
                return
            try:
                future = finished.get(timeout=1)
            except queue.Empty:
                future = None
            if client.status != "running" and not _reconnects(client):
                raise lost
            if future is None:
                threads = _count_threads(client, address)  # workers come and go
                continue
            point = running.pop(future)
            if future.status in ("cancelled", "lost"):
                raise lost
            yield point, _result_of(future)


def _connect(address: str) -> Any:
    """A client of the scheduler. StudyError without the package or without an answer."""
    try:
        from distributed import Client
    except ImportError as error:
        raise StudyError(
            say(
                "cluster: expected the package distributed, got none. "
                'Install it: pip install "dask[distributed]".'
            )
        ) from error
    try:
        return Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise StudyError(
            say(
                "cluster: expected a Dask scheduler at {address}, got no answer. "
                "Start one with `dask scheduler`, or check the address.",
                address=address,
            )
        ) from error


def _result_of(future: Any) -> dict[str, Any]:
    """The result of a finished future; an error of its point is one too."""
    from distributed.scheduler import KilledWorker

    error = future.exception()
    if isinstance(error, ImportError):
        raise StudyError(
            say(
                "cluster: expected workers that can import this program, got: {error}. "
                "Start them where it can be imported, as in its folder: python -m dask worker.",
                error=sentence_of(error),
            )
        ) from error
    if isinstance(error, KilledWorker):
        return {"error": "its workers died again and again"}
    return future.result()[1] if error is None else {"error": str(error)}


def _reconnects(client: Any) -> bool:
    """Whether the connection comes back; waits for it."""
    for _ in range(ANSWER_SECONDS):
        if client.status == "running":
            return True
        time.sleep(1)
    return False


def _count_threads(client: Any, address: str) -> int:
    """The number of points that can run at a time; waits for the first worker."""
    for _ in range(ANSWER_SECONDS * 5):
        threads = sum(client.nthreads().values())
        if threads:
            return threads
        time.sleep(0.2)
    raise StudyError(
        say(
            "cluster: expected workers at {address}, got none. Start one: python -m dask worker {address}.",
            address=address,
        )
    )
