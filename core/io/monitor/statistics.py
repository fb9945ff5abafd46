"""A few numbers of each recorded layer, which stay for all updates when recordings are removed.

statistics(frame)["encoder 0 forward"]["horizon"]
"""

import math
from typing import Any, Protocol, cast

import numpy as np

from ...layers.recording_facts import HIGH, LOW, gradient_sizes, measure_flow
from ...layers.trace import Quantity, Trace
from .frame import Frame


def layer_key(name: str, layer: int, direction: str) -> str:
    """The words for one layer of a recorded module: its dotted name, the layer's number, the direction."""
    return f"{name} {layer} {direction}".strip()


def statistics(frame: Frame) -> dict[str, dict[str, float]]:
    """Of each layer and direction, for the one recorded sequence:

    state_norm, gradient_norm: the mean over the steps of ||h_t|| and of ||dL/dh_t|| (with c, where there is one).
    horizon: the steps, counted back from the last one, whose gradient is at least 1 % of the largest. dead: the share
    of units that are 0 at every step. "low f", "high f" of each gate: the share of its values below 0.1 and above
    0.9. Gradients are left out where none was recorded. nan: of numbers that are not finite.
    """
    numbers = {}
    for name, recording in frame.recordings.items():
        for layer, direction in recording.layers:
            trace = cast(Trace, recording[layer, direction])
            numbers[layer_key(name, layer, direction)] = _of_trace(trace, direction == "reverse")
    return numbers


def _of_trace(trace: Trace, reverse: bool) -> dict[str, float]:
    h = cast(Quantity, trace["h"]).values[:, 0]
    numbers = {
        "state_norm": float(np.linalg.norm(h, axis=1).mean()),
        "dead": float((h == 0).all(0).mean()),
    }
    if trace.has_grads:
        sizes = gradient_sizes(trace, trace.T)
        as_read = sizes[::-1] if reverse else sizes  # the last step that was read comes last
        to_last_loss = np.trim_zeros(as_read, "b")  # which may stand at an earlier step
        flow = measure_flow(to_last_loss)
        numbers["gradient_norm"] = float(sizes.mean())
        reaches_nothing = 0.0 if np.isfinite(sizes).all() else math.nan
        numbers["horizon"] = float(flow.horizon) if flow else reaches_nothing
    for gate in trace.cell.bounded_gates:
        values = cast(Quantity, trace[gate]).values
        known = np.isfinite(values).all()
        numbers[f"low {gate}"] = float((values < LOW).mean()) if known else math.nan
        numbers[f"high {gate}"] = float((values > HIGH).mean()) if known else math.nan
    return {name: value if math.isfinite(value) else math.nan for name, value in numbers.items()}


class ScalarWriter(Protocol):
    """What writes a curve, as the SummaryWriter of torch.utils.tensorboard and of tensorboardX."""

    def add_scalar(self, tag: str, scalar_value: float, global_step: int) -> Any:
        """One point of a curve."""
        ...


def write_scalars(writer: ScalarWriter, found: dict[str, dict[str, float]], frame: Frame) -> None:
    """The statistics of a recorded update as scalars: "unrolled/encoder_0_forward/horizon" and the like."""
    writer.add_scalar("unrolled/probe_loss", frame.loss, frame.index)
    for layer, numbers in found.items():
        for name, value in numbers.items():
            tag = f"unrolled/{layer}/{name}".replace(" ", "_")
            writer.add_scalar(tag, value, frame.index)
