"""From which step on the numbers of a recording are NaN or infinite, in words."""

from collections.abc import Sequence

import numpy as np

from ..common.messages import paragraph, say
from .trace import Trace


def describe_not_finite(traces: Sequence[Trace]) -> str:
    """One sentence for the values and one for the gradients, which count steps from 1; "" where all are finite.

    traces: of every layer and direction, from the input upwards.
    """
    bad = [trace.not_finite() for trace in traces]
    values = [
        (name, steps[name])
        for trace, steps in zip(traces, bad, strict=True)
        for name in _in_order_of_computation(trace)
    ]
    recorded = {name for name, _ in values}
    grads = [steps for found in bad for name, steps in found.items() if name not in recorded]
    sentences = []
    if (steps := np.any([steps for _, steps in values], 0)).any():
        first = int(np.flatnonzero(steps)[0])
        origin = next(name for name, steps in values if steps[first])
        sentences.append(
            say(
                "Values are not finite (NaN or infinite) {when}; it begins with {quantity} at step {step}.",
                when=_when(steps),
                quantity=origin,
                step=first + 1,
            )
        )
    if grads and (steps := np.any(grads, 0)).any():
        sentences.append(say("Gradients are not finite {when}.", when=_when(steps)))
    return paragraph(sentences)


def _in_order_of_computation(trace: Trace) -> list[str]:
    cell = trace.cell
    return ["x", *(f"{state}_prev" for state in cell.states), *cell.equations()]


def _when(bad: np.ndarray) -> str:
    """Which of the T steps, in words."""
    steps = np.flatnonzero(bad)
    first, last = int(steps[0]), int(steps[-1])
    if len(steps) == len(bad):
        return say("at every step")
    if first == last:
        return say("at step {step}", step=first + 1)
    if len(steps) < last - first + 1:
        return say(
            "at {n} of the steps {first} to {last}", n=len(steps), first=first + 1, last=last + 1
        )
    if last == len(bad) - 1:
        return say("from step {first} on", first=first + 1)
    if first == 0:
        return say("up to step {last}", last=last + 1)
    return say("from step {first} to {last}", first=first + 1, last=last + 1)
