"""What tests of the trainer share: a small network, its updates, and what of them must be equal."""

import itertools

import torch

from core.training.trainer import Trainer, Update

SMALL = {"hidden_size": 6, "batch_size": 4}


def take(trainer: Trainer, number: int) -> list[Update]:
    return list(itertools.islice(trainer, number))


def weights(trainer: Trainer) -> list[torch.Tensor]:
    return [p.detach().clone() for p in trainer.model.parameters()]


def same(a: list[torch.Tensor], b: list[torch.Tensor]) -> bool:
    return all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def numbers(update: Update) -> tuple:
    return (
        update.index,
        update.loss,
        update.grad_norm,
        update.grad_norm_clipped,
        update.look.loss,
        update.metrics,
    )
