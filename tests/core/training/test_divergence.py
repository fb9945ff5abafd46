"""A run that diverges: what is said, and the way back."""

import pytest
import torch

from core.training.divergence import SNAPSHOT_UPDATES, Snapshots, suggest_remedy
from core.training.optim import OPTIMIZERS
from core.training.trainer import Experiment, Trainer
from tests.helpers.trainers import SMALL, take

DIVERGING = {
    "cell": "rnn", "activation": "relu", "initialization": "identity", "clipping": "off", "learning_rate": 1000.0,
}  # fmt: skip


class TestDivergence:
    @pytest.mark.parametrize(
        ("task", "optimizer"),
        [
            ("names", "adam"),
            ("load", "adam"),
            ("echo", "sgd"),
            *(("adding", rule) for rule in OPTIMIZERS),
        ],
    )
    def test_ends_with_a_sentence_and_finite_weights(self, task, optimizer):
        trainer = Trainer(Experiment(task, optimizer=optimizer, **{**DIVERGING, **SMALL}))
        updates = take(trainer, 300)
        assert not updates[-1].finite
        assert all(update.finite for update in updates[:-1])
        assert trainer.diverged is not None
        assert trainer.diverged.startswith(
            f"Update {updates[-1].index}: expected finite numbers, got "
        )
        assert "no clipping" in trainer.diverged
        assert "learning rate 1000 is" in trainer.diverged
        assert all(p.isfinite().all() for p in trainer.model.parameters())
        assert trainer.index == updates[-1].index - 1 or trainer.index % SNAPSHOT_UPDATES == 0
        assert list(trainer) == []

    @pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
    def test_rewinding_leads_out(self, optimizer):
        trainer = Trainer(
            Experiment("adding", length=12, optimizer=optimizer, **{**DIVERGING, **SMALL})
        )
        take(trainer, 300)
        back = trainer.rewind()
        assert back.experiment.clipping == "norm"
        assert back.experiment.learning_rate == 0.01
        assert back.index <= trainer.index
        assert all(update.finite for update in take(back, 100))

    def test_goes_back_to_before_it_began(self):
        trainer = Trainer(Experiment("adding", length=12, **SMALL))
        take(trainer, 60)
        good = {
            name: v for name, v in trainer.state_dict().items() if name.startswith("snapshot.50.")
        }
        with torch.no_grad():
            trainer.model.head.bias.fill_(torch.nan)
        update = next(trainer)
        assert not update.finite
        assert update.index == 61
        assert trainer.diverged is not None
        assert "got nan for the loss" in trainer.diverged
        assert all(p.isfinite().all() for p in trainer.model.parameters())
        back = trainer.rewind(clipping="value", clip_at=0.5)
        assert (back.index, back.experiment.clipping, back.experiment.clip_at) == (50, "value", 0.5)
        assert torch.equal(back.model.head.bias, good["snapshot.50.model.head.bias"])
        assert take(back, 1)[0].index == 51

    def test_rewinding_cannot_change_the_network(self):
        with pytest.raises(
            ValueError, match=r"rewind: expected some of clipping, .* got hidden_size"
        ):
            Trainer(Experiment("adding")).rewind(hidden_size=8)

    @pytest.mark.parametrize(
        ("settings", "changes"),
        [
            ({"optimizer": "sgd", "clipping": "off"}, {"clipping": "norm"}),
            ({"optimizer": "sgd"}, {"clipping": "norm", "learning_rate": 0.001}),
            ({"optimizer": "adam", "clipping": "off"}, {"clipping": "norm", "learning_rate": 0.001}),
            ({"optimizer": "sgd", "clipping": "off", "learning_rate": 5.0}, {"clipping": "norm", "learning_rate": 0.01}),
            ({"optimizer": "sgd", "clipping": "off", "clip_at": 1e6}, {"clipping": "norm", "clip_at": 1.0}),
        ],
    )  # fmt: skip
    def test_the_remedy_is_one_that_can_help(self, settings, changes):
        assert suggest_remedy(Experiment("adding", **settings)) == pytest.approx(changes)

    def test_the_gradients_growth_is_reported(self):
        trainer = Trainer(Experiment("adding", length=12, **SMALL))
        take(trainer, 20)
        with torch.no_grad():
            trainer.model.head.weight.mul_(1e6)
        next(trainer)
        with torch.no_grad():
            trainer.model.head.weight.fill_(torch.inf)
        next(trainer)
        assert trainer.diverged is not None
        assert "the gradient exploded: its norm rose from" in trainer.diverged

    def test_snapshots_are_few_and_the_good_one_is_not_too_near(self):
        snapshots = Snapshots()
        for index in (0, 25, 50, 75):
            snapshots.keep(index, {"index": torch.tensor(index)})
        assert list(snapshots.states) == [25, 50, 75]
        assert [int(snapshots.good(i)["index"]) for i in (100, 80, 76, 60, 50, 25)] == [
            75,
            50,
            50,
            50,
            25,
            25,
        ]
