"""A copy of a model that computes as the model does, and through which nothing of the model can be changed.

    shadow = make_shadow(model)

Weights, buffers and other tensors are copies of this moment, tied ones stay tied; what modules know besides (numbers,
lists, other modules) is copied with them. Nothing is trained in it: every module is in evaluation mode. Hooks that the
user has registered are not called. What only refers to the outside (files, a trainer) is shared.

`copy.deepcopy` would copy that too, call the hooks, and fail for a tensor that belongs to a graph.
"""

import copy
import functools
import random
from collections import OrderedDict, deque
from types import MethodType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parallel import DataParallel, DistributedDataParallel

HOOK_TABLES = ("_forward_hooks", "_forward_pre_hooks")
DROPPED_TABLES = (
    "_backward_hooks",
    "_backward_pre_hooks",
    "_forward_hooks_with_kwargs",
    "_forward_hooks_always_called",
    "_forward_pre_hooks_with_kwargs",
    "_state_dict_hooks",
    "_state_dict_pre_hooks",
    "_load_state_dict_pre_hooks",
    "_load_state_dict_post_hooks",
)
CONTAINERS = (list, tuple, set, deque, dict, OrderedDict)
RANDOM = (random.Random, np.random.Generator, np.random.RandomState)
MAX_ITEMS = 1000  # of a container whose items are copied, too


def make_shadow(model: nn.Module) -> nn.Module:
    """The copy, without what DataParallel, DistributedDataParallel and torch.compile have put around the model."""
    return _Copies().module(unwrap(model))


def unwrap(model: nn.Module) -> nn.Module:
    """The model inside DataParallel, DistributedDataParallel and torch.compile."""
    while True:
        if isinstance(model, DataParallel | DistributedDataParallel):
            model = model.module
        elif isinstance(inner := model.__dict__.get("_modules", {}).get("_orig_mod"), nn.Module):
            model = inner
        else:
            return model


class _Copies:
    """What has been copied: id of the original -> the original, which so stays alive, and its copy."""

    def __init__(self) -> None:
        self._done: dict[int, tuple[Any, Any]] = {}

    def module(self, original: nn.Module) -> nn.Module:
        original = unwrap(original)
        if (done := self._done.get(id(original))) is not None:
            return done[1]
        shadow = type(original).__new__(type(original))
        self._done[id(original)] = original, shadow
        attributes = {
            name: self.value(value)
            for name, value in original.__dict__.items()
            if name not in HOOK_TABLES and name not in DROPPED_TABLES
        }
        for name in HOOK_TABLES:
            attributes[name] = OrderedDict(
                (key, hook)
                for key, hook in original.__dict__.get(name, {}).items()
                if _is_part_of_the_model(hook)
            )
        attributes |= {name: OrderedDict() for name in DROPPED_TABLES if name in original.__dict__}
        attributes |= {"training": False, "_compiled_call_impl": None}
        shadow.__dict__.update(attributes)
        return shadow

    def value(self, original: Any) -> Any:
        """A copy of what can be changed through it; anything else itself."""
        if isinstance(original, nn.Module):
            return self.module(original)
        if (done := self._done.get(id(original))) is not None:
            return done[1]
        if isinstance(original, nn.Parameter):
            made: Any = nn.Parameter(original.detach().clone(), requires_grad=False)
        elif isinstance(original, Tensor):
            made = original.detach().clone()
        elif type(original) in CONTAINERS:
            return self._container(original)
        elif isinstance(original, MethodType) and isinstance(original.__self__, nn.Module):
            return MethodType(original.__func__, self.module(original.__self__))
        elif isinstance(original, functools.partial):
            parts = self.value((original.func, original.args, original.keywords))
            return functools.partial(parts[0], *parts[1], **parts[2])
        elif isinstance(original, torch.Generator):
            made = torch.Generator(original.device).set_state(original.get_state())
        elif isinstance(original, RANDOM):
            made = copy.deepcopy(original)
        else:
            return original
        self._done[id(original)] = original, made
        return made

    def _container(self, original: Any) -> Any:
        if len(original) > MAX_ITEMS:
            return copy.copy(original)
        if isinstance(original, dict):
            made: Any = type(original)()
            self._done[id(original)] = original, made
            made.update((key, self.value(value)) for key, value in original.items())
            return made
        items = [self.value(value) for value in original]
        return (
            deque(items, original.maxlen) if isinstance(original, deque) else type(original)(items)
        )


def _is_part_of_the_model(hook: Any) -> bool:
    """Whether the hook computes weights, as torch's own for weight norm, spectral norm and pruning."""
    return any(kind.__module__.startswith("torch.nn.utils.") for kind in type(hook).__mro__)
