"""Training a page's run without the player: what is kept of it, and where it stops."""

from itertools import islice

import numpy as np

from core.training.trainer import Experiment, Trainer
from dashboard.session.live_run import LiveRun
from tests.helpers.streams import pull

SMALL = Experiment("adding", length=6, hidden_size=4, batch_size=2, clip_at=0.05)


def test_every_update_with_its_numbers():
    live = LiveRun(Trainer(SMALL))
    assert live.train(12, seconds=60) == 12
    index, values = live.curves.updates, live.curves.values
    alone = [(s.loss, s.grad_norm, s.grad_norm_clipped) for s in islice(Trainer(SMALL), 12)]
    assert index.tolist() == list(range(1, 13))
    np.testing.assert_allclose(values, alone, rtol=1e-6)
    assert (values[:, 2] < values[:, 1]).any()


def test_the_player_gets_what_was_trained_elsewhere():
    live = LiveRun(Trainer(SMALL))
    live.train(5, seconds=20)
    assert (live.start, len(live.frames)) == (0, 6)
    pull(live, 6, 2)
    assert live.trainer.index == 8 - 1
    assert len(live.curves) == 7


def test_training_stops_where_the_run_diverges():
    live = LiveRun(
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
    assert len(live.curves) == made
    assert live.diagnose().kind == "diverged"
    assert np.isfinite(live.curves.values).all()
