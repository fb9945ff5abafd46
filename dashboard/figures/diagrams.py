"""The shapes of recurrent networks, drawn from their number of inputs, steps and outputs."""

from dataclasses import dataclass
from html import escape

from dashboard.common.i18n import _
from dashboard.common.theme import INK, QUANTITIES

COLUMN, ROW, RADIUS = 48, 48, 13
TIP = 6  # of an arrow
STATE = QUANTITIES["h"]
ASIDE = RADIUS + 8  # from the middle of a node to a wire that passes it
CORNER = RADIUS - 2  # from the middle of a node to its corner between two ways


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


GAP = RADIUS + 3  # from the middle of a node to where an arrow begins or ends


class _Drawing:
    """The SVG elements of one shape, put in by step and row.

    Row 0 has the inputs, then come the hidden rows from the first layer up, then the outputs.
    """

    def __init__(self, shape: Shape):
        self.shape = shape
        self.rows = shape.layers + shape.both
        self.width, self.height = shape.steps * COLUMN + 24, (self.rows + 2) * ROW
        self.elements: list[str] = []

    def x(self, step: int) -> float:
        return 12 + (step + 0.5) * COLUMN

    def y(self, row: int) -> float:
        return self.height - (row + 0.5) * ROW

    def add_node(self, step: int, row: int, fill: str) -> None:
        self.elements.append(
            f'<circle cx="{self.x(step):.0f}" cy="{self.y(row):.0f}" r="{RADIUS}" fill="{fill}"/>'
        )

    def add_arrow(self, *points: tuple[float, float], dashed: bool = False) -> None:
        """An arrow along the points."""
        dash = ' stroke-dasharray="3 3"' if dashed else ""
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
        self.elements.append(f'<polyline points="{path}" stroke-linejoin="round"{dash}/>')
        (x1, y1), (x2, y2) = points[-2:]
        length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
        u, v = (x2 - x1) / length * TIP, (y2 - y1) / length * TIP
        left, right = (x2 - u - v / 2, y2 - v + u / 2), (x2 - u + v / 2, y2 - v - u / 2)
        tip = " ".join(f"{p:.1f},{q:.1f}" for p, q in ((x2, y2), left, right))
        self.elements.append(f'<polygon points="{tip}" fill="{INK}"/>')

    def add_upward_arrow(self, step: int, low: int, high: int) -> None:
        """From one row to the next."""
        x = self.x(step)
        self.add_arrow((x, self.y(low) - GAP), (x, self.y(high) + GAP))

    def add_arrow_around(self, step: int, low: int, side: int) -> None:
        """From one row to the next but one, around the node between them. side: 1 right, -1 left of it."""
        x, bottom, top = self.x(step), self.y(low), self.y(low + 2)
        corner, aside = side * CORNER, side * ASIDE
        self.add_arrow(
            (x + corner, bottom - CORNER),
            (x + aside, bottom - CORNER - RADIUS),
            (x + aside, top + CORNER + RADIUS),
            (x + corner, top + CORNER),
        )

    def add_states(self, step: int) -> None:
        """The hidden states of a step, with the arrows from the last step and from the layer below."""
        shape = self.shape
        for row in range(1, self.rows + 1):
            self.add_node(step, row, STATE)
            if step:
                start, end = self.x(step - 1) + GAP, self.x(step) - GAP
                if shape.both and row == self.rows:  # the direction that reads backwards
                    start, end = end, start
                self.add_arrow((start, self.y(row)), (end, self.y(row)))
            if row > 1 and not shape.both:
                self.add_upward_arrow(step, row - 1, row)

    def add_input(self, step: int) -> None:
        self.add_node(step, 0, "none")
        self.add_upward_arrow(step, 0, 1)
        if self.shape.both:
            self.add_arrow_around(step, 0, 1)

    def add_output(self, step: int) -> None:
        top, shape = self.rows + 1, self.shape
        self.add_node(step, top, "none")
        if shape.both and len(shape.outputs) == 1:
            self.add_arrow_from_end(step)
        else:
            self.add_upward_arrow(step, self.rows, top)
        if shape.both:
            self.add_arrow_around(step, 1, -1)
        if shape.back and step + 1 < shape.steps:
            self.add_arrow_back(step)

    def add_arrow_from_end(self, step: int) -> None:
        """From where the direction that reads backwards ends, at the first step, to the one output."""
        top = self.y(self.rows + 1)
        self.add_arrow(
            (self.x(0), self.y(self.rows) - GAP), (self.x(0), top), (self.x(step) - GAP, top)
        )

    def add_arrow_back(self, step: int) -> None:
        """From an output to the next step's state, which it enters from below, as an input does."""
        between, end = self.x(step) + ASIDE, self.x(step + 1)
        below = self.y(1) + ASIDE
        self.add_arrow(
            (self.x(step) + GAP, self.y(self.rows + 1)),
            (between, self.y(self.rows + 1)),
            (between, below),
            (end, below),
            (end, self.y(1) + RADIUS + 1),
            dashed=True,
        )

    def add_boundary(self) -> None:
        """A dashed line between encoder and decoder."""
        middle = (self.x(self.shape.boundary - 1) + self.x(self.shape.boundary)) / 2
        self.elements.append(
            f'<line x1="{middle}" y1="4" x2="{middle}" y2="{self.height - 4}" stroke-dasharray="5 4"/>'
        )


def diagram_size(name: str) -> tuple[int, int]:
    """Width and height of the drawing in pixels. KeyError where SHAPES has none of that name."""
    drawing = _Drawing(SHAPES[name])
    return drawing.width, drawing.height


def describe_shape(name: str) -> str:
    """The drawing in words, for who cannot see it. KeyError where SHAPES has none of that name."""
    shape = SHAPES[name]
    parts = [
        _("{name}: {steps} steps of a hidden state", name=_(name), steps=shape.steps)
        if shape.steps > 1
        else _("{name}: one step of a hidden state", name=_(name)),
        _("an input at {steps}", steps=_steps(shape.inputs)),
        _("an output at {steps}", steps=_steps(shape.outputs)),
    ]
    parts += [_("{n} layers", n=shape.layers)] if shape.layers > 1 else []
    parts += [_("a second row of states that reads backwards")] if shape.both else []
    if shape.both and len(shape.outputs) == 1:
        parts.append(
            _(
                "the output joins the last state of each direction, at the last and at the first step"
            )
        )
    parts += [_("each output is the next step's input")] if shape.back else []
    parts += (
        [_("an encoder before step {t}, a decoder from there on", t=shape.boundary + 1)]
        if shape.boundary
        else []
    )
    return "; ".join(parts) + "."


def _steps(steps: tuple[int, ...]) -> str:
    if len(steps) == 1:
        return _("step {t}", t=steps[0] + 1)
    return _("steps {first} to {last}", first=steps[0] + 1, last=steps[-1] + 1)


def diagram_svg(name: str) -> str:
    """An SVG of the shape of that name. KeyError where SHAPES has none."""
    shape = SHAPES[name]
    drawing = _Drawing(shape)
    for step in range(shape.steps):
        drawing.add_states(step)
        if step in shape.inputs:
            drawing.add_input(step)
        if step in shape.outputs:
            drawing.add_output(step)
    if shape.boundary:
        drawing.add_boundary()
    width, height = drawing.width, drawing.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(name)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" style="max-width:100%" stroke="{INK}" stroke-width="1.5" '
        f'fill="none">{"".join(drawing.elements)}</svg>'
    )
