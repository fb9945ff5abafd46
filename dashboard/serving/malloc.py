"""Memory that is not needed any more goes back to the machine."""

import ctypes

M_MMAP_THRESHOLD = -3  # of malloc.h
LARGE = 2**20  # bytes


def give_back_large_blocks() -> bool:
    """Blocks from LARGE on get pages of their own, which are returned when they are freed.

    Otherwise glibc's malloc keeps some tens of MiB for each thread that ever evaluated a network, and
    every session has threads of its own. True where there is a glibc to tell it.
    """
    try:
        return ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE) == 1
    except (OSError, AttributeError, TypeError):  # musl, macOS, Windows
        return False
