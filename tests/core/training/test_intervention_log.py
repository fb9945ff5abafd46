"""What a run is trained under: noted update by update, saved with it, said in everything that is exported."""

import csv
import io
import itertools
import json
import zipfile

import numpy as np
import pytest
from safetensors import safe_open

from core.io import runs
from core.io.export import arrays, script
from core.io.store import Store, open_shared
from core.layers.interventions import Clamp, Edit, Intervention
from core.training.curves import Curves
from core.training.intervention_log import (
    MAX_CHANGES,
    InterventionLog,
    from_json,
    interventions_of,
    set_interventions,
    to_json,
)
from core.training.trainer import Experiment, Trainer
from dashboard.views.yours.report import render_report

OPEN = {
    "": Intervention((Clamp("f", 1.0), Clamp("h", 0.0, 2)), (Edit("weight_hh_l0", (0, 1), 0.5),))
}
SMALL = {"task": "adding", "length": 6, "cell": "lstm", "hidden_size": 4, "batch_size": 4}


def trained(before: int = 2, held: int = 3, after: int = 0, **settings) -> tuple[Trainer, Curves]:
    """Some updates without an intervention, some under one, some without again."""
    trainer, curves = Trainer(Experiment(**{**SMALL, **settings})), Curves()
    for what, updates in (({}, before), (OPEN, held), ({}, after)):
        if updates:
            set_interventions(trainer.model.parts, what)
            for update in itertools.islice(trainer, updates):
                curves.add(update)
    return trainer, curves


def test_changes_are_noted_with_their_first_update():
    trainer, _ = trained(2, 3, 2)
    assert trainer.intervention_log.changes == [(3, OPEN), (6, {})]
    assert not trained(4, 0)[0].intervention_log
    always, _ = trained(0, 3)
    assert always.intervention_log.from_first(OPEN, 3)
    assert not always.intervention_log.from_first({}, 3)
    assert not trainer.intervention_log.from_first({}, 7)
    assert trained(2, 0)[0].intervention_log.from_first({}, 2)


def test_a_rewound_run_forgets_what_came_later():
    trainer, _ = trained(0, 30)
    set_interventions(trainer.model.parts, {})
    list(itertools.islice(trainer, 40))
    assert trainer.intervention_log.changes == [(1, OPEN), (31, {})]
    trainer._before = trainer._snapshots.states[25]
    assert trainer.rewind().intervention_log.changes == [(1, OPEN)]
    trainer._before = trainer._snapshots.states[50]
    assert trainer.rewind().intervention_log.changes == [(1, OPEN), (31, {})]


def test_a_saved_run_goes_on_under_its_intervention(tmp_path):
    trainer, curves = trained()
    loaded, _ = runs.load_with_curves(runs.save(trainer, tmp_path, curves))
    assert interventions_of(loaded.model) == OPEN
    assert loaded.intervention_log.changes == [(3, OPEN)]
    for a, b in itertools.islice(zip(trainer, loaded, strict=True), 4):
        assert (a.loss, a.look.loss, a.grad_norm) == (b.loss, b.look.loss, b.grad_norm)
    free = runs.load(tmp_path)
    set_interventions(free.model.parts, {})  # the numbers above depend on it
    assert next(free).loss != next(runs.load(tmp_path)).loss


def test_the_parts_of_two_networks_are_kept_apart(tmp_path):
    trainer = Trainer(Experiment(task="translate", cell="gru", hidden_size=4, batch_size=4))
    held = {"decoder": Intervention((Clamp("z", 0.0, 1),), reset="before")}
    set_interventions(trainer.model.parts, held)
    next(trainer)
    loaded = runs.load(runs.save(trainer, tmp_path))
    assert interventions_of(loaded.model) == held
    assert next(loaded).loss == next(trainer).loss


def test_a_run_of_format_2_opens_with_nothing_held(tmp_path):
    trainer, curves = trained(3, 0)
    file = runs.save(trainer, tmp_path, curves) / runs.DESCRIPTION_FILE
    told = json.loads(file.read_text())
    old = {name: value for name, value in told.items() if name not in ("held", "under")}
    file.write_text(json.dumps(old | {"format": "unrolled-run-2"}))
    loaded, kept = runs.load_with_curves(tmp_path)
    assert (loaded.index, len(kept), interventions_of(loaded.model)) == (3, 3, {})
    assert next(loaded).loss == next(trainer).loss


@pytest.mark.parametrize(
    "change",
    [
        {"held": []},
        {"held": {"": {"clamps": [{"quantity": "z", "value": 1.0}]}}},  # an LSTM has none
        {"held": {"": {"clamps": [{"quantity": "f", "value": 7}]}}},
        {"held": {"": {"clamps": [{"quantity": "f", "value": "1"}]}}},
        {"held": {"encoder": {"clamps": [{"quantity": "f", "value": 1.0}]}}},
        {"under": {}},
        {"under": [[3, {}], [2, {}]]},
        {"under": [[0, {}]]},
        {"under": [3]},
        {"under": [[1, {"": 3}]]},
        {"under": [[k + 1, {}] for k in range(MAX_CHANGES + 1)]},
    ],
)
def test_nonsense_in_a_saved_run_gets_a_sentence(tmp_path, change):
    file = runs.save(*trained()[:1], tmp_path) / runs.DESCRIPTION_FILE
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(ValueError, match=r"expected a folder written by Unrolled, got .*Choose"):
        runs.load(tmp_path)


def test_what_is_too_much_is_forgotten_from_the_second_change_on():
    log = InterventionLog()
    for k in range(1, MAX_CHANGES + 10):
        log.add(k, {} if k % 2 == 0 else OPEN)
    assert len(log.changes) == MAX_CHANGES
    assert (log.changes[0], log.changes[-1][0]) == ((1, OPEN), MAX_CHANGES + 9)
    assert InterventionLog.from_json(json.loads(json.dumps(log.to_json()))).changes == log.changes
    assert from_json(json.loads(json.dumps(to_json(OPEN)))) == OPEN


def test_the_list_of_runs_and_a_shared_copy_know_it(tmp_path):
    store = Store(tmp_path, "k" * 20)
    store.save("aaaaaaaa", *trained())
    store.save("bbbbbbbb", *trained(2, 3, 1))
    store.save("cccccccc", *trained(2, 0))
    found = {entry.id[0]: (entry.interventions, entry.intervened) for entry in store.entries()}
    assert found == {"a": (OPEN, True), "b": ({}, True), "c": ({}, False)}
    copy, _, entry = open_shared(tmp_path, store.share("aaaaaaaa"))
    assert interventions_of(copy.model) == OPEN
    assert entry.intervened


def test_files_of_numbers_say_it(tmp_path):
    trainer, curves = trained(2, 3, 1)
    look = trainer.look()
    steps = len(look.probe.symbols)
    file = np.load(io.BytesIO(arrays.recording_npz(look.recording, steps, OPEN)))
    assert from_json(json.loads(str(file["interventions"]))) == OPEN
    text = arrays.recording_csv(look.recording, look.probe.symbols, steps, OPEN).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert from_json(json.loads(rows[0]["interventions"])) == OPEN
    assert {row["interventions"] for row in rows[1:]} == {""}
    lines = list(
        csv.DictReader(io.StringIO(arrays.curves_csv(curves, trainer.intervention_log).decode()))
    )
    told = {line["update"]: line["interventions"] for line in lines}
    assert [update for update, text in told.items() if text] == ["3", "6"]
    assert from_json(json.loads(told["3"])) == OPEN
    assert told["6"] == "{}"
    assert arrays.curves_csv(curves, InterventionLog()) == curves.as_csv()
    path = tmp_path / "w.safetensors"
    path.write_bytes(arrays.weights_safetensors(trainer))
    with safe_open(path, "pt") as weights:
        told = json.loads(weights.metadata()["trained_under"])
    assert InterventionLog.from_json(told).changes == trainer.intervention_log.changes


def test_the_script_says_in_its_first_line_that_it_trains_without():
    e = Experiment(**SMALL)
    archive = zipfile.ZipFile(io.BytesIO(script.as_zip(e, 2, 'f = 1, all; """ \n import os')))
    text = archive.read("train.py").decode()
    compile(text, "train.py", "exec")
    assert text.startswith("# The run on the page was trained under an intervention (f = 1, all;")
    assert "import os" not in text.replace("\n# ", " ").split("\n", 1)[1]
    plain = zipfile.ZipFile(io.BytesIO(script.as_zip(e, 2))).read("train.py").decode()
    assert text.endswith(plain)


def test_the_report_says_it():
    told = render_report(*trained(2, 3)).decode()
    assert "Trained under an intervention: from update 3 on: f = 1, all; h = 0, unit 2" in told
    assert "All pictures of the network below are made under it" in told
    gone = render_report(*trained(2, 3, 1)).decode()
    assert "from update 6 on: no intervention" in gone
    assert "The pictures of the network below are made without it." in gone
    assert "intervention" not in render_report(*trained(2, 0)).decode().split("<h2>")[0]
