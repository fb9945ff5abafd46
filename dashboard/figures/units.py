"""The figure of the search for units: what those that were found do over time."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import plotly.graph_objects as go

from core.recording import Quantity, Trace
from core.unit_search import Find
from dashboard.figures.gates import title
from dashboard.figures.heat import GRID, figure, head, time_axis
from dashboard.text import _
from dashboard.theme import EXPERIMENTS, FAINT, INK


def found_units(
    trace: Trace,
    quantity: str,
    found: Sequence[Find],
    stretch: tuple[int, int],
    threshold: float,
    symbols: Sequence[str],
    name: str,
) -> go.Figure:
    """The best units over time as lines, the stretch (its steps from .. to, counted from 1) shaded."""
    axis = time_axis(symbols, 340)
    drawn = figure(
        220 + head(axis),
        name,
        margin={"l": 50, "r": 8, "t": head(axis), "b": 8},
        xaxis=axis,
        yaxis={"title": {"text": title(quantity), "standoff": 4}} | GRID,
        legend={"x": 1.01, "y": 1},
        showlegend=True,
    )
    values = cast(Quantity, trace[quantity]).values[: len(symbols), 0]
    styles = ("solid", "dash", "dot", "dashdot")
    for find, colour, style in zip(found, EXPERIMENTS.values(), styles, strict=False):
        drawn.add_trace(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": _("unit {unit}").format(unit=find.unit),
                "x": np.arange(1, len(symbols) + 1),
                "y": values[:, find.unit],
                "line": {"color": colour, "dash": style, "width": 2},
                "marker": {"size": 5},
                "hovertemplate": "t = %{x}: %{y:.3f}",
            }
        )
    drawn.add_vrect(
        stretch[0] - 0.5, stretch[1] + 0.5, fillcolor=FAINT, line_width=0, layer="below"
    )
    gate = quantity in trace.cell.gates
    for limit in (threshold, 1 - threshold if gate else -threshold):
        drawn.add_hline(limit, line={"dash": "dash", "color": INK, "width": 1})
    return drawn
