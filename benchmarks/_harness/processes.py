"""What processes of this machine use: memory and processor."""

import os
import time
from pathlib import Path


def slowdown() -> float:
    """Wall time over CPU time of a busy loop: 1 on a free core, 2 where two share it."""
    wall, cpu = time.perf_counter(), time.process_time()
    while time.process_time() - cpu < 0.5:
        pass
    return (time.perf_counter() - wall) / (time.process_time() - cpu)


def resident(pid: int | str = "self") -> float:
    """MiB of memory that the process has."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


def cpu_seconds(pid: int) -> float:
    """CPU time that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
