"""The figure of the search for units: what those that were found do over time."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from core.analysis.unit_search import UnitFit
from core.layers.trace import Quantity, Trace
from dashboard.common.i18n import _
from dashboard.common.theme import FAINT, INK, quantity_colour
from dashboard.figures.gates import quantity_title
from dashboard.figures.heat import (
    GRID,
    Figure,
    empty_figure,
    horizontal_line,
)
from dashboard.figures.time_axis import symbols_height, time_axis

MAX_MARKED = 300  # steps that each have a mark; of more the line alone can be read


def unit_search_figure(
    trace: Trace,
    quantity: str,
    matches: Sequence[UnitFit],
    steps: tuple[int, int],
    threshold: float,
    symbols: Sequence[str],
    name: str,
) -> Figure:
    """The units over time as lines, the first one strong; the stretch (its steps from .. to, counted from 1) shaded."""
    axis = time_axis(symbols, 340)
    figure = empty_figure(
        260 + symbols_height(axis),
        name,
        margin={"l": 50, "r": 8, "t": symbols_height(axis), "b": 48},
        xaxis=axis,
        yaxis={"title": {"text": quantity_title(quantity), "standoff": 4}} | GRID,
        legend={"orientation": "h", "y": -0.03, "yanchor": "top", "x": 0},
        showlegend=True,
    )
    values = cast(Quantity, trace[quantity]).values[: len(symbols), 0]
    styles = ("solid", "dash", "dot", "dashdot")
    for k, (match, style) in enumerate(zip(matches, styles, strict=False)):
        colour, width = (INK, 1.5) if k else (quantity_colour(quantity), 3)
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "lines+markers" if len(symbols) <= MAX_MARKED else "lines",
                "name": _("unit {unit}", unit=match.unit),
                "x": np.arange(1, len(symbols) + 1),
                "y": values[:, match.unit],
                "line": {
                    **{"color": colour, "dash": style},
                    "width": width if len(symbols) <= MAX_MARKED else 1,
                },
                "marker": {"size": 5},
                "hovertemplate": "t = %{x}: %{y:.3f}",
            }
        )
    limits = (threshold, 1 - threshold if quantity in trace.cell.bounded_gates else -threshold)
    figure["layout"]["shapes"] = [
        {
            **{"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"},
            **{"x0": steps[0] - 0.5, "x1": steps[1] + 0.5},
            **{"fillcolor": FAINT, "line": {"width": 0}},
        },
        *map(horizontal_line, limits),
    ]
    return figure
