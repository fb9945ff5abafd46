"""Weights that a module computes from other tensors: what torch computes in evaluation, from the state_dict alone.

    derived = derive_weights(tensors)
    derived.tensors["rnn.weight_hh_l0"]     # g · v / ‖v‖, from rnn.weight_hh_l0_g and rnn.weight_hh_l0_v
    derived.how["rnn.weight_hh_l0"]         # "weight norm"
    derived.unknown["gru.weight_hh_l0"]     # why another one cannot be computed

Weight and spectral norm in their old and new forms, pruning, weight drop, and quantised tensors.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..common.messages import say

PARAMETRIZED = re.compile(r"(?P<module>(?:.*\.)?)parametrizations\.(?P<weight>[^.]+)\.(?P<part>.+)")
SUFFIXED = re.compile(r"(?P<base>(?:.*\.)?(?:weight|bias)[^.]*?)_(?P<part>g|v|u|orig|mask|raw)")
UNPARAMETRIZE = "Before you save the model call torch.nn.utils.parametrize.remove_parametrizations on this weight"

Parts = Mapping[str, Tensor]


@dataclass
class DerivedWeights:
    """tensors: all that are not parts of another one, and those that were computed.

    how: name of a computed weight -> by what. unknown: name of a weight -> (what it is, what to do), of one that
    cannot be computed from what the file holds.
    """

    tensors: dict[str, Tensor] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, tuple[str, str]] = field(default_factory=dict)


def weight_norm(g: Tensor, v: Tensor) -> Tensor:
    """g · v / ‖v‖, where the norm goes over the axes that g does not have."""
    axes = [k for k in range(v.dim()) if g.dim() != v.dim() or g.shape[k] == 1]
    norm = v.norm() if g.dim() != v.dim() else v.square().sum(axes, keepdim=True).sqrt()
    return g * v / norm


def spectral_norm(original: Tensor, u: Tensor, v: Tensor | None) -> Tensor:
    """The matrix over its largest singular value σ = uᵀ W v, with the vectors that training left.

    Without v it is the one that belongs to u, as torch computes it in its first form.
    """
    matrix = original.flatten(1)
    if v is None:
        v = torch.nn.functional.normalize(matrix.T @ u, dim=0)
    return original / (u @ matrix @ v)


# The parts that a weight has -> (what they are called, the weight from these parts).
FORMULAS: dict[frozenset[str], tuple[str, Callable[[Parts], Tensor]]] = {
    frozenset({"original0", "original1"}): (
        "weight norm",
        lambda p: weight_norm(p["original0"], p["original1"]),
    ),
    frozenset({"g", "v"}): ("weight norm", lambda p: weight_norm(p["g"], p["v"])),
    frozenset({"original", "0._u", "0._v"}): (
        "spectral norm",
        lambda p: spectral_norm(p["original"], p["0._u"], p["0._v"]),
    ),
    frozenset({"orig", "u", "v"}): (
        "spectral norm",
        lambda p: spectral_norm(p["orig"], p["u"], p["v"]),
    ),
    frozenset({"orig", "u"}): (
        "spectral norm",
        lambda p: spectral_norm(p["orig"], p["u"], None),
    ),
    frozenset({"orig", "mask"}): ("pruning", lambda p: p["orig"] * p["mask"]),
    frozenset({"original", "0.mask"}): ("pruning", lambda p: p["original"] * p["0.mask"]),
    frozenset({"raw"}): ("weight drop", lambda p: p["raw"]),
}


def derive_weights(tensors: Mapping[str, Tensor]) -> DerivedWeights:
    """The weights as the model uses them in evaluation."""
    derived, parts_of = DerivedWeights(), dict[str, dict[str, Tensor]]()
    for name, tensor in tensors.items():
        if tensor.is_quantized:
            derived.tensors[name], derived.how[name] = tensor.dequantize(), "quantisation"
        elif part := _part(name):
            base, kind = part
            parts_of.setdefault(base, {})[kind] = tensor
        else:
            derived.tensors[name] = tensor
    for base, parts in parts_of.items():
        _derive(_place(base, parts, tensors), parts, derived)
    return derived


def _part(name: str) -> tuple[str, str] | None:
    """(the weight, the part) for a tensor that another one is computed from."""
    if match := PARAMETRIZED.fullmatch(name):
        return match["module"] + match["weight"], match["part"]
    if match := SUFFIXED.fullmatch(name):
        return match["base"], match["part"]
    return None


def _place(base: str, parts: Parts, tensors: Mapping[str, Tensor]) -> str:
    """The weight's own name: what weight drop keeps outside belongs to the module that it wraps."""
    module, _dot, weight = base.rpartition(".")
    inner = f"{module}.module." if module else "module."
    is_wrapped = "raw" in parts and any(name.startswith(inner) for name in tensors)
    return f"{inner}{weight}" if is_wrapped else base


def _derive(base: str, parts: Parts, derived: DerivedWeights) -> None:
    formula = FORMULAS.get(frozenset(parts))
    if formula is None:
        cure = UNPARAMETRIZE if any(name.startswith("original") for name in parts) else ""
        derived.unknown[base] = (
            say(
                "only {parts}, and the file does not say how it is computed from them",
                parts=", ".join(sorted(parts)),
            ),
            cure,
        )
        return
    what, compute = formula
    try:
        derived.tensors[base] = compute({name: _as_float(v) for name, v in parts.items()})
        derived.how[base] = what
    except (RuntimeError, IndexError):  # shapes that do not go together
        shapes = ", ".join(f"{name} {list(v.shape)}" for name, v in sorted(parts.items()))
        derived.unknown[base] = (
            say("parts that do not fit together ({shapes})", shapes=shapes),
            "",
        )


def _as_float(tensor: Tensor) -> Tensor:
    return tensor if tensor.is_floating_point() else tensor.float()
