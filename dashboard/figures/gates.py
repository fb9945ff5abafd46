"""The figures of the Gates page: what each gate does over time, over units and over the training."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from core.analysis.facts import HIGH, LOW
from core.analysis.gates import (
    BINS,
    DistributionHistory,
    distribution,
    half_lives,
    saturation,
    value_range,
)
from core.layers.trace import Quantity, Trace
from dashboard.common.i18n import _
from dashboard.common.quantities import NAMES
from dashboard.common.theme import FAINT, INK, OPEN, QUANTITIES
from dashboard.figures.heat import (
    GRID,
    Figure,
    HeatMap,
    empty_figure,
    horizontal_line,
    stacked_maps_figure,
)

MARKS = ("circle", "square", "diamond")  # a gate's mark, so that colour is not all


def quantity_title(name: str) -> str:
    """A quantity's letter and what it is."""
    return f"<b>{name}</b> {NAMES[name]}"


def quantity_map(trace: Trace, name: str, sequence: int = 0) -> HeatMap:
    """One quantity of one sequence: unit x time step."""
    end = int(trace.lengths()[sequence])
    z = cast(Quantity, trace[name]).values[:end, sequence].T
    signed = name not in trace.cell.gates
    return HeatMap(quantity_title(name), z, QUANTITIES.get(name, INK), signed)


def over_time_figure(trace: Trace, symbols: Sequence[str], name: str) -> Figure:
    """Every gate, candidate and state of the first sequence, its symbols above."""
    names = [q for q in trace if q != "a"]
    maps = [quantity_map(trace, q) for q in names]
    return stacked_maps_figure(maps, symbols, name, row=max(68, min(150, 430 // len(maps))))


def saturation_figure(trace: Trace, name: str) -> Figure:
    """One mark for each unit and gate: the share of steps nearly shut against nearly open."""
    figure = empty_figure(
        320,
        name,
        margin={"l": 60, "r": 12, "t": 34, "b": 46},
        xaxis={
            "title": {"text": _("share of steps below {low}").format(low=LOW)},
            "range": [-0.04, 1.04],
        }
        | GRID,
        yaxis={
            "title": {"text": _("share of steps above {high}").format(high=HIGH)},
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
    for gate, mark in zip(trace.cell.gates, MARKS, strict=False):
        shares = saturation(trace, gate)
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": f"{gate} {NAMES[gate]}",
                "x": shares.low,
                "y": shares.high,
                "customdata": np.arange(trace.H),
                "hovertemplate": gate
                + " unit %{customdata}: shut %{x:.0%}, open %{y:.0%}<extra></extra>",
                "marker": {
                    "color": QUANTITIES[gate],
                    "symbol": mark,
                    "size": 9,
                    "opacity": 0.75,
                    "line": {"width": 1, "color": QUANTITIES[gate]},
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
                    "hovertemplate": _("unit")
                    + " %{customdata}: "
                    + ("%{y:.3g}" if mark == "circle" else label)
                    + "<extra></extra>",
                    "marker": {"color": QUANTITIES[gate], "symbol": mark, "size": 9},
                }
            )
    if distance:
        figure["layout"]["shapes"].append(horizontal_line(distance, width=1.5))
        figure["layout"]["annotations"].append(
            {
                **{"x": 1, "xref": "paper", "xanchor": "right"},
                "y": float(
                    np.log10(distance)
                ),  # on a logarithmic axis an annotation's y is an exponent
                "yanchor": "bottom",
                "text": _("this task needs {steps} steps").format(steps=distance),
                "showarrow": False,
            }
        )
    return figure


def over_training_figure(
    history: DistributionHistory, layer: int, direction: str, trace: Trace, name: str
) -> Figure:
    """How the values of each quantity are spread after each update: update x value, share as colour."""
    names = [q for q in trace if q not in ("a", "c")]
    gap = 0.15 / max(1, len(names) - 1)
    share = (1 - gap * (len(names) - 1)) / len(names)
    figure = empty_figure(
        60 + max(84, min(220, 400 // len(names))) * len(names),
        name,
        margin={"l": 58, "r": 58, "t": 12, "b": 42},
        xaxis={
            "title": {"text": _("update")},
            "anchor": "y" if len(names) == 1 else f"y{len(names)}",
            "showgrid": False,
            "zeroline": False,
        },
    )
    for k, q in enumerate(names, 1):
        low, high = value_range(trace, q)
        z = history.of(layer, direction, q).T  # [bins, updates]
        bin_width = (high - low) / len(z)
        top = 1 - (k - 1) * (share + gap)
        domain = [max(0.0, top - share), top]
        limit = 0.4
        figure["data"].append(
            {
                "type": "heatmap",
                "z": z.astype(np.float32),
                "x": history.updates,
                "y": low + bin_width * (np.arange(len(z)) + 0.5),
                "xaxis": "x",
                "yaxis": "y" if k == 1 else f"y{k}",
                "zmin": 0,
                "zmax": limit,
                "colorscale": OPEN,
                "name": f"{q} {NAMES[q]}",
                "hovertemplate": _("update")
                + " %{x}, "
                + q
                + " ≈ %{y:.2f}: %{z:.0%}<extra></extra>",
                "showscale": k == 1,
                "colorbar": {
                    "thickness": 8,
                    "outlinewidth": 0,
                    "x": 1.005,
                    "xpad": 2,
                    "tickvals": [0, limit / 2, limit],
                    "ticktext": ["0", f"{limit / 2:.0%}", f"≥ {limit:.0%}"],
                },
            }
        )
        figure["layout"].update(
            {
                f"yaxis{'' if k == 1 else k}": {
                    "domain": domain,
                    "anchor": "x",
                    "range": [low, high],
                    "tickvals": [low, (low + high) / 2, high],
                    "title": {
                        "text": quantity_title(q),
                        "font": {"color": QUANTITIES[q], "size": 12},
                        "standoff": 4,
                    },
                    "showgrid": False,
                    "zeroline": False,
                }
            }
        )
    return figure


def distribution_figure(trace: Trace, name: str) -> Figure:
    """The values of each quantity over all steps and units of a sequence: value x share, side by side."""
    names = [q for q in trace if q not in ("a", "c")]
    width = (1 - 0.04 * (len(names) - 1)) / len(names)
    shares = [distribution(trace, q) for q in names]
    figure = empty_figure(
        300,
        name,
        margin={"l": 58, "r": 12, "t": 30, "b": 34},
        yaxis={
            "title": {"text": _("share of all values")},
            "range": [0, 1.06 * max(0.1, *(float(s.max()) for s in shares))],
            "tickformat": ".0%",
        }
        | GRID,
        bargap=0.06,
        showlegend=False,
    )
    for k, (q, share) in enumerate(zip(names, shares, strict=True), 1):
        low, high = value_range(trace, q)
        bin_width, left = (high - low) / BINS, (k - 1) * (width + 0.04)
        axis = "x" if k == 1 else f"x{k}"
        figure["data"].append(
            {
                "type": "bar",
                "x": low + bin_width * (np.arange(BINS) + 0.5),
                "y": share,
                "xaxis": axis,
                "yaxis": "y",
                "marker": {"color": QUANTITIES[q]},
                "name": q,
                "hovertemplate": q + " ≈ %{x:.2f}: %{y:.1%}<extra></extra>",
            }
        )
        figure["layout"][axis.replace("x", "xaxis")] = {
            "domain": [left, left + width],
            "range": [low, high],
            "tickvals": [low, (low + high) / 2, high],
            "anchor": "y",
        } | GRID
        figure["layout"]["annotations"].append(
            {
                **{"x": left + width / 2, "xref": "paper", "xanchor": "center"},
                **{"y": 1.0, "yref": "paper", "yanchor": "bottom"},
                "text": quantity_title(q),
                "font": {"color": QUANTITIES[q], "size": 12},
                "showarrow": False,
            }
        )
    return figure
