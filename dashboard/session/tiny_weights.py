"""The weights of a tiny network as numbers, for the player: what they are called, and what they are now."""

import re
from typing import Any

from torch import nn

from dashboard.common.i18n import N_, _

MAX_NUMBERS = 40  # of all parameters together
DIGITS = 4

# A parameter's name as torch has it, without layer and direction -> (letter, letter in a network of one unit, words).
PARAMETERS = {
    "weight_ih": ("W_ih", "u", N_("from the input")),
    "weight_hh": ("W_hh", "w", N_("from the state before")),
    "bias_ih": ("b_ih", "b_ih", N_("bias; only b_ih + b_hh counts")),
    "bias_hh": ("b_hh", "b_hh", N_("the other bias")),
    "weight_peephole": ("p", "p", N_("peephole")),
    "recurrent.normalizations.l0.scale": ("s", "s", N_("scale of the normalised product")),
    "head.weight": ("W_y", "v", N_("to the output")),
    "head.bias": ("b_y", "b_y", N_("bias of the output")),
    "embedding.weight": ("E", "E", N_("the vectors of the symbols")),
}
NAME = re.compile(
    r"(?:\w+\.)?(weight_ih|weight_hh|bias_ih|bias_hh|weight_peephole)_l(\d+)(_reverse)?"
)


def is_tiny(model: nn.Module) -> bool:
    """Whether all its numbers can be shown."""
    return sum(p.numel() for p in model.parameters()) <= MAX_NUMBERS


def describe_weights(model: nn.Module) -> list[dict[str, Any]]:
    """Of each parameter the letter, what it does, and how many numbers its rows have; [] of a larger network."""
    if not is_tiny(model):
        return []
    named = dict(model.named_parameters())
    layers = len({match[2] for name in named if (match := NAME.fullmatch(name))})
    is_single = any(name.endswith("weight_hh_l0") and p.shape[-1] == 1 for name, p in named.items())
    described = []
    for name, parameter in named.items():
        match = NAME.fullmatch(name)
        letter, small, words = PARAMETERS.get(match[1] if match else name, (name, name, ""))
        letter = small if is_single and layers == 1 else letter
        if match and (layers > 1 or match[3]):
            letter += f" {int(match[2]) + 1}" + (" ←" if match[3] else "")
        described.append(
            {
                "letter": letter,
                "words": _(words),
                "columns": parameter.shape[-1],
                "numbers": parameter.numel(),
            }
        )
    return described


def read_weights(model: nn.Module) -> list[float]:
    """All numbers, in the order of `describe_weights`; [] of a larger network."""
    if not is_tiny(model):
        return []
    flat = [v for p in model.parameters() for v in p.detach().flatten().tolist()]
    return [float(f"{value:.{DIGITS}g}") for value in flat]
