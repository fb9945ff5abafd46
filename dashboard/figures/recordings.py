"""What was recorded of one sequence, as Plotly figures: pure functions, arrays in, figure out."""

import html
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.layers.trace import Trace
from dashboard.common.colour_scales import DECADES, SMALLEST_RANGE, TOP
from dashboard.common.i18n import _
from dashboard.common.theme import OPEN, QUANTITIES, SIGNED

ROW_PIXELS = 110  # of a heat map
MAX_LABELLED_STEPS = 60  # more are not labelled one by one


def value_figure(trace: Trace, symbols: Sequence[str], sequence: int = 0) -> go.Figure:
    """Every recorded quantity of one sequence, a row for each: units over time steps.

    Gates go from empty (0) to full (1), signed values from blue over empty to red, symmetric about 0.
    """
    maps = []
    for name, quantity in trace.items():
        values = quantity.values[: len(symbols), sequence].T
        if name in trace.cell.gates:
            maps.append((name, values, values, 0.0, 1.0, OPEN, None))
        else:
            span = max(SMALLEST_RANGE, float(np.abs(values).max(initial=0)))
            maps.append((name, values, values, -span, span, SIGNED, None))
    return _map_figure(maps, symbols)


def gradient_figure(trace: Trace, symbols: Sequence[str], sequence: int = 0) -> go.Figure:
    """The total gradient of every quantity, on a logarithmic scale that keeps the sign."""
    maps = []
    ticks = list(range(-DECADES, DECADES + 1, 2))
    labels = [
        "0" if k == 0 else f"{'−' if k < 0 else ''}10<sup>{TOP - DECADES + abs(k)}</sup>"
        for k in ticks
    ]
    for name, quantity in trace.items():
        if quantity.grads is not None:
            exact = quantity.grads[: len(symbols), sequence].T
            bar = {"tickvals": ticks[::2], "ticktext": labels[::2]}
            maps.append((name, signed_log(exact), exact, -DECADES, DECADES, SIGNED, bar))
    return _map_figure(maps, symbols)


def signed_log(values: np.ndarray) -> np.ndarray:
    """sign(v) times the decades of |v| above 10^(TOP - DECADES), from -DECADES to DECADES."""
    with np.errstate(divide="ignore"):
        above = np.log10(np.abs(values.astype(np.float64))) - (TOP - DECADES)
    return np.sign(values) * above.clip(0, DECADES)


def norm_figure(trace: Trace, symbols: Sequence[str], sequence: int = 0) -> go.Figure:
    """The size of the gradient that reaches each step, of each quantity, on a logarithmic axis."""
    figure = go.Figure()
    for name, quantity in trace.items():
        if quantity.grads is None:
            continue
        sizes = np.linalg.norm(quantity.grads[: len(symbols), sequence].astype(np.float64), axis=1)
        figure.add_scatter(
            x=list(range(len(symbols))),
            y=[size if size > 0 else None for size in sizes.tolist()],
            name=name,
            mode="lines+markers",
            line={"color": QUANTITIES.get(name), "width": 2},
            marker={"size": 4},
        )
    figure.update_yaxes(
        type="log", exponentformat="power", title=_("‖∂L/∂·‖ over the units"), dtick=2
    )
    figure.update_xaxes(title=_("time step"), **_time_axis(symbols))
    return figure.update_layout(**_layout(320), showlegend=True)


def _map_figure(maps: Sequence[tuple], symbols: Sequence[str]) -> go.Figure:
    rows = max(1, len(maps))
    gap = 0.25 / rows
    figure = make_subplots(rows, 1, shared_xaxes=True, vertical_spacing=gap / 2)
    share = (1 - (rows - 1) * gap / 2) / rows
    for k, (name, values, exact, low, high, scale, bar) in enumerate(maps):
        middle = 1 - k * (share + gap / 2) - share / 2
        figure.add_heatmap(
            z=values,
            customdata=exact,
            zmin=low,
            zmax=high,
            colorscale=scale,
            row=k + 1,
            col=1,
            colorbar={"len": share, "y": middle, "thickness": 10, **(bar or {"nticks": 4})},
            hovertemplate=f"{name}, "
            + _("unit {unit}, step {step}: {value}").format(
                unit="%{y}", step="%{x}", value="%{customdata:.6g}"
            )
            + "<extra></extra>",
        )
        figure.update_yaxes(autorange="reversed", nticks=4, row=k + 1, col=1)
        figure.add_annotation(
            text=f"<b>{name}</b>",
            font={"color": QUANTITIES.get(name), "size": 17},
            x=-0.035,
            y=middle,
            xref="paper",
            yref="paper",
            xanchor="right",
            showarrow=False,
        )
    figure.update_xaxes(**_time_axis(symbols))
    figure.update_xaxes(title=_("time step"), row=rows, col=1)
    return figure.update_layout(**_layout(90 + ROW_PIXELS * rows))


def _time_axis(symbols: Sequence[str]) -> dict:
    if len(symbols) > MAX_LABELLED_STEPS:
        return {}
    # Plotly reads markup in labels; what a reader typed is none.
    return {
        "tickvals": list(range(len(symbols))),
        "ticktext": [html.escape(symbol) for symbol in symbols],
    }


def _layout(height: int) -> dict:
    return {
        "height": height,
        "margin": {"l": 60, "r": 20, "t": 20, "b": 50},
        "uirevision": "kept",
        "font": {"size": 13},
    }
