"""The numbers of a run over its updates, as Plotly figures."""

import math

import plotly.graph_objects as go

from core.training.curves import Curves
from dashboard.common.i18n import _
from dashboard.common.theme import QUANTITIES

MAX_POINTS = 4000  # points of a line; more are thinned evenly


def loss_figure(curves: Curves) -> go.Figure:
    """The loss of each update's batch."""
    figure = go.Figure()
    _add_line(figure, curves, 0, _("batch"), QUANTITIES["train"])
    return _with_layout(figure, _("Loss"))


def gradient_norm_figure(curves: Curves) -> go.Figure:
    """The norm of the gradient of all parameters, before and after clipping."""
    figure = go.Figure()
    _add_line(figure, curves, 1, _("as is"), QUANTITIES["share"])
    _add_line(figure, curves, 2, _("clipped"), QUANTITIES["clipped"])
    figure.update_yaxes(type="log", exponentformat="power")
    return _with_layout(figure, _("Gradient norm"))


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
    return _with_layout(figure, name[0].upper() + name[1:])


def _add_line(figure: go.Figure, curves: Curves, column: int, title: str, colour: str) -> None:
    every = max(1, math.ceil(len(curves) / MAX_POINTS))
    figure.add_scatter(
        x=curves.updates[::every].tolist(),
        y=curves.values[::every, column].tolist(),
        name=title,
        mode="lines",
        line={"color": colour, "width": 1.5},
    )


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
