"""How long a click on a number takes until its formula is there.

The LSTM on the adding task, T = 50, H = 32, in headless Chromium: from the click on the Unrolled page to
the headline of the microscope; and, without the browser, what the server computes for it, beside one
recorded update of the same run (both take turns, medians).
"""

import statistics
import time
from argparse import Namespace

from benchmarks._harness.browser import chromium, server
from benchmarks._harness.result import Figure, Result
from core.analysis.inspection import inspect_trainer
from core.analysis.microscope import Microscope, Place
from core.training.trainer import Experiment, Trainer
from dashboard.figures.formula_latex import dot_label, formula_in_symbols, formula_with_numbers
from dashboard.figures.letters import Letters
from dashboard.figures.microscope import product_figure

CLICKS = 30
QUERY = "task=adding&cell=lstm&hidden_size=32&length=50"
CLICK = """([x, y]) => new Promise(done => {
  const said = () => document.querySelector(".st-key-microscope p")?.textContent;
  let net;
  for (const host of document.querySelectorAll("*")) net ||= host.shadowRoot?.querySelector(".net");
  const box = net.getBoundingClientRect(), before = said(), begun = performance.now();
  const at = { clientX: box.left + x * box.width, clientY: box.top + y * box.height, bubbles: true };
  net.dispatchEvent(new MouseEvent("click", at));
  const look = () => said() !== before ? done(performance.now() - begun)
    : performance.now() - begun > 1500 ? done(null) : requestAnimationFrame(look);
  look();
})"""


def on_the_page() -> list[float]:
    """Milliseconds from a click to another headline."""
    with server() as (address, _), chromium() as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/unrolled?{QUERY}")
        page.locator(".unrolled .play").wait_for()
        page.wait_for_timeout(1500)
        found = []
        for k in range(CLICKS):
            passed = page.evaluate(CLICK, [0.25 + 0.023 * k, 0.3 + 0.011 * k])
            if passed is not None:  # it hit a number, not the space between two
                found.append(passed)
            page.wait_for_timeout(150)
        return found


def in_the_server() -> tuple[float, float, float]:
    """Milliseconds for reading the sequence, for one explanation, and for one recorded update."""
    trainer = Trainer(Experiment.from_query(dict(pair.split("=") for pair in QUERY.split("&"))))
    next(trainer)
    times: dict[str, list[float]] = {"read": [], "explain": [], "update": []}
    letters = Letters("torch", trainer.model.recurrent.cell)
    for k in range(40):
        begun = time.perf_counter()
        scope = Microscope(inspect_trainer(trainer))
        read = time.perf_counter()
        found = scope.explain(Place("dh", k, k % 32))
        formula_in_symbols(found, letters)
        formula_with_numbers(found, letters)
        dots = [p for p in found.terms if p.left is not None and p.right is not None]
        product_figure([dot_label(p, letters) for p in dots], [(p.left, p.right) for p in dots])  # type: ignore[misc]
        explained = time.perf_counter()
        next(trainer)
        updated = time.perf_counter()
        for name, passed in (("read", read - begun), ("explain", explained - read)):
            times[name].append(1e3 * passed)
        times["update"].append(1e3 * (updated - explained))
    return tuple(statistics.median(t) for t in times.values())  # type: ignore[return-value]


def measure(_arguments: Namespace) -> Result:
    """Milliseconds on the page, and in the server beside one recorded update."""
    read, explain, update = in_the_server()
    clicks = on_the_page()
    return Result(
        figures={
            "click": Figure("click to formula, on the page", statistics.median(clicks), unit="ms"),
            "clicks": Figure("clicks that hit a number", len(clicks)),
            "explain": Figure("formula, numbers and picture, in the server", explain, ".1f", "ms"),
            "read": Figure("reading the sequence, in the server", read, ".1f", "ms"),
            "update": Figure("one recorded update", update, ".1f", "ms"),
        }
    )
