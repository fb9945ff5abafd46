"""The shapes of recurrent networks, drawn from their number of inputs, steps and outputs."""

from dataclasses import dataclass
from html import escape

COLUMN, ROW, RADIUS = 44, 46, 13
TIP = 6  # of an arrow
INK, STATE = "#8a8f98", "#2a7fff"  # both hold 3:1 on white and on black


@dataclass(frozen=True)
class Shape:
    """inputs, outputs: at which of the steps there is one. layers; both: a second direction.
    back: whether an output is fed into the next step. boundary: the first step of a decoder, or 0.
    """

    steps: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    layers: int = 1
    both: bool = False
    back: bool = False
    boundary: int = 0


ALL4 = (0, 1, 2, 3)
SHAPES: dict[str, Shape] = {
    "one to one": Shape(1, (0,), (0,)),
    "one to many": Shape(4, (0,), ALL4, back=True),
    "many to one": Shape(4, ALL4, (3,)),
    "many to many, equal": Shape(4, ALL4, ALL4),
    "many to many, unequal": Shape(6, (0, 1, 2), (3, 4, 5), back=True, boundary=3),
    "deep": Shape(4, ALL4, (3,), layers=2),
    "bidirectional": Shape(4, ALL4, (3,), both=True),
}


def diagram(name: str) -> str:
    """An SVG of the shape."""
    shape = SHAPES[name]
    rows = shape.layers + shape.both
    width, height = shape.steps * COLUMN + 24, (rows + 2) * ROW
    parts = []

    def x(step: int) -> float:
        return 12 + (step + 0.5) * COLUMN

    def y(row: int) -> float:  # 0: the inputs; then the hidden rows; then the outputs
        return height - (row + 0.5) * ROW

    def arrow(x1: float, y1: float, x2: float, y2: float, dashed: bool = False) -> None:
        dash = ' stroke-dasharray="3 3"' if dashed else ""
        parts.append(f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}"{dash}/>')
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        u, v = (x2 - x1) / length * TIP, (y2 - y1) / length * TIP
        left, right = (x2 - u - v / 2, y2 - v + u / 2), (x2 - u + v / 2, y2 - v - u / 2)
        points = " ".join(f"{p:.1f},{q:.1f}" for p, q in ((x2, y2), left, right))
        parts.append(f'<polygon points="{points}" fill="{INK}"/>')

    def node(step: int, row: int, fill: str) -> None:
        parts.append(f'<circle cx="{x(step):.0f}" cy="{y(row):.0f}" r="{RADIUS}" fill="{fill}"/>')

    gap = RADIUS + 3
    for step in range(shape.steps):
        for row in range(1, rows + 1):
            node(step, row, STATE)
            if step:
                reverse = shape.both and row == rows
                ends = (
                    (x(step) - gap, x(step - 1) + gap)
                    if reverse
                    else (x(step - 1) + gap, x(step) - gap)
                )
                arrow(ends[0], y(row), ends[1], y(row))
            if row > 1 and not shape.both:
                arrow(x(step), y(row - 1) - gap, x(step), y(row) + gap)
        if step in shape.inputs:
            node(step, 0, "none")
            arrow(x(step), y(0) - gap, x(step), y(1) + gap)
            if shape.both:
                arrow(x(step) + 9, y(0) - gap, x(step) + 9, y(2) + gap)
        if step in shape.outputs:
            node(step, rows + 1, "none")
            arrow(x(step), y(rows) - gap, x(step), y(rows + 1) + gap)
            if shape.both:
                arrow(x(step) - 9, y(1) - gap, x(step) - 9, y(3) + gap)
            if shape.back and step + 1 < shape.steps:
                arrow(x(step) + gap, y(rows + 1) + 6, x(step + 1) - 8, y(1) + gap, dashed=True)
    if shape.boundary:
        middle = (x(shape.boundary - 1) + x(shape.boundary)) / 2
        parts.append(
            f'<line x1="{middle}" y1="4" x2="{middle}" y2="{height - 4}" stroke-dasharray="5 4"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(name)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" style="max-width:100%" stroke="{INK}" stroke-width="1.5" '
        f'fill="none">{"".join(parts)}</svg>'
    )
