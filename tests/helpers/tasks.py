"""What tests of tasks share."""

import io

import torch

from core.tasks.base import Batch

SENTENCE = r"^.+: expected .+, got .+\. .+\.$"  # what: expected X, got Y. What to do.


class Answer(io.BytesIO):
    """What a server sends that does not say how long it is."""

    length = None


def generator(seed: int = 0) -> torch.Generator:
    """Randomness of a test's own."""
    return torch.Generator().manual_seed(seed)


def output_for(task, batch: Batch) -> torch.Tensor:
    """Some output of the right shape, the same every time."""
    shape = (batch.B,) if task.at == "last" else (batch.T, batch.B)
    return torch.randn(*shape, task.output_size, generator=generator(5))
