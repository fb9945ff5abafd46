"""The figures of distributions: how the values of gates and states are spread, now and after each update."""

import numpy as np

from core.analysis.gates import BINS, DistributionHistory, distribution, value_range
from core.layers.trace import Trace
from dashboard.common.i18n import _, write_share
from dashboard.common.theme import SIZES, quantity_colour
from dashboard.figures.gates import quantity_title
from dashboard.figures.heat import GRID, TITLE_HEIGHT, TITLE_SIZE, Figure, empty_figure
from dashboard.figures.log_axis import whole_ticks

MAP_HEIGHT = (84, 200)  # of one map, at least and at most
ALL_MAPS = 460  # of all of them, where there are several
COLUMNS = 3  # histograms side by side: as many as a phone has room for
HISTOGRAM_HEIGHT = 150
LARGEST_SHARE = 0.4  # the end of the scale


def over_training_figure(
    history: DistributionHistory, layer: int, direction: str, trace: Trace, name: str
) -> Figure:
    """How the values of each quantity are spread after each update: update x value, share as colour."""
    names = spread_quantities(trace)
    tall = max(MAP_HEIGHT[0], min(MAP_HEIGHT[1], ALL_MAPS // len(names)))
    room = (tall + TITLE_HEIGHT) * len(names) - TITLE_HEIGHT  # pixels
    last = "" if len(names) == 1 else str(len(names))
    figure = empty_figure(
        room + TITLE_HEIGHT + 46,
        name,
        margin={"l": 42, "r": 58, "t": TITLE_HEIGHT, "b": 46},
        xaxis={
            "title": {"text": _("update")},
            **whole_ticks(history.updates),
            "anchor": f"y{last}",
            "showgrid": False,
            "zeroline": False,
        },
    )
    for k, quantity in enumerate(names):
        low, high = value_range(trace, quantity)
        z = history.of(layer, direction, quantity).T  # [bins, updates]
        bin_width = (high - low) / len(z)
        top = 1 - k * (tall + TITLE_HEIGHT) / room
        number = "" if not k else str(k + 1)
        figure["data"].append(
            {
                "type": "heatmap",
                "z": z.astype(np.float32),
                "x": history.updates,
                "y": low + bin_width * (np.arange(len(z)) + 0.5),
                "xaxis": "x",
                "yaxis": f"y{number}",
                "zmin": 0,
                "zmax": LARGEST_SHARE,
                "colorscale": SIZES,
                "name": quantity_title(quantity),
                "hovertemplate": _(
                    "update {n}, {quantity} ≈ {value}: {share}",
                    n="%{x}",
                    quantity=quantity,
                    value="%{y:.2f}",
                    share="%{z:.0%}",
                )
                + "<extra></extra>",
                "showscale": k == 0,
                "colorbar": {
                    "thickness": 8,
                    "outlinewidth": 0,
                    "x": 1.005,
                    "xpad": 2,
                    "tickvals": [0, LARGEST_SHARE / 2, LARGEST_SHARE],
                    "ticktext": [
                        "0",
                        write_share(LARGEST_SHARE / 2),
                        f"≥ {write_share(LARGEST_SHARE)}",
                    ],
                },
            }
        )
        figure["layout"][f"yaxis{number}"] = {
            "domain": [max(0.0, top - tall / room), top],
            "anchor": "x",
            "range": [low, high],
            "tickvals": [low, (low + high) / 2, high],
            "showgrid": False,
            "zeroline": False,
        }
        figure["layout"]["annotations"].append(_title(quantity, 0.0, top))
    return figure


def spread_quantities(trace: Trace) -> list[str]:
    """The quantities that have bounds."""
    return [name for name in trace if name not in ("a", "c")]


def _title(quantity: str, left: float, top: float) -> Figure:
    """The title of a plot whose upper left corner is there."""
    return {
        "text": quantity_title(quantity),
        **{"xref": "paper", "x": left, "xanchor": "left", "showarrow": False},
        **{"yref": "paper", "y": top, "yanchor": "bottom", "font": {"size": TITLE_SIZE}},
    }


def distribution_figure(trace: Trace, name: str) -> Figure:
    """The values of each quantity over all steps and units of a sequence: value x share, in rows of three."""
    names = spread_quantities(trace)
    shares = [distribution(trace, quantity) for quantity in names]
    columns, rows = min(COLUMNS, len(names)), -(-len(names) // COLUMNS)
    between = 46  # pixels from one row to the next: the ticks and the next title
    room = (HISTOGRAM_HEIGHT + between) * rows - between
    wide = (1 - 0.05 * (columns - 1)) / columns
    most = 1.06 * max(0.1, *(float(share.max()) for share in shares))
    figure = empty_figure(
        room + TITLE_HEIGHT + 34,
        name,
        margin={"l": 58, "r": 12, "t": TITLE_HEIGHT, "b": 34},
        bargap=0.06,
        showlegend=False,
    )
    for k, (quantity, share) in enumerate(zip(names, shares, strict=True)):
        low, high = value_range(trace, quantity)
        bin_width, left = (high - low) / BINS, (k % columns) * (wide + 0.05)
        top = 1 - (k // columns) * (HISTOGRAM_HEIGHT + between) / room
        number = "" if not k else str(k + 1)
        figure["data"].append(
            {
                "type": "bar",
                "x": low + bin_width * (np.arange(BINS) + 0.5),
                "y": share,
                "xaxis": f"x{number}",
                "yaxis": f"y{number}",
                "marker": {"color": quantity_colour(quantity)},
                "name": quantity,
                "hovertemplate": f"{quantity} ≈ %{{x:.2f}}: %{{y:.1%}}<extra></extra>",
            }
        )
        figure["layout"][f"xaxis{number}"] = {
            "domain": [left, left + wide],
            "range": [low, high],
            "tickvals": [low, (low + high) / 2, high],
            "anchor": f"y{number}",
        } | GRID
        figure["layout"][f"yaxis{number}"] = {
            "domain": [max(0.0, top - HISTOGRAM_HEIGHT / room), top],
            "anchor": f"x{number}",
            "range": [0, most],
            "tickformat": ".0%",
            "nticks": 4,
            "showticklabels": k % columns == 0,
            **({"title": {"text": _("share of all values")}} if k == 0 else {}),
        } | GRID
        figure["layout"]["annotations"].append(_title(quantity, left, top))
    return figure
