"""Infinities and NaN go through a layer as they go through torch's own."""

import math

import pytest
import torch
from torch import nn

from core.layers.recurrent import Recurrent

LAYERS = {
    "rnn": lambda: nn.RNN(3, 4),
    "relu": lambda: nn.RNN(3, 4, nonlinearity="relu"),
    "lstm": lambda: nn.LSTM(3, 4),
    "gru": lambda: nn.GRU(3, 4, 2),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("place", ["input", "state", "weight", "bias"])
def test_outputs_and_recorded_states_are_torchs(name, value, place):
    torch.manual_seed(0)
    theirs = LAYERS[name]().double()
    x = torch.randn(5, 3, 3, dtype=torch.float64)
    h = torch.randn(theirs.num_layers, 3, 4, dtype=torch.float64)
    with torch.no_grad():
        {"input": x[2], "state": h[0], "weight": theirs.weight_hh_l0, "bias": theirs.bias_ih_l0}[
            place
        ].view(-1)[3] = value
    ours = Recurrent.from_torch(theirs)
    state = (h, h.clone()) if isinstance(theirs, nn.LSTM) else h
    expected = theirs(x, state)[0]
    output = ours(x, state)[0]
    torch.testing.assert_close(output, expected, equal_nan=True, rtol=1e-12, atol=1e-12)
    top = ours.recording[theirs.num_layers - 1, "forward"]["h"].values
    torch.testing.assert_close(
        torch.tensor(top), expected.detach(), equal_nan=True, rtol=1e-12, atol=1e-12
    )
