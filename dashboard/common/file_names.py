"""What the files are called that a reader takes away."""

import re
from collections.abc import Iterable

from core.training.experiment import Experiment


def file_name(*experiments: Experiment) -> str:
    """Task and cells, as the name of a file begins: names-lstm or names-rnn-lstm-gru."""
    cells = [experiment.cell for experiment in experiments]
    return plain_name([experiments[0].task, *dict.fromkeys(cells)])


def plain_name(parts: Iterable[str]) -> str:
    """The parts without anything that a file system or a shell could misread."""
    kept = (re.sub(r"[^\w.]+", "-", part).strip("-.")[:40] for part in parts)
    return "-".join(part for part in kept if part) or "picture"
