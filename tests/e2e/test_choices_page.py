"""Every choice in the sidebar has its effect while the player plays, and none is undone afterwards.

After each choice, or two in quick succession, the address and the run on the server must be those of all choices so
far; so a setting that went back would be seen at the next one.
"""

import json
import os
import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from benchmarks._harness.browser import free_port
from core.tasks import TASKS
from core.training.experiment import FIELDS, Experiment
from core.training.presets import PRESETS
from dashboard.serving import programs
from dashboard.widgets.experiment_panel import NETWORK, SCALES, TRAINING
from tests.e2e.conftest import ROOT, failures
from tests.e2e.drawer import open_settings

pytestmark = [pytest.mark.e2e, pytest.mark.long]
CHOICES = 50  # of each test; there are four
PATIENCE = 30.0  # seconds, for an effect
FIRST = Experiment(task="adding", length=8, hidden_size=6, batch_size=4)
SEGMENTS = {
    "cell": ("rnn", "lstm", "gru"),
    "clipping": ("off", "norm", "value"),
    "optimizer": ("sgd", "momentum", "rmsprop", "adam"),
}
TITLES = {"cell": {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}}
NUMBERS = {
    "seed": range(1, 10_000),
    "hidden_size": range(4, 13),
    "batch_size": range(2, 9),
    "truncate": range(9),
    "dropout": (0.0, 0.1, 0.2, 0.3),
}
BOXES = {
    "task": ("adding", "echo", "subtraction", "copy"),
    "initialization": tuple(FIELDS["initialization"].choices),
}
EXAMPLES = ("echo", "subtraction", "vanishing", "gru_simple", "order", "copy")
SLOWEST = 0.03  # a learning rate beyond it may end the run before the next choice

SHOWN = """names => names.map(name =>
  document.querySelector(`[data-testid="stSidebar"] [class*="st-key-control-${name}"] input`)?.value ?? "")"""
# A list that a redrawn page has just closed takes no click, and nor would a reader's finger find it.
CHOOSE = "one => { const there = one.isConnected; one.click(); return there; }"


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> Path:
    """The file in which the server tells the experiment of the run."""
    return tmp_path_factory.mktemp("told") / "experiment.json"


@pytest.fixture(scope="module")
def server(told):
    port, log = free_port(), told.with_name("log")
    command = [sys.executable, "-m", "tests.helpers.telling_server", str(port), str(told)]
    folders = {"XDG_DATA_HOME": "data", "UNROLLED_RUNS": "runs"}
    environment = {name: str(told.with_name(folder)) for name, folder in folders.items()}
    program = programs.start(command, log, cwd=ROOT, env=os.environ | environment)
    address = f"http://localhost:{port}"
    try:
        programs.wait_until(lambda: programs.is_healthy(address), program)
        yield address, log
    finally:
        programs.end(program)
    assert not failures(log), log.read_text()


@pytest.fixture
def busy(request):
    """With True: every core does something else the whole time."""
    busyness = [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(busyness) for _ in range(request.param * (os.cpu_count() or 1))]
    yield
    for other in others:
        other.kill()
        other.wait()


class Reader:
    """Makes random choices, and knows what they add up to. Same seed, same choices."""

    def __init__(self, page: Page, told: Path, seed: int):
        self.page, self.told, self.chance = page, told, random.Random(seed)
        self.expected, self.story = FIRST, list[str]()
        self.sidebar = page.get_by_test_id("stSidebar")

    def open(self) -> None:
        self.page.goto("/?" + "&".join("=".join(pair) for pair in FIRST.to_query().items()))
        open_settings(self.page)
        self.keep_playing()

    def control(self, name: str) -> Locator:
        """The control, in view."""
        for title, names in (("Training", TRAINING), ("Network", NETWORK)):
            box = self.sidebar.locator("details").filter(has_text=title)
            if name in names and box.get_attribute("open") is None:
                box.locator("summary").click()
        # The first: while fewer controls are drawn, those of before still stand below.
        return self.sidebar.locator(f'[class*="st-key-control-{name}"]').first

    def keep_playing(self) -> None:
        play = self.page.locator(".play")
        expect(play).to_be_visible()
        if play.get_attribute("aria-pressed") != "true" and play.is_enabled():
            play.click()

    def watch_it_play(self) -> None:
        """Until ten further updates have been shown."""
        updates, end = set(), time.monotonic() + PATIENCE
        while len(updates) < 10:
            assert time.monotonic() < end, f"the player shows the updates {updates} alone"
            self.keep_playing()
            updates.add(self.page.locator(".player").get_attribute("data-update"))
            self.page.wait_for_timeout(20)

    def choose(self) -> None:
        """One random choice."""
        kinds = (
            self.segment,
            self.number,
            self.slide,
            self.switch,
            self.box,
            self.example,
            self.reset,
        )
        made = None
        while made is None:
            made = self.chance.choices(kinds, (4, 4, 3, 2, 2, 2, 1))[0]()
        self.story.append(made)

    def _wants(self, **changes) -> bool:
        """Whether it is another experiment, and a possible one: then that is expected from now on."""
        with suppress(ValueError, LookupError):
            wanted = self.expected.but(**changes)
            is_new, self.expected = wanted != self.expected, wanted
            return is_new
        return False

    def segment(self) -> str | None:
        name = self.chance.choice(list(SEGMENTS))
        value = self.chance.choice(SEGMENTS[name])
        if not self._wants(**{name: value}):
            return None
        title = TITLES.get(name, {}).get(value, value)
        self.control(name).get_by_text(title, exact=True).click()
        return f"{name} {value}"

    def number(self, names: tuple[str, ...] = tuple(NUMBERS)) -> str | None:
        name = self.chance.choice(names)
        value = self.chance.choice(NUMBERS[name])
        if not self._wants(**{name: value}):
            return None
        box = self.control(name).locator("input")
        box.fill(str(value))
        box.press("Enter")
        return f"{name} {value}"

    def slide(self) -> str | None:
        name = self.chance.choice(list(SCALES))
        steps = sorted({*SCALES[name], getattr(self.expected, name)})
        at = steps.index(getattr(self.expected, name)) + self.chance.choice((-1, 1))
        if not 0 <= at < len(steps) or (name == "learning_rate" and steps[at] > SLOWEST):
            return None
        right = steps[at] > getattr(self.expected, name)
        self._wants(**{name: steps[at]})
        self.control(name).get_by_role("slider").press("ArrowRight" if right else "ArrowLeft")
        return f"{name} {steps[at]}"

    def switch(self) -> str | None:
        name = self.chance.choice(("bias", "peephole"))
        if not hasattr(self.expected, name):
            return None
        if not self._wants(**{name: not getattr(self.expected, name)}):
            return None
        self.control(name).locator("label").first.click()
        return f"{name} switched"

    def box(self) -> str | None:
        name = self.chance.choice(list(BOXES))
        value = self.chance.choice(BOXES[name])
        if not self._wants(**{name: value}):
            return None
        self._pick(name, TASKS[value].title if name == "task" else value)
        return f"{name} {value}"

    def example(self) -> str | None:
        name = self.chance.choice(EXAMPLES)
        if PRESETS[name].experiment == self.expected:
            return None
        self.expected = PRESETS[name].experiment
        self._pick("example", PRESETS[name].title)
        return f"example {name}"

    def _pick(self, name: str, title: str) -> None:
        option = self.page.get_by_role("option", name=title, exact=True)
        while True:  # what was chosen before may be drawn just now, which closes the list
            box = self.control(name).locator("input")
            box.click()
            box.fill(title[:20])
            with suppress(TimeoutError):
                if option.evaluate(CHOOSE, timeout=5000):
                    return

    def reset(self) -> str | None:
        defaults = Experiment(task=self.expected.task)
        if defaults == self.expected:
            return None
        self.expected = defaults
        self.sidebar.get_by_role("button", name="Back to the defaults").click()
        return "defaults"

    def at_once(self) -> None:
        """A second choice, of another control, before the first can have had its effect."""
        if made := self.number(("seed",)):
            self.story.append(f"at once {made}")

    def see_effect(self) -> None:
        """Waits until the address and the run are as expected, and the sidebar shows it."""
        end = time.monotonic() + PATIENCE
        example = next((p.title for p in PRESETS.values() if p.experiment == self.expected), "")
        numbers = (self.expected.seed, self.expected.hidden_size)
        shown = [example, *map(str, numbers)]
        while (seen := self._see()) != (self.expected, self.expected, shown):
            assert time.monotonic() < end, self._complain(seen)
            self.page.wait_for_timeout(20)

    def _see(self) -> tuple[Experiment, Experiment, list[str]]:
        """What is in the address, what the run is, and what three controls show."""
        known = {*self.expected.to_dict(), "task", "cell"}
        query = {n: v for n, v in parse_qsl(urlsplit(self.page.url).query) if n in known}
        shown = self.page.evaluate(SHOWN, ["example", "seed", "hidden_size"])
        with suppress(ValueError, LookupError):  # while it is of another task
            run = Experiment.from_dict(json.loads(self.told.read_text()))
            return Experiment.from_query(query), run, shown
        return FIRST, FIRST, shown

    def _complain(self, seen: tuple[Experiment, Experiment, list[str]]) -> str:
        wanted = self.expected.to_dict()
        differences = [
            {n: (v, wanted.get(n)) for n, v in e.to_dict().items() if v != wanted.get(n)}
            for e in seen[:2]
        ]
        return (
            f"after {len(self.story)} choices, the last ones {self.story[-4:]}: address and run have "
            f"(is, should be) {differences}, the sidebar shows {seen[2]}"
        )


@pytest.mark.parametrize(
    ("seed", "busy"),
    [(1, True), (2, False)],
    ids=["busy", "calm"],
    indirect=["busy"],
)
def test_every_choice_has_its_effect_and_keeps_it(page, told, busy, seed):
    reader = Reader(page, told, seed)
    reader.open()
    while len(reader.story) < CHOICES:
        atomic = len(reader.story)
        reader.choose()
        if not reader.story[atomic].startswith(("example", "task", "defaults")):
            reader.at_once()
        reader.see_effect()
        reader.keep_playing()
    reader.watch_it_play()
    reader.see_effect()
