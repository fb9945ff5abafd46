"""What a cell is: its equations forward, its local derivatives, its equations backward.

The backward pass is linear in the incoming gradient, and its coefficients (the local derivatives)
depend on the forward record only. So a cell is three short groups of equations in the same letters:

    step    the forward equations of one time step
    local   the local derivatives, for all time steps at once
    back    the backward equations of one time step: products of dh, dc with what `local` prepared and
            `step` recorded; every gradient that is shown comes from here

The argument names of `step` and `back` are names of rows on the tape (see `core.cells.tape`), after the
operations to compute with (see `core.cells.arithmetic`) and what `matrices` or `adjoints` returned. No cell
contains a loop over t. The methods below are right for a cell with one product a step,
a = V [h_prev; 1; x], whose gradient it calls `da`; other cells override them.
`d` before a name is the total derivative of the loss with respect to it.

A fourth group, `equations`, says the forward pass once more as data (see `core.cells.symbolic`): the formulas
of the microscope, the equations of every book and the exported script are written from it.

What interventions and linearization need besides (checked by tests/contract/test_every_cell.py):

    "Q<name>"  a scratch row that `local` fills: the factor by which a gradient passes on to a gate's or a
               candidate's pre-activation (the slope there), one for each block of rows but h. If `back`
               reaches a quantity y on the way there by a factor of its own, that is the row "Q<y>". An
               intervention sets to 0 the rows of all that it makes silent
               (`core.cells.symbolic.silent_quantities`), and what `back` gives is exact.
    "dh"       where units of h are clamped, `back` gets dh = 0; afterwards dh is the total again.
    arguments  of `back` that begin with d are gradients, `term` is memory; all others are local
               derivatives or recorded values, fixed before the pass, for one column or for many.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from .arithmetic import Arithmetic
from .symbolic import Complement, Equations, Product, Ref, ref_of
from .tape import Layout, Tape

_sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input

Parameters = Mapping[str, Tensor]


def slope_sigmoid(y: Tensor, out: Tensor) -> None:
    """out = sigma'(a), given y = sigma(a): y (1 - y)."""
    _sigmoid_backward(y.new_ones(()), y, grad_input=out)


def slope_tanh(y: Tensor, out: Tensor) -> None:
    """out = tanh'(a), given y = tanh(a): 1 - y^2."""
    torch.addcmul(y.new_ones(()), y, y, value=-1, out=out)


class Cell(ABC):
    """One step of a recurrent network. Holds options, no parameters: those belong to the layer."""

    name: str  # as in the registry
    title: str  # what a reader sees
    blocks: int  # rows of weight_ih and weight_hh, in units of H
    block_names: tuple[str, ...]  # one for each block of rows, in torch's order
    states: tuple[str, ...] = ("h",)
    gates: tuple[str, ...] = ()  # quantities that multiply others; usually between 0 and 1
    quantities: tuple[str, ...]  # what is recorded and shown, in display order
    details: tuple[str, ...]  # also recorded: what the formulas need besides
    quantity_names: Mapping[
        str, str
    ] = {}  # a letter that no other cell has -> what it is, for the reader
    # The terms of dW_hh: (pre-activations a whose da are stacked, the state that da is multiplied with)
    recurrent_terms: tuple[tuple[tuple[str, ...], str], ...]
    options: dict[str, Any]  # as in the registry
    plain = False  # h = phi(a) and nothing else, so that a step's Jacobian is diag(phi'(a)) W_hh
    peepholes: tuple[str, ...] = ()  # the gates that see c, as weight_peephole orders them
    torch_class: type[nn.RNNBase] | None = None
    torch_cell_class: type[nn.RNNCellBase] | None = None  # of one step a call
    torch_options: Mapping[str, tuple[Any, ...]] = {}  # option -> the values of it that torch has
    torch_arguments: Mapping[str, str] = {}  # option -> what torch calls it
    keras_class: str = ""  # as Keras calls its layer; "" where it has none
    keras_blocks: tuple[str, ...] = ()  # block_names in the order of its kernels
    onnx_operator: str = ""  # as ONNX calls it; "" where it has none
    onnx_blocks: tuple[str, ...] = ()  # block_names in the order of its weights
    onnx_peepholes: tuple[str, ...] = ()  # peepholes in the order of its weights
    option_meanings: Mapping[str, str] = {}  # option -> what it does, for the reader

    @abstractmethod
    def equations(self) -> Equations:
        """The forward pass of one step as data, in the order of computation: every name in `quantities`
        and `details` but the previous states and the input."""

    @property
    def bounded_gates(self) -> tuple[str, ...]:
        """The gates whose values lie between 0 and 1, and which are 1 minus themselves turned round: all but relu's."""
        return () if self.options.get("gate_activation") == "relu" else self.gates

    @cached_property
    def carry_gate(self) -> str | None:
        """The gate that multiplies the state which it carries from step to step; None without one."""
        carry = self._carry()
        ref = None if carry is None else ref_of(carry)
        return None if ref is None else ref.name

    @cached_property
    def carry_keeps(self) -> bool:
        """The sense of the carry gate: near 1 it keeps the state (True) or overwrites it (False)."""
        return not isinstance(self._carry(), Complement)

    @cached_property
    def carry_replaces(self) -> bool:
        """Whether what the carry gate does not keep is replaced, as it also lets the new content in."""
        state = self.states[-1]
        terms = self.equations()[state].terms
        return self.carry_gate is not None and any(
            isinstance(term, Product)
            and Ref(state, -1) not in term.factors
            and any(ref_of(factor) == Ref(self.carry_gate) for factor in term.factors)
            for term in terms
        )

    def _carry(self) -> Ref | Complement | None:
        """The factor of the last step's state in the state's own equation."""
        state = self.states[-1]
        for term in self.equations()[state].terms:
            if isinstance(term, Product) and Ref(state, -1) in term.factors:
                for factor in term.factors:
                    ref = ref_of(factor)
                    if isinstance(factor, Ref | Complement) and ref and ref.name in self.gates:
                        return factor
        return None

    def extra_parameters(self, hidden_size: int) -> dict[str, tuple[int, ...]]:
        """Parameters beyond torch's weight_ih, weight_hh, bias_ih, bias_hh: name -> shape."""
        return {"weight_peephole": (len(self.peepholes), hidden_size)} if self.peepholes else {}

    @abstractmethod
    def layout(self, input_size: int, hidden_size: int) -> Layout:
        """The rows of the tape."""

    def matrices(self, p: Parameters) -> Any:
        """What `step` multiplies with, assembled from parameters in torch's names and shapes."""
        return join(p["weight_hh"], total_bias(p), p["weight_ih"])

    def adjoints(self, op: Arithmetic, matrices: Any, hidden_size: int) -> Any:
        """What `back` multiplies with: the recurrent part of the matrices (as `op` sees them), transposed."""
        return op.transpose(matrices[:, :hidden_size])

    def project(self, matrices: Any, tape: Tape) -> None:  # noqa: B027 (most cells have none)
        """Products with the input that are taken for all time steps at once, before the loop."""

    def step_for(self, tape: Tape) -> Any:
        """The forward equations for what is on the tape, after `project`: `step`, unless the cell has others."""
        return self.step  # type: ignore[attr-defined] (its arguments differ from cell to cell)

    @abstractmethod
    def local(self, matrices: Any, tape: Tape) -> None:
        """Local derivatives of all time steps."""

    def input_gradient(self, matrices: Any, tape: Tape) -> Tensor:
        """dx [T, I, B]."""
        W, d = matrices[:, tape.H + 1 :], tape["da"]
        if d.dim() == 3 and d.shape[2] == 1:  # one product for all steps, in place of one for each
            return torch.mm(d.squeeze(2), W).unsqueeze(2)
        return torch.matmul(W.t(), d)

    def parameter_gradients(
        self, p: Parameters, tape: Tape, steps: int, taught: int
    ) -> dict[str, Tensor]:
        """Gradients of the parameters `p`, and `tape.shares`.

        Summed over the first `steps` steps and the first `taught` sequences.
        """
        d, col = tape["da"], tape["col"]
        if (steps, taught) != (tape.T, tape.B):
            d, col = d[:steps, :, :taught], col[:steps, :, :taught]
        dV, tape.shares = contributions(d, col, tape.H)
        return split(self.in_torchs_order(dV), tape.H, p)

    def in_torchs_order(self, dV: Tensor) -> Tensor:
        """The rows of dV as torch orders its blocks, where the tape has them in another order."""
        return dV


def join(w_hh: Tensor, bias: Tensor | None, w_ih: Tensor) -> Tensor:
    """V = [U | b | W], so that V col = U h_{t-1} + b + W x_t."""
    if bias is None:
        bias = w_hh.new_zeros(len(w_hh))
    return torch.cat((w_hh, bias.unsqueeze(1), w_ih), 1)


def total_bias(p: Parameters) -> Tensor | None:
    """b_ih + b_hh, where every gate sees only their sum."""
    return p["bias_ih"] + p["bias_hh"] if "bias_ih" in p else None


def split(dV: Tensor, hidden_size: int, p: Parameters) -> dict[str, Tensor]:
    """The gradients of weight_hh, both biases and weight_ih out of that of V = [U | b | W]."""
    grads = {"weight_hh": dV[:, :hidden_size], "weight_ih": dV[:, hidden_size + 1 :]}
    if "bias_ih" in p:
        grads["bias_ih"] = grads["bias_hh"] = dV[:, hidden_size]
    return grads


def _terms(d: Tensor, col: Tensor, hidden_size: int) -> tuple[Tensor, Tensor]:
    """The sum of the T products, and the norms of their first columns (in two passes: far faster)."""
    terms = torch.bmm(d, col.mT)
    rows = torch.linalg.vector_norm(terms[:, :, :hidden_size], dim=2)
    return terms.sum(0), torch.linalg.vector_norm(rows, dim=1)


def contributions(d: Tensor, col: Tensor, hidden_size: int) -> tuple[Tensor, Tensor]:
    """dV = sum_t d_t col_t^T [G, K], and share[t] = ||d_t h_{t-1}^T||_F [T].

    d [T, G, B] are the gradients of the pre-activations, col [T, K, B] has h_{t-1} in its first rows.
    A small dV, or a large batch: form the T terms, and the norms come with them. Otherwise accumulate, and
    take the norms from B x B Gram matrices, ||d h^T||_F^2 = <d^T d, h^T h>, again directly wherever that cancels.
    """
    T, G, B = d.shape
    K = col.shape[1]
    if max(2**16, 2 * B * B) >= G * K:
        chunk = max(1, 2**20 // (G * K))
        if chunk >= T:
            return _terms(d, col, hidden_size)
        parts = [
            _terms(d[k : k + chunk], col[k : k + chunk], hidden_size) for k in range(0, T, chunk)
        ]
        return sum(dV for dV, _ in parts), torch.cat([shares for _, shares in parts])  # type: ignore[return-value]
    dV, h = d.new_zeros(G, K), col[:, :hidden_size]
    for d_t, col_t in zip(d, col.mT, strict=True):
        dV.addmm_(d_t, col_t)
    D, S = torch.bmm(d.mT, d), torch.bmm(h.mT, h)
    most = (D.diagonal(0, 1, 2) * S.diagonal(0, 1, 2)).clamp_(min=0).sqrt_().sum(1).square_()
    squares = D.mul_(S).sum((1, 2))
    for t in (squares < 1e-3 * most).nonzero().flatten().tolist():
        squares[t] = torch.mm(d[t], h[t].t()).square_().sum()
    return dV, squares.clamp_(min=0).sqrt_()
