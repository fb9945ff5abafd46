"""Limits torch and NumPy to one thread."""

import functools

import torch
from threadpoolctl import threadpool_limits


def limit_to_one_thread() -> None:
    """Keeps torch and NumPy to one thread, for the whole process.

    On networks this small more threads are slower, and on a busy machine hundreds of times slower,
    because each waits for threads that are not scheduled.
    """
    torch.set_num_threads(1)
    _limit_numpy()


@functools.cache  # takes milliseconds: it inspects every library of the process
def _limit_numpy() -> None:
    threadpool_limits(1, "blas")
