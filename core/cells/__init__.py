"""The cells. A new one is a file here and a line in the registry; its options are its arguments."""

from collections.abc import Callable

from core.cells.base import Cell as Cell
from core.cells.rnn import rnn
from core.cells.lstm import lstm
from core.cells.gru import gru
from core.registry import Registry

CELLS: Registry[Callable[..., Cell]] = Registry("cell", {"rnn": rnn, "lstm": lstm, "gru": gru})
