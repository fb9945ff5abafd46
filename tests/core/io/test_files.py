"""Writing: the old content or the new one, whole, and a sentence where it cannot be written."""

import errno
import os
import threading
import time

import pytest

from core.common import files
from core.common.files import WriteError, folder_lock, remove_stale_parts, write_atomically
from core.io import runs
from core.training.trainer import Experiment, Trainer
from tests.core.layers.test_recording import record


def test_writes_and_replaces(tmp_path):
    path = tmp_path / "new" / "a"
    for content in (b"old", b"newer and longer", b""):
        write_atomically(path, content)
        assert path.read_bytes() == content
    assert os.listdir(path.parent) == ["a"]
    assert path.stat().st_mode & 0o077 == 0  # nobody else on the machine reads it


@pytest.fixture(params=[errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT])
def failure(request):
    def fail(*_, **__):
        raise OSError(request.param, os.strerror(request.param))

    return fail


@pytest.mark.parametrize("moment", ["os.fsync", "os.replace", "os.open"])
def test_a_failure_is_a_sentence_and_leaves_the_old_content(tmp_path, monkeypatch, failure, moment):
    path = tmp_path / "a"
    write_atomically(path, b"old")
    monkeypatch.setattr(moment, failure)
    with pytest.raises(
        WriteError, match=r"file 'a': expected to write 3 bytes, got .*\. Make room"
    ):
        write_atomically(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a"]


def test_a_file_in_the_way_of_the_folder_is_a_sentence(tmp_path):
    (tmp_path / "f").write_bytes(b"")
    with pytest.raises(WriteError, match="folder 'g': expected to make it, got Not a directory"):
        write_atomically(tmp_path / "f" / "g" / "a", b"new")


@pytest.mark.parametrize("failing", [0, 1])
def test_a_run_survives_a_full_disk(tmp_path, monkeypatch, failing):
    """At the first or the second of its two files."""
    trainer = Trainer(Experiment(task="adding", length=5, hidden_size=6, batch_size=4))
    next(trainer)
    runs.save(trainer, tmp_path)
    before = sorted(os.listdir(tmp_path))
    next(trainer)
    moves, move = iter(range(9)), os.replace

    def full(source, target):
        if next(moves) == failing:
            raise OSError(errno.ENOSPC, "No space left on device")
        move(source, target)

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(WriteError, match="got No space left on device"):
        runs.save(trainer, tmp_path)
    monkeypatch.undo()
    assert sorted(os.listdir(tmp_path)) == before
    assert runs.load(tmp_path).index == 1


def test_a_recording_survives_a_full_disk(tmp_path, monkeypatch, failure):
    path = tmp_path / "r.safetensors"
    record().save(path)
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", failure)
    with pytest.raises(WriteError):
        record("lstm").save(path)
    assert path.read_bytes() == before


def test_only_old_parts_are_swept(tmp_path):
    old, new, other = (tmp_path / name for name in (".part-old", ".part-new", "mine"))
    for file in (old, new, other):
        file.write_bytes(b"")
    hours_ago = time.time() - 2 * files.STALE_SECONDS
    os.utime(old, (hours_ago, hours_ago))
    os.utime(other, (hours_ago, hours_ago))
    remove_stale_parts(tmp_path)
    assert sorted(os.listdir(tmp_path)) == [".part-new", "mine"]


def test_one_at_a_time_is_in_a_folder(tmp_path):
    inside, most = [0], [0]

    def work():
        for _ in range(20):
            with folder_lock(tmp_path):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.0005)
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 1


def test_two_who_save_at_once_leave_a_run(tmp_path):
    """And who loads meanwhile finds the one or the other, whole."""
    trainers = [Trainer(Experiment(task="adding", length=5, hidden_size=h)) for h in (4, 5)]
    runs.save(trainers[0], tmp_path)

    def work(trainer):
        for _ in range(15):
            runs.save(trainer, tmp_path)

    threads = [threading.Thread(target=work, args=(trainer,)) for trainer in trainers]
    for thread in threads:
        thread.start()
    loaded = [runs.load(tmp_path) for _ in range(15)]
    for thread in threads:
        thread.join()
    assert {t.experiment.hidden_size for t in [*loaded, runs.load(tmp_path)]} <= {4, 5}
    assert len(os.listdir(tmp_path)) == 2
