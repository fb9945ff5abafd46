"""The layout of a picture in space, which Plotly draws by other rules than a plane."""

from collections.abc import Sequence
from typing import Any

from dashboard.common.theme import CLEAR, INK
from dashboard.figures.gradients import Figure, untitled_layout


def space_layout(height: int, axes: Sequence[Figure], camera: dict[str, Any]) -> Figure:
    """Three axes in a cube. Their grids are solid: half transparent lines are not drawn in space."""
    solid = [axis | {"gridcolor": INK, "backgroundcolor": CLEAR} for axis in axes]
    scene = {
        **dict(zip(("xaxis", "yaxis", "zaxis"), solid, strict=True)),
        **{"aspectmode": "cube", "camera": camera},
    }
    margin = {"l": 0, "r": 0, "t": 34, "b": 0}
    return untitled_layout(height, scene=scene, margin=margin)
