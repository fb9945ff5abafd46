"""One number of a recording, explained: its formula with the numbers put in.

    scope = Microscope(inspect_trainer(trainer))    # runs the network over the sequence once
    explanation = scope.explain(Place("dc", t=3, unit=5))
    explanation.value, explanation.total       # as recorded, and as the formula gives it
    explanation.terms                          # each with its factors, or with the vectors of its dot product

A term's `places` are the numbers that it was computed from; each of them can be explained in turn.
"""

from dataclasses import replace

import numpy as np

from ..cells import Cell
from ..cells.conventions import TORCH, Convention
from ..cells.symbolic import (
    Bias,
    Direct,
    Dot,
    Factor,
    Formula,
    Peephole,
    Ref,
    Term,
    quantities_without_formula,
    ref_of,
)
from .attention import ATTENTION_NAMES, ENCODER, Attention, AttentionNumbers
from .explained_head import explain_head
from .explanation import Explanation, Place, TermValue, WeightExplanation
from .factor_values import PHI, evaluate_factor
from .head import HEAD_NAMES, OUTPUT_SUM, HeadNumbers, head_numbers
from .inspection import Inspection, Reading
from .layer_stack import Key, LayerStack
from .projection_gradients import gradients_of_projection
from .refused_places import refuse_gate, refuse_layer, refuse_place, refuse_weight


class Microscope:
    """One reading of a network over its sequence, with the formulas of its cell, as a book's convention has
    them. Made with one pass; `in_convention` makes none."""

    def __init__(
        self,
        inspection: Inspection,
        convention: Convention = TORCH,
        reading: Reading | None = None,
    ):
        self.inspection = inspection
        self._by_convention: dict[Convention, Microscope] = {convention: self}
        self.reading = reading = inspection.read() if reading is None else reading
        T = len(inspection.symbols)
        parts = list(inspection.layers)
        steps = [slice(0, T)]
        if len(parts) > 1:
            source = len(self.reading.direct[parts[0]])
            steps = [slice(0, source), slice(source, T)]
        self.stacks = {
            part: LayerStack(inspection, reading, part, where, convention)
            for part, where in zip(parts, steps, strict=True)
        }
        self.parts = dict(zip(parts, steps, strict=True))
        self.head = inspection.head
        self.head_numbers: HeadNumbers | None = None
        self.attention: AttentionNumbers | None = None
        self.output_head = self.head  # also where attention stands before it
        if inspection.attention is not None:
            self.output_head = inspection.attention.head
        if self.output_head is not None:
            self.head_numbers = head_numbers(
                self.output_head.phi,
                *(reading.scores, reading.head, reading.at, reading.loss, reading.losses),
            )
        if inspection.attention is not None and self.head_numbers is not None:
            self.attention = self._read_attention(inspection.attention, self.head_numbers)

    def _read_attention(self, attention: Attention, numbers: HeadNumbers) -> AttentionNumbers:
        top = max(layer for layer, _ in self.reading.recording.layers)
        states = self.reading.recording[top, "forward"]["h"].values[:, 0].astype(np.float64)
        source = self.parts[ENCODER].stop
        gradients = numbers.gradients[source:]
        return AttentionNumbers(attention, states[:source], states[source:], gradients, top)

    def in_convention(self, convention: Convention) -> "Microscope":
        """The same reading with the formulas, the numbers and the weights of another convention; made once."""
        if convention not in self._by_convention:
            other = Microscope(self.inspection, convention, self.reading)
            self._by_convention[convention] = other
        return self._by_convention[convention]

    def part_of(self, t: int) -> str:
        """The part of the network that reads step t."""
        return next(part for part, where in self.parts.items() if where.start <= t < where.stop)

    def cell_at(self, place: Place) -> Cell:
        """The cell that computed there. LookupError: no such layer."""
        return self._stack(place).cells[place.layer, place.direction]

    def formulas(self, key: Key = (0, "forward")) -> dict[str, Formula]:
        """Quantity -> formula of the cell that computed."""
        return next(iter(self.stacks.values())).formulas[key]

    def explain(self, place: Place) -> Explanation:
        """The formula of the number at that place, with the numbers put in. LookupError: no such number."""
        stack = self._stack(place)
        if self.attention is not None and place.name in ATTENTION_NAMES:
            return self.attention.explain(place)
        if place.name in HEAD_NAMES:
            explanation = explain_head(self.output_head, self.head_numbers, stack, place)
            if self.attention is not None and place.name == OUTPUT_SUM:
                return self.attention.explain_score(place, explanation.value)
            return explanation
        key = place.layer, place.direction
        formulas = stack.formulas[key]
        H = stack.arrays[key]["h"].shape[1]
        inside = 0 <= place.t - stack.start < stack.T and 0 <= place.unit < H
        if place.name not in formulas or not inside:
            raise LookupError(
                refuse_place(place, tuple(formulas), (stack.start, stack.start + stack.T - 1), H)
            )
        formula = formulas[place.name]
        k = stack.step(place.t, place.direction)
        value = float(stack.arrays[key][place.name][k, place.unit])
        if self._is_clamped(stack, key, place):
            return Explanation(place, formula, value, value, (), True)
        terms = tuple(v for term in formula.terms for v in self._term_values(stack, place, term, k))
        if self._last_of_encoder(stack, place) and place.name in ("dh", "dc"):
            terms += (self._from_decoder(place),)
        with np.errstate(all="ignore"):
            total = float(PHI[formula.phi](sum(term.value for term in terms)))
        return Explanation(place, formula, value, total, terms, False)

    def _stack(self, place: Place) -> LayerStack:
        known = [*self.stacks]
        if (
            place.part not in known
            or (place.layer, place.direction) not in self.stacks[place.part].arrays
        ):
            raise LookupError(refuse_layer(place, known))
        return self.stacks[place.part]

    def _is_clamped(self, stack: LayerStack, key: Key, place: Place) -> bool:
        """Whether an intervention, and not the formula, gives this number."""
        clamps = stack.clamps[key]
        if clamps is None:
            return False
        clamped = [*clamps.inner, *(("h", units, value) for units, value in clamps.states)]
        names = {q for q, units, _ in clamped if place.unit in range(*units.indices(10**9))}
        return place.name in quantities_without_formula(stack.cells[key].equations(), names)

    def _term_values(self, stack: LayerStack, place: Place, term: Term, k: int) -> list[TermValue]:
        if isinstance(term, Direct):
            return self._direct(stack, place)
        key, unit = (place.layer, place.direction), place.unit
        cell, weights = stack.cells[key], stack.weights[key]
        H = stack.arrays[key]["h"].shape[1]
        if isinstance(term, Bias):
            if term.bias not in weights:
                return []
            row = cell.block_names.index(term.gate) * H + unit
            return [TermValue(term, float(weights[term.bias][row]))]
        if isinstance(term, Dot):
            rows = cell.block_names.index(term.gate) * H
            if term.of.name == "x" and key in stack.unit_matrices:
                value = float(stack.unit_matrices[key][rows + unit] @ stack.arrays[key]["x"][k])
                places = self._places_below(place, weights[term.weight].shape[1])
                return [TermValue(term, value, places=places, note="normalized")]
            W = weights[term.weight]
            left = W[rows : rows + H, unit] if term.back else W[rows + unit]
            right, note = self._vector(stack, key, term.of, k)
            return [self._dot(term, left, right, note, place, term.of)]
        factors = []
        for factor in term.factors:
            number, where = self._factor(stack, place, factor, k)
            factors.append((factor, number, where))
        product = term.sign * float(np.prod([number for _, number, _ in factors]))
        refs = [ref for factor in term.factors if (ref := ref_of(factor)) is not None]
        notes = {self._vector(stack, key, ref, k)[1] for ref in refs} - {""}
        places = tuple(where for _, _, where in factors if where is not None)
        return [TermValue(term, product, tuple(factors), places=places, note="".join(notes))]

    def _dot(
        self,
        term: Term,
        left: np.ndarray,
        right: np.ndarray,
        note: str,
        place: Place,
        of: Ref,
    ) -> TermValue:
        places: tuple[Place, ...] = ()
        t = place.t + (-of.shift if place.direction == "reverse" else of.shift)
        if of.name == "x":
            places = self._places_below(place, len(right))
        elif not note:
            places = tuple(
                Place(of.name, t, unit, place.part, place.layer, place.direction)
                for unit in range(len(right))
            )
        with np.errstate(all="ignore"):
            value = float(left @ right)
        return TermValue(term, value, (), left, right, places, note)

    def _places_below(self, place: Place, size: int) -> tuple[Place, ...]:
        """Where the input of a layer comes from: the states of the layer below; () of the first layer.

        Of a window each step in turn, the oldest first; for what lies before the first step that step stands.
        """
        if not place.layer:
            return ()
        stack = self.stacks[place.part]
        k, way = stack.step(place.t, place.direction), -1 if place.direction == "reverse" else 1
        places = tuple(
            Place("h", place.t - way * min(back, k), unit, place.part, place.layer - 1, direction)
            for back in reversed(range(stack.layer.window))
            for direction in stack.layer.directions
            for unit in range(stack.arrays[place.layer - 1, direction]["h"].shape[1])
        )
        return places if len(places) == size else ()

    def _vector(self, stack: LayerStack, key: Key, of: Ref, k: int) -> tuple[np.ndarray, str]:
        """The numbers of a quantity at its step; where there is no such step, its start or zeros."""
        arrays, at = stack.arrays[key], k + of.shift
        if of.shift and not stack.layer.recurrence:
            return np.zeros_like(arrays[of.name][0]), "apart"
        if of.shift == -1 and f"{of.name}_prev" in arrays:
            return arrays[f"{of.name}_prev"][k], _note(at, stack.T)
        cut = stack.layer.truncate
        if of.shift == 1 and cut and at % cut == 0 and at < stack.T:
            return np.zeros_like(arrays[of.name][0]), "cut"
        if 0 <= at < stack.T:
            return arrays[of.name][at], ""
        return np.zeros_like(arrays[of.name][0]), _note(at, stack.T)

    def _factor(
        self, stack: LayerStack, place: Place, factor: Factor, k: int
    ) -> tuple[float, Place | None]:
        key, unit = (place.layer, place.direction), place.unit
        if isinstance(factor, Peephole):
            return float(
                stack.weights[key]["weight_peephole"][
                    stack.cells[key].peepholes.index(factor.gate), unit
                ]
            ), None
        ref = ref_of(factor)
        assert ref is not None
        values, note = self._vector(stack, key, ref, k)
        number = float(values[unit])
        t = place.t + (-ref.shift if place.direction == "reverse" else ref.shift)
        where = Place(ref.name, t, unit, place.part, place.layer, place.direction)
        with np.errstate(all="ignore"):
            return float(evaluate_factor(factor, number)), None if note else where

    def _direct(self, stack: LayerStack, place: Place) -> list[TermValue]:
        """What reaches h at its own step: from the layer above, or from the head."""
        term_values = []
        above = place.layer + 1
        if above < stack.layer.num_layers:
            H = stack.arrays[place.layer, place.direction]["h"].shape[1]
            column = place.unit + (H if place.direction == "reverse" else 0)
            for direction in stack.layer.directions:
                term_values += self._from_layer(stack, place, (above, direction), column)
            return term_values
        H = stack.arrays[place.layer, place.direction]["h"].shape[1]
        column = place.unit + (H if place.direction == "reverse" else 0)
        value = float(self.reading.direct[place.part][place.t - stack.start, column])
        if place.part == "encoder" and self.head is not None:
            return []  # without attention only its last state is used, which the decoder starts from
        if self._last_of_encoder(stack, place):  # measured with what comes back from the decoder
            value -= self._from_decoder(place).value
        if self.attention is not None:
            t = place.t - stack.start
            into = self.attention.into_state if stack.start else self.attention.into_source
            term_values = into(t, place.unit)
            if np.isclose(sum(term.value for term in term_values), value, rtol=1e-3, atol=1e-6):
                return term_values
        if self.inspection.head is None and len(self.stacks) == 1:
            return [TermValue(Direct(), value, note="loss")]
        return [self._from_head(place, value, H) or TermValue(Direct(), value)]

    def _from_head(self, place: Place, value: float, H: int) -> TermValue | None:
        """What reaches h from the head: W_y^T da_y; None where something else stands between them."""
        head, numbers = self.head, self.head_numbers
        if head is None or numbers is None or place.part != head.part:
            return None
        T = len(numbers.scores)
        reads_end = head.ends and place.direction == "reverse"
        t = T - 1 if reads_end and place.t == 0 else place.t
        if t not in numbers.at or (reads_end and place.t):
            return TermValue(Direct(), 0.0, note="silent")
        left = head.weight[:, head.column(place.unit, place.direction, H)]
        right = numbers.gradients[t]
        if not np.isclose(left @ right, value, rtol=1e-3, atol=1e-6):
            return None
        places = tuple(
            replace(place, name=f"d{OUTPUT_SUM}", t=t, unit=o) for o in range(len(right))
        )
        return TermValue(Direct(), float(left @ right), (), left, right, places)

    def _last_of_encoder(self, stack: LayerStack, place: Place) -> bool:
        """Whether the decoder begins with that state; of two directions it begins with the sum of their last ones."""
        return place.part == "encoder" and stack.step(place.t, place.direction) == stack.T - 1

    def _from_layer(
        self, stack: LayerStack, place: Place, above: Key, column: int
    ) -> list[TermValue]:
        cell, W = stack.cells[above], stack.weights[above]["weight_ih"]
        normalized = above in stack.unit_matrices
        gradients = gradients_of_projection(stack, above) if normalized else None
        k, way = stack.step(place.t, above[1]), -1 if above[1] == "reverse" else 1
        H = stack.arrays[above]["h"].shape[1]
        window, term_values = stack.layer.window, []
        inputs = W.shape[1] // window  # of one step
        for block, gate in enumerate(cell.block_names):
            name = next(
                f"d{fed}"
                for fed, formula in cell.equations().items()
                if Dot("weight_ih", gate, Ref("x")) in formula.terms
            )
            for later in range(min(window, stack.T - k)):  # the steps whose window reads this one
                part = (window - 1 - later) * inputs + column
                left = W[block * H : block * H + H, part]
                right = stack.arrays[above][name][k + later]
                t = place.t + way * later
                places = tuple(Place(name, t, u, place.part, *above) for u in range(H))
                term = Dot("weight_ih", gate, Ref(name, later), back=True)
                if gradients is not None:
                    rows = slice(block * H, block * H + H)
                    value = float(gradients.of_inputs(k + later, rows)[part])
                    term_values.append(
                        TermValue(term, value, places=places, note="normalized above")
                    )
                    continue
                term_values.append(
                    TermValue(term, float(left @ right), (), left, right, places, "above")
                )
        return term_values

    def _from_decoder(self, place: Place) -> TermValue:
        """What the decoder's first step returns to the state that it began with."""
        decoder = self.stacks["decoder"]
        key = place.layer, "forward"
        first = Place(place.name, decoder.start - 1, place.unit, "decoder", *key)
        terms = decoder.formulas[key][place.name].terms
        value = sum(
            each.value
            for term in terms
            if not isinstance(term, Direct)
            for each in self._term_values(decoder, first, term, -1)
        )
        where = Place(place.name, decoder.start, place.unit, "decoder", *key)
        return TermValue(Direct(), value, places=(where,), note="decoder")

    def explain_weight(self, place: Place, column: int) -> WeightExplanation:
        """One number of dW_hh, step by step: delta_t of that unit times h_{t-1} of `column`.

        place: the pre-activation's gradient ("da", "da_f", "du", ...) and the unit; its t does not matter.
        LookupError: there is no such number.
        """
        stack = self._stack(place)
        key = place.layer, place.direction
        cell = stack.cells[key]
        states = {f"d{d}": state for deltas, state in cell.recurrent_terms for d in deltas}
        if place.name not in states:
            raise LookupError(refuse_gate(place, tuple(states)))
        H = stack.arrays[key]["h"].shape[1]
        if not (0 <= place.unit < H and 0 <= column < H):
            raise LookupError(refuse_weight(place.unit, column, H))
        block, state = [*states].index(place.name), states[place.name]
        backwards = place.direction == "reverse"
        deltas, factors = (
            stack.arrays[key][name][:: -1 if backwards else 1, unit]
            for name, unit in ((place.name, place.unit), (state, column))
        )
        shift = (1 if backwards else -1) if state.endswith("_prev") else 0
        return WeightExplanation(
            place,
            column,
            gate=cell.block_names[block],
            parameter=f"weight_hh_l{place.layer}" + ("_reverse" if backwards else ""),
            row=block * H + place.unit,
            delta_name=place.name,
            state_name=state.removesuffix("_prev"),
            deltas=deltas,
            states=factors,
            terms=deltas * factors,
            state_steps=tuple(range(stack.start + shift, stack.start + stack.T + shift)),
        )


def _note(step: int, T: int) -> str:
    return "first" if step < 0 else "last" if step >= T else ""
