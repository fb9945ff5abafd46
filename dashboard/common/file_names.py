"""Names of the files that a reader downloads."""

import re
from collections.abc import Iterable

from core.training.experiment import Experiment


def file_name(*experiments: Experiment) -> str:
    """The beginning of a file name, from the task and the cells: names-lstm or names-rnn-lstm-gru."""
    cells = [experiment.cell for experiment in experiments]
    return plain_name([experiments[0].task, *dict.fromkeys(cells)])


def plain_name(parts: Iterable[str]) -> str:
    """The parts, joined by hyphens, without anything that a file system or a shell could misread."""
    words = (re.sub(r"[^\w.]+", "-", part).strip("-.")[:40] for part in parts)
    return "-".join(word for word in words if word) or "picture"
