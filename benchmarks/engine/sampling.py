"""Writing a thousand characters.

Our network against torch.nn.LSTM called step by step in the same way; both from the same weights.
"""

from argparse import Namespace

import torch
from torch import nn

from benchmarks._harness.interleave import cpu_times, milliseconds, ratio
from benchmarks._harness.result import Figure, Result
from core.layers.sequence_model import SequenceModel

SYMBOLS, H, LENGTH = 29, 64, 1000


def measure(_arguments: Namespace) -> Result:
    """Milliseconds of both, and their ratio."""
    ours = SequenceModel(SYMBOLS, SYMBOLS, cell="lstm", hidden_size=H, at="every")
    plain = ours.recurrent.to_torch()
    assert isinstance(plain, nn.LSTM)
    eye, chance = torch.eye(SYMBOLS), torch.Generator()

    @torch.no_grad()
    def by_torch() -> None:
        symbol, state = torch.zeros(1, 1, dtype=torch.int64), None
        for _ in range(LENGTH):
            states, state = plain(eye[symbol], state)
            chances = ours.head(states[-1, 0]).softmax(-1)
            symbol = torch.multinomial(chances, 1, generator=chance).unsqueeze(1)

    def by_us() -> None:
        ours.generate(torch.zeros(1, dtype=torch.int64), LENGTH, 1.0, chance)

    times = cpu_times({"ours": by_us, "plain": by_torch}, 6, least=5)
    return Result(
        figures={
            "plain": Figure("torch.nn.LSTM step by step", milliseconds(times, "plain"), unit="ms"),
            "ours": Figure("ours", milliseconds(times, "ours"), unit="ms"),
            "ratio": Figure("ours / torch", ratio(times, "ours", "plain"), ".2f"),
        }
    )
