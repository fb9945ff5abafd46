"""What may stand before and behind a recurrent layer in its model: embeddings and linear heads, found by shape.

    embeddings = find_embeddings(file, layer)       # name -> [V, I]
    heads = find_heads(file, layer)                 # name -> Head
    heads["fc"](output)                             # [..., D H] -> [..., O]

A state_dict does not say in which order its modules run. What fits is offered under its name; the reader chooses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from .cell_candidates import ORDINARY
from .checkpoints import CheckpointLayer
from .model_files import ModelFile

EMBEDDING_WORDS = ("emb", "wte", "lookup", "vocab")
MAX_CHOICES = 20


@dataclass(frozen=True)
class Head:
    """A linear layer behind the states. weight: [O, D H]; bias: [O], or None."""

    weight: Tensor
    bias: Tensor | None

    @property
    def outputs(self) -> int:
        """O, how many numbers it gives for each step."""
        return len(self.weight)

    def __call__(self, states: Tensor) -> Tensor:
        """States [..., D H] -> [..., O]."""
        bias = None if self.bias is None else self.bias.to(states)
        return torch.nn.functional.linear(states, self.weight.to(states), bias)


def find_embeddings(file: ModelFile, layer: CheckpointLayer) -> dict[str, Tensor]:
    """Every table whose rows can be the layer's inputs; the one that is called an embedding comes first."""
    tables = {
        name: table
        for name, table, bias in _matrices(file, layer)
        if bias is None and table.shape[1] == layer.input_size and len(table) > 1
    }
    return dict(sorted(tables.items(), key=lambda item: not is_called_embedding(item[0])))


def find_heads(file: ModelFile, layer: CheckpointLayer) -> dict[str, Head]:
    """Every linear layer that can read the layer's output; the ones with a bias come first, in the file's order."""
    heads = {
        name.removesuffix(".weight"): Head(weight, bias)
        for name, weight, bias in _matrices(file, layer)
        if weight.shape[1] == layer.output_size
        and name.endswith("weight")
        and not is_called_embedding(name)
    }
    return dict(sorted(heads.items(), key=lambda item: item[1].bias is None))


def _matrices(
    file: ModelFile, layer: CheckpointLayer
) -> Iterator[tuple[str, Tensor, Tensor | None]]:
    """(name, matrix, its bias) of all that is no recurrent weight: of the layer's state_dict, then of others.

    A copy of the model, as its average, has the same names; it is passed over.
    """
    sources: dict[str, Mapping[str, Tensor]] = {layer.source: file.tensors[layer.source]}
    own = {*sources[layer.source]}
    sources |= {source: each for source, each in file.tensors.items() if not own & {*each}}
    count = 0
    for source, tensors in sources.items():
        for name, matrix in tensors.items():
            is_recurrent = any(kind in name for kind in (*ORDINARY, "weight_hr"))
            if matrix.dim() != 2 or not matrix.is_floating_point() or is_recurrent:
                continue
            bias = tensors.get(f"{name.removesuffix('weight')}bias")
            if bias is not None and tuple(bias.shape) != (len(matrix),):
                bias = None
            if not matrix.isfinite().all() or (bias is not None and not bias.isfinite().all()):
                continue
            count += 1
            if count > MAX_CHOICES * 10:
                return
            where = "" if source == layer.source or not source else f"{source}."
            yield where + name, matrix, bias


def is_called_embedding(name: str) -> bool:
    """Whether a module of this name is likely an embedding."""
    return any(word in name.lower() for word in EMBEDDING_WORDS)
