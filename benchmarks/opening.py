"""How long a saved run of 10 000 updates takes to open, and what saving by itself costs.

    python -m benchmarks.opening [updates]

Opening: read the files, make the trainer, put its numbers and one look at the network on the page.
Saving: what one automatic save takes; it is made at most every four seconds. Medians of five.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable

from core.curves import Curves
from core.store import Store, new_key
from core.training import Experiment, Trainer
from dashboard.live import Live

UPDATES = 10_000


def main() -> None:
    updates = int(sys.argv[1]) if len(sys.argv) > 1 else UPDATES
    trainer, curves = Trainer(Experiment()), Curves()
    begin = time.perf_counter()
    for _ in range(updates):
        curves.add(next(trainer))
    print(f"trained {updates} updates in {time.perf_counter() - begin:.0f} s")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder, new_key())
        saving = median(lambda: store.save("aaaaaaaa", trainer, curves))
        listing = median(store.entries)
        opening = median(lambda: Live(*store.open("aaaaaaaa")).data())
        size = sum(path.stat().st_size for path in store.folder.rglob("*") if path.is_file())
    print("| what | ms |\n| --- | ---: |")
    print(f"| save a run by itself, {size / 2**20:.1f} MiB | {1e3 * saving:.0f} |")
    print(f"| list it | {1e3 * listing:.1f} |")
    print(f"| open it, up to the first picture's bytes | {1e3 * opening:.0f} |")


def median(do: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        do()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


if __name__ == "__main__":
    main()
