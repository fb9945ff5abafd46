"""A lesson: what the machine knows of it, and its texts in each language. See docs/extending.md for the files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What a step asks of the reader -> in a word; `read`: nothing.
KINDS = ("predict", "until", "reveal", "explain", "check", "transfer", "read")


@dataclass(frozen=True)
class Step:
    """One step. kind: of KINDS. content: what stands below that key, checked.

    set: an address of the app that the page is set by, "" for none. point: what is outlined there, "" for nothing.
    """

    id: str
    kind: str
    content: Mapping[str, Any]
    set: str = ""
    point: str = ""

    @property
    def choices(self) -> list[str]:
        """The keys of its choice, or of the curves that are matched; their words stand in the text."""
        content = self.content
        if isinstance(content.get("choice"), list):
            return content["choice"]
        if "choice" in content:
            return content["choice"]["of"]
        return content["match"]["curves"] if "match" in content else []

    @property
    def labels(self) -> list[str]:
        """The figures that it reveals, which its text may give words to."""
        return self.content.get("figures", [])


@dataclass(frozen=True)
class Effect:
    """What is trained, once for each seed, and measured. query: the settings, as in a link.

    measure: the name of a held-out metric or of a measure of benchmarks/_harness/lesson_measures.py, with its
    `arguments`. every: a curve is stored, too, with a value each so many updates; 0: none. format: of its numbers.
    against: the effect, chance: the number, that its claims must not hold for; without either any other effect.
    """

    name: str
    query: str
    seeds: tuple[int, ...]
    updates: int
    measure: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    every: int = 0
    format: str = "number"
    against: str = ""
    chance: float | None = None


@dataclass(frozen=True)
class Claim:
    """What must hold for the seeds of an effect.

    at_least, at_most: a bound that `needed` of the seeds keep; 0: all of them. above: another effect, than each
    seed of which each one is larger, `by` so much or so many `times`. near: another, the median of which is at
    most `within` away.
    """

    effect: str
    at_least: float | None = None
    at_most: float | None = None
    needed: int = 0
    above: str = ""
    by: float = 0.0
    times: float = 1.0
    near: str = ""
    within: float = 0.0


@dataclass(frozen=True)
class Quick:
    """What is trained anew in every run of the tests: these effects, for so many updates, and what then holds."""

    effects: tuple[str, ...]
    updates: int
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Curve:
    """x: updates or steps. y: a list of values for each seed."""

    x: tuple[float, ...]
    y: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Figure:
    """A stored result: a value for each seed. format: percent, number, scientific or whole."""

    values: tuple[float, ...]
    format: str = "number"
    curve: Curve | None = None


@dataclass(frozen=True)
class StepText:
    """The text of a step: Markdown, the words of its choices or figures, and what is said afterwards.

    answers: "answer", "right", "wrong", "hint" or "wrong-KEY" -> Markdown.
    """

    body: str
    words: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LessonText:
    """A lesson in one language. steps: id -> text, in the order of the lesson."""

    title: str
    question: str
    steps: Mapping[str, StepText]


@dataclass(frozen=True)
class Lesson:
    """A lesson. texts: language -> text; at least one."""

    name: str
    number: int
    minutes: int
    steps: tuple[Step, ...]
    texts: Mapping[str, LessonText]
    effects: Mapping[str, Effect] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    quick: Quick | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict)

    def step(self, id: str) -> Step | None:
        """The step of this id; None where there is none."""
        return next((step for step in self.steps if step.id == id), None)

    def language_for(self, language: str) -> str:
        """The language of the text that a reader of this language gets: theirs, else the first that is there."""
        return language if language in self.texts else next(iter(self.texts))
