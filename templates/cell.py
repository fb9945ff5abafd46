r"""The residual RNN: what is new is added to the state.

A cell to start from. Copy this file to core/cells/residual.py; in core/cells/__init__.py import residual,
and write into CELLS, where it is to stand in menus:

    "residual": residual,

Layers, controls, formulas, pictures and exports follow. What each member means stands in core/cells/base.py.

    forward, t = 1 .. T                          backward, t = T .. 1
    n = tanh(W x + b_ih + U h_prev + b_hh)       dn = dh,   da_n = dn * (1 - n^2)
    h = h_prev + n                               dh_prev += dh + U^T da_n          dU += da_n h_prev^T
"""

from torch import Tensor

from .base import Cell, slope_tanh
from .symbolic import Equations, Formula, Ref, activated, affine, times
from .tape import Layout, Tape


class Residual(Cell):
    """h_t = h_{t-1} + tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)."""

    name, title = "residual", "Residual RNN"
    blocks, block_names = 1, ("n",)  # the rows of the weights: here one block of H, those of n
    quantities = ("n", "h")  # recorded and shown, in this order
    details = ("a_n", "h_prev", "x")  # recorded because the formulas need them
    recurrent_terms = ((("a_n",), "h_prev"),)  # dW_hh = sum_t da_n h_prev^T
    options = {}  # noqa: RUF012 (an option is an argument of the function below, and stands here)

    def layout(self, input_size: int, hidden_size: int) -> Layout:
        """Rows of the tape besides h, dh and x. "da" is what the methods of Cell call the gradient of a."""
        records, scratch = ("a_n", "n", "da_n", "dn"), ("Qn",)
        return Layout(input_size, hidden_size, records, scratch, spans={"da": ("da_n", "da_n")})

    def step(self, op, V, col, h_prev, a_n, n, h):
        """One time step. V col = U h_prev + b + W x; every result has its row."""
        op.tanh(op.mm(V, col, out=a_n), out=n)
        op.add(h_prev, n, out=h)

    def local(self, matrices: Tensor, tape: Tape) -> None:
        """All time steps at once: dn/da_n."""
        slope_tanh(tape["n"], out=tape["Qn"])

    def back(self, op, U, dh, Qn, dn, da_n, dh_prev, term):
        """One time step back: linear in dh. What is shown has a gradient, too: here dn = dh."""
        op.add(dh, 0, out=dn)
        op.mul(dn, Qn, out=da_n)
        op.add(dh_prev, dh, out=dh_prev)
        op.add(dh_prev, op.mm(U, da_n, out=term), out=dh_prev)

    def equations(self) -> Equations:
        """The forward pass once more, as data."""
        return {
            "a_n": Formula(affine("n")),
            "n": activated("a_n", "tanh"),
            "h": Formula((times(Ref("h", -1)), times(Ref("n")))),
        }


def residual() -> Cell:
    """The residual RNN. It has no options."""
    return Residual()
