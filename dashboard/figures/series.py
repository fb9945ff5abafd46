"""A reader's series before training, as Plotly figures."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from dashboard.common.i18n import _
from dashboard.common.theme import FAINT, QUANTITIES

MOST_POINTS = (
    2000  # of a line; of more, the smallest and the largest value of each stretch are drawn
)
HEIGHT = 240


def divided_series_figure(values: np.ndarray, name: str, cut: int) -> go.Figure:
    """values [N] over their number from 1: the first `cut` train, the rest evaluates."""
    figure = go.Figure()
    parts = ((0, cut, _("training"), "train"), (cut, len(values), _("evaluation"), "held-out"))
    for first, last, title, quantity in parts:
        places, shown = _thin(values[first:last])
        figure.add_scatter(
            x=(places + first + 1).tolist(),
            y=shown.tolist(),
            name=title,
            mode="lines",
            line={"color": QUANTITIES[quantity], "width": 1.5},
        )
    figure.add_vline(cut + 0.5, line_dash="dot", line_color=QUANTITIES["share"])
    return _with_layout(figure, _("value number"), name)


def labelled_series_figure(examples: Mapping[str, np.ndarray]) -> go.Figure:
    """The first column of an example series of each class: label -> values [n, I], over the step."""
    figure = go.Figure()
    for label, values in examples.items():
        places, shown = _thin(values[:, 0])
        figure.add_scatter(
            x=(places + 1).tolist(), y=shown.tolist(), name=label, mode="lines", line={"width": 1.5}
        )
    return _with_layout(figure, _("step"), "")


def _thin(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(places, values) to draw: of a long series the extremes of each stretch, so that no peak is lost."""
    if len(values) <= MOST_POINTS:
        return np.arange(len(values)), values
    stretches = np.array_split(np.arange(len(values)), MOST_POINTS // 2)
    extremes = [s[extreme(values[s])] for s in stretches for extreme in (np.argmin, np.argmax)]
    places = np.unique(extremes)
    return places, values[places]


def _with_layout(figure: go.Figure, x_title: str, y_title: str) -> go.Figure:
    return figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        xaxis={"title": x_title, "gridcolor": FAINT},
        yaxis={"title": y_title, "gridcolor": FAINT},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
