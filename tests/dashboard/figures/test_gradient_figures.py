"""Figures show the arrays they are given, on axes that hold them."""

import numpy as np
import plotly.graph_objects as go
import pytest

from core.analysis.untrained import UntrainedSetting, measure_layer
from dashboard.figures import cliffs, gradients
from dashboard.figures.log_axis import log_axis
from dashboard.figures.not_finite import MOST_MARKS, edge_markers


def curves(figure: dict) -> dict[str, np.ndarray]:
    go.Figure(figure)  # plotly accepts every name and value in it
    return {trace["name"]: np.asarray(trace["y"]) for trace in figure["data"] if "y" in trace}


def holds(axis: dict, values: np.ndarray) -> bool:
    """Whether an axis holds all of the values that are finite, and is not many times too wide."""
    low, high = axis["range"]
    finite = values[np.isfinite(values)]
    if axis.get("type") == "log":
        places = np.log10(finite[finite > 0])
        return low <= places.min() and places.max() <= high and high - places.max() < 4
    return low <= finite.min() and finite.max() <= high <= 2 * finite.max()


@pytest.mark.parametrize("factor", [1e-30, 1e-13, 1, 1e7, 1e30])
def test_axes_follow_what_is_drawn_in_both_directions(factor):
    """Neither a plateau at the foot, where everything has vanished, nor a ceiling where it explodes."""
    products = factor * np.array([[1.0, 0.1], [0.3, 0.02], [0.01, 0.001]])
    bounds = products[:, 0] * 2
    figure = gradients.product_figure(products, bounds, None, "h")
    axis = figure["layout"]["yaxis"]
    assert holds(axis, np.concatenate([products.ravel(), bounds, [1.0]]))
    figure = gradients.step_figure(products, "h")
    assert holds(figure["layout"]["yaxis"], np.concatenate([products.ravel(), [1.0]]))
    values = np.abs(np.random.default_rng(0).normal(size=(20, 3))) * factor * 1e-6
    layout = gradients.norm_figure(np.arange(20), values, None)["layout"]
    assert holds(layout["yaxis"], values[:, 1:].ravel())
    assert holds(layout["yaxis2"], values[:, 0])


@pytest.mark.parametrize(("T", "dtick"), [(1, 1), (4, 1), (8, 1), (9, None), (200, None)])
def test_no_tick_stands_between_two_steps(T, dtick):
    figure = gradients.product_figure(np.ones((T, 2)), np.ones(T), None, "h", first=197)
    assert figure["layout"]["xaxis"].get("dtick") == dtick


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ([0.003, 0.08], ["0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1"]),
        ([3e-7, 9e-7], ["1e-8", "2e-8", "5e-8", "1e-7", "2e-7", "5e-7", "1e-6"]),
        ([1e-6, 10.0], ["1e-6", "1e-5", "1e-4", "1e-3", "1e-2", "0.1", "1", "10"]),
    ],
)
def test_the_numbers_of_an_axis_are_written_alike(values, names):
    axis, _ends = log_axis("", np.array(values))
    assert axis["ticktext"] == names
    np.testing.assert_allclose(axis["tickvals"], [float(name) for name in names])


def test_a_loss_that_hardly_changes_is_not_drawn_over_three_decades():
    values = np.column_stack([np.linspace(0.24, 0.26, 30), np.ones(30), np.ones(30)])
    layout = gradients.norm_figure(np.arange(30), values, 1.0)["layout"]
    assert layout["yaxis2"]["range"] == [0, 0.3]


def test_what_is_beyond_an_axis_is_marked_at_its_edge():
    values = np.array([[0.5], [np.inf], [0.0], [np.nan], [0.01]])
    figure = gradients.product_figure(values, np.ones(5), None, "h")
    low, high = figure["layout"]["yaxis"]["range"]
    marks = {trace["marker"]["symbol"]: trace for trace in figure["data"] if "marker" in trace}
    assert marks["triangle-up"]["x"].tolist() == [2]
    assert marks["triangle-up"]["y"].tolist() == [10.0**high]
    assert marks["circle-open"]["x"].tolist() == [3]
    assert marks["circle-open"]["y"].tolist() == [10.0**low]
    assert marks["x-thin-open"]["x"].tolist() == [4]


def test_a_loss_of_many_decades_is_coloured_by_its_logarithm():
    """And what is not finite has a colour of its own."""
    loss = 10.0 ** np.linspace(0, 12, 25).reshape(5, 5)
    loss[4, 4] = np.inf
    ground = cliffs.LossGrid(np.arange(5.0), np.arange(5.0), loss, "w", "b")
    heat, mask = cliffs.map_figure(ground, {})["data"]
    assert heat["z"][0, 1] == pytest.approx(0.5)
    assert heat["customdata"][0, 1] == pytest.approx(10**0.5)
    assert np.argwhere(np.isfinite(mask["z"])).tolist() == [[4, 4]]
    scene = cliffs.surface_figure(ground, {})["layout"]["scene"]
    assert scene["zaxis"]["type"] == "log"
    even = cliffs.LossGrid(
        np.arange(5.0), np.arange(5.0), np.linspace(1, 2, 25).reshape(5, 5), "", ""
    )
    assert cliffs.map_figure(even, {})["data"][0]["z"][0, 0] == 1


def test_titles_of_three_axes_are_broken_into_short_lines():
    assert (
        cliffs.break_title("moved along a random direction") == "moved along a<br>random direction"
    )
    assert cliffs.break_title("w") == "w"


def test_products_and_bounds():
    measured = measure_layer(UntrainedSetting(hidden_size=6, length=12, spectral_radius=0.8))
    figure = gradients.product_figure(
        measured.spectra.products, measured.by_steps, measured.by_weights, "h"
    )
    shown = curves(figure)
    assert shown["largest"] == pytest.approx(measured.norms)
    assert shown["bound (W)"] == pytest.approx(measured.by_weights)
    assert shown["bound (steps)"] == pytest.approx(measured.by_steps)
    assert holds(figure["layout"]["yaxis"], np.concatenate(list(shown.values())))
    assert figure["layout"]["uirevision"]


def test_rounding_errors_are_not_drawn():
    values = np.array([[1.0, 1e-3, 1e-16], [0.0, 0.0, 0.0]])
    shown = gradients.above_rounding(values)
    assert shown[0, :2] == pytest.approx([1, 1e-3])
    assert np.isnan(shown[0, 2])
    assert np.isnan(shown[1]).all()


def test_one_step_is_a_point_and_one_unit_has_one_curve():
    figure = gradients.step_figure(np.array([[0.5]]), "h")
    assert [trace["mode"] for trace in figure["data"]] == ["markers"]
    assert set(curves(figure)) == {"largest"}
    assert set(curves(gradients.step_figure(np.ones((4, 2)), "h"))) == {"largest", "smallest"}


def test_eigenvalues_of_every_gate_lie_where_they_are():
    blocks = {"r": np.diag([0.5, -2.0]), "z": np.array([[0.0, 1.0], [-1.0, 0.0]])}
    figure = gradients.eigenvalue_figure(blocks)
    go.Figure(figure)
    r, z = figure["data"][1:]
    assert sorted(r["x"].tolist()) == [-2.0, 0.5]
    assert sorted(np.abs(z["y"]).tolist()) == pytest.approx([1, 1])
    assert figure["layout"]["xaxis"]["range"][1] > 2, "an eigenvalue lies outside the window"
    broken = gradients.eigenvalue_figure({"h": np.full((2, 2), np.nan)})
    assert len(broken["data"]) == 1


def test_norms_before_and_after():
    values = np.array([[1.0, 0.5, 0.5], [0.8, 300.0, 1.0]], dtype=np.float32)
    figure = gradients.norm_figure(np.array([1, 2]), values, 1.0)
    shown = curves(figure)
    assert shown["norm of the gradient"] == pytest.approx([0.5, 300])
    assert shown["after clipping"] == pytest.approx([0.5, 1])
    assert shown["clipped at"] == pytest.approx([1, 1])
    low, high = figure["layout"]["yaxis"]["range"]
    assert low <= np.log10(0.5)
    assert high >= np.log10(300)
    empty = gradients.norm_figure(np.array([], int), np.zeros((0, 3), np.float32), 1.0)
    go.Figure(empty)


def test_paths_lie_on_their_ground():
    x, y = np.linspace(0, 1, 3), np.linspace(2, 4, 5)
    ground = cliffs.LossGrid(x, y, np.arange(15.0).reshape(5, 3), "w", "b")
    points = np.array([[0.5, 3.0], [0.6, 3.5], [9.0, 9.0]])
    tracks = {"path": cliffs.Track(points, "#000000", np.array([7.0, 8.0, 9.0]))}
    above = cliffs.map_figure(ground, tracks)
    go.Figure(above)
    assert above["layout"]["xaxis"]["range"] == [0, 1]
    assert np.asarray(above["data"][0]["z"])[4, 2] == 14
    space = cliffs.surface_figure(ground, tracks)
    go.Figure(space)
    lifted = np.asarray(space["data"][1]["z"])
    assert lifted[:2] == pytest.approx([7.14, 8.14])
    assert np.isnan(lifted[2]), "what left the window was drawn"


def test_of_very_many_zeros_so_many_rings_stand_that_each_can_be_seen():
    sizes = np.append(np.zeros(1000), 1.0)
    (rings,) = edge_markers("h", np.arange(1001), sizes, 1e-9, 1.0, "red")
    assert 60 <= len(rings["x"]) <= MOST_MARKS
    (rings,) = edge_markers("h", np.arange(21), sizes[-21:], 1e-9, 1.0, "red")
    assert list(rings["x"]) == list(range(20))
