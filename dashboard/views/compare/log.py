"""Every number of a comparison, as a file for the reader."""

import csv
import io
import json
from array import array
from collections.abc import Sequence

import numpy as np

from core.studies.comparison import LETTERS, Comparison
from core.studies.lockstep import Lockstep, Round

MAX_UPDATES = 50_000  # updates kept; beyond that every second one, then every fourth, and so on
NUMBERS = ("loss", "grad_norm", "grad_norm_clipped")


class ComparisonLog:
    """The numbers of each update of each experiment and seed, and of each evaluation.

    names: (the last update before, names of the experiments after it): a name tells the settings.
    """

    def __init__(self, comparison: Comparison):
        self.comparison = comparison
        self.names = [(0, comparison.names())]
        self.shape = (len(comparison.experiments), comparison.seeds, len(NUMBERS))
        self.every = 1
        self._updates = array("q")
        self._values = array("f")
        self._evaluations: dict[tuple[int, int, int], dict[str, float]] = {}

    def change(self, comparison: Comparison, index: int) -> None:
        """After update `index` the runs go on as this comparison."""
        self.comparison = comparison
        self.names.append((index, comparison.names()))

    def add(self, update: Round) -> None:
        """Keeps the numbers of this update."""
        evaluated = False
        for column, steps in enumerate(update.updates):
            for seed, step in enumerate(steps):
                if step is not None and step.evaluation is not None:
                    evaluated = True
                    metrics = {f"train {n}": v for n, v in step.evaluation.train.items()}
                    metrics |= {f"held-out {n}": v for n, v in step.evaluation.held_out.items()}
                    self._evaluations[update.index, column, seed] = metrics
        if not evaluated and update.index % self.every:
            return
        self._updates.append(update.index)
        for steps in update.updates:
            for step in steps:
                self._values.extend(
                    getattr(step, name) if step else float("nan") for name in NUMBERS
                )
        if len(self._updates) > MAX_UPDATES:
            self._thin()

    def _thin(self) -> None:
        updates, values = self.arrays()
        self.every *= 2
        evaluated = {index for index, _, _ in self._evaluations}
        stays = np.array([u % self.every == 0 or u in evaluated for u in updates.tolist()])
        self._updates = array("q", updates[stays].tolist())
        self._values = array("f", values[stays].ravel().tolist())

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """(updates [U], numbers [U, experiments, seeds, 3] in the order of NUMBERS); NaN: had ended."""
        updates = np.array(self._updates, dtype=np.int64)
        return updates, np.array(self._values, dtype=np.float32).reshape(-1, *self.shape)

    def as_csv(self) -> bytes:
        """One line for each update, experiment and seed; metrics only where there was an evaluation."""
        metrics = sorted({name for evaluation in self._evaluations.values() for name in evaluation})
        experiments = self.comparison.levelled
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(
            [*("experiment", "name", "fair", "hidden_size", "seed", "update"), *NUMBERS, *metrics]
        )
        for index, values in zip(*self.arrays(), strict=True):
            names = next(names for last, names in reversed(self.names) if last < index)
            for column, e in enumerate(experiments):
                for k in range(self.comparison.seeds):
                    if np.isnan(values[column, k]).all():
                        continue
                    evaluation = self._evaluations.get((int(index), column, k), {})
                    first = [LETTERS[column], names[column], self.comparison.fair]
                    numbers = [f"{v:.9g}" for v in values[column, k]]
                    metric_cells = [evaluation.get(name, "") for name in metrics]
                    writer.writerow(
                        [*first, e.hidden_size, e.seed + k, index, *numbers, *metric_cells]
                    )
        return text.getvalue().encode()

    def as_npz(self, lockstep: Lockstep) -> bytes:
        """Arrays: what `arrays` has, and what each network recorded of the probe as it is now.

        "a.0.forward.h.values" [T, H] is the state of the first layer of experiment a, ".grads" its
        gradient; "comparison" is the JSON of the link, "earlier settings" of each experiment's settings_log. Each experiment's first seed is recorded.
        """
        updates, values = self.arrays()
        arrays: dict[str, np.ndarray] = {"update": updates}
        arrays |= {name: values[..., k] for k, name in enumerate(NUMBERS)}
        for letter, trainers in zip(LETTERS, lockstep.trainers, strict=False):
            arrays |= _recording_arrays(letter, trainers)
        arrays["comparison"] = np.array(json.dumps(self.comparison.to_query()))
        earlier = [trainers[0].settings_log for trainers in lockstep.trainers]
        arrays["earlier settings"] = np.array(json.dumps(earlier))
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.getvalue()


def _recording_arrays(letter: str, trainers: Sequence) -> dict[str, np.ndarray]:
    look = trainers[0].look()
    steps, arrays = len(look.probe.symbols), {}
    for layer, direction in look.recording.layers:
        trace = look.recording[layer, direction]
        for name, quantity in trace.items():
            key = f"{letter}.{layer}.{direction}.{name}"
            arrays[f"{key}.values"] = quantity.values[:steps, 0]
            if quantity.grads is not None:
                arrays[f"{key}.grads"] = quantity.grads[:steps, 0]
    return arrays
