"""What a figure says of itself to a reader who hears it."""

import numpy as np
import plotly.graph_objects as go
import pytest

from core.analysis.unit_order import UnitOrder, order_units
from core.training.trainer import Experiment, Trainer
from dashboard.figures.descriptions import MAX_SERIES, describe_figure, plain_text
from dashboard.figures.gates import describe_maps, over_time_figure
from dashboard.figures.gradients import norm_figure


def test_curves_are_named_with_their_ends_and_extremes():
    values = np.array([[1.0, 4.0, 0.5], [0.5, 2.0, 0.5], [0.25, 8.0, 0.5]])
    words = describe_figure(norm_figure(np.arange(3), values, 0.5), "Norms of the run.")
    assert words == (
        "Norms of the run. gradient norm over update. norm of the gradient: from 4 to 8, between 2 and 8. "
        "after clipping: 0.5. loss: from 1 to 0.25, between 0.25 and 1. clipped at: 0.5."
    )


def test_markup_is_not_read_and_what_only_decorates_is_left_out():
    assert plain_text("<b>a &lt; b</b><br>c") == "a < b c"
    line = {"type": "scatter", "name": "guide", "y": [0, 1], "showlegend": False}
    empty = {"type": "scatter", "name": "nothing", "y": [None, float("nan")]}
    assert describe_figure({"data": [line, empty], "layout": {}}) == ""


def test_many_series_are_counted():
    series = [{"type": "scatter", "name": f"s{k}", "y": [k, k]} for k in range(MAX_SERIES + 3)]
    words = describe_figure({"data": series, "layout": {}})
    assert words.endswith(f"s{MAX_SERIES - 1}: {MAX_SERIES - 1}. And 3 more.")


def test_a_figure_of_the_library_is_taken_as_its_dict():
    figure = go.Figure(go.Scatter(y=[1, 3], name="loss"), layout={"title": {"text": "Loss"}})
    assert describe_figure(figure.to_dict()) == "Loss. loss: from 1 to 3, between 1 and 3."


def test_maps_say_how_open_each_gate_is_and_follow_the_order():
    trainer = Trainer(Experiment(task="adding", length=5, cell="lstm", hidden_size=4))
    with trainer.model.parts[""].intervene(f={0: 1.0, 1: 1.0, 2: 0.0, 3: 0.5}):
        trace = trainer.look().recording[0, "forward"]
    words = describe_maps(trace, tuple("abcde"))
    assert words.startswith("Maps of 4 units over the 5 steps a b c d e. input gate i is")
    assert (
        "forget gate f is 0.62 on average, above 0.9 at 50\u00a0% and below 0.1 at 25\u00a0% of the values"
        in words
    )
    order = order_units(trace, "type")
    assert order.units.tolist() == [0, 1, 3, 2]
    figure = over_time_figure(trace, tuple("abcde"), "x", order)
    assert [m["name"] for m in figure["data"]] == [
        *("input gate i", "forget gate f", "candidate g", "output gate o"),
        *("cell state c", "hidden state h"),
    ]
    for drawn, name in zip(figure["data"], "ifgoch", strict=True):
        expected = trace[name].values[:, 0].T[[0, 1, 3, 2]]
        np.testing.assert_allclose(drawn["z"], expected, rtol=1e-6)
        assert drawn["customdata"][:, 0].tolist() == [0, 1, 3, 2]
    bounds = [shape["y0"] for shape in figure["layout"]["shapes"][:2]]
    assert bounds == [1.5, 2.5]
    tall = [np.diff(figure["layout"][f"yaxis{k}"]["domain"])[0] for k in ("", "2", "3")]
    assert tall[0] == pytest.approx(tall[2])
    assert tall[1] > 1.5 * tall[0], "the gate that carries the state is the largest"


def test_more_units_than_pixels_are_grouped_in_the_order_and_it_is_said():
    trainer = Trainer(Experiment(task="adding", length=5, cell="gru", hidden_size=300))
    trace = trainer.look().recording[0, "forward"]
    backwards = UnitOrder("half-life", np.arange(300)[::-1])
    figure = over_time_figure(trace, tuple("abcde"), "x", backwards)
    reset = figure["data"][0]
    values = trace["r"].values[:, 0].T
    assert len(reset["z"]) < 300
    np.testing.assert_allclose(reset["z"], np.take_along_axis(values, reset["customdata"], 0))
    assert reset["customdata"][0].min() > reset["customdata"][-1].max()
    titles = [note["text"] for note in figure["layout"]["annotations"]]
    assert titles[0].startswith("reset gate r · strongest of ")
    assert titles[1].startswith("<b>update gate z</b>, carries h")
