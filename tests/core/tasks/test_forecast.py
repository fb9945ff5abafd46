"""Forecast: windows, their division, baselines and sentences, held against numbers worked out by hand."""

import math
import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tasks.data.naive import least_squares
from core.tasks.data.seasonality import find_period
from core.tasks.forecast import Forecast
from core.training.experiment import Experiment
from core.training.trainer import Trainer

RAMP = "v\n" + "\n".join(str(k) for k in range(100))
# Two inputs that are easy to tell apart: b is a hundred times a, plus a week.
TWO = "day,a,b\n" + "\n".join(
    f"2021-{1 + k // 28:02d}-{1 + k % 28:02d},{(k * 7) % 31},{100 * ((k * 7) % 31) + k % 7}"
    for k in range(112)
)
SHOPS = "date,shop,sales\n" + "\n".join(
    f"2021-{1 + k // 28:02d}-{1 + k % 28:02d},{shop},{size + k * k % 17}"
    for k in range(84)
    for shop, size in (("north", 100), ("south", 900))
)


def unscaled(task: Forecast, values: torch.Tensor, column: int = 0) -> list[float]:
    mean, spread = task._windows.scale
    return (values.double() * spread[column] + mean[column]).flatten().tolist()


class TestWindows:
    def test_inputs_and_targets_are_those_of_the_file(self):
        """Of 0 ... 99 the first 80 train: a window of 5 that begins at 80 is followed, 3 steps on, by 87."""
        task = Forecast(file=RAMP, length=5, horizon=3)
        held_out = task.held_out
        assert held_out.B == 13, "windows that begin at 80 ... 92"
        assert unscaled(task, held_out.x[:, 0]) == pytest.approx([80, 81, 82, 83, 84], abs=1e-3)
        assert unscaled(task, held_out.y[:1]) == pytest.approx([87], abs=1e-3)
        assert unscaled(task, held_out.y[-1:]) == pytest.approx([99], abs=1e-3)

    def test_scale_is_that_of_the_training_part_alone(self):
        mean, spread = Forecast(file=RAMP, length=5)._windows.scale
        assert mean[0] == pytest.approx(39.5)
        assert spread[0] == pytest.approx(math.sqrt((80**2 - 1) / 12))

    @settings(deadline=None, max_examples=40)
    @given(N=st.integers(100, 300), length=st.integers(1, 9), horizon=st.integers(1, 5))
    def test_no_window_reaches_across_the_cut(self, N, length, horizon):
        file = "v\n" + "\n".join(str(k) for k in range(N))  # a value is its own number
        task = Forecast(file=file, length=length, horizon=horizon)
        cut = N - N // 5
        generator = torch.Generator().manual_seed(1)
        trained = task.sample(generator, 200)
        assert max(unscaled(task, trained.y)) < cut - 0.5
        assert min(unscaled(task, task.held_out.x)) > cut - 0.5
        for batch in (trained, task.held_out, task.train_eval):
            last, target = unscaled(task, batch.x[-1]), unscaled(task, batch.y)
            assert np.subtract(target, last) == pytest.approx(horizon, abs=0.02)

    def test_several_inputs_in_the_order_of_the_choice(self):
        task = Forecast(file=TWO, length=4, target=2, inputs="3,2")
        assert task.input_labels == ("b", "a")
        assert task.labels == ("a, 1 ahead",)
        x = task.held_out.x[:, 0]
        a = [(k * 7) % 31 for k in range(112)]
        b = [100 * value + k % 7 for k, value in enumerate(a)]
        assert unscaled(task, x[:, 0], column=1) == pytest.approx(b[90:94], abs=0.05)
        assert unscaled(task, x[:, 1]) == pytest.approx(a[90:94], abs=1e-3)
        assert unscaled(task, task.held_out.y[:1]) == pytest.approx([a[94]], abs=1e-3)

    def test_a_target_that_is_not_among_its_inputs(self):
        task = Forecast(file=TWO, length=4, target=3, inputs="2")
        assert (task.input_labels, task.name, task.input_size) == (("a",), "b", 1)
        assert (
            "from its own predictions"
            not in Trainer(
                Experiment("forecast", file=TWO, length=4, target=3, inputs="2", hidden_size=3)
            )
            .evaluate()
            .panel_data.lines
        )

    def test_one_of_several_series(self):
        north, south = (
            Forecast(file=SHOPS, length=3, sequence=name) for name in ("north", "south")
        )
        assert max(unscaled(north, north.held_out.y)) < 200
        assert min(unscaled(south, south.held_out.y)) > 800
        assert north.value_titles("sequence") == {"north": "north", "south": "south"}
        assert "sequence" in {option.name for option in north.shown_options}
        assert "sequence" not in {o.name for o in Forecast(file=RAMP, length=3).shown_options}

    def test_at_most_2000_windows_are_evaluated_from_everywhere(self):
        file = "v\n" + "\n".join(str(k % 97) for k in range(15_000))
        task = Forecast(file=file, length=3)
        assert task.held_out.B == 2000
        assert "evaluated on 2000 of 2997 from the last fifth" in task.division


class TestBaselines:
    def test_persistence_and_a_linear_rule_on_a_ramp(self):
        """The last value is wrong by the horizon; a linear rule is right."""
        task = Forecast(file=RAMP, length=5, horizon=3)
        assert task.baselines["the last value again"]["rmse"] == pytest.approx(3, rel=1e-4)
        spread = task._windows.scale[1][0]
        assert task.baselines["the last value again"]["mse"] == pytest.approx(
            (3 / spread) ** 2, rel=1e-4
        )
        assert task.baselines["least squares"]["rmse"] < 1e-3
        assert not any("earlier" in name for name in task.baselines)

    def test_the_value_a_period_earlier_where_there_is_a_period(self):
        file = "v\n" + "\n".join(f"{[5, 1, 9, 4, 4, 2, 8][k % 7]}" for k in range(200))
        for horizon, back in ((1, 7), (7, 7), (8, 14)):
            baselines = Forecast(file=file, length=9, horizon=horizon).baselines
            assert baselines[f"{back} values earlier"]["mse"] == pytest.approx(0, abs=1e-10)

    @pytest.mark.parametrize("period", [4, 7, 12, 24, 52, 96])
    def test_a_period_is_found(self, period):
        steps = np.arange(period * 8)
        noise = 0.3 * np.random.default_rng(period).standard_normal(len(steps))
        wave = np.sin(2 * np.pi * steps / period) + 0.5 * np.cos(4 * np.pi * steps / period)
        found = find_period(wave + noise + 0.01 * steps)
        assert found == pytest.approx(period, abs=1)

    def test_no_period_is_found_where_none_is(self):
        chance = np.random.default_rng(0)
        for values in (
            *(chance.standard_normal(400) for _ in range(10)),
            *(chance.standard_normal(400).cumsum() for _ in range(10)),
            np.arange(300.0),
            np.exp(np.arange(200) / 30),
            np.zeros(50),
            np.array([1.0, 2.0]),
        ):
            assert find_period(values) is None

    def test_least_squares_on_the_end_of_a_long_window(self):
        x = torch.randn(300, 600, 1, generator=torch.Generator().manual_seed(0))
        name, predictions = least_squares(x[:, :500], 2 * x[-1, :500] + 1, x[:, 500:])
        assert name == "least squares on the last 200 steps"
        torch.testing.assert_close(
            predictions, 2 * x[-1, 500:, 0].double() + 1, atol=1e-5, rtol=1e-5
        )


class TestWhatIsSaid:
    def test_the_division_speaks_of_the_readers_columns(self):
        task = Forecast(file=TWO, length=6, horizon=2, target=3, inputs="2,3")
        assert task.division.startswith(
            "Trained on 83 windows of 6 values of 'a', 'b'; evaluated on 15 from the last fifth. "
            "Target: 'b', 2 steps after the window."
        )
        assert "made" not in task.division + task.note
        assert task.value_titles("inputs") == {2: "2: a", 3: "3: b"}
        assert task.value_titles("target") == {0: "b (chosen by itself)", 2: "2: a", 3: "3: b"}

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"target": 1}, r"target: expected a column of numbers, got 'day'.*Choose another"),
            ({"target": 9}, r"target: expected a column from 1 to 3, got 9"),
            ({"inputs": "1"}, r"inputs: expected a column of numbers, got 'day'"),
            ({"inputs": "2,x"}, r"inputs: expected .* numbers of columns such as 1,3, got '2,x'"),
            ({"inputs": "2,2"}, r"inputs: expected .* different numbers"),
            ({"sequence": "north"}, r"sequence: expected a table of several series, got one"),
            ({"length": 90}, r"length: expected .* got 0 windows of 90 values with horizon 1"),
        ],
    )
    def test_what_cannot_be_gets_a_sentence(self, options, sentence):
        with pytest.raises(ValueError, match=sentence):
            Forecast(file=TWO, **{"length": 4, **options})

    def test_a_series_that_does_not_change_where_it_trains(self):
        file = "v\n" + "\n".join(["3"] * 80 + ["4", "5"] * 10)
        with pytest.raises(
            ValueError, match=r"target: expected a column that changes in the training part, got 3"
        ):
            Forecast(file=file, length=3)

    def test_a_held_out_value_beyond_all_measure(self):
        file = "v\n" + "\n".join([*(str(k % 9) for k in range(90)), *(["1e25"] * 10)])
        with pytest.raises(ValueError, match=r"got 1e\+25 in 'v', value 91\. Correct it"):
            Forecast(file=file, length=3)

    def test_columns_need_a_file(self):
        with pytest.raises(ValueError, match="the series made by rule has one column"):
            Forecast(target=3)


class TestProbe:
    def test_the_last_window_and_a_typed_one(self):
        task = Forecast(file=RAMP, length=3)
        assert task.probe().symbols == ("96", "97", "98")
        assert task.probe().answer == "99"
        typed = task.probe("1 2 3")
        assert typed.symbols == ("1", "2", "3")
        assert "not known" in typed.answer

    def test_of_several_inputs_a_window_by_its_number(self):
        task = Forecast(file=TWO, length=3, inputs="2,3")
        probe = task.probe("1")
        assert torch.equal(probe.batch.x, task.held_out.x[:, :1])
        with pytest.raises(ValueError, match=r"number of a held-out window, 1 to 19, got '1 2 3'"):
            task.probe("1 2 3")

    def test_predictions_from_predictions(self):
        """With a network that always adds one to the last value, the ramp goes on by itself."""
        task = Forecast(file=RAMP, length=3, horizon=2)
        spread = float(task._windows.scale[1][0])
        values = task.predict_onwards(lambda window: window[-1] + 2 / spread, 90, 5)
        assert unscaled(task, torch.tensor(values)) == pytest.approx([90, 91, 92, 93, 94], abs=1e-3)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "mgu"])
def test_a_network_beats_persistence_on_a_readers_season(cell):
    file = "t;v\n" + "\n".join(f"{k};{math.sin(k / 2):.4f}".replace(".", ",") for k in range(400))
    trainer = Trainer(Experiment("forecast", file=file, length=12, cell=cell, hidden_size=12))
    for update in trainer:
        if update.index == 300:
            break
    naive = trainer.task.baselines["the last value again"]["mse"]
    assert trainer.evaluate().held_out["mse"] < naive / 5


def test_a_link_carries_columns_and_a_short_file():
    e = Experiment("forecast", file=RAMP, length=5, inputs="1", target=1)
    assert Experiment.from_query(e.to_query()) == e
    assert Experiment.from_dict(e.to_dict()) == e
    assert re.fullmatch(r"1", e.to_query()["inputs"])
