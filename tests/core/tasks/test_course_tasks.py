"""The systems of the course notes: their data is what they say, and nothing peeks at the answer."""

import io
import itertools
import math
import urllib.error

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from core.layers.sequence_model import SequenceModel
from core.tasks import TASKS, air_quality, load
from core.tasks.agreement import EACH, FRAME, GROWTH, NOUNS, NUMBER, Agreement
from core.tasks.air_quality import EDGES, HOURS, YEAR, AirQuality, made_air
from core.tasks.data.csv_series import read_series
from core.tasks.digits import Digits
from core.tasks.echo import Echo
from core.tasks.load import Load
from core.tasks.melody import CHANCES, MOVES, NOTES, SCALES, SYMBOLS, Melody
from core.tasks.names import Names
from core.tasks.subtraction import Subtraction
from core.training.trainer import Experiment, Trainer

SENTENCE = r"^.+: expected .+, got .+\. .+\.$"


class Answer(io.BytesIO):
    length = None  # the server does not say how long it is


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


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
        assert task.metrics(output, task.held_out)["whole"] == 1
        output[2, 0] *= -1
        output[3, 0] *= -1
        output[0, 7] *= -1
        found = task.metrics(output, task.held_out)
        assert found["whole"] == pytest.approx(134 / 136)
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


class TestAgreement:
    def test_the_noun_alone_decides(self):
        batch = Agreement(distance=9).held_out
        nouns = batch.x[0]
        assert torch.equal(batch.y, (nouns >= len(NOUNS)).long())
        assert 0.4 < batch.y.float().mean() < 0.6
        filler = batch.x[3:-1]
        assert filler.min() > NUMBER[","]
        singular, plural = (filler[:, batch.y == k].float().mean() for k in (0, 1))
        assert singular == pytest.approx(plural.item(), rel=0.02)

    def test_a_growing_distance_begins_short_and_is_the_same_for_everybody(self):
        task = Agreement(distance=6, growing=True)
        for update, distance in ((0, 1), (GROWTH, 2), (3 * GROWTH - 1, 3), (10**6, 6)):
            batch = task.draw(generator(3), 5, update)
            assert task.length == batch.T
            assert batch.lengths is not None
            assert set(batch.lengths.tolist()) == {distance + FRAME}
            again = task.draw(generator(3), 5, update)
            assert torch.equal(batch.x, again.x)

    def test_the_unit_that_remembers_is_named(self):
        trainer = Trainer(Experiment("agreement", distance=3, growing=True, hidden_size=12, seed=2))
        for _ in range(400):
            next(trainer)
        picture = trainer.evaluate().panel_data
        assert picture.accuracies[picture.distances.index(3)] == 1
        assert abs(picture.auc - 0.5) > 0.45
        sentences = trainer.task.held_out.subset(slice(0, EACH), "last")
        recurrent = trainer.model.recurrent
        trainer.model(sentences.x)
        aucs = [
            roc_auc_score(sentences.y.numpy(), state)
            for state in recurrent.recording["c"].values[-1].T
        ]
        assert picture.auc == pytest.approx(aucs[picture.unit])
        assert abs(picture.auc - 0.5) == pytest.approx(max(abs(auc - 0.5) for auc in aucs))

    @pytest.mark.parametrize(
        ("cell", "gates", "nearest"),
        [
            ("lstm", {"i": 3.0, "f": 1.0, "o": -1.0}, "f"),
            ("lstm", {"i": 0.5, "f": -1.0, "o": 1.0}, "f"),
            ("gru", {"r": 0.0, "z": 2.0}, "z"),
            ("lstm", {"i": 3.0, "f": 9.0, "o": -1.0}, "f"),
            ("mgu", {"f": -2.0}, "1 − f"),
            ("mgu", {"f": 4.0}, "1 − f"),
            ("rnn", {}, ""),
        ],
    )
    def test_the_gate_that_keeps_the_number_is_measured(self, cell, gates, nearest):
        """One unit without recurrent weights, whose gates stand still and whose input is the noun."""
        task = Agreement(distance=6)
        model = SequenceModel(task.input_size, 2, cell=cell, hidden_size=1, at="last")
        recurrent = model.recurrent
        with torch.no_grad():
            for p in recurrent.parameters():
                p.zero_()
            names = recurrent.cell.block_names
            for name, level in gates.items():
                recurrent.bias_ih_l0[names.index(name)] = level
            row = names.index({"lstm": "g", "gru": "n", "mgu": "n", "rnn": "h"}[cell])
            recurrent.weight_ih_l0[row, : len(NOUNS)] = -1.0
            recurrent.weight_ih_l0[row, len(NOUNS) : 2 * len(NOUNS)] = 1.0
        unit, auc, kept, opened, gate = task._find_remembering_unit(model)
        if cell == "rnn":  # it has forgotten after a step
            assert (unit, auc, gate) == (0, 0.5, nearest)
            return
        assert (unit, auc, gate) == (0, 1.0, nearest)
        name = nearest[-1]
        share = 1 / (1 + math.exp(-gates[name]))
        assert opened[name] == pytest.approx(share, rel=1e-5)
        expected = share if nearest == name else 1 - share
        assert kept == pytest.approx(expected, rel=1e-4)
        if cell == "lstm":  # now every step writes what it has said anew, and no gate explains it
            with torch.no_grad():
                recurrent.bias_ih_l0[:] = torch.tensor([0.5, -1.0, 0.0, 0.5])  # i f g o
                recurrent.weight_hh_l0[row] = 8.0
            _, _, kept, _, gate = task._find_remembering_unit(model)
            assert (round(kept, 1), gate) == (1.0, "")


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
        with pytest.raises(ValueError, match=r"OpenML .* no route to host.*use source 5000"):
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


class TestAirQuality:
    def test_the_made_data_has_the_statistics_it_claims(self):
        pm = made_air().pm
        grades = np.digitize(pm, EDGES)
        shares = np.bincount(grades) / HOURS
        assert np.abs(shares - [0.37, 0.26, 0.14, 0.07, 0.08, 0.08]).max() < 0.03
        for hours, expected in ((1, 0.80), (8, 0.47), (24, 0.33)):
            assert (grades[hours:] == grades[:-hours]).mean() == pytest.approx(expected, abs=0.02)

    def test_only_the_past_goes_in(self):
        task = AirQuality(length=5, horizon=3)
        seen, unseen = task._parts
        assert int(seen.max()) + 5 - 1 + 3 < HOURS - YEAR <= int(unseen.min())
        start = int(unseen[100])
        batch = task._windows(unseen[100:101])
        air = task.air
        assert np.array_equal(batch.x[:, 0].numpy(), air.features[start : start + 5])
        assert int(batch.y) == np.digitize(air.pm[start + 4 + 3], EDGES)
        seen_part = air.features[: HOURS - YEAR, :4].astype(np.float64)
        assert np.abs(seen_part.mean(0)).max() < 1e-3, "scaled by what it should not have seen"
        assert np.abs(seen_part.std(0) - 1).max() < 1e-3

    def test_as_now_is_the_present_grade_again(self):
        task = AirQuality()
        starts = task._spread_evenly(task._parts[1]).numpy()
        grades = np.digitize(task.air.pm, EDGES)
        right = (grades[starts + 7] == grades[starts + 15]).mean()
        assert task.baselines["as now"]["accuracy"] == pytest.approx(right)

    def test_real_data_by_network(self, monkeypatch, tmp_path):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        lines = ["pm2.5,TEMP,DEWP,PRES,cbwd"]
        lines += [
            f"{'NA' if k % 50 == 9 else k % 400},{k % 30},{k % 7},1000,NE" for k in range(HOURS)
        ]
        content = "\n".join(lines).encode()
        monkeypatch.setattr("urllib.request.urlopen", lambda url, timeout: Answer(content))
        air = air_quality.real_air()
        missing = sum(k % 50 == 9 for k in range(HOURS))
        assert str(missing) in air.note
        assert air.pm[9] == 9  # filled in between 8 and 10
        assert air.features.shape == (HOURS, 8)
        monkeypatch.setattr("urllib.request.urlopen", lambda url, timeout: Answer(b"gone"))
        assert air_quality.real_air().note == air.note, "it was not kept"
        next(tmp_path.rglob("*.csv")).unlink()
        with pytest.raises(ValueError, match=r"air_quality: expected the archive.*Use data made"):
            air_quality.real_air()

    def test_own_series_is_cut_into_sixths(self):
        chance = np.random.default_rng(0)
        file = "hour,dust\n" + "\n".join(
            f"{k},{v:.3f}" for k, v in enumerate(chance.gamma(2, 30, 600))
        )
        task = AirQuality(file=file)
        shares = torch.bincount(task._grades[:480], minlength=6) / 480
        assert ((shares > 0.15) & (shares < 0.18)).all()
        assert task.input_size == 1
        assert next(Trainer(Experiment("air_quality", file=file))).finite


class TestLoad:
    @pytest.mark.parametrize(("length", "lead"), [(5, 1), (5, 2), (3, 10)])
    def test_the_answer_lies_lead_steps_after_the_window(self, length, lead):
        task = Load(length=length, lead=lead)
        mean, largest = task._scale
        values = (load.made_load()[:13000] - mean) / largest
        for batch, start in zip(task._parts, (0, task._cut), strict=True):
            assert np.allclose(
                batch.x[:, 4, 0].numpy(), values[start + 4 : start + 4 + length], atol=1e-6
            )
            assert batch.y[4].item() == pytest.approx(
                values[start + 4 + length - 1 + lead], abs=1e-6
            )
        seen = task._parts[0]
        assert seen.y[-1].item() == pytest.approx(values[task._cut - 1], abs=1e-6)
        assert largest == pytest.approx(load.made_load()[: task._cut].max())

    def test_naive_forecasts(self):
        task = Load()
        batch = task.held_out
        x, y = batch.x[:, :, 0].numpy(), batch.y[:, 0].numpy()
        assert task.baselines["the last value again"]["mse"] == pytest.approx(
            ((x[-1] - y) ** 2).mean(), rel=1e-5
        )
        values = task._normalised.numpy()
        first = task._cut + 6
        assert np.allclose(values[first : first + len(y)], y)
        yesterday = ((values[first - 96 : first - 96 + len(y)] - y) ** 2).mean()
        assert task.baselines["same time yesterday"]["mse"] == pytest.approx(yesterday, rel=1e-4)
        seen = task._parts[0]
        A = np.column_stack([seen.x[:, :, 0].numpy().T, np.ones(seen.B)])
        w = np.linalg.lstsq(A.astype(float), seen.y[:, 0].numpy(), rcond=None)[0]
        errors = np.column_stack([x.T, np.ones(len(y))]) @ w - y
        assert task.baselines["least squares"]["mse"] == pytest.approx((errors**2).mean(), rel=1e-3)

    def test_a_long_forecast_reads_its_own_forecasts(self):
        task = Load(length=2, lead=1)
        values = task._normalised
        found = task.forecast(lambda window: window.sum(0) * 0.5, 50, 3)
        a, b = values[48].item(), values[49].item()
        c = 0.5 * (a + b)
        d = 0.5 * (b + c)
        assert found == pytest.approx([c, d, 0.5 * (c + d)], abs=1e-6)

    def test_own_file(self):
        wave = [100 + 20 * math.sin(k / 5) for k in range(300)]
        task = Load(file="\n".join(f"{v:.4f}" for v in wave))
        assert len(task.series.values) == 300
        assert "same time yesterday" not in task.baselines
        with pytest.raises(
            ValueError, match=r"length: expected windows of 100 values .*got 0 of them"
        ):
            Load(file="\n".join(f"{v:.4f}" for v in wave), length=100)


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


class TestSeries:
    @pytest.mark.parametrize(
        ("content", "says"),
        [
            ("", "a table of 2 to 2,000,000 lines, got 0"),
            ("5", "a table of 2 to 2,000,000 lines, got 1"),
            ("a,b\n1,2", "at least 40 values, got 1"),
            ("name\n" + "x\n" * 50, "a column of numbers, got none"),
            ("v\n" + "3\n" * 50, "a column that changes, got 3 50 times"),
            ("a,b\n" + "1,2\n" * 30 + "1,2,3\n" * 30, "a CSV table"),
            ("a;a\n" + "1;2\n" * 50, None),
            ("v\n" + "1e308\n-1e308\n" * 25, "a column of numbers, got none"),
        ],
    )
    def test_a_file_that_cannot_be_used_gets_a_sentence(self, content, says):
        if says is None:  # pandas renames the second column, and then it does not change
            says = "a column that changes"
        with pytest.raises(ValueError, match=says) as error:
            read_series(content)
        assert str(error.value).count(":") >= 1

    def test_what_was_used_filled_and_dropped_is_said(self):
        rows = [f"2024-01-{1 + k % 28:02d} 0{k // 28}:00;{k},5;x" for k in range(60)]
        rows[10] = rows[10].split(";")[0] + ";;x"
        rows[20] = "2024-02-31 00:00;999;x"
        series = read_series("time;load;word\n" + "\n".join(rows))
        assert series.name == "load"
        assert "1 rows dropped, because their date does not exist" in series.note
        assert "1 missing values filled" in series.note
        assert len(series.values) == 59
        assert 999 not in series.values
        assert series.values[0] == 0.5
        assert series.values[1] == 28.5, "the rows are not in the order of time"

    @pytest.mark.parametrize(
        ("separator", "cells", "values", "says"),
        [
            (",", ('"1,100"', '"1,105.5"'), (1100, 1105.5), "commas group its thousands"),
            (",", ('"3,5"', '"4,25"'), (3.5, 4.25), "with a decimal comma"),
            (",", ('"0,123"', '"1,100"'), (0.123, 1.1), "with a decimal comma"),
            (";", ("0,123", "1,100"), (0.123, 1.1), "with a decimal comma"),
            (";", ("1,100.5", "1,200"), (1100.5, 1200), "commas group its thousands"),
            ("\t", ("1.100,5", "-1.200,75"), (1100.5, -1200.75), "with a decimal comma"),
        ],
    )
    def test_how_commas_in_numbers_are_read_is_one_rule_for_a_column(
        self, separator, cells, values, says
    ):
        rows = [f"{'xy'[k % 2]}{separator}{cells[k % 2]}" for k in range(60)]
        series = read_series(f"a{separator}v\n" + "\n".join(rows))
        assert tuple(series.values[:2]) == values
        assert f"column 'v' of 2, {says}, not used: 'a'" in series.note

    @pytest.mark.parametrize(
        ("name", "when"),
        [
            ("epoch", lambda k: 1_600_000_000 + 3600 * k + k % 7),  # uneven seconds
            ("anything", lambda k: 1_600_000_000_000 + 977 * k * k),  # milliseconds
            ("count", lambda k: 5 + 2 * k),
            ("time", lambda k: round(0.1 * k + 0.001 * (k % 3), 3)),
        ],
    )
    def test_numbers_that_only_tell_when_are_no_series(self, name, when):
        rows = [f"{k % 17},{when(k)}" for k in range(100)]
        series = read_series(f"v,{name}\n" + "\n".join(rows) + "\n \n\n")
        assert series.name == "v"
        assert f"rows already in order of the time in '{name}'" in series.note
        assert "1 blank lines dropped" in series.note
        assert read_series(f"v,{name}\n" + "\n".join(rows), 2).name == name, "it was asked for"

    def test_rows_are_sorted_by_a_time_in_seconds(self):
        rows = [f"{k},{1_600_000_000 + 60 * ((k * 37) % 100)}" for k in range(100)]
        series = read_series("v,timestamp\n" + "\n".join(rows))
        assert "rows sorted by the time in 'timestamp'" in series.note
        assert [(37 * v) % 100 for v in series.values] == list(range(100))

    def test_a_series_that_rises_unevenly_is_no_time(self):
        rows = [f"{k % 17},{k * k}" for k in range(100)]
        assert read_series("v,energy\n" + "\n".join(rows)).name == "energy"

    def test_days_first_or_months_first_whichever_exist(self):
        rows = [f"{1 + (59 - k) % 28:02d}/{1 + (59 - k) // 28:02d}/2021,{k % 9}" for k in range(60)]
        series = read_series("day,v\n" + "\n".join(rows))
        assert "rows sorted by the time in 'day'" in series.note
        assert series.values.tolist() == [(59 - k) % 9 for k in range(60)]
        assert "dropped" not in series.note

    def test_a_long_series_is_thinned_to_means(self):
        series = read_series("v\n" + "\n".join(str(k % 10) for k in range(450_003)))
        assert len(series.values) == 90_000
        assert series.values[:3].tolist() == [2.0, 7.0, 2.0]
        assert "each value is the mean of 5 rows, the last 3 left out" in series.note

    @pytest.mark.parametrize(
        ("task", "options"),
        [
            (Load, {"length": 200}),
            (Load, {"lead": 200}),
            (AirQuality, {"length": 200}),
            (AirQuality, {"length": 100, "horizon": 72}),
        ],
    )
    def test_a_window_longer_than_the_series_gets_a_sentence(self, task, options):
        text = "\n".join(str(k % 7) for k in range(100))
        with pytest.raises(ValueError, match=r"^length: expected windows .*got 0 of them"):
            task(file=text, **options)

    def test_a_column_is_chosen_by_number(self):
        text = "a,b,c\n" + "\n".join(f"{k},{2 * k},{3 * k}" for k in range(50))
        assert read_series(text).name == "c"
        assert read_series(text, 2).values[10] == 20
        with pytest.raises(ValueError, match="column: expected a column from 1 to 3, got 4"):
            read_series(text, 4)

    @settings(max_examples=150, deadline=None)
    @given(st.text(alphabet=st.sampled_from('0123456789.,;\t\n-ae "x/:'), max_size=400))
    def test_random_text_gets_a_sentence_or_a_series(self, text):
        try:
            values = read_series(text).values
        except ValueError as error:
            values, said = np.zeros(1), str(error)
        else:
            said = "file: "
        assert said.startswith(("file: ", "column: "))
        assert np.isfinite(values).all()


def test_what_became_of_a_readers_own_names_is_said():
    names = [
        f"{'abcdefgh'[k % 8]}{'klmnop'[k // 8]}o,{'one' if k % 2 else 'two'}" for k in range(48)
    ]
    lines = ["name,label", *names, names[3], "a" * 20 + ",one", ""]
    note = Names(file="\n".join(lines), length=10).note
    assert note.startswith("48 names of 2 labels used, out of 51 lines; 2 dropped because")
    assert note.endswith("1 because they have more than 10 letters")


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
