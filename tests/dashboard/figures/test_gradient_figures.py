"""Figures show the arrays they are given, on axes that do not move."""

import numpy as np
import plotly.graph_objects as go
import pytest

from core.analysis.untrained import UntrainedSetting, measure_layer
from dashboard.figures import cliffs, gradients


def curves(figure: dict) -> dict[str, np.ndarray]:
    go.Figure(figure)  # plotly accepts every name and value in it
    return {trace["name"]: np.asarray(trace["y"]) for trace in figure["data"] if "y" in trace}


def test_products_and_bounds():
    measured = measure_layer(UntrainedSetting(hidden_size=6, length=12, spectral_radius=0.8))
    figure = gradients.product_figure(
        measured.spectra.products, measured.by_steps, measured.by_weights, "h"
    )
    shown = curves(figure)
    assert shown["largest"] == pytest.approx(measured.norms)
    assert shown["bound (W)"] == pytest.approx(measured.by_weights)
    assert shown["bound (steps)"] == pytest.approx(measured.by_steps)
    assert figure["layout"]["yaxis"]["range"] == list(gradients.DECADES)
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
