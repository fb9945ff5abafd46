"""The geometry of a cell's drawing: what its wires pass."""

import itertools
from collections.abc import Iterator

from dashboard.figures.cell_layout import CellLayout
from dashboard.figures.wire_routes import Point


def pieces_of(layout: CellLayout) -> Iterator[tuple[str, list[Point]]]:
    """(the node that the wire comes from, a piece of it)."""
    for source, route in layout.routes.items():
        for piece in route.pieces:
            yield source, piece


def points_along(piece: list[Point]) -> list[Point]:
    """Every grid point of a piece, from its corners."""
    points = piece[:1]
    for (a, b), (c, d) in itertools.pairwise(piece):
        assert (a == c) != (b == d), "a piece runs level or upright"
        steps = max(abs(c - a), abs(d - b))
        points += [
            (a + (c - a) * k // steps, b + (d - b) * k // steps) for k in range(1, steps + 1)
        ]
    return points


def crossings(layout: CellLayout) -> int:
    """The number of points at which wires of different quantities meet."""
    seen: dict[Point, set[str]] = {}
    for source, piece in pieces_of(layout):
        for point in points_along(piece):
            seen.setdefault(point, set()).add(source)
    return sum(len(sources) > 1 for sources in seen.values())
