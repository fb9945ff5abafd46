"""Backpropagation through time: the one loop over t, for any cell, as one autograd function.

    output [T, B, H], last state(s) [B, H]  =  unroll(cell, ..., x [T, B, I], h0 [B, H], c0, parameters)

Forward: T times `step`. Backward (Werbos 1990): local derivatives of all steps at once, then T times
`back`. What is on the tape afterwards is the total derivative of the loss with respect to every
recorded quantity at every step; of several backward calls over one forward pass, their sum.

Where the derivative is itself to be differentiated (`create_graph=True`), autograd is given a plain loop
(`core.layers.plain_loop`); the tape is filled all the same.
"""

import weakref
from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from ..cells.base import Cell
from ..cells.tape import Tape
from ..common.messages import say
from .plain_loop import run_plain_loop
from .plan import Plan


def unroll(
    plan: Plan, tape: Tape, x: Tensor, state: Sequence[Tensor], parameters: Sequence[Tensor]
):
    """Runs the cell over x [T, B, I] -> (output [T, B, H], last c [B, H] or None).

    `state` holds h0 [B, H], and c0 where the cell has one; it is empty where they are zero. `tape` is
    filled by the pass.
    """
    h0, c0 = (*state, None, None)[:2]
    return _Unroll.apply(plan, tape, x, h0, c0, *parameters)


class _Unroll(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx, plan: Plan, tape: Tape, x: Tensor, h0: Tensor | None, c0: Tensor | None, *parameters
    ):
        cell = plan.cell
        p = dict(zip(plan.names, parameters, strict=True))
        matrices = cell.matrices(p if plan.clamps is None else plan.clamps.parameters(cell, p))
        op = tape.buffers.arithmetic
        tape.operand("x")[...] = op.view(x).mT
        for name, start in zip(cell.states, (h0, c0), strict=False):
            tape.operand(f"{name}_prev")[0] = 0 if start is None else op.view(start).mT
        ctx.beyond = None if plan.lengths is None else _beyond(plan.lengths, tape.T)
        if ctx.beyond is not None:
            _erase(tape, ctx.beyond, ("x",))
        V = op.views(matrices)
        with np.errstate(all="ignore"):  # infinity and NaN are lessons, not warnings
            cell.project(matrices, tape)
            step = cell.step_for(tape)
            rows = tape.buffers.steps(step)[: tape.T]
            if plan.clamps is None or not plan.clamps.states:
                for row in rows:
                    step(op, V, *row)
            else:
                for row, h in zip(rows, tape["h"].unbind(0), strict=True):
                    step(op, V, *row)
                    for units, value in plan.clamps.states:
                        h[units] = value
        if ctx.beyond is not None:
            names = cell.states if plan.output_only else _names_read_later(cell)
            _erase(tape, ctx.beyond, names)

        ctx.plan, ctx.matrices, ctx.has_c = plan, matrices, "c" in cell.states
        ctx.tape = lambda: tape
        ctx.save_for_backward(x, h0, c0, *parameters)
        ctx.set_materialize_grads(False)
        output = x.new_empty(tape.T, tape.B, tape.H)  # never a view of the tape
        op.view(output)[...] = tape.operand("h").mT
        return output, (_last_states(tape["c"], plan.lengths) if ctx.has_c else None)

    @staticmethod
    def backward(ctx, grad_h: Tensor | None, grad_c: Tensor | None):  # pyright: ignore[reportIncompatibleMethodOverride]
        if not torch.is_grad_enabled():
            return _backward(ctx, grad_h, grad_c)
        with torch.no_grad():
            _backward(ctx, *(None if g is None else g.detach() for g in (grad_h, grad_c)))
        return _differentiable_backward(ctx, grad_h, grad_c)


def _backward(ctx, grad_h: Tensor | None, grad_c: Tensor | None) -> tuple[Tensor | None, ...]:
    """The gradients of all arguments of `_Unroll.forward`, and those of every recorded quantity on the tape."""
    plan, cell, matrices, tape = ctx.plan, ctx.plan.cell, ctx.matrices, ctx.tape()
    if tape is None:
        raise RuntimeError(
            say(
                "backward: expected the tape of this forward pass, got none: a first backward pass "
                "has used it. Run the forward pass again, or add the losses first."
            )
        )
    _x, _h0, _c0, *parameters = ctx.saved_tensors
    p = dict(zip(plan.names, parameters, strict=True))
    op = tape.buffers.arithmetic
    earlier = _recorded_gradients(cell, tape) if tape.has_grads else []
    tape["dh_prev"][: 1 if plan.recurrence else tape.T].zero_()
    tape.operand("dh")[...] = 0 if grad_h is None else op.view(grad_h).mT
    if ctx.beyond is not None:
        _erase(tape, ctx.beyond, ("dh",))
    cell.local(matrices, tape)
    if plan.clamps is not None:
        plan.clamps.zero_local_derivatives(tape)
    if ctx.has_c:
        tape["dc"][-1 if plan.recurrence else slice(None)].zero_()
    back = cell.back  # type: ignore[attr-defined]
    U = cell.adjoints(op, op.views(matrices), tape.H)
    rows = tape.buffers.steps(back)[: tape.T]
    with np.errstate(all="ignore"):
        if grad_c is None and not plan.truncate and plan.clamps is None:
            for row in reversed(rows):
                back(op, U, *row)
        else:
            _back_with_pauses(plan, tape, grad_c, lambda t: back(op, U, *rows[t]))
    _stop_at_constants(plan, tape)
    _, _, needs_x, needs_h0, needs_c0, *needs_parameters = ctx.needs_input_grad
    grads: dict[str, Tensor] = {}
    if any(needs_parameters) or plan.taught != 1:  # of one sequence the shares are known without
        grads = cell.parameter_gradients(p, tape, plan.taught_steps, plan.taught)
    tape.has_grads = plan.shows_grads
    # The graph of a loss often outlives its backward pass by one training step, and must not
    # keep the tape from being used again: from here on the recording decides how long it lives.
    ctx.tape = weakref.ref(tape)

    gradients = (
        None,
        None,
        cell.input_gradient(matrices, tape).mT if needs_x else None,
        tape["dh_prev"][0].t().clone() if needs_h0 else None,
        tape["dc_prev"][0].t().clone() if needs_c0 else None,
        *(grads.get(name) for name in plan.names),
    )
    if earlier:
        for row, gradient in earlier:
            row.add_(gradient)
        cell.parameter_gradients(p, tape, plan.taught_steps, plan.taught)  # the shares of the sum
    return gradients


def _stop_at_constants(plan: Plan, tape: Tape) -> None:
    """Without recurrence each step began from zeros, which are constants: nothing goes back to them."""
    if not plan.recurrence:
        for name in plan.cell.states:
            tape[f"d{name}_prev"].zero_()


def _recorded_gradients(cell: Cell, tape: Tape) -> list[tuple[Tensor, Tensor]]:
    """What an earlier backward call left on the tape: (the rows of a gradient, a copy of them)."""
    deltas = [a for several, _ in cell.recurrent_terms for a in several]
    names = dict.fromkeys(f"d{name}" for name in (*cell.quantities, *cell.details, *deltas))
    rows = []
    for name in names:
        if name in tape:
            # "dh_prev" is "dh" one step earlier: but for its first step, these are the same rows.
            shared = name.removesuffix("_prev") in names and name.endswith("_prev")
            rows.append(tape[name][:1] if shared else tape[name])
    return [(row, row.clone()) for row in rows]


def _differentiable_backward(ctx, grad_h: Tensor | None, grad_c: Tensor | None):
    """As `_backward`, as a function that autograd can differentiate."""
    plan = ctx.plan
    x, h0, c0, *parameters = ctx.saved_tensors
    arguments = (x, h0, c0, *parameters)
    wanted = [
        k
        for k, (argument, needed) in enumerate(
            zip(arguments, ctx.needs_input_grad[2:], strict=True)
        )
        if argument is not None and needed
    ]
    with torch.enable_grad():
        p = dict(zip(plan.names, parameters, strict=True))
        output, c = run_plain_loop(plan, x, (h0, c0), p)
        pairs = [
            (value, gradient)
            for value, gradient in ((output, grad_h), (c, grad_c))
            if value is not None and gradient is not None
        ]
        gradients: list[Tensor | None] = [None] * len(arguments)
        results = torch.autograd.grad(
            [value for value, _ in pairs],
            [arguments[k] for k in wanted],
            [gradient for _, gradient in pairs],
            create_graph=True,
            allow_unused=True,
        )
    for k, gradient in zip(wanted, results, strict=True):
        gradients[k] = gradient
    return None, None, *gradients


def _back_with_pauses(
    plan: Plan, tape: Tape, grad_c: Tensor | None, back: Callable[[int], None]
) -> None:
    """The backward loop where something is to be done between two steps.

    What reaches c directly is added; nothing flows through a clamped state; and where a chunk
    begins, the state before it keeps what reaches it directly and gets nothing from later steps.
    """
    dh, dh_prev = tape["dh"].unbind(0), tape["dh_prev"].unbind(0)
    dc, dc_prev = (tape[n].unbind(0) if "c" in plan.cell.states else () for n in ("dc", "dc_prev"))
    direct = [None] * tape.T if grad_c is None else _direct_gradients(grad_c, plan.lengths, tape.T)
    clamped = () if plan.clamps is None else plan.clamps.states
    for t in reversed(range(tape.T)):
        into_c = direct[t]
        if into_c is not None:
            dc[t].add_(into_c)
        cut = plan.truncate and t and t % plan.truncate == 0
        before = dh_prev[t].clone() if cut else None
        totals = [(dh[t][units], dh[t][units].clone()) for units, _ in clamped]
        for view, _ in totals:
            view.zero_()
        back(t)
        for view, total in totals:
            view.copy_(total)
        if before is not None:
            dh_prev[t].copy_(before)
            if dc_prev:
                dc_prev[t].zero_()


def _names_read_later(cell: Cell) -> tuple[str, ...]:
    """What is read after the pass: by the backward pass, or from the recording."""
    names = {*cell.quantities, *cell.details} - {"x", "h_prev", "c_prev"}
    return (*names, "m") if "c" in cell.states else (*names,)


def _beyond(lengths: Tensor, steps: int) -> Tensor:
    """[T, B]: whether the step lies beyond the sequence's end."""
    return torch.arange(steps, device=lengths.device)[:, None] >= lengths


def _erase(tape: Tape, beyond: Tensor, names: tuple[str, ...]) -> None:
    """Zeroes what lies beyond each sequence's end, so that it can neither be seen nor do harm.

    No gradient ever comes from there, but 0 * inf would: a relu network may explode on the padding.
    """
    for rows in tape.buffers.runs(names, tape.T):
        tape.buffers.arithmetic.erase(rows, beyond)


def _last_states(values: Tensor, lengths: Tensor | None) -> Tensor:
    """The value at each sequence's own last step: [T, H, B] -> [B, H]."""
    if lengths is None:
        return values[-1].t().clone()
    return values[lengths - 1, :, torch.arange(len(lengths), device=values.device)]


def _direct_gradients(grad_c: Tensor, lengths: Tensor | None, steps: int) -> list[Tensor | None]:
    """For each step, what reaches c from the last state [B, H] directly: [H, B] or None."""
    if lengths is None:
        return [None] * (steps - 1) + [grad_c.t()]
    t = torch.arange(steps, device=lengths.device)
    ends = (t[:, None] == lengths - 1).unsqueeze(1)  # [T, 1, B]
    return list((ends * grad_c.t()).unbind(0))
