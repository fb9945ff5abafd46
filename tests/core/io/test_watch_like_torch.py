"""What runs alone runs the same when watched: outputs, gradients and random numbers, for models of many shapes.

And what is recorded is the run: the recorded states of the last call are those that the layer returned, and the
recorded gradients those that autograd finds in a plain loop over the same steps.
"""

import pytest
import torch
from torch import Tensor, nn

from core.io.watch import watch
from core.io.watch.interception import TORCH_LAYERS
from tests.helpers.training_scripts import SHAPES

# Their calls are computed by torch alone, and a sentence says so.
NOT_RECORDED = {"per_sample_gradients"}


def outcome(name: str, watched: bool) -> tuple[Tensor, dict[str, Tensor | None], Tensor, object]:
    """Outputs, every gradient, the next random number, and the recordings."""
    torch.manual_seed(3)
    model, run = SHAPES[name]()
    if watched:
        with watch(model) as recordings:
            output = run(model)
    else:
        recordings, output = None, run(model)
    grads = {n: p.grad for n, p in model.named_parameters()}
    return output.detach(), grads, torch.rand(1), (model, recordings)


@pytest.mark.parametrize("name", SHAPES)
def test_outputs_gradients_and_random_numbers_are_those_without_watch(name):
    output, grads, number, _ = outcome(name, watched=False)
    watched, watched_grads, watched_number, (model, recordings) = outcome(name, watched=True)
    torch.testing.assert_close(watched, output, rtol=0, atol=1e-6)
    assert {n for n, g in grads.items() if g is None} == {
        n for n, g in watched_grads.items() if g is None
    }
    for n, grad in grads.items():
        if grad is not None:
            torch.testing.assert_close(watched_grads[n], grad, rtol=0, atol=1e-6, msg=n)
    assert torch.equal(watched_number, number)
    assert not any("forward" in module.__dict__ for module in model.modules())
    layers = {n for n, m in model.named_modules() if isinstance(m, TORCH_LAYERS)}
    assert {*recordings, *recordings.passed_over} == layers
    for n in recordings:
        if name in NOT_RECORDED:
            assert not len(recordings.calls[n])
            assert "torch.func" in recordings.passed_over[n]
        else:
            assert len(recordings.calls[n]) == 1


def watch_states(model: nn.Module) -> dict[str, list[Tensor]]:
    """The outputs of each layer's calls, in order, as hooks of torch's own see them: [T, B, ...] or packed."""
    outputs: dict[str, list[Tensor]] = {}
    for name, module in model.named_modules():
        if isinstance(module, TORCH_LAYERS):
            module.register_forward_hook(
                lambda m, _, result, name=name: outputs.setdefault(name, []).append((m, result))
            )
    return outputs


def last_output(module: nn.Module, results: list) -> Tensor:
    """What the layer returned for its last sequence, [T, B, H * directions]."""
    if isinstance(module, nn.RNNCellBase):
        states = [r if isinstance(r, Tensor) else r[0] for r in results]
        return torch.stack([s if s.dim() == 2 else s.unsqueeze(0) for s in states])
    output = results[-1] if isinstance(results[-1], Tensor) else results[-1][0]
    if isinstance(output, nn.utils.rnn.PackedSequence):
        return nn.utils.rnn.pad_packed_sequence(output)[0]
    if output.dim() == 2:
        return output.unsqueeze(1)
    return output.transpose(0, 1) if module.batch_first else output


# A hook of theirs sees something else than the layer's own results, or sees them twice.
OTHER_STATES = {
    *("hooks_and_changes_in_place", "output_changed_in_place_batch_first", "hooks_on_the_module"),
    *("checkpointed_cells", "checkpointed_cells_reentrant"),
}


@pytest.mark.parametrize("name", sorted({*SHAPES} - NOT_RECORDED - OTHER_STATES))
def test_recorded_states_are_those_that_the_layer_returned(name):
    torch.manual_seed(3)
    model, run = SHAPES[name]()
    outputs = watch_states(model)
    with watch(model) as recordings:
        run(model)
    tolerance = 0.02 if name == "mixed_precision" else 1e-5
    for n in recordings:
        module = outputs[n][-1][0]
        theirs = last_output(module, [result for _, result in outputs[n]]).detach()
        if name == "subclass_that_calls_super":
            theirs = theirs - 1
        recording = recordings[n]
        top = max(layer for layer, _ in recording.layers)
        ours = torch.cat(
            [torch.tensor(recording[key]["h"].values) for key in recording.layers if key[0] == top],
            2,
        )
        steps = min(
            len(ours), len(theirs)
        )  # a layer called for chunks hands its last one to a hook
        torch.testing.assert_close(
            ours[-steps:], theirs[-steps:].to(ours.dtype), rtol=0, atol=tolerance, msg=n
        )


# The gradient of a weight is not the sum over the kept calls where an optimizer or a norm came between, or where
# the weight is computed from others.
OTHER_GRADIENTS = {
    *("two_optimizers", "gradients_accumulated_and_clipped", "penalised_gradients", "frozen_parts"),
    *(
        "recurrent_weights_dropped",
        "weight_norm",
        "spectral_norm_in_training",
        "pruned",
        "functional_call",
        "without_gradients",
    ),
}


@pytest.mark.parametrize("name", sorted({*SHAPES} - NOT_RECORDED - OTHER_GRADIENTS))
def test_recorded_gradients_and_states_make_up_the_gradient_of_the_recurrent_weights(name):
    """dL/dW_hh = sum_t da_t h_{t-1}^T, over all calls: every da is the total derivative at its step."""
    torch.manual_seed(3)
    model, run = SHAPES[name]()
    with watch(model, keep="all") as recordings:
        run(model)
    sums: dict[nn.Parameter, Tensor] = {}
    for n in recordings:
        module = model.get_submodule(n)
        assert recordings.calls[n]
        for recording in recordings.calls[n]:
            ((deltas, state),) = recording.cell.recurrent_terms
            for layer, direction in recording.layers:
                trace = recording[layer, direction]
                da = torch.cat([torch.tensor(trace[a].grads) for a in deltas], 2)
                term = torch.einsum("tbg,tbh->gh", da, torch.tensor(trace[state].values))
                suffix = "_reverse" if direction == "reverse" else ""
                one_step = isinstance(module, nn.RNNCellBase)
                weight = getattr(module, "weight_hh" if one_step else f"weight_hh_l{layer}{suffix}")
                sums[weight] = sums.get(weight, 0) + term
    for weight, total in sums.items():
        tolerance = 0.03 if name == "mixed_precision" else 1e-5
        scale = max(1.0, float(weight.grad.abs().max()))
        torch.testing.assert_close(
            total, weight.grad.to(total.dtype), rtol=0, atol=tolerance * scale
        )
        assert weight.grad.any()
