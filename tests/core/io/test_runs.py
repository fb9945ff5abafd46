"""Saved runs: they go on bit for bit, survive an interruption, and a broken one gets a sentence."""

import itertools
import json
import os

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.io import runs
from core.training.optim import OPTIMIZERS
from core.training.trainer import Experiment, Trainer

SMALL = {"hidden_size": 6, "batch_size": 4}


def trained(updates: int = 4, probe: str | None = None, **settings) -> Trainer:
    trainer = Trainer(Experiment(**{**SMALL, **settings}), probe)
    list(itertools.islice(trainer, updates))
    return trainer


def goes_on_equally(a: Trainer, b: Trainer, updates: int = 5) -> bool:
    for x, y in itertools.islice(zip(a, b, strict=True), updates):
        if (x.index, x.loss, x.grad_norm, x.look.loss) != (
            y.index,
            y.loss,
            y.grad_norm,
            y.look.loss,
        ):
            return False
    return all(
        torch.equal(p, q) for p, q in zip(a.model.parameters(), b.model.parameters(), strict=True)
    )


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
@pytest.mark.parametrize(
    "settings",
    [
        {"task": "names", "dropout": 0.3, "cell": "lstm", "num_layers": 2},
        {
            "task": "text",
            "length": 12,
            "embedding": 3,
            "corpus": "Ein kleines Stück Text, é汉. " * 9,
        },
        {"task": "adding", "length": 12, "bidirectional": True, "cell": "rnn"},
    ],
    ids=lambda settings: settings["task"],
)
def test_goes_on_bit_for_bit(tmp_path, settings, optimizer):
    trainer = trained(optimizer=optimizer, **settings)
    loaded = runs.load(runs.save(trainer, tmp_path / "run"))
    assert loaded.experiment == trainer.experiment
    assert loaded.index == 4
    assert goes_on_equally(trainer, loaded)


def test_before_the_first_update_and_after_many(tmp_path):
    for updates in (0, 60):
        trainer = trained(updates, task="adding", length=5)
        loaded = runs.load(runs.save(trainer, tmp_path))
        assert goes_on_equally(trainer, loaded)
        assert loaded._snapshots.states.keys() == trainer._snapshots.states.keys()


def test_keeps_the_probe(tmp_path):
    trainer = trained(probe="Rossi, Italian")
    assert runs.load(runs.save(trainer, tmp_path)).probe.symbols == tuple("rossi")


def test_a_diverged_run_can_still_be_rewound(tmp_path):
    trainer = trained(30, task="adding", length=5)
    with torch.no_grad():
        trainer.model.head.bias.fill_(torch.nan)
    list(trainer)
    loaded = runs.load(runs.save(trainer, tmp_path))
    assert loaded.diverged == trainer.diverged
    assert list(loaded) == []
    assert next(loaded.rewind()).finite


def test_saving_again_leaves_two_files(tmp_path):
    trainer = trained(2, task="adding")
    runs.save(trainer, tmp_path)
    next(trainer)
    runs.save(trainer, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    assert runs.load(tmp_path).index == 3


@pytest.mark.parametrize("moment", [0, 1])
def test_an_interrupted_save_leaves_the_old_run(tmp_path, monkeypatch, moment):
    """The machine stops while the first or the second of the two files is being moved into place."""
    trainer = trained(2, task="adding", length=5)
    runs.save(trainer, tmp_path)
    next(trainer)
    moves = iter(range(9))
    move = os.replace

    def stop(source, target):
        if next(moves) == moment:
            raise KeyboardInterrupt
        move(source, target)

    monkeypatch.setattr("os.replace", stop)
    with pytest.raises(KeyboardInterrupt):
        runs.save(trainer, tmp_path)
    monkeypatch.undo()
    assert runs.load(tmp_path).index == 2
    runs.save(trainer, tmp_path)
    assert runs.load(tmp_path).index == 3
    assert len(list(tmp_path.iterdir())) == 2


class TestBroken:
    @pytest.fixture
    def folder(self, tmp_path):
        return runs.save(trained(2, task="adding", length=5), tmp_path / "run")

    def change(self, folder, **values):
        about = json.loads((folder / "run.json").read_text())
        (folder / "run.json").write_text(json.dumps(about | values))

    def refuse(self, folder, message):
        with pytest.raises((ValueError, LookupError), match=message) as error:
            runs.load(folder)
        assert ": expected " in str(error.value)

    def test_no_folder(self, tmp_path):
        self.refuse(
            tmp_path / "nowhere", "saved run 'nowhere': expected a folder written by Unrolled"
        )

    @pytest.mark.parametrize(
        "content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"format": 1}']
    )
    def test_description(self, folder, content):
        (folder / "run.json").write_bytes(content)
        self.refuse(folder, "saved run 'run': expected a folder written by Unrolled")

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"state": "../../etc/passwd"}, "a state named '../../etc/passwd'"),
            ({"state": "/etc/passwd"}, "a state named"),
            ({"state": "state-000000002-00000000.safetensors"}, "No such file"),
            ({"state": 7}, "state = 7"),
            ({"experiment": {"task": "nonsense"}}, "task: expected one of"),
            ({"experiment": {"task": "adding", "hidden_size": 10**9}}, "hidden_size: expected"),
            ({"experiment": {"task": "adding", "hidden_size": 7, "length": 5}}, "of shape"),
            ({"experiment": []}, "experiment = "),
            ({"probe": None}, "probe = None"),
            ({"diverged": 5}, "diverged = 5"),
        ],
    )
    def test_values(self, folder, values, message):
        self.change(folder, **values)
        self.refuse(folder, message)

    def test_numbers(self, folder):
        (state,) = folder.glob("*.safetensors")
        whole = state.read_bytes()
        state.write_bytes(whole[: len(whole) // 2])
        self.refuse(folder, "saved run 'run'")
        state.write_bytes(b"\x80\x04pickle")
        self.refuse(folder, "saved run 'run'")

    @pytest.mark.parametrize(
        "name", ["index", "data", "dropout", "model.head.bias", "optimizer.head.bias.exp_avg"]
    )
    def test_a_number_that_is_missing_or_wrong(self, folder, name):
        (file,) = folder.glob("*.safetensors")
        numbers = load_file(file)
        for wrong in (None, torch.zeros(3, 3)):
            changed = {key: value for key, value in numbers.items() if key != name}
            save_file(changed if wrong is None else changed | {name: wrong}, file)
            self.refuse(folder, "saved run .run.: expected a folder")
