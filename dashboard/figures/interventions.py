"""What an intervention changes: the same reading without it and with it, and the difference."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from core.layers.recording import Recording
from core.layers.trace import Quantity, Trace
from dashboard.common.i18n import _
from dashboard.common.theme import GRADIENT, INK
from dashboard.figures.heat import (
    TITLE_HEIGHT,
    TITLE_SIZE,
    Figure,
    HeatMap,
    Place,
    add_map,
    empty_figure,
    largest_size,
)
from dashboard.figures.log_axis import log_axis, whole_axis
from dashboard.figures.not_finite import edge_markers
from dashboard.figures.time_axis import symbols_height, time_axis

WIDE = 0.295  # a column, where the whole is 1
LEFTS = (0.0, 0.315, 0.705)  # without and with share a scale, which stands behind them
ROW, GAP = 112, 26  # pixels: of a map, and between two, where the title of the lower one stands


def comparison_figure(
    without: Sequence[HeatMap], with_: Sequence[HeatMap], symbols: Sequence[str], name: str
) -> Figure:
    """Three columns: without, with, and with minus without; one row for each pair of maps, under its title.

    Without and with share the scale of their row; the difference has its own, symmetric around 0.
    """
    titles = (_("without"), _("with"), _("with − without"))
    count = len(without)
    axes = time_axis(symbols, 140)
    above = symbols_height(axes) + TITLE_HEIGHT
    margin = {"l": 56, "r": 52, "t": above + TITLE_HEIGHT, "b": 8}
    room = ROW * count + GAP * (count - 1)
    figure = empty_figure(room + margin["t"] + margin["b"], name, margin=margin)
    for column, title in enumerate(titles):
        left = LEFTS[column]
        number = "" if not column else str(column + 1)
        place = {"domain": [left, left + WIDE], "anchor": f"y{number}"}
        figure["layout"][f"xaxis{number}"] = axes | place
        figure["layout"]["annotations"].append(
            {
                **{"xref": "paper", "x": left + WIDE / 2, "yref": "paper", "y": 1},
                **{"yanchor": "middle", "yshift": above + TITLE_HEIGHT / 2, "showarrow": False},
                **{"text": f"<b>{title}</b>", "font": {"size": TITLE_SIZE}},
            }
        )
    for k, (before, after) in enumerate(zip(without, with_, strict=True)):
        top = 1 - k * (ROW + GAP) / room
        domain = (max(0.0, top - ROW / room), top)
        lift = GAP / 2 if k else above - TITLE_HEIGHT / 2
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
                numbers=column == 0,
                lift=None if column else lift,
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
    sizes = [gradient_norms(recording, steps, where) for recording in (without, with_)]
    y, ends = log_axis("‖∂L/∂h‖", *sizes)
    figure = empty_figure(
        190,
        name,
        margin={"l": 64, "r": 52, "t": 30, "b": 40},
        xaxis=whole_axis(_("step t"), [1, steps], range=[0.5, steps + 0.5], showgrid=False),
        yaxis=y,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        showlegend=True,
    )
    t = np.arange(1, steps + 1)
    for size, label, dash, colour in (
        (sizes[0], _("without"), "dash", INK),
        (sizes[1], _("with"), "solid", GRADIENT),
    ):
        figure["data"].append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": label,
                "x": t,
                "y": np.where(size > 0, size, np.nan),
                "line": {"dash": dash, "color": colour, "width": 2},
                "marker": {"size": 4},
                "hovertemplate": "t = %{x}: %{y:.2e}",
            }
        )
        figure["data"] += edge_markers(label, t, size, *ends, colour)
    return figure


def gradient_norms(recording: Recording, steps: int, where: tuple[int, str]) -> np.ndarray:
    """||dL/dh_t|| of one layer and direction of the first sequence, [steps]; zeros without gradients."""
    grads = cast(Quantity, cast(Trace, recording[where])["h"]).grads
    if grads is None:
        return np.zeros(steps)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.linalg.norm(grads[:steps, 0].astype(np.float64), axis=1)
