"""A checkpoint trained outside the project, as the pages that look inside open it."""

import json
import struct
from typing import Any

import numpy as np
import torch
from safetensors.torch import save
from torch import nn

from core.analysis.inspection import Inspection
from core.io.companions import find_heads
from core.io.model_files import read_model_file
from core.io.user_model import LOSSES, inspect_layer
from core.io.user_sequences import draw_numbers
from core.io.watch import watch
from core.io.whole_model.inspection import inspect_whole
from core.io.whole_model.losses import make_target
from core.io.whole_model.network import Sequences, WholeModel
from core.io.whole_model.parts import read_parts
from core.io.whole_model.proposal import propose
from core.layers.recording import Recording
from tests.helpers.tiny_checkpoint import Tagger, trained
from tests.helpers.whole_models import SummedTranslator

T, H = 9, 5
CLOSE: dict[str, Any] = {"rtol": 1e-5, "atol": 1e-6}  # what a page is told is float32


def opened(theirs: Tagger, loss: str = "last state") -> Inspection:
    """What the page makes of the uploaded file."""
    file = read_model_file(save(theirs.state_dict()))
    (stored,) = file.layers
    (head,) = find_heads(file, stored).values()
    assert (stored.name, stored.cell, stored.num_layers, stored.bidirectional) == (
        "rnn",
        "lstm",
        2,
        True,
    )
    return inspect_layer(
        stored.name, stored.make_layer(), *draw_numbers(3, T, 1), LOSSES[loss], 0, head
    )


def inspect_translator(at: tuple[int, ...] = (4, 5, 6)) -> Inspection:
    """A whole model whose decoder begins with the sum of the encoder's two last states. at: steps with a loss."""
    torch.manual_seed(5)
    parts = read_parts(read_model_file(save(SummedTranslator().state_dict())))
    network = WholeModel(parts, propose(parts).plan)
    says = torch.tensor([2, 3, 5])[[step - 4 for step in at]]
    target = make_target("cross entropy", says, at, network.outputs, 7)
    given = Sequences(torch.tensor([4, 5, 6, 7]), torch.tensor([1, 2, 3]))
    return inspect_whole(network, given, tuple("abcdefg"), target)


def decoded(data: bytes) -> tuple[dict[str, Any], np.ndarray]:
    (size,) = struct.unpack_from("<I", data)
    return json.loads(data[4 : 4 + size]), np.frombuffer(data[4 + size :], "<f4")


def recorded_batch() -> Recording:
    """What a notebook recorded: three sequences of unequal length, any loss."""
    theirs = trained(torch.float32)
    x = torch.randn(7, 3, 3, generator=torch.Generator().manual_seed(2))
    with watch(theirs) as recordings:
        packed = nn.utils.rnn.pack_padded_sequence(x, torch.tensor([7, 4, 2]))
        output, _lengths = nn.utils.rnn.pad_packed_sequence(theirs.rnn(packed)[0])
        theirs.head(output).square().mean().backward()
    return recordings["rnn"]
