"""A batch as a stack of tables, in SVG; and the vectors of one sequence as a table in Plotly."""

from collections.abc import Sequence

import numpy as np

from core.analysis.batch_axes import BatchAxes
from dashboard.common.i18n import _, localise_number
from dashboard.common.theme import FAINT, INK, OPEN, SIGNED
from dashboard.figures.gradients import Figure, untitled_layout
from dashboard.figures.heat import largest_size
from dashboard.figures.time_axis import symbol_label

WIDTH, HEIGHT = 250, 170  # px
SHEETS, SHIFT = 4, 12  # tables that are drawn, and how far behind one another, px
TABLE = (52, 56, 128, 84)  # left, top, width and height of the one in front, px
MAX_COLUMN_NAMES = 60
MAX_WRITTEN = 320  # numbers that are written into the cells


def batch_svg(axes: BatchAxes) -> str:
    """The batch: one table in front of the other, a table for each sequence; steps down, numbers of a step across."""
    left, top, width, height = TABLE
    sheets = "".join(
        f'<rect x="{left + k * SHIFT}" y="{top - k * SHIFT}" width="{width}" height="{height}" '
        f'fill="{INK}" fill-opacity="{0.28 if k == 0 else 0.1}" stroke="{INK}"/>'
        for k in reversed(range(min(SHEETS, axes.B)))
    )
    texts = (
        (left - 8, top + height / 2, f"T = {axes.T}", "end"),
        (left + width / 2, top + height + 17, f"I = {axes.inputs}", "middle"),
        (left + width + SHEETS * SHIFT - 4, top - SHIFT, f"B = {axes.B}", "start"),
    )
    words = "".join(
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{INK}" font-size="14" '
        f'font-family="sans-serif">{text}</text>'
        for x, y, text, anchor in texts
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 20} {HEIGHT}" '
        f'width="{WIDTH + 20}" height="{HEIGHT}">{sheets}{words}</svg>'
    )


def describe_batch(axes: BatchAxes) -> str:
    """The same in words."""
    return _(
        "{B} tables, one for each sequence, of {T} rows, a step each, and {I} columns.",
        B=axes.B,
        T=axes.T,
        I=axes.inputs,
    )


def vectors_figure(vectors: np.ndarray, symbols: Sequence[str], columns: Sequence[str]) -> Figure:
    """The vectors of a sequence, [T, I]: a row for each step, a column for each number of it."""
    T, width = vectors.shape
    is_share = bool(((vectors >= 0) & (vectors <= 1)).all())
    top = 1.0 if is_share else largest_size(vectors)
    rows = [f"{t + 1} {symbol_label(symbol)}" for t, symbol in enumerate(symbols)]
    names = [symbol_label(name) for name in columns]
    trace = {
        **{"type": "heatmap", "z": vectors.tolist(), "name": _("the vectors of the steps")},
        **{"zmin": 0 if is_share else -top, "zmax": top, "showscale": False, "xgap": 1, "ygap": 1},
        "colorscale": OPEN if is_share else SIGNED,
        "customdata": [names] * T,
        "hovertemplate": _("step %{y}, %{customdata}: %{z:.3g}") + "<extra></extra>",
    }
    if T * width <= MAX_WRITTEN:
        written = [[localise_number(f"{value:.2g}") for value in row] for row in vectors.tolist()]
        trace |= {"text": written, "texttemplate": "%{text}", "textfont": {"size": 11}}
    across = (
        {"tickvals": list(range(width)), "ticktext": names} if width <= MAX_COLUMN_NAMES else {}
    )
    axes = {
        "xaxis": {
            "side": "top",
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
            **across,
        },
        "yaxis": {
            **{"autorange": "reversed", "fixedrange": True, "showgrid": False, "zeroline": False},
            **({"tickvals": list(range(T)), "ticktext": rows} if T <= MAX_COLUMN_NAMES else {}),
            "gridcolor": FAINT,
        },
    }
    height = int(np.clip(44 + 22 * T, 110, 520))
    margin = {"l": 56, "r": 8, "t": 36, "b": 8}
    return {
        "data": [trace],
        "layout": untitled_layout(height, margin=margin, showlegend=False, **axes),
    }
