"""The study on the Memory page: one that is shipped, one from a file, or the reader's own; and its part of a link."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.cells import CELL_TITLES, CELLS
from core.common.checks import integer
from core.common.messages import say, sentence_of
from core.studies import Study
from core.studies.grid import tasks_with_goal
from core.studies.shipped import clearest_study, shipped_studies
from core.tasks import TASKS
from core.training.presets import FIRST_STUDY
from dashboard.common.i18n import N_, _, in_context

OWN, FILE = "own", "file"
FIELDS: dict[str, tuple[int, int, int]] = {  # name -> lowest, highest, first value
    "seeds": (1, 20, 3),
    "updates": (20, 100_000, 1000),
    "hidden_size": (1, 256, 32),
}
SPAN = "distance"  # the context in a catalogue
MAX_LENGTHS = 12
DISTANCES = {  # option of a task that is its distance -> several of them
    "length": N_("Lengths"),
    "distance": N_("Distances"),
    "delay": N_("Delays"),
    "clauses": N_("Numbers of clauses"),
}
FIRST = FIRST_STUDY | {name: str(first) for name, (_low, _high, first) in FIELDS.items()}


@dataclass
class StudySettings:
    """chosen: the name of a shipped study, OWN or FILE. values: of the reader's own, as in a link.

    refused: what the reader put into a control and no study can have, until it is put right; complaints say why.
    """

    chosen: str = field(default_factory=clearest_study)
    values: dict[str, str] = field(default_factory=lambda: dict(FIRST))
    complaints: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def change(self, name: str, text: str) -> None:
        """The reader puts `text` into the control of this name; with what was refused before, if that fits now."""
        wanted = self.refused | {name: text}
        try:
            own_study(self.values | wanted)
        except (ValueError, LookupError) as error:
            self.refused, self.complaints = wanted, [sentence_of(error)]
        else:
            self.values, self.refused, self.complaints = self.values | wanted, {}, []

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "StudySettings":
        """The settings of a link, with a sentence in `complaints` for each part that had to be left out."""
        values, complaints = dict(FIRST), []
        for name in values.keys() & query.keys():
            changed = values | {name: query[name]}
            try:
                own_study(changed)
                values = changed
            except (ValueError, LookupError) as error:
                complaints.append(sentence_of(error))
        chosen = query.get("study", OWN if set(query) & set(values) else clearest_study())
        if chosen not in (OWN, FILE, *shipped_studies()):
            complaints.append(
                say(
                    "study: expected one of {known}, got {got}. Choose one.",
                    known=", ".join(shipped_studies()),
                    got=repr(chosen[:40]),
                )
            )
            chosen = OWN
        return cls(chosen, values, complaints[:3])

    def to_query(self) -> dict[str, str]:
        """The study's part of a link; of a study from a file only that the reader has to open one."""
        return dict(self.values) if self.chosen == OWN else {"study": self.chosen}


def distances_label(task: str) -> str:
    """What the screen calls the distances of a study of this task."""
    return _(distances_in_words(TASKS[task].span))


def span_word(study: Study) -> str:
    """The task's option that is the distance, within a sentence: "length", "delay"."""
    return in_context(SPAN, study.span)


def network_labels(study: Study) -> list[str]:
    """What the networks of a study are called; those of a shipped one in the reader's language."""
    return [_(name) for name in study.labels]


def distances_in_words(span: str) -> str:
    """The same in English, of a task whose option of this name is the distance."""
    return DISTANCES.get(span, span.capitalize())


def own_study(values: Mapping[str, str]) -> Study:
    """The study that the controls describe. ValueError or LookupError with a sentence."""
    what = distances_label(values["task"]) if values["task"] in tasks_with_goal() else _("Lengths")
    lengths = [length for length in re.split(r"[\s,;]+", values["lengths"]) if length]
    if not 1 <= len(lengths) <= MAX_LENGTHS:
        raise ValueError(
            say(
                "{what}: expected 1 to {most} whole numbers, got {got}. Type them like 10 20 40.",
                what=what,
                most=MAX_LENGTHS,
                got=len(lengths),
            )
        )
    numbers = {
        name: _parse_integer(name, values[name], low, high)
        for name, (low, high, _first) in FIELDS.items()
    }
    cells = values["cells"].split()[: len(CELLS)]
    return Study(
        task=values["task"],
        networks={CELL_TITLES.get(cell, cell): {"cell": cell} for cell in cells},
        distances=tuple(_parse_integer(what, length, 1, 1000) for length in lengths),
        seeds=tuple(range(1, numbers["seeds"] + 1)),
        updates=numbers["updates"],
        values={"hidden_size": numbers["hidden_size"]},
    )


def _parse_integer(name: str, text: str, low: int, high: int) -> int:
    return integer(name, int(text) if re.fullmatch(r"[0-9]{1,9}", text) else text, low, high)
