"""What was recorded of one sequence, as Plotly figures: pure functions, arrays in, figure out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.layers.trace import Trace
from dashboard.common.i18n import _, join_sentences
from dashboard.common.ranges import Decades, decades_of, extent_of
from dashboard.common.theme import OPEN, QUANTITIES, SIGNED, SLOPES, quantity_colour
from dashboard.figures.log_axis import decade_label, log_axis
from dashboard.figures.not_finite import edge_markers, lost_steps_in_words, mask_trace
from dashboard.figures.strongest import row_centres, strongest_units
from dashboard.figures.time_axis import symbol_label

ROW_PIXELS = 110  # of a heat map
MAX_ROWS = 80  # of a heat map: of more units than fit, each row shows the strongest of some
MAX_COLUMNS = 400  # of a heat map: of more steps than fit, each column shows the strongest of some
MAX_LABELLED_STEPS = 60  # more are not labelled one by one


WHOLE = slice(0, None)  # of the steps


@dataclass(frozen=True)
class _Map:
    """One heat map: what it is coloured by, the exact numbers [H, L], and its scale."""

    name: str
    values: np.ndarray
    exact: np.ndarray
    low: float
    high: float
    scale: list
    bar: dict

    @property
    def middle(self) -> float:
        """What a number is far from where it is strong: 0, and of gates ½."""
        return 0.5 if self.low == 0 else 0.0


@dataclass(frozen=True)
class _Cells:
    """What a map shows: coloured by, and exact [R, C]; units, steps [R, C]: whose number it is; x [C], y [R]: where."""

    values: np.ndarray
    exact: np.ndarray
    units: np.ndarray
    steps: np.ndarray
    x: np.ndarray
    y: np.ndarray


def value_figure(trace: Trace, symbols: Sequence[str], part: slice = WHOLE) -> go.Figure:
    """Every recorded quantity of the first sequence, a row for each: units over time steps.

    Gates go from empty (0) to full (1), signed values from blue over empty to orange, symmetric about 0, to the
    largest that is finite. What is not finite has a colour of its own. part: the steps that are shown.
    """
    maps, recorded = [], []
    for name, quantity in trace.items():
        recorded.append(quantity.values[: len(symbols), 0])
        values = recorded[-1][part].T
        if name in trace.cell.bounded_gates:
            maps.append(_Map(name, values, values, 0.0, 1.0, OPEN, {"nticks": 4}))
        else:
            span = extent_of(values).most or 1.0
            maps.append(_Map(name, values, values, -span, span, SIGNED, {"nticks": 4}))
    return _map_figure(maps, symbols, part, lost_steps_in_words(*recorded))


def gradient_figure(trace: Trace, symbols: Sequence[str], part: slice = WHOLE) -> go.Figure:
    """The total gradient of every quantity of the first sequence, on a logarithmic scale that keeps the sign and holds all of them."""
    recorded = {
        name: quantity.grads[: len(symbols), 0]
        for name, quantity in trace.items()
        if quantity.grads is not None
    }
    scale = decades_of(*recorded.values())
    ends = [-scale.decades, 0, scale.decades]
    bar = {
        "tickvals": ends,
        "ticktext": [f"−{decade_label(scale.top)}", "0", decade_label(scale.top)],
    }
    maps = [
        _Map(name, signed_log(shown, scale), shown, ends[0], ends[-1], SLOPES, bar)
        for name, grads in recorded.items()
        for shown in [grads[part].T]
    ]
    return _map_figure(maps, symbols, part, lost_steps_in_words(*recorded.values()))


def signed_log(values: np.ndarray, scale: Decades) -> np.ndarray:
    """sign(v) times the decades of |v| above 10^scale.bottom: beyond ±scale.decades only what is infinite."""
    with np.errstate(divide="ignore"):
        above = np.log10(np.abs(values.astype(np.float64))) - scale.bottom
    return np.sign(values) * above.clip(0)


def norm_figure(trace: Trace, symbols: Sequence[str], part: slice = WHOLE) -> go.Figure:
    """The size of the gradient that reaches each step of the first sequence, of each quantity, on a logarithmic axis."""
    figure = go.Figure()
    sizes = {
        name: np.linalg.norm(quantity.grads[: len(symbols), 0][part].astype(np.float64), axis=1)
        for name, quantity in trace.items()
        if quantity.grads is not None
    }
    axis, (low, high) = log_axis(_("‖∂L/∂·‖ over the units"), *sizes.values())
    steps = np.arange(1, len(symbols) + 1)[part]
    for name, norms in sizes.items():
        colour = quantity_colour(name)
        figure.add_scatter(
            x=steps,
            y=[size if 0 < size < np.inf else None for size in norms.tolist()],
            name=name,
            mode="lines+markers",
            line={"color": colour, "width": 2},
            marker={"size": 4},
        )
        figure.add_traces(edge_markers(name, steps, norms, low, high, colour))
    figure.update_yaxes(axis)
    figure.update_xaxes(title=_("time step"), **_time_axis(symbols))
    return figure.update_layout(**_layout(320), showlegend=True)


def _map_figure(maps: Sequence[_Map], symbols: Sequence[str], part: slice, lost: str) -> go.Figure:
    """lost: the sentence on what is not finite; "" where everything is."""
    rows = max(1, len(maps))
    gap = 0.25 / rows
    figure = make_subplots(rows, 1, shared_xaxes=True, vertical_spacing=gap / 2)
    share = (1 - (rows - 1) * gap / 2) / rows
    unit_group = step_group = 1
    for k, shown in enumerate(maps):
        middle = 1 - k * (share + gap / 2) - share / 2
        unit_group = max(1, math.ceil(len(shown.exact) / MAX_ROWS))
        step_group = max(1, math.ceil(shown.exact.shape[1] / MAX_COLUMNS))
        cells = _select_cells(shown, part.start, unit_group, step_group)
        is_grouped = unit_group * step_group > 1
        all_of_them = np.stack([cells.exact, cells.units, cells.steps], -1)
        figure.add_heatmap(
            z=np.where(np.isfinite(cells.exact), cells.values, np.nan),
            x=cells.x,
            y=cells.y,
            customdata=all_of_them if is_grouped else cells.exact,
            zmin=shown.low,
            zmax=shown.high,
            colorscale=shown.scale,
            row=k + 1,
            col=1,
            colorbar={"len": share, "y": middle, "thickness": 10, **shown.bar},
            hovertemplate=f"{shown.name}, "
            + _(
                "unit {unit}, step {step}: {value}",
                unit="%{customdata[1]}" if is_grouped else "%{y}",
                step="%{customdata[2]}" if is_grouped else "%{x}",
                value="%{customdata[0]:.6g}" if is_grouped else "%{customdata:.6g}",
            )
            + "<extra></extra>",
        )
        if mask := mask_trace(cells.exact, x=cells.x, y=cells.y):
            figure.add_trace(mask, row=k + 1, col=1)
        figure.update_yaxes(autorange="reversed", nticks=4, row=k + 1, col=1)
        figure.add_annotation(
            text=f"<b>{shown.name}</b>",
            font={"color": QUANTITIES.get(shown.name), "size": 17},
            x=-0.035,
            y=middle,
            xref="paper",
            yref="paper",
            xanchor="right",
            showarrow=False,
        )
    figure.update_xaxes(**_time_axis(symbols))
    figure.update_xaxes(title=_("time step"), row=rows, col=1)
    notes = [lost, _describe_groups(unit_group, step_group)]
    if any(notes):
        figure.add_annotation(
            text=join_sentences(notes), x=0, y=1, xref="paper", yref="paper", xanchor="left",
            yanchor="bottom", yshift=4, showarrow=False,
        )  # fmt: skip
    layout = _layout(90 + ROW_PIXELS * rows)
    return figure.update_layout(**layout | {"margin": layout["margin"] | {"t": 28}})


def _select_cells(shown: _Map, first: int, unit_group: int, step_group: int) -> _Cells:
    """Of so many units, then of so many steps, the strongest each. first: the first step, from 0."""
    units = strongest_units(shown.exact, unit_group, shown.middle)
    values, exact = (np.take_along_axis(v, units, 0) for v in (shown.values, shown.exact))
    steps = strongest_units(exact.T, step_group, shown.middle).T
    values, exact, units = (np.take_along_axis(v, steps, 1) for v in (values, exact, units))
    return _Cells(
        *(values, exact, units, first + steps + 1),
        first + 1 + row_centres(shown.exact.shape[1], step_group),
        row_centres(len(shown.exact), unit_group),
    )


def _describe_groups(units: int, steps: int) -> str:
    """What a cell of the maps stands for; "" where it is one unit at one step."""
    if steps > 1:
        return _(
            "Each cell shows the strongest of {units} units at {steps} steps (of gates: the one furthest from ½).",
            units=units,
            steps=steps,
        )
    if units > 1:
        return _(
            "Each row shows, at each step, the strongest of {n} units (of gates: the one furthest from ½).",
            n=units,
        )
    return ""


def _time_axis(symbols: Sequence[str]) -> dict:
    if len(symbols) > MAX_LABELLED_STEPS:
        return {}
    return {
        "tickvals": list(range(1, len(symbols) + 1)),
        "ticktext": [symbol_label(symbol) for symbol in symbols],
    }


def _layout(height: int) -> dict:
    return {
        "height": height,
        "margin": {"l": 60, "r": 20, "t": 20, "b": 50},
        "uirevision": "kept",
        "font": {"size": 13},
    }
