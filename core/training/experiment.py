"""An experiment: all settings of a training run, as one flat set of named values.

The same names stand in code, in JSON and in a link:

    Experiment(task="adding", cell="lstm", peephole=True, length=50)
    {"task": "adding", "cell": "lstm", "peephole": true, "length": 50, ...}
    ?task=adding&cell=lstm&peephole=true
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from ..cells import CELLS
from ..common.checks import named_texts, shorten
from ..common.messages import either, listing, say
from ..common.options import Option, options_of
from ..common.registry import unknown_name
from ..layers.seq2seq import Seq2Seq
from ..tasks import TASKS, Task
from .fields import FIELDS as FIELDS
from .memory_budget import check_memory
from .network_checks import check_recurrence

# Of a user's text, as a link spells it: a letter that is not ASCII takes up to 12. With the other settings, and with
# what a browser sends along, it stays below the 16 kB that servers take at the head of a request.
MAX_LINK_BYTES = 10_000


def cell_options(cell: str) -> tuple[Option, ...]:
    """The options of a cell, read from the signature of its function. LookupError: unknown cell."""
    meanings = CELLS[cell]().option_meanings
    return tuple(
        replace(option, meaning=meanings.get(option.name, option.meaning))
        for option in options_of(CELLS[cell])
    )


@dataclass(frozen=True, init=False)
class Experiment:
    """One training run, described. On one machine equal experiments give bit-for-bit equal runs.
    On another machine the last digits may differ, and after many updates so do the curves.

    Keyword arguments are the fields below, the options of the cell and those of the task; a value of
    None, or no value, is the task's default. Options are attributes too: `experiment.length`.
    Raises LookupError for unknown names and ValueError for impossible values, with a sentence.
    """

    task: str
    cell: str
    hidden_size: int
    num_layers: int
    first_size: int
    recurrence: bool
    window: int
    normalization: str
    bidirectional: bool
    combine: str
    dropout: float
    bias: bool
    embedding: int
    initialization: str
    spectral_radius: float
    batch_size: int
    optimizer: str
    learning_rate: float
    clipping: str
    clip_at: float
    truncate: int
    omega: float
    seed: int
    options: tuple[tuple[str, Any], ...]  # of the cell and of the task

    def __init__(self, /, task: str | None = None, **values: Any):
        task_name = _registered("task", TASKS, FIELDS["task"].default if task is None else task)
        defaults = TASKS[task_name].defaults
        cell = values.get("cell")
        cell = defaults.get("cell", FIELDS["cell"].default) if cell is None else cell
        known = _options(task_name, _registered("cell", CELLS, cell))
        for name in values:
            if name not in FIELDS and name not in known:
                raise LookupError(_unknown_value(name, task_name, cell, known))
        given = {**values, "task": task_name, "cell": cell}
        for name, option in FIELDS.items():
            value = given.get(name)
            value = defaults.get(name, option.default) if value is None else value
            object.__setattr__(self, name, option.check(value))
        checked = tuple((name, option.check(values.get(name))) for name, option in known.items())
        object.__setattr__(self, "options", checked)
        self._check_together()

    def _check_together(self) -> None:
        cell, task = CELLS[self.cell](**self.cell_options), self.make_task()
        if self.bidirectional and task.network == "seq2seq":
            raise ValueError(
                say(
                    "bidirectional: expected false for the task {task}, got true. Its pages show an encoder "
                    "that reads one way; {module}.Seq2Seq has one that reads both ways, for a notebook.",
                    task=self.task,
                    module=Seq2Seq.__module__,
                )
            )
        if self.combine != FIELDS["combine"].default and task.network == "seq2seq":
            raise ValueError(
                say(
                    "combine: expected {expected} for the task {task}, got {got}. "
                    "Its encoder reads one way, so there are no two states to combine; leave it out.",
                    expected=FIELDS["combine"].default,
                    task=self.task,
                    got=self.combine,
                )
            )
        check_recurrence(self, cell, task)
        if self.bidirectional and task.causal:
            raise ValueError(
                say(
                    "bidirectional: expected false for the task {task}, got true. The reverse "
                    "direction would read the very symbols that are to be predicted.",
                    task=self.task,
                )
            )
        if self.embedding and not task.symbolic:
            raise ValueError(
                say(
                    "embedding: expected 0 for the task {task}, got {got}. Its inputs are "
                    "numbers; only symbols can be embedded.",
                    task=self.task,
                    got=self.embedding,
                )
            )
        if not self.bias and cell.options.get("forget_bias") is not None:
            raise ValueError(
                say(
                    "forget_bias: expected none without biases, got one. Set bias to true, or leave it out."
                )
            )
        if self.omega and not has_omega(
            self.cell, self.num_layers, self.bidirectional, task.network, self.recurrence
        ):
            plain = either(name for name, make in CELLS.items() if make().plain)
            raise ValueError(
                say(
                    "omega: expected 0 but for one layer of the cell {cell} that reads forward, got {got:g}. "
                    "Set it to 0, or choose the cell {cell} with one layer and one direction.",
                    cell=plain,
                    got=self.omega,
                )
            )
        check_memory(self, cell, task)

    def __getattr__(self, name: str) -> Any:  # only for what is not a field
        for key, value in self.__dict__.get("options", ()):
            if key == name:
                return value
        raise AttributeError(f"Experiment has no field or option {name!r}")

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of hidden units of each layer, from the input upwards."""
        first = self.first_size if self.num_layers > 1 else 0
        return (first or self.hidden_size, *[self.hidden_size] * (self.num_layers - 1))

    @property
    def receptive_field(self) -> int | None:
        """How many inputs an answer can depend on; None: all that were read, or those at both ends."""
        if self.recurrence or self.bidirectional:
            return None
        return 1 + self.num_layers * (self.window - 1)

    @property
    def cell_options(self) -> dict[str, Any]:
        """The options of the cell, name -> value."""
        names = {option.name for option in cell_options(self.cell)}
        return {name: value for name, value in self.options if name in names}

    @property
    def task_options(self) -> dict[str, Any]:
        """The options of the task, name -> value."""
        names = {option.name for option in TASKS[self.task].options}
        return {name: value for name, value in self.options if name in names}

    def make_task(self) -> Task:
        """The task with its options; equal experiments share one task object and its data."""
        return _make_task(self.task, tuple(self.task_options.items()))

    def but(self, **changes: Any) -> "Experiment":
        """A copy with some values changed, without options that a new cell or task does not have.

        With a new task everything except `changes` and the seed is that task's default. Raises as the
        constructor does.
        """
        if changes.get("task", self.task) != self.task:
            return Experiment(**{"seed": self.seed, **changes})
        values = self.to_dict()
        if changes.get("cell", self.cell) != self.cell:
            for name in (*self.cell_options, "omega"):  # a plain cell alone has an omega
                del values[name]
        return Experiment(**{**values, **changes})

    def to_dict(self) -> dict[str, Any]:
        """Name -> value of every field and option, ready for JSON."""
        return {name: getattr(self, name) for name in FIELDS} | dict(self.options)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Experiment":
        """The experiment that `to_dict` described; missing values are the task's defaults."""
        if not isinstance(values, Mapping) or not all(isinstance(name, str) for name in values):
            raise ValueError(
                say(
                    "experiment: expected names with values, got {got}. "
                    'Write it like {{"task": "names", "cell": "lstm"}}.',
                    got=shorten(values),
                )
            )
        return cls(**values)

    def to_query(self) -> dict[str, str]:
        """The parameters of a link: the task, and the values that differ from its defaults.

        Long texts of the user do not fit into a link: see `left_out`.
        """
        defaults = TASKS[self.task].defaults
        query = {"task": self.task}
        for name, option in FIELDS.items():
            value = getattr(self, name)
            if name != "task" and value != defaults.get(name, option.default):
                query[name] = option.write(value)
        known, left_out = _options(self.task, self.cell), self.left_out
        for name, value in self.options:
            if value != known[name].default and name not in left_out:
                query[name] = known[name].write(value)
        return query

    @property
    def left_out(self) -> tuple[str, ...]:
        """The options (pasted texts, files) that are too long for a link."""
        return tuple(
            name
            for name, value in self.options
            if isinstance(value, str) and not _fits_into_link(value)
        )

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Experiment":
        """The experiment of a link. Raises ValueError or LookupError with a sentence for a broken one."""
        named_texts(query)
        task = _registered("task", TASKS, query.get("task", FIELDS["task"].default))
        default_cell = TASKS[task].defaults.get("cell", FIELDS["cell"].default)
        cell = _registered("cell", CELLS, query.get("cell", default_cell))
        known = FIELDS | _options(task, cell)
        values = {
            name: known[name].parse(text) if name in known else text for name, text in query.items()
        }
        return cls(**values)


def _fits_into_link(text: str) -> bool:
    return len(text) <= MAX_LINK_BYTES and len(quote(text, safe="")) <= MAX_LINK_BYTES


def has_omega(
    cell: str, num_layers: int, bidirectional: bool, network: str, recurrence: bool = True
) -> bool:
    """Whether the regulariser of `core.training.regularization` is defined for such a network."""
    one = num_layers == 1 and not bidirectional and network == "sequence"
    return CELLS[cell]().plain and one and recurrence


@lru_cache(maxsize=64)
def _options(task: str, cell: str) -> dict[str, Option]:
    return {option.name: option for option in (*cell_options(cell), *TASKS[task].options)}


@lru_cache(maxsize=32)
def _make_task(task: str, options: tuple[tuple[str, Any], ...]) -> Task:
    return TASKS[task](**dict(options))


def _registered(what: str, registry: Mapping[str, Any], name: object) -> str:
    """`name` if it is registered; else LookupError with the known names and the nearest."""
    if not isinstance(name, str) or name not in registry:
        raise LookupError(unknown_name(what, name, registry))
    return name


def _unknown_value(name: str, task: str, cell: str, known: Mapping[str, Option]) -> str:
    """The sentence for a name that is no field or option of this experiment."""
    owners = [
        say("cell {name}", name=candidate)
        for candidate in CELLS
        if name in _options(task, candidate)
    ]
    owners += [
        say("task {name}", name=candidate)
        for candidate in TASKS
        if name in _options(candidate, cell)
    ]
    if owners:
        return say(
            "{what}: expected an option of the cell {cell} or the task {task}, got one of "
            "{owners}. Leave it out, or change the cell or the task.",
            what=name,
            cell=cell,
            task=task,
            owners=listing(owners),
        )
    return unknown_name(say("experiment"), name, [*FIELDS, *known])
