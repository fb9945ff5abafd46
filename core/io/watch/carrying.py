"""What goes along with a watched layer when it is shown: its weights, the state it began with, and the gradients that
the rest of the model sent into it."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from ...common.messages import say, sentence_of
from ...layers.recording import Recording
from ...layers.recurrent import Recurrent
from ...layers.torch_weights import layer_arguments
from ..carried_layer import REACHED_OUTPUT, REACHED_STATE, STATE
from .calls import LAST_C, LAST_H, OUTPUT, Call

MAX_LAYER_BYTES = 64 * 2**20  # of one layer's weights and gradients
MAX_MODEL_BYTES = 64 * 2**20  # of all weights of the model
MAX_SYMBOL_CHARACTERS = 500_000  # of all symbols together


def carry_layer(module: nn.RNNBase | nn.RNNCellBase, calls: Sequence[Call]) -> Mapping[str, Tensor]:
    """What goes along with the recording of these calls, one sequence: see `core.io.carried_layer`.

    ValueError with a sentence where the layer cannot be read again.
    """
    if calls[0].training and calls[0].dropout and getattr(module, "num_layers", 1) > 1:
        raise ValueError(
            say(
                "weights: expected no dropout between the layers, got a rate of {rate}. Watch the model in evaluation "
                "to look inside with its weights.",
                rate=calls[0].dropout,
            )
        )
    arguments: dict[str, Any] = layer_arguments(module) | {"device": "cpu"}
    arguments["dtype"] = calls[0].x.dtype
    layer = Recurrent(**arguments).eval()
    names = list(layer.state_dict())
    weights = {n: w.cpu() for n, w in zip(names, calls[-1].weights, strict=True)}
    layer.load_state_dict(weights)
    tensors = dict(weights)
    tensors |= {f"{STATE}{k}": state.cpu() for k, state in enumerate(calls[0].states)}
    if any(call.has_grads for call in calls):
        tensors |= _reached(layer, calls)
    if sum(v.nbytes for v in tensors.values()) > MAX_LAYER_BYTES:
        raise ValueError(
            say(
                "weights: expected at most {most} MiB of a layer, got {got}. Its numbers go alone.",
                most=MAX_LAYER_BYTES >> 20,
                got=sum(v.nbytes for v in tensors.values()) >> 20,
            )
        )
    return tensors


def _reached(layer: Recurrent, calls: Sequence[Call]) -> dict[str, Tensor]:
    """The gradients that came from outside: into each step's output, and into the last states.

    A call that hands its state on gets back what the next call makes of it. That came from inside, and is taken off.
    """
    outputs, last = [], list[Tensor]()
    H = layer.hidden_size
    for k, call in enumerate(calls):
        output, last_h, last_c = (None if g is None else g.cpu() for g in call.gradients)
        if output is None:
            output = call.x.new_zeros(call.steps, call.x.shape[1], H * len(layer.directions)).cpu()
        last = [torch.zeros_like(state).cpu() for state in call.last_states]
        if last_h is not None:
            last[0] = last_h
        if last_c is not None and len(last) > 1:
            last[1] = last_c
        if k + 1 < len(calls):
            inside = _into_states(layer, calls[k + 1])
            if call.arrangement.one_step:  # its output is its last state
                output = output - inside[0]
            else:
                output = output.clone()
                output[-1] += last[0][-1] - inside[0][-1]
        outputs.append(output)
    reached = {REACHED_OUTPUT: torch.cat(outputs)}
    return reached | {f"{REACHED_STATE}{k}": v for k, v in enumerate(last)}


def _into_states(layer: Recurrent, call: Call) -> list[Tensor]:
    """The gradient of what reached the call's results with respect to the states that it began with."""
    states = [state.cpu().detach().requires_grad_() for state in call.states]
    output, last = layer(call.x.cpu(), states[0] if len(states) == 1 else tuple(states))
    last = (last,) if isinstance(last, Tensor) else last
    pairs = zip(
        (output, *last), (call.gradients[p] for p in (OUTPUT, LAST_H, LAST_C)), strict=False
    )
    reached = [(value, g.cpu()) for value, g in pairs if g is not None]
    if not reached:
        return [torch.zeros_like(state) for state in states]
    values, gradients = zip(*reached, strict=True)
    found = torch.autograd.grad(values, states, gradients, allow_unused=True)
    return [
        torch.zeros_like(state) if gradient is None else gradient
        for state, gradient in zip(states, found, strict=True)
    ]


def carry_model(model: nn.Module) -> dict[str, Tensor] | None:
    """All weights of the model on the CPU, a tied one under each of its names; None where they are too many."""
    tensors = {
        name: tensor.detach().cpu().contiguous().clone()
        for name, tensor in model.state_dict().items()
        if isinstance(tensor, Tensor) and tensor.layout == torch.strided and not tensor.is_quantized
    }
    if sum(v.nbytes for v in tensors.values()) > MAX_MODEL_BYTES:
        return None
    return tensors


def check_symbols(
    symbols: Any, recordings: Mapping[str, Recording]
) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Name of a layer -> labels of its steps, for each sequence or for all alike.

    symbols: a text or a list for all sequences, a list of these for each, or a dict of either by the layer's name;
    without a dict they are for each layer whose steps are as many. ValueError for anything else.
    """
    if symbols is None:
        return {}
    by_name = symbols if isinstance(symbols, Mapping) else dict.fromkeys(recordings, symbols)
    labels, problem = {}, ""
    for name, given in by_name.items():
        if name not in recordings:
            raise ValueError(
                say(
                    "symbols: expected names of recorded layers ({names}), got {got!r}. Take one of these.",
                    names=", ".join(map(repr, recordings))[:100],
                    got=str(name)[:40],
                )
            )
        try:
            labels[name] = _sequences_of(given, recordings[name])
        except ValueError as error:
            if isinstance(symbols, Mapping):
                raise
            problem = sentence_of(error)
    if not labels and problem:
        raise ValueError(problem)
    size = sum(len(s) for own in labels.values() for sequence in own for s in sequence)
    if size > MAX_SYMBOL_CHARACTERS:
        raise ValueError(
            say(
                "symbols: expected at most {most:,} characters together, got {got:,}. Give those of fewer sequences.",
                most=MAX_SYMBOL_CHARACTERS,
                got=size,
            )
        )
    return labels


def _sequences_of(given: Any, recording: Recording) -> tuple[tuple[str, ...], ...]:
    """One tuple of labels for all sequences, or one for each, with as many labels as the sequence has steps."""
    lengths = recording.lengths.tolist()
    if isinstance(given, str | Sequence):
        for_all = tuple(map(str, given))
        if len(for_all) == recording.T:
            return (for_all,)
        if len(for_all) == recording.B and all(isinstance(each, str | Sequence) for each in given):
            own = tuple(tuple(map(str, each)) for each in given)
            if all(len(labels) >= n for labels, n in zip(own, lengths, strict=True)):
                return own
    raise ValueError(
        say(
            "symbols: expected a label for each of {steps} steps, or a list of them for each of {sequences} sequences, "
            "got {got}. Give as many.",
            steps=recording.T,
            sequences=recording.B,
            got=len(given) if isinstance(given, str | Sequence) else type(given).__name__,
        )
    )
