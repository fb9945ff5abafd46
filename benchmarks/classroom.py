"""A class on one server: python -m benchmarks.classroom [--sessions 30] [--seconds 30] [--speed 10]

So many readers play a run at so many updates a second (the default: names, GRU, H = 32), each
over a WebSocket of its own, against a real server (or several) on this machine. Meanwhile four more readers click:
on what only redraws the page, on Step, on a slider that begins a new run, and on such a slider while
their own run plays. Their times are the server's: from the question to the answer, without drawing.

--giant: one of the class trains 1024 units. --browsers N: N of the class sit in headless Chromium, on the
same cores. --plotly: the page of benchmarks/redraw.py instead.
"""

import argparse
import asyncio
import contextlib
import itertools
import os
import time
from pathlib import Path

from benchmarks.browser import ROOT, process
from benchmarks.tabs import Tab, chromium
from benchmarks.visitors import Visitor, percentile

QUERY = "task=names"
GIANT = "task=adding&cell=lstm&hidden_size=1024&length=50&batch_size=8"
BOOKS = ("torch", "d2l")


def slow() -> float:
    """Wall time over CPU time of a busy loop: 1 on a free core, 2 where two share it."""
    wall, cpu = time.perf_counter(), time.process_time()
    while time.process_time() - cpu < 0.5:
        pass
    return (time.perf_counter() - wall) / (time.process_time() - cpu)


def resident(pid: int) -> float:
    """MiB of memory that the process has."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


def cpu_seconds(pid: int) -> float:
    """CPU time that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def every(pause: float, end: float, click) -> list[float]:
    """Clicks with pauses until the end -> seconds of each, without the first two."""
    took = []
    while time.monotonic() < end:
        took.append(await click(len(took)))
        await asyncio.sleep(pause)
    return took[2:]


async def lesson(addresses: list[str], pids: list[int], args: argparse.Namespace) -> None:
    async with chromium(wanted=args.browsers > 0) as browser:
        tabs = [
            await Tab.open(
                browser, f"{addresses[k % len(addresses)]}/?{QUERY}&seed={k + 300}", args.speed
            )
            for k in range(args.browsers)
            if browser
        ]
        await play(addresses, pids, args, tabs)


async def play(
    addresses: list[str], pids: list[int], args: argparse.Namespace, tabs: list[Tab]
) -> None:
    pick = itertools.cycle(addresses)  # as nginx spreads them
    first = [Visitor(address, QUERY) for address in addresses]
    await asyncio.gather(*(v.open() for v in first))
    alone = sum(map(resident, pids))
    queries = [QUERY] * (args.sessions - len(tabs) - 1) + [GIANT if args.giant else QUERY]
    readers = [Visitor(next(pick), f"{q}&seed={k + 2}") for k, q in enumerate(queries)]
    clickers = [Visitor(next(pick), f"{QUERY}&seed={k + 100}") for k in range(4)]
    begun = time.monotonic()
    opened = await asyncio.gather(*(v.open() for v in (*readers, *clickers)))
    print(
        f"| opening of {len(opened)} pages at once, the last | {time.monotonic() - begun:.1f} s |"
    )
    redraw, step, slider, playing = clickers
    warm_up = time.monotonic() + 8
    await asyncio.gather(*(v.play(args.speed, warm_up) for v in readers))
    for v in readers:
        v.shown, v.pulls = 0.0, []
    before, used, received = (
        time.monotonic(),
        sum(map(cpu_seconds, pids)),
        sum(v.received for v in readers),
    )
    end = before + args.seconds
    jobs = [v.play(args.speed, end) for v in readers]
    clicks = await asyncio.gather(
        every(
            0.25, end, lambda k: redraw.choose(*["control notation"] * 2, string_value=BOOKS[k % 2])
        ),
        every(0.25, end, lambda k: step.pull(1)),
        every(1.5, end, lambda k: slider.choose("control seed", "player", int_value=200 + k)),
        every(1.5, end, lambda k: playing.choose("control seed", "player", int_value=900 + k)),
        playing.play(args.speed, end),
        *(tab.play(end) for tab in tabs),
        *jobs,
    )
    passed = time.monotonic() - before
    used, received = sum(map(cpu_seconds, pids)) - used, sum(v.received for v in readers) - received
    usual = readers[: -1 if args.giant else None]
    rates = sorted(v.shown / passed for v in usual)
    pulls = [t for v in usual for t in v.pulls]
    print(
        f"| updates a second each ({args.speed:g} asked): least, median | {rates[0]:.1f}, {rates[len(rates) // 2]:.1f} |"
    )
    if args.giant:
        print(f"| updates of the 1024 units in {args.seconds:.0f} s | {readers[-1].have - 1} |")
    names = (
        "a click that redraws the page",
        "Step",
        "a slider that begins a new run",
        "the same while its own run plays",
    )
    for name, took in (*zip(names, clicks[:4], strict=True), ("frames asked for", pulls)):
        print(
            f"| {name}: p50, p95 (of {len(took)}) | {1e3 * percentile(took, 0.5):.0f}, {1e3 * percentile(took, 0.95):.0f} ms |"
        )
    if tabs:
        pauses = [t for tab in tabs for t in tab.pauses]
        shown, drawn = (sum(getattr(t, n) for t in tabs) / len(tabs) for n in ("shown", "drawn"))
        print(
            f"| {len(tabs)} browser tabs: updates, pictures a second each | {shown:.1f}, {drawn:.1f} |"
        )
        print(
            f"| Pause and Play there: p50, p95 (of {len(pauses)}) | {1e3 * percentile(pauses, 0.5):.0f}, {1e3 * percentile(pauses, 0.95):.0f} ms |"
        )
    print(f"| server: processor | {100 * used / passed:.0f} % |")
    print(f"| sent | {received / passed / 1e6:.1f} MB/s |")
    grown = sum(map(resident, pids)) - alone
    print(
        f"| memory: with one reader on each server; each further one | {alone:.0f} MiB; {grown / len(opened):.1f} MiB |"
    )
    problems = [v.problem for v in (*readers, *clickers) if v.problem]
    print(f"| exceptions on pages | {len(problems)} |")
    await asyncio.gather(*(v.close() for v in (*first, *readers, *clickers)))


async def redraws(addresses: list[str], pids: list[int], args: argparse.Namespace) -> None:
    readers = [Visitor(addresses[0], "") for _ in range(args.sessions)]
    clicker = Visitor(addresses[0], "")
    for v in (*readers, clicker):
        v.first = "control seed"
    await asyncio.gather(*(v.open() for v in (*readers, clicker)))
    end = time.monotonic() + args.seconds
    begun, used = time.monotonic(), sum(map(cpu_seconds, pids))
    before = [v.counted.get("h", 0) for v in readers]

    async def choose(k: int) -> None:
        with contextlib.suppress(TimeoutError):  # it counts as long as was waited for it
            await clicker.choose("control seed", "h", int_value=200 + k)

    took, *_ = await asyncio.gather(
        every(0.5, end, choose),
        *(v.tick(0.1, end) for v in readers),
    )
    passed = time.monotonic() - begun
    rates = sorted(
        (v.counted.get("h", 0) - b) / passed for v, b in zip(readers, before, strict=True)
    )
    print(
        f"| updates a second each (10 asked): least, median | {rates[0]:.1f}, {rates[len(rates) // 2]:.1f} |"
    )
    print(
        f"| a slider that begins a new run: p50, p95 (of {len(took)}) | {1e3 * percentile(took, 0.5):.0f}, {1e3 * percentile(took, 0.95):.0f} ms |"
    )
    print(f"| server: processor | {100 * (sum(map(cpu_seconds, pids)) - used) / passed:.0f} % |")
    await asyncio.gather(*(v.close() for v in (*readers, clicker)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--speed", type=float, default=10)
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--browsers", type=int, default=0)
    parser.add_argument("--giant", action="store_true")
    parser.add_argument("--plotly", action="store_true")
    args = parser.parse_args()
    print(
        f"| {args.sessions} readers, {args.seconds:g} s, {os.cpu_count()} cores, slow {slow():.1f} | |\n| --- | ---: |"
    )
    app = ROOT / ("benchmarks/redraw.py" if args.plotly else "app.py")
    with contextlib.ExitStack() as stack:
        servers = [
            stack.enter_context(process(app, PYTHONPATH=str(ROOT), OMP_NUM_THREADS="1"))
            for _ in range(args.replicas)
        ]
        run = redraws if args.plotly else lesson
        asyncio.run(run([a for a, _ in servers], [p.pid for _, p in servers], args))


if __name__ == "__main__":
    main()
