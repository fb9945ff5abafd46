"""What lockstep costs, and how smoothly it plays.

First the time of an update of three experiments in lockstep against the sum of the three alone, in
turns; then the Compare page with three columns at T = 50, H = 32 and 60 updates a second, in headless
Chromium without a GPU.
"""

import time
from argparse import Namespace
from itertools import count

from benchmarks._harness.browser import COUNT_FRAMES, DATA, MOVING, chromium, server
from benchmarks._harness.interleave import cpu_times, milliseconds, ratio
from benchmarks._harness.result import Column, Figure, Result, Table
from core.cells import TORCH_CELLS
from core.studies.lockstep import Lockstep
from core.training.trainer import Experiment, Trainer

SECONDS = 8
SETTINGS = {
    "names": {"task": "names"},
    "text": {"task": "text"},
    "adding, T = 50": {"task": "adding", "length": 50},
}


def measure(_arguments: Namespace) -> Result:
    """updates: a row for each task; and how the Compare page plays."""
    return Result({"updates": trained()}, played())


def trained() -> Table:
    table = Table(
        [
            *(Column("task"), Column("alone, summed", ".2f", "ms")),
            *(Column("in lockstep", ".2f", "ms"), Column("ratio", ".2f")),
        ]
    )
    for name, values in SETTINGS.items():
        experiments = [Experiment(cell=cell, hidden_size=32, **values) for cell in TORCH_CELLS]
        alone, lockstep = [Trainer(e) for e in experiments], Lockstep(experiments)
        sides = {
            "alone": lambda alone=alone: [next(trainer) for trainer in alone],
            "lockstep": lambda lockstep=lockstep: next(lockstep),
        }
        times = cpu_times(sides, 6)
        both = [milliseconds(times, side) for side in sides]
        table.add(name, *both, ratio(times, "lockstep", "alone"))
    return table


def played() -> dict[str, Figure]:
    with server() as (address, _), chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/compare?task=adding&hidden_size=32&length=50")
        page.locator(".player .speed").select_option("60")
        page.locator(".play").click()
        page.wait_for_function(MOVING)
        time.sleep(2)
        page.evaluate(COUNT_FRAMES)
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
    drawn, updates = ((b - a) / passed for a, b in zip(before, after, strict=True))
    return {
        "screen": Figure("frames the browser showed a second", screen, ".1f"),
        "drawn": Figure("pictures of three columns drawn a second", drawn, ".1f"),
        "played": Figure("updates played a second (60 asked)", updates, ".1f"),
        "apart": Figure("looks, of 20, at which the columns showed different updates", apart),
    }
