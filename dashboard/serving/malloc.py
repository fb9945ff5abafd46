"""glibc's malloc, set to give large blocks back to the machine, and to hold on to small ones."""

import ctypes

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of malloc.h
LARGE_BYTES = 2**20
SPARE_BYTES = 4 * 2**20  # that a thread's heap has at its end before they go back


def give_back_large_blocks() -> bool:
    """Gives blocks from LARGE_BYTES on pages of their own, which go back to the machine when they are freed.

    Otherwise glibc's malloc keeps some tens of MiB for each thread that ever evaluated a network, and
    every session has threads of its own. What an update takes and frees stays: with a large-block limit that
    is set, glibc would give back all but 128 KiB, and have the machine clear two hundred pages for each update.
    True where there is a glibc to set.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
        return bool(mallopt(M_MMAP_THRESHOLD, LARGE_BYTES) & mallopt(M_TRIM_THRESHOLD, SPARE_BYTES))
    except (OSError, AttributeError, TypeError):  # musl, macOS, Windows
        return False
