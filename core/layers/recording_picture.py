"""A recording as one piece of HTML for a notebook: maps of values and gradients, norms over the steps.

    Picture(html)                     # shows itself in a notebook; .html is the text, .save(path) a file
    draw_trace(trace, sequence=0)     # the maps of a layer and direction

No script, no style sheet and no network. Text has the notebook's own colour, and 0 is its paper, so that it stands on
light and on dark ones. Long sequences and wide layers are drawn in blocks, so that the size is bounded.
"""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import numpy as np

from ..common.files import write_atomically
from ..common.messages import say
from ..common.pictures import (
    bin_map,
    data_uri,
    decade_levels,
    largest_of,
    line_points,
    map_png,
)
from ..common.sizes import write_size
from .trace import Trace

MAX_COLUMNS, MAX_ROWS = 400, 96  # of a map, in pixels of its picture
WIDTH, MIN_HEIGHT, MAX_HEIGHT = 300, 28, 96  # of a map, as it is shown
LARGE = 2  # times as large: a quantity that is drawn alone
DECADES = 6  # of gradients below the largest
NORM_HEIGHT = 34
MAX_TRACES = 6  # layers and directions that are drawn
FONT = "font:12px/1.4 system-ui,sans-serif"


class Picture:
    """HTML that a notebook shows. html: the text itself."""

    def __init__(self, html: str, title: str):
        self.html, self._title = html, title

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        """Picture(f of layer 0, forward: 12 kB of HTML)"""
        return f"Picture({self._title}: {len(self.html) / 1e3:.0f} kB of HTML)"

    def save(self, path: str | Path) -> None:
        """Writes it as a page of its own; on an error the old file stays. Raises core.common.files.WriteError."""
        page = (
            f"<!doctype html><meta charset='utf-8'><title>{escape(self._title)}</title>{self.html}"
        )
        write_atomically(path, page.encode())


def draw_traces(title: str, sentences: str, traces: Mapping[tuple[int, str], Trace]) -> str:
    """The page of a recording: of every layer and direction its first sequence."""
    shown = list(traces.items())[:MAX_TRACES]
    parts = [
        (say("Layer {layer}, {direction}", layer=layer, direction=direction), draw_trace(trace, 0))
        for (layer, direction), trace in shown
    ]
    left_out = len(traces) - len(shown)
    more = say("{n} more layers and directions are not drawn here.", n=left_out) if left_out else ""
    return draw_page(title, sentences, parts, more)


def draw_one(title: str, trace: Trace, name: str, sequence: int) -> Picture:
    """One quantity, large: its gradients below its values. Raises LookupError for an unknown one."""
    drawn = zip((say("values"), say("gradients")), draw_maps(trace, name, sequence, LARGE), strict=True)  # fmt: skip
    maps = "".join(
        f"<div style='margin:0 0 8px'>{escape(words)}{content}</div>"
        for words, content in drawn
        if content
    )
    steps = int(trace.lengths()[sequence])
    axes = f"<div style='opacity:.7'>{escape(_describe_axes(trace, sequence, steps))}</div>"
    return Picture(draw_page(title, "", [("", maps + axes)]), title)


def draw_page(title: str, sentences: str, parts: Sequence[tuple[str, str]], more: str = "") -> str:
    """A title, a sentence, and parts (title, HTML) of which the first is unfolded. more: what is not drawn."""
    html = f"<div style='{FONT};max-width:760px'><div><b>{escape(title)}</b></div>"
    html += f"<div style='margin:2px 0 6px'>{escape(sentences)}</div>"
    for number, (name, content) in enumerate(parts):
        if len(parts) == 1:
            html += content
        else:
            html += f"<details{' open' if number == 0 else ''} style='margin:4px 0'>"
            html += f"<summary style='cursor:pointer'>{escape(name)}</summary>{content}</details>"
    if more:
        html += f"<div style='opacity:.7'>{escape(more)}</div>"
    return html + "</div>"


def draw_trace(trace: Trace, sequence: int) -> str:
    """A table of maps, a row for each quantity: its values, its gradients; below them the norms of the states."""
    steps = int(trace.lengths()[sequence])
    rows = [
        f"<tr>{_cells('td', f'<b>{escape(name)}</b>', *draw_maps(trace, name, sequence, 1))}</tr>"
        for name in trace
    ]
    head = _cells("th", "", say("values"), say("gradients") if trace.has_grads else "")
    html = f"<table style='border-collapse:collapse;{FONT}'><tr>{head}</tr>{''.join(rows)}</table>"
    return html + f"<div style='opacity:.7'>{escape(_describe_axes(trace, sequence, steps))}</div>"


def draw_maps(trace: Trace, name: str, sequence: int, scale: int) -> tuple[str, str]:
    """The map of one quantity [H, T] of one sequence, and that of its gradient with its norms; "": there is none."""
    steps, quantity = int(trace.lengths()[sequence]), trace[name]
    values = quantity.values[:steps, sequence].T.astype(np.float64)
    is_gate = name in trace.cell.bounded_gates
    levels = bin_map(values, MAX_ROWS, MAX_COLUMNS, np.mean)
    size = 1.0 if is_gate else _largest(levels)
    levels = levels / (size or 1.0)
    legend = say("0 to 1") if is_gate else say("±{size}", size=write_size(size))
    cells = _map(levels, not is_gate, legend, scale)
    if quantity.grads is None:
        return cells, ""
    grads = quantity.grads[:steps, sequence].T.astype(np.float64)
    levels, peak = decade_levels(bin_map(grads, MAX_ROWS, MAX_COLUMNS, largest_of), DECADES)
    words = say("±{size}, {decades} decades", size=write_size(peak), decades=DECADES)
    drawn = _map(levels, True, words if peak else say("0 everywhere"), scale)
    if name in trace.cell.states and steps > 1 and peak:
        drawn += _norms(grads, scale)
    return cells, drawn


def _norms(grads: np.ndarray, scale: int) -> str:
    """The size of the gradient at each step, over the units, as a line on a scale of decades."""
    with np.errstate(over="ignore", invalid="ignore"):
        norms = np.linalg.norm(grads, axis=0)
    norms = bin_map(norms[None], 1, MAX_COLUMNS, np.max)[0]
    width = WIDTH * scale
    points = line_points(norms, width, NORM_HEIGHT, DECADES)
    words = say(
        "norm at each step, at most {peak}, {decades} decades",
        peak=write_size(_largest(norms)),
        decades=DECADES,
    )
    return (
        f"<svg width='{width}' height='{NORM_HEIGHT + 2}' viewBox='0 -1 {width} {NORM_HEIGHT + 2}' role='img' "
        f"style='display:block;margin-top:3px'><title>{escape(say('norm at each step'))}</title>"
        f"<polyline points='{points}' fill='none' stroke='#d93a2b' stroke-width='1.5'/>"
        f"</svg><div style='opacity:.7'>{escape(words)}</div>"
    )


def _map(levels: np.ndarray, signed: bool, legend: str, scale: int) -> str:
    rows = levels.shape[0]
    width, height = WIDTH * scale, scale * min(max(4 * rows, MIN_HEIGHT), MAX_HEIGHT)
    uri = data_uri(map_png(levels, signed))
    return (
        f"<svg width='{width}' height='{height}' role='img' style='display:block;outline:1px solid #8888'>"
        f"<title>{escape(legend)}</title>"
        f"<image href='{uri}' width='{width}' height='{height}' preserveAspectRatio='none' "
        f"style='image-rendering:pixelated'/></svg><div style='opacity:.7'>{escape(legend)}</div>"
    )


def _cells(kind: str, *contents: str) -> str:
    style = "padding:3px 10px 3px 0;vertical-align:top;text-align:left;background:none;border:none"
    return "".join(f"<{kind} style='{style}'>{content}</{kind}>" for content in contents)


def _describe_axes(trace: Trace, sequence: int, steps: int) -> str:
    words = say(
        "Sequence {sequence} of {all}: {steps} steps from left to right, {units} units from top to bottom. Orange is above "
        "0, blue below, and 0 is the paper; a gate's green is 1.",
        sequence=sequence,
        all=trace.B,
        steps=steps,
        units=trace.H,
    )
    columns, rows = -(-steps // MAX_COLUMNS), -(-trace.H // MAX_ROWS)
    if columns == rows == 1:
        return words
    return f"{words} " + say(
        "Each point stands for up to {columns} × {rows} (steps × units): the mean of values, the largest gradient.",
        columns=columns,
        rows=rows,
    )


def _largest(values: np.ndarray) -> float:
    sizes = np.abs(values[np.isfinite(values)])
    return float(sizes.max()) if sizes.size else 0.0
