"""What a recording says in a sentence or two: what it is, how far its gradient reaches, what closes its way."""

from collections.abc import Sequence

from ..common.messages import paragraph, say
from ..common.sizes import write_percent, write_share, write_size
from .recording_facts import (
    DEAD_SHARE,
    EXPLODING_FACTOR,
    EXPLODING_SIZE,
    HORIZON_SHARE,
    LITTLE,
    LOW,
    SATURATED_SHARE,
    TANH_FLAT,
    VANISHED_SHARE,
    Closed,
    Flow,
    read_flow,
    read_states,
)
from .trace import Trace

CLOSED = {
    "flat": say("{share} of the values of {name} are beyond ±{flat}, where tanh is flat."),
    "kept": say("{share} of the values of {name} are below {low}: the state is forgotten there."),
    "written": say(
        "Gate {name} lets next to nothing into the state of {share} of the units: less than {little} over all steps."
    ),
    "read": say(
        "Gate {name} lets next to nothing out of the state of {share} of the units: less than {little} over all steps."
    ),
}


def diagnose_recording(traces: Sequence[Trace], not_finite: str, why_no_grads: str) -> str:
    """The sentences: of numbers that are not finite alone, else of the gradient's way, of gates and of dead units.

    not_finite, why_no_grads: as of `Recording`. The gradient is that of the first layer's states over all sequences'
    own losses, of the first sequence.
    """
    if not_finite:
        return not_finite
    facts = read_states(traces, traces[0].T)
    return paragraph(
        [
            why_no_grads or _describe_flow(traces[0]),
            _describe_closed(facts["closed"]),
            say("{dead} of the units are 0 at every step.", dead=write_percent(facts["dead"]))
            if facts["dead"] >= DEAD_SHARE
            else "",
        ]
    )


def _describe_flow(trace: Trace) -> str:
    steps = int(trace.lengths()[0])
    flow = read_flow(trace, steps)
    if flow is None:
        return say("No gradient reaches the states of sequence 0.") if trace.recurrence else ""
    reach = say(
        "At the first step the gradient of sequence 0 is {first} of its largest. It stays above {share} of that for {horizon} of "
        "{steps} steps, counted back from the last.",
        first=write_share(flow.first_share),
        share=write_percent(HORIZON_SHARE),
        horizon=flow.horizon,
        steps=flow.steps,
    )
    return paragraph([reach, _judge_flow(flow)])


def _judge_flow(flow: Flow) -> str:
    if flow.first_share < VANISHED_SHARE:
        return say("It vanishes on its way back.")
    if flow.first > EXPLODING_SIZE and flow.first > EXPLODING_FACTOR * flow.last > 0:
        times = write_size(flow.first / flow.last)
        return say("It explodes on its way back: {times} times as large as at the last step.", times=times)  # fmt: skip
    return ""


def _describe_closed(closed: Closed | None) -> str:
    if closed is None or closed.share < SATURATED_SHARE:
        return ""
    return say(
        CLOSED[closed.way],
        share=write_percent(closed.share),
        name=closed.name,
        flat=TANH_FLAT,
        low=LOW,
        little=LITTLE,
    )
