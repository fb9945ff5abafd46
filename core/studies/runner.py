"""Runs a study: computes the missing points and writes each as soon as it is finished."""

import os
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass

from ..common.messages import say, sentence_of
from .cost import count_remaining, duration_in_words, grid_keys, measure_update_seconds
from .folder import Folder, StudyError
from .grid import Study
from .point import train_point
from .workers import PointFunction, run_on_cluster, run_on_cores

STATUS_SECONDS = 0.5  # between two writes of the status


@dataclass(frozen=True)
class Progress:
    """done and total count points; remaining: expected seconds until the end; most: at worst."""

    done: int
    total: int
    remaining: float
    most: float

    @property
    def sentence(self) -> str:
        """The progress in words."""
        return say(
            "{done} of {total} points, about {time} to go",
            done=self.done,
            total=self.total,
            time=duration_in_words(self.remaining),
        )


def run_study(
    study: Study,
    folder: Folder,
    cores: int = 0,
    cluster: str = "",
    report: Callable[[Progress], None] = lambda progress: None,
    function: PointFunction = train_point,
    command: str = "",
) -> None:
    """Computes every point of `study` that `folder` does not have yet.

    cores: processes on this machine, 0: one for each core; cluster: the address of a Dask scheduler
    instead. report: called at the start and after every point. At the end everything is in
    `result.json`. Raises StudyError where it cannot go on, and KeyboardInterrupt when it is stopped; in both
    cases the finished points are kept, and the next run goes on from there.
    """
    workers = cores or os.cpu_count() or 1
    with folder.lock():
        folder.prepare(study)
        earlier_seconds, start = folder.status.get("seconds", 0.0), time.monotonic()
        last_write = 0.0
        results = folder.results(study)
        status = {
            "pid": os.getpid(),
            "workers": cluster or say("{n} cores", n=workers),
            "total": study.size,
        }

        def write_status(state: str, sentence: str = "") -> None:
            seconds = round(earlier_seconds + time.monotonic() - start, 3)
            counts = {"remaining": round(progress.remaining, 1), "done": progress.done}
            folder.say(**status, **counts, state=state, sentence=sentence, seconds=seconds)

        complete = len(results) == study.size
        per_update = (
            dict.fromkeys(grid_keys(study), 0.0) if complete else measure_update_seconds(study)
        )
        work, left = count_remaining(study, per_update, results)
        workers = min(workers, max(1, len(left)))

        def count_progress() -> Progress:
            return Progress(
                study.size - len(left) + done,
                study.size,
                work.seconds / workers,
                work.most / workers,
            )

        done, errors = 0, []
        progress = count_progress()
        write_status("running")
        report(progress)
        arrivals = (
            run_on_cluster(function, left, cluster)
            if cluster
            else run_on_cores(function, left, workers)
        )
        try:
            with closing(arrivals):
                for point, result in arrivals:
                    if "error" in result:
                        errors.append(result["error"])
                        continue
                    folder.keep(point, result)
                    work.finished(point, result["seconds"])
                    done += 1
                    progress = count_progress()
                    if time.monotonic() - last_write > STATUS_SECONDS:
                        last_write = time.monotonic()
                        write_status("running")
                    report(progress)
        except KeyboardInterrupt:
            write_status("stopped")
            raise
        except StudyError as trouble:
            with suppress(StudyError):  # a full disk has no room for this either
                write_status("failed", sentence_of(trouble))
            raise
        if errors:
            sentence = say(
                "study: expected every point to finish, got {n} that did not: "
                "{error}. Run it again to try these once more.",
                n=len(errors),
                error=errors[0].rstrip("."),
            )
            write_status("failed", sentence)
            raise StudyError(sentence)
        write_status("finished")
        folder.pack(study, command, folder.status["seconds"])
