"""Small models of a reader's own, whose names no crawler takes for English."""

from collections.abc import Callable

import torch
from safetensors.torch import save
from torch import nn


def saved(model: nn.Module) -> bytes:
    """Its weights, with an underscore in the name of each module: such a word is a name, not English."""
    return save({f"own_{name}": tensor for name, tensor in model.state_dict().items()})


class Stack(nn.Module):
    """Modules under their names, as their file has them."""

    def __init__(self, **modules: nn.Module):
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)


def text_model(symbols: int = 7) -> Stack:
    torch.manual_seed(3)
    return Stack(
        emb=nn.Embedding(symbols, 4), rnn=nn.LSTM(4, 5), head=nn.Linear(5, symbols), extra=nn.Linear(9, 9)
    )  # fmt: skip


def number_model(kind: Callable[..., nn.Module] = nn.GRU) -> Stack:
    torch.manual_seed(3)
    return Stack(rnn=kind(3, 6), head=nn.Linear(6, 4), out=nn.Linear(4, 1))


def translator() -> Stack:
    torch.manual_seed(3)
    return Stack(
        **{"encoder_emb": nn.Embedding(7, 4), "encoder_rnn": nn.GRU(4, 5, bidirectional=True)},
        **{"decoder_emb": nn.Embedding(6, 4), "decoder_rnn": nn.GRU(4, 5), "decoder_out": nn.Linear(5, 6)},
    )  # fmt: skip


def unknown_cell() -> dict[str, torch.Tensor]:
    """The weights of a cell that no class of torch has: two blocks of rows, or three with one bias."""
    return {
        **{"own_mgu.weight_ih": torch.randn(10, 3), "own_mgu.weight_hh": torch.randn(10, 5)},
        "own_mgu.bias": torch.randn(10),
    }
