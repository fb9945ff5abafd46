"""A whole model and one sequence, to look inside with its own outputs and its true loss.

inspection = inspect_whole(WholeModel(parts, plan), Sequences(x), symbols, target)
inspection.read().loss
"""

from copy import deepcopy

import numpy as np
import torch
from torch import Tensor

from ...analysis.head import Head
from ...analysis.inspection import Inspection
from ..user_model import check_reading, layer_bytes
from .losses import Target
from .network import Sequences, WholeModel


def inspect_whole(
    network: WholeModel,
    read: Sequences,
    symbols: tuple[str, ...],
    target: Target,
    title: str = "",
    labels: tuple[str, ...] = (),
) -> Inspection:
    """The network and what it reads, to look inside; losses are those of `target`.

    symbols: a label for each step of encoder and decoder together. labels: a name for each output, or ().
    ValueError when a reading would take more than 256 MiB.
    """
    check_size(network, read)
    return Inspection(
        title=title,
        layers=network.parts,
        symbols=symbols,
        at=target.at,
        run=lambda copies: network.run(read, copies),
        loss=target.loss,
        single=target.single,
        shown=target.show,
        recording=lambda: network.recording,
        parameters=network.parameters,
        head=linear_head(network, target.phi),
        copy=lambda dtype: inspect_whole(
            deepcopy(network).to(dtype), read, symbols, target, title, labels
        ),
        labels=labels if len(labels) == network.outputs else (),
    )


@torch.no_grad()
def outputs_of(network: WholeModel, read: Sequences) -> Tensor:
    """The model's outputs [T, 1, O] before any function of a loss; 0 at the steps of an encoder."""
    check_size(network, read)
    return network.run(read, 1)


def check_size(network: WholeModel, read: Sequences) -> None:
    """ValueError where a reading of the sequence would take more memory than is meant for it."""
    check_reading(network.parts.values(), read.steps)


def network_bytes(network: WholeModel, read: Sequences) -> int:
    """What the network and a reading take, in bytes."""
    return sum(layer_bytes(layer, read.steps) for layer in network.parts.values())


def linear_head(network: WholeModel, phi: str) -> Head | None:
    """The head for the microscope, where it is one linear map of a step's states; else None."""
    if len(network.linears) != 1 or network.plan.reads not in ("every", "last"):
        return None
    linear = network.linears[0]
    return Head(
        [*network.parts][-1],
        linear.weight.numpy().astype(np.float64),
        None if linear.bias is None else linear.bias.numpy().astype(np.float64),
        phi,
        sums=network.plan.sums,
        ends=network.plan.reads == "last" and network.top.bidirectional,
    )
