"""The tasks that predict a series: air quality and load."""

import math

import numpy as np
import pytest
import torch

from core.tasks import air_quality, load
from core.tasks.air_quality import EDGES, HOURS, YEAR, AirQuality, made_air
from core.tasks.load import Load
from core.training.trainer import Experiment, Trainer
from tests.helpers.tasks import Answer


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

    def test_what_trains_and_what_evaluates_is_said(self):
        assert AirQuality().division.startswith(
            "Trained on 35049 windows; evaluated on 8745 from the last year."
        )
        file = "\n".join(str(k % 97) for k in range(600))
        own = AirQuality(file=file, horizon=1)
        assert own.division.startswith(
            f"Trained on {480 - 8} windows; evaluated on {120 - 8} from the last fifth."
        )
        assert "sixths of the training part" in own.division


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

    def test_what_trains_and_what_evaluates_is_said(self):
        assert Load().division.startswith(
            f"Trained on {11960 - 6} windows of the first 11960 values; evaluated on {1040 - 6} windows of the last 1040."
        )

    def test_own_file(self):
        wave = [100 + 20 * math.sin(k / 5) for k in range(300)]
        task = Load(file="\n".join(f"{v:.4f}" for v in wave))
        assert len(task.series.values) == 300
        assert "same time yesterday" not in task.baselines
        with pytest.raises(
            ValueError, match=r"length: expected windows of 100 values .*got 0 of them"
        ):
            Load(file="\n".join(f"{v:.4f}" for v in wave), length=100)
