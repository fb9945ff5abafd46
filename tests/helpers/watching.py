"""Small layers and the comparison of two recordings, for the tests of `watch`."""

import functools

import numpy as np
import torch
from torch import nn

from core.layers.recording import Recording

LAYERS = {
    "rnn": nn.RNN,
    "relu": functools.partial(nn.RNN, nonlinearity="relu"),
    "lstm": nn.LSTM,
    "gru": nn.GRU,
}
CELLS = {
    "rnn": (nn.RNNCell, nn.RNN),
    "relu": tuple(functools.partial(kind, nonlinearity="relu") for kind in (nn.RNNCell, nn.RNN)),
    "lstm": (nn.LSTMCell, nn.LSTM),
    "gru": (nn.GRUCell, nn.GRU),
}
T, B, INPUTS, H = 6, 2, 3, 4


def draw(*size, dtype=torch.float64):
    return torch.randn(*size, dtype=dtype, generator=torch.Generator().manual_seed(1))


def make(kind, *arguments, **options):
    torch.manual_seed(0)
    return kind(*arguments, dtype=torch.float64, **options)


def assert_same(one: Recording, other: Recording, atol=1e-12):
    assert one.layers == other.layers
    for key in one.layers:
        arrays = other[key].arrays()
        assert {*one[key].arrays()} == {*arrays}
        for name, array in one[key].arrays().items():
            np.testing.assert_allclose(arrays[name], array, rtol=0, atol=atol, err_msg=name)
        if one[key].has_grads:
            rtol = 1e-6 if one[key].shares.dtype == np.float32 else 1e-12
            np.testing.assert_allclose(other[key].shares, one[key].shares, rtol=rtol, atol=atol)
