"""Figures over checkpoints: loss, horizon and saturation as curves, and the difference of two as maps."""

from collections.abc import Sequence
from itertools import cycle

from core.analysis.checkpoint_curves import CheckpointPoint, Difference
from dashboard.common.i18n import _
from dashboard.common.theme import INK, QUANTITIES, quantity_colour
from dashboard.figures.gates import GATE_MARKS, quantity_title
from dashboard.figures.heat import (
    GRID,
    Figure,
    HeatMap,
    empty_figure,
    stacked_maps_figure,
)
from dashboard.figures.log_axis import whole_ticks

HEIGHT, MAP_HEIGHT = 250, 460  # pixels


def loss_figure(points: Sequence[CheckpointPoint], step: int) -> Figure:
    """The loss of the sequence at each checkpoint. step: of the open one, which is marked."""
    figure = _curves_figure("loss", points, step)
    _add_curve(figure, points, [p.loss for p in points], _("loss"), QUANTITIES["held-out"])
    return figure


def horizon_figure(points: Sequence[CheckpointPoint], step: int) -> Figure:
    """How many steps back the gradient of the last loss reaches, at each checkpoint."""
    figure = _curves_figure("horizon", points, step)
    figure["layout"]["yaxis"]["rangemode"] = "tozero"
    _add_curve(figure, points, [p.horizon for p in points], _("steps back"), QUANTITIES["h"])
    return figure


def saturation_curves_figure(points: Sequence[CheckpointPoint], step: int) -> Figure:
    """The share of each gate's values that are nearly 0 or nearly 1, at each checkpoint."""
    figure = _curves_figure("saturation", points, step)
    figure["layout"]["yaxis"] |= {"tickformat": ".1~%", "rangemode": "tozero"}
    figure["layout"]["showlegend"] = True
    for gate, mark in zip(points[0].saturated, cycle(GATE_MARKS), strict=False):
        values = [p.saturated[gate] for p in points]
        _add_curve(figure, points, values, quantity_title(gate), quantity_colour(gate), mark)
    return figure


def difference_figure(change: Difference, symbols: Sequence[str], quantity: str) -> Figure:
    """The second checkpoint minus the first: units over steps, values and below them gradients."""
    maps = [
        HeatMap(
            _("{name}: the second minus the first", name=quantity), change.values.T, signed=True
        )
    ]
    if change.grads is not None:
        label = _("gradient of {name}: the second minus the first", name=quantity)
        maps.append(HeatMap(label, change.grads.T, signed=True, slopes=True))
    return stacked_maps_figure(maps, symbols, f"difference {quantity}", MAP_HEIGHT)


def _curves_figure(name: str, points: Sequence[CheckpointPoint], step: int) -> Figure:
    return empty_figure(
        HEIGHT,
        name,
        margin={"l": 52, "r": 12, "t": 30, "b": 40},
        xaxis={"title": {"text": _("step of the checkpoint")}}
        | whole_ticks([point.step for point in points])
        | GRID,
        yaxis={} | GRID,
        showlegend=False,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        shapes=[
            {
                **{"type": "line", "x0": step, "x1": step, "y0": 0, "y1": 1, "yref": "paper"},
                "line": {"color": INK, "width": 1, "dash": "dash"},
            }
        ],
    )


def _add_curve(
    figure: Figure,
    points: Sequence[CheckpointPoint],
    values: Sequence[float],
    name: str,
    colour: str,
    mark: str = "circle",
) -> None:
    figure["data"].append(
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": [point.step for point in points],
            "y": list(values),
            "text": [point.name for point in points],
            "hovertemplate": "%{text}: %{y:.4~g}<extra>" + name + "</extra>",
            "line": {"color": colour, "width": 2},
            "marker": {"symbol": mark, "size": 7},
        }
    )
