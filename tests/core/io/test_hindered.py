"""A disk that is full, or read-only, for real: a sentence, nothing lost, and it works again afterwards."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from core.common.files import PART_PREFIX, WriteError
from core.io import handoff, runs
from core.io.store import Store, open_shared
from core.layers.recording import Recording
from core.studies import Folder
from core.studies.folder import StudyError
from core.tasks.data import download
from core.training.curves import Curves
from core.training.trainer import Experiment, Trainer
from tests.core.layers.test_recording import record
from tests.core.studies.test_study import SMALL
from tests.helpers.fuzzing import sentence
from tests.helpers.hindered import HINDRANCES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts and limits as on Linux")
KEY, TOKEN, RUN, GONE = "k" * 20, "t" * 20, "aaaaaaaa", "bbbbbbbb"
POINT = {"solved": True, "updates": 5, "value": 0.1, "best": 0.1, "seconds": 1.0, "diverged": None}


@dataclasses.dataclass
class World:
    """One of everything that is kept."""

    folder: Path
    hindered: Callable[[Path], AbstractContextManager[None]]
    trainer: Trainer
    curves: Curves

    @property
    def store(self) -> Store:
        return Store(self.folder / "runs", KEY)

    @property
    def study(self) -> Folder:
        return Folder(self.folder / "study")

    def kept(self) -> dict[str, Any]:
        """All of it, as its readers find it."""
        store = self.store
        found: dict[str, Any] = {
            e.id: (e.name, e.notes, e.links, store.open(e.id)[0].index) for e in store.entries()
        }
        aside = list(store.folder.glob(".deleted-*"))
        found |= {path.name: runs.load(path).index for path in aside}
        found["study"] = (self.study.study(), self.study.results(SMALL), self.study.status)
        found["recording"] = Recording.load(self.folder / "r.safetensors")["h"].values.tolist()
        found["watched"] = [
            [*handoff.collect_recordings(path, self.folder / "runs")]
            for path in [TOKEN]
            if self._has("watched")
        ]
        found["shared"] = [
            open_shared(self.folder / "runs", token)[0].index
            for e in store.entries()
            for token in e.links
        ]
        return found

    def _has(self, kind: str) -> bool:
        return any((self.folder / "runs" / kind).glob("[!.]*"))


def fill(world: World) -> None:
    """The state before."""
    store = world.store
    for run in (RUN, GONE):
        store.save(run, world.trainer, world.curves, name=f"run {run}")
    store.delete(GONE)
    store.share(RUN)
    record().save(world.folder / "r.safetensors")
    world.study.prepare(SMALL)
    world.study.keep(SMALL.points[0], POINT)
    world.study.say(state="running", done=1)


@pytest.fixture(params=HINDRANCES)
def world(request, monkeypatch) -> Iterator[World]:
    place, hindered = HINDRANCES[request.param]
    trainer, curves = Trainer(Experiment(task="adding", length=4, hidden_size=3)), Curves()
    curves.add(next(trainer))
    monkeypatch.setattr(handoff, "new_key", lambda: TOKEN)
    try:
        opened = place()
        folder = opened.__enter__()
    except OSError as error:
        pytest.skip(f"no mount is allowed here: {error}")
    try:
        monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        made = World(folder, hindered, trainer, curves)
        fill(made)
        curves.add(next(trainer))
        yield made
    finally:
        opened.__exit__(None, None, None)


WRITES: dict[str, Callable[[World], object]] = {
    "save": lambda w: w.store.save(RUN, w.trainer, w.curves),
    "save a new one": lambda w: w.store.save("cccccccc", w.trainer, w.curves, name="new"),
    "rename": lambda w: w.store.rename(RUN, "another name"),
    "note": lambda w: w.store.note(RUN, "some notes"),
    "share": lambda w: w.store.share(RUN),
    "hand over": lambda w: handoff.publish_recordings({"rnn": record()}, w.folder / "runs"),
    "recording": lambda w: record("lstm").save(w.folder / "r.safetensors"),
    "prepare": lambda w: w.study.prepare(dataclasses.replace(SMALL, seeds=(1, 2, 3))),
    "point": lambda w: w.study.keep(SMALL.points[1], POINT),
    "status": lambda w: w.study.say(state="running", done=2),
    "pack": lambda w: w.study.pack(SMALL, "command", 1.0),
}
# A full disk leaves room to move what is there to another name.
MOVES: dict[str, Callable[[World], object]] = {
    "delete": lambda w: w.store.delete(RUN),
    "undo": lambda w: w.store.undo(GONE),
    "end the links": lambda w: w.store.unshare(RUN),
}


def test_what_cannot_be_written_is_said_and_nothing_is_lost(world):
    for name, write in WRITES.items():
        before = world.kept()
        with world.hindered(world.folder), pytest.raises((WriteError, StudyError)) as said:
            write(world)
        sentence(said.value)
        assert str(world.folder) not in str(said.value) or isinstance(said.value, StudyError)
        assert world.kept() == before, name
        assert not list(world.folder.rglob(f"{PART_PREFIX}*")), f"something half is left: {name}"
        write(world)
        assert world.kept() != before or name == "pack"


@pytest.mark.parametrize("write", MOVES)
def test_what_is_moved_is_moved_or_not(world, write):
    before, failed = world.kept(), False
    with world.hindered(world.folder):
        try:
            MOVES[write](world)
        except WriteError as error:
            sentence(error)
            failed = True
    if write != "end the links":
        assert (world.kept() == before) == failed
    if failed:
        MOVES[write](world)
    assert world.kept() != before


def test_what_can_be_read_is_read(world):
    with world.hindered(world.folder):
        assert [entry.id for entry in world.store.entries()] == [RUN]
        assert world.store.open(RUN)[0].index == 1
        assert len(world.study.results(SMALL)) == 1
        assert not world.study.at_work


def test_what_was_fetched_is_used_though_it_cannot_be_kept(world, monkeypatch):
    monkeypatch.setattr(download, "_download", lambda *_: b"x" * 5000)
    with world.hindered(world.folder):
        assert download.fetch_file("w", "http://localhost/x", 10**6, len, "") == 5000
    assert not list(world.folder.glob("cache/unrolled/*"))
    assert download.fetch_file("w", "http://localhost/x", 10**6, len, "") == 5000
    assert len(list(world.folder.glob("cache/unrolled/*"))) == 1


def test_a_study_stops_with_a_sentence_and_keeps_its_points(world):
    with world.hindered(world.folder), pytest.raises(StudyError) as said, world.study.lock():
        world.study.keep(SMALL.points[2], POINT)
    sentence(said.value)
    assert len(world.study.results(SMALL)) == 1
    assert json.loads((world.study.path / "status.json").read_bytes())["done"] == 1
