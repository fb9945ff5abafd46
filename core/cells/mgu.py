r"""The minimal gated unit (Zhou, Wu, Zhang & Zhou 2016): a GRU whose one gate both forgets and resets.

    forward, t = 1 .. T                           backward, t = T .. 1
    f = sigma(W_f x + b_if + U_f h_prev + b_hf)   dn = dh * f,   da_n = dn * (1 - n^2)
    q = f * h_prev                                dq = U_n^T da_n
    n = tanh(W_n x + b_in + U_n q + b_hn)         df = dh * (n - h_prev) + dq * h_prev
    h = (1 - f) * h_prev + f * n                  da_f = df * f (1 - f)
                                                  dh_prev += dh * (1 - f) + dq * f + U_f^T da_f

The gate near 1 overwrites the state: it is called the forget gate, as in the paper, and its sense is the
reverse of an LSTM's. The blocks of rows are f n. torch.nn has no such cell.
"""

import torch
from torch import Tensor, sub

from .arithmetic import Arithmetic, logistic
from .base import (
    Cell,
    Parameters,
    contributions,
    join,
    slope_sigmoid,
    slope_tanh,
    split,
    total_bias,
)
from .gru import mix
from .symbolic import Complement, Equations, Formula, Ref, activated, affine, times
from .tape import Layout, Tape


class MGU(Cell):
    """One gate, f, and one candidate, n."""

    name, title = "mgu", "MGU"
    blocks, block_names = 2, ("f", "n")
    gates = ("f",)
    quantities = ("f", "n", "h")
    details = ("a_f", "a_n", "q", "h_prev", "x")
    recurrent_terms = ((("a_f",), "h_prev"), (("a_n",), "q"))
    options = {}  # noqa: RUF012

    def layout(self, input_size: int, hidden_size: int) -> Layout:
        """A second column [q; 1; x] for the candidate, with q = f h_prev in the place of h_prev."""
        layout = Layout(
            input_size,
            hidden_size,
            records=("a_f", "a_n", "f", "n", "da_f", "da_n", "df", "dn", "dq"),
            scratch=("Qf", "Qn", "K", "M"),
            spans={"da": ("da_f", "da_n")},
        )
        layout.add_column("q")  # [f * h_prev; 1; x], the input of the candidate
        return layout

    def matrices(self, p: Parameters) -> tuple[Tensor, Tensor]:
        """(V_f for col, V_n for q_col), [H, H+1+I] each."""
        V_f, V_n = join(p["weight_hh"], total_bias(p), p["weight_ih"]).chunk(2)
        return V_f, V_n

    def adjoints(self, op: Arithmetic, matrices, hidden_size: int) -> tuple:
        """The recurrent parts (U_f, U_n), transposed."""
        return tuple(op.transpose(V[:, :hidden_size]) for V in matrices)

    def project(self, matrices, tape: Tape) -> None:
        """Copies x into the candidate's column."""
        tape["q_x"].copy_(tape["x"])

    def step(self, op, V, col, h_prev, a_f, f, q, q_col, a_n, n, h, term):
        """One time step: the gate first, then the candidate, which needs f."""
        V_f, V_n = V
        logistic(op, op.mm(V_f, col, out=a_f), f)
        op.mul(f, h_prev, out=q)
        op.tanh(op.mm(V_n, q_col, out=a_n), out=n)
        mix(op, h_prev, n, f, h, term)

    def local(self, matrices, tape: Tape) -> None:
        """The slopes of f and n; and dh/dh_prev and dh/df, f and n kept constant."""
        slope_sigmoid(tape["f"], out=tape["Qf"])  # df/da_f
        slope_tanh(tape["n"], out=tape["Qn"])  # dn/da_n
        sub(1, tape["f"], out=tape["K"])  # dh/dh_prev, directly
        sub(tape["n"], tape["h_prev"], out=tape["M"])  # dh/df

    def back(self, op, U, dh, f, Qn, M, Qf, K, h_prev, dn, da_n, dq, df, da_f, dh_prev, term):
        """One time step back: df has two terms, from h and from q."""
        U_f, U_n = U
        op.mul(op.mul(dh, f, out=dn), Qn, out=da_n)
        op.mm(U_n, da_n, out=dq)
        op.mul(dh, M, out=df)
        op.add(df, op.mul(dq, h_prev, out=term), out=df)
        op.mul(df, Qf, out=da_f)
        op.add(dh_prev, op.mul(dh, K, out=term), out=dh_prev)
        op.add(dh_prev, op.mul(dq, f, out=term), out=dh_prev)
        op.add(dh_prev, op.mm(U_f, da_f, out=term), out=dh_prev)

    def equations(self) -> Equations:
        """f, then the candidate from q = f h_prev, then h."""
        f, n, h_prev = Ref("f"), Ref("n"), Ref("h", -1)
        return {
            "a_f": Formula(affine("f")),
            "f": activated("a_f", "sigmoid"),
            "q": Formula((times(f, h_prev),)),
            "a_n": Formula(affine("n", Ref("q"))),
            "n": activated("a_n", "tanh"),
            "h": Formula((times(Complement(f), h_prev), times(f, n))),
        }

    def input_gradient(self, matrices, tape: Tape) -> Tensor:
        """dx [T, I, B], from the rows of both matrices."""
        W = torch.cat([V[:, tape.H + 1 :] for V in matrices])
        return torch.matmul(W.t(), tape["da"])

    def parameter_gradients(self, p, tape, steps, taught):
        """As in Cell, for the gate's column and the candidate's; the shares are those of both together."""
        dV_f, shares_f = contributions(*_taught(tape, "da_f", "col", steps, taught), tape.H)
        dV_n, shares_n = contributions(*_taught(tape, "da_n", "q_col", steps, taught), tape.H)
        tape.shares = torch.hypot(shares_f, shares_n)
        return split(torch.cat((dV_f, dV_n)), tape.H, p)


def _taught(tape: Tape, d: str, col: str, steps: int, taught: int) -> tuple[Tensor, Tensor]:
    """The rows of the steps and sequences that teach."""
    return tape[d][:steps, :, :taught], tape[col][:steps, :, :taught]


def mgu() -> Cell:
    """The minimal gated unit. It has no options."""
    return MGU()
