"""Naive classifiers of sequences: what needs no network, and what a network has to beat."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .ragged import Ragged

NEIGHBOURS = 2000  # training series that are looked through


def naive_bayes(
    sequences: Ragged, train: Tensor, y: Tensor, held_out: Tensor, symbols: int
) -> Tensor:
    """The class [B] under which the symbols of each held-out sequence are likeliest, in whatever order.

    train, held_out: numbers of sequences; y: int64, the class of each in `train`. One is added to every count.
    """
    classes = int(y.max()) + 1
    read, owner = sequences.part(train)
    counts = torch.bincount(y[owner] * symbols + read, minlength=classes * symbols)
    counts = counts.view(classes, symbols).double() + 1
    log_shares = (counts / counts.sum(1, keepdim=True)).log()
    prior = F.one_hot(y, classes).double().mean(0).log()
    read, owner = sequences.part(held_out)
    scores = torch.zeros(len(held_out), classes, dtype=torch.float64)
    scores.index_add_(0, owner, log_shares.T[read])
    return (scores + prior).argmax(1)


def nearest_neighbour(
    sequences: Ragged, train: Tensor, y: Tensor, held_out: Tensor, T: int
) -> Tensor:
    """The class [B] of the training series nearest to each held-out one: Euclidean, zeros behind the ends.

    Only the first 2000 training series are looked through. Arguments as for `naive_bayes`.
    """
    near, far = (
        sequences.padded(which, T)[0].transpose(0, 1).flatten(1)
        for which in (train[:NEIGHBOURS], held_out)
    )
    return y[torch.cdist(far, near).argmin(1)]
