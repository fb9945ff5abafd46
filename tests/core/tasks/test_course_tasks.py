"""The systems of the course notes: their data is what they say, and nothing peeks at the answer."""

import itertools
import math
import urllib.error

import pytest
import torch

from core.layers.sequence_model import SequenceModel
from core.tasks import TASKS
from core.tasks.digits import Digits
from core.tasks.echo import Echo
from core.tasks.melody import CHANCES, MOVES, NOTES, SCALES, SYMBOLS, Melody
from core.tasks.names import Names
from core.tasks.subtraction import Subtraction
from core.training.trainer import Experiment, Trainer
from tests.helpers.tasks import SENTENCE, generator


class TestEcho:
    @pytest.mark.parametrize("delay", [1, 7])
    def test_the_answer_came_in_so_many_steps_ago(self, delay):
        task = Echo(delay=delay)
        for batch in (task.sample(generator(), 5), task.held_out):
            assert delay + 1 == batch.T
            assert torch.equal(batch.y, batch.x[0])
        x = task.held_out.x[:, :, 0]
        assert torch.equal(x[1:, :-1], x[:-1, 1:]), "the windows do not follow each other"

    def test_r2_is_one_minus_error_over_variance(self):
        task = Echo()
        y = task.held_out.y
        assert task.metrics(y, task.held_out)["R2"] == 1
        mean = y.mean().expand_as(y)
        assert task.metrics(mean, task.held_out)["R2"] == pytest.approx(0, abs=1e-6)
        error = task.metrics(mean, task.held_out)["mse"]
        assert task.baselines["always the mean"]["mse"] == pytest.approx(error)
        assert error == pytest.approx(1 / 12, rel=0.2)


def whole(bits: torch.Tensor) -> list[int]:
    """[bits, B] lowest first -> numbers."""
    return (bits.long() * 2 ** torch.arange(len(bits))[:, None]).sum(0).tolist()


class TestSubtraction:
    @pytest.mark.parametrize("bits", [3, 4, 8])
    def test_all_pairs_are_there_and_right(self, bits):
        task = Subtraction(bits=bits)
        x, y = task.held_out.x, task.held_out.y
        a, b, d = whole(x[:, :, 0]), whole(x[:, :, 1]), whole(y[:, :, 0])
        assert [p - q for p, q in zip(a, b, strict=True)] == d
        n = 2**bits
        if n * (n + 1) // 2 <= 4000:
            assert sorted(zip(a, b, strict=True)) == [
                (p, q) for p in range(n) for q in range(p + 1)
            ]

    def test_the_borrow_is_the_one_on_paper(self):
        task = Subtraction(bits=6)
        batch = task.held_out
        borrow = task.borrow(batch)
        a, b = whole(batch.x[:, :, 0]), whole(batch.x[:, :, 1])
        for k in range(6):  # one is borrowed where the lower places of b are the larger number
            low = 2 ** (k + 1)
            expected = [float(q % low > p % low) for p, q in zip(a, b, strict=True)]
            assert borrow[k].tolist() == expected
        assert not borrow[-1].any()

    def test_whole_counts_pairs_without_a_wrong_bit(self):
        task = Subtraction()
        output = 20 * task.held_out.y - 10
        assert task.metrics(output, task.held_out)["exact"] == 1
        output[2, 0] *= -1
        output[3, 0] *= -1
        output[0, 7] *= -1
        found = task.metrics(output, task.held_out)
        assert found["exact"] == pytest.approx(134 / 136)
        assert found["accuracy"] == pytest.approx(1 - 3 / 544)

    def test_unseen_pairs_are_not_trained_on(self):
        task = Subtraction(unseen=True)
        seen, unseen = (
            set(zip(whole(b.x[:, :, 0]), whole(b.x[:, :, 1]), strict=True)) for b in task._parts
        )
        assert not seen & unseen
        assert len(seen | unseen) == 136

    def test_the_unit_that_carries_the_borrow_is_found(self):
        task = Subtraction()

        class Network:  # unit 1 is the borrow itself, unit 0 its opposite with noise, unit 2 nothing
            def states(self, x):
                borrow = task.borrow(task.held_out)
                noise = torch.randn(borrow.shape, generator=generator())
                return torch.stack([noise - borrow, 3 * borrow + 1, torch.ones_like(borrow)], 2)

        found = task.panel_data(Network(), 20 * task.held_out.y - 10, task.held_out, 0).correlations
        assert found[1] == pytest.approx(1)
        assert -0.6 < found[0] < -0.2
        assert found[2] == 0

    @pytest.mark.parametrize("text", ["3 - 9", "16 - 1", "x - 1", "5", "1 - 2 - 3"])
    def test_a_bad_probe(self, text):
        with pytest.raises(ValueError, match=SENTENCE):
            Subtraction().probe(text)
        assert Subtraction().probe("13-6").answer == "13 - 6 = 7"


class TestBuckets:
    def test_every_batch_has_one_length_and_every_name_is_as_likely(self):
        task = Names(batching="buckets")
        chance, lengths = generator(), []
        for _ in range(600):
            batch = task.sample(chance, 4)
            assert batch.lengths is None
            lengths.append(batch.T)
        known = task._split[0].lengths
        expected = known.double().mean().item()
        assert sum(lengths) / 600 == pytest.approx(expected, rel=0.03)

    def test_padded_and_bucketed_batches_give_the_same_gradients(self):
        task = Names(batching="buckets")
        batch = task.sample(generator(2), 9)
        padded = torch.zeros(task.length, 9, dtype=torch.int64)
        padded[: batch.T] = batch.x
        model = SequenceModel(26, 10, cell="gru", hidden_size=6, num_layers=2).double()
        grads = []
        for x, lengths in ((batch.x, None), (padded, torch.full((9,), batch.T))):
            model.zero_grad()
            task.loss(model(x, lengths), batch).backward()
            grads.append({name: p.grad.clone() for name, p in model.named_parameters()})
        for name, grad in grads[0].items():
            assert torch.allclose(grad, grads[1][name], rtol=1e-9, atol=1e-14), name


class TestDigits:
    def test_held_out_images_are_not_trained_on(self):
        seen, unseen = Digits(images="8x8")._parts
        assert seen.B + unseen.B == 1797
        known = {tuple(image.flatten().tolist()) for image in seen.x.transpose(0, 1)}
        repeated = sum(
            tuple(image.flatten().tolist()) in known for image in unseen.x.transpose(0, 1)
        )
        assert repeated == 0
        share = torch.bincount(unseen.y) / torch.bincount(torch.cat([seen.y, unseen.y]))
        assert ((share > 0.19) & (share < 0.21)).all()

    def test_rows_are_steps(self):
        task = Digits()
        assert task.held_out.x.shape == (28, 1000, 28)
        probe = task.probe("3")
        rows = torch.tensor(probe.drawing["rows"]) / 255
        assert torch.allclose(rows, task.held_out.x[:, 2], atol=1 / 500)
        assert probe.answer == str(task.held_out.y[2].item())
        assert task.held_out.x.min() == 0
        assert task.held_out.x.max() == 1

    def test_without_network_there_is_a_sentence(self, monkeypatch):
        def refuse(*_, **__):
            raise urllib.error.URLError("no route to host")

        monkeypatch.setattr("sklearn.datasets.fetch_openml", refuse)
        with pytest.raises(ValueError, match=r"OpenML .* no route to host.*choose 5000"):
            Digits(images="mnist").sample(generator(), 2)


@pytest.mark.parametrize("at", ["last", "every"])
def test_two_directions_are_joined_or_added(at):
    torch.manual_seed(3)
    joined = SequenceModel(3, 2, cell="rnn", hidden_size=4, bidirectional=True, at=at)
    added = SequenceModel(3, 2, cell="rnn", hidden_size=4, bidirectional=True, at=at, combine="sum")
    added.recurrent.load_state_dict(joined.recurrent.state_dict())
    x, lengths = torch.randn(5, 6, 3), torch.tensor([5, 1, 3, 5, 2, 4])
    states = joined.states(x, lengths)
    if at == "last":
        states = torch.cat([states[lengths - 1, torch.arange(6), :4], states[0, :, 4:]], 1)
    expected = (states[..., :4] + states[..., 4:]) @ added.head.weight.T + added.head.bias
    assert torch.allclose(added(x, lengths), expected, atol=1e-6)
    output, watched = added.observe(x, lengths, 2)
    assert torch.allclose(
        output, added(x, lengths)[..., :4, :] if at == "every" else added(x, lengths)[:4], atol=1e-6
    )
    assert watched.shape == (5, 2, 2)
    if at == "every":
        assert torch.allclose(watched, added(x, lengths)[:, 4:], atol=1e-6)


class TestMelody:
    def test_a_melody_stays_on_its_scale_and_moves_as_the_rule_says(self):
        task = Melody()
        batch = task.held_out
        assert torch.equal(batch.x[1:], batch.y[:-1])
        for scale, notes in zip(batch.x[0].tolist(), batch.y.T.tolist(), strict=True):
            steps = list(SCALES.values())[scale]
            places = [steps.index(note - len(SCALES)) for note in notes]
            assert places[0] == 0
            assert {abs(q - p) for p, q in itertools.pairwise(places)} <= {1, 2}

    def test_the_rules_own_perplexity_cannot_be_beaten(self):
        task = Melody()
        entropy = -sum(p * math.log(p) for p in CHANCES) * 15 / 16  # where no end is near
        rule = task.baselines["the rule itself"]["perplexity"]
        assert rule < math.exp(entropy)  # at the ends two moves lead to one place
        assert rule > 2.5
        assert len(MOVES) == len(CHANCES)
        assert math.isclose(sum(CHANCES), 1)

    def test_it_plays_from_the_one_word_alone(self):
        trainer = Trainer(Experiment("melody", hidden_size=24, seed=1))
        for _ in range(500):
            next(trainer)
        picture = trainer.evaluate().panel_data
        assert picture.right > 0.9, "it does not keep the scale"
        assert all(len(notes) == 16 for notes in picture.notes)
        model, task = trainer.model, trainer.task
        played = model.generate(torch.tensor([1]), 5, 0.0, generator())
        fed = torch.tensor([1])
        for k in range(5):  # free running is step-by-step decoding
            best = model(fed[:, None])[-1, 0].argmax()
            assert int(best) == int(played[k])
            fed = torch.cat([fed, best[None]])
        assert {SYMBOLS[n] for n in played.tolist()} <= {NOTES[k] for k in SCALES["minor"]}
        assert task.probe("minor c d").symbols == ("minor", "c", "d")


def test_what_became_of_a_readers_own_names_is_said():
    names = [
        f"{'abcdefgh'[k % 8]}{'klmnop'[k // 8]}o,{'one' if k % 2 else 'two'}" for k in range(48)
    ]
    lines = ["name,label", *names, names[3], "a" * 20 + ",one", ""]
    note = Names(file="\n".join(lines), length=10).note
    assert note == (
        "48 names of 2 labels used, out of 50 lines; line 1, “name,label”, is the heading; 1 repeated; "
        "1 left out with more than 10 letters"
    )


@pytest.mark.parametrize("task", list(TASKS))
def test_a_saved_run_goes_on_bit_for_bit(task, tmp_path):
    from core.io import runs

    small = {"digits": {"images": "8x8"}, "load": {"hidden_size": 6}}.get(task, {})
    trainer = Trainer(Experiment(task, **small))
    for _ in range(3):
        next(trainer)
    other = runs.load(runs.save(trainer, tmp_path))
    for _ in range(3):
        one, two = next(trainer), next(other)
        assert (one.index, one.loss, one.grad_norm) == (two.index, two.loss, two.grad_norm)
    for p, q in zip(trainer.model.parameters(), other.model.parameters(), strict=True):
        assert torch.equal(p, q)
