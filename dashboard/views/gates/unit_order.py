"""The control that orders the units in all maps of the page, and the sentence that says what the order shows."""

from collections.abc import Sequence
from typing import cast

import numpy as np

from core.analysis.gates import half_lives
from core.analysis.unit_order import (
    UnitOrder,
    gradient_shares,
    order_units,
    possible_orders,
)
from core.layers.recording_facts import HIGH, LOW
from core.layers.trace import Trace
from dashboard.common.i18n import N_, _, write_share
from dashboard.figures.gates import quantity_title
from dashboard.session import sticky
from dashboard.views.gates.corpus_state import corpus_order
from dashboard.widgets.choice import draw_list

TITLES = {
    "number": N_("Units by number"),
    "type": N_("Units by type: open, mixed, shut"),
    "half-life": N_("Units by half-life of their state"),
    "gradient": N_("Units by share of the gradient"),
    "corpus": N_("Units as in the table over a corpus"),
}
CONTROL = "gates order"


def pick_unit_order(trace: Trace) -> UnitOrder:
    """The reader's order of the units of this layer, which holds in the whole session; by number, where the layer
    has not what it needs."""
    of_corpus = corpus_order(trace)
    names = possible_orders(trace) + (("corpus",) if of_corpus is not None else ())
    chosen = sticky.get_value(CONTROL, names[0])
    shown = chosen if chosen in names else names[0]
    draw_list(
        _("Order of the units"),
        names,
        names.index(shown),
        format_func=lambda order: _(TITLES[order]),
        label_visibility="collapsed",
        width=300,
        **sticky.connect(CONTROL, shown),
    )
    return of_corpus if shown == "corpus" and of_corpus is not None else order_units(trace, shown)


def describe_order(trace: Trace, order: UnitOrder) -> str:
    """What stands at the top and at the bottom, with its numbers."""
    if order.by == "number" or trace.H == 1:
        return ""
    ends = order.units[0], order.units[-1]
    if order.by == "corpus":
        return _(
            "At the top unit {first}, at the bottom unit {last}, as in the table of units over a corpus.",
            first=ends[0],
            last=ends[1],
        )
    if order.by == "type":
        return _describe_types(trace, order.counts)
    if order.by == "half-life":
        first, last = (_describe_steps(float(half_lives(trace)[unit])) for unit in ends)
        return _(
            "At the top unit {first}, half of whose state is left after {long} steps; at the bottom unit {last}, "
            "after {short}.",
            first=ends[0],
            last=ends[1],
            long=first,
            short=last,
        )
    first, last = (_describe_share(float(gradient_shares(trace)[unit])) for unit in ends)
    return _(
        "At the top unit {first}, which gets {most} of the gradient with respect to {state}; at the bottom unit {last}, {least}.",
        first=ends[0],
        last=ends[1],
        most=first,
        least=last,
        state=trace.cell.states[-1],
    )


def _describe_types(trace: Trace, counts: Sequence[int]) -> str:
    gate = cast(str, trace.cell.carry_gate)
    return _(
        "From the top: {open} units whose {gate} is above {high} at more than half of the steps; {mixed} mixed; "
        "{shut} below {low} at more than half.",
        open=counts[0],
        mixed=counts[1],
        shut=counts[2],
        gate=quantity_title(gate),
        high=HIGH,
        low=LOW,
    )


def _describe_steps(steps: float) -> str:
    return _("infinitely many") if np.isinf(steps) else f"{steps:.2g}"


def _describe_share(share: float) -> str:
    return _("no finite part") if np.isnan(share) else write_share(share, 1)
