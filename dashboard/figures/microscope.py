"""Small figures beside a formula: the products that a sum is made of. Plain dicts for Plotly."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dashboard.common.i18n import _
from dashboard.common.theme import NEGATIVE, POSITIVE
from dashboard.figures.gradients import Figure, axis, figure_layout
from dashboard.figures.log_axis import whole_axis

SIGNED = [[0, NEGATIVE], [0.5, "rgba(128,128,128,0.08)"], [1, POSITIVE]]


def product_figure(
    names: Sequence[tuple[str, str]], pairs: Sequence[tuple[np.ndarray, np.ndarray]], over: str
) -> Figure:
    """names: of both factors, in HTML. over: what the sums go over, in a word. For each dot product three strips: weights, what they are multiplied with, products.

    Each strip has its own range, symmetric around 0; hovering tells the numbers.
    """
    traces: list[dict[str, Any]] = []
    shapes = len(names)
    room = 1 / shapes
    axes: dict[str, Any] = {}
    for k, (name, (left, right)) in enumerate(zip(names, pairs, strict=True)):
        with np.errstate(all="ignore"):
            rows = np.nan_to_num(np.stack([left * right, right, left]))
        largest = np.abs(rows).max(1, keepdims=True)
        z = rows / np.where(largest > 0, largest, 1)
        axes[f"yaxis{k + 1 if k else ''}"] = {
            "domain": [1 - (k + 1) * room + 0.12 * room, 1 - k * room - 0.16 * room],
            "tickvals": [0, 1, 2],
            "ticktext": [_("product"), name[1], name[0]],
            "tickfont": {"size": 11},
            "fixedrange": True,
        }
        axes[f"xaxis{k + 1 if k else ''}"] = {
            "visible": k == shapes - 1,
            "anchor": f"y{k + 1 if k else ''}",
            "title": {"text": over, "font": {"size": 11}},
            "tickfont": {"size": 11},
            "fixedrange": True,
        }
        traces.append(
            {
                "type": "heatmap",
                "z": z.tolist(),
                "customdata": rows.tolist(),
                "zmin": -1,
                "zmax": 1,
                "colorscale": SIGNED,
                "showscale": False,
                "xgap": 1,
                "ygap": 2,
                "hovertemplate": "%{y}, " + over + " %{x}: %{customdata:.4g}<extra></extra>",
                "xaxis": f"x{k + 1 if k else ''}",
                "yaxis": f"y{k + 1 if k else ''}",
            }
        )
    title = _("The sums: each strip from its most negative (blue) to its most positive (orange)")
    head = title.replace(": ", ":<br>", 1)  # beside a lesson one line would be cut
    around = {"l": 96, "r": 8, "t": 46, "b": 34}
    return {
        "data": traces,
        "layout": figure_layout(title, 78 + 78 * shapes, margin=around, showlegend=False, **axes)
        | {
            "title": {
                **{"text": head, "font": {"size": 12}, "x": 0, "xanchor": "left"},
                **{"y": 1, "yanchor": "top", "pad": {"t": 16}},
            }
        },
    }


def weight_term_figure(symbols: Sequence[str], terms: np.ndarray) -> Figure:
    """The term of each step in one number of a weight's gradient."""
    steps = np.arange(1, len(terms) + 1)
    colours = [POSITIVE if v > 0 else NEGATIVE for v in terms]
    data = [
        {
            "type": "bar",
            "x": steps.tolist(),
            "y": np.nan_to_num(terms).tolist(),
            "text": list(symbols),
            "marker": {"color": colours},
            "hovertemplate": _("step") + " %{x} (%{text}): %{y:.4g}<extra></extra>",
        }
    ]
    title = _("The term of each step: orange adds, blue takes away")
    axes = {"xaxis": whole_axis(_("time step"), steps), "yaxis": axis("δ_t h_{t−1}")}
    return {"data": data, "layout": figure_layout(title, 220, showlegend=False, **axes)}
