"""Which cells weights may belong to, as far as their names and shapes tell.

    fitting = [c for c in cell_candidates() if c.fits(2, set())]
    fitting[0].cell, fitting[0].variant           # "gru", {"reset": "none"}

All is computed from CELLS: a new cell, or a new option of one, is a candidate at once.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from ..cells import CELLS
from ..common.messages import say
from ..common.options import Option, options_of
from ..layers.torch_weights import parameter_shapes

ORDINARY = {"weight_ih", "weight_hh", "bias_ih", "bias_hh"}  # what every torch.nn layer has
NEVER_ASKED = (
    "gate_activation",
)  # no library trains gates that are no sigmoid unless told so: not worth a question


@dataclass(frozen=True)
class Candidate:
    """A cell by its name in CELLS, with a value for each option that changes its equations.

    block_names: its blocks of rows, in the order in which weight_hh has them.
    extra_names: its parameters besides torch's four.
    """

    cell: str
    options: Mapping[str, Any]
    block_names: tuple[str, ...]
    extra_names: frozenset[str]

    @property
    def variant(self) -> dict[str, Any]:
        """The options that are not at their defaults."""
        defaults = {option.name: option.default for option in options_of(CELLS[self.cell])}
        return {name: v for name, v in self.options.items() if v != defaults[name]}

    @property
    def is_torch_default(self) -> bool:
        """Whether it is what torch.nn computes unless told otherwise."""
        return CELLS[self.cell]().torch_class is not None and not self.variant

    def __str__(self) -> str:
        variant = [f"{name} {value}" for name, value in self.variant.items()]
        return say(
            "{cell} (blocks {blocks})",
            cell=", ".join([self.cell, *variant]),
            blocks=" ".join(self.block_names),
        )

    def fits(self, blocks: int, extra_names: Set[str]) -> bool:
        """Whether weights of so many blocks of rows, with these parameters besides, can be its own."""
        return len(self.block_names) == blocks and self.extra_names == extra_names


def cell_candidates() -> tuple[Candidate, ...]:
    """Every cell of CELLS in every variant, in menu order; of each cell the default comes first."""
    candidates = []
    for name, make in CELLS.items():
        choices = {option.name: _values(option) for option in options_of(make) if _values(option)}
        for values in product(*choices.values()):
            options = dict(zip(choices, values, strict=True))
            cell = make(**options)
            extra_names = parameter_shapes(cell, 1, 1, bias=True).keys() - ORDINARY
            candidates.append(Candidate(name, options, cell.block_names, frozenset(extra_names)))
    return tuple(candidates)


def known_candidates(cell: str, options: Mapping[str, Any]) -> tuple[Candidate, ...]:
    """The variants of a cell that have these options; one that is known to the last option is a single one.

    What is NEVER_ASKED is at its default unless it is among the options.
    """
    asked = {name: v for name, v in options.items() if name not in NEVER_ASKED}
    fitting = [
        candidate
        for candidate in cell_candidates()
        if candidate.cell == cell and asked.items() <= candidate.options.items()
    ]
    known = {name: v for name, v in options.items() if name in NEVER_ASKED}
    return tuple(replace(each, options={**each.options, **known}) for each in fitting)


def _values(option: Option) -> list[Any]:
    """The default, then the other values; none of a number, which changes no equation, and of what is NEVER_ASKED."""
    if option.name in NEVER_ASKED:
        return []
    values = {"truth": (False, True), "choice": option.choices}.get(option.kind, ())
    return sorted(values, key=lambda value: value != option.default)
