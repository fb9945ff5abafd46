"""Each task's data is what it says (what all tasks keep: tests/contract/test_every_task.py)."""

import dataclasses
import io
import itertools
import math
import urllib.error
import zipfile
from collections import Counter

import pytest
import sklearn.metrics
import torch

from core.common.options import Option
from core.io import runs
from core.tasks import TASKS
from core.tasks.adding import Adding
from core.tasks.base import UNKNOWN, Batch, Probe
from core.tasks.data import name_lists
from core.tasks.data.name_lists import FAKER_LISTS, faker_names, spell_in_latin
from core.tasks.names import Names
from core.tasks.task_types import Classification, Regression
from core.training.experiment import FIELDS, Experiment
from core.training.trainer import Trainer
from tests.helpers.tasks import Answer, generator, output_for

NAMES_FILE = "\n".join(
    f"{letter}{vowel}n,{label}"
    for letter, label in (("p", "Left"), ("q", "Right"))
    for vowel in ("ae", "io", "ou", "ua", "ia", "oe", "a", "e")
)


class TestKinds:
    def test_classification_agrees_with_scikit_learn(self):
        task = Names()
        batch = task.held_out
        output = output_for(task, batch)
        truth, guess = batch.y.numpy(), output.argmax(-1).numpy()
        ours = task.metrics(output, batch)
        assert ours["accuracy"] == pytest.approx(sklearn.metrics.accuracy_score(truth, guess))
        assert ours["balanced accuracy"] == pytest.approx(
            sklearn.metrics.balanced_accuracy_score(truth, guess)
        )
        chances = output.double().softmax(-1).numpy()
        assert ours["loss"] == pytest.approx(sklearn.metrics.log_loss(truth, chances), rel=1e-5)
        confusion = sklearn.metrics.confusion_matrix(truth, guess)
        assert [
            list(row) for row in task.panel_data(None, output, batch, 0).counts
        ] == confusion.tolist()

    def test_majority_agrees_with_scikit_learn(self):
        task = Names()
        truth = task.held_out.y.numpy()
        guess = [Counter(truth.tolist()).most_common(1)[0][0]] * len(truth)
        reached = task.baselines["always the largest class"]
        assert reached["accuracy"] == pytest.approx(sklearn.metrics.accuracy_score(truth, guess))
        assert reached["balanced accuracy"] == pytest.approx(
            sklearn.metrics.balanced_accuracy_score(truth, guess)
        )

    def test_regression_agrees_with_scikit_learn(self):
        task = Adding(length=5)
        output = output_for(task, task.held_out)
        expected = sklearn.metrics.mean_squared_error(task.held_out.y, output)
        assert task.metrics(output, task.held_out)["mse"] == pytest.approx(expected, rel=1e-5)
        pairs = task.panel_data(None, output, task.held_out, 0)
        assert pairs.targets[:3] == tuple(task.held_out.y[:3, 0].tolist())
        assert pairs.predictions[:3] == tuple(output[:3, 0].tolist())

    def test_kinds_share_their_base(self):
        assert issubclass(Names, Classification)
        assert issubclass(Adding, Regression)


class TestNames:
    def test_the_ten_classes(self):
        counts = Counter(label for _, label in faker_names())
        assert set(counts) == set(FAKER_LISTS)
        assert max(counts.values()) == 700
        assert counts["Japanese"] == 100
        assert 5000 < sum(counts.values()) <= 7000
        assert all(
            name.isascii() and name.isalpha() and name.islower() for name, _ in faker_names()
        )
        assert len(set(faker_names())) == len(faker_names())

    def test_held_out_is_15_percent_of_each_class_and_never_trained_on(self):
        task = Names()
        train, held_out = task._split
        for label in range(10):
            share = (held_out.y == label).sum() / (
                (held_out.y == label).sum() + (train.y == label).sum()
            )
            assert 0.14 <= share <= 0.16
        rows = [
            set(zip(map(tuple, b.x.t().tolist()), b.lengths.tolist(), b.y.tolist(), strict=True))
            for b in (train, held_out)
        ]
        assert len(rows[0]) == train.B
        assert not rows[0] & rows[1]

    def test_letters_and_lengths_match(self):
        batch = Names().sample(generator(), 50)
        assert batch.lengths is not None
        for column, length in enumerate(batch.lengths.tolist()):
            assert (batch.x[length:, column] == 0).all()
        known = dict(faker_names())
        first = "".join("abcdefghijklmnopqrstuvwxyz"[i] for i in batch.x[: batch.lengths[0], 0])
        assert first in known

    @pytest.mark.parametrize(
        ("name", "spelled"),
        [
            ("Müller", "muller"), ("O'Brien", "obrien"), ("Παπαδόπουλος", "papadopoulos"),
            ("Weiß", "weiss"), ("CHIA-HAO", "chiahao"), ("Ψυχάρης", "psycharis"), ("De la Cruz", "delacruz"),
        ],
    )  # fmt: skip
    def test_spelling(self, name, spelled):
        assert spell_in_latin(name) == spelled

    def test_probe_knows_its_answer(self):
        task = Names()
        name, label = next(p for p in faker_names() if task._answers[p[0]] and len(p[0]) > 4)
        probe = task.probe(name.title())
        assert probe.answer == label
        assert "".join(probe.symbols) == name
        assert probe.targets == (task.labels.index(label),)
        assert task.probe("Xqzw").answer == ""
        assert task.probe("Xqzw").targets == (None,)
        assert task.probe("Xqzw, italian").answer == "Italian"
        with pytest.raises(ValueError, match="expected a label out of Chinese"):
            task.probe("Xqzw, Martian")
        with pytest.raises(ValueError, match="1 to 14 letters a to z"):
            task.probe("Wolfeschlegelstein")

    def test_an_unknown_answer_counts_as_right(self):
        task = Names()
        probe = task.probe("Xqzw")
        output = torch.zeros(4, 1, 10)
        output[-1, 0, 3] = 5.0
        assert probe.batch.y.item() == UNKNOWN
        assert task.probe_loss(output, probe) == pytest.approx(
            math.log(1 + 9 * math.exp(-5)), rel=1e-4
        )

    def test_own_file(self):
        task = Names(file=NAMES_FILE)
        assert task.labels == ("Left", "Right")
        assert task.held_out.B == 2
        assert task.probe("Páén").answer == "Left"
        with_header = Names(
            file="Name\tLabel\r\n" + NAMES_FILE.replace(",", "\t").replace("\n", "\r\n")
        )
        assert torch.equal(with_header.held_out.x, task.held_out.x)

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("Rossi Italian", "a name, a comma .* got “Rossi Italian” in line 1"),
            ("a,b,c", "a name, a comma .* got “a,b,c” in line 1"),
            ("anna,A\nbert,A", "at least two labels with 5 different names each, got 0 of 1"),
            ("\n \n", "got no line"),
            (
                "\n".join(f"n{'abcdefghij'[i % 10]}{'k' * (i // 10)},L{i}" for i in range(90)),
                "got 0 of 90",
            ),
            (
                "\n".join(
                    f"n{'abcdefghij'[i % 10]}{'k' * (i // 10)},L{i // 6}" for i in range(300)
                ),
                "2 to 40 different labels, got 50",
            ),
        ],
    )
    def test_a_bad_file_gets_a_sentence(self, content, message):
        with pytest.raises(ValueError, match=message):
            Names(file=content)

    def test_a_length_that_loses_a_class(self):
        with pytest.raises(ValueError, match=r"too short for .*Greek"):
            Names(length=2).sample(generator(), 2)


class TestOriginalNames:
    @pytest.fixture(autouse=True)
    def own_cache(self, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        name_lists.original_names.cache_clear()
        yield
        name_lists.original_names.cache_clear()

    def archive(self, per_class: int = 400) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as z:
            for label in FAKER_LISTS:
                names = [f"{label}{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(per_class)]
                z.writestr(f"data/names/{label}.txt", "\n".join([*names, names[0], "Ólaf ur-O'x"]))
        return file.getvalue()

    def serve(self, monkeypatch, content: bytes) -> list[str]:
        asked: list[str] = []

        def urlopen(url, timeout):
            asked.append(url)
            assert timeout <= 30
            return Answer(content)

        monkeypatch.setattr("urllib.request.urlopen", urlopen)
        return asked

    def test_is_fetched_once_and_kept(self, monkeypatch, tmp_path):
        asked = self.serve(monkeypatch, self.archive())
        names = name_lists.original_names()
        assert len(names) == 10 * 401  # each spelling once
        assert ("olafurox", "Greek") in names
        name_lists.original_names.cache_clear()
        assert name_lists.original_names() == names
        assert asked == [name_lists.ORIGINAL_URL]
        assert [f.name for f in (tmp_path / "unrolled").iterdir()] == ["names-data.zip"]

    def test_a_damaged_copy_is_fetched_again(self, monkeypatch, tmp_path):
        (tmp_path / "unrolled").mkdir()
        (tmp_path / "unrolled" / "names-data.zip").write_bytes(b"half a fi")
        asked = self.serve(monkeypatch, self.archive())
        assert len(name_lists.original_names()) == 4010
        assert len(asked) == 1

    def test_without_network(self, monkeypatch):
        def refuse(url, timeout):
            raise urllib.error.URLError("no route to host")

        monkeypatch.setattr("urllib.request.urlopen", refuse)
        task = Names(source="original")  # nothing is fetched before it is needed
        with pytest.raises(ValueError, match=r"no route to host\. .*source faker"):
            task.sample(generator(), 2)

    @pytest.mark.parametrize("content", [b"", b"<html>moved</html>", None])
    def test_a_wrong_file_is_refused_and_not_kept(self, monkeypatch, tmp_path, content):
        self.serve(monkeypatch, self.archive(per_class=20) if content is None else content)
        with pytest.raises(ValueError, match=r"names: expected .*Use source faker"):
            name_lists.original_names()
        assert not list(tmp_path.rglob("*.zip"))


class TestAdding:
    @pytest.mark.parametrize("length", [2, 3, 7, 50])
    def test_one_mark_in_each_half_and_the_sum_is_right(self, length):
        batch = Adding(length=length).sample(generator(), 400)
        value, mark = batch.x.unbind(2)
        half = length // 2
        assert (mark[:half].sum(0) == 1).all()
        assert (mark[half:].sum(0) == 1).all()
        assert torch.allclose((value * mark).sum(0), batch.y[:, 0])
        assert mark.sum(1).gt(0).all()  # every place is marked at some time
        assert 0 <= value.min() <= value.max() <= 1

    def test_always_saying_1_gives_a_sixth(self):
        batch = Adding().sample(generator(), 20_000)
        measured = ((batch.y - 1) ** 2).mean().item()
        assert measured == pytest.approx(Adding().baselines["always 1"]["mse"], abs=0.004)

    def test_probe(self):
        probe = Adding().probe("0.3* 0.5, .7*")
        assert probe.symbols == ("0.30*", "0.50", "0.70*")
        assert probe.answer == "1.00"
        assert torch.allclose(probe.batch.x[:, 0], torch.tensor([[0.3, 1], [0.5, 0], [0.7, 1]]))

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("0.3* 0.5 0.7", "two numbers marked with a star, got 1"),
            ("0.3* 1.5 0.7*", "got '1.5'"),
            ("0.3* x 0.7*", "got 'x'"),
            ("nan* 0.5*", "got 'nan"),
            ("0.5*", "2 to 50 numbers, got 1"),
            ("0.1* " * 2 + "0 " * 60, "2 to 50 numbers, got 62"),
        ],
    )
    def test_a_bad_probe_gets_its_own_sentence(self, text, message):
        with pytest.raises(ValueError, match=message):
            Adding().probe(text)


class Repeat(Regression):
    """Say at each step what came one step before. Stands for any task that is added later: a class
    in one file and an entry in the registry, and everything else works with it.
    """

    title, source, at = "Repeat", "made by rule", "every"
    options = (Option("length", "integer", 6, 2, 20),)
    defaults = {"hidden_size": 5, "batch_size": 3}  # noqa: RUF012
    length = property(lambda self: self.values["length"])  # type: ignore[assignment]
    input_labels = labels = ("value",)  # type: ignore[assignment]
    baselines = {"always a half": {"mse": 1 / 12}}  # type: ignore[assignment] # noqa: RUF012

    def sample(self, generator, batch_size):
        x = torch.rand(self.length + 1, batch_size, 1, generator=generator)
        return Batch(x[1:], x[:-1])

    def make_held_out(self):
        return self.sample(generator(7), 20)

    make_train_eval = make_held_out

    def probe(self, text=None):
        batch = self.held_out.subset(slice(0, 1), self.at)
        return Probe(batch, tuple(f"{v:.1f}" for v in batch.x.flatten().tolist()), text or "")


def test_a_new_task_is_one_class_and_one_line(monkeypatch, tmp_path):
    monkeypatch.setitem(TASKS._entries, "repeat", Repeat)
    choices = dataclasses.replace(FIELDS["task"], choices=tuple(TASKS))
    monkeypatch.setitem(FIELDS, "task", choices)
    experiment = Experiment("repeat", cell="rnn", bidirectional=True, length=9)
    assert experiment.hidden_size == 5
    assert Experiment.from_query(experiment.to_query()) == experiment
    trainer = Trainer(experiment)
    steps = list(itertools.islice(trainer, 60))
    assert steps[-1].loss < steps[0].loss
    assert steps[0].probe_output.shape == (9, 1, 1)
    assert steps[0].evaluation is not None
    assert steps[0].evaluation.held_out.keys() == {"mse"}
    assert next(runs.load(runs.save(trainer, tmp_path))).index == 61
    with pytest.raises(ValueError, match="embedding: expected 0 for the task repeat"):
        experiment.but(embedding=3)
