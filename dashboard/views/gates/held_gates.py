"""What holding a gate at its ends does to the state, in words: true for each cell with its own equations."""

from core.cells import Cell
from core.cells.symbolic import Complement, Product, Ref, ref_of
from dashboard.common.i18n import _, join_sentences


def describe_held_gate(cell: Cell) -> str:
    """Two sentences about the gate that carries the state, at 1 and at 0; "" for a cell without one."""
    gate, state = cell.carry_gate, cell.states[-1]
    if gate is None:
        return ""
    keeps, writes = (1, 0) if cell.carry_keeps else (0, 1)
    if not cell.carry_replaces:
        return _(
            "Hold {gate} at {keeps}: {state} is never erased, only added to; at {writes} {state} is erased at every step "
            "(h still feeds back).",
            gate=gate,
            state=state,
            keeps=keeps,
            writes=writes,
        )
    plain = _describe_plain(cell, gate)
    return _(
        "Hold {gate} at {keeps}: h never changes, so nothing is ever written; at {writes} the {cell} becomes "
        "{plain}.",
        gate=gate,
        keeps=keeps,
        writes=writes,
        cell=cell.title,
        plain=plain,
    )


def _describe_plain(cell: Cell, carry: str) -> str:
    """What is left of a cell whose state is written anew at every step."""
    others = [gate for gate in cell.gates if gate != carry]
    return _("a plain RNN with a reset gate") if others else _("a plain RNN")


def describe_other_gates(cell: Cell) -> str:
    """A sentence for each further gate, at both ends."""
    return join_sentences(
        sentence
        for gate in cell.gates
        if gate != cell.carry_gate
        if (sentence := _describe(cell, gate))
    )


def _describe(cell: Cell, gate: str) -> str:
    forward = cell.equations()
    state = cell.states[-1]
    for name, formula in forward.items():
        for term in formula.terms:
            factors = term.factors if isinstance(term, Product) else ()
            if not any(ref_of(factor) == Ref(gate) for factor in factors):
                continue
            assert not any(isinstance(factor, Complement) for factor in factors)
            if name == "h":
                return _(
                    "Hold {gate} at 1: all of {state} is shown; at 0 h is 0, and {state} goes on unseen.",
                    gate=gate,
                    state=state,
                )
            if name == state:
                return _(
                    "Hold {gate} at 1: every candidate is added in full; at 0 nothing is ever added to {state}.",
                    gate=gate,
                    state=state,
                )
            return _(
                "Hold {gate} at 1: the candidate sees all of the last state; at 0 it sees the input alone.",
                gate=gate,
            )
    return ""
