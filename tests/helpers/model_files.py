"""Model files as people save them, built with torch alone."""

import io
import re
from typing import Any

import torch
from torch import nn

INPUTS, H = 6, 8
ONE_SENTENCE = re.compile(r"[^:]+: expected .+, got .+\. [A-Z][^.]*(\.[^.]+)*\.", re.DOTALL)


def saved(value: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()


class Tagger(nn.Module):
    """A model as a course has it. The table's name says nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(9, INPUTS)
        self.rnn = nn.LSTM(INPUTS, H)
        self.fc = nn.Linear(H, 3)


def under(prefix: str, state: dict[str, Any]) -> dict[str, Any]:
    return {prefix + name: v for name, v in state.items()}


def check_outputs(layer: Any, theirs: nn.Module, tolerance: float = 1e-6) -> None:
    """The layer that was read says what torch says, in evaluation."""
    x = torch.randn(7, 2, INPUTS, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = theirs.float().eval()(x)[0]
        got = layer.make_layer()(x.to(next(iter(layer.weights.values())).dtype))[0]
    torch.testing.assert_close(got.float(), expected, rtol=0, atol=tolerance)
