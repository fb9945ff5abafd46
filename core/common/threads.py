"""One thread for arithmetic."""

import functools

import torch
from threadpoolctl import threadpool_limits


def one_thread() -> None:
    """Keeps torch and NumPy to one thread, for the whole process.

    On networks this small more threads make it slower, and on a busy machine hundreds of times slower,
    because each waits for siblings that are not running.
    """
    torch.set_num_threads(1)
    _numpy()


@functools.cache  # it takes milliseconds: every library of the process is looked at
def _numpy() -> None:
    threadpool_limits(1, "blas")
