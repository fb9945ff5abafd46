"""How long a saved run of 10 000 updates takes to open, and what saving by itself costs.

    python -m benchmarks.opening [updates]

Opening: read the files, make the trainer, put its numbers and one look at the network on the page.
Saving: what one automatic save takes; it is made at most every four seconds. Medians of five, by the wall
and of this process's CPU. 200 updates are trained; the curves hold them again and again up to the number.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

from core.io.store import Store, new_key
from core.training.curves import Curves
from core.training.trainer import Experiment, Trainer
from dashboard.session.live_run import Live

UPDATES, TRAINED = 10_000, 200


def main() -> None:
    updates = int(sys.argv[1]) if len(sys.argv) > 1 else UPDATES
    trainer, curves = Trainer(Experiment()), Curves()
    steps = [next(trainer) for _ in range(TRAINED)]
    for k in range(1, updates + 1):
        curves.add(replace(steps[k % TRAINED], index=k))
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, new_key())
        saving = median(lambda: store.save("aaaaaaaa", trainer, curves))
        listing = median(store.entries)
        opening = median(lambda: Live(*store.open("aaaaaaaa")).data())
        size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    print("| what | ms | CPU ms |\n| --- | ---: | ---: |")
    print(f"| save it, {size / 2**20:.1f} MiB | {saving} |")
    print(f"| list it | {listing} |")
    print(f"| open it, up to the first picture's bytes | {opening} |")


def median(do: Callable[[], object]) -> str:
    """Milliseconds by the wall, and of CPU."""
    wall, cpu = [], []
    for _ in range(5):
        begin, used = time.perf_counter(), time.process_time()
        do()
        wall.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - used)
    return " | ".join(f"{1e3 * statistics.median(times):.1f}" for times in (wall, cpu))


if __name__ == "__main__":
    main()
