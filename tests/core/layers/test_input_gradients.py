"""What every input gets back, from the recording alone, against plain autograd in float64."""

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.layers.input_gradients import input_gradients, input_readers
from core.layers.recurrent import Recurrent
from tests.helpers import reference
from tests.helpers.cells import OPTIONS, assert_close, name_of

T, B, INPUTS, H = 4, 2, 2, 2


def compare(case, **options) -> None:
    """Of a loss that sees every state of the top layer."""
    torch.manual_seed(5)
    layer = Recurrent(case[0], INPUTS, H, dtype=torch.float64, **case[1], **options).eval()
    x = torch.randn(T, B, INPUTS, dtype=torch.float64)
    output, _ = layer(x)
    weights = torch.randn_like(output)
    (output * weights).sum().backward()
    readers = input_readers(layer)
    with torch.no_grad():  # an update moves the weights; what was recorded belongs to those before
        for p in layer.parameters():
            p.add_(1.0)
    ours = input_gradients(readers, layer.recording, x.numpy())
    with torch.no_grad():
        for p in layer.parameters():
            p.sub_(1.0)
    x.requires_grad_()
    zeros = [
        torch.zeros(layer.num_layers * len(layer.directions), B, H, dtype=torch.float64)
        for _ in layer.cell.states
    ]
    theirs, _, _ = reference.run(layer, x, zeros, [T] * B)
    (theirs * weights).sum().backward()
    assert_close(ours, x.grad, f"{name_of(case)} {options}")


@pytest.mark.parametrize("case", OPTIONS, ids=name_of)
def test_every_cell_returns_what_autograd_returns(case):
    compare(case)


@settings(max_examples=12)
@given(
    st.sampled_from(OPTIONS),
    st.integers(1, 3),
    st.booleans(),
    st.integers(1, T + 1),
    st.sampled_from(["off", "layer", "batch"]),
    st.booleans(),
)
@example(("lstm", {}), 2, True, T + 1, "layer", True)
def test_so_do_layers_directions_windows_and_normalisation(
    case, layers, both, window, normalization, recurrence
):
    peephole = case[1].get("peephole")
    compare(
        case,
        num_layers=layers,
        bidirectional=both,
        window=window,
        normalization=normalization,
        recurrence=recurrence or bool(peephole),
    )


def test_a_held_gate_returns_nothing_through_its_inputs():
    torch.manual_seed(5)
    layer = Recurrent("lstm", INPUTS, H, dtype=torch.float64)
    x = torch.randn(T, B, INPUTS, dtype=torch.float64, requires_grad=True)
    with layer.intervene(f=0.9, h={1: 0.2}, weight_ih_l0={(0, 1): 3.0}):
        layer(x)[0].square().sum().backward()
        readers = input_readers(layer)
    ours = input_gradients(readers, layer.recording, x.detach().numpy())
    assert_close(ours, x.grad, "held")
    assert not np.allclose(ours, 0)


def test_without_recorded_gradients_there_is_a_sentence():
    layer = Recurrent("gru", INPUTS, H)
    layer(torch.randn(T, B, INPUTS))
    with pytest.raises(ValueError, match="No backward pass was recorded"):
        input_gradients(input_readers(layer), layer.recording, np.zeros((T, B, INPUTS)))
