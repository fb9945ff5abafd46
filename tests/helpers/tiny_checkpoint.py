"""A model as others write them, trained with plain torch and nothing of this project."""

import torch
from torch import Tensor, nn


class Tagger(nn.Module):
    """A bidirectional LSTM of two layers and a linear head."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(3, 5, num_layers=2, bidirectional=True)
        self.head = nn.Linear(10, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.rnn(x)[0])


def trained(dtype: torch.dtype = torch.float32, updates: int = 40) -> Tagger:
    """It says of each step whether the sum of the inputs so far is positive."""
    torch.manual_seed(7)
    model = Tagger().to(dtype)
    optimizer = torch.optim.Adam(model.parameters(), 0.05)
    for _ in range(updates):
        x = torch.randn(8, 16, 3, dtype=dtype)
        y = (x.sum(2).cumsum(0) > 0).long()
        loss = nn.functional.cross_entropy(model(x).flatten(0, 1), y.flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model.eval()
