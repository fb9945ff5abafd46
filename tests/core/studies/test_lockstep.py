"""Side by side, each experiment trains as if it were alone, to the last bit."""

import itertools
from typing import Any

import numpy as np
import pytest
import torch

from core.studies.lockstep import Lockstep, SharedSample
from core.tasks import TASKS
from core.tasks.base import Task
from core.training.trainer import Experiment, Trainer, Update

SMALL: dict[str, Any] = {"hidden_size": 6, "batch_size": 4}
# Every cell, every option of each, and everything else that touches randomness or memory.
VARIANTS: list[dict[str, Any]] = [
    *({"cell": "rnn", "activation": a} for a in ("tanh", "relu", "sigmoid", "identity")),
    *({"cell": "lstm", "peephole": p, "forget_bias": b} for p in (False, True) for b in (None, 1)),
    {"cell": "lstm", "activation": "relu"},
    {"cell": "lstm", "activation": "identity", "peephole": True},
    *({"cell": "gru", "reset": r} for r in ("after", "before", "none")),
    {"cell": "gru", "dropout": 0.4, "num_layers": 2},
    {"cell": "lstm", "dropout": 0.4, "optimizer": "sgd", "clipping": "off", "hidden_size": 9},
    {"cell": "gru", "optimizer": "rmsprop", "clipping": "value", "initialization": "orthogonal"},
]


def facts(update: Update) -> tuple:
    evaluation = update.evaluation
    return (
        *(
            update.index,
            update.loss,
            update.grad_norm,
            update.grad_norm_clipped,
            update.metrics,
            update.finite,
        ),
        evaluation and (evaluation.train, evaluation.held_out, evaluation.panel_data),
    )


def same_run(updates: list[Update], trainer: Trainer, alone: list[Update], single: Trainer) -> None:
    assert [repr(facts(s)) for s in updates] == [repr(facts(s)) for s in alone]  # NaN is not itself
    for update, other in zip(updates, alone, strict=True):
        np.testing.assert_array_equal(update.probe_output, other.probe_output)
        for key in update.recording.layers:
            for name in update.recording.names:
                mine, yours = update.recording[key][name], other.recording[key][name]
                np.testing.assert_array_equal(mine.values, yours.values, err_msg=name)
                np.testing.assert_array_equal(mine.grads, yours.grads, err_msg=name)
    state, expected = trainer.state_dict(), single.state_dict()
    assert state.keys() == expected.keys()
    for name, value in state.items():
        assert torch.equal(value, expected[name]), name


def compare(experiments: list[Experiment], updates: int, seeds: int = 1) -> Lockstep:
    lockstep = Lockstep(experiments, seeds)
    rounds = list(itertools.islice(lockstep, updates))
    for column, e in enumerate(experiments):
        for k in range(seeds):
            single = Trainer(e.but(seed=e.seed + k))
            alone = list(itertools.islice(single, updates))
            mine = [r.updates[column][k] for r in rounds]
            together = [update for update in mine if update is not None]
            assert all(update is None for update in mine[len(together) :])
            assert [r.index for r in rounds] == list(range(1, len(rounds) + 1))
            same_run(together, lockstep.trainers[column][k], alone, single)
    return lockstep


@pytest.mark.parametrize("variants", [VARIANTS[k : k + 3] for k in range(0, len(VARIANTS), 3)])
@pytest.mark.parametrize("task", ["names", "adding"])
def test_every_cell_and_option_runs_as_if_alone(task, variants):
    options = {"length": 7} if task == "adding" else {}
    compare([Experiment(task, **{**SMALL, **options, **v}) for v in variants], 8)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_runs_as_if_alone(task):
    compare([Experiment(task, cell=cell, **SMALL) for cell in ("rnn", "lstm")], 3)


@pytest.mark.long
def test_several_seeds_and_an_evaluation_on_the_way():
    experiments = [Experiment("adding", cell=c, length=5, **SMALL) for c in ("gru", "rnn")]
    every = Trainer(experiments[0]).evaluate_every
    compare(experiments, every + 1, seeds=2)


def test_the_others_go_on_bit_for_bit_after_one_has_diverged():
    wild = {"activation": "relu", "optimizer": "sgd", "learning_rate": 1000, "clipping": "off"}
    experiments = [
        Experiment("adding", cell="lstm", length=9, **SMALL),
        Experiment("adding", cell="rnn", length=9, initialization="identity", **wild, **SMALL),
        Experiment("adding", cell="gru", length=9, **SMALL),
    ]
    lockstep = compare(experiments, 40)
    lost = lockstep.trainers[1][0]
    assert lost.diverged
    assert lost.index < 30, "it diverged too late to tell"
    assert [t.index for (t,) in lockstep.trainers] == [40, lost.index, 40]
    assert lockstep.index == 40


def test_it_ends_when_all_have_diverged():
    wild = Experiment(
        **{"task": "adding", "cell": "rnn", "activation": "relu", "initialization": "identity"},
        **{"optimizer": "sgd", "learning_rate": 1000, "clipping": "off", "length": 9, **SMALL},
    )
    rounds = list(Lockstep([wild, wild.but(learning_rate=2000)]))
    assert 0 < len(rounds) < 100
    assert any(update and not update.finite for (update,) in rounds[-1].updates)


def test_equal_batches_are_drawn_once():
    experiments = [Experiment("adding", cell=c, **SMALL) for c in ("rnn", "lstm", "gru")]
    lockstep = Lockstep(experiments, seeds=2)
    list(itertools.islice(lockstep, 10))
    shares = {trainer.draw for trainers in lockstep.trainers for trainer in trainers}
    assert len(shares) == 2, "one for each seed"
    assert [share.drawn for share in shares if isinstance(share, SharedSample)] == [10, 10]


def test_a_generator_that_stands_elsewhere_draws_for_itself():
    task: Task = Experiment("adding", length=5).make_task()
    share = SharedSample(task)
    first, second = torch.Generator().manual_seed(1), torch.Generator().manual_seed(1)
    for where, size in (("here", 4), ("ahead", 4), ("here", 3)):
        if where == "ahead":
            task.sample(first, 4)
            task.sample(second, 4)
            share(torch.Generator().manual_seed(7), 4, 0)
        got, expected = share(first, size, 0), task.sample(second, size)
        assert torch.equal(got.x, expected.x)
        assert torch.equal(first.get_state(), second.get_state())
    assert share.drawn == 4
    for number, (size, update) in enumerate([(4, 0), (3, 0), (3, 1), (3, 1)]):
        got = share(torch.Generator().manual_seed(7), size, update)
        assert size == got.B, "a batch of another size was given"
        assert share.drawn == 5 + min(number, 2), "sequences may grow harder with the updates"


@pytest.mark.parametrize(
    ("other", "named"),
    [
        ({"seed": 2}, "one seed"),
        ({"batch_size": 5}, "one batch_size"),
        ({"length": 6}, "one length"),
    ],
)
def test_experiments_that_cannot_share_data_are_refused(other, named):
    one = Experiment("adding", cell="rnn", length=5, batch_size=4)
    with pytest.raises(ValueError, match=named):
        Lockstep([one, one.but(cell="gru", **other)])
    with pytest.raises(ValueError, match="one task for all"):
        Lockstep([one, Experiment("names", batch_size=4)])


def test_all_watch_the_sequence_that_was_typed():
    lockstep = Lockstep([Experiment(cell=c, **SMALL) for c in ("rnn", "lstm")], probe="Rossi")
    (first,), (second,) = next(lockstep).updates
    assert first is not None
    assert second is not None
    assert first.symbols == second.symbols == tuple("rossi")
    lockstep.set_probe("Tanaka")
    assert all(update and update.symbols == tuple("tanaka") for (update,) in next(lockstep).updates)
    with pytest.raises(ValueError, match="expected"):
        lockstep.set_probe("7!?")
    assert next(lockstep).updates[0][0].symbols == tuple("tanaka")  # type: ignore[union-attr]
