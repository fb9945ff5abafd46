"""A reader who opens random links and moves random controls, without a browser.

    monkey = Monkey(seed=1)
    for _ in range(100):
        monkey.act()          # AssertionError, with what was done before, when a page shows a stack trace

Used by tests/dashboard/views/test_monkey/page.py and by benchmarks/hardening/monkey.py.
"""

import json
import random
import struct
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock

import torch
from streamlit.runtime.state.common import TESTING_KEY
from streamlit.testing.v1 import AppTest

from core.cells import CELLS
from core.studies.comparison import make_trio
from core.studies.shipped import STUDIES_FOLDER
from core.tasks import TASKS
from core.training.experiment import FIELDS, Experiment, cell_options
from dashboard import navigation
from dashboard.session import live_run
from dashboard.session.autosave import ReaderState
from tests.helpers.fuzzing import NASTY, WHOLE
from tests.helpers.pages import go_to, state_of

ROOT = Path(__file__).parents[2]
MAIN = ROOT / "dashboard" / "main.py"
PAGES = [page.name for page in navigation.PAGES.values()]
WIDGETS = (
    *("button", "checkbox", "toggle", "selectbox", "radio", "multiselect", "slider"),
    *("select_slider", "number_input", "text_input", "text_area", "button_group", "file_uploader"),
)
TEXTS = [
    *(t for t in NASTY if "\ud800" not in t),
    "hello",
    "1 2 3\n4 5 6",
    "x,y\n1,2\n3,4\n",
    "a" * 300,
]
INTERVENE = [
    '{"network":{"clamps":[{"quantity":"f","value":0}]}}',
    '{"network":{"forget_bias":5}}',
    '{"network":{"clamps":[{"quantity":"z","value":1e308,"unit":-5}]}}',
    '{"network":{"edits":[{"parameter":"weight_hh_l0","index":[99999,0],"value":1}]}}',
    *("{}", "[]", '{"<b>":{}}', "[" * 900, '{"network":{"clamps":[{}]}}'),
]
SECONDS = 0.05  # that one press of Train may take here


class Monkey:
    """done: how often it did what. Same seed, same deeds, as far as the clock has no part in it."""

    def __init__(self, seed: int):
        torch.set_num_threads(1)
        self.chance = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.story: list[str] = []
        self.open()

    def act(self) -> None:
        """Does one thing, and looks."""
        dice = self.chance.random()
        if dice < 0.04:
            self.open()
        elif dice < 0.12:
            self._go(self.chance.choice(PAGES))
        else:
            self._use()

    def open(self) -> None:
        """A new visitor with a random link."""
        query = self._query()
        self.app = AppTest.from_file(str(MAIN), default_timeout=120)
        for name, value in query.items():
            self.app.query_params[name] = value
        self.story = []
        if self.chance.random() < 0.7:
            state_of(self.app, ReaderState).key = "monkey-" + "k" * 20
        page = self.chance.choice(PAGES)
        go_to(self.app, page)
        self._do("opened a link", f"open {page} {query}", self.app.run)

    def _go(self, page: str) -> None:
        self._do(
            "changed the page",
            f"go {page}",
            lambda: go_to(self.app, page).run(),
        )

    def _use(self) -> None:
        kind = self.chance.choice([k for k in WIDGETS if len(self.app.get(k))] or ["none"])
        if kind == "none":
            return self._go(self.chance.choice(PAGES))
        widget: Any = self.chance.choice(list(self.app.get(kind)))
        if getattr(widget, "disabled", False):
            return None
        value = self._value(kind, widget)
        self._do(
            kind,
            f"{kind} {widget.key or widget.label!r} = {str(value)[:200]!r}",
            lambda: self._set(kind, widget, value),
        )
        return None

    def _set(self, kind: str, widget: Any, value: Any) -> None:
        if kind == "button":
            widget.click().run()
        elif kind == "file_uploader":
            widget._files = []
            try:
                widget.upload(*value)
            except ValueError:  # the browser's own check of endings and sizes
                return
            self.app.run()
        else:
            widget.set_value(value).run()

    def _value(self, kind: str, widget: Any) -> Any:
        chance = self.chance
        if kind == "button":
            return None
        if kind in ("checkbox", "toggle"):
            return chance.random() < 0.5
        if kind in ("text_input", "text_area"):
            return chance.choice(TEXTS)[: widget.proto.max_chars or None]
        if kind == "number_input":
            low, high = widget.min or 0, widget.max or 100
            near = min(high, low + 20 * (widget.step or 1))
            value = chance.choice([low, high if high <= 64 else near, chance.uniform(low, near)])
            return int(value) if isinstance(widget.value, int) else float(value)
        if kind == "slider":
            return type(widget.value)(chance.uniform(widget.min, widget.max))
        if kind == "file_uploader":
            return a_file(chance, list(widget.proto.type))
        options = self._options(widget)
        if kind == "multiselect" or (kind == "button_group" and isinstance(widget.value, list)):
            return chance.sample(options, chance.randint(0, min(3, len(options))))
        return chance.choice(options) if options else widget.value

    def _options(self, widget: Any) -> list[str]:
        """What can be chosen, as the page shows it. AppTest wants the objects behind, which it does not
        tell; so it is told that for these the text stands for itself, as it does in a browser's answer."""
        options = [getattr(option, "content", option) for option in widget.options]
        formats = widget.root.session_state[TESTING_KEY]
        shown = formats.get(widget.id, str)
        formats[widget.id] = lambda value: value if value in options else shown(value)
        return options

    def _query(self) -> dict[str, str]:
        chance = self.chance
        task, cell = chance.choice(list(TASKS)), chance.choice(list(CELLS))
        query = {"task": task, "cell": cell, "hidden_size": str(chance.randint(1, 9))}
        for option in (*FIELDS.values(), *cell_options(cell), *TASKS[task].options):
            if option.name in query or chance.random() < 0.8:
                continue
            if option.kind == "truth":
                query[option.name] = chance.choice(["true", "false"])
            elif option.choices:
                query[option.name] = str(chance.choice(option.choices))
            elif option.kind == "integer":
                query[option.name] = str(
                    chance.randint(int(option.low), int(min(option.high, option.low + 9)))
                )
        if chance.random() < 0.2:
            query = make_trio(Experiment(task="names", hidden_size=4)).to_query()
        extra: dict[str, Callable[[], str]] = {
            "hide": lambda: ",".join(chance.sample(list(FIELDS), 3)),
            "lock": lambda: ",".join(["task", *chance.sample(list(FIELDS), 2), *NASTY[:3]]),
            "say": lambda: chance.choice(TEXTS),
            "big": lambda: "1",
            "shared": lambda: chance.choice([*TEXTS, "s" * 20]),
            "watched": lambda: chance.choice([*TEXTS, "w" * 20]),
            "intervene": lambda: chance.choice([*TEXTS, *INTERVENE]),
            "under": lambda: "1",
            "update": lambda: chance.choice(["3", "20", *TEXTS]),
            "tab": lambda: chance.choice(["2", "4", "9"]),
            "layer": lambda: chance.choice(["2", "99"]),
            "number": lambda: chance.choice(["h.1.0", "da_f.3.2.1.forward..1", "h.99.99", *TEXTS]),
            "cut": lambda: chance.choice(["2", "999999"]),
            "reads": lambda: chance.choice(TEXTS),
            "notation": lambda: chance.choice(["gamma", "uvw", "d2l", *TEXTS]),
        }
        for name, make in extra.items():
            if chance.random() < 0.15:
                query[name] = make()
        if chance.random() < 0.3:
            query[chance.choice([*query, *TEXTS])] = chance.choice(TEXTS)
        return query

    def _do(self, what: str, sentence: str, deed: Callable[[], object]) -> None:
        self.story = [*self.story[-30:], sentence]
        try:
            deed()
        except Exception as error:
            raise AssertionError("\n".join([*self.story, repr(error)])) from error
        self.done[what] += 1
        self._look()

    def _look(self) -> None:
        shown = [element.value + str(element.stack_trace) for element in self.app.exception]
        assert not shown, "\n".join([*self.story, *shown])
        for element in [*self.app.markdown, *self.app.caption]:
            assert not (element.allow_html and "<script" in element.value), self.story
        messages = [e.value for kind in ("error", "warning", "info") for e in self.app.get(kind)]
        assert not any("Traceback" in text for text in messages), "\n".join(
            [*self.story, *messages]
        )


def a_file(chance: random.Random, endings: list[str]) -> tuple[str, bytes]:
    """(name, content) of an upload: whole, broken, hostile, or not what its ending says.

    endings: those that the browser lets through, with their dots.
    """
    ending = chance.choice(endings)
    name = chance.choice(["x", "../../x", "<img src=x onerror=alert(1)>", "a" * 300, "é🔁"])
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"\0" * 10**7)
    state = BytesIO()
    torch.save(torch.nn.GRU(2, 3).state_dict(), state)
    content = chance.choice(
        [
            *(b"", b"\0" * 50, b"\x80\x04cposix\nsystem\n(S'touch /tmp/unrolled-was-here'\ntR."),
            *(packed.getvalue(), state.getvalue(), state.getvalue()[:200], *WHOLE.values()),
            struct.pack("<Q", 2**63) + b"{}",
            b"name,label\n<b>a</b>,<script>\nRossi,Italian\n" * 30,
            b"v\n" + b"\n".join(b"%d" % (k * k % 17) for k in range(300)),
            *(
                (folder / "result.json").read_bytes()
                for folder in sorted(STUDIES_FOLDER.iterdir())[:1]
            ),
            json.dumps({"format": "unrolled-study-1", "study": {"task": "\ud800"}}).encode(),
        ]
    )
    return f"{name}{ending}", content


@contextmanager
def cage(folder: Path) -> Iterator[None]:
    """Nothing is fetched, no study is computed, and what is written is written into `folder`."""
    train = live_run.LiveRun.train

    def short(self: live_run.LiveRun, n: int, seconds: float = SECONDS) -> int:
        return train(self, n, min(seconds, SECONDS))

    def fetch(what: str, *_: object) -> bytes:
        raise ValueError(f"{what}: expected a network, got none. Use what is there.")

    def idle(_words: list[str], **how: Any) -> subprocess.Popen:
        return process([sys.executable, "-c", ""], **how)

    process = subprocess.Popen
    places = {"UNROLLED_RUNS": "runs", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache"}
    with (
        mock.patch.dict("os.environ", {name: str(folder / p) for name, p in places.items()}),
        mock.patch.object(live_run.LiveRun, "train", short),
        mock.patch("core.tasks.data.download._download", fetch),
        mock.patch.multiple(
            "core.studies.matching", TIMING_UPDATES=2, MIN_TIMING_UPDATES=1, SETTLING_UPDATES=1
        ),
        mock.patch("dashboard.views.memory.processes.subprocess.Popen", idle),
    ):
        yield
