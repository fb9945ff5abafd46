"""A piece of torch's global randomness for oneself.

Initialisation and dropout in torch can only draw from the global generator. Whoever needs them to be
repeatable borrows it: inside, it continues one's own sequence; outside, nobody notices.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_lock = threading.RLock()  # there is one global generator, and pages of several readers in threads


class OwnRandomness:
    """A random sequence of one's own: `with own(): ...` draws the next part of it.

    state: uint8 tensor, may be saved and set.
    """

    def __init__(self, seed: int):
        self.state = torch.Generator().manual_seed(seed).get_state()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with _lock:
            outside = torch.get_rng_state()
            torch.set_rng_state(self.state)
            try:
                yield
            finally:
                self.state = torch.get_rng_state()
                torch.set_rng_state(outside)
