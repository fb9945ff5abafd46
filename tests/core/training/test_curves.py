"""The numbers of a run: whole while short, thinned when long, the same out of a file."""

import csv
import io

import numpy as np
import pytest
import torch

from core.training import curves as module
from core.training.curves import Curves
from core.training.events import Evaluation, Update
from core.training.trainer import Experiment, Trainer


def update(index: int, judged: bool = False, finite: bool = True) -> Update:
    evaluation = Evaluation(index, {"a": index / 10}, {"a": index / 20}, None) if judged else None
    return Update(index, 1 / index, {}, 2.0 * index, 1.0, 0.1, None, finite, evaluation)  # type: ignore[arg-type]


def test_it_keeps_what_a_run_tells_and_a_file_gives_it_back():
    trainer, kept = Trainer(Experiment(hidden_size=4, batch_size=2)), Curves()
    updates = [next(trainer) for _ in range(30)]
    for each in updates:
        kept.add(each)
    assert kept.updates.tolist() == list(range(1, 31))
    np.testing.assert_array_equal(
        kept.values[:, 0], np.array([s.loss for s in updates], dtype=np.float32)
    )
    again = Curves.from_state(kept.state_dict(), kept.metrics)
    assert again.as_csv() == kept.as_csv()
    rows = list(csv.DictReader(io.StringIO(kept.as_csv().decode())))
    assert float(rows[6]["grad_norm"]) == pytest.approx(updates[6].grad_norm, rel=1e-6)
    assert float(rows[0]["held-out loss"]) == updates[0].evaluation.held_out["loss"]  # type: ignore[union-attr]


def test_a_long_run_is_thinned_evenly(monkeypatch):
    monkeypatch.setattr(module, "MAX_UPDATES", 100)
    monkeypatch.setattr(module, "MAX_EVALUATIONS", 20)
    kept = Curves()
    for k in range(1, 1001):
        kept.add(update(k, judged=k % 10 == 0))
        assert len(kept) <= 100
        assert len(kept.evaluations) <= 20
    gaps = set(np.diff(kept.updates).tolist())
    assert len(gaps) == 1
    assert kept.updates[-1] > 980
    assert max(kept.evaluations) == 1000
    again = Curves.from_state(kept.state_dict(), kept.metrics)
    for each in (kept, again):
        each.add(update(1001))
        assert each.updates[-1] == kept.updates[-1] < 1001


def test_what_is_not_finite_is_left_out_and_a_rewound_run_forgets():
    kept = Curves()
    for k in range(1, 11):
        kept.add(update(k, judged=k % 2 == 0))
    kept.add(update(11, finite=False))
    assert kept.updates[-1] == 10
    kept.cut(5)
    assert kept.updates.tolist() == [1, 2, 3, 4, 5]
    assert list(kept.evaluations) == [2, 4]


@pytest.mark.parametrize("name", ["updates", "values", "judged", "metrics", "every"])
def test_a_broken_file_is_refused(name):
    kept = Curves()
    kept.add(update(1, judged=True))
    state = kept.state_dict()
    with pytest.raises(ValueError, match=r"curves|shapes|updates"):
        Curves.from_state({k: v for k, v in state.items() if k != name}, kept.metrics)
    if name != "every":
        with pytest.raises(ValueError, match=r"curves|shapes|updates"):
            Curves.from_state(state | {name: torch.zeros(7, 9)}, kept.metrics)
