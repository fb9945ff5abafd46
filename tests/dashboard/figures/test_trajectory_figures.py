"""The picture of paths: its axes are those of the states, whatever fixed points lie far away."""

import numpy as np

from dashboard.figures.trajectories import PlacedPath, PlacedPoint, bounds_of, paths_figure

PATH = PlacedPath(np.array([[0.0, 0.0], [1.0, 2.0]]), "ab", "sequence 1")
NEAR = PlacedPoint(np.array([1.25, 1.0]), "stable", "near")
FAR = PlacedPoint(np.array([0.5, -40.0]), "stable", "far")


def test_a_point_near_the_paths_widens_the_axes_and_one_far_away_stands_at_their_end():
    bounds = bounds_of(PATH.places, [NEAR, FAR])
    assert bounds.tolist() == [[0, -1], [1.25, 2]]
    figure = paths_figure([PATH], 0, 1, bounds, [NEAR, FAR])
    points = next(trace for trace in figure["data"] if trace.get("hovertext") == ["near", "far"])
    assert points["x"] == [1.25, 0.5]
    assert points["y"] == [1, -1]
    assert points["text"] == ["", "beyond"]


def test_an_axis_on_which_nothing_moves_is_a_tenth_of_the_other_and_the_steps_of_the_bar_are_whole():
    flat = PlacedPath(np.array([[0.0, 0.0], [10.0, 1e-11]]), "ab", "sequence 1")
    figure = paths_figure([flat], 0, 1, bounds_of(flat.places, []))
    low, high = figure["layout"]["yaxis"]["range"]
    np.testing.assert_allclose((low, high), (-0.5, 0.5), atol=1e-9)
    (bar,) = [
        trace["marker"]["colorbar"]
        for trace in figure["data"]
        if trace.get("marker", {}).get("showscale")
    ]
    assert bar["dtick"] == 1
