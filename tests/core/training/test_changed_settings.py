"""A run that goes on with other settings: as if it had been loaded with them, and it remembers the former ones."""

import pytest
import torch

from core.io import runs
from core.training.experiment import Experiment
from core.training.settings_log import CHANGEABLE, find_changes, log_until, settings_in_words
from core.training.trainer import Trainer
from tests.helpers.trainers import numbers, same, take, weights

E = Experiment(
    **{"task": "adding", "length": 6, "cell": "rnn", "hidden_size": 4, "batch_size": 4},
    **{"learning_rate": 0.01, "clipping": "norm", "clip_at": 0.01},
)
CHANGES = {
    "clipping": "off",
    "clip_at": 0.5,
    "learning_rate": 0.1,
    "truncate": 2,
    "dropout": 0.5,
    "omega": 10.0,
}


def trained(updates: int = 3) -> Trainer:
    trainer = Trainer(E)
    take(trainer, updates)
    return trainer


def test_every_setting_that_can_change_is_tried_here():
    assert set(CHANGES) == set(CHANGEABLE)


@pytest.mark.parametrize("name", CHANGEABLE)
def test_it_goes_on_as_if_it_had_been_loaded_with_the_setting(name):
    change = {name: CHANGES[name]}
    trainer, loaded, unchanged = trained(), Trainer(E.but(**change)), trained()
    loaded.load_state_dict(trainer.state_dict())
    trainer.change_settings(**change)
    assert trainer.experiment == loaded.experiment
    for mine, wanted in zip(take(trainer, 3), take(loaded, 3), strict=True):
        assert numbers(mine) == numbers(wanted)
    take(unchanged, 3)
    assert same(weights(trainer), weights(loaded))
    assert not same(weights(trainer), weights(unchanged))


@pytest.mark.parametrize("cell", ["rnn", "lstm"])
def test_dropout_changes_in_every_layer_and_in_both_networks(cell):
    e = Experiment(task="translate", cell=cell, hidden_size=4, num_layers=2, batch_size=4)
    trainer, loaded = Trainer(e), Trainer(e.but(dropout=0.5, truncate=3))
    trainer.change_settings(dropout=0.5, truncate=3)
    assert [u.loss for u in take(trainer, 3)] == [u.loss for u in take(loaded, 3)]


def test_the_log_is_a_recipe_that_repeats_the_run():
    trainer = trained()
    trainer.change_settings(learning_rate=0.1)
    take(trainer, 2)
    trainer.change_settings(clipping="off", dropout=0.5)
    take(trainer, 2)
    again = None
    ends = [
        *trainer.settings_log,
        (trainer.index, {n: getattr(trainer.experiment, n) for n in CHANGEABLE}),
    ]
    assert [last for last, _settings in ends] == [3, 5, 7]
    for last, settings in ends:
        if again is None:
            again = Trainer(trainer.experiment.but(**settings))
        again.change_settings(**settings)
        take(again, last - again.index)
    assert again is not None
    assert same(weights(again), weights(trainer))
    assert again.settings_log == trainer.settings_log


def test_a_saved_run_goes_on_with_the_last_settings_and_knows_the_first(tmp_path):
    trainer = trained()
    trainer.change_settings(learning_rate=0.1, truncate=2)
    take(trainer, 2)
    runs.save(trainer, tmp_path)
    loaded = runs.load(tmp_path)
    assert loaded.settings_log == trainer.settings_log
    assert settings_in_words(loaded.settings_log, loaded.experiment) == (
        "updates 1 to 3 with learning_rate 0.01, truncate 0"
    )
    assert numbers(take(loaded, 1)[0]) == numbers(take(trainer, 1)[0])


def test_what_no_update_was_made_with_is_not_remembered():
    trainer = Trainer(E)
    trainer.change_settings(learning_rate=0.1)
    assert trainer.settings_log == (), "there was no update yet"
    take(trainer, 2)
    trainer.change_settings(learning_rate=0.2)
    trainer.change_settings(learning_rate=0.1)
    assert trainer.settings_log == (), "it is as it was"
    trainer.change_settings(learning_rate=0.2)
    trainer.change_settings(learning_rate=0.3)
    assert [(last, s["learning_rate"]) for last, s in trainer.settings_log] == [(2, 0.1)]


def test_going_back_forgets_the_settings_of_the_updates_that_are_undone():
    trainer = trained(30)
    trainer.change_settings(learning_rate=0.1)
    take(trainer, 25)
    trainer.change_settings(learning_rate=0.2)
    take(trainer, 3)
    with torch.no_grad():
        trainer.model.head.bias.fill_(torch.nan)
    list(trainer)
    back = trainer.rewind(learning_rate=0.3)
    assert back.index == 25
    assert [(last, s["learning_rate"]) for last, s in back.settings_log] == [(25, 0.01)]


@pytest.mark.parametrize(
    ("index", "entries"),
    [(0, []), (20, [(20, "a")]), (30, [(30, "a")]), (35, [(30, "a"), (35, "b")])],
)
def test_a_log_is_cut_inside_of_an_entry_too(index, entries):
    log = tuple((last, {"clipping": name}) for last, name in ((30, "a"), (40, "b")))
    assert log_until(log, index) == tuple((last, {"clipping": name}) for last, name in entries)
    assert log_until(log, 50) == log


@pytest.mark.parametrize(
    "change", [{"hidden_size": 5}, {"seed": 2}, {"optimizer": "sgd"}, {"batch_size": 5}]
)
def test_another_network_or_other_batches_need_another_run(change):
    trainer = trained()
    assert find_changes(E, E.but(**change)) is None
    with pytest.raises(ValueError, match="change_settings: expected some of clipping"):
        trainer.change_settings(**change)
    assert trainer.experiment == E
    with pytest.raises(ValueError, match="dropout: expected"):
        trainer.change_settings(learning_rate=0.5, dropout=2.0)
    assert trainer.experiment == E


def test_another_task_or_cell_is_never_a_mere_change():
    assert find_changes(E, E.but(cell="gru")) is None
    assert find_changes(E, Experiment("copy")) is None
    assert find_changes(E, E) == {}
    assert find_changes(E, E.but(omega=1.0)) == {"omega": 1.0}
