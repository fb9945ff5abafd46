"""Inside, nothing of what a training has switched on reaches a pass, and the pass changes none of it."""

import random
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import numpy as np
import torch
from torch import Tensor
from torch.nn.modules import module as torch_module

GLOBAL_HOOKS = (
    "_global_backward_pre_hooks",
    "_global_backward_hooks",
    "_global_forward_pre_hooks",
    "_global_forward_hooks",
)


@contextmanager
def undisturbed(devices: Sequence[torch.device]) -> Iterator[None]:
    """A pass with gradients, in full precision, without anybody's hooks. Afterwards all random states are as before.

    devices: of the model, whose random states are restored too.
    """
    with ExitStack() as stack:
        stack.enter_context(_random_states(devices))
        stack.enter_context(_without_global_hooks())
        stack.enter_context(torch.inference_mode(False))
        stack.enter_context(torch.enable_grad())
        stack.enter_context(torch.autograd.forward_ad._set_fwd_grad_enabled(False))
        stack.enter_context(torch.autograd.set_detect_anomaly(False))
        stack.enter_context(torch.autograd.graph.saved_tensors_hooks(_same, _same))
        for kind in {"cpu", *(device.type for device in devices)}:
            if torch.is_autocast_enabled(kind):
                stack.enter_context(torch.autocast(kind, enabled=False))
        yield


@contextmanager
def _random_states(devices: Sequence[torch.device]) -> Iterator[None]:
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    cpu = torch.get_rng_state()
    others = [device for device in devices if device.type in ("cuda", "mps", "xpu")]
    states = [_module_of(device).get_rng_state(*_index(device)) for device in others]
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
        torch.set_rng_state(cpu)
        for device, state in zip(others, states, strict=True):
            _module_of(device).set_rng_state(state, *_index(device))


@contextmanager
def _without_global_hooks() -> Iterator[None]:
    tables = [getattr(torch_module, name) for name in GLOBAL_HOOKS]
    hooks = [OrderedDict(table) for table in tables]
    for table in tables:
        table.clear()
    try:
        yield
    finally:
        for table, own in zip(tables, hooks, strict=True):
            table.update(own)


def _module_of(device: torch.device):
    return getattr(torch, device.type)


def _index(device: torch.device) -> tuple[torch.device, ...]:
    return () if device.type == "mps" else (device,)


def _same(tensor: Tensor) -> Tensor:
    return tensor
