"""What lockstep costs, and how smoothly it plays: python -m benchmarks.lockstep

First the time of an update of three experiments in lockstep against the sum of the three alone, in
turns; then the Compare page with three columns at T = 50, H = 32 and 60 updates a second, in headless
Chromium without a GPU.
"""

import time
from itertools import count

from benchmarks.browser import DATA, MOVING, chromium, server
from benchmarks.interleave import cpu_times, milliseconds, ratio
from core.studies.comparison import TRIO
from core.studies.lockstep import Lockstep
from core.training.trainer import Experiment, Trainer

SECONDS = 8
SETTINGS = {
    "names": {"task": "names"},
    "text": {"task": "text"},
    "adding, T = 50": {"task": "adding", "length": 50},
}


def trained() -> None:
    print("| task | RNN, LSTM and GRU alone, summed | in lockstep | ratio |")
    print("| --- | ---: | ---: | ---: |")
    for name, values in SETTINGS.items():
        experiments = [Experiment(cell=cell, hidden_size=32, **values) for cell in TRIO]
        alone, lockstep = [Trainer(e) for e in experiments], Lockstep(experiments)
        sides = {
            "alone": lambda alone=alone: [next(trainer) for trainer in alone],
            "lockstep": lambda lockstep=lockstep: next(lockstep),
        }
        times = cpu_times(sides, 6)
        print(
            f"| {name} | {milliseconds(times, 'alone'):.2f} ms | {milliseconds(times, 'lockstep'):.2f} ms "
            f"| {ratio(times, 'lockstep', 'alone'):.2f} |",
            flush=True,
        )


def played() -> None:
    with server() as (address, _), chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/compare?task=adding&hidden_size=32&length=50")
        page.locator(".player select").first.select_option("60")
        page.locator(".play").click()
        page.wait_for_function(MOVING)
        time.sleep(2)
        page.evaluate(
            "() => { window.shown = 0; const f = () => { window.shown += 1; requestAnimationFrame(f); };"
            " requestAnimationFrame(f); }"
        )
        before, begun = (
            [float(page.evaluate(DATA, name)) for name in ("drawn", "update")],
            time.perf_counter(),
        )
        apart = 0
        for k in count(1):
            time.sleep(max(0.0, begun + k * SECONDS / 20 - time.perf_counter()))
            columns = page.evaluate(f"() => ['updateA', 'updateB', 'updateC'].map({DATA})")
            apart += len(set(columns)) > 1
            if k == 20:
                break
        passed = time.perf_counter() - begun
        after = [float(page.evaluate(DATA, name)) for name in ("drawn", "update")]
        screen = page.evaluate("window.shown") / passed
    print("\n| what | measured |")
    print("| --- | ---: |")
    print(f"| frames the browser showed a second | {screen:.1f} |")
    print(f"| pictures of three columns drawn a second | {(after[0] - before[0]) / passed:.1f} |")
    print(f"| updates played a second (60 asked) | {(after[1] - before[1]) / passed:.1f} |")
    print(f"| looks, of 20, at which the columns showed different updates | {apart} |")


def main() -> None:
    trained()
    played()


if __name__ == "__main__":
    main()
