"""Trained networks of which it is known which input decides: one letter of two is the answer, all others mean nothing."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from core.analysis.inspection import Inspection, inspect_layer
from core.analysis.saliency import SCORE, Explained, measure_saliency
from core.layers.sequence_model import SequenceModel
from core.training.flat_parameters import FlatParameters
from core.training.optim import OPTIMIZERS

T, H, BATCH = 12, 16, 32
ANSWERS, NOISE = 2, 4  # symbols that are answers, and those that mean nothing
SYMBOLS = ANSWERS + NOISE
MOST_UPDATES, SOLVED = 600, 0.02


@dataclass(frozen=True)
class Planted:
    """A network after its training, with the loss it ended with."""

    model: SequenceModel
    loss: float

    def finds(self, method: str, sequences: int = 5) -> bool:
        """Whether in every one of some new sequences the step that decides has the largest share in the right answer."""
        x, y, where = draw(torch.Generator().manual_seed(77), sequences)
        for b in range(sequences):
            explained = Explained(SCORE, T - 1, int(y[b]))
            shares = measure_saliency(self.inspect(x[:, b : b + 1]), explained, method).steps
            if abs(shares).argmax() != where[b]:
                return False
        return True

    def inspect(self, x: Tensor) -> Inspection:
        """The network and x [T, 1]; its output at every step."""
        model = self.model

        def run(copies: int) -> Tensor:
            return model.observe(x.expand(-1, copies), None, copies)[1]

        layer = inspect_layer(model.recurrent, x[..., None].float(), ("",) * T, torch.sum, (T - 1,))
        return Inspection(**{**vars(layer), "run": run})


def draw(generator: torch.Generator, sequences: int) -> tuple[Tensor, Tensor, Tensor]:
    """x int64 [T, B]; the answers [B]; and at which step of each sequence it stands, [B]."""
    x = torch.randint(ANSWERS, SYMBOLS, (T, sequences), generator=generator)
    y = torch.randint(ANSWERS, (sequences,), generator=generator)
    where = torch.randint(T, (sequences,), generator=generator)
    x[where, torch.arange(sequences)] = y
    return x, y, where


def train_planted(cell: str, seed: int) -> Planted:
    """Until it says at the end which of the two letters it has read."""
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    model = SequenceModel(SYMBOLS, ANSWERS, cell=cell, hidden_size=H)
    parameters = FlatParameters(dict(model.named_parameters()))
    optimizer = OPTIMIZERS["adam"](parameters, 0.02)
    loss = float("inf")
    for _ in range(MOST_UPDATES):
        x, y, _where = draw(generator, BATCH)
        error = F.cross_entropy(model(x), y)
        parameters.clear_gradient()
        error.backward()
        optimizer.step()
        loss = error.item()
        if loss < SOLVED:
            break
    return Planted(model, loss)
