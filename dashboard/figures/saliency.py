"""Which inputs mattered, as Plotly figures: pure functions, arrays in, figure out."""

from collections.abc import Sequence

import numpy as np

from dashboard.common.i18n import _
from dashboard.common.theme import FAINT, GRADIENT, INK, NEGATIVE, POSITIVE
from dashboard.figures.heat import Figure, HeatMap, empty_figure, stacked_maps_figure
from dashboard.figures.log_axis import log_axis
from dashboard.figures.time_axis import symbol_label, symbols_height, time_axis

SHARES_HEIGHT, NORMS_HEIGHT = 220, 200  # pixels
ROW_HEIGHT, MAP_HEIGHT = 22, 420  # pixels of an input, and of all of them at most


def share_figure(steps: np.ndarray, symbols: Sequence[str]) -> Figure:
    """The share of each step [T], as bars: up where it raises the number, down where it lowers it."""
    figure = _over_time(SHARES_HEIGHT, "saliency", symbols)
    figure["layout"] |= {"barmode": "overlay", "bargap": 0.35, "showlegend": True}
    figure["layout"]["legend"] = {"orientation": "h", "y": -0.02, "yanchor": "top"}
    most = float(np.abs(steps[np.isfinite(steps)]).max(initial=0)) or 1.0
    figure["layout"]["yaxis"] = {
        **{
            "title": {"text": _("share"), "font": {"size": 12}},
            "range": [-1.08 * most, 1.08 * most],
        },
        **{"gridcolor": FAINT, "zeroline": True, "zerolinecolor": INK, "nticks": 5},
    }
    signs = ((_("raises it"), POSITIVE, steps > 0), (_("lowers it"), NEGATIVE, steps < 0))
    for name, colour, are in signs:
        figure["data"].append(
            {
                **{"type": "bar", "name": name, "marker": {"color": colour}},
                "x": np.arange(1, len(steps) + 1),
                "y": [
                    value if is_so else None
                    for value, is_so in zip(steps.tolist(), are, strict=True)
                ],
                "customdata": [symbol_label(symbol) for symbol in symbols],
                "hovertemplate": _hover(),
            }
        )
    return figure


def norm_figure(norms: np.ndarray, symbols: Sequence[str], name: str) -> Figure:
    """How large the gradient of each input is [T], on a logarithmic axis. name: of the number that it is of."""
    figure = _over_time(NORMS_HEIGHT, "saliency norms", symbols)
    axis, _ends = log_axis(f"‖∂{name}/∂x_t‖", norms)
    figure["layout"]["yaxis"] = axis
    figure["data"].append(
        {
            **{"type": "scatter", "mode": "lines+markers", "name": f"‖∂{name}/∂x_t‖"},
            **{"line": {"color": GRADIENT, "width": 2}, "marker": {"size": 4}, "showlegend": False},
            "x": np.arange(1, len(norms) + 1),
            "y": [size if 0 < size < np.inf else None for size in norms.tolist()],
            "customdata": [symbol_label(symbol) for symbol in symbols],
            "hovertemplate": _hover(),
        }
    )
    return figure


def map_figure(attributions: np.ndarray, symbols: Sequence[str], inputs: Sequence[str]) -> Figure:
    """The share of every input at every step, [T, I]. inputs: their names; () for numbers."""
    height = min(MAP_HEIGHT, 90 + ROW_HEIGHT * attributions.shape[1])
    heat_map = HeatMap(_("share"), attributions.T, signed=True, rows=tuple(inputs))
    return stacked_maps_figure([heat_map], symbols, "saliency map", height)


def _over_time(height: int, name: str, symbols: Sequence[str]) -> Figure:
    axis = time_axis(symbols)
    margin = {"l": 62, "r": 16, "t": symbols_height(axis) + 6, "b": 8}
    return empty_figure(height, name, margin=margin, xaxis=axis)


def _hover() -> str:
    text = _(
        "“{symbol}”, step {step}: {value}",
        symbol="%{customdata}",
        step="%{x:d}",
        value="<b>%{y:.3~g}</b>",
    )
    return f"{text}<extra></extra>"
