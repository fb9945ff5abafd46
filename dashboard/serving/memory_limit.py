"""How much memory the runs of a server may take together."""

import os
from pathlib import Path

# Of the machine's memory, for runs; the rest is for Python, torch and the readers' frames.
RUNS_MEMORY_SHARE = 0.5
CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")  # what a container may take


def memory_limit() -> int:
    """Bytes that all runs together may take: UNROLLED_MEMORY (in MiB), else a share of the machine's."""
    mebibytes = os.environ.get("UNROLLED_MEMORY", "")
    if mebibytes.isdecimal():
        return int(mebibytes) * 2**20
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if CONTAINER_LIMIT.exists() and (limit := CONTAINER_LIMIT.read_text().strip()).isdecimal():
        machine = min(machine, int(limit))
    return int(RUNS_MEMORY_SHARE * machine)
