"""The numbers of a run over its updates, in bounded memory.

Loss and gradient norms of every update, up to MAX_UPDATES of them; of a longer run every second update,
then every fourth and so on. The metrics of its evaluations likewise.
"""

import csv
import io
from array import array
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from ..common.messages import say, sentence_of
from .events import Update

MAX_UPDATES = 20_000
MAX_EVALUATIONS = 2_000
UPDATE_NUMBERS = ("loss", "grad_norm", "grad_norm_clipped")


class Curves:
    """updates [U], values [U, 3] (columns as in UPDATE_NUMBERS), evaluations: update -> metric -> value."""

    def __init__(self) -> None:
        self._every = 1
        self._updates, self._values = array("q"), array("f")
        self.evaluations: dict[int, dict[str, float]] = {}

    def __len__(self) -> int:
        return len(self._updates)

    def add(self, update: Update) -> None:
        """Adds the numbers of an update, unless its loss or gradient was not finite."""
        if not update.finite:
            return
        if update.evaluation is not None:
            metrics = {f"train {name}": v for name, v in update.evaluation.train.items()}
            metrics |= {f"held-out {name}": v for name, v in update.evaluation.held_out.items()}
            self.evaluations[update.index] = metrics
            if len(self.evaluations) > MAX_EVALUATIONS:
                self.evaluations = dict(list(self.evaluations.items())[::2])
        if update.index % self._every:
            return
        self._updates.append(update.index)
        self._values.extend(getattr(update, name) for name in UPDATE_NUMBERS)
        if len(self) > MAX_UPDATES:
            self._every *= 2
            self._select(self.updates % self._every == 0)

    def cut(self, last: int) -> None:
        """Drops all updates after `last`, for a run that goes on from there."""
        self.evaluations = {
            update: metrics for update, metrics in self.evaluations.items() if update <= last
        }
        self._select(self.updates <= last)

    def _select(self, mask: np.ndarray) -> None:
        updates, values = self.updates[mask], self.values[mask]
        self._updates = array("q", updates.tobytes())
        self._values = array("f", values.tobytes())

    @property
    def updates(self) -> np.ndarray:
        """The numbers of the updates, int64 [U], rising."""
        return np.array(self._updates, dtype=np.int64)

    @property
    def values(self) -> np.ndarray:
        """Loss, gradient norm and clipped gradient norm of each update, float32 [U, 3]."""
        return np.array(self._values, dtype=np.float32).reshape(-1, len(UPDATE_NUMBERS))

    @property
    def metrics(self) -> list[str]:
        """The names of all metrics, sorted."""
        return sorted({name for metrics in self.evaluations.values() for name in metrics})

    def judged(self) -> tuple[np.ndarray, np.ndarray]:
        """(updates int64 [E], metric values float64 [E, M] in the order of `metrics`, NaN where missing)."""
        rows = [
            [metrics.get(name, np.nan) for name in self.metrics]
            for metrics in self.evaluations.values()
        ]
        values = np.array(rows, dtype=np.float64).reshape(len(rows), len(self.metrics))
        return np.array(list(self.evaluations), dtype=np.int64), values

    def as_csv(self) -> bytes:
        """A CSV file in UTF-8: a line for each update, with metrics where there was an evaluation."""
        text = io.StringIO()
        writer, metrics = csv.writer(text, lineterminator="\n"), self.metrics
        writer.writerow(["update", *UPDATE_NUMBERS, *metrics])
        rows = dict(zip(self.updates.tolist(), self.values.tolist(), strict=True))
        for update in sorted(rows.keys() | self.evaluations.keys()):
            evaluation = self.evaluations.get(update, {})
            numbers = [f"{v:.9g}" for v in rows.get(update, [])] or [""] * len(UPDATE_NUMBERS)
            writer.writerow([update, *numbers, *(evaluation.get(name, "") for name in metrics)])
        return text.getvalue().encode()

    def state_dict(self) -> dict[str, Tensor]:
        """Tensors for a file; the names in `metrics` have to be saved beside them."""
        judged, metrics = self.judged()
        arrays = {
            "updates": self.updates,
            "values": self.values,
            "judged": judged,
            "metrics": metrics,
        }
        return {"every": torch.tensor(self._every)} | {
            name: torch.from_numpy(values) for name, values in arrays.items()
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor], metrics: list[str]) -> "Curves":
        """The curves that `state_dict` described. ValueError for anything else."""
        curves = cls()
        try:
            updates, values = state["updates"].numpy(), state["values"].numpy()
            judged, metric_values = state["judged"].numpy(), state["metrics"].numpy()
            shapes = values.shape, metric_values.shape
            if shapes != ((len(updates), len(UPDATE_NUMBERS)), (len(judged), len(metrics))):
                raise ValueError(say("shapes {shapes}", shapes=shapes))
            if (
                updates.dtype != np.int64
                or values.dtype != np.float32
                or len(updates) > MAX_UPDATES
            ):
                raise ValueError(
                    say("{number} updates as {dtype}", number=len(updates), dtype=updates.dtype)
                )
            curves._every = max(1, int(state["every"]))
            curves._updates = array("q", updates.tobytes())
            curves._values = array("f", values.tobytes())
        except (KeyError, TypeError, RuntimeError) as error:
            raise ValueError(
                say(
                    "curves: expected what a run writes, got none of it ({error}).",
                    error=sentence_of(error),
                )
            ) from error
        for update, row in zip(judged.tolist(), metric_values.tolist(), strict=True):
            row_metrics = {name: v for name, v in zip(metrics, row, strict=True) if v == v}
            curves.evaluations[update] = row_metrics
        return curves
