"""A comparison: two to four experiments on the same data, with equal sizes, parameters or time.

In a link, values of all experiments stand once; values of one experiment follow its letter:

    ?task=adding&length=50&a.cell=rnn&b.cell=lstm&b.peephole=true&fair=parameters&seeds=3
"""

import re
from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..cells import CELL_TITLES, CELLS, TORCH_CELLS
from ..common.checks import choice, integer, named_texts, shorten
from ..common.messages import listing, say
from ..training.experiment import FIELDS, Experiment, cell_options
from ..training.memory_budget import MAX_RUN_BYTES, run_bytes
from .lockstep import check_shared
from .matching import equal_parameters, equal_time, equal_units

LETTERS = "abcd"
MATCHING_RULES = ("units", "parameters", "time", "sizes")  # "sizes": each as it is set
MAX_SEEDS = 5
LINK_NAMES = ("fair", "seeds", "sizes")  # names in the link that are no values of an experiment


@dataclass(frozen=True)
class Comparison:
    """Experiments, and the rule that sets their hidden sizes.

    fair: "units", "parameters", "time" (see `core.studies.matching`), or "sizes": each with its own.
    seeds: each experiment is trained with its seed and the following ones, this many in all.
    sizes: the hidden sizes once they are known. The rules compute them, except for "time": these are
    measured (see `measure`) and stored, because another measurement may give others.
    Raises ValueError for experiments that cannot share data, or too many of them.
    """

    experiments: tuple[Experiment, ...]
    fair: str = "units"
    seeds: int = 1
    sizes: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        number = len(self.experiments)
        if not 2 <= number <= len(LETTERS):
            raise ValueError(
                say(
                    "compare: expected 2 to {most} experiments, got {got}. {cure}",
                    most=len(LETTERS),
                    got=number,
                    cure=say("Add one.") if number < 2 else say("Leave some out."),
                )
            )
        check_shared(self.experiments)
        choice("fair", self.fair, MATCHING_RULES)
        integer("seeds", self.seeds, 1, MAX_SEEDS)
        if self.fair != "time":
            rules = {"units": equal_units, "parameters": equal_parameters, "sizes": tuple}
            levelled = rules[self.fair](self.experiments)
            object.__setattr__(self, "sizes", tuple(e.hidden_size for e in levelled))
        if self.sizes is not None:
            self._check_sizes(self.sizes)

    def _check_sizes(self, sizes: tuple[int, ...]) -> None:
        if len(sizes) != len(self.experiments):
            raise ValueError(
                say(
                    "sizes: expected {number} numbers, one for each experiment, got "
                    "{got}. Leave them out to have them measured.",
                    number=len(self.experiments),
                    got=shorten(sizes),
                )
            )
        need = self.seeds * sum(map(bytes_needed, self.levelled))
        if need > MAX_RUN_BYTES:
            raise ValueError(
                say(
                    "compare: expected at most {most:.0f} MiB for all runs together, got about "
                    "{got:,.0f} MiB. Take fewer seeds or experiments, or make them smaller.",
                    most=MAX_RUN_BYTES / 2**20,
                    got=need / 2**20,
                )
            )

    @property
    def settled(self) -> bool:
        """Whether the hidden sizes are known; for "time" they have to be measured first."""
        return self.sizes is not None

    @property
    def levelled(self) -> tuple[Experiment, ...]:
        """The experiments with the hidden sizes of the rule, as they are to be trained."""
        sizes = self.sizes or [e.hidden_size for e in self.experiments]
        return tuple(e.but(hidden_size=H) for e, H in zip(self.experiments, sizes, strict=True))

    def measure(self) -> Generator[None, None, "Comparison"]:
        """A generator that measures the sizes for equal time and returns the comparison with them."""
        levelled = yield from equal_time(self.experiments)
        return replace(self, sizes=tuple(e.hidden_size for e in levelled))

    def but(self, **changes: Any) -> "Comparison":
        """A copy with some of its own fields changed; sizes are computed anew."""
        return replace(self, **{"sizes": None, **changes})

    def names(self) -> tuple[str, ...]:
        """A name for each: its cell, and every setting in which it differs from most of the others.

        Where no value has a majority, the first experiment's counts as usual.
        """
        return tuple(self._name(e) for e in self.experiments)

    def _name(self, e: Experiment) -> str:
        words: list[str] = [CELL_TITLES[e.cell]]
        for option in (*FIELDS.values(), *cell_options(e.cell)):
            name, value = option.name, getattr(e, option.name)
            if name in ("cell", "hidden_size"):
                continue
            usual = option.default
            if name in FIELDS:
                usual = Counter(getattr(o, name) for o in self.experiments).most_common(1)[0][0]
            if value != usual:
                words.append(option.in_words(value))
        sizes = {o.hidden_size for o in self.experiments}
        if self.fair == "sizes" and len(sizes) > 1:  # elsewhere the size is what the rule sets
            words.append(say("{n} units", n=e.hidden_size))
        return listing(words)

    def to_query(self) -> dict[str, str]:
        """The parameters of a link."""
        queries = [e.to_query() for e in self.experiments]
        common_values = {
            name: value
            for name, value in queries[0].items()
            if name != "cell" and all(query.get(name) == value for query in queries)
        }
        result = dict(common_values)
        for letter, e, query in zip(LETTERS, self.experiments, queries, strict=False):
            result[f"{letter}.cell"] = e.cell
            result |= {f"{letter}.{n}": v for n, v in query.items() if n not in common_values}
        if self.fair != "units":
            result["fair"] = self.fair
        if self.seeds != 1:
            result["seeds"] = str(self.seeds)
        if self.fair == "time" and self.sizes is not None:
            result["sizes"] = "-".join(map(str, self.sizes))
        return result

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Comparison":
        """The comparison of a link; a link to one experiment gives RNN, LSTM and GRU of it.

        ValueError or LookupError with a sentence for a broken one.
        """
        common: dict[str, str] = {}
        own_values: dict[str, dict[str, str]] = {}
        named_texts(query)
        for name, text in query.items():
            letter, dot, field = name.partition(".")
            if dot:
                own_values.setdefault(letter, {})[field] = text
            elif name not in LINK_NAMES:
                common[name] = text
        others = {name: _parse(name, query[name]) for name in LINK_NAMES if name in query}
        if not own_values:
            return make_trio(Experiment.from_query(common), **others)
        letters = tuple(sorted(own_values))
        if letters != tuple(LETTERS[: len(letters)]):
            raise ValueError(
                say(
                    "link: expected experiments {first} and so on up to {last}, "
                    "got {got}. Name them in this order, leaving none out.",
                    first=", ".join(LETTERS[:2]),
                    last=LETTERS[-1],
                    got=shorten(", ".join(letters)),
                )
            )
        experiments = tuple(
            Experiment.from_query(common | own_values[letter]) for letter in letters
        )
        return cls(experiments, **others)


def make_trio(experiment: Experiment, **changes: Any) -> Comparison:
    """RNN, LSTM and GRU with all else as in `experiment`."""
    return Comparison(tuple(experiment.but(cell=cell) for cell in TORCH_CELLS), **changes)


def bytes_needed(experiment: Experiment) -> int:
    """The estimated bytes of a run of the experiment."""
    cell = CELLS[experiment.cell](**experiment.cell_options)
    return run_bytes(experiment, cell, experiment.make_task())


def _parse(name: str, text: str) -> Any:
    if name == "seeds" and re.fullmatch(r"[0-9]{1,3}", text):
        return int(text)
    if name == "sizes":
        if not re.fullmatch(r"[0-9]{1,4}(-[0-9]{1,4}){0,3}", text):
            raise ValueError(
                say(
                    "sizes: expected hidden sizes like 32-90-41, got {text}. "
                    "Leave them out to have them measured.",
                    text=shorten(text),
                )
            )
        return tuple(map(int, text.split("-")))
    return text
