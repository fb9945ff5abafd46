r"""The gated recurrent unit in three forms.

reset="after", torch's and cuDNN's (the reset gate after the recurrent product), the default:

    forward, t = 1 .. T                             backward, t = T .. 1
    r, z = sigma(W x + b_ih + U h_prev + b_hh)      da_k = dk * k (1 - k),  k in {r, z}
    u = U_n h_prev + b_hn                           du = da_n * r,   dr = da_n * u
    n = tanh(W_n x + b_in + r * u)                  da_n = dn * (1 - n^2)
    h = (1 - z) * n + z * h_prev                    dz = dh * (h_prev - n),  dn = dh * (1 - z)
                                                    dh_prev += dh * z + U^T [da_r; da_z; du]

reset="before", as first published (Cho et al. 2014): the reset gate acts on the state itself:

    q = r * h_prev                                  dq = U_n^T da_n,  dr = dq * h_prev
    n = tanh(W_n x + b_in + U_n q + b_hn)           dh_prev += dh * z + dq * r + U^T [da_r; da_z]

reset="none", the simplified unit that courses begin with: one gate, z; r = 1 everywhere.

Other books: Cho et al. and d2l agree with z keeping the old state; some courses write the update gate
the other way round, h = z n + (1 - z) h_prev, so their Gamma_u is 1 - z here. Keras stores its blocks
as z r h; torch, and this file, as r z n. With reset="none" the blocks are z n.
"""

import math
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn, sub

from ..common.checks import choice
from .activations import GATE_ACTIVATIONS, GATE_MEANING
from .arithmetic import Arithmetic, arithmetic
from .base import Cell, Parameters, contributions, join, slope_tanh, split, total_bias
from .symbolic import (
    Complement,
    Equations,
    Formula,
    Ref,
    activated,
    affine,
    from_input,
    from_state,
    times,
)
from .tape import Layout, Tape


def mix(op: Arithmetic, n, h_prev, z, h, term) -> None:
    """h = (1 - z) n + z h_prev = n + z (h_prev - n)."""
    op.mul(z, op.sub(h_prev, n, out=term), out=term)
    op.add(n, term, out=h)


class GRU(Cell):
    """What the three forms share."""

    name, title = "gru", "GRU"
    torch_class, torch_cell_class = nn.GRU, nn.GRUCell
    torch_options = {"reset": ("after",), "gate_activation": ("sigmoid",)}  # noqa: RUF012
    keras_class, keras_blocks = "GRU", ("z", "r", "n")
    onnx_operator, onnx_blocks = "GRU", ("z", "r", "n")
    option_meanings = {  # noqa: RUF012
        "reset": "where the reset gate acts: after the recurrent product (torch), before it (as first published), or "
        "nowhere",
        "gate_activation": GATE_MEANING,
    }
    reset: str

    def __init__(self, gate_activation: str):
        self.sigma, self.gate, self.gate_slope = GATE_ACTIVATIONS[gate_activation]
        self.options = {"reset": self.reset, "gate_activation": gate_activation}

    def equations(self) -> Equations:
        """The equations of the form, of which only the candidate's differ."""
        h_prev, z = Ref("h", -1), Ref("z")
        pre = {f"a_{gate}": Formula(affine(gate)) for gate in self.gates}
        gates = {
            gate: activated(f"a_{gate}", self.options["gate_activation"]) for gate in self.gates
        }
        return {
            **pre,
            **gates,
            **self.candidate(),
            "n": activated("a_n", "tanh"),
            "h": Formula((times(Complement(z), Ref("n")), times(z, h_prev))),
        }

    def candidate(self) -> Equations:
        """How a_n is computed."""
        return {"a_n": Formula(affine("n"))}

    def local(self, matrices, tape: Tape) -> None:
        """The slopes of the gates and of n; M = dh/dz and K = dh/dn."""
        for gate in self.gates:
            self.gate_slope(tape[gate], tape[f"Q{gate}"])
        slope_tanh(tape["n"], out=tape["Qn"])
        sub(tape["h_prev"], tape["n"], out=tape["M"])
        sub(1, tape["z"], out=tape["K"])


class ResetAfter(GRU):
    """The GRU of torch.nn.GRU: n = tanh(W_n x + b_in + r * (U_n h_prev + b_hn))."""

    blocks, block_names = 3, ("r", "z", "n")
    gates = ("r", "z")
    quantities = ("r", "z", "n", "h")
    details = ("a_r", "a_z", "a_n", "u", "h_prev", "x")
    recurrent_terms = ((("a_r", "a_z", "u"), "h_prev"),)
    reset = "after"

    def layout(self, input_size: int, hidden_size: int) -> Layout:
        """u = U_n h_prev + b_hn beside the gates' pre-activations: one product with col gives all three.

        Before them r and z: r and u are the ends of five neighbours, and da_n is multiplied with both at once.
        """
        return Layout(
            input_size,
            hidden_size,
            records=(
                *("r", "z", "a_r", "a_z", "u", "v", "a_n", "n"),
                *("da_r", "da_z", "du", "dr", "dz", "dn", "da_n"),
            ),
            scratch=("Qr", "Qz", "Qn", "M", "K"),
            spans={
                "a": ("a_r", "u"),
                "a_rz": ("a_r", "a_z"),
                "rz": ("r", "z"),
                "ru": ("r", "u", 5, 4),
                "dur": ("du", "dr", 2),
                "drz": ("dr", "dz"),
                "dzn": ("dz", "dn", 2),
                "da_rz": ("da_r", "da_z"),
                "da_rzu": ("da_r", "du"),
                "Qrz": ("Qr", "Qz"),
                "MK": ("M", "K", 2),
                "one_x": ("one", "x"),
                "h_one": ("h_prev", "one"),
            },
        )

    def matrices(self, p: Parameters) -> tuple[Tensor, Tensor]:
        """(V [3H, H+1+I], with no x in the rows of u; W_n [H, 1+I], which takes no h)."""
        H = len(p["weight_hh"]) // 3
        V, n = join(p["weight_hh"], total_bias(p), p["weight_ih"]), slice(2 * H, 3 * H)
        W_n = V[n, H:].clone()  # v = W_n x + b_in sees no h ...
        op = arithmetic(V)
        of_u, of_v = op.view(V)[n, H:], op.view(W_n)
        of_u[...] = 0  # ... and u = U_n h_prev + b_hn sees no x
        if "bias_ih" in p:
            of_v[:, 0], of_u[:, 0] = op.view(p["bias_ih"])[n], op.view(p["bias_hh"])[n]
        return V, W_n

    def adjoints(self, op: Arithmetic, matrices, hidden_size: int):
        """Of V alone: v = W_n x + b_in takes no state."""
        return super().adjoints(op, matrices[0], hidden_size)

    def project(self, matrices, tape: Tape) -> None:
        """v = W_n x + b_in of all time steps."""
        op = tape.buffers.arithmetic
        op.matmul(op.view(matrices[1]), tape.operand("one_x"), out=tape.operand("v"))

    def step_for(self, tape: Tape):
        """`step`, or `step_with_infinities` where v is not finite: its input may be infinite, too."""
        with np.errstate(all="ignore"):
            total = tape.operand("v").sum()
        return self.step if math.isfinite(total) else self.step_with_infinities

    def step_with_infinities(
        self, op: Arithmetic, V, h_one, col, h_prev, a, a_rz: Tensor, rz: Tensor, r, z, u, v, a_n, n, h, term
    ):  # fmt: skip
        """As `step`, with a product of its own for u: in the common one an infinite x would meet a weight of 0."""
        op.mm(V[0], col, out=a)
        op.mm(V[0][-len(u) :, : len(h_one)], h_one, out=u)
        self.sigma(a_rz, out=rz)
        op.add(v, op.mul(r, u, out=term), out=a_n)
        op.tanh(a_n, out=n)
        mix(op, n, h_prev, z, h, term)

    def step(
        self,
        op: Arithmetic,
        V,
        col,
        h_prev,
        a,
        a_rz: Tensor,
        rz: Tensor,
        r,
        z,
        u,
        v,
        a_n,
        n,
        h,
        term,
    ):
        """One time step, with the gates' sigmoid as one operation of torch."""
        op.mm(V[0], col, out=a)
        self.sigma(a_rz, out=rz)
        op.add(v, op.mul(r, u, out=term), out=a_n)
        op.tanh(a_n, out=n)
        mix(op, n, h_prev, z, h, term)

    def back(
        self, op, U, dh, MK, Qn, ru, Qrz, z, dzn, dn, da_n, dur, drz, da_rz, da_rzu, dh_prev, term
    ):
        """One time step back; dz and dn, then du and dr, are one product of neighbours."""
        op.mul(dh, MK, out=dzn)
        op.mul(dn, Qn, out=da_n)
        op.mul(da_n, ru, out=dur)  # du = da_n r, dr = da_n u
        op.mul(drz, Qrz, out=da_rz)
        op.add(dh_prev, op.mul(dh, z, out=term), out=dh_prev)
        op.add(dh_prev, op.mm(U, da_rzu, out=term), out=dh_prev)

    def candidate(self) -> Equations:
        """a_n = W_n x + b_in + r u, with u = U_n h_prev + b_hn."""
        reset = times(Ref("r"), Ref("u"))
        return {"u": Formula(from_state("n")), "a_n": Formula((*from_input("n"), reset))}

    def input_gradient(self, matrices, tape: Tape) -> Tensor:
        """dx [T, I, B]: through the gates, and through the candidate's own product."""
        V, W_n = matrices
        return torch.matmul(V[:, tape.H + 1 :].t(), tape["da_rzu"]) + torch.matmul(
            W_n[:, 1:].t(), tape["da_n"]
        )

    def parameter_gradients(self, p, tape, steps, taught):
        """As in Cell; W_n and b_in have terms of their own, because u takes no input."""
        H = tape.H
        d, col = tape["da_rzu"][:steps, :, :taught], tape["col"][:steps, :, :taught]
        dV, tape.shares = contributions(d, col, H)
        d_n, one_x = tape["da_n"][:steps, :, :taught], tape["one_x"][:steps, :, :taught]
        dW_n = torch.bmm(d_n, one_x.mT).sum(0)
        grads = split(dV, H, p)
        grads["weight_ih"] = torch.cat((dV[: 2 * H, H + 1 :], dW_n[:, 1:]))
        if "bias_ih" in p:
            grads["bias_ih"] = torch.cat((dV[: 2 * H, H], dW_n[:, 0]))
        return grads


class ResetBefore(GRU):
    """The GRU of Cho et al. 2014: n = tanh(W_n x + b_in + U_n (r * h_prev) + b_hn)."""

    blocks, block_names = 3, ("r", "z", "n")
    gates = ("r", "z")
    quantities = ("r", "z", "n", "h")
    details = ("a_r", "a_z", "a_n", "q", "h_prev", "x")
    recurrent_terms = ((("a_r", "a_z"), "h_prev"), (("a_n",), "q"))
    reset = "before"

    def layout(self, input_size: int, hidden_size: int) -> Layout:
        """A second column [q; 1; x] for the candidate, with q = r h_prev in the place of h_prev."""
        layout = Layout(
            input_size,
            hidden_size,
            records=(
                *("a_r", "a_z", "a_n", "r", "z", "n"),
                *("da_r", "da_z", "da_n", "dr", "dz", "dn", "dq"),
            ),
            scratch=("Qr", "Qz", "Qn", "M", "K"),
            spans={
                "a_rz": ("a_r", "a_z"),
                "rz": ("r", "z"),
                "da_rz": ("da_r", "da_z"),
                "da_zn": ("da_z", "da_n", 2),
                "da": ("da_r", "da_n"),
                "dzn": ("dz", "dn", 2),
                "Qzn": ("Qz", "Qn", 2),
                "MK": ("M", "K", 2),
            },
        )
        layout.add_column("q")  # [r * h_prev; 1; x], the input of the candidate
        return layout

    def matrices(self, p: Parameters) -> tuple[Tensor, Tensor]:
        """(V_rz [2H, H+1+I] for col, V_n [H, H+1+I] for q_col)."""
        V = join(p["weight_hh"], total_bias(p), p["weight_ih"])
        rows = len(V) // 3 * 2
        return V[:rows], V[rows:]

    def adjoints(self, op: Arithmetic, matrices, hidden_size: int) -> tuple:
        """The recurrent parts (U_rz, U_n), transposed."""
        return tuple(op.transpose(V[:, :hidden_size]) for V in matrices)

    def project(self, matrices, tape: Tape) -> None:
        """Copies x into the candidate's column."""
        tape["q_x"].copy_(tape["x"])

    def step(self, op, V, col, h_prev, a_rz, rz, r, z, q, q_col, a_n, n, h, term):
        """One time step: the gates first, then the candidate, which needs r."""
        self.gate(op, op.mm(V[0], col, out=a_rz), rz)
        op.mul(r, h_prev, out=q)
        op.tanh(op.mm(V[1], q_col, out=a_n), out=n)
        mix(op, n, h_prev, z, h, term)

    def back(
        self,
        op,
        U,
        dh,
        MK,
        Qzn,
        h_prev,
        Qr,
        z,
        r,
        dzn,
        da_zn,
        da_n,
        dq,
        dr,
        da_r,
        da_rz,
        dh_prev,
        term,
    ):
        """One time step back: h_prev gets its gradient directly, through q and through the gates."""
        U_rz, U_n = U
        op.mul(op.mul(dh, MK, out=dzn), Qzn, out=da_zn)
        op.mul(op.mm(U_n, da_n, out=dq), h_prev, out=dr)
        op.mul(dr, Qr, out=da_r)
        op.add(dh_prev, op.mul(dh, z, out=term), out=dh_prev)
        op.add(dh_prev, op.mul(dq, r, out=term), out=dh_prev)
        op.add(dh_prev, op.mm(U_rz, da_rz, out=term), out=dh_prev)

    def candidate(self) -> Equations:
        """q = r h_prev, and a_n from q in the place of h_prev."""
        q = times(Ref("r"), Ref("h", -1))
        return {"q": Formula((q,)), "a_n": Formula(affine("n", Ref("q")))}

    def input_gradient(self, matrices, tape: Tape) -> Tensor:
        """dx [T, I, B], from the rows of both matrices."""
        W = torch.cat([V[:, tape.H + 1 :] for V in matrices])
        return torch.matmul(W.t(), tape["da"])

    def parameter_gradients(self, p, tape, steps, taught):
        """As in Cell, for the gates' column and the candidate's; the shares are those of both together."""
        H = tape.H
        d_rz, col = tape["da_rz"][:steps, :, :taught], tape["col"][:steps, :, :taught]
        d_n, q_col = tape["da_n"][:steps, :, :taught], tape["q_col"][:steps, :, :taught]
        dV_rz, shares_rz = contributions(d_rz, col, H)
        dV_n, shares_n = contributions(d_n, q_col, H)
        tape.shares = torch.hypot(shares_rz, shares_n)
        return split(torch.cat((dV_rz, dV_n)), H, p)


class NoReset(GRU):
    """The simplified GRU: h = (1 - z) n + z h_prev with n = tanh(W_n x + b_in + U_n h_prev + b_hn)."""

    blocks, block_names = 2, ("z", "n")
    keras_class, keras_blocks = "", ()
    onnx_operator, onnx_blocks = "", ()
    gates = ("z",)
    quantities = ("z", "n", "h")
    details = ("a_z", "a_n", "h_prev", "x")
    recurrent_terms = ((("a_z", "a_n"), "h_prev"),)
    reset = "none"

    def layout(self, input_size: int, hidden_size: int) -> Layout:
        """The rows of one gate and the candidate."""
        return Layout(
            input_size,
            hidden_size,
            records=("a_z", "a_n", "z", "n", "da_z", "da_n", "dz", "dn"),
            scratch=("Qz", "Qn", "M", "K"),
            spans={
                "a": ("a_z", "a_n"),
                "da": ("da_z", "da_n"),
                "da_zn": ("da_z", "da_n", 2),
                "dzn": ("dz", "dn", 2),
                "Qzn": ("Qz", "Qn", 2),
                "MK": ("M", "K", 2),
            },
        )

    def step(self, op, V, col, h_prev, a, a_z, a_n, z, n, h, term):
        """One time step: one product, then z, n and h."""
        op.mm(V, col, out=a)
        self.gate(op, a_z, z)
        op.tanh(a_n, out=n)
        mix(op, n, h_prev, z, h, term)

    def back(self, op, U, dh, MK, Qzn, z, dzn, da_zn, da, dh_prev, term):
        """One time step back."""
        op.mul(op.mul(dh, MK, out=dzn), Qzn, out=da_zn)
        op.add(dh_prev, op.mul(dh, z, out=term), out=dh_prev)
        op.add(dh_prev, op.mm(U, da, out=term), out=dh_prev)


FORMS: dict[str, type[GRU]] = {"after": ResetAfter, "before": ResetBefore, "none": NoReset}


def gru(
    reset: Literal["after", "before", "none"] = "after",
    gate_activation: Literal["sigmoid", "hard_sigmoid", "relu"] = "sigmoid",
) -> Cell:
    """The GRU. reset: "after" (torch), "before" (Cho et al. 2014) or "none" (simplified); gate_activation: of r and z."""
    form = FORMS[choice("reset", reset, tuple(FORMS))]
    return form(choice("gate_activation", gate_activation, tuple(GATE_ACTIVATIONS)))
