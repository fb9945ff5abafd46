"""Wires between nodes on a grid: straight pieces, few bends, few crossings, and never through a node.

    routes = Router(points).route_all(nets)

Nodes are squares of 3 x 3 grid points. A wire leaves its source to the right, runs along the grid and enters its
targets from the left, from above or from below; where it has several targets it branches. Two wires may cross, but
share no piece of the way. The search is Dijkstra's, net after net.
"""

import heapq
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.common.messages import say

Point = tuple[int, int]
RIGHT, DOWN, LEFT, UP = (1, 0), (0, 1), (-1, 0), (0, -1)
WAYS = (RIGHT, DOWN, LEFT, UP)
BEND, CROSSING, ON_LABEL = 4.0, 7.0, 3.0
MARGIN = 3  # grid points beyond the nodes


@dataclass(frozen=True)
class Net:
    """A wire from `source` to each of `targets`, ids of nodes."""

    source: str
    targets: tuple[str, ...]


@dataclass
class Route:
    """pieces: the points at which each branch begins, bends and ends; the first begins at the source."""

    pieces: list[list[Point]] = field(default_factory=list)
    cost: float = 0.0


class Router:
    """points: of the nodes' middles. wide: ids of nodes that are entered at three points of their left side.

    labels: grid points where a text stands.
    """

    def __init__(self, points: Mapping[str, Point], wide: frozenset[str], labels: frozenset[Point]):
        self.points, self.wide, self.labels = points, wide, labels
        self.inside = {
            (x + i, y + j) for x, y in points.values() for i in (-1, 0, 1) for j in (-1, 0, 1)
        }
        xs, ys = zip(*points.values(), strict=True)
        self.low = min(xs) - MARGIN, min(ys) - MARGIN
        self.high = max(xs) + MARGIN, max(ys) + MARGIN
        self.runs: dict[
            Point, dict[str, set[Point]]
        ] = {}  # point -> net -> ways that leave it there

    def route_all(self, nets: Sequence[Net]) -> dict[str, Route]:
        """Source -> its route. LookupError: there is no way left for one of them."""
        return {net.source: self._route(net) for net in nets}

    def _route(self, net: Net) -> Route:
        route, (x, y) = Route(), self.points[net.source]
        start: dict[tuple[Point, Point], float] = {((x + 1, y), RIGHT): 0.0}
        self._note(net.source, [(x + 1, y), (x + 2, y)])
        rest = sorted(net.targets, key=lambda id: self._distance(net.source, id))
        for target in rest:
            path, cost = self._search(net.source, target, start)
            route.cost += cost
            self._note(net.source, path)
            for here, there in itertools.pairwise(path):
                way = there[0] - here[0], there[1] - here[1]
                for turn in WAYS:  # a later branch may leave from anywhere on the way
                    if (turn[0] + way[0], turn[1] + way[1]) != (0, 0):
                        start.setdefault((there, turn), 0.0 if turn == way else BEND)
            start = {key: cost for key, cost in start.items() if key[0] not in self.inside}
            start[(x + 1, y), RIGHT] = 0.0
            route.pieces.append(_corners(path))
        return route

    def _distance(self, a: str, b: str) -> int:
        (x, y), (p, q) = self.points[a], self.points[b]
        return abs(x - p) + abs(y - q)

    def _ports(self, target: str) -> dict[tuple[Point, Point], float]:
        """(the point on the target's edge, the way in which it is entered) -> what that costs."""
        x, y = self.points[target]
        ports = {((x - 1, y), RIGHT): 0.0, ((x, y - 1), DOWN): 0.0, ((x, y + 1), UP): 0.0}
        if target in self.wide:
            ports |= {((x - 1, y - 1), RIGHT): 0.5, ((x - 1, y + 1), RIGHT): 0.5}
        return {port: c for port, c in ports.items() if not self.runs.get(port[0])}

    def _search(
        self, net: str, target: str, start: dict[tuple[Point, Point], float]
    ) -> tuple[list[Point], float]:
        """The cheapest way from any of `start` to a port of the target."""
        ports = self._ports(target)
        costs = dict(start)
        before: dict[tuple[Point, Point], tuple[Point, Point]] = {}
        queue = [(cost, *key) for key, cost in start.items()]
        heapq.heapify(queue)
        while queue:
            cost, point, way = heapq.heappop(queue)
            key = (point, way)
            if cost > costs[key]:
                continue
            if key in ports:
                path = [point]
                while key in before:
                    key = before[key]
                    path.append(key[0])
                return path[::-1], cost + ports[point, way]
            for turn in WAYS:
                step = self._step_cost(net, point, way, turn, ports)
                if step is None:
                    continue
                there = (point[0] + turn[0], point[1] + turn[1])
                if cost + step < costs.get((there, turn), float("inf")):
                    costs[there, turn], before[there, turn] = cost + step, key
                    heapq.heappush(queue, (cost + step, there, turn))
        raise LookupError(
            say(
                "wire: expected a way from {net} to {parameters}, got none. Place it anew.",
                net=net,
                parameters=target,
            )
        )

    def _step_cost(
        self,
        net: str,
        point: Point,
        way: Point,
        turn: Point,
        ports: Mapping[tuple[Point, Point], float],
    ) -> float | None:
        """What one step from the point in the direction `turn` costs; None where it cannot be taken."""
        if (turn[0] + way[0], turn[1] + way[1]) == (0, 0):
            return None
        there = (point[0] + turn[0], point[1] + turn[1])
        if not (
            self.low[0] <= there[0] <= self.high[0] and self.low[1] <= there[1] <= self.high[1]
        ):
            return None
        if there in self.inside and (there, turn) not in ports:
            return None
        others = [ways for other, ways in self.runs.get(there, {}).items() if other != net]
        crosses = any(turn in ways or (-turn[0], -turn[1]) in ways for ways in others)
        if crosses or any(len(ways) != 2 for ways in others):
            return None
        here = [ways for other, ways in self.runs.get(point, {}).items() if other != net]
        if here and turn != way:  # no bend on another wire
            return None
        bend = BEND if turn != way else 0.0
        return 1.0 + bend + CROSSING * len(others) + (ON_LABEL if there in self.labels else 0.0)

    def _note(self, net: str, path: Sequence[Point]) -> None:
        for here, there in itertools.pairwise(path):
            way = there[0] - here[0], there[1] - here[1]
            self.runs.setdefault(here, {}).setdefault(net, set()).add(way)
            self.runs.setdefault(there, {}).setdefault(net, set()).add((-way[0], -way[1]))


def _corners(path: list[Point]) -> list[Point]:
    """The points of the path at which it begins, bends and ends."""
    corners = path[:1]
    for a, b, c in zip(path, path[1:], path[2:], strict=False):
        if (b[0] - a[0], b[1] - a[1]) != (c[0] - b[0], c[1] - b[1]):
            corners.append(b)
    return corners + path[-1:] if len(path) > 1 else corners
