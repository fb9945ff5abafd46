"""Updates, counted at the steps of torch's optimizers."""

import weakref
from collections.abc import Callable
from typing import Any

from torch import nn
from torch.optim import Optimizer
from torch.optim.optimizer import register_optimizer_step_post_hook

from .probe import find_layers
from .shadow import unwrap


class UpdateCounter:
    """Calls `after_update` once for each update of the recurrent layers of `model`.

    An update is one step of the optimizer that holds parameters of them; where several do, of the one that stepped
    first, so that two optimizers in one update (as of a GAN) count once. When that one is gone, the next that
    steps takes its place. Where all these parameters are frozen, the optimizer may hold any parameter of the model.
    """

    def __init__(self, model: nn.Module, layer: str | None, after_update: Callable[[], None]):
        self._model, self._layer, self._after_update = model, layer, after_update
        self._counted: Callable[[], Optimizer | None] = lambda: None
        self._handle = register_optimizer_step_post_hook(self._after_step)

    def close(self) -> None:
        """Counts no more."""
        self._handle.remove()

    def _after_step(self, optimizer: Optimizer, *_: Any) -> None:
        counted = self._counted()
        if counted is None and self._holds_parameters(optimizer):
            counted, self._counted = optimizer, weakref.ref(optimizer)
        if counted is optimizer:
            self._after_update()

    def _holds_parameters(self, optimizer: Optimizer) -> bool:
        model = unwrap(self._model)
        layers = find_layers(model, self._layer).values()
        own = {id(p) for layer in layers for p in layer.parameters() if p.requires_grad}
        own = own or {id(p) for p in model.parameters()}
        return any(id(p) in own for group in optimizer.param_groups for p in group["params"])
