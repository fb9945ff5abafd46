"""Recording of the recurrent layers inside any torch model.

    with watch(model) as recordings:
        loss(model(batch)).backward()
    recordings["encoder"]["f"].grads          # [T, B, H], the total derivative
    recordings.passed_over                    # {name: a sentence} for what is not recorded

The model computes by itself, so that inside the `with` it does what it does outside of it, and copies and files of
it are ordinary models. What its layers are given, and the gradients that reach them, are copied; the numbers
inside a layer are computed from these when they are read.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

from ...common.checks import choice, integer
from ...common.messages import paragraph, say
from .interception import TORCH_LAYERS, observe
from .recordings import Recordings, WatchedLayer

LAYER_NAMES = {kind.__name__ for kind in TORCH_LAYERS}


@contextmanager
def watch(model: nn.Module, record: str = "full", keep: int | str = 1) -> Iterator[Recordings]:
    """Records every nn.RNN, LSTM and GRU and every RNNCell, LSTMCell and GRUCell inside `model`.

    `model` itself, where it is one of these, has the name "".

    record: "full" for values and gradients, "values" for values alone.
    keep: how many recordings of each layer stay, the last ones; "all" for all, whose memory grows with every
    call. Calls that follow each other and hand their state on (a cell in a loop, a decoder called once a
    word) are one recording, of up to 10 000 steps; a state that was detached begins another one.
    Gradients add up over all backward calls, also after the `with`. In reduced precision (bfloat16, float16,
    autocast) the recording is computed in float32, and differs from the run by the run's rounding.

    Raises ValueError where there is nothing to record; where there is something, `recordings.passed_over` names
    the rest. Raises it also for another `record` or `keep`.
    """
    choice("record", record, ("values", "full"))
    limit = None if keep == "all" else integer('keep (or "all")', keep, 1, 1_000_000)
    layers: dict[str, WatchedLayer] = {}
    unrecordable: dict[str, str] = {}
    for name, module in model.named_modules():
        if sentence := _why_unrecordable(name, module):
            unrecordable[name] = sentence
        elif isinstance(module, TORCH_LAYERS):
            layers[name] = WatchedLayer(module, record, limit)
    if not layers:
        nothing = say(
            "watch: expected a model with an nn.RNN, LSTM or GRU, or a cell of them, inside, got "
            "{got} without one. Give the model that holds the recurrent layer.",
            got=type(model).__name__,
        )
        raise ValueError(paragraph(unrecordable.values()) or nothing)
    with observe({layer.layer: layer for layer in layers.values()}):
        yield Recordings(layers, unrecordable, model)


def _why_unrecordable(name: str, module: nn.Module) -> str:
    """The sentence for a recurrent layer that cannot be recorded; "" for any other module."""
    if isinstance(module, TORCH_LAYERS):
        if size := getattr(module, "proj_size", 0):
            return say(
                "proj_size of {layer!r}: expected 0, got {got}. Projected LSTMs are not recorded; "
                "put a linear layer behind an ordinary LSTM.",
                layer=name,
                got=size,
            )
        return ""
    kind = type(module)
    scripted = isinstance(module, torch.jit.ScriptModule) and any(
        parameter.startswith("weight_hh") for parameter, _ in module.named_parameters(recurse=False)
    )
    quantized = kind.__module__.startswith("torch.ao.") and kind.__name__ in LAYER_NAMES
    if scripted or quantized:
        return say(
            "layer {layer!r}: expected a layer of torch.nn, got {got}. Scripted "
            "and quantized layers are not recorded; watch the model that they were made from.",
            layer=name,
            got=f"{kind.__module__}.{kind.__name__}",
        )
    return ""
