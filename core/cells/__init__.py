"""The cells. A new one is a file here and a line in the registry; its options are its arguments."""

from collections.abc import Callable

from .base import Cell as Cell
from .rnn import rnn
from .lstm import lstm
from .gru import gru
from .mgu import mgu
from ..common.registry import Registry

CELLS: Registry[Callable[..., Cell]] = Registry(
    "cell", {"rnn": rnn, "lstm": lstm, "gru": gru, "mgu": mgu}
)

CELL_TITLES: dict[str, str] = {name: make().title for name, make in CELLS.items()}
TORCH_CELLS: tuple[str, ...] = tuple(name for name, make in CELLS.items() if make().torch_class)
PLAIN: str = next(name for name, make in CELLS.items() if make().plain)
USUAL = "gru"  # where nothing else is asked for
