"""A reader's saved runs: found with the key alone, and nothing is lost by accident."""

import json
import os
import time

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.io import runs, store
from core.io.store import Store, new_key, open_shared
from core.training.curves import Curves
from core.training.trainer import Experiment, Trainer

SMALL = Experiment(task="adding", length=4, hidden_size=3, batch_size=2)


def trained(updates: int = 3) -> tuple[Trainer, Curves]:
    trainer, curves = Trainer(SMALL), Curves()
    for _ in range(updates):
        curves.add(next(trainer))
    return trainer, curves


@pytest.fixture
def mine(tmp_path):
    return Store(tmp_path, new_key())


def test_save_list_open_continue(mine):
    trainer, curves = trained()
    mine.save("aaaaaaaa", trainer, curves, name="first")
    mine.save("bbbbbbbb", *trained(5))
    os.utime(mine.folder / "bbbbbbbb" / "run.json", (time.time() + 9,) * 2)
    later, first = mine.entries()
    assert (later.id, later.name, later.named, later.index) == (
        *("bbbbbbbb", "Adding: the sum of two marked numbers · GRU", False),
        5,
    )
    assert (first.name, first.named, first.index) == ("first", True, 3)
    assert Experiment.from_query(first.query) == SMALL
    opened, again = mine.open("aaaaaaaa")
    assert again.as_csv() == curves.as_csv()
    assert next(opened).loss == next(trainer).loss


def test_names_and_notes_stay_when_the_run_is_saved_again(mine):
    mine.save("aaaaaaaa", *trained(), name="  <b>n\x00a</b> ")
    mine.note("aaaaaaaa", "line one\nline two")
    mine.save("aaaaaaaa", *trained(4))
    (entry,) = mine.entries()
    assert (entry.name, entry.notes, entry.index) == ("<b>na</b>", "line one\nline two", 4)
    for change in (mine.rename, mine.note):
        with pytest.raises(ValueError, match=r"expected text of at most"):
            change("aaaaaaaa", "x" * 5000)


def test_delete_and_undo(mine):
    mine.save("aaaaaaaa", *trained(), name="kept")
    mine.delete("aaaaaaaa")
    assert mine.entries() == []
    with pytest.raises(LookupError, match="run: expected one of your saved runs"):
        mine.open("aaaaaaaa")
    mine.undo("aaaaaaaa")
    assert mine.entries()[0].name == "kept"
    assert mine.open("aaaaaaaa")[0].index == 3
    with pytest.raises(LookupError, match="expected one that was deleted"):
        mine.undo("aaaaaaaa")


def test_the_bin_is_bounded(mine, monkeypatch):
    monkeypatch.setattr(store, "MAX_DELETED_RUNS", 2)
    for k in range(4):
        mine.save(f"aaaaaaa{k}", *trained(1))
        mine.delete(f"aaaaaaa{k}")
        os.utime(mine.folder / f".deleted-aaaaaaa{k}", (k, k))
    mine.undo("aaaaaaa3")
    with pytest.raises(LookupError):
        mine.undo("aaaaaaa0")


def test_unnamed_runs_make_room_and_named_ones_do_not(mine, monkeypatch):
    mine.save("ffffffff", *trained(1), name="named")
    for k in range(store.MAX_UNNAMED_RUNS + 3):
        mine.save(f"aaaaaaa{k}", *trained(1))
        os.utime(mine.folder / f"aaaaaaa{k}" / "run.json", (2e9 + k,) * 2)
    unnamed = [entry.id for entry in mine.entries() if not entry.named]
    assert unnamed == [f"aaaaaaa{k}" for k in (7, 6, 5, 4, 3)]
    assert "ffffffff" in [entry.id for entry in mine.entries()]
    monkeypatch.setattr(store, "MAX_RUNS", 5)
    with pytest.raises(ValueError, match=r"runs: expected at most 5 runs"):
        mine.save("eeeeeeee", *trained(1))
    mine.save("ffffffff", *trained(2))  # what is there can always be saved again


def test_nobody_elses_run_is_found(tmp_path, mine):
    mine.save("aaaaaaaa", *trained())
    other = Store(tmp_path, new_key())
    assert other.entries() == []
    for name in ("aaaaaaaa", "../x", "/etc", "", "..", "aaaaaaaa/..", ".deleted-aaaaaaaa", None):
        with pytest.raises(LookupError, match="run: expected one of your saved runs"):
            other.open(name)
    for key in ("", "../../../etc/passwd", "a" * 15, "a" * 65, "a/" * 10, None, "ä" * 20):
        with pytest.raises(ValueError, match="key: expected"):
            Store(tmp_path, key)


def test_the_disk_does_not_tell_the_key(tmp_path):
    key = new_key()
    Store(tmp_path, key).save("aaaaaaaa", *trained(), name="x")
    for path in tmp_path.rglob("*"):
        assert key not in str(path)
        assert not path.is_file() or key.encode() not in path.read_bytes()


def test_a_shared_run_opens_by_its_link_until_it_is_ended(tmp_path, mine):
    trainer, curves = trained()
    mine.save("aaaaaaaa", trainer, curves, name="for you")
    token = mine.share("aaaaaaaa")
    mine.save("aaaaaaaa", *trained(6))  # the copy stays as it was
    got, kept, entry = open_shared(tmp_path, token)
    assert (got.index, entry.name, kept.as_csv()) == (3, "for you", curves.as_csv())
    assert mine.entries()[0].links == (token,)
    with pytest.raises(LookupError, match="link: expected one to a shared run"):
        open_shared(tmp_path, new_key())
    mine.unshare("aaaaaaaa")
    assert mine.entries()[0].links == ()
    with pytest.raises(LookupError):
        open_shared(tmp_path, token)


def test_half_a_folder_is_passed_over_and_a_broken_about_loses_only_the_name(mine):
    mine.save("aaaaaaaa", *trained(), name="gone")
    (mine.folder / "bbbbbbbb").mkdir()
    for content in (b"", b"{", b"[]", b'{"name": 1, "notes": "", "links": []}', b"\xff"):
        (mine.folder / "aaaaaaaa" / "about.json").write_bytes(content)
        (entry,) = mine.entries()
        assert (entry.name, entry.named) == ("Adding: the sum of two marked numbers · GRU", False)


def test_an_older_format_is_migrated_and_a_newer_one_refused(mine):
    """Version 1 had no curves."""
    mine.save("aaaaaaaa", *trained())
    folder = mine.folder / "aaaaaaaa"
    told = json.loads((folder / "run.json").read_text())
    state = load_file(folder / told["state"])
    save_file({k: v for k, v in state.items() if "curves" not in k}, folder / told["state"])
    del told["metrics"]
    (folder / "run.json").write_text(json.dumps(told | {"format": "unrolled-run-1"}))
    trainer, curves = mine.open("aaaaaaaa")
    assert (trainer.index, len(curves)) == (3, 0)
    for form in ("unrolled-run-5", None, [], 1):
        (folder / "run.json").write_text(json.dumps(told | {"format": form}))
        with pytest.raises(
            ValueError, match=r"expected a folder written by Unrolled, got .* another"
        ):
            runs.load(folder)


def test_curves_of_another_run_are_refused(mine):
    mine.save("aaaaaaaa", *trained())
    folder = mine.folder / "aaaaaaaa"
    (file,) = folder.glob("*.safetensors")
    state = load_file(file)
    for wrong in (torch.zeros(7, 3), torch.zeros(2)):
        save_file(state | {"curves.values": wrong}, file)
        with pytest.raises(ValueError, match="saved run"):
            mine.open("aaaaaaaa")
