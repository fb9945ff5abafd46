"""Whatever a reader sends: a working object, or a sentence. Used by tests and by benchmarks/hardening/fuzz.py."""

import json
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from safetensors.torch import save_file

from core.cells import CELLS
from core.io import runs
from core.layers.recording import Recording
from core.studies.comparison import Comparison
from core.tasks import TASKS
from core.training.experiment import FIELDS, Experiment, cell_options
from core.training.trainer import Trainer
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import PAGES
from dashboard.session.link import read_link
from dashboard.session.study_settings import StudySettings
from tests.core.layers.test_recording import record

NASTY = [
    "",
    " ",
    "\x00",
    "\ufeff",
    "\ud800",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "$\\href{javascript:alert(1)}{x}$",
    "../../etc/passwd",
    "/etc/passwd",
    "%00",
    "%s%n",
    "{0.__class__}",
    "__import__('os').system('id')",
    "'; DROP TABLE runs; --",
    "nan",
    "inf",
    "-0.0",
    "1e999",
    "1_000",
    "٣",
    "0x10",
    "true",
    "none",
    "None",
    "９" * 30,
    "1" * 5000,
    "é汉🔁‮",
    "a\u0301" * 50,
    "=cmd|' /C calc'!A0",
]
TEXT = st.sampled_from(NASTY) | st.text(max_size=30)
OPTIONS = sorted(
    {o.name for cell in CELLS for o in cell_options(cell)}
    | {o.name for task in TASKS.values() for o in task.options}
)
NAMES = st.sampled_from([*FIELDS, *OPTIONS]) | TEXT
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 80)
    | st.integers()
    | st.floats()
    | TEXT
    | st.sampled_from([*TASKS, *CELLS, *(c for o in FIELDS.values() for c in o.choices)])
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(TEXT, st.integers(), max_size=1)
)


@st.composite
def settings_like(draw: st.DrawFn) -> dict[str, Any]:
    """Mostly settings that fit together, with a few that do not."""
    task, cell = draw(st.sampled_from(list(TASKS))), draw(st.sampled_from(list(CELLS)))
    values: dict[str, Any] = {"task": task, "cell": cell, "hidden_size": draw(st.integers(1, 12))}
    values["batch_size"] = draw(st.integers(1, 6))
    for option in (*FIELDS.values(), *cell_options(cell), *TASKS[task].options):
        if option.name in values or draw(st.integers(0, 3)):
            continue
        if option.kind == "truth":
            values[option.name] = draw(st.booleans())
        elif option.kind == "choice" and option.choices:
            values[option.name] = draw(st.sampled_from(option.choices))
        elif option.kind == "integer":
            low, high = int(option.low), int(option.high)
            values[option.name] = draw(
                st.integers(low, min(high, low + 40)) | st.integers(low, high)
            )
        elif option.kind == "number":
            values[option.name] = draw(st.floats(option.low, option.high))
        elif option.kind == "line":
            values[option.name] = draw(st.sampled_from(["1", "2,1", "0", "1,1"]) | TEXT)
    if draw(st.booleans()):
        values |= draw(st.dictionaries(NAMES, VALUES, max_size=2))
    return values


def sentence(error: Exception) -> None:
    """What a reader is told says what was expected, and fits on a page."""
    assert "expected" in str(error), repr(error)
    assert len(str(error)) < 2000, len(str(error))


def an_experiment(values: dict[str, Any]) -> str:
    """Values by name, as in a JSON file."""
    try:
        experiment = Experiment.from_dict(values)
    except (ValueError, LookupError) as error:
        sentence(error)
        return "refused"
    assert Experiment.from_dict(json.loads(json.dumps(experiment.to_dict()))) == experiment
    query = experiment.to_query()
    if not experiment.left_out:
        assert Experiment.from_query(query) == experiment
    return "accepted"


def a_run(values: dict[str, Any]) -> str:
    """The same, and three updates of it."""
    try:
        trainer = Trainer(Experiment.from_dict(values))
    except (ValueError, LookupError, OSError) as error:
        sentence(error)
        return "refused"
    for _ in range(3):
        step = next(trainer, None)
        if step is None:
            assert trainer.diverged
            break
    return "accepted"


def a_link(query: dict[str, str]) -> str:
    """The parameters of an address, for every page."""
    links = [read_link(page, query) for page in PAGES.values()]
    for link in links:
        described = {"experiment": Experiment, "comparison": Comparison, "study": StudySettings}
        setting = getattr(link, link.page.describes)
        assert isinstance(setting, described[link.page.describes]) or not query
        for text in link.complaints:
            sentence(ValueError(text))
            assert "<" not in escape_markdown(text).replace("\\<", "")
    return "refused" if links[0].complaints else "accepted"


@st.composite
def contents(draw: st.DrawFn) -> tuple[str, str, str]:
    """(task, option, text): what may be uploaded or pasted."""
    owners = [(t, o.name) for t in TASKS for o in TASKS[t].options if o.kind == "content"]
    task, option = draw(st.sampled_from(owners))
    cell = st.sampled_from([*NASTY, "1", "2.5", "-3,5", "1e30", "2004-03-10", "Rossi", "Italian"])
    row = st.lists(cell | st.floats().map(str), max_size=4)
    separator = draw(st.sampled_from([",", ";", "\t", " ", ", "]))
    ending = draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
    table = st.lists(row, max_size=8).map(lambda rows: ending.join(map(separator.join, rows)))
    times = draw(st.sampled_from([1, 1, 20, 400]))
    return task, option, draw(table | st.text(max_size=200) | TEXT) * times


def an_upload(given: tuple[str, str, str]) -> str:
    """A text of the reader's own; the task is made of it, and read with it."""
    task, option, text = given
    try:
        experiment = Experiment(**{"task": task, option: text})
        data = experiment.make_task()
        data.probe(text[:50])
    except (ValueError, LookupError) as error:
        sentence(error)
        return "refused"
    assert np.isfinite(data.held_out.x.float().numpy()).all()
    return "accepted"


def a_probe(given: tuple[str, str]) -> str:
    """A sequence that the reader types."""
    task, text = given
    try:
        probe = Experiment(task=task).make_task().probe(text)
    except (ValueError, LookupError) as error:
        sentence(error)
        return "refused"
    json.dumps([probe.symbols, probe.answer, probe.targets, probe.drawing], allow_nan=False)
    return "accepted"


SMALL = {"task": "adding", "length": 5, "hidden_size": 3, "batch_size": 2}


def _whole_file(kind: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.safetensors"
        if kind == "recording":
            record().save(path)
        else:
            trainer = Trainer(Experiment(**SMALL))
            next(trainer)
            save_file({k: v.contiguous() for k, v in trainer.state_dict().items()}, path)
        return path.read_bytes()


WHOLE = {kind: _whole_file(kind) for kind in ("recording", "run")}


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """(kind, bytes): a good file with something wrong in it, or something else altogether."""
    kind = draw(st.sampled_from(list(WHOLE)))
    whole = WHOLE[kind]
    size = struct.unpack("<Q", whole[:8])[0]
    header, rest = whole[8 : 8 + size], whole[8 + size :]
    way = draw(st.integers(0, 6))
    if way == 0:
        return kind, whole[: draw(st.integers(0, len(whole)))]
    if way == 1:  # bytes in it that are others
        changed = bytearray(whole)
        for _ in range(draw(st.integers(1, 8))):
            changed[draw(st.integers(0, min(len(whole), 8 + size) - 1))] = draw(st.integers(0, 255))
        return kind, bytes(changed)
    if way == 2:  # a header that says it is huge
        length = draw(st.sampled_from([2**63, 2**64 - 1, 10**8, 2**31, 100_000_001]))
        return kind, struct.pack("<Q", length) + whole[8:]
    if way == 3:  # another value somewhere in the header
        about = json.loads(header)
        name = draw(st.sampled_from(sorted(about)))
        about[name] = draw(
            st.sampled_from([None, 1, [], {}, "x"])
            | st.fixed_dictionaries(
                {
                    "dtype": st.sampled_from(["F32", "I64", "F99", "BOOL", ""]),
                    "shape": st.lists(st.integers(-1, 2**62), max_size=3),
                    "data_offsets": st.lists(st.integers(-1, 2**62), min_size=2, max_size=2),
                }
            )
        )
        text = json.dumps(about).encode()
        return kind, struct.pack("<Q", len(text)) + text + rest
    if way == 4:  # metadata with other values
        about = json.loads(header)
        words = about.get("__metadata__", {})
        if words:
            words[draw(st.sampled_from(sorted(words)))] = draw(
                TEXT.filter(lambda t: "\ud800" not in t)
                | st.sampled_from(
                    ["[]", "[[0]]", '[[0,"forward"]]', "{}", '{"a":1}', "-1", "9" * 30]
                )
            )
        text = json.dumps(about).encode()
        return kind, struct.pack("<Q", len(text)) + text + rest
    if way == 5:  # a pickle with code in it
        return kind, b"\x80\x04cposix\nsystem\n(S'touch /tmp/unrolled-was-here'\ntR."
    return kind, draw(st.binary(max_size=200))


def a_file(given: tuple[str, bytes]) -> str:
    """A recording or a saved run, out of somebody's hands."""
    kind, content = given
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind == "recording":
            (folder / "x.safetensors").write_bytes(content)
            load: Callable[[], Any] = lambda: Recording.load(folder / "x.safetensors")  # noqa: E731
        else:
            state = "state-000000001-00000000.safetensors"
            (folder / state).write_bytes(content)
            about = {"format": runs.FORMAT, "experiment": SMALL, "probe": "", "index": 1}
            about |= {"diverged": None, "state": state, "metrics": [], "held": {}, "under": []}
            (folder / runs.DESCRIPTION_FILE).write_text(json.dumps(about))
            load = lambda: runs.load(folder)  # noqa: E731
        try:
            loaded = load()
        except (ValueError, LookupError) as error:
            sentence(error)
            return "refused"
    if kind == "recording":  # what is taken can also be shown
        for layer in loaded.layers:
            assert all(q.values.shape[:2] == (loaded.T, loaded.B) for q in loaded[layer].values())
            assert loaded[layer].shares is None or len(loaded[layer].shares) == loaded.T
        loaded.sequence(0)
    else:
        next(loaded)
    return "accepted"


@st.composite
def descriptions(draw: st.DrawFn) -> Any:
    """Something in place of a run's run.json."""
    values = st.recursive(
        VALUES, lambda v: st.lists(v, max_size=3) | st.dictionaries(TEXT, v, max_size=3)
    )
    about = {
        "format": runs.FORMAT,
        "experiment": draw(st.just(SMALL) | settings_like()),
        "probe": draw(TEXT),
        "index": 1,
        "diverged": None,
        "state": "state-000000001-00000000.safetensors",
        "metrics": [],
        "held": draw(st.just({}) | st.dictionaries(st.just("") | TEXT, values, max_size=2)),
        "under": draw(
            st.just([]) | st.lists(st.tuples(st.integers(), values).map(list), max_size=2)
        ),
    }
    return about | {draw(st.sampled_from(sorted(about))): draw(values)}


def a_description(about: Any) -> str:
    """A saved run whose description was edited."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "state-000000001-00000000.safetensors").write_bytes(WHOLE["run"])
        (folder / runs.DESCRIPTION_FILE).write_text(json.dumps(about))
        try:
            runs.load(folder)
        except (ValueError, LookupError, OSError) as error:
            sentence(error)
            return "refused"
    return "accepted"


# name -> (what is sent, who reads it, of 1000 examples so many)
READERS: dict[str, tuple[st.SearchStrategy, Callable[[Any], str], int]] = {
    "experiments": (
        settings_like() | st.dictionaries(NAMES, VALUES, max_size=5),
        an_experiment,
        330,
    ),
    "links": (st.dictionaries(NAMES, TEXT | st.integers(-2, 99).map(str), max_size=5), a_link, 150),
    "uploads": (contents(), an_upload, 30),
    "typed sequences": (st.tuples(st.sampled_from(list(TASKS)), TEXT), a_probe, 60),
    "files": (files(), a_file, 390),
    "descriptions of runs": (descriptions(), a_description, 15),
    "runs": (settings_like(), a_run, 5),
}
