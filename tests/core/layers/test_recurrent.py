"""The layer: initialisations, state, recording modes, reuse of memory, bad input."""

import copy
import pickle

import numpy as np
import pytest
import torch
from torch import nn

from core.layers.recurrent import Recurrent


def layer_and_loss(record="full", T=4, seed=0):
    torch.manual_seed(seed)
    layer = Recurrent("lstm", 3, 5, record=record)
    x = torch.randn(T, 2, 3)
    return layer, x


def test_keras_initialisation():
    layer = Recurrent("lstm", 50, 16, initialization="keras", dtype=torch.float64)
    U = layer.weight_hh_l0.detach()
    torch.testing.assert_close(U.T @ U, torch.eye(16, dtype=torch.float64))
    limit = (6 / (50 + 64)) ** 0.5
    largest = layer.weight_ih_l0.abs().max().item()
    assert 0.9 * limit < largest <= limit
    i, f, g, o = layer.bias_ih_l0.chunk(4)
    assert (f == 1).all()
    assert not torch.cat((i, g, o)).any()
    assert not layer.bias_hh_l0.any()


@pytest.mark.parametrize("how", ["orthogonal", "identity"])
def test_recurrent_blocks(how):
    layer = Recurrent("gru", 3, 8, initialization=how, dtype=torch.float64)
    for block in layer.weight_hh_l0.detach().chunk(3):
        torch.testing.assert_close(block @ block.T, torch.eye(8, dtype=torch.float64))
        if how == "identity":
            assert torch.equal(block, torch.eye(8, dtype=torch.float64))


def test_spectral_radius():
    layer = Recurrent("rnn", 3, 30, initialization="spectral", spectral_radius=1.3)
    radius = torch.linalg.eigvals(layer.weight_hh_l0.detach()).abs().max().item()
    assert radius == pytest.approx(1.3, rel=1e-4)


@pytest.mark.parametrize("how", ["torch", "keras"])
def test_forget_bias_is_the_total_bias(how):
    layer = Recurrent("lstm", 3, 4, forget_bias=2.5, initialization=how)
    total = (layer.bias_ih_l0 + layer.bias_hh_l0).detach().chunk(4)[1]
    assert torch.equal(total, torch.full((4,), 2.5))


def test_what_is_not_asked_for_is_not_there():
    grads = {}
    for record in ("off", "values", "full"):
        layer, x = layer_and_loss(record)
        output, _ = layer(x)
        output.sum().backward()
        grads[record] = layer.weight_hh_l0.grad
        if record == "off":
            assert layer.recording is None
        else:
            assert (layer.recording["f"].grads is not None) == (record == "full")
            assert (layer.recording[0, "forward"].shares is not None) == (record == "full")
    assert torch.equal(grads["off"], grads["full"])
    assert torch.equal(grads["values"], grads["full"])


@pytest.mark.parametrize("context", [torch.no_grad, torch.inference_mode])
def test_values_without_gradients(context):
    layer, x = layer_and_loss()
    with context():
        output, _ = layer.eval()(x)
    np.testing.assert_array_equal(layer.recording["h"].values, output.numpy())
    assert layer.recording["h"].grads is None
    output, _ = layer.train()(x)  # and the layer can be trained afterwards
    output.sum().backward()
    assert layer.recording["h"].grads is not None


def test_a_recording_that_is_held_is_never_overwritten():
    layer, x = layer_and_loss()
    held = []
    for k in range(3):
        output, _ = layer(x * (k + 1))
        output.sum().backward()
        held.append(
            (layer.recording, layer.recording["f"].values.copy(), layer.recording["c"].grads.copy())
        )
    for recording, values, grads in held:
        np.testing.assert_array_equal(recording["f"].values, values)
        np.testing.assert_array_equal(recording["c"].grads, grads)


def test_memory_is_reused_in_a_loop():
    layer, x = layer_and_loss()
    blocks = set()
    for _ in range(6):
        loss = layer(x)[0].sum()
        blocks.add(layer.recording[0, "forward"]._source.buffers.records.data_ptr())
        loss.backward()
    assert len(blocks) <= 2


def test_two_passes_before_one_backward():
    layer, x = layer_and_loss()
    first, second = layer(x)[0], layer(2 * x)[0]
    (first.sum() + second.sum()).backward()
    together = layer.weight_hh_l0.grad.clone()
    layer.zero_grad()
    layer(x)[0].sum().backward()
    layer(2 * x)[0].sum().backward()
    torch.testing.assert_close(layer.weight_hh_l0.grad, together)


def test_second_backward_after_the_tape_is_gone_says_so():
    layer, x = layer_and_loss("off")
    loss = layer(x)[0].sum()
    loss.backward(retain_graph=True)
    with pytest.raises(RuntimeError, match="Run the forward pass again"):
        loss.backward()


def test_copies_and_files_of_the_layer():
    layer, x = layer_and_loss()
    layer(x)[0].sum().backward()
    for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert twin.recording is None
        torch.testing.assert_close(twin(x)[0], layer(x)[0])


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
def test_from_torch_takes_a_cell(kind):
    cell, x, state = kind(3, 4), torch.randn(5, 2, 3), None
    outputs = []
    for x_t in x:
        state = cell(x_t, state)
        outputs.append(state if isinstance(state, torch.Tensor) else state[0])
    torch.testing.assert_close(Recurrent.from_torch(cell)(x)[0], torch.stack(outputs))


def test_dropout_draws_torchs_mask():
    module = nn.LSTM(3, 5, 3, dropout=0.5)
    layer = Recurrent.from_torch(module)
    x = torch.randn(6, 2, 3)
    torch.manual_seed(1)
    theirs = module(x)[0]
    torch.manual_seed(1)
    torch.testing.assert_close(layer(x)[0], theirs)
    torch.testing.assert_close(layer.eval()(x)[0], module.eval()(x)[0])


def test_an_observer_changes_not_one_bit_of_the_training():
    """Neither its content nor its length: all that teaches comes out the same."""
    torch.manual_seed(0)
    x, lengths = torch.randn(9, 5, 3), [4, 7, 3, 5]
    found = []
    for observer in (2, 9):
        torch.manual_seed(1)
        layer = Recurrent("lstm", 3, 8, num_layers=2, bidirectional=True, dropout=0.3)
        inputs = x[: max(7, observer)].clone()
        inputs[:, 4] = torch.randn(len(inputs), 3)
        torch.manual_seed(2)
        output, _ = layer(inputs, None, [*lengths, observer], observers=1)
        (output[:7] ** 2).sum().backward()
        found.append([p.grad for p in layer.parameters()])
    for a, b in zip(*found, strict=True):
        assert torch.equal(a, b)


def test_cuda_equals_cpu():
    if not torch.cuda.is_available():
        pytest.skip("no GPU here")
    layer, x = layer_and_loss()
    there = copy.deepcopy(layer).cuda()
    layer(x)[0].sum().backward()
    there(x.cuda())[0].sum().backward()
    np.testing.assert_allclose(
        there.recording["f"].grads, layer.recording["f"].grads, rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"cell": "ltsm"}, LookupError, "Did you mean 'lstm'"),
        ({"hidden_size": 0}, ValueError, "hidden_size: expected a whole number"),
        ({"hidden_size": 2.5}, ValueError, "hidden_size: expected a whole number"),
        ({"num_layers": True}, ValueError, "num_layers: expected a whole number"),
        ({"reset": "after"}, ValueError, "options of lstm"),
        ({"peephole": "yes"}, ValueError, "peephole: expected true or false"),
        ({"forget_bias": float("nan")}, ValueError, "forget_bias: expected a number"),
        ({"forget_bias": 1.0, "bias": False}, ValueError, "forget_bias: expected none"),
        ({"initialization": "xavier"}, ValueError, "initialization: expected one of"),
        ({"dropout": 2}, ValueError, "dropout: expected a number from 0 to 1"),
        ({"record": "some"}, ValueError, "record: expected one of"),
    ],
)
def test_wrong_settings_get_a_sentence(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        Recurrent(**({"cell": "lstm", "input_size": 2, "hidden_size": 3} | arguments))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda r: r(torch.zeros(4, 2)), r"expected a shape \[T, B, 3\]"),
        (lambda r: r(torch.zeros(4, 2, 5)), "time-major"),
        (lambda r: r(torch.zeros(0, 2, 3)), "T and B at least 1"),
        (lambda r: r(torch.zeros(4, 2, 3, dtype=torch.float64)), "x.to"),
        (lambda r: r(torch.zeros(4, 2, 3), torch.zeros(1, 2, 5)), "state: expected h and c"),
        (lambda r: r(torch.zeros(4, 2, 3), (torch.zeros(1, 3, 5),) * 2), "state: expected"),
        (lambda r: r(torch.zeros(4, 2, 3), None, [4, 5]), "numbers from 1 to T = 4"),
        (lambda r: r(torch.zeros(4, 2, 3), None, [0, 4]), "Leave out empty"),
        (lambda r: r(torch.zeros(4, 2, 3), None, [4]), "one for each sequence"),
        (lambda r: r(torch.zeros(4, 2, 3), None, [4.0, 2.0]), "whole numbers"),
        (lambda r: r(torch.zeros(4, 2, 3), None, None, 3), "observers"),
    ],
)
def test_wrong_input_gets_a_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(Recurrent("lstm", 3, 5))


@pytest.mark.parametrize("options", [{"peephole": True}, {}])
def test_to_torch_says_what_torch_has_not(options):
    layer = Recurrent("lstm", 2, 3, **options)
    if options:
        with pytest.raises(ValueError, match=r"peephole: expected False for torch\.nn"):
            layer.to_torch()
    else:
        assert isinstance(layer.to_torch(), nn.LSTM)


@pytest.mark.parametrize(("cell", "torch_cell"), [("lstm", nn.LSTM), ("gru", nn.GRU)])
@pytest.mark.parametrize("sizes", [(4, 7), (7, 4)])
def test_layers_of_unequal_size_are_torchs_layers_on_top_of_each_other(cell, torch_cell, sizes):
    layer = Recurrent(cell, 3, sizes, num_layers=2, bidirectional=True, dtype=torch.float64)
    below = torch_cell(3, sizes[0], bidirectional=True, dtype=torch.float64)
    above = torch_cell(2 * sizes[0], sizes[1], bidirectional=True, dtype=torch.float64)
    with torch.no_grad():
        for depth, module in enumerate((below, above)):
            for name, p in module.named_parameters():
                p.copy_(getattr(layer, name.replace("_l0", f"_l{depth}")))
    x = torch.randn(5, 2, 3, dtype=torch.float64)
    start = [torch.randn(4, 2, 7, dtype=torch.float64) for _ in layer.cell.states]
    states = start if cell == "lstm" else start[0]

    def part(depth):  # what torch's own layer of this depth begins with
        own = tuple(s[2 * depth : 2 * depth + 2, :, : sizes[depth]].contiguous() for s in start)
        return own if cell == "lstm" else own[0]

    output, last = layer(x, states)
    middle, first_end = below(x, part(0))
    expected, second_end = above(middle, part(1))
    torch.testing.assert_close(output, expected, atol=1e-12, rtol=0)
    for k in range(len(start)):
        mine = last if cell == "gru" else last[k]
        for depth, theirs in enumerate((first_end, second_end)):
            theirs = theirs if cell == "gru" else theirs[k]
            own = mine[2 * depth : 2 * depth + 2]
            torch.testing.assert_close(own[..., : sizes[depth]], theirs, atol=1e-12, rtol=0)
            assert not own[..., sizes[depth] :].any()
    weights = torch.randn_like(output)
    (output * weights).sum().backward()
    (expected * weights).sum().backward()
    for depth, module in enumerate((below, above)):
        for name, p in module.named_parameters():
            mine = getattr(layer, name.replace("_l0", f"_l{depth}")).grad
            torch.testing.assert_close(mine, p.grad, atol=1e-11, rtol=0)


def test_sizes_that_do_not_fit_the_layers_are_refused():
    with pytest.raises(ValueError, match="hidden_size: expected one size, or 3 of them"):
        Recurrent("gru", 3, (4, 5), num_layers=3)
    with pytest.raises(ValueError, match="hidden_size: expected one size for all layers"):
        Recurrent("gru", 3, (4, 5), num_layers=2).to_torch()
