r"""Interventions: a network with a gate held open, a unit silenced or a weight replaced.

    with layer.intervene(f=1.0): ...                    the forget gate held open
    with layer.intervene(f={3: 0.0}, h={2: 0.0}): ...   one unit's gate shut, another unit silenced
    with layer.intervene(forget_bias=1.0, reset="before", weight_hh_l0={(0, 1): 0.5}): ...

A clamped quantity is a constant: its value is exact, and no gradient passes through it to its inputs.
Its own recorded gradient is still the total derivative of the loss with respect to it: how the loss
would change if the clamped value were moved. A gate is clamped through its pre-activation alone (rows of
zero weights and the bias sigma^-1(v)), so the equations of the cells do not know of it.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from ..cells import CELLS, Cell
from ..cells.symbolic import silent_quantities
from ..cells.tape import Tape
from ..common.checks import choice, integer, number, shorten
from ..common.messages import either, say
from ..common.registry import unknown_name

SATURATING_INPUT = (
    1000.0  # sigma and tanh of this are 0, 1 and -1 to the last bit, and its products stay finite
)


@dataclass(frozen=True)
class Clamp:
    """Holds a gate, a candidate (g, n) or the state h at `value`, at every step.

    unit, layer, direction: one of them, or all when None.
    """

    quantity: str
    value: float
    unit: int | None = None
    layer: int | None = None
    direction: str | None = None


@dataclass(frozen=True)
class Edit:
    """Holds one number of a parameter, by torch's name ("weight_hh_l0") and its place."""

    parameter: str
    index: tuple[int, ...]
    value: float


@dataclass(frozen=True)
class Clamps:
    """The clamps of one layer and direction: (name, units, value) for gates, (units, value) for states."""

    cell: Cell
    inner: tuple[tuple[str, slice, float], ...]  # gates and candidates
    states: tuple[tuple[Any, float], ...]  # units of h: a slice, or an index of units and sequences

    def parameters(self, cell: Cell, p: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Copies of the parameters `p` of one layer and direction that give the clamped gates their values."""
        if not self.inner:
            return dict(p)
        p = {name: value.detach().clone() for name, value in p.items()}
        H = p["weight_hh"].shape[1]
        for name in ("bias_ih", "bias_hh"):
            p.setdefault(name, p["weight_hh"].new_zeros(cell.blocks * H))
        for quantity, units, value in self.inner:
            block = cell.block_names.index(quantity) * H
            rows = slice(block + units.start, block + units.stop)
            for name in ("weight_ih", "weight_hh", "bias_hh"):
                p[name][rows] = 0
            p["bias_ih"][rows] = pre_activation_for(cell, quantity, value)
            if quantity in cell.peepholes:
                p["weight_peephole"][cell.peepholes.index(quantity), units] = 0
        return p

    def zero_local_derivatives(self, tape: Tape) -> None:
        """Sets the local derivatives of clamped gates to 0: no gradient passes to their pre-activations."""
        for quantity, units, _value in self.inner:
            for name in _silent_quantities(self.cell, quantity):
                if (row := f"Q{name.removeprefix('a_')}") in tape:
                    tape[row][:, units] = 0


@lru_cache(maxsize=64)
def _silent_quantities(cell: Cell, clamped: str) -> frozenset[str]:
    return frozenset(silent_quantities(cell.equations(), (clamped,)))


@dataclass(frozen=True)
class Intervention:
    """All clamps and edits of a layer; falsy when there are none.

    forget_bias: the bias of an LSTM's forget gate (b_ih + b_hh). reset: puts a GRU's reset gate "before"
    or "after" the product, with the same weights.
    """

    clamps: tuple[Clamp, ...] = ()
    edits: tuple[Edit, ...] = ()
    forget_bias: float | None = None
    reset: str | None = None

    def __bool__(self) -> bool:
        return self != Intervention()

    def to_dict(self) -> dict[str, Any]:
        """Fit for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Intervention":
        """What `to_dict` described. ValueError for anything else."""
        try:
            clamps = tuple(Clamp(**c) for c in values.get("clamps", ()))
            edits = tuple(
                Edit(e["parameter"], tuple(e["index"]), e["value"]) for e in values.get("edits", ())
            )
            return cls(clamps, edits, values.get("forget_bias"), values.get("reset"))
        except (TypeError, KeyError, AttributeError):
            raise ValueError(
                say(
                    "intervention: expected clamps, edits, forget_bias and reset, got {got}. "
                    "Use a link that the page made.",
                    got=shorten(values),
                )
            ) from None

    def clamps_of(self, cell: Cell, hidden_size: int, layer: int, direction: str) -> Clamps | None:
        """The clamps of one layer and direction of that cell; None when there are none."""
        clamps = [c for c in self.clamps if c.layer in (None, layer)]
        clamps = [c for c in clamps if c.direction in (None, direction)]
        if not clamps:
            return None
        named = [(c.quantity, _units(c.unit, hidden_size), c.value) for c in clamps]
        inner = tuple(clamp for clamp in named if clamp[0] != "h")
        return Clamps(cell, inner, tuple(clamp[1:] for clamp in named if clamp[0] == "h"))

    def computing_cell(self, cell: Cell) -> Cell:
        """The cell that computes instead of `cell`: with another place of the reset gate, or `cell` itself."""
        if self.reset is None:
            return cell
        return CELLS[cell.name](**cell.options | {"reset": self.reset})

    def edit_weights(
        self, cell: Cell, names: Mapping[str, str], p: dict[str, Tensor]
    ) -> dict[str, Tensor]:
        """The parameters with the edits and the forget bias put in; no gradient reaches those numbers.

        names: the cell's name of each parameter -> torch's. p: by the cell's names, changed in place.
        """
        for name, torch_name in names.items():
            for edit in self.edits:
                if edit.parameter == torch_name:
                    clamped = torch.zeros_like(p[name], dtype=torch.bool)
                    clamped[edit.index] = True
                    p[name] = torch.where(clamped, edit.value, p[name])
        if self.forget_bias is not None:
            H, block = p["weight_hh"].shape[1], cell.block_names.index("f")
            for name, value in (("bias_ih", self.forget_bias), ("bias_hh", 0.0)):
                clamped = torch.zeros_like(p[name], dtype=torch.bool)
                clamped[block * H : block * H + H] = True
                p[name] = torch.where(clamped, value, p[name])
        return p

    def check(self, layer: Any) -> "Intervention":
        """A copy with plain numbers, if `layer` (a Recurrent) has everything that it names.

        Raises LookupError for an unknown name and ValueError for an impossible unit or value.
        """
        cell = layer.cell
        clamps = tuple(_checked_clamp(clamp, layer) for clamp in self.clamps)
        edits = tuple(_checked_edit(edit, layer) for edit in self.edits)
        forget_bias = self.forget_bias
        if forget_bias is not None:
            if "forget_bias" not in cell.options or not layer.bias:
                raise ValueError(
                    say(
                        "forget_bias: expected {cells} with biases, got {got} "
                        "{biases} biases. Leave it out, or change the cell.",
                        cells=_named_with("forget_bias"),
                        got=cell.name,
                        biases=say("with") if layer.bias else say("without"),
                    )
                )
            forget_bias = number("forget_bias", forget_bias, -1000, 1000)
        if self.reset is not None:
            choice("reset", self.reset, ("after", "before"))
            if cell.options.get("reset", "none") == "none":
                raise ValueError(
                    say(
                        "reset: expected {cells} with a reset gate, got {got} {options}. "
                        "Only those two forms share their weights.",
                        cells=_named_with("reset"),
                        got=cell.name,
                        options=cell.options,
                    )
                )
        return replace(self, clamps=clamps, edits=edits, forget_bias=forget_bias)


def make_intervention(layer: Any, **settings: Any) -> Intervention:
    """The intervention that keyword arguments describe: see `Recurrent.intervene`."""
    forget_bias, reset = settings.pop("forget_bias", None), settings.pop("reset", None)
    clamps, edits = [], []
    parameters = dict(layer.named_parameters())
    for name, setting in settings.items():
        if name in parameters:
            if not isinstance(setting, Mapping):
                raise ValueError(
                    say(
                        "{what}: expected places with values like {{(0, 1): 0.5}}, got {got}. "
                        "Say which number of the parameter to hold.",
                        what=name,
                        got=shorten(setting),
                    )
                )
            for index, value in setting.items():
                place = tuple(index) if isinstance(index, tuple | list) else (index,)
                edits.append(Edit(name, place, value))
        elif isinstance(setting, Mapping):
            clamps += [Clamp(name, value, unit) for unit, value in setting.items()]
        else:
            clamps.append(Clamp(name, setting))
    return Intervention(tuple(clamps), tuple(edits), forget_bias, reset).check(layer)


def _named_with(option: str) -> str:
    """The cells that have the option."""
    return either(name for name, make in CELLS.items() if option in make().options)


def clampable(cell: Cell) -> tuple[str, ...]:
    """The quantities of a cell that can be clamped: its gates, its candidate and h."""
    inner = [name for name in cell.quantities if name in cell.block_names and name != "h"]
    return (*inner, "h")


def clamp_limits(cell: Cell, quantity: str) -> tuple[float, float]:
    """The least and the largest value that the quantity can be clamped to."""
    if quantity == "h":
        return -1e6, 1e6
    limits = {"tanh": (-1, 1), "relu": (0, 1e6), "identity": (-1e6, 1e6)}
    return limits.get(_activation(cell, quantity), (0, 1))


def pre_activation_for(cell: Cell, quantity: str, value: float) -> float:
    """The pre-activation whose activation is `value`."""
    phi = _activation(cell, quantity)
    if phi in ("sigmoid", "hard_sigmoid") and value in (0, 1):
        return SATURATING_INPUT * (2 * value - 1)
    if phi == "sigmoid":
        return math.log(value / (1 - value))
    if phi == "hard_sigmoid":
        return 6 * value - 3
    if phi == "tanh":
        return SATURATING_INPUT * value if abs(value) == 1 else math.atanh(value)
    return value


def _activation(cell: Cell, quantity: str) -> str:
    """The function that gives a gate or a candidate."""
    if quantity in cell.gates:
        return cell.options.get("gate_activation", "sigmoid")
    return cell.options.get("activation", "tanh")


def _units(unit: int | None, hidden_size: int) -> slice:
    return slice(0, hidden_size) if unit is None else slice(unit, unit + 1)


def _checked_clamp(clamp: Clamp, layer: Any) -> Clamp:
    known = clampable(layer.cell)
    if clamp.quantity not in known:
        raise LookupError(
            unknown_name(
                say("gate of this {cell}", cell=layer.cell.name), clamp.quantity, list(known)
            )
        )
    low, high = clamp_limits(layer.cell, clamp.quantity)
    value = number(say("value of {quantity}", quantity=clamp.quantity), clamp.value, low, high)
    sizes = layer.sizes
    if clamp.layer is not None:
        sizes = (sizes[integer("layer", clamp.layer, 0, layer.num_layers - 1)],)
    if clamp.unit is not None:
        integer(say("unit of {quantity}", quantity=clamp.quantity), clamp.unit, 0, min(sizes) - 1)
    if clamp.direction is not None:
        choice("direction", clamp.direction, layer.directions)
    return replace(clamp, value=value)


def _checked_edit(edit: Edit, layer: Any) -> Edit:
    parameters = dict(layer.named_parameters())
    if edit.parameter not in parameters:
        raise LookupError(unknown_name(say("parameter"), edit.parameter, list(parameters)))
    shape = tuple(parameters[edit.parameter].shape)
    inside = len(edit.index) == len(shape) and all(
        isinstance(i, int) and not isinstance(i, bool) and 0 <= i < n
        for i, n in zip(edit.index, shape, strict=False)
    )
    if not inside:
        raise ValueError(
            say(
                "{what}: expected a place in its shape {shape}, got {got}. Count from 0.",
                what=edit.parameter,
                shape=list(shape),
                got=shorten(edit.index),
            )
        )
    return replace(edit, value=number(edit.parameter, edit.value, -1e6, 1e6))
