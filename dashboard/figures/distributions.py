"""The figures of distributions: how the values of gates and states are spread, now and after each update."""

import numpy as np

from core.analysis.gates import BINS, DistributionHistory, distribution, value_range
from core.layers.trace import Trace
from dashboard.common.i18n import _
from dashboard.common.theme import QUANTITIES, SIZES
from dashboard.figures.gates import quantity_title
from dashboard.figures.heat import GRID, Figure, empty_figure


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
