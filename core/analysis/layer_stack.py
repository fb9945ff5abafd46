"""The layers of one part of a network: what was recorded, and their weights, in the order of the cell's own steps."""

import numpy as np

from ..cells import Cell
from ..cells.conventions import Convention
from ..cells.symbolic import Formula, with_gradients
from ..layers.interventions import Clamps
from .inspection import Inspection, Reading

Key = tuple[int, str]  # layer and direction


class LayerStack:
    """Arrays, weights and formulas by layer and direction, in a book's convention; start, T: its steps."""

    def __init__(
        self,
        inspection: Inspection,
        reading: Reading,
        part: str,
        steps: slice,
        convention: Convention,
    ):
        layer = inspection.layers[part]
        self.layer, self.start, self.T = layer, steps.start, steps.stop - steps.start
        self.arrays: dict[Key, dict[str, np.ndarray]] = {}
        self.weights: dict[Key, dict[str, np.ndarray]] = {}
        self.cells: dict[Key, Cell] = {}
        self.formulas: dict[Key, dict[str, Formula]] = {}
        self.clamps: dict[Key, Clamps | None] = {}
        # Where the input projection is normalised: what stands in the place of W_ih, in the convention's signs.
        self.unit_matrices: dict[Key, np.ndarray] = {}
        intervention = layer.intervention
        for key in reading.recording.layers:
            if key[1] not in layer.directions:  # those of an encoder that reads from both ends
                continue
            trace = reading.recording[key]
            arrays = {n: v[steps, 0].astype(np.float64) for n, v in trace.arrays().items()}
            flip = slice(None, None, -1 if key[1] == "reverse" else 1)
            arrays = {name: values[flip] for name, values in arrays.items()}
            self.arrays[key] = convention.numbers(trace.cell, arrays)
            self.cells[key] = trace.cell
            self.formulas[key] = with_gradients(convention.equations(trace.cell))
            self.clamps[key] = None
            if intervention is not None:
                size = layer.sizes[key[0]]
                self.clamps[key] = intervention.clamps_of(trace.cell, size, *key)
            weights = {
                name: weight.detach().numpy().astype(np.float64)
                for name, weight in layer.edited_weights(*key).items()
            }
            self.weights[key] = convention.weights(trace.cell, weights)
            normalization = layer.normalization_of(*key)
            if normalization is not None:
                unit_matrix = normalization.unit_matrix.numpy().astype(np.float64)
                in_place = convention.weights(trace.cell, weights | {"weight_ih": unit_matrix})
                self.unit_matrices[key] = in_place["weight_ih"]

    def step(self, t: int, direction: str) -> int:
        """The cell's own count of the input's step t, or the other way round."""
        t -= self.start
        return self.T - 1 - t if direction == "reverse" else t
