"""A ready-made experiment: an example of the course, and what to look at in it."""

from dataclasses import dataclass
from functools import cached_property

from .look_text import plain_look
from .trainer import Experiment

GROUPS = ("first steps", "sequences", "memory", "gradients", "language")


@dataclass(frozen=True)
class Preset:
    """title: for menus. group: of GROUPS. line: what it is about, in a few words. query: the experiment, as in a link.

    look: what to look at on the page, with links that do it (see look_text). reads: the sequence to watch, which the
    trained network answers rightly; "": the task's own example.
    """

    title: str
    group: str
    line: str
    look: str
    query: dict[str, str]
    reads: str = ""

    @cached_property
    def experiment(self) -> Experiment:
        """The experiment that `query` describes."""
        return Experiment.from_query(self.query)

    @property
    def plain_look(self) -> str:
        """`look` without its links."""
        return plain_look(self.look)
