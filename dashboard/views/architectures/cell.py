"""The cell of the session's run: one step of it drawn, with the numbers of one unit, and the equation of a wire.

The component shows every step of the unit by itself; it asks when a wire is picked, the step or the unit changed:
action {"kind": "look", "name", "t", "unit"}.
"""

from dataclasses import dataclass

import numpy as np

from core.analysis.microscope import Microscope
from core.layers.trace import Trace
from dashboard.figures.cell_graph import CellGraph
from dashboard.figures.cell_layout import cell_layout
from dashboard.player.component import load_component
from dashboard.player.pull import MAX_COUNT
from dashboard.serving.turns import time_slice
from dashboard.session.controls import read_message
from dashboard.session.live_run import LiveRun
from dashboard.session.state import state
from dashboard.views.architectures.drawing import describe_drawing, drawing_strings, wire_numbers
from dashboard.views.architectures.equation import draw_equation
from dashboard.widgets.layer_picker import pick_layer


@dataclass
class CellState:
    """What the reader looks at. name: of a wire, "" before one is picked. t, unit: None before they are chosen.

    scope: the last reading; scope_of: its run, update, sequence and interventions.
    """

    name: str = ""
    t: int | None = None
    unit: int | None = None
    scope: Microscope | None = None
    scope_of: tuple = ()


def draw_cell(live: LiveRun) -> None:
    """The diagram with its numbers, and the equation of the wire that is picked."""
    seen = state(CellState)
    scope = _read(live, seen)
    recording = scope.reading.recording
    where = pick_layer(recording, "cell layer")
    trace = recording[where]
    symbols = scope.inspection.symbols
    if seen.t is None:
        seen.t = len(symbols) - 1
    t = min(seen.t, len(symbols) - 1)
    if seen.unit is None:
        seen.unit = _telling_unit(trace, t)
    unit = min(seen.unit, trace.H - 1)
    layout = cell_layout(trace.cell.name, trace.cell.options)
    name = seen.name if _is_shown(layout.graph, seen.name) else layout.graph.carried
    load_component("cell/cell")(
        key="cell",
        data=describe_drawing(layout, wire_numbers(scope, where, unit, layout.graph))
        | {
            "run": f"{live.id}.{where}.{trace.cell.name}.{trace.cell.options}",
            "live": live.id,
            "symbols": list(symbols),
            **{"unit": unit, "units": trace.H, "step": t, "picked": name},
            "strings": drawing_strings(),
        },
        on_action_change=_take_action,
    )
    draw_equation(scope, where, name, t, unit)


def _read(live: LiveRun, seen: CellState) -> Microscope:
    """What the network does with the sequence; kept until weights, sequence or interventions change."""
    subject = live.inspect()
    clamped = [repr(layer.intervention) for layer in subject.layers.values()]
    key = (live.id, live.trainer.index, subject.symbols, *clamped)
    if seen.scope is None or seen.scope_of != key:
        with time_slice():
            seen.scope, seen.scope_of = Microscope(subject), key
    return seen.scope


def _telling_unit(trace: Trace, t: int) -> int:
    """The unit that the diagram opens with: the one whose state is furthest from 0."""
    with np.errstate(all="ignore"):
        return int(np.argmax(np.nan_to_num(np.abs(trace.arrays()["h"][t, 0]))))


def _is_shown(graph: CellGraph, name: str) -> bool:
    return any(wire.quantity == name for wire in graph.wires if name)


def _take_action() -> None:
    action = read_message("cell", "action")
    if action is None or action.text("kind") != "look":
        return
    seen = state(CellState)
    t, unit = (action.integer(name, 0, MAX_COUNT) for name in ("t", "unit"))
    seen.name = action.text("name", 20)
    seen.t, seen.unit = seen.t if t is None else t, seen.unit if unit is None else unit
