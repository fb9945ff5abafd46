"""The cells. A new one is a file here and a line in the registry; its options are its arguments."""

from collections.abc import Callable

from .base import Cell as Cell
from .rnn import rnn
from .lstm import lstm
from .gru import gru
from ..common.registry import Registry

CELLS: Registry[Callable[..., Cell]] = Registry("cell", {"rnn": rnn, "lstm": lstm, "gru": gru})
