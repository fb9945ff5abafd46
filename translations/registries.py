"""The messages that stand in core's tables, as plain English: tasks, options, examples, studies, texts of pages."""

import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.analysis import diagnosis
from core.cells import CELLS
from core.common.messages import Sentence
from core.common.options import SETTING, Option
from core.tasks import TASKS, Task
from core.tasks.base import PROBE_LABEL
from core.tasks.melody import SCALES
from core.tasks.task_types import START_LABEL
from core.training.experiment import FIELDS, cell_options
from core.training.presets import GROUPS, PRESETS
from dashboard.common.labels import in_words
from dashboard.figures.diagrams import SHAPES
from dashboard.session import course, position
from dashboard.session.classes import CLASS
from dashboard.session.study_settings import SPAN, distances_in_words
from translations.message import Message

ROOT = Path(__file__).parents[1]
TEXTS = "assets/texts"
LINK = "In [words](verb:place) translate the words alone."
BRACKETS = "In [option|one|many] keep the option; {names} may stand anywhere in the sentence."


def read_registries() -> Iterator[Message]:
    """Every message of every table."""
    for read in (_tasks, _options, _presets, _studies, _texts, _words):
        for message in read():
            if message.text:
                yield message


def _file_of(thing: Any) -> str:
    return Path(inspect.getfile(thing)).relative_to(ROOT).as_posix()


def _tasks() -> Iterator[Message]:
    for task in TASKS.values():
        where = _file_of(task)
        yield Message(task.title, where)
        yield Message(task.title.partition(":")[0], where)
        for sentence in (task.sentence, task.own_sentence):
            yield Message(sentence, where, BRACKETS)
        for words in task.spoken.values():
            yield from (Message(str(each), where) for each in words.values())
        for paragraph in task.paragraphs():
            yield Message(paragraph, where)
        for text in (task.source, *task.score_words, *task.baseline_words.values()):
            yield Message(text, where)
        yield from (Message(metric, where, "A metric.") for metric in task.is_share)
        yield from _classes(task, where)
        yield from _baselines(task, where)


def _classes(task: type[Task], where: str) -> Iterator[Message]:
    """The outputs that are words; those that stand for what is read and written are data."""
    if task.panel in ("classes", "values", "series", "melody"):
        for label in task().labels:
            if len(label) > 2 and label.isalpha():
                yield Message(label, where, f"A class of the task “{task.title}”.", CLASS)


def _baselines(task: type[Task], where: str) -> Iterator[Message]:
    for name in task().baselines:
        if not isinstance(name, Sentence):  # those are said in the source
            yield Message(name, where, "A predictor that needs no network.")
            yield Message(name.partition(":")[0], where)


def _options() -> Iterator[Message]:
    """Of every setting its name in words, what it means, and its choices."""
    tables = {"core/training/experiment.py": FIELDS}
    for name, make in CELLS.items():
        tables[_file_of(make)] = {option.name: option for option in cell_options(name)}
        for quantity in make().quantity_names.values():
            yield Message(quantity, _file_of(make), "A quantity of a cell.")
    for where, options in tables.items():
        yield from _describe(options, where)
        for option in options.values():  # a comparison's networks differ in these
            yield Message(option.plain_name, where, "A setting, within a sentence.", SETTING)
    for task in TASKS.values():
        yield from _describe({option.name: option for option in task.options}, _file_of(task))
    where = "dashboard/session/study_settings.py"
    for span in dict.fromkeys(task.span for task in TASKS.values() if task.span):
        yield Message(distances_in_words(span), where)
        yield Message(span, where, "How far back a task must remember.", SPAN)


def _describe(options: Mapping[str, Option], where: str) -> Iterator[Message]:
    for name, option in options.items():
        yield Message(in_words(name), where, "A setting.")
        yield Message(option.meaning, where, f"What the setting “{in_words(name)}” means.")
        if name not in ("task", "cell"):  # which have titles
            for choice in option.choices:
                yield Message(choice, where, f"A choice of “{in_words(name)}”.", name)


def _presets() -> Iterator[Message]:
    where = "core/training/presets.py"
    yield from (Message(group, where, "A group of examples.") for group in GROUPS)
    for preset in PRESETS.values():
        yield Message(preset.title, where)
        yield Message(preset.line, where)
        yield Message(preset.look, where, LINK)


def _studies() -> Iterator[Message]:
    for path in sorted((ROOT / "studies").glob("*/study.json")):
        study = json.loads(path.read_text("utf-8"))["study"]
        where = path.relative_to(ROOT).as_posix()
        yield Message(study["title"], where)
        yield from (Message(name, where, "A network.") for name in study["networks"])
        for name, text in study["about"].items():
            yield Message(name.capitalize(), where)
            yield Message(text, where)


def _texts() -> Iterator[Message]:
    """Of every page's text each paragraph."""
    for path in sorted((ROOT / TEXTS).glob("*.md")):
        for paragraph in path.read_text("utf-8").strip().split("\n\n"):
            yield Message(paragraph, f"{TEXTS}/{path.name}", LINK)


def _words() -> Iterator[Message]:
    yield from (Message(scale, "core/tasks/melody.py", "A scale.") for scale in SCALES)
    yield Message(PROBE_LABEL, "core/tasks/base.py")
    yield Message(START_LABEL, "core/tasks/task_types.py")
    yield from (
        Message(text, "core/analysis/diagnosis.py") for text in diagnosis.SENTENCES.values()
    )
    for part in ("encoder", "decoder", "forward", "reverse"):
        yield Message(part, "core/layers/seq2seq.py", "A part of a network, or a direction.")
    yield from (Message(name, "dashboard/figures/diagrams.py") for name in SHAPES)
    for where, names in (("position", position.PARAMETERS), ("course", course.PARAMETERS)):
        for name in names:
            yield Message(in_words(name), f"dashboard/session/{where}.py", "A part of a link.")
