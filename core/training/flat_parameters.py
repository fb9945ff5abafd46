"""All parameters of a network as one vector, and their gradients as another."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn


class FlatParameters:
    """The parameters of a network, each of which becomes a view of one vector.

    vector [P]: all of them, in the order of `by_name`. gradient [P]: their gradients, which a backward pass
    adds to.
    """

    def __init__(self, parameters: Mapping[str, nn.Parameter]):
        """parameters: by name, at least one, all of one dtype and on one device."""
        self.by_name = dict(parameters)
        self._sizes = [p.numel() for p in self.by_name.values()]
        first = next(iter(self.by_name.values()))
        self.vector = first.detach().new_zeros(sum(self._sizes))
        self.gradient = torch.zeros_like(self.vector)
        self._places = list(self.split(self.vector).values())
        self._gradients = list(self.split(self.gradient).values())
        self.clear_gradient()

    def split(self, vector: Tensor) -> dict[str, Tensor]:
        """Name of each parameter -> its part of a vector [P]: a view in the parameter's shape."""
        parts = zip(self.by_name.items(), vector.split(self._sizes), strict=True)
        return {name: part.view_as(p) for (name, p), part in parts}

    @torch.no_grad()
    def clear_gradient(self) -> None:
        """Zeroes the gradient, and makes it the place that the next backward pass writes to.

        A parameter whose memory was replaced, as torch's `vector_to_parameters` does, becomes a view of the
        vector again and keeps its new values.
        """
        self.gradient.zero_()
        parts = zip(self.by_name.values(), self._places, self._gradients, strict=True)
        for p, place, gradient in parts:
            if p.data_ptr() != place.data_ptr():
                p.data = place.copy_(p)
            p.grad = gradient
