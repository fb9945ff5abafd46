"""A study survives whatever is killed: the whole of it, a worker, the scheduler."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.serving import study
from core.studies import Folder, workers
from core.studies.folder import StudyError
from core.studies.runner import run_study
from core.studies.table import to_markdown
from tests.helpers import tiny_points
from tests.helpers.tiny_points import SMALL

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]

# One process imports torch once, and forks a runner for each attempt; the last one is left alone.
HARNESS = """
import os, random, signal, sys, time
from core.studies import Folder
from core.studies.runner import run_study
from tests.helpers import tiny_points
folder, chance = sys.argv[1], random.Random(5)
for attempt in range(11):
    cores = 2 if attempt == 6 else 1
    child = os.fork()
    if not child:
        try:
            run_study(tiny_points.SMALL, Folder(folder), cores, function=tiny_points.short)
        finally:
            os._exit(0)
    if attempt < 10:
        begun = time.monotonic()
        done = Folder(folder).points
        before = len(list(done.glob("*.json"))) if done.exists() else 0
        more = chance.randrange(5)  # kill it in the midst of what it does
        while time.monotonic() - begun < 20 and len(list(done.glob("*.json"))) < before + more:
            time.sleep(0.002)
        time.sleep(chance.random() * 0.04)
        os.kill(child, signal.SIGKILL)
        with open(os.environ["UNROLLED_TRACE"], "a") as trace:
            trace.write(f"kill {attempt} {child}\\n")
    os.waitpid(child, 0)
"""


@pytest.fixture
def traced(tmp_path, monkeypatch):
    path = tmp_path / "trace"
    path.touch()
    monkeypatch.setenv("UNROLLED_TRACE", str(path))
    return path


def alone(folder: Path) -> str:
    """The table of the same study when nobody disturbs it."""
    run_study(SMALL, Folder(folder), 1, function=tiny_points.short)
    return to_markdown(SMALL, Folder(folder).results(SMALL))


def test_killed_ten_times_it_ends_with_the_same_table_and_nothing_computed_twice(tmp_path, traced):
    subprocess.run(
        [sys.executable, "-c", HARNESS, str(tmp_path / "killed")], cwd=ROOT, check=True, timeout=600
    )
    lines = [line.split() for line in traced.read_text().splitlines()]
    assert sum(line[0] == "kill" for line in lines) == 10
    begun = Counter(line[1] for line in lines if line[0] == "begin")
    assert len(begun) == SMALL.size
    # Points in flight at each kill: one, or with two workers those on their way, of which there are
    # more on a busy machine, where results wait to be taken.
    again = sum(begun.values()) - SMALL.size
    assert again <= 9 + 10, begun
    folder = Folder(tmp_path / "killed")
    assert not list(folder.points.glob(".part-*"))
    traced.write_text("")
    assert to_markdown(SMALL, folder.results(SMALL)) == alone(tmp_path / "alone")


def test_a_killed_worker_costs_the_point_it_was_at(tmp_path, traced):
    run_study(SMALL, Folder(tmp_path / "study"), 2, function=tiny_points.once_deadly)
    assert traced.with_suffix(".dead").exists()
    folder = Folder(tmp_path / "study")
    begun = Counter(line.split()[1] for line in traced.read_text().splitlines() if "begin" in line)
    assert max(begun.values()) <= 2
    assert sum(begun.values()) <= SMALL.size + 4
    found = to_markdown(SMALL, folder.results(SMALL))
    assert found == alone(tmp_path / "alone")


def test_workers_that_always_die_end_it_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "MAX_DEATHS", 1)
    with pytest.raises(
        StudyError,
        match=r"^study: expected worker processes to go on, but 2 in a row were killed\. ",
    ):
        run_study(SMALL, Folder(tmp_path), 2, function=tiny_points.deadly)
    assert Folder(tmp_path).status["state"] == "failed"


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A scheduler and two workers that start as slowly as on a new machine: (address, processes)."""
    pytest.importorskip("distributed")
    (tmp_path / "sitecustomize.py").write_text("import time; time.sleep(4)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with study.cluster(2) as running:
        monkeypatch.delenv("PYTHONPATH")
        yield running


def test_on_a_cluster_a_killed_worker_loses_nothing_and_a_lost_scheduler_keeps_what_is_done(
    tmp_path, traced, cluster, monkeypatch
):
    distributed = pytest.importorskip("distributed")
    address, (scheduler, first, _) = cluster
    with distributed.Client(address, set_as_default=False) as client:
        assert len(client.nthreads()) == 2, "the fixture waits until all answer"
    folder = Folder(tmp_path / "study")
    killed = []

    def kill(progress) -> None:
        if progress.done == 8:
            first.kill()
            killed.append(progress.done)
        if progress.done == 25:
            monkeypatch.setattr(
                workers, "ANSWER_SECONDS", 3
            )  # with a scheduler that will not come back
            scheduler.kill()

    sentence = r"^cluster: expected the scheduler at tcp://127.* to stay, got no more answers\. "
    with pytest.raises(StudyError, match=sentence):
        run_study(SMALL, folder, cluster=address, report=kill, function=tiny_points.longer)
    assert killed == [8]
    kept = folder.results(SMALL)
    assert 25 <= len(kept) < SMALL.size
    text = traced.read_text()
    begun = Counter(line.split()[1] for line in text.splitlines() if line.startswith("begin"))
    assert sum(begun.values()) <= len(begun) + 1, "more than the killed worker's point twice"
    traced.write_text("")
    run_study(SMALL, folder, 1, function=tiny_points.short)
    again = [line for line in traced.read_text().splitlines() if line.startswith("begin")]
    assert len(again) == SMALL.size - len(kept)
    assert to_markdown(SMALL, folder.results(SMALL)) == alone(tmp_path / "alone")


def test_nobody_at_the_address_is_said_at_once(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(workers, "ANSWER_SECONDS", 0.5)
    with pytest.raises(
        StudyError, match=r"^cluster: expected a Dask scheduler at .+, got no answer\. "
    ):
        run_study(SMALL, Folder(tmp_path), cluster="tcp://127.0.0.1:9", function=tiny_points.short)
