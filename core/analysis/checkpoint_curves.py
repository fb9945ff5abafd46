"""What changes from checkpoint to checkpoint while the same sequence is read: loss, horizon, saturation, difference.

point = measure_checkpoint(inspection, step=1200)
point.loss, point.horizon, point.saturated["f"]
difference(one.read().recording, other.read().recording, (0, "forward"), "c")
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from ..layers.recording import Recording
from ..layers.recording_facts import gradient_sizes, measure_flow
from ..layers.trace import Quantity, Trace
from .gates import saturation
from .inspection import Inspection

Key = tuple[int, str]


@dataclass(frozen=True)
class CheckpointPoint:
    """step: of the checkpoint. loss: of the sequence. horizon: steps back that the gradient of the last loss reaches.

    saturated: gate -> the share of its values below 0.1 or above 0.9, over all units and steps.
    """

    step: int
    name: str
    loss: float
    horizon: int
    saturated: Mapping[str, float]


def measure_checkpoint(
    inspection: Inspection, step: int, name: str = "", where: Key = (0, "forward")
) -> CheckpointPoint:
    """One point of the curves, of one layer and direction; two passes, no weight changes."""
    reading = inspection.read()
    trace = cast(Trace, reading.recording[where])
    saturated = {}
    for gate in trace.cell.gates:
        shares = saturation(trace, gate)
        saturated[gate] = float((shares.low + shares.high).mean())
    return CheckpointPoint(step, name, reading.loss, _horizon(inspection, where), saturated)


def _horizon(inspection: Inspection, where: Key) -> int:
    """Steps back from the last loss until its gradient falls below a hundredth of its largest."""
    last = inspection.at[-1]
    inspection.single(inspection.run(1), last).backward()
    inspection.forget()
    recording = inspection.recording()
    assert recording is not None
    flow = measure_flow(gradient_sizes(cast(Trace, recording[where]), last + 1))
    return 0 if flow is None else flow.horizon


@dataclass(frozen=True)
class Difference:
    """The second minus the first, of one quantity: values [T, H], and grads [T, H] or None."""

    values: np.ndarray
    grads: np.ndarray | None


def difference(first: Recording, second: Recording, where: Key, name: str) -> Difference:
    """What changed from one reading of the sequence to the other, in the first sequence of both."""
    one, other = (cast(Quantity, each[where][name]) for each in (first, second))
    values = _minus(other.values, one.values)
    if one.grads is None or other.grads is None:
        return Difference(values, None)
    return Difference(values, _minus(other.grads, one.grads))


def _minus(other: np.ndarray, one: np.ndarray) -> np.ndarray:
    return other[:, 0].astype(np.float64) - one[:, 0].astype(np.float64)
