"""Where a number of a recording goes: the numbers whose formulas contain it, the other way round than the microscope.

A value goes into values, a gradient into gradients. Where it goes into a sum of every unit of a layer, the unit with
the largest weight stands for all of them. Every answer is one whose explanation names the number that was asked for.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..cells.symbolic import Dot, Product, Ref, ref_of
from .explanation import Place
from .head import LOSS, OUTPUT, OUTPUT_SUM, STEP_LOSS
from .layer_stack import Key, LayerStack
from .microscope import Microscope


def find_consumers(scope: Microscope, place: Place) -> list[Place]:
    """What is computed from the number at that place, in the order of the formulas. LookupError: no such number."""
    scope.explain(place)
    ways = (_within_layer, _to_layer_above, _to_layer_below, _to_head, _from_head, _to_encoder)
    candidates = dict.fromkeys(target for way in ways for target in way(scope, place))
    return [target for target in candidates if _is_computed_from(scope, target, place)]


def find_fed_column(scope: Microscope, place: Place) -> int | None:
    """The column of dW_hh to which the gradient at that place adds most at its step; None where it adds to none."""
    stack, key = scope.stacks[place.part], (place.layer, place.direction)
    if key not in stack.cells:
        return None
    states = {f"d{d}": state for deltas, state in stack.cells[key].recurrent_terms for d in deltas}
    if place.name not in states:
        return None
    row = stack.arrays[key][states[place.name]][stack.step(place.t, place.direction)]
    return int(np.argmax(np.abs(np.nan_to_num(row))))


def _is_computed_from(scope: Microscope, target: Place, place: Place) -> bool:
    try:
        return any(place in term.places for term in scope.explain(target).terms)
    except LookupError:  # before the first step, or after the last one
        return False


def _largest(weights: np.ndarray) -> int:
    return int(np.argmax(np.abs(np.nan_to_num(weights))))


def _within_layer(scope: Microscope, place: Place) -> Iterator[Place]:
    stack, key = scope.stacks[place.part], (place.layer, place.direction)
    if key not in stack.formulas:
        return
    is_gradient = place.name.startswith("d")
    for name, formula in stack.formulas[key].items():
        if name.startswith("d") != is_gradient:
            continue
        for term in formula.terms:
            if isinstance(term, Dot) and term.of.name == place.name:
                unit = _summing_unit(stack, key, term, place.unit)
                yield _shifted(place, name, term.of.shift, unit)
            if isinstance(term, Product):
                refs = [ref for factor in term.factors if (ref := ref_of(factor)) is not None]
                for ref in refs:
                    if ref.name == place.name:
                        yield _shifted(place, name, ref.shift, place.unit)


def _shifted(place: Place, name: str, shift: int, unit: int) -> Place:
    """The quantity that refers to the place with this shift."""
    t = place.t + (shift if place.direction == "reverse" else -shift)
    return replace(place, name=name, t=t, unit=unit)


def _summing_unit(stack: LayerStack, key: Key, term: Dot, unit: int) -> int:
    """The unit whose sum contains this unit with the largest weight."""
    H = stack.arrays[key]["h"].shape[1]
    rows = stack.cells[key].block_names.index(term.gate) * H
    W = stack.weights[key][term.weight]
    return _largest(W[rows + unit] if term.back else W[rows : rows + H, unit])


def _inputs(stack: LayerStack, key: Key) -> Iterator[tuple[str, str]]:
    """(gate, quantity that its product with the input goes into) of a layer."""
    for name, formula in stack.cells[key].equations().items():
        for term in formula.terms:
            if isinstance(term, Dot) and term.weight == "weight_ih" and term.of == Ref("x"):
                yield term.gate, name


def _to_layer_above(scope: Microscope, place: Place) -> Iterator[Place]:
    """h goes to the layer above."""
    stack, key = scope.stacks[place.part], (place.layer, place.direction)
    if key in stack.arrays and place.name == "h":
        H = stack.arrays[key]["h"].shape[1]
        column = place.unit + (H if place.direction == "reverse" else 0)
        for direction in stack.layer.directions:
            above = (place.layer + 1, direction)
            way = -1 if direction == "reverse" else 1
            for gate, name in _inputs(stack, above) if above in stack.cells else ():
                size = stack.arrays[above]["h"].shape[1]
                rows = stack.cells[above].block_names.index(gate) * size
                weights = stack.weights[above]["weight_ih"][rows : rows + size]
                inputs = weights.shape[1] // stack.layer.window  # of one step
                for later in range(stack.layer.window):  # the steps whose window reads this one
                    unit = _largest(weights[:, column - (later + 1) * inputs])
                    t = place.t + way * later
                    yield Place(name, t, unit, place.part, above[0], direction)


def _to_layer_below(scope: Microscope, place: Place) -> Iterator[Place]:
    """The gradient of what was computed from a state of the layer below goes back to its dh."""
    stack, key = scope.stacks[place.part], (place.layer, place.direction)
    if key in stack.arrays and place.layer:
        for gate, name in _inputs(stack, key):
            if place.name == f"d{name}":
                H = stack.arrays[key]["h"].shape[1]
                row = stack.cells[key].block_names.index(gate) * H + place.unit
                weights = stack.weights[key]["weight_ih"][row]
                way = -1 if place.direction == "reverse" else 1
                for back, of_step in enumerate(np.split(weights, stack.layer.window)[::-1]):
                    for n, direction in enumerate(stack.layer.directions):
                        below = stack.arrays[place.layer - 1, direction]["h"].shape[1]
                        unit = _largest(of_step[n * below : (n + 1) * below])
                        t = place.t - way * back
                        yield Place("dh", t, unit, place.part, place.layer - 1, direction)


def _to_head(scope: Microscope, place: Place) -> Iterator[Place]:
    head, numbers = scope.head, scope.head_numbers
    if head is None or numbers is None or place.part != head.part or place.name != "h":
        return
    stack = scope.stacks[place.part]
    if place.layer != max(layer for layer, _ in stack.arrays):
        return
    H = stack.arrays[place.layer, place.direction]["h"].shape[1]
    unit = _largest(head.weight[:, head.column(place.unit, place.direction, H)])
    t = len(numbers.scores) - 1 if head.ends and place.direction == "reverse" else place.t
    yield Place(OUTPUT_SUM, t, unit, place.part)


def _from_head(scope: Microscope, place: Place) -> Iterator[Place]:
    """From the score to the output, to the gradient of the score, to dh of the top layer."""
    if place.name == OUTPUT_SUM:
        yield replace(place, name=OUTPUT)
    if place.name == OUTPUT:
        yield replace(place, name=f"d{OUTPUT_SUM}")
        yield replace(place, name=STEP_LOSS, unit=0)
    if place.name == STEP_LOSS and scope.head_numbers is not None:
        yield replace(place, name=LOSS, t=scope.head_numbers.at[-1])
    head = scope.head
    if place.name != f"d{OUTPUT_SUM}" or head is None:
        return
    stack = scope.stacks[place.part]
    top = max(layer for layer, _ in stack.arrays)
    for direction in stack.layer.directions:
        H = stack.arrays[top, direction]["h"].shape[1]
        start = head.column(0, direction, H)
        unit = _largest(head.weight[place.unit, start : start + H])
        yield Place("dh", head.step_read(place.t, direction), unit, place.part, top, direction)


def _to_encoder(scope: Microscope, place: Place) -> Iterator[Place]:
    """What the decoder's first step gives back to the encoder's last."""
    if place.part == "decoder" and place.t == scope.stacks["decoder"].start:
        encoder = scope.stacks["encoder"]
        for direction in encoder.layer.directions:
            last = encoder.step(encoder.T - 1, direction)
            yield replace(place, t=last, part="encoder", direction=direction)
