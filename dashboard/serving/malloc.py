"""glibc's malloc, set to give large blocks back to the machine."""

import ctypes

M_MMAP_THRESHOLD = -3  # of malloc.h
LARGE_BYTES = 2**20


def give_back_large_blocks() -> bool:
    """Gives blocks from LARGE_BYTES on pages of their own, which go back to the machine when they are freed.

    Otherwise glibc's malloc keeps some tens of MiB for each thread that ever evaluated a network, and
    every session has threads of its own. True where there is a glibc to set.
    """
    try:
        return ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES) == 1
    except (OSError, AttributeError, TypeError):  # musl, macOS, Windows
        return False
