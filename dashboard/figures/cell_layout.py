"""Where a cell's operations stand, and how its wires run: found once for each cell, from its graph alone.

Columns follow the computation, from the last step's states to the new ones. Rows: the state that is carried from step
to step runs along the first, straight where only elementwise operations are on its way; the others are chains of
operations, one below the other. Of all ways to stack the chains the best few, by the length of their wires, are
drawn; the one with the fewest bends and crossings stays.
"""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from core.cells import CELLS
from core.common.messages import say
from dashboard.figures.cell_graph import CellGraph, Node, cell_graph
from dashboard.figures.wire_routes import Net, Point, Route, Router

COLUMN, ROW = 6, 4  # grid points
DRAWN, MOST_TRIED = (
    6,
    60,
)  # ways to stack the chains: drawn to choose from, and tried until so many are
LABEL = ((2, 1), (3, 1), (4, 1))  # where the name of a wire stands, from the node it comes from


@dataclass(frozen=True)
class CellLayout:
    """points: of each node's middle, on a grid. routes: of each wire, by the node it comes from.

    size: (columns, rows) of the grid; the points of the nodes and of the wires lie between 0 and it.
    """

    graph: CellGraph
    points: dict[str, Point]
    routes: dict[str, Route]
    size: Point


def cell_layout(cell: str, options: Mapping[str, object]) -> CellLayout:
    """The layout of the cell with these options."""
    graph = cell_graph(CELLS[cell](**options))
    shape = tuple((node.id, node.kind, node.inputs) for node in graph.nodes.values())
    if shape not in _known:
        _known[shape] = _find_layout(graph)
    return replace(_known[shape], graph=graph)


# By what is drawn: cells that differ in their functions alone are drawn alike.
_known: dict[tuple, CellLayout] = {}


def _find_layout(graph: CellGraph) -> CellLayout:
    """The best of the first few that have room for all wires. LookupError: none has."""
    columns = _columns(graph)
    chains = _chains(graph, columns)
    place = {id: k for k, chain in enumerate(chains) for id in chain}
    whole: list[CellLayout] = []
    for _length, rows in heapq.nsmallest(MOST_TRIED, _stackings(graph, columns, chains)):
        layout = _draw(graph, columns, {id: rows[place[id]] for id in place})
        whole += [layout] if layout is not None else []
        if len(whole) == DRAWN:
            break
    if not whole:
        raise LookupError(
            say(
                "cell: expected room for the wires of {title}, got none. Give the rows more room: ROW.",
                title=graph.cell.title,
            )
        )
    return min(whole, key=_cost)


def _columns(graph: CellGraph) -> dict[str, int]:
    """The column of each node: one more than the last of its inputs; outputs stand in one column."""
    columns: dict[str, int] = {}
    for node in graph.nodes.values():
        columns[node.id] = max((columns[id] + 1 for id in node.inputs), default=0)
    last = max(columns.values())
    return {id: last if graph.nodes[id].kind == "output" else c for id, c in columns.items()}


def _carried_path(graph: CellGraph) -> list[str]:
    """The nodes from the carried state's last value to its new one, without weights where that can be."""

    def walk(id: str, through_weights: bool) -> list[str] | None:
        node = graph.nodes[id]
        if id == f"{graph.carried}-1":
            return [id]
        if node.kind == "weights" and not through_weights:
            return None
        ways = [way for source in node.inputs if (way := walk(source, through_weights))]
        return [*min(ways, key=len), id] if ways else None

    end = f"{graph.carried}+"
    return walk(end, False) or walk(end, True) or [end]


def _chains(graph: CellGraph, columns: Mapping[str, int]) -> list[list[str]]:
    """Each node in one chain; the carried state's is the first. The last step's states and x begin their own."""
    chains = [_carried_path(graph)]
    ends: dict[str, list[str]] = {}
    for node in graph.nodes.values():
        if node.id in chains[0]:
            continue
        before = [id for id in node.inputs if id in ends and graph.nodes[id].kind != "input"]
        before.sort(key=lambda id: columns[id])
        if before:
            chain = ends.pop(before[-1])
            chain.append(node.id)
        else:
            chain = [node.id]
            chains.append(chain)
        ends[node.id] = chain
    return chains


def _stackings(
    graph: CellGraph, columns: Mapping[str, int], chains: list[list[str]]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """(an estimate of the wires' length, the row of each chain) of every way to put the chains on rows."""
    place = {id: k for k, chain in enumerate(chains) for id in chain}
    spans = [_span(graph, columns, chain) for chain in chains]
    edges = [(place[a], place[b.id]) for b in graph.nodes.values() for a in b.inputs]
    between = [(a, b) for a, b in edges if a != b]
    least = max(sum(low <= c <= high for low, high in spans) for c in {*columns.values()})
    for count in (least, least + 1):
        for rows in _rows(spans, count, (0,)):
            length = sum(abs(rows[a] - rows[b]) for a, b in between)
            yield length + 2 * count, rows


def _span(graph: CellGraph, columns: Mapping[str, int], chain: list[str]) -> tuple[int, int]:
    """The columns that a chain needs: a free one behind it, but an input may stand right before another chain."""
    is_input = graph.nodes[chain[-1]].kind == "input"
    return columns[chain[0]], columns[chain[-1]] + (0 if is_input else 1)


def _rows(
    spans: list[tuple[int, int]], count: int, rows: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    """Every way to give each chain one of so many rows, so that none overlap and no row is empty."""
    k = len(rows)
    if k == len(spans):
        if len({*rows}) == count:
            yield rows
        return
    low, high = spans[k]
    for row in range(1, count):
        if all(row != r or s[1] < low or high < s[0] for r, s in zip(rows, spans, strict=False)):
            yield from _rows(spans, count, (*rows, row))


def _draw(
    graph: CellGraph, columns: Mapping[str, int], rows: Mapping[str, int]
) -> CellLayout | None:
    """The layout with these rows; None where a wire finds no way."""
    points = {id: (COLUMN * columns[id], ROW * rows[id]) for id in graph.nodes}
    wires = {wire.source: wire for wire in graph.wires}
    labels = frozenset(
        (points[id][0] + i, points[id][1] + j)
        for id, wire in wires.items()
        if wire.quantity
        for i, j in LABEL
    )
    wide = frozenset(id for id, node in graph.nodes.items() if node.kind == "weights")
    carried = _carried_path(graph)
    order = sorted(
        wires,
        key=lambda id: (id not in carried, *_reach(graph.nodes, points, id, wires[id].targets)),
    )
    nets = [Net(id, wires[id].targets) for id in order]
    try:
        routes = Router(points, wide, labels).route_all(nets)
    except LookupError:
        return None
    return _from_zero(graph, points, routes)


def _from_zero(
    graph: CellGraph, points: Mapping[str, Point], routes: Mapping[str, Route]
) -> CellLayout:
    """The layout moved so that its first column and row are 0."""
    all_points = [
        *points.values(),
        *(p for route in routes.values() for piece in route.pieces for p in piece),
    ]
    (left, right), (top, bottom) = ((min(v), max(v)) for v in zip(*all_points, strict=True))

    def moved(point: Point) -> Point:
        return point[0] - left, point[1] - top

    return CellLayout(
        graph,
        {id: moved(point) for id, point in points.items()},
        {
            id: Route([[*map(moved, piece)] for piece in route.pieces], route.cost)
            for id, route in routes.items()
        },
        (right - left, bottom - top),
    )


def _reach(
    nodes: Mapping[str, Node], points: Mapping[str, Point], id: str, targets: tuple[str, ...]
) -> tuple[bool, int]:
    """What is drawn early: what stays in its row, then what is short; the inputs, which go everywhere, come last."""
    x, y = points[id]
    length = sum(abs(points[t][0] - x) + abs(points[t][1] - y) for t in targets)
    return nodes[id].kind == "input", length


def _cost(layout: CellLayout) -> float:
    return sum(route.cost for route in layout.routes.values())
