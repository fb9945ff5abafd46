"""The figures of saturation and memory: how often each unit's gate is nearly shut or open, how long its state lasts."""

from itertools import cycle

import numpy as np

from core.analysis.gates import half_lives, saturation
from core.layers.recording_facts import HIGH, LOW
from core.layers.trace import Trace
from dashboard.common.i18n import _
from dashboard.common.theme import FAINT, INK, quantity_colour
from dashboard.figures.gates import GATE_MARKS, quantity_title
from dashboard.figures.heat import GRID, Figure, empty_figure


def saturation_figure(trace: Trace, name: str) -> Figure:
    """One mark for each unit and gate: the share of steps nearly shut against nearly open."""
    figure = empty_figure(
        320,
        name,
        margin={"l": 60, "r": 12, "t": 34, "b": 46},
        xaxis={
            "title": {"text": _("share of steps below {low}", low=LOW)},
            "range": [-0.04, 1.04],
        }
        | GRID,
        yaxis={
            "title": {"text": _("share of steps above {high}", high=HIGH)},
            "range": [-0.04, 1.04],
        }
        | GRID,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
    )
    figure["data"].append(
        {
            "type": "scatter",
            "x": [0, 1],
            "y": [1, 0],
            "mode": "lines",
            "line": {"color": FAINT, "dash": "dot"},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    )
    for gate, mark in zip(trace.cell.gates, cycle(GATE_MARKS), strict=False):
        shares = saturation(trace, gate)
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": quantity_title(gate),
                "x": shares.low,
                "y": shares.high,
                "customdata": np.arange(trace.H),
                "hovertemplate": _(
                    "{gate}, unit {u}: shut {shut}, open {open}",
                    gate=gate,
                    u="%{customdata}",
                    shut="%{x:.0%}",
                    open="%{y:.0%}",
                )
                + "<extra></extra>",
                "marker": {
                    "color": quantity_colour(gate),
                    "symbol": mark,
                    "size": 9,
                    "opacity": 0.75,
                    "line": {"width": 1, "color": quantity_colour(gate)},
                },
            }
        )
    return figure


def half_life_figure(trace: Trace, distance: int | None, name: str) -> Figure:
    """The steps until half is forgotten, unit by unit from the longest, on a logarithmic axis."""
    steps = half_lives(trace)
    order = np.argsort(-steps, kind="stable")
    steps = steps[order]
    finite = steps[np.isfinite(steps) & (steps > 0)]
    high = 10 ** np.ceil(np.log10(max(100, 2 * (distance or 1), *finite.tolist())))
    low = 10 ** np.floor(np.log10(min(0.1, *finite.tolist())) if len(finite) else -1)
    kinds = (
        (np.isfinite(steps) & (steps > 0), steps, "circle", _("half-life")),
        (np.isinf(steps), np.full_like(steps, high), "triangle-up", _("never forgets")),
        (steps == 0, np.full_like(steps, low), "triangle-down", _("forgets at once")),
    )
    gate = trace.cell.carry_gate or ""
    figure = empty_figure(
        320,
        name,
        margin={"l": 60, "r": 12, "t": 34, "b": 46},
        xaxis={
            "title": {"text": _("units, from the longest memory to the shortest")},
            "tickvals": [],
            "range": [0, len(steps) + 1],
        }
        | GRID,
        yaxis={
            "title": {"text": _("steps until half is forgotten")},
            "type": "log",
            "range": [float(np.log10(low)) - 0.1, float(np.log10(high)) + 0.1],
            "dtick": 1,
            "exponentformat": "none",
        }
        | GRID,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        showlegend=True,
    )
    for where, values, mark, label in kinds:
        if where.any():
            figure["data"].append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": label,
                    "x": np.flatnonzero(where) + 1,
                    "y": values[where],
                    "customdata": order[where],
                    "hovertemplate": _(
                        "unit {u}: {value}",
                        u="%{customdata}",
                        value="%{y:.3g}" if mark == "circle" else label,
                    )
                    + "<extra></extra>",
                    "marker": {"color": quantity_colour(gate), "symbol": mark, "size": 9},
                }
            )
    if distance:
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": _("this task needs {steps} steps", steps=distance),
                "x": [0, len(steps) + 1],
                "y": [distance, distance],
                "line": {"color": INK, "dash": "dash", "width": 1.5},
                "hoverinfo": "skip",
            }
        )
    return figure
