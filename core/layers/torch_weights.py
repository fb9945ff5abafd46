"""A recurrent layer and torch.nn's: the same names, shapes and numbers, both ways.

Which class of torch.nn a cell is, and which of its options torch has, the cell itself says.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from ..cells import CELLS, TORCH_CELLS, Cell
from ..common.messages import either, say


def parameter_shapes(
    cell: Cell, inputs: int, hidden: int, bias: bool
) -> dict[str, tuple[int, ...]]:
    """The parameters of one layer and direction, in torch's order."""
    rows = cell.blocks * hidden
    shapes: dict[str, tuple[int, ...]] = {"weight_ih": (rows, inputs), "weight_hh": (rows, hidden)}
    if bias:
        shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
    return shapes | cell.extra_parameters(hidden)


def place_of(layer: int, direction: str) -> str:
    """How the names of a layer's parameters end: "l0", "l1_reverse"."""
    return f"l{layer}" + ("_reverse" if direction == "reverse" else "")


def exists_in_torch(cell: Cell) -> bool:
    """Whether torch.nn has this cell with these options."""
    return cell.torch_class is not None and not _options_unknown_to_torch(cell)


def torch_arguments(cell: Cell) -> dict[str, Any]:
    """What torch.nn calls the cell's options that are not its defaults."""
    defaults = CELLS[cell.name]().options
    return {
        theirs: cell.options[ours]
        for ours, theirs in cell.torch_arguments.items()
        if cell.options[ours] != defaults[ours]
    }


def _options_unknown_to_torch(cell: Cell) -> list[str]:
    """The options whose value torch.nn does not have."""
    return [name for name, known in cell.torch_options.items() if cell.options[name] not in known]


def cell_of_torch(module: nn.Module) -> Cell | None:
    """The cell, with its usual options, that a torch.nn layer or a cell of torch.nn computes; None for others."""
    for name in TORCH_CELLS:
        cell = CELLS[name]()
        kinds = [kind for kind in (cell.torch_class, cell.torch_cell_class) if kind is not None]
        if isinstance(module, tuple(kinds)):
            return cell
    return None


def layer_arguments(module: nn.RNNBase | nn.RNNCellBase) -> dict[str, Any]:
    """What a `Recurrent` with the cell and the sizes of a torch.nn module is made with.

    An nn.RNNCell, LSTMCell or GRUCell is one layer in one direction.
    Raises ValueError for a projected LSTM, and for a module of no cell's class.
    """
    if getattr(module, "proj_size", 0):
        raise ValueError(
            say(
                "proj_size: expected 0, got {got}. Projected LSTMs are not recorded; "
                "put a linear layer behind an ordinary LSTM.",
                got=module.proj_size,
            )
        )
    cell = cell_of_torch(module)
    if cell is None:
        raise ValueError(
            say(
                "module: expected one of {classes}, got {got}. Give the layer itself.",
                classes=_torch_classes(),
                got=type(module).__name__,
            )
        )
    parameter = next(module.parameters())
    arguments = {
        "cell": cell.name,
        "input_size": module.input_size,
        "hidden_size": module.hidden_size,
        "bias": bool(module.bias),
        "device": parameter.device,
        "dtype": parameter.dtype,
        **{ours: getattr(module, theirs) for ours, theirs in cell.torch_arguments.items()},
    }
    if isinstance(module, nn.RNNBase):
        arguments |= {
            "num_layers": module.num_layers,
            "bidirectional": module.bidirectional,
            "dropout": module.dropout,
        }
    return arguments


def refuse_in_torch(*, recurrence: bool, window: int, normalization: str) -> None:
    """ValueError where one of these settings of a `Recurrent` is not the one that torch.nn's layers have."""
    usual = {"recurrence": "true", "window": "1", "normalization": "off"}
    present = {
        "recurrence": "true" if recurrence else "false",
        "window": str(window),
        "normalization": normalization,
    }
    for name, value in present.items():
        if value != usual[name] and name == "normalization":
            raise ValueError(
                say(
                    "normalization: expected off for torch.nn, got {value}. torch.nn has no such layer; save the weights "
                    "with state_dict instead.",
                    value=value,
                )
            )
        if value != usual[name]:
            raise ValueError(
                say(
                    "{name}: expected {usual} for torch.nn, got {value}. torch.nn has no such layer; save the weights "
                    "with state_dict instead, or export the run as a script.",
                    name=name,
                    usual=usual[name],
                    value=value,
                )
            )


def torch_module(
    cell: Cell, input_size: int, sizes: Sequence[int], like: Tensor, **arguments: Any
) -> nn.RNNBase:
    """A torch.nn module of that cell, with new numbers, of the dtype and device of `like`.

    sizes: the hidden units of each layer. arguments: bias, bidirectional and dropout.
    Raises ValueError where torch has no such cell.
    """
    if len(set(sizes)) > 1:
        raise ValueError(
            say(
                "hidden_size: expected one size for all layers, got {got}. torch.nn has no "
                "such layer; save the weights with state_dict instead.",
                got=list(sizes),
            )
        )
    if cell.torch_class is None:
        raise ValueError(
            say(
                "cell: expected {cells} for torch.nn, got {got}. torch.nn has no "
                "such cell; save the weights with state_dict instead.",
                cells=either(TORCH_CELLS),
                got=cell.name,
            )
        )
    for name in _options_unknown_to_torch(cell):
        raise ValueError(
            say(
                "{what}: expected {choices} for torch.nn, got "
                "{got}. torch.nn has no such cell; save the weights with state_dict instead.",
                what=name,
                choices=either(map(str, cell.torch_options[name])),
                got=cell.options[name],
            )
        )
    make: Any = cell.torch_class
    return make(
        input_size,
        sizes[0],
        len(sizes),
        device=like.device,
        dtype=like.dtype,
        **arguments,
        **torch_arguments(cell),
    )


@torch.no_grad()
def copy_parameters(source: nn.Module, target: nn.Module) -> None:
    """Copies every parameter of `target` from the one of the same name; a cell's are those of the first layer."""
    one_step = isinstance(source, nn.RNNCellBase)
    for name, parameter in target.named_parameters():
        parameter.copy_(getattr(source, name.removesuffix("_l0") if one_step else name))


def _torch_classes() -> str:
    made = (CELLS[name]().torch_class for name in TORCH_CELLS)
    return ", ".join(f"nn.{kind.__name__}" for kind in made if kind is not None)
