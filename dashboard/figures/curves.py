"""The numbers of a run over its updates, as Plotly figures: axes follow the data."""

import math

import numpy as np
import plotly.graph_objects as go

from core.training.curves import Curves
from dashboard.common.i18n import _
from dashboard.common.labels import metric_title
from dashboard.common.theme import QUANTITIES
from dashboard.figures.log_axis import size_axis
from dashboard.figures.not_finite import edge_markers

MAX_POINTS = 4000  # points of a line; of more, the smallest and the largest of each stretch


def loss_figure(curves: Curves) -> go.Figure:
    """The loss of each update's batch."""
    return _lines_figure(curves, {0: (_("batch"), QUANTITIES["train"])}, _("Loss"))


def gradient_norm_figure(curves: Curves) -> go.Figure:
    """The norm of the gradient of all parameters, before and after clipping."""
    columns = {
        1: (_("before clipping"), QUANTITIES["share"]),
        2: (_("after clipping"), QUANTITIES["clipped"]),
    }
    return _lines_figure(curves, columns, _("Gradient norm"))


def metric_figure(curves: Curves, name: str, baselines: dict[str, float]) -> go.Figure:
    """A metric on trained-on and on held-out data; what naive predictors reach is dotted."""
    figure = go.Figure()
    for kind, title in (("train", _("train")), ("held-out", _("held-out"))):
        points = [
            (update, metrics[f"{kind} {name}"])
            for update, metrics in curves.evaluations.items()
            if math.isfinite(metrics.get(f"{kind} {name}", math.nan))
        ]
        figure.add_scatter(
            x=[update for update, _value in points],
            y=[value for _update, value in points],
            name=title,
            mode="lines+markers",
            line={"color": QUANTITIES[kind], "width": 2},
        )
    for title, value in baselines.items():
        figure.add_hline(value, line_dash="dot", line_color=QUANTITIES["share"])
        figure.add_annotation(
            text=_(title), y=value, x=1, xref="paper", xanchor="right", yanchor="bottom",
            showarrow=False,
        )  # fmt: skip
    return _with_layout(figure, metric_title(name))


def _lines_figure(curves: Curves, columns: dict[int, tuple[str, str]], title: str) -> go.Figure:
    """columns: of the curves' values, a line for each: its name and colour."""
    figure = go.Figure()
    values = curves.values.astype(np.float64)
    axis, (low, high) = size_axis("", values[:, list(columns)])
    for column, (name, colour) in columns.items():
        shown = thin_points(values[:, column], MAX_POINTS)
        updates, sizes = curves.updates[shown], values[shown, column]
        is_on = np.isfinite(sizes) & (sizes >= low) & ((sizes > 0) | (low <= 0))
        figure.add_scatter(
            x=updates.tolist(),
            y=[size if on else None for size, on in zip(sizes.tolist(), is_on, strict=True)],
            name=name,
            mode="lines" if is_on.sum() > 1 else "lines+markers",
            line={"color": colour, "width": 1.5},
        )
        figure.add_traces(edge_markers(name, updates, sizes, low, high, colour))
    figure.update_yaxes(axis)
    return _with_layout(figure, title)


def thin_points(values: np.ndarray, most: int) -> np.ndarray:
    """The places of at most so many of the values: of each stretch the smallest and the largest, so that no
    spike is lost. What is not finite counts as largest."""
    if len(values) <= most:
        return np.arange(len(values))
    stretches = np.array_split(np.arange(len(values)), most // 2)
    sizes = np.where(np.isfinite(values), values, np.inf)
    places = [p[k] for p in stretches for k in {sizes[p].argmin(), sizes[p].argmax()}]
    return np.array(sorted(places))


def _with_layout(figure: go.Figure, title: str) -> go.Figure:
    figure.update_xaxes(title=_("update"), rangemode="tozero")
    return figure.update_layout(
        title={"text": title, "font": {"size": 15}},
        height=300,
        margin={"l": 60, "r": 20, "t": 44, "b": 50},
        uirevision="kept",
        font={"size": 13},
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 1, "xanchor": "right"},
    )
