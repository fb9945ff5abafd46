"""The numbers of a run over its updates: bounded, however long it trains.

Every update's loss and gradient norms up to MOST of them, then every second, every fourth and so on;
what each evaluation found likewise.
"""

import csv
import io
from array import array
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from .events import Step

MOST = 20_000  # updates kept
MOST_JUDGED = 2_000  # evaluations kept
NUMBERS = ("loss", "grad_norm", "grad_norm_clipped")


class Curves:
    """updates [U] and values [U, 3] (see NUMBERS); evaluations: update -> metric -> value."""

    def __init__(self) -> None:
        self._every = 1
        self._updates, self._values = array("q"), array("f")
        self.evaluations: dict[int, dict[str, float]] = {}

    def __len__(self) -> int:
        return len(self._updates)

    def add(self, step: Step) -> None:
        """Keeps what this update tells, unless it left the finite numbers."""
        if not step.finite:
            return
        if step.evaluation is not None:
            told = {f"train {name}": v for name, v in step.evaluation.train.items()}
            told |= {f"held-out {name}": v for name, v in step.evaluation.held_out.items()}
            self.evaluations[step.index] = told
            if len(self.evaluations) > MOST_JUDGED:
                self.evaluations = dict(list(self.evaluations.items())[::2])
        if step.index % self._every:
            return
        self._updates.append(step.index)
        self._values.extend(getattr(step, name) for name in NUMBERS)
        if len(self) > MOST:
            self._every *= 2
            self._keep(self.updates % self._every == 0)

    def cut(self, last: int) -> None:
        """Forgets what came after update `last`: the run goes on from there."""
        self.evaluations = {k: told for k, told in self.evaluations.items() if k <= last}
        self._keep(self.updates <= last)

    def _keep(self, which: np.ndarray) -> None:
        updates, values = self.updates[which], self.values[which]
        self._updates = array("q", updates.tobytes())
        self._values = array("f", values.tobytes())

    @property
    def updates(self) -> np.ndarray:
        """int64 [U], rising."""
        return np.array(self._updates, dtype=np.int64)

    @property
    def values(self) -> np.ndarray:
        """float32 [U, 3]."""
        return np.array(self._values, dtype=np.float32).reshape(-1, len(NUMBERS))

    @property
    def metrics(self) -> list[str]:
        """The names of all that evaluations found."""
        return sorted({name for told in self.evaluations.values() for name in told})

    def judged(self) -> tuple[np.ndarray, np.ndarray]:
        """(updates [E], float64 [E, M] in the order of `metrics`, NaN where there was none)."""
        rows = [
            [told.get(name, np.nan) for name in self.metrics] for told in self.evaluations.values()
        ]
        found = np.array(rows, dtype=np.float64).reshape(len(rows), len(self.metrics))
        return np.array(list(self.evaluations), dtype=np.int64), found

    def as_csv(self) -> bytes:
        """A line for each update; metrics only where there was an evaluation."""
        text = io.StringIO()
        out, metrics = csv.writer(text, lineterminator="\n"), self.metrics
        out.writerow(["update", *NUMBERS, *metrics])
        kept = dict(zip(self.updates.tolist(), self.values.tolist(), strict=True))
        for update in sorted(kept.keys() | self.evaluations.keys()):
            told = self.evaluations.get(update, {})
            numbers = [f"{v:.9g}" for v in kept.get(update, [])] or [""] * len(NUMBERS)
            out.writerow([update, *numbers, *(told.get(name, "") for name in metrics)])
        return text.getvalue().encode()

    def state_dict(self) -> dict[str, Tensor]:
        """For a file; the names of the metrics (`metrics`) are to be kept beside it."""
        at, found = self.judged()
        arrays = {"updates": self.updates, "values": self.values, "judged": at, "metrics": found}
        return {"every": torch.tensor(self._every)} | {
            name: torch.from_numpy(values) for name, values in arrays.items()
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor], metrics: list[str]) -> "Curves":
        """What `state_dict` gave. ValueError for anything else."""
        curves = cls()
        try:
            updates, values = state["updates"].numpy(), state["values"].numpy()
            judged, found = state["judged"].numpy(), state["metrics"].numpy()
            shapes = values.shape, found.shape
            if shapes != ((len(updates), len(NUMBERS)), (len(judged), len(metrics))):
                raise ValueError(f"shapes {shapes}")
            if updates.dtype != np.int64 or values.dtype != np.float32 or len(updates) > MOST:
                raise ValueError(f"{len(updates)} updates as {updates.dtype}")
            curves._every = max(1, int(state["every"]))
            curves._updates = array("q", updates.tobytes())
            curves._values = array("f", values.tobytes())
        except (KeyError, TypeError, RuntimeError) as error:
            raise ValueError(
                f"curves: expected what a run writes, got none of it ({error})."
            ) from error
        for update, row in zip(judged.tolist(), found.tolist(), strict=True):
            told = {name: v for name, v in zip(metrics, row, strict=True) if v == v}
            curves.evaluations[update] = told
        return curves
