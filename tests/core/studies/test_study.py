"""What a study asks, what it costs, what it keeps and what it says to bad input."""

import dataclasses
import errno
import json
import math
import os
import re

import pytest

from core.studies import Folder, Study
from core.studies import folder as folder_module
from core.studies import point as point_module
from core.studies.__main__ import main
from core.studies.cost import RemainingWork, duration_in_words, measure_update_seconds
from core.studies.folder import StudyError, parse_file
from core.studies.grid import is_solved, tasks_with_goal
from core.studies.point import train_point
from core.studies.runner import run_study
from core.studies.shipped import shipped_studies
from core.studies.table import make_table, to_markdown
from core.training.experiment import Experiment
from core.training.trainer import Trainer
from tests.helpers import tiny_points
from tests.helpers.tiny_points import SMALL

SENTENCE = r"^\w+: expected .+, got .+\. .+\.$"
TWO = {"RNN": {"cell": "rnn"}, "LSTM": {"cell": "lstm", "forget_bias": 3.0}}


def small(**changes) -> Study:
    values = dict(task="two_sequence", networks=TWO, distances=(8, 5), seeds=(1, 2), updates=60)
    return Study(**{**values, **changes})


class TestDefinition:
    def test_every_point_is_its_experiment_once(self):
        study = small(values={"hidden_size": 5})
        points = list(study.points)
        assert len(points) == study.size == 8
        assert len({point.id for point in points}) == 8
        point = next(p for p in points if (p.row, p.distance, p.seed) == (1, 8, 2))
        assert point.experiment == Experiment(
            "two_sequence", cell="lstm", forget_bias=3.0, length=8, seed=2, hidden_size=5
        )

    def test_a_point_is_known_again_in_a_larger_study_and_not_with_other_patience(self):
        ids = {point.id for point in small().points}
        more = small(
            seeds=(1, 2, 3), distances=(5, 8, 11), networks={**TWO, "GRU": {"cell": "gru"}}
        )
        assert ids <= {point.id for point in more.points}
        assert not ids & {point.id for point in small(updates=61).points}

    def test_is_the_same_after_json(self):
        study = small(title="A", about={"paper": "B"})
        again = Study.from_dict(json.loads(json.dumps(study.to_dict())))
        assert again == study
        assert again.id == small().id != small(updates=61).id

    @pytest.mark.parametrize(
        "wrong",
        [
            {"networks": {}},
            {"distances": ()},
            {"seeds": ()},
            {"updates": 0},
            {"task": "names"},
            {"seeds": range(1, 10**5)},
            {"distances": (0,)},
            {"values": {"hidden_size": 0}},
            {"networks": {"A": {"cell": "gru", "omega": 1.0}}},
        ],
    )
    def test_a_grid_that_cannot_be_gets_a_sentence(self, wrong):
        with pytest.raises(ValueError, match=SENTENCE):
            small(**wrong)

    def test_a_wrong_name_gets_a_sentence(self):
        for wrong in ({"task": "nonsense"}, {"networks": {"A": {"cell": "nonsense"}}}):
            with pytest.raises(LookupError, match="expected one of"):
                small(**wrong)

    @pytest.mark.parametrize(
        "found",
        [
            None,
            [],
            {"task": "adding"},
            {**small().to_dict(), "networks": [1]},
            {**small().to_dict(), "networks": {"A": 1}},
            {**small().to_dict(), "distances": "5"},
            {**small().to_dict(), "seeds": [1.5]},
            {**small().to_dict(), "seeds": [True]},
            {**small().to_dict(), "title": "x" * 5000},
            {**small().to_dict(), "updates": "many"},
        ],
    )
    def test_a_strange_description_gets_a_sentence(self, found):
        with pytest.raises(ValueError, match=SENTENCE):
            Study.from_dict(found)

    def test_every_task_that_can_be_studied_says_when_it_is_solved(self):
        assert {"adding", "agreement", "copy", "fill_in", "temporal_order", "two_sequence"} == set(
            tasks_with_goal()
        )
        assert is_solved("adding", {"mse": 0.009})
        assert not is_solved("adding", {"mse": 0.011})
        assert not is_solved("adding", {"mse": math.nan})
        assert is_solved("copy", {"recall": 0.995})
        assert not is_solved("copy", {"recall": 0.985})


class TestPoint:
    def test_stops_where_the_same_run_first_solves_the_task(self):
        experiment = Experiment("two_sequence", cell="gru", length=6, seed=3)
        result = train_point({"experiment": experiment.to_dict(), "updates": 400})
        expected = next(
            update
            for update in Trainer(experiment)
            if update.evaluation and update.evaluation.held_out["accuracy"] >= 0.99
        )
        assert result["solved"]
        assert result["updates"] == expected.index < 400
        assert expected.evaluation
        assert result["value"] == expected.evaluation.held_out["accuracy"]

    def test_gives_up_when_patience_ends_and_looks_once_more(self):
        experiment = Experiment("two_sequence", cell="rnn", length=200)
        result = train_point({"experiment": experiment.to_dict(), "updates": 13})
        trainer = Trainer(experiment)
        for _ in range(13):
            next(trainer)
        assert not result["solved"]
        assert result["updates"] == 13
        assert result["value"] == trainer.evaluate().held_out["accuracy"]

    def test_held_out_data_decides(self, monkeypatch):
        seen = []

        def never(task, metrics):
            seen.append(metrics)
            return False

        monkeypatch.setattr(point_module, "is_solved", never)
        experiment = Experiment("two_sequence", cell="rnn", length=6)
        train_point({"experiment": experiment.to_dict(), "updates": 30})
        trainer = Trainer(experiment)
        evaluated = [update.evaluation for _, update in zip(range(30), trainer, strict=False)]
        found = [e for e in [*evaluated, trainer.evaluate()] if e]
        assert seen == [e.held_out for e in found]
        assert seen != [e.train for e in found]

    def test_a_run_that_diverges_is_a_result_too(self):
        experiment = Experiment(
            "adding", cell="rnn", activation="identity", initialization="spectral", length=60,
            spectral_radius=3.0, clipping="off", optimizer="sgd", learning_rate=1e4,
        )  # fmt: skip
        result = train_point({"experiment": experiment.to_dict(), "updates": 50})
        assert not result["solved"]
        assert result["diverged"]
        json.dumps(result, allow_nan=False)


class TestRunning:
    def test_a_larger_study_computes_what_is_new(self, tmp_path, monkeypatch):
        trace = tmp_path / "trace"
        monkeypatch.setenv("UNROLLED_TRACE", str(trace))
        less = dataclasses.replace(SMALL, seeds=SMALL.seeds[:4])
        place = Folder(tmp_path / "study")
        run_study(less, place, 1, function=tiny_points.short)
        trace.write_text("")
        run_study(
            dataclasses.replace(SMALL, seeds=SMALL.seeds[:6]), place, 1, function=tiny_points.short
        )
        assert trace.read_text().count("begin") == 4

    def test_reports_what_is_done_and_how_long_it_will_take(self, tmp_path):
        seen = []
        study = dataclasses.replace(SMALL, seeds=(1, 2, 3))
        run_study(study, Folder(tmp_path), 1, report=seen.append, function=tiny_points.short)
        assert [p.done for p in seen] == list(range(7))
        assert all(p.total == 6 for p in seen)
        assert seen[-1].remaining == 0
        assert seen[3].remaining == pytest.approx(3 * 0.02)
        assert Folder(tmp_path).status["state"] == "finished"

    def test_a_point_that_fails_does_not_end_the_others_and_is_tried_again(self, tmp_path):
        study = dataclasses.replace(SMALL, seeds=(1, 2, 3, 4))
        with pytest.raises(StudyError, match=r"got 2 that did not: data: expected some, got none"):
            run_study(study, Folder(tmp_path), 1, function=tiny_points.failing)
        assert len(Folder(tmp_path).results(study)) == 6
        run_study(study, Folder(tmp_path), 1, function=tiny_points.short)
        assert len(Folder(tmp_path).results(study)) == 8

    def test_two_do_not_work_on_the_same_folder(self, tmp_path):
        with Folder(tmp_path).lock():
            assert Folder(tmp_path).at_work
            with pytest.raises(StudyError, match=r"study: expected no other process at work"):
                run_study(SMALL, Folder(tmp_path), 1, function=tiny_points.short)
        assert not Folder(tmp_path).at_work

    def test_a_full_disk_says_so_and_keeps_what_is_finished(self, tmp_path, monkeypatch):
        replace, written = os.replace, []

        def full(source, target):
            if os.path.basename(os.path.dirname(target)) == "points":
                written.append(target)
                if len(written) > 5:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            replace(source, target)

        monkeypatch.setattr(folder_module.os, "replace", full)
        with pytest.raises(
            StudyError, match=r"^study: expected to write to .+, got: No space left"
        ):
            run_study(SMALL, Folder(tmp_path), 1, function=tiny_points.short)
        assert len(Folder(tmp_path).results(SMALL)) == 5
        assert "No space left" in Folder(tmp_path).status["sentence"]

    def test_a_folder_that_cannot_be_made_gets_a_sentence(self, tmp_path):
        (tmp_path / "file").touch()
        with pytest.raises(StudyError, match=r"^study: expected to write to .+, got: "):
            run_study(SMALL, Folder(tmp_path / "file" / "study"), 1, function=tiny_points.short)


class TestFiles:
    def test_a_damaged_point_is_computed_again(self, tmp_path):
        study = dataclasses.replace(SMALL, seeds=(1, 2))
        run_study(study, Folder(tmp_path), 1, function=tiny_points.short)
        before = Folder(tmp_path).results(study)
        (tmp_path / "result.json").unlink()
        one, two, *_ = sorted(Folder(tmp_path).points.iterdir())
        one.write_text(one.read_text()[:40])
        two.write_text("{}")
        assert len(Folder(tmp_path).results(study)) == 2
        run_study(study, Folder(tmp_path), 1, function=tiny_points.short)
        assert Folder(tmp_path).results(study) == before

    def test_the_one_file_has_everything(self, tmp_path):
        study = dataclasses.replace(SMALL, seeds=(1, 2), title="A title")
        run_study(study, Folder(tmp_path), 1, function=tiny_points.short, command="the command")
        found, results, about = parse_file((tmp_path / "result.json").read_bytes())
        assert found == study
        assert to_markdown(found, results) == to_markdown(study, Folder(tmp_path).results(study))
        assert about["command"] == "the command"
        (tmp_path / "study.json").unlink()
        for point in Folder(tmp_path).points.iterdir():
            point.unlink()
        assert Folder(tmp_path).study() == study
        assert len(Folder(tmp_path).results(study)) == 4

    @pytest.mark.parametrize(
        "content",
        [
            *(b"", b"7", b"\xff\x00", b"[1]", b"[" * 10**5),
            *(
                b'{"format": "unrolled-study-1"}',
                b'{"format": "unrolled-study-1", "study": {"task": 5}}',
            ),
        ],
    )
    def test_a_strange_file_gets_a_sentence(self, content):
        with pytest.raises(ValueError, match=SENTENCE):
            parse_file(content)

    def test_strange_points_in_a_file_are_left_out(self):
        study = small()
        point = study.points[0]
        good = {"id": point.id, "solved": True, "updates": 3, "value": 1.0, "best": None}
        good |= {"seconds": 1.0, "diverged": None}
        strange = [{**good, "updates": "3"}, {**good, "id": 5}, {"id": point.id}, 7, None]
        strange += [{**good, "id": "elsewhere"}]
        file = {"format": "unrolled-study-1", "study": study.to_dict(), "points": strange}
        assert parse_file(json.dumps(file).encode())[1] == {}
        file["points"] = [*strange, good]
        assert parse_file(json.dumps(file).encode())[1] == {point.id: good}


def test_the_table_counts_seeds_and_takes_medians():
    study = small(seeds=(1, 2, 3))

    def result(solved: bool, updates: int) -> dict:
        return {"solved": solved, "updates": updates, "value": 0.5, "seconds": 2.0}

    results = {
        study.point(0, 5, 1).id: result(True, 10),
        study.point(0, 5, 2).id: result(True, 30),
        study.point(0, 5, 3).id: result(False, 60),
        study.point(1, 8, 1).id: result(False, 60),
    }
    (first, empty), (_, last) = make_table(study, results)
    assert (first.finished, first.solved, first.updates, first.rate) == (3, 2, 20, 2 / 3)
    assert (empty.finished, empty.updates, empty.seconds) == (0, None, None)
    assert math.isnan(empty.rate)
    assert (last.solved, last.updates, last.rate) == (0, None, 0)
    assert "| RNN | 2/3 (20) | 0/0 |" in to_markdown(study, results)


def test_what_remains_is_learnt_from_what_is_done():
    study = small(updates=100)
    counted = RemainingWork(study, {(r, d): 0.01 * d for r in (0, 1) for d in (5, 8)})
    assert counted.most == pytest.approx(2 * 100 * 0.01 * (5 + 8 + 5 + 8))
    assert counted.seconds == counted.most
    counted.finished(study.point(0, 5, 1), 1.0)  # of a bound of 5: a fifth
    assert counted.seconds == pytest.approx(1.0 + (8 + 8 + 5 + 5 + 8 + 8) / 5)
    assert duration_in_words(50) == "50 s"
    assert duration_in_words(600) == "10 min"
    assert duration_in_words(3 * 86400) == "3 days"


def test_the_cost_of_an_update_grows_with_the_distance():
    found = measure_update_seconds(small(distances=(5, 100, 400)))
    for row in (0, 1):
        assert 0 < found[row, 5] < found[row, 100] < found[row, 400]


class TestCommand:
    def test_trains_and_prints_the_table(self, tmp_path, capsys):
        words = "two_sequence --cells rnn gru --lengths 5 8 --seeds 1 --updates 30 --cores 1"
        words += f" --set hidden_size=4 marked=2 --folder {tmp_path}"
        assert main(words.split()) == 0
        said = capsys.readouterr()
        assert re.search(r"\| RNN \| \d/1 .*\| \d/1 .*\|", said.out)
        assert "4 points to do, at most" in said.out
        study = Folder(tmp_path).study()
        assert study.values == {"hidden_size": 4, "marked": 2}
        assert "--folder" not in json.loads((tmp_path / "result.json").read_text())["command"]
        assert main([str(tmp_path)]) == 0
        assert "0 points to do" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ("nonsense", "task: expected one of"),
            ("names", "task: expected one with a goal that says when it is solved, got names"),
            ("adding --seeds 0", "seeds: expected at least one"),
            ("adding --seeds many", "seeds: expected a whole number"),
            ("adding --seeds 1000000000", "got 9,000,000,000, up to 1.8e+13 updates"),
            ("adding --cells nonsense", "cell: expected one of"),
            ("adding --lengths 1", "length: expected a whole number from 2"),
            ("adding --updates 0", "updates: expected a whole number"),
            ("adding --set hidden_size", "hidden_size: expected a whole number"),
            ("adding --set nonsense=3", "set: expected the name of a field"),
            ("adding --cluster here", "cluster: expected an address like tcp"),
            ("adding --cores -1", "cores: expected a whole number"),
        ],
    )
    def test_bad_words_get_a_sentence(self, words, sentence, capsys):
        assert main(words.split()) == 2
        said = capsys.readouterr().err
        assert sentence in said
        assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize("name", list(shipped_studies()))
def test_every_shipped_study_was_run_and_says_how(name):
    place = shipped_studies()[name]
    study = place.study()
    packed, results, about = parse_file((place.path / "result.json").read_bytes())
    assert packed.id == study.id
    assert len(results) == study.size
    assert len(study.seeds) >= 3
    assert {"paper", "paper's setting", "scaled down", "paper's figure", "ours"} <= set(study.about)
    assert about["command"] == f"python -m core.studies {name}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", about["date"])
    assert float(about["seconds"]) > 0
