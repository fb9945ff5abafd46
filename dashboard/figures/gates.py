"""The maps of the Gates page: what each gate and state of each unit does over time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from core.analysis.unit_order import UnitOrder
from core.layers.recording_facts import HIGH, LOW
from core.layers.trace import Quantity, Trace
from dashboard.common.i18n import _, join_sentences
from dashboard.common.quantities import NAMES
from dashboard.common.theme import quantity_colour
from dashboard.figures.heat import Figure, HeatMap, stacked_maps_figure

HEIGHT = 640  # of all maps, in pixels: what a laptop's screen has below the controls
GATE_MARKS = ("circle", "square", "diamond", "cross")  # so that colour is not all
MAX_HEARD_SYMBOLS = 40
CARRIES = 1.7  # how much higher the map of the gate is that carries the state


def quantity_title(name: str) -> str:
    """What a quantity is, and its letter: "forget gate f"."""
    return f"{_(NAMES[name])} {name}"


def quantity_map(trace: Trace, name: str, order: UnitOrder | None = None) -> HeatMap:
    """One quantity of the first sequence: unit x time step. order: of the units; None: by number."""
    end = int(trace.lengths()[0])
    z = cast(Quantity, trace[name]).values[:end, 0].T
    signed = name not in trace.cell.bounded_gates
    heat_map = HeatMap(quantity_title(name), z, quantity_colour(name), signed)
    return heat_map if order is None else arrange(heat_map, order)


def arrange(heat_map: HeatMap, order: UnitOrder) -> HeatMap:
    """The map with its units in this order."""
    if order.is_usual:
        return heat_map
    return replace(heat_map, z=heat_map.z[order.units], units=order.units, bounds=order.bounds)


def over_time_figure(trace: Trace, symbols: Sequence[str], name: str, order: UnitOrder) -> Figure:
    """Every gate, candidate and state of the first sequence, its symbols above. The gate that carries the state
    is larger, and its title says so."""
    maps = []
    for quantity in shown_quantities(trace):
        heat_map = quantity_map(trace, quantity, order)
        if quantity == trace.cell.carry_gate:
            note = _("carries {state}", state=trace.cell.states[-1])
            heat_map = replace(heat_map, note=note, weight=CARRIES)
        maps.append(heat_map)
    return stacked_maps_figure(maps, symbols, name, HEIGHT)


def shown_quantities(trace: Trace) -> list[str]:
    """Gates, candidates and states, in display order."""
    return [name for name in trace if name != "a"]


def describe_maps(trace: Trace, symbols: Sequence[str]) -> str:
    """What the maps show, in words: of each gate how open it is, of the rest how large."""
    parts = [
        _(
            "Maps of {H} units over the {n} steps {symbols}",
            H=trace.H,
            n=len(symbols),
            symbols=" ".join(symbols[:MAX_HEARD_SYMBOLS]),
        )
    ]
    for name in trace.cell.gates:
        values = quantity_map(trace, name).z
        finite = values[np.isfinite(values)]
        if finite.size:
            parts.append(
                _(
                    "{gate} is {mean:.2f} on average, above {high} at {open:.0%} and below {low} at {shut:.0%} of the values",
                    gate=quantity_title(name),
                    mean=finite.mean(),
                    high=HIGH,
                    low=LOW,
                    open=(finite > HIGH).mean(),
                    shut=(finite < LOW).mean(),
                )
            )
    return join_sentences(_("{sentence}.", sentence=part) for part in parts)
