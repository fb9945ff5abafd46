"""The paths that a layer's states take over the steps of a few sequences.

paths = read_paths(trainer, "", (0, "forward"), "h")        # of held-out sequences
paths = paths_of(recording, (0, "forward"), "h", symbols)   # of sequences that were recorded elsewhere
points_of(paths)                                            # all their states below each other
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..layers.recording import Recording
from ..training.trainer import Trainer
from .held_out import read_held_out

MAX_SEQUENCES = 12
MAX_NUMBERS = 200_000  # of the states of all paths


@dataclass(frozen=True)
class Path:
    """One sequence of L steps, in the order in which the layer reads it.

    states: float32 [L, S], h or c, or h followed by c. inputs [L, I]: what the layer read. symbols: of the L steps.
    """

    states: np.ndarray
    inputs: np.ndarray
    symbols: tuple[str, ...]


def paths_of(
    recording: Recording,
    where: tuple[int, str],
    quantities: Sequence[str],
    symbols: Sequence[Sequence[str]],
) -> list[Path]:
    """A path for each of the sequences [T, B, ...] for which there are symbols, up to its own end.

    where: layer and direction. quantities: whose values are a state, as ("h",) or ("h", "c").
    """
    trace = recording[where]
    x = trace["x"].values
    states = np.concatenate([trace[name].values for name in quantities], 2)
    order = -1 if where[1] == "reverse" else 1
    paths = []
    for k, (of_steps, length) in enumerate(zip(symbols, recording.lengths.tolist(), strict=False)):
        paths.append(
            Path(
                states[:length, k][::order].copy(),
                x[:length, k][::order].copy(),
                tuple(of_steps)[:length][::order],
            )
        )
    return paths


def read_paths(
    trainer: Trainer,
    part: str,
    where: tuple[int, str],
    quantities: Sequence[str],
    weights: np.ndarray | None = None,
) -> list[Path]:
    """Paths of the first held-out sequences in one part of the run's network. weights: as of `read_held_out`."""
    layer = trainer.model.parts[part]
    numbers = trainer.task.held_out.T * layer.sizes[where[0]] * len(quantities)
    most = max(2, min(MAX_SEQUENCES, MAX_NUMBERS // numbers))
    reading = read_held_out(trainer, most, weights)[part]
    return paths_of(reading.recording, where, quantities, reading.symbols)


def points_of(paths: Sequence[Path]) -> np.ndarray:
    """The states of all paths, [N, S]."""
    return np.concatenate([path.states for path in paths])
