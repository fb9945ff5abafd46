"""Diagnosis of a run in a sentence with its numbers.

Success comes first: a run that solves its task is well, whatever the size of its gradient. Only where a run
does not learn is its gradient looked at for the reason. The constants are the thresholds, each with its reason.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..common.messages import Sentence, as_sentence, say
from ..common.sizes import write_percent, write_share, write_size
from ..layers.recording_facts import (
    DEAD_SHARE,
    EXPLODING_FACTOR,
    EXPLODING_SIZE,
    LOW,
    SATURATED_SHARE,
    TANH_FLAT,
    VANISHED_SHARE,
    Flow,
)
from ..training.divergence import SCALE_FREE
from .facts import Facts, Score

JUMPING_FACTOR, JUMPING_SIZE = 3, 2.0  # the same for a run at chance whose gradients nothing clips
MIN_WINDOW = 10  # updates before their median says what is usual
CLIPPED_WINDOW, CLIPPED_SHARE = 50, 0.9  # of the updates; clipping now and then is normal
MIN_STEPS = 3  # before the first and the last step can be compared

SENTENCES = {
    "waiting": "Not trained yet: press Play.",
    "diverged": "Update {update}: the loss or the gradient is not a finite number any more, so the update was not "
    "applied.",
    "solved": "Solved: held-out {metric} {value}. Hardly any error is left, so a small gradient is no fault.",
    "learning": "Learning: held-out {metric} {value}; baseline “{baseline}”: {baseline_value}. Gradient at step 1: "
    "{first} of its peak. Norm over all weights: {norm}.",
    "learning, every": "Learning: held-out {metric} {value}; baseline “{baseline}”: {baseline_value}. The gradient of "
    "the last loss stays above 1 % of its peak for {horizon} of {steps} steps. Norm over all weights: {norm}.",
    "learning, bare": "Learning: held-out {metric} {value}; baseline “{baseline}”: {baseline_value}. Norm over all "
    "weights: {norm}.",
    "behind": "Held-out {metric} {value}; baseline “{baseline}”: {baseline_value}. Gradient at step 1: {first} of its "
    "peak. Norm over all weights: {norm}.",
    "behind, every": "Held-out {metric} {value}; baseline “{baseline}”: {baseline_value}. The gradient of the last "
    "loss stays above 1 % of its peak for {horizon} of {steps} steps. Norm over all weights: {norm}.",
    "behind, bare": "Held-out {metric} {value}; baseline “{baseline}”: {baseline_value}. Norm over all weights: "
    "{norm}.",
    "healthy": "Gradient at step 1: {first} of its peak. Norm over all weights: {norm}.",
    "healthy, every": "The gradient of the last loss stays above 1 % of its peak for {horizon} of {steps} steps. Norm "
    "over all weights: {norm}.",
    "healthy, bare": "Norm over all weights: {norm}.",
    "healthy, no norm": "Gradient at step 1: {first} of its peak.",
    "healthy, unknown": "No gradient was recorded.",
    "exploding": "The gradient explodes: its norm reached {largest}, {times} times the usual {usual} of the last "
    "{window} updates.",
    "exploding, jumps": "The gradient's norm jumps: {usual} is usual in the last {window} updates, {highest} was the "
    "largest so far, and nothing clips it. Held-out {metric} {value}; baseline “{baseline}”: {baseline_value}.",
    "exploding, backwards": "The gradient explodes on its way back: {last} at the last step, {first} at step 1, "
    "{times} times as large.",
    "clipped": "{clipped} of the last {window} updates were clipped, usually from a norm of {usual} to {limit}. Every "
    "update still points along the gradient, but all have the same length.",
    "clipped, scaled": "{clipped} of the last {window} gradients were clipped, usually from a norm of {usual} to "
    "{limit}. Each keeps its direction, but the optimizer gets them all with the same length.",
    "clipped, value": "{clipped} of the last {window} gradients were clipped, number by number: from a norm of usually "
    "{usual} to {limit}. They no longer point along the gradient.",
    "blind": "Nothing is carried from step to step: each answer sees the last {sees} inputs, and this task looks back "
    "over {span} steps.",
    "blind, one": "Nothing is carried from step to step: each answer sees its own input alone, and this task looks "
    "back over {span} steps.",
    "dead": "{dead} of the units are 0 at every step of this sequence: no gradient passes through them.",
    "vanished": "The gradient vanishes: at step 1 it is {first} of its peak. It stays above 1 % of it for {horizon} of "
    "{steps} steps.",
    "vanished, span": "The gradient vanishes: at step 1 it is {first} of its peak. It stays above 1 % of it for "
    "{horizon} of {steps} steps, and this task looks back over {span}.",
    "vanished, every": "The gradient of the last loss stays above 1 % of its peak for {horizon} of {steps} steps, and "
    "this task looks back over {span}. At step 1 it is {first} of its peak.",
    "saturated, flat": "Saturated: {share} of the values of {name} are beyond ±{flat}, where tanh is flat, so hardly "
    "any gradient passes: at step 1 it is {first} of its peak.",
    "saturated, kept": "Saturated: {share} of the values of {name} are below {low}, so the state is forgotten within a "
    "step or two: at step 1 the gradient is {first} of its peak.",
    "saturated, written": "Saturated: gate {name} lets next to nothing into the state of {share} of the units, at any "
    "step of this sequence, so they learn nothing from the input.",
    "saturated, read": "Saturated: gate {name} lets next to nothing out of the state of {share} of the units, at any "
    "step of this sequence, so they have no part in the answer.",
}
KINDS = tuple(dict.fromkeys(key.split(",")[0] for key in SENTENCES if key[:6] != "behind"))


@dataclass(frozen=True)
class Diagnosis:
    """kind: one of KINDS. values: the numbers in the sentence, as they are printed.

    key: of SENTENCES; the kind, where it has one sentence only. measures: the same as numbers, for remedies.
    """

    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    measures: Mapping[str, float] = field(default_factory=dict)

    @property
    def sentence(self) -> Sentence:
        """The diagnosis: the template of its key with its values."""
        return say(SENTENCES[self.key or self.kind], **self.values)


def diagnose(facts: Facts, clipping: str = "norm", optimizer: str = "sgd") -> Diagnosis:
    """The diagnosis of a run. clipping, optimizer: of the experiment.

    In this order: not trained, diverged, solved, exploding, learning; and where it does not learn the first that
    is the matter of blind, exploding, clipped, dead, saturated and vanished; else healthy: nothing is in the way.
    """
    if not facts.update:
        return Diagnosis("waiting")
    if not facts.finite:
        return Diagnosis("diverged", {"update": facts.update})
    spike = _of_spike(facts)
    score = facts.score
    if score is not None and facts.is_solved and not (spike and facts.largest_at > score.update):
        return Diagnosis("solved", _words_of_score(score))
    if spike:
        return spike
    if facts.is_learning:
        return _well("learning", facts)
    return next(_find_faults(facts, clipping, optimizer), None) or _well("healthy", facts)


def _find_faults(facts: Facts, clipping: str, optimizer: str) -> Iterator[Diagnosis]:
    """What may keep the run from learning, the most serious first."""
    yield from _of_blindness(facts)
    yield from _of_jumps(facts, optimizer)
    yield from _of_growth(facts)
    yield from _of_clipping(facts, clipping, optimizer)
    if facts.dead >= DEAD_SHARE:
        yield Diagnosis("dead", {"dead": write_percent(facts.dead)})
    yield from _of_saturation(facts)
    yield from _of_flow(facts)


def _of_spike(facts: Facts) -> Diagnosis | None:
    factor = facts.largest / facts.usual if facts.usual > 0 else math.inf
    if (
        facts.window < MIN_WINDOW
        or facts.largest <= EXPLODING_SIZE
        or not factor > EXPLODING_FACTOR
    ):
        return None
    values = {
        "largest": write_size(facts.largest),
        "usual": write_size(facts.usual),
        "times": write_size(factor),
        "window": facts.window,
    }
    return Diagnosis("exploding", values, measures={"usual": facts.usual})


def _of_blindness(facts: Facts) -> Iterator[Diagnosis]:
    """What is to be remembered lies beyond all that an answer can see."""
    sees, span = facts.sees, facts.span
    if sees is not None and span is not None and sees <= span:
        values, measures = {"sees": sees, "span": span}, {"span": float(span)}
        yield Diagnosis("blind", values, "blind" if sees > 1 else "blind, one", measures)


def _of_jumps(facts: Facts, optimizer: str) -> Iterator[Diagnosis]:
    """Single large updates may have thrown the weights away, also where the gradient is small by now."""
    if optimizer in SCALE_FREE or facts.clipped or facts.window < CLIPPED_WINDOW:
        return
    if facts.score is None or facts.score.reference is None:
        return
    if facts.highest > max(JUMPING_FACTOR * facts.usual, JUMPING_SIZE):
        values = {"usual": write_size(facts.usual), "highest": write_size(facts.highest)}
        values |= {"window": str(facts.window), **_words_of_score(facts.score)}
        yield Diagnosis("exploding", values, "exploding, jumps", {"usual": facts.usual})


def _of_growth(facts: Facts) -> Iterator[Diagnosis]:
    flow = facts.flow
    if flow is None or flow.steps < MIN_STEPS or flow.first <= EXPLODING_SIZE:
        return
    if flow.first > EXPLODING_FACTOR * flow.last:
        factor = flow.first / flow.last if flow.last else math.inf
        values = {"first": write_size(flow.first), "last": write_size(flow.last)}
        values |= {"times": write_size(factor)}
        yield Diagnosis("exploding", values, "exploding, backwards", {"usual": facts.usual})


def _of_clipping(facts: Facts, clipping: str, optimizer: str) -> Iterator[Diagnosis]:
    if facts.window >= CLIPPED_WINDOW and facts.clipped >= CLIPPED_SHARE:
        key = "clipped, value" if clipping == "value" else "clipped, scaled"
        values = {
            "clipped": write_percent(facts.clipped),
            "window": facts.window,
            "usual": write_size(facts.usual),
            "limit": write_size(facts.limit),
        }
        plain = clipping == "norm" and optimizer == "sgd"
        yield Diagnosis("clipped", values, "clipped" if plain else key, {"usual": facts.usual})


def _of_saturation(facts: Facts) -> Iterator[Diagnosis]:
    closed, flow = facts.closed, facts.flow
    if closed is None or closed.share < SATURATED_SHARE:
        return
    values = {"name": closed.name, "share": write_percent(closed.share)}
    if closed.way in ("flat", "kept"):
        # These close the way back in time, which matters where the gradient needs it.
        if flow is None or not _is_too_short(flow, facts.span):
            return
        values |= {"first": write_share(flow.first_share), "low": f"{LOW:g}", "flat": TANH_FLAT}
    yield Diagnosis("saturated", values, f"saturated, {closed.way}")


def _of_flow(facts: Facts) -> Iterator[Diagnosis]:
    flow, span = facts.flow, facts.span
    if flow is None or not _is_too_short(flow, span):
        return
    if facts.at == "every" and span is None:  # a loss at every step may need few steps back
        return
    values: dict[str, Any] = {"first": write_share(flow.first_share), "horizon": flow.horizon}
    values |= {"steps": flow.steps} | ({} if span is None else {"span": span})
    measures = {"first": flow.first_share} | ({} if span is None else {"span": span})
    key = "vanished, every" if facts.at == "every" else "vanished, span"
    yield Diagnosis("vanished", values, "vanished" if span is None else key, measures)


def _is_too_short(flow: Flow, span: int | None) -> bool:
    """Whether the gradient vanishes before it is where the task needs it."""
    if flow.steps < MIN_STEPS or flow.first_share >= VANISHED_SHARE:
        return False
    return span is None or flow.horizon <= span


def _well(kind: str, facts: Facts) -> Diagnosis:
    """Learning, or nothing in its way: how far the gradient gets, and how good the network is."""
    flow, values = facts.flow, {"norm": write_size(facts.norm)}
    end = ", bare"
    if flow is not None and facts.at == "every":
        values |= {"horizon": str(flow.horizon), "steps": str(flow.steps)}
        end = ", every"
    elif flow is not None:
        values |= {"first": write_share(flow.first_share)}
        end = ""
    if kind == "healthy" and facts.score is None and math.isnan(facts.norm):  # it trains elsewhere
        return Diagnosis(kind, values, "healthy, no norm" if flow else "healthy, unknown")
    score_words = {} if facts.score is None else _words_of_score(facts.score)
    begin = "behind" if kind == "healthy" and "baseline" in score_words else kind
    return Diagnosis(kind, values | score_words, begin + end)


def _words_of_score(score: Score) -> dict[str, str]:
    values: dict[str, str] = {
        "metric": as_sentence(score.metric),
        "value": score.write(score.value),
    }
    if score.reference is not None:
        name, value = score.reference
        values |= {"baseline": as_sentence(name), "baseline_value": score.write(value)}
    return values
