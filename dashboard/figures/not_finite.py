"""What is not finite, in Plotly figures: drawn as such, where Plotly leaves a blank."""

from typing import Any

import numpy as np

from dashboard.common.i18n import _

COLOUR = "#7b3fa0"  # no quantity and no end of a scale has it; it holds on both backgrounds
Figure = dict[str, Any]
MOST_MARKS = 120  # of one kind: more would be a bar along the edge


def mask_trace(exact: np.ndarray, **place: Any) -> Figure | None:
    """Cells of one colour over a heat map, where its numbers [rows, L] are not finite; None: all are.

    place: further keys of the trace, such as its axes and its x.
    """
    is_lost = ~np.isfinite(exact)
    if not is_lost.any():
        return None
    names = np.where(np.isnan(exact), "NaN", np.where(exact > 0, "∞", "−∞"))
    return {
        "type": "heatmap",
        "z": np.where(is_lost, 1.0, np.nan),
        "text": names,
        "hovertemplate": _("step {step}: {value}", step="%{x}", value="%{text}")
        + "<extra></extra>",
        "colorscale": [[0, COLOUR], [1, COLOUR]],
        "showscale": False,
        "zmin": 0,
        "zmax": 1,
        **place,
    }


def lost_steps_in_words(*quantities: np.ndarray) -> str:
    """From which step to which, counted from 1, some of the quantities [L, H] are not finite; "" where all are."""
    is_lost = np.any([~np.isfinite(values).all(1) for values in quantities], axis=0)
    steps = np.flatnonzero(is_lost) + 1
    if not len(steps):
        return ""
    if steps[-1] == len(is_lost):
        return _("Not finite (NaN or infinite) from step {first} on.", first=steps[0])
    return _(
        "Not finite (NaN or infinite) from step {first} to step {last}.",
        first=steps[0],
        last=steps[-1],
    )


def edge_markers(
    name: str, x: np.ndarray, y: np.ndarray, low: float, high: float, colour: str, **more: Any
) -> list[Figure]:
    """Triangles at the edges of an axis from `low` to `high`, where a curve leaves it or is infinite; crosses
    where it is no number; rings at the foot for 0 on a logarithmic one, whose low end is above 0.

    Of very many only every so many stand there.
    """
    marks = []
    zero = (y == 0) & (low > 0)
    for where, at, symbol, text in (
        (y > high, high, "triangle-up", _("beyond the axis: %{customdata:.3g}")),
        ((y < low) & ~zero, low, "triangle-down", _("beyond the axis: %{customdata:.3g}")),
        (zero, low, "circle-open", _("0 (too small for the numbers of the computer, or cut off)")),
        (np.isnan(y), high, "x-thin-open", _("not a number")),
    ):
        places = np.flatnonzero(where)
        places = places[:: 1 + len(places) // MOST_MARKS]
        if len(places):
            marks.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": name,
                    "showlegend": False,
                    "cliponaxis": False,
                    "x": np.asarray(x)[places],
                    "y": np.full(len(places), at),
                    "customdata": np.where(np.isinf(y), np.sign(y) * 1e308, y)[places],
                    "hovertemplate": text + "<extra>" + name + "</extra>",
                    "marker": {"symbol": symbol, "size": 9, "color": colour},
                    **more,
                }
            )
    return marks
