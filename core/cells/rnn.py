r"""The simple recurrent network (Elman 1990), with any of four activations phi.

    forward, t = 1 .. T                        backward, t = T .. 1
    a = W_ih x + b_ih + W_hh h_prev + b_hh     dh_prev += W_hh^T da      dW_hh += da h_prev^T
    h = phi(a)                                 da = dh * phi'(a)

phi: tanh (torch's and Elman's usual one), relu, sigmoid, identity (a linear network, for theory).

Other books: U x + W h or W_ax x + W_aa a_prev for the same product; one bias b = b_ih + b_hh.
"""

from typing import Literal

from torch import Tensor, nn

from ..common.checks import choice
from .activations import ACTIVATIONS
from .base import Cell
from .symbolic import Equations, Formula, activated, affine
from .tape import Layout, Tape


class RNN(Cell):
    """h_t = phi(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)."""

    name, title = "rnn", "RNN"
    blocks, block_names = 1, ("h",)
    quantities = ("a", "h")
    details = ("h_prev", "x")
    recurrent_terms = ((("a",), "h_prev"),)
    plain = True
    torch_class, torch_cell_class = nn.RNN, nn.RNNCell
    torch_options = {"activation": ("tanh", "relu")}  # noqa: RUF012
    torch_arguments = {"activation": "nonlinearity"}  # noqa: RUF012
    keras_class, keras_blocks = "SimpleRNN", ("h",)
    onnx_operator, onnx_blocks = "RNN", ("h",)
    option_meanings = {  # noqa: RUF012
        "activation": "the function of the state; relu and identity have no upper bound",
    }

    def __init__(self, activation: str):
        self.options = {"activation": activation}
        self.phi, self.slope = ACTIVATIONS[activation]

    def layout(self, input_size: int, hidden_size: int) -> Layout:
        """a and da, and one local derivative Q = phi'(a)."""
        return Layout(input_size, hidden_size, ("a", "da"), ("Q",), {})

    def step(self, op, V, col, a, h):
        """One time step: h = phi(V col)."""
        self.phi(op, op.mm(V, col, out=a), h)

    def local(self, matrices: Tensor, tape: Tape) -> None:
        """phi'(a) of all time steps, computed from h."""
        self.slope(tape["h"], tape["Q"])

    def back(self, op, U, dh, Q, da, dh_prev, term):
        """One time step back: da = dh phi'(a)."""
        op.mul(dh, Q, out=da)
        op.add(dh_prev, op.mm(U, da, out=term), out=dh_prev)

    def equations(self) -> Equations:
        """a, and h = phi(a)."""
        return {"a": Formula(affine("h")), "h": activated("a", self.options["activation"])}


def rnn(activation: Literal["tanh", "relu", "sigmoid", "identity"] = "tanh") -> Cell:
    """The simple recurrent cell. activation: "tanh", "relu", "sigmoid" or "identity"."""
    return RNN(choice("activation", activation, tuple(ACTIVATIONS)))
