"""What an intervention changes: the same reading without it and with it, and the difference."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from core.layers.recording import Recording
from core.layers.trace import Quantity, Trace
from dashboard.common.i18n import _
from dashboard.common.theme import INK, QUANTITIES
from dashboard.figures.heat import (
    GRID,
    Figure,
    HeatMap,
    Place,
    add_map,
    empty_figure,
    largest_size,
    symbols_height,
    time_axis,
)

WIDE = 0.295  # a column, where the whole is 1
LEFTS = (0.0, 0.315, 0.705)  # without and with share a scale, which stands behind them


def comparison_figure(
    without: Sequence[HeatMap], with_: Sequence[HeatMap], symbols: Sequence[str], name: str
) -> Figure:
    """Three columns: without, with, and with minus without; one row for each pair of maps.

    Without and with share the scale of their row; the difference has its own, symmetric around 0.
    """
    titles = (_("without"), _("with"), _("with − without"))
    count = len(without)
    axes = time_axis(symbols, 140)
    above = symbols_height(axes)
    margin = {"l": 56, "r": 52, "t": above + 24, "b": 4}
    figure = empty_figure(above + 26 + 112 * count, name, margin=margin)
    gap = 0.05
    share = (1 - gap * (count - 1)) / count
    for column, title in enumerate(titles):
        left = LEFTS[column]
        axis = f"xaxis{'' if not column else column + 1}"
        figure["layout"].update(
            {
                axis: axes
                | {"domain": [left, left + WIDE], "anchor": f"y{column + 1}" if column else "y"}
            }
        )
        figure["layout"]["annotations"].append(
            {
                **{"xref": "paper", "x": left + WIDE / 2, "yref": "paper", "y": 1},
                **{"yanchor": "bottom", "yshift": above - 4, "showarrow": False},
                **{"text": f"<b>{title}</b>", "font": {"size": 13}},
            }
        )
    for k, (before, after) in enumerate(zip(without, with_, strict=True)):
        top = 1 - k * (share + gap)
        domain = (max(0.0, top - share), top)
        limit = max(before.limit, after.limit)
        difference = after.z.astype(np.float64) - before.z
        maps = (
            replace(before, top=limit),
            replace(after, top=limit),
            replace(before, z=difference, signed=True, top=largest_size(difference)),
        )
        for column, heat_map in enumerate(maps):
            place = Place(
                3 * k + column + 1,
                domain,
                right=LEFTS[column] + WIDE,
                axis="x" if not column else f"x{column + 1}",
                bar=column > 0,
                label=column == 0,
            )
            add_map(figure, heat_map, place)
        if before.lines:
            first = 3 * k + 1
            figure["layout"][f"yaxis{first + 1}"] |= {
                "matches": "y" if first == 1 else f"y{first}",
                "showticklabels": False,
            }
    return figure


def gradient_flow_figure(
    without: Recording, with_: Recording, steps: int, where: tuple[int, str], name: str
) -> Figure:
    """||dL/dh_t|| over time without and with, logarithmic."""
    figure = empty_figure(
        124,
        name,
        margin={"l": 56, "r": 52, "t": 24, "b": 22},
        xaxis={"range": [0.5, steps + 0.5], "showgrid": False, "zeroline": False},
        yaxis={"type": "log", "title": {"text": "||dL/dh_t||"}} | GRID,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        showlegend=True,
    )
    sizes = [gradient_norms(recording, steps, where) for recording in (without, with_)]
    figure["layout"]["yaxis"] |= _log_ticks(np.concatenate(sizes))
    for size, label, dash, colour in (
        (sizes[0], _("without"), "dash", INK),
        (sizes[1], _("with"), "solid", QUANTITIES["h"]),
    ):
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": label,
                "x": np.arange(1, steps + 1),
                "y": np.where(size > 0, size, np.nan),
                "line": {"dash": dash, "color": colour, "width": 2},
                "marker": {"size": 4},
                "hovertemplate": "t = %{x}: %{y:.2e}",
            }
        )
    return figure


def _log_ticks(sizes: np.ndarray) -> dict[str, Any]:
    """Ticks of a logarithmic axis: at most four powers of ten, or both ends where there are not two."""
    positive = sizes[np.isfinite(sizes) & (sizes > 0)]
    if not positive.size:
        return {}
    low, high = float(positive.min()), float(positive.max())
    powers = np.arange(np.ceil(np.log10(low)), np.floor(np.log10(high)) + 1)
    powers = powers[:: max(1, -(-len(powers) // 4))]
    ticks = (10.0**powers).tolist() if len(powers) > 1 else sorted({low, high})
    return {"tickvals": ticks, "ticktext": [f"{tick:.0e}" for tick in ticks]}


def gradient_norms(recording: Recording, steps: int, where: tuple[int, str]) -> np.ndarray:
    """||dL/dh_t|| of one layer and direction of the first sequence, [steps]; zeros without gradients."""
    grads = cast(Quantity, cast(Trace, recording[where])["h"]).grads
    if grads is None:
        return np.zeros(steps)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.linalg.norm(grads[:steps, 0].astype(np.float64), axis=1)
