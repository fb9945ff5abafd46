"""Training: against a plain torch loop, repeatable to the bit, undisturbed by who watches."""

import math
from typing import ClassVar

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.tasks import TASKS
from core.tasks.base import Batch, Task
from core.training.clipping import clip_gradient, norm_of
from core.training.optim import OPTIMIZERS
from core.training.trainer import Experiment, Trainer
from tests.helpers.torch_optimizers import TORCH_OPTIMIZERS
from tests.helpers.trainers import SMALL, numbers, same, take, weights


class TestAgainstTorch:
    @pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
    @pytest.mark.parametrize("clipping", ["off", "norm", "value"])
    def test_the_same_losses_as_a_plain_loop(self, optimizer, clipping):
        """torch.nn.GRU, a linear head, torch's optimizer and clipping, on the same batches."""
        experiment = Experiment(
            "adding", length=9, optimizer=optimizer, clipping=clipping, clip_at=0.05, **SMALL
        )
        trainer = Trainer(experiment)
        gru, head = nn.GRU(2, 6), nn.Linear(6, 1)
        gru.load_state_dict(trainer.model.recurrent.state_dict())
        head.load_state_dict(trainer.model.head.state_dict())
        both = [*gru.parameters(), *head.parameters()]
        rate = experiment.learning_rate
        rule = TORCH_OPTIMIZERS[optimizer](both, rate)
        data = torch.Generator()
        data.set_state(trainer._data.get_state())
        for update in take(trainer, 12):
            batch = trainer.task.sample(data, 4)
            loss = F.mse_loss(head(gru(batch.x)[0][-1]), batch.y)
            rule.zero_grad()
            loss.backward()
            norm = math.sqrt(sum(p.grad.square().sum().item() for p in both if p.grad is not None))
            if clipping == "norm":
                nn.utils.clip_grad_norm_(both, 0.05)
            if clipping == "value":
                nn.utils.clip_grad_value_(both, 0.05)
            clipped = math.sqrt(
                sum(p.grad.square().sum().item() for p in both if p.grad is not None)
            )
            rule.step()
            assert update.loss == pytest.approx(loss.item(), rel=2e-4)
            assert update.grad_norm == pytest.approx(norm, rel=2e-3)
            assert update.grad_norm_clipped == pytest.approx(clipped, rel=2e-3)
            assert update.learning_rate == rate

    def test_the_recorded_gradients_of_the_probe_are_autograds(self):
        trainer = Trainer(Experiment("names", **SMALL), probe="Rossi, Italian")
        before = [p.detach().clone() for p in trainer.model.parameters()]
        update = next(trainer)
        gru, head = nn.GRU(26, 6), nn.Linear(6, 10)
        for p, value in zip([*gru.parameters(), *head.parameters()], before, strict=True):
            p.data.copy_(value)
        x = F.one_hot(update.look.probe.batch.x, 26).float()
        states, h = [], torch.zeros(1, 1, 6)
        for x_t in x:
            h = gru(x_t[None], h)[1]
            h.retain_grad()
            states.append(h)
        F.cross_entropy(head(h[0]), torch.tensor([trainer.task.labels.index("Italian")])).backward()
        recorded = update.recording["h"]
        for t, state in enumerate(states):
            assert torch.allclose(torch.tensor(recorded.values[t]), state[0], atol=1e-6)
            assert torch.allclose(torch.tensor(recorded.grads[t]), state.grad[0], atol=1e-6)
        shown = head(torch.cat(states)).softmax(-1)
        assert torch.allclose(torch.tensor(update.probe_output), shown, atol=1e-6)

    def test_the_metric_of_a_batch(self):
        trainer = Trainer(Experiment("text", length=8, **SMALL))
        update = next(trainer)
        assert update.metrics["perplexity"] == pytest.approx(math.exp(update.loss))


VARIANTS = [
    {},
    {"cell": "lstm", "num_layers": 2, "dropout": 0.4},
    {"bidirectional": True, "cell": "rnn", "optimizer": "momentum"},
    {"task": "text", "embedding": 3, "length": 12, "dropout": 0.2},
    {"task": "adding", "length": 12, "clipping": "value", "optimizer": "rmsprop", "bidirectional": True},
    {"task": "adding", "length": 12, "cell": "lstm", "peephole": True},
]  # fmt: skip


@pytest.fixture(params=VARIANTS, ids=str)
def experiment(request) -> Experiment:
    return Experiment(**{**SMALL, **request.param})


class TestRepeatable:
    def test_one_seed_one_run(self, experiment):
        first, again = Trainer(experiment), Trainer(experiment)
        torch.manual_seed(99)  # the global generator has no part in it
        for a in take(first, 6):
            torch.rand(3)
            assert numbers(a) == numbers(next(again))
        assert same(weights(first), weights(again))
        other = Trainer(experiment.but(seed=2))
        assert next(other).loss != next(Trainer(experiment)).loss

    def test_the_global_generator_is_left_alone(self, experiment):
        before = torch.get_rng_state()
        trainer = Trainer(experiment)
        take(trainer, 2)
        trainer.evaluate()
        trainer.look()
        assert torch.equal(before, torch.get_rng_state())

    @pytest.mark.parametrize("task", list(TASKS))
    def test_every_cell_sees_the_same_batches(self, task):
        states = []
        for cell in ("rnn", "lstm"):
            trainer = Trainer(Experiment(task, cell=cell, **SMALL))
            take(trainer, 3)
            states.append(trainer._data.get_state())
        assert torch.equal(*states)

    def test_weights_data_and_dropout_have_sequences_of_their_own(self):
        trainer = Trainer(Experiment("adding", **SMALL))
        assert not torch.equal(trainer._data.get_state(), trainer._dropout.state)

    def test_goes_on_from_a_state(self, experiment):
        trainer = Trainer(experiment)
        take(trainer, 4)
        state = trainer.state_dict()
        other = Trainer(experiment)
        take(other, 1)
        other.load_state_dict(state)
        for update in take(trainer, 5):
            assert numbers(update) == numbers(next(other))
        assert same(weights(trainer), weights(other))

    def test_a_state_is_a_copy(self, experiment):
        trainer = Trainer(experiment)
        take(trainer, 2)
        state = trainer.state_dict()
        kept = {name: value.clone() for name, value in state.items()}
        take(trainer, 2)
        assert all(torch.equal(value, kept[name]) for name, value in state.items())

    def test_a_state_of_another_network_is_refused(self):
        state = Trainer(Experiment("adding", **SMALL)).state_dict()
        bigger = Trainer(Experiment("adding", hidden_size=7))
        before = weights(bigger)
        with pytest.raises(
            ValueError,
            match=r"state: expected model\.recurrent\.weight_ih_l0 as torch.float32 of shape \[21, 2\]",
        ):
            bigger.load_state_dict(state)
        assert same(before, weights(bigger))


class TestProbe:
    PROBES: ClassVar = {
        "names": ["Li", "Papadopoulos", "Schwarzenegger", None],
        "text": ["a", "the cat sat.", "abcdefghijkl"],
        "adding": ["1* 1*", "0* 0 0 0 0 1*", None],
    }

    def test_who_watches_changes_not_one_bit(self, experiment):
        probes = self.PROBES[experiment.task]
        alone, watched = Trainer(experiment), Trainer(experiment, probe=probes[0])
        for number in range(9):
            update = next(alone)
            watched.set_probe(probes[number % len(probes)])
            seen = next(watched)
            assert (update.loss, update.grad_norm) == (seen.loss, seen.grad_norm)
            watched.look()
            assert same(weights(alone), weights(watched))

    def test_even_a_sequence_that_explodes(self):
        """A probe that overflows (0 * inf) must not reach the weights."""
        settings = {"cell": "rnn", "activation": "relu", "bias": False, "length": 400, **SMALL}
        alone, watched = (
            Trainer(Experiment("adding", learning_rate=1e-8, **settings)) for _ in range(2)
        )
        for trainer in (alone, watched):
            with torch.no_grad():
                trainer.model.recurrent.weight_hh_l0.copy_(0.05 * torch.ones(6, 6))
        x = torch.zeros(400, 1, 2)
        x[:, :, 0] = 3e38
        object.__setattr__(watched.probe.batch, "x", x.clone())
        for _ in range(3):
            a, b = next(alone), next(watched)
            assert (a.loss, a.grad_norm, a.finite) == (b.loss, b.grad_norm, True)
            assert not math.isfinite(b.look.loss)
        assert same(weights(alone), weights(watched))
        watched.task.__dict__.pop("held_out")  # the probe shared it with the task

    def test_a_bad_one_is_refused_and_the_old_one_stays(self):
        trainer = Trainer(Experiment("names", **SMALL), probe="Rossi")
        with pytest.raises(ValueError, match="letters a to z"):
            trainer.set_probe("R2D2")
        assert next(trainer).symbols == tuple("rossi")
        with pytest.raises(ValueError, match="letters a to z"):
            Trainer(Experiment("names"), probe="<script>")

    def test_a_new_one_is_shown_from_the_next_update(self):
        trainer = Trainer(Experiment("names", **SMALL), probe="Rossi")
        next(trainer)
        trainer.set_probe("Li")
        update = next(trainer)
        assert update.symbols == ("l", "i")
        assert update.probe_output.shape == (2, 1, 10)
        assert update.probe_output.sum(-1) == pytest.approx(1.0)
        assert update.recording.B == 1
        assert update.recording.lengths.tolist() == [2]
        assert (update.recording["h"].grads[2:] == 0).all()

    def test_looking_makes_no_update(self, experiment):
        trainer = Trainer(experiment)
        update = next(trainer)
        before = weights(trainer)
        look = trainer.look()
        assert same(before, weights(trainer))
        assert look.probe is update.look.probe
        ahead = next(trainer).look  # the same weights read the same probe
        assert ahead.loss == pytest.approx(look.loss, rel=1e-5)
        L = len(look.probe.symbols)
        assert look.recording["h"].values[:L] == pytest.approx(
            ahead.recording["h"].values[:L], abs=1e-6
        )
        assert look.recording["h"].grads[:L] == pytest.approx(
            ahead.recording["h"].grads[:L], abs=1e-6
        )

    def test_padding(self):
        batch = Batch(torch.ones(3, 2, 4), torch.zeros(2))
        x, lengths = Task.join(None, batch, Batch(torch.ones(5, 1, 4), torch.zeros(1)))
        assert x.shape == (5, 3, 4)
        assert lengths is not None
        assert lengths.tolist() == [3, 3, 5]
        assert x[:, :, 0].sum(0).tolist() == [3, 3, 5]
        x, lengths = Task.join(
            None, Batch(torch.ones(3, 2).long(), batch.y), Batch(torch.ones(2, 1).long(), batch.y)
        )
        assert lengths is not None
        assert lengths.tolist() == [3, 3, 2]
        assert Task.join(None, batch, batch)[1] is None


class TestEvaluation:
    def test_comes_after_a_fixed_number_of_updates(self):
        trainer = Trainer(Experiment("adding", length=4, **SMALL))
        updates = take(trainer, 2 * trainer.evaluate_every)
        found = [update.evaluation.index for update in updates if update.evaluation]
        every = trainer.evaluate_every
        assert found == [1, every // 8, every // 4, every // 2, every, 2 * every]
        assert trainer.evaluate_every % 50 == 0

    def test_changes_nothing(self, experiment):
        alone, judged = Trainer(experiment), Trainer(experiment)
        for _ in range(4):
            update = next(alone)
            first, again = judged.evaluate(), judged.evaluate()
            assert first == again
            assert numbers(update) == numbers(next(judged))
        assert same(weights(alone), weights(judged))
        assert judged.model.training
        assert judged.model.recurrent.record == "full"

    def test_is_what_the_model_says_of_the_held_out(self, experiment):
        trainer = Trainer(experiment)
        take(trainer, 2)
        evaluation = trainer.evaluate()
        trainer.model.eval()
        for batch, found in (
            (trainer.task.held_out, evaluation.held_out),
            (trainer.task.train_eval, evaluation.train),
        ):
            expected = trainer.task.metrics(trainer.model(batch.x, batch.lengths).detach(), batch)
            assert found == pytest.approx(expected, rel=1e-4)

    def test_in_parts_is_the_same_as_at_once(self, monkeypatch):
        trainer = Trainer(Experiment("names", **SMALL))
        whole = trainer.evaluate()
        monkeypatch.setattr("core.training.memory_budget.CHUNK_BYTES", 2**17)
        parts = trainer.evaluate()
        assert parts.held_out == pytest.approx(whole.held_out, rel=1e-5)


class TestClipping:
    def test_the_norm_is_of_all_numbers_together(self):
        assert norm_of(torch.tensor([3.0, -4.0])) == 5
        assert math.isnan(norm_of(torch.tensor([3.0, math.nan])))
        assert norm_of(torch.tensor([3.0, -math.inf])) == math.inf

    @pytest.mark.parametrize(
        ("how", "at", "expected"),
        [
            ("off", 1, [3, -4]),
            ("norm", 1, [0.6, -0.8]),
            ("norm", 10, [3, -4]),
            ("value", 3.5, [3, -3.5]),
        ],
    )
    def test_clips(self, how, at, expected):
        gradient = torch.tensor([3.0, -4.0])
        after = clip_gradient(gradient, 5.0, how, at)
        assert gradient.tolist() == pytest.approx(expected)
        assert after == pytest.approx(math.hypot(*expected))


def test_one_thread():
    torch.set_num_threads(2)
    Trainer(Experiment("adding", **SMALL))
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize("task", ["text", "words"])
def test_how_the_panel_is_drawn_can_be_chosen_and_changes_no_bit_of_the_run(task):
    plain, chosen = (Trainer(Experiment(task, hidden_size=8)) for _ in range(2))
    chosen.panel_options = {"temperature": 0.0, "top_k": 3}
    for one, two, _ in zip(plain, chosen, range(8), strict=False):
        assert (one.loss, one.grad_norm) == (two.loss, two.grad_norm)
    sample = chosen.evaluate().panel_data
    assert (sample.temperature, sample.top_k) == (0.0, 3)
    assert sample.text == chosen.evaluate().panel_data.text
    chosen.panel_options = {"temperature": 2.0}
    hot = chosen.evaluate().panel_data
    assert hot.text != sample.text
    assert (hot.temperature, hot.top_k) == (2.0, 0)
    assert plain.evaluate().panel_data.temperature == 0.7
