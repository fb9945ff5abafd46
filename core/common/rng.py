"""Repeatable random streams for torch functions that can only draw from the global generator.

Initialisation and dropout are such functions. Inside `with stream():` the global generator continues the
stream; afterwards it is in the state that it had before.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_lock = threading.RLock()  # one global generator serves the threads of several readers


class RandomStream:
    """A random sequence of its own: code inside `with stream():` draws the next numbers of it.

    state: uint8 tensor [N] of torch's generator; may be saved and set.
    """

    def __init__(self, seed: int):
        """seed: where the stream begins."""
        self.state = torch.Generator().manual_seed(seed).get_state()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Makes torch's global generator continue this stream inside the block; one thread at a time."""
        with _lock:
            outside = torch.get_rng_state()
            torch.set_rng_state(self.state)
            try:
                yield
            finally:
                self.state = torch.get_rng_state()
                torch.set_rng_state(outside)
