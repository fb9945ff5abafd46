"""The microscope's formulas of the head: the scores, the output, and the gradient that the loss gives them."""

import numpy as np

from ..cells.symbolic import Bias, Dot, Factor, Formula, Product, Ref
from ..common.messages import say
from .explanation import Explanation, Place, TermValue
from .head import OUTPUT, OUTPUT_SUM, TARGET, Head, HeadNumbers, output_function
from .layer_stack import LayerStack


def explain_head(
    head: Head | None, numbers: HeadNumbers | None, stack: LayerStack, place: Place
) -> Explanation:
    """The formula of a_y, y or da_y at that step, of output number `place.unit`.

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
    is_gradient = place.name.startswith("d")
    known = not is_gradient or np.isfinite(numbers.targets[place.t % T]).all()
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
    term = TermValue(Product((Ref(OUTPUT_SUM),)), float(score), factors, places=(where,))
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


def _explanation(place: Place, recorded: np.ndarray, terms: tuple[TermValue, ...]) -> Explanation:
    value = float(recorded[place.t, place.unit])
    return Explanation(place, Formula(()), value, sum(term.value for term in terms), terms, False)


def _beside(place: Place, name: str) -> Place:
    return Place(name, place.t, place.unit, place.part, place.layer, place.direction)
