"""The microscope's formulas of the head: the scores, the output, the loss, and the gradient that it gives the scores."""

from dataclasses import replace
from typing import Literal

import numpy as np

from ..cells.symbolic import (
    Bias,
    Dot,
    Factor,
    Formula,
    Fraction,
    OutputLoss,
    Product,
    Ref,
    StepMean,
)
from ..common.messages import say
from .explanation import Explanation, Place, TermValue
from .head import (
    LOSS,
    OUTPUT,
    OUTPUT_SUM,
    STEP_LOSS,
    TARGET,
    Head,
    HeadNumbers,
    output_function,
)
from .layer_stack import LayerStack


def explain_head(
    head: Head | None, numbers: HeadNumbers | None, stack: LayerStack, place: Place
) -> Explanation:
    """The formula of a_y, y or da_y at that step, of output number `place.unit`, or of the loss there or of all.

    LookupError: the head is no linear map with a known loss, or it has no such output.
    """
    if head is None or numbers is None or place.part != head.part:
        raise LookupError(
            say(
                "place: expected a number of a recurrent layer, got one of the head, whose formula is not "
                "known here. Click on a number of the picture."
            )
        )
    T, outputs = numbers.scores.shape
    needs_target = place.name.startswith("d") or place.name in (STEP_LOSS, LOSS)
    known = not needs_target or np.isfinite(numbers.targets[place.t % T]).all()
    if not (0 <= place.t < T and 0 <= place.unit < outputs and known):
        raise LookupError(
            say(
                "place: expected a step up to {last} that has a loss and an output below {outputs}, got "
                "{got} and {unit}. Click on a number of the picture.",
                last=T - 1,
                outputs=outputs,
                got=place.t,
                unit=place.unit,
            )
        )
    if place.name == OUTPUT_SUM:
        return _explain_score(stack, head, numbers, place)
    if place.name == OUTPUT:
        return _explain_output(head, numbers, place)
    if place.name == STEP_LOSS:
        return _explain_step_loss(head, numbers, place)
    if place.name == LOSS:
        return _explain_loss(numbers, place)
    return _explain_gradient(numbers, place)


def _explain_score(
    stack: LayerStack, head: Head, numbers: HeadNumbers, place: Place
) -> Explanation:
    terms = []
    top = max(layer for layer, _ in stack.arrays)
    for direction in stack.layer.directions:
        arrays = stack.arrays[top, direction]
        H = arrays["h"].shape[1]
        t = head.step_read(place.t, direction)
        right = arrays["h"][stack.step(t, direction)]
        start = head.column(0, direction, H)
        left = head.weight[place.unit, start : start + H]
        places = tuple(Place("h", t, unit, head.part, top, direction) for unit in range(H))
        dot = Dot("weight_ih", OUTPUT, Ref("h"))
        terms.append(TermValue(dot, float(left @ right), (), left, right, places))
    if head.bias is not None:
        terms.append(TermValue(Bias("bias_ih", OUTPUT), float(head.bias[place.unit])))
    return _explanation(place, numbers.scores, tuple(terms))


def _explain_output(head: Head, numbers: HeadNumbers, place: Place) -> Explanation:
    score = numbers.scores[place.t, place.unit]
    where = _beside(place, OUTPUT_SUM)
    factors: tuple[tuple[Factor, float, Place | None], ...] = (
        (Ref(OUTPUT_SUM), float(score), where),
    )
    places = (where,)
    right = None
    if (
        head.phi == "softmax"
    ):  # its own score first, then the others, which it is divided by as well
        right = numbers.scores[place.t]
        others = (k for k in range(len(right)) if k != place.unit)
        places += tuple(replace(where, unit=k) for k in others)
    term = TermValue(Product((Ref(OUTPUT_SUM),)), float(score), factors, right=right, places=places)
    value = float(numbers.outputs[place.t, place.unit])
    total = float(output_function(head.phi, numbers.scores[place.t])[place.unit])
    return Explanation(place, Formula((), head.phi), value, total, (term,), False)


def _explain_gradient(numbers: HeadNumbers, place: Place) -> Explanation:
    share = numbers.fraction
    scale = share.above / share.below
    output, target = (
        float(values[place.t, place.unit]) for values in (numbers.outputs, numbers.targets)
    )
    where = _beside(place, OUTPUT)
    scaled = ((share, scale, None),) if scale != 1 else ()
    of_output = Product((*(share for _ in scaled), Ref(OUTPUT)))
    of_target = Product((*(share for _ in scaled), Ref(TARGET)), -1)
    terms = (
        TermValue(
            of_output, scale * output, (*scaled, (Ref(OUTPUT), output, where)), places=(where,)
        ),
        TermValue(of_target, -scale * target, (*scaled, (Ref(TARGET), target, None))),
    )
    return _explanation(place, numbers.gradients, terms)


def _explain_step_loss(head: Head, numbers: HeadNumbers, place: Place) -> Explanation:
    """-log y of the target's class; of several yes or no, or of numbers, the mean over the outputs."""
    assert numbers.losses is not None
    outputs, targets = numbers.outputs[place.t], numbers.targets[place.t]
    units = [int(targets.argmax())] if head.phi == "softmax" else [*range(len(outputs))]
    share = Fraction(1, len(units))
    terms = []
    for unit in units:
        output, target = float(outputs[unit]), float(targets[unit])
        kind = _kind_of_loss(head.phi, target)
        where = replace(_beside(place, OUTPUT), unit=unit)
        factors: tuple[tuple[Factor, float, Place | None], ...] = (
            (Ref(OUTPUT), output, where),
            (Ref(TARGET), target, None),
        )
        value = _output_loss(kind, output, target) / len(units)
        terms.append(TermValue(OutputLoss(kind, share), value, factors, places=(where,)))
    total = sum(term.value for term in terms)
    value = float(numbers.losses[place.t])
    return Explanation(place, Formula(()), value, total, tuple(terms), False)


def _kind_of_loss(phi: str, target: float) -> Literal["class", "yes", "no", "square"]:
    if phi == "softmax":
        return "class"
    return "square" if phi == "identity" else "yes" if target > 0.5 else "no"


def _output_loss(kind: str, output: float, target: float) -> float:
    if kind == "square":
        return (output - target) ** 2
    with np.errstate(divide="ignore"):
        return float(-np.log(1 - output if kind == "no" else output))


def _explain_loss(numbers: HeadNumbers, place: Place) -> Explanation:
    """The mean of the losses of the steps."""
    assert numbers.losses is not None
    steps = [*numbers.at]
    losses = numbers.losses[steps]
    places = tuple(Place(STEP_LOSS, t, 0, place.part) for t in steps)
    shares = np.full(len(steps), 1 / len(steps))
    term = TermValue(
        StepMean(Ref(STEP_LOSS)), float(losses.mean()), (), shares, losses, places=places
    )
    return Explanation(place, Formula(()), numbers.loss, term.value, (term,), False)


def _explanation(place: Place, recorded: np.ndarray, terms: tuple[TermValue, ...]) -> Explanation:
    value = float(recorded[place.t, place.unit])
    return Explanation(place, Formula(()), value, sum(term.value for term in terms), terms, False)


def _beside(place: Place, name: str) -> Place:
    return Place(name, place.t, place.unit, place.part, place.layer, place.direction)
