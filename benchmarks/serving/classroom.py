"""A class on one server: thirty readers who play, and five who click.

So many readers play a run at so many updates a second (the default: names, GRU, H = 32), each
over connections of its own, against a real server (or several) on this machine. Meanwhile five more readers click:
on what only redraws the page, on Step, on a slider that begins a new run, and on such a slider while
their own run plays; and Reset, which the player sends to its stream. Their times are the server's: from the
question to the answer, without drawing.

Efficiency: the updates a second of all of them together, over those of as many bare loops at once as there are
servers (benchmarks/_harness/bare_loop.py), measured before and after; the mean. Where the class gets all that it
asks for, it is at least that; --speed 30 asks for more.

--giant: one of the class trains 1024 units. --browsers N: N of the class sit in headless Chromium, on the
same cores. --plotly: the page of benchmarks/_harness/redraw.py instead. --busy: changes nothing; the result is
stored apart, for an hour in which other work runs on the machine.
"""

import argparse
import asyncio
import contextlib
import itertools
import math
import time
from collections.abc import Awaitable, Callable

from benchmarks._harness.bare_loop import measure_loops
from benchmarks._harness.browser import ROOT, process
from benchmarks._harness.processes import cpu_seconds, resident, slowdown
from benchmarks._harness.result import Column, Figure, Result, Table
from benchmarks._harness.tabs import Tab, chromium
from benchmarks._harness.visitors import FINISHED, Visitor, percentile

QUERY = "task=names"
GIANT = "task=adding&cell=lstm&hidden_size=1024&length=50&batch_size=8"
BARE_SECONDS = 6.0  # that the bare loops are measured, before and after
CLICKS = {
    "redraw": "a click that redraws the page",
    "step": "Step",
    "slider": "a slider that begins a new run",
    "playing": "the same while its own run plays",
    "reset": "Reset",
}

Row = tuple[str, str, float]  # what, its unit, the number
Rows = dict[str, Row]


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--speed", type=float, default=10)
    parser.add_argument("--replicas", type=int, nargs="+", default=[1, 2], help="server processes")
    parser.add_argument("--browsers", type=int, default=0)
    parser.add_argument("--giant", action="store_true")
    parser.add_argument("--plotly", action="store_true")
    parser.add_argument("--busy", action="store_true")


def measure(arguments: argparse.Namespace) -> Result:
    """server: a column for each number of processes; and the same numbers as figures NAME_PROCESSES."""
    app = ROOT / ("benchmarks/_harness/redraw.py" if arguments.plotly else "app.py")
    play = redraws if arguments.plotly else lesson
    columns: dict[int, Rows] = {}
    slow = slowdown()
    for replicas in arguments.replicas:
        before = bare_loops(replicas, arguments)
        with contextlib.ExitStack() as stack:
            servers = [
                stack.enter_context(process(app, PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1"))
                for _ in range(replicas)
            ]
            addresses, pids = [address for address, _ in servers], [p.pid for _, p in servers]
            columns[replicas] = asyncio.run(play(addresses, pids, arguments))
        columns[replicas] |= of_efficiency(
            columns[replicas], [before, bare_loops(replicas, arguments)]
        )
    table = Table([Column("what"), Column("unit"), *(Column(processes(n), "g") for n in columns)])
    figures = {"slowdown": Figure("wall time over CPU time of a busy loop beforehand", slow, ".1f")}
    for name, (title, unit, _) in next(iter(columns.values())).items():
        table.add(title, unit, *(three_digits(rows[name][2]) for rows in columns.values()))
        for replicas, rows in columns.items():
            what = f"{title}, {processes(replicas)}"
            figures[f"{name}_{replicas}"] = Figure(what, three_digits(rows[name][2]), "g", unit)
    return Result({"server": table}, figures)


def processes(replicas: int) -> str:
    return f"{replicas} process{'es' if replicas > 1 else ''}"


def three_digits(number: float) -> float | None:
    return None if math.isnan(number) else float(f"{number:.3g}")


async def every(pause: float, end: float, click: Callable[[int], Awaitable[float]]) -> list[float]:
    """Clicks with pauses until the end -> seconds of each, without the first two."""
    took: list[float] = []
    while time.monotonic() < end:
        took.append(await click(len(took)))
        await asyncio.sleep(pause)
    return took[2:]


async def lesson(addresses: list[str], pids: list[int], arguments: argparse.Namespace) -> Rows:
    """Opens the browser's tabs, where there are any, and has all of the class play."""
    async with chromium(wanted=arguments.browsers > 0) as browser:
        tabs = [
            await Tab.open(
                browser, f"{addresses[k % len(addresses)]}/?{QUERY}&seed={k + 300}", arguments.speed
            )
            for k in range(arguments.browsers)
            if browser
        ]
        return await play(addresses, pids, arguments, tabs)


async def play(
    addresses: list[str], pids: list[int], arguments: argparse.Namespace, tabs: list[Tab]
) -> Rows:
    speed, seconds, giant = arguments.speed, arguments.seconds, arguments.giant
    pick = itertools.cycle(addresses)  # as nginx spreads them
    first = [Visitor(address, QUERY) for address in addresses]
    await asyncio.gather(*(v.open() for v in first))
    alone = sum(map(resident, pids))
    queries = [QUERY] * (arguments.sessions - len(tabs) - 1) + [GIANT if giant else QUERY]
    readers = [Visitor(next(pick), f"{q}&seed={k + 2}") for k, q in enumerate(queries)]
    clickers = [Visitor(next(pick), f"{QUERY}&seed={k + 100}") for k in range(len(CLICKS))]
    begun = time.monotonic()
    await asyncio.gather(*(v.open() for v in (*readers, *clickers)))
    opened, pages = time.monotonic() - begun, len(readers) + len(clickers)
    redraw, step, slider, playing, reset = clickers
    warm_up = time.monotonic() + 8
    await asyncio.gather(*(v.play(speed, warm_up) for v in readers))
    for v in readers:
        v.shown, v.pulls = 0.0, []
    before, used = time.monotonic(), sum(map(cpu_seconds, pids))
    received, own = sum(v.received for v in readers), time.process_time()
    updates = sum(v.updates for v in (*readers, *clickers))
    end = before + seconds
    playing_on = asyncio.gather(
        *(v.play(speed, end) for v in (*readers, playing)), *(tab.play(end) for tab in tabs)
    )
    clicks = await asyncio.gather(
        every(0.25, end, lambda k: redraw.choose("training box", FINISHED, bool_value=k % 2 == 0)),
        every(0.25, end, lambda k: step.pull(1)),
        every(1.5, end, lambda k: slider.begin_run("control seed", int_value=200 + k)),
        every(1.5, end, lambda k: playing.begin_run("control seed", int_value=900 + k)),
        every(1.5, end, lambda _k: reset.act("reset")),
    )
    await playing_on
    passed = time.monotonic() - before
    used, received = sum(map(cpu_seconds, pids)) - used, sum(v.received for v in readers) - received
    own = time.process_time() - own
    updates = sum(v.updates for v in (*readers, *clickers)) - updates
    usual = readers[: -1 if giant else None]
    rates = sorted(v.shown / passed for v in usual)
    rows: Rows = {"open": (f"opening {pages} pages at once, the last", "s", opened)}
    rows |= of_rates(rates, speed)
    if giant:
        title = f"updates of the 1024 units in {seconds:.0f} s"
        rows["giant"] = (title, "", readers[-1].have - 1)
    for (name, title), took in zip(CLICKS.items(), clicks, strict=True):
        rows |= of_times(name, title, took)
    rows |= of_times("frames", "frames asked for", [t for v in usual for t in v.pulls])
    if tabs:
        shown, drawn = (sum(getattr(t, n) for t in tabs) / len(tabs) for n in ("shown", "drawn"))
        rows["tab_played"] = ("updates a second in a browser tab", "", shown)
        rows["tab_drawn"] = ("pictures a second in a browser tab", "", drawn)
        rows |= of_times("pause", "Pause and Play there", [t for tab in tabs for t in tab.pauses])
    served = updates / passed + sum(tab.shown for tab in tabs)
    rows["served"] = ("updates a second of all together", "", served)
    rows["processor"] = ("processor of the server", "%", 100 * used / passed)
    rows["readers"] = ("processor of the readers", "%", 100 * own / passed)
    rows["sent"] = ("sent", "MB/s", received / passed / 1e6)
    further = (sum(map(resident, pids)) - alone) / pages
    rows["memory"] = ("memory with one reader on each server", "MiB", alone)
    rows["reader"] = ("memory of a further reader", "MiB", further)
    problems = sum(bool(v.problem) for v in (*readers, *clickers))
    rows["problems"] = ("exceptions on pages", "", problems)
    await asyncio.gather(*(v.close() for v in (*first, *readers, *clickers)))
    return rows


async def redraws(addresses: list[str], pids: list[int], arguments: argparse.Namespace) -> Rows:
    """The same for the page that draws everything anew."""
    readers = [Visitor(addresses[0], "") for _ in range(arguments.sessions)]
    clicker = Visitor(addresses[0], "")
    for v in (*readers, clicker):
        v.first = "control seed"
    await asyncio.gather(*(v.open() for v in (*readers, clicker)))
    end = time.monotonic() + arguments.seconds
    begun, used = time.monotonic(), sum(map(cpu_seconds, pids))
    before = [v.counted.get("h", 0) for v in readers]

    async def choose(k: int) -> float:
        start = time.perf_counter()
        with contextlib.suppress(TimeoutError):  # it counts as long as was waited for it
            await clicker.choose("control seed", "h", int_value=200 + k)
        return time.perf_counter() - start

    ticking = asyncio.gather(*(v.tick(0.1, end) for v in readers))
    took = await every(0.5, end, choose)
    await ticking
    passed = time.monotonic() - begun
    rates = sorted(
        (v.counted.get("h", 0) - b) / passed for v, b in zip(readers, before, strict=True)
    )
    rows = of_rates(rates, 10) | of_times("slider", CLICKS["slider"], took)
    used = sum(map(cpu_seconds, pids)) - used
    rows["processor"] = ("processor of the server", "%", 100 * used / passed)
    await asyncio.gather(*(v.close() for v in (*readers, clicker)))
    return rows


def bare_loops(processes: int, arguments: argparse.Namespace) -> dict[str, float]:
    """What `measure_loops` says of the experiment that all play; nothing where they do not all play it."""
    if arguments.giant or arguments.plotly:
        return {}
    return measure_loops(QUERY, BARE_SECONDS, processes)


def of_efficiency(rows: Rows, bare: list[dict[str, float]]) -> Rows:
    """What the class is served, in % of the bare loops' updates before and after it."""
    if not all(bare):
        return {}
    loops = {name: sum(each[name] for each in bare) / len(bare) for name in bare[0]}
    served = rows["served"][2]
    per_processor = served / (rows["processor"][2] / 100)
    return {
        "bare": ("updates a second of bare loops", "", loops["page"]),
        "efficiency": ("efficiency", "%", 100 * served / loops["page"]),
        "efficiency_training": (
            *("efficiency, of loops that only train and encode", "%"),
            100 * served / loops["training"],
        ),
        "efficiency_processor": (
            *("efficiency, by seconds of the processor", "%"),
            100 * per_processor / loops["page_cpu"],
        ),
    }


def of_rates(rates: list[float], asked: float) -> Rows:
    """The least and the median of sorted updates a second."""
    title = f"updates a second each ({asked:g} asked)"
    return {
        "least": (f"{title}, least", "", rates[0]),
        "median": (f"{title}, median", "", rates[len(rates) // 2]),
    }


def of_times(name: str, title: str, seconds: list[float]) -> Rows:
    """The median and the 95th percentile, in milliseconds."""
    return {
        name: (f"{title}, p50", "ms", 1e3 * percentile(seconds, 0.5)),
        f"{name}_95": (f"{title}, p95", "ms", 1e3 * percentile(seconds, 0.95)),
    }
