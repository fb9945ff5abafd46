"""Every kind of write that the project has: one that writes without end, and one that reads what is there.

Writers say each state, a number, as soon as it is written. Readers get the last state that was said, and
give the state that they find: whole, or an assertion fails. Used by benchmarks/hardening/kills.py.
"""

import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from core.common.files import write_atomically
from core.io import handoff, runs
from core.io.store import Store, open_shared
from core.layers.recording import Recording
from core.studies import Folder, Study
from core.tasks.data import download
from core.training.curves import Curves
from core.training.trainer import Experiment, Trainer

SETTINGS = {"task": "adding", "length": 5, "hidden_size": 48, "batch_size": 2, "cell": "rnn"}
KEY, RUN = "k" * 20, "aaaaaaaa"
STUDY = Study(
    task="adding",
    networks={"RNN": {"cell": "rnn"}},
    distances=(5,),
    seeds=tuple(range(1, 51)),
    updates=10**7,
)
RESULT = {"solved": False, "value": 0.5, "best": 0.5, "seconds": 1.0, "diverged": None}


def files(folder: Path) -> Iterator[int]:
    for state in range(1, 10**9):
        write_atomically(folder / "f", state.to_bytes(8, "big") * 100_000)
        yield state


def read_file(folder: Path, told: int) -> int:
    content = (folder / "f").read_bytes()
    state = int.from_bytes(content[:8], "big")
    assert content == state.to_bytes(8, "big") * 100_000, "a mixture"
    return state


def saved_runs(folder: Path) -> Iterator[int]:
    trainer = Trainer(Experiment(**SETTINGS))
    for step in trainer:
        runs.save(trainer, folder / "run")
        yield step.index


def read_run(folder: Path, told: int) -> int:
    return _goes_on(runs.load(folder / "run"))


def recordings(folder: Path) -> Iterator[int]:
    trainer = Trainer(Experiment(**SETTINGS))
    for state in range(1, 10**9):
        _filled(trainer, state).save(folder / "r.safetensors")
        yield state


def read_recording(folder: Path, told: int) -> int:
    return _same(Recording.load(folder / "r.safetensors"))


def named(folder: Path) -> Iterator[int]:
    """A run that the reader saves under a name, renames, and writes notes on."""
    store, trainer, curves = Store(folder, KEY), Trainer(Experiment(**SETTINGS)), Curves()
    for step in trainer:
        curves.add(step)
        store.save(RUN, trainer, curves, name=f"n{step.index}")
        store.note(RUN, f"{step.index} " * 500)
        yield step.index


def read_named(folder: Path, told: int) -> int:
    store = Store(folder, KEY)
    (entry,) = store.entries()
    name, notes = int(entry.name[1:]) if entry.named else 0, entry.notes.split()
    trainer, curves = store.open(RUN)
    assert len(set(notes)) <= 1, "a mixture"
    assert len(curves) == trainer.index
    # weights, name and notes are three writes, in this order
    assert told <= (int(notes[0]) if notes else 0) <= name <= _goes_on(trainer) <= told + 1
    return name


def deleted(folder: Path) -> Iterator[int]:
    """A run that is saved, deleted and brought back; and one more that is deleted for good."""
    store, trainer = Store(folder, KEY), Trainer(Experiment(**SETTINGS))
    for step in trainer:
        store.save(RUN, trainer, Curves())
        store.delete(RUN)
        store.undo(RUN)
        other = f"{step.index:08x}"
        store.save(other, trainer, Curves(), name="another")
        store.delete(other)
        yield step.index


def read_deleted(folder: Path, told: int) -> int:
    store = Store(folder, KEY)
    if RUN not in {entry.id for entry in store.entries()}:
        store.undo(RUN)
    for entry in store.entries():
        _goes_on(store.open(entry.id)[0])
    for path in store.folder.glob(".deleted-*"):
        _goes_on(runs.load(path))
    return store.open(RUN)[0].index


def links(folder: Path) -> Iterator[int]:
    """A run that is saved and shared; every third time all its links are ended."""
    store, trainer = Store(folder, KEY), Trainer(Experiment(**SETTINGS))
    for step in trainer:
        store.save(RUN, trainer, Curves())
        if step.index % 3 == 0:
            store.unshare(RUN)
        store.share(RUN)
        yield step.index


def read_links(folder: Path, told: int) -> int:
    store = Store(folder, KEY)
    (entry,) = store.entries()
    alive = 0
    for token in entry.links:
        try:
            trainer, _, copy = open_shared(folder, token)
        except LookupError:  # ended; the list is told last
            continue
        assert copy.name == entry.name
        assert trainer.index <= entry.index
        _goes_on(trainer)
        alive += 1
    # every copy that is there is known to its owner, but one whose token nobody was told yet
    assert alive <= len([p for p in (folder / "shared").glob("[!.]*")]) <= alive + 1
    return entry.index


def handed_over(folder: Path) -> Iterator[int]:
    """Recordings of a notebook, for the app; old ones make room."""
    trainer, handoff.MAX_HANDOFFS = Trainer(Experiment(**SETTINGS)), 3
    for state in range(1, 10**9):
        handoff.new_key = lambda state=state: f"{state:020d}"
        found = _filled(trainer, state)
        handoff.publish_recordings({"rnn": found, "head.rnn": found}, folder)
        yield state


def read_handed_over(folder: Path, told: int) -> int:
    there = latest = 0
    for state in range(max(1, told - 8), told + 2):
        try:
            found = handoff.collect_recordings(f"{state:020d}", folder)
        except LookupError:
            assert state != told, "it was there"
            continue
        assert {_same(found["rnn"]), _same(found["head.rnn"])} == {state}, "a mixture"
        there, latest = there + 1, state
    assert there == len([p for p in (folder / "watched").glob("[!.]*")]), "half a folder"
    return latest


def studies(folder: Path) -> Iterator[int]:
    """The points, the one file and the status of a study."""
    place, points = Folder(folder / "study"), STUDY.points
    place.prepare(STUDY)
    for state in range(1, 10**9):
        place.keep(points[state % len(points)], RESULT | {"updates": state})
        place.pack(STUDY, f"state {state}", state)
        place.say(state="running", done=state)
        yield state


def read_study(folder: Path, told: int) -> int:
    place = Folder(folder / "study")
    assert place.study() == STUDY
    for file in place.points.glob("[!.]*"):
        assert json.loads(file.read_bytes())["best"] == RESULT["best"]
    points, packed = place.points, json.loads((place.path / "result.json").read_bytes())
    assert len(packed["points"]) == min(len(STUDY.points), int(packed["command"].split()[-1]))
    told_by_file = json.loads((points / f"{STUDY.points[told % 50].id}.json").read_bytes())
    assert told_by_file["updates"] == told
    return place.status["done"]


def downloads(folder: Path) -> Iterator[int]:
    """The cache of what was fetched."""
    os.environ["XDG_CACHE_HOME"] = str(folder)
    for state in range(1, 10**9):
        download._download = lambda *_, state=state: state.to_bytes(8, "big") * 100_000
        download.fetch_file(f"w{state}", "http://localhost/x", 10**7, bytes, "")
        yield state


def read_download(folder: Path, told: int) -> int:
    there = sorted(folder.glob("unrolled/w*"), key=lambda path: int(path.name[1:-2]))
    for path in there:
        assert path.read_bytes() == int(path.name[1:-2]).to_bytes(8, "big") * 100_000
    return len(there)


def _filled(trainer: Trainer, state: int) -> Recording:
    recording = trainer.look().recording
    recording[0, "forward"]._source["h"].fill_(state)
    return recording


def _same(recording: Recording) -> int:
    values = recording["h"].values
    assert (values == values.flat[0]).all(), "a mixture"
    return int(values.flat[0])


def _goes_on(trainer: Trainer) -> int:
    """A run that was loaded -> its update; it goes on."""
    state = trainer.index
    assert next(trainer).index == state + 1, "it goes on"
    return state


@dataclasses.dataclass(frozen=True)
class Kind:
    write: Callable[[Path], Iterator[int]]
    read: Callable[[Path, int], int]


KINDS = {
    "a file": Kind(files, read_file),
    "a run": Kind(saved_runs, read_run),
    "a recording": Kind(recordings, read_recording),
    "a run with its name and notes": Kind(named, read_named),
    "deleting a run, and undoing it": Kind(deleted, read_deleted),
    "links to a run, and ending them": Kind(links, read_links),
    "recordings handed to the app": Kind(handed_over, read_handed_over),
    "points, table and status of a study": Kind(studies, read_study),
    "the cache of downloads": Kind(downloads, read_download),
}
