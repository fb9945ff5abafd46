"""What is kept of every update: exact while there is room, thinned evenly when there is none."""

import numpy as np

from core.training import Experiment, Trainer
from dashboard import numbers
from dashboard.live import Live
from dashboard.numbers import Numbers
from tests.test_diagnosis import step

SMALL = Experiment("adding", length=6, hidden_size=4, batch_size=2, clip_at=0.05)


def test_every_update_with_its_numbers():
    live = Live(Trainer(SMALL))
    assert live.train(12, seconds=20) == 12
    index, values = live.numbers.arrays()
    told = [(s.index, s.loss, s.grad_norm, s.grad_norm_clipped) for s in live.latest]
    assert index.tolist() == [k for k, *_ in told] == list(range(1, 13))
    np.testing.assert_allclose(values, [row[1:] for row in told], rtol=1e-6)
    assert live.numbers.updates == 12
    assert live.numbers.clipped == sum(row[3] < row[2] for row in told) > 0


def test_the_player_gets_what_was_trained_elsewhere():
    live = Live(Trainer(SMALL))
    live.train(5, seconds=20)
    assert (live.start, len(live.frames)) == (0, 6)
    live.answer(have=6, n=2, every=1)
    assert live.trainer.index == 8 - 1
    assert live.numbers.updates == 7


def test_thinned_when_full(monkeypatch):
    monkeypatch.setattr(numbers, "MOST", 10)
    kept = Numbers()
    for k in range(1, 100):
        kept.add(step(index=k, norm=float(k)))
    index, values = kept.arrays()
    assert len(index) <= 10
    assert len(set(np.diff(index).tolist())) == 1
    assert values[:, 1].tolist() == index.tolist()
    assert kept.updates == 99


def test_training_stops_where_the_run_diverges():
    live = Live(
        Trainer(
            SMALL.but(cell="rnn", activation="identity", optimizer="sgd").but(
                learning_rate=1e5, clipping="off"
            )
        )
    )
    made = live.train(500, seconds=20)
    assert made < 500
    assert live.trainer.diverged
    assert live.train(5) == 0
    assert live.numbers.updates == made
    assert live.diagnosis().kind == "diverged"
    assert np.isfinite(live.numbers.arrays()[1]).all()
