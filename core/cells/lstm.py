r"""Long short-term memory (Hochreiter & Schmidhuber 1997) with a forget gate (Gers et al. 2000).

    forward, t = 1 .. T                             backward, t = T .. 1
    a = W_ih x + b_ih + W_hh h_prev + b_hh          dh_prev += W_hh^T da     dW_hh += da h_prev^T
    i, f, o = sigma(a_i), sigma(a_f), sigma(a_o)    da_k = dk * k (1 - k),  k in {i, f, o}
    g = tanh(a_g)                                   da_g = dg * (1 - g^2)
    c = f * c_prev + i * g                          di, df, dg, dc_prev = dc * (g, c_prev, i, f)
    h = o * m,  m = tanh(c)                         do = dh * m;   dc += dh * o (1 - m^2)

Peepholes (Gers, Schraudolph & Schmidhuber 2002) let the gates see the cell state: p_i c_prev and
p_f c_prev are added to a_i and a_f, and p_o c to a_o. The backward recurrence keeps its form; only
two coefficients change:  dh/dc gains p_o do/da_o m,  dc/dc_prev gains p_i di/da_i g + p_f df/da_f c_prev.

`gate_activation` puts another function where sigma stands. `activation` puts another function phi where tanh stands, for g and m. With one that has no bound (relu,
identity) nothing holds c: it may grow with every step.

Other books: Gamma_u, Gamma_f, Gamma_o for i, f, o and c~ for g; d2l writes I F O C~; Keras orders its
blocks i f c o. Torch's order of blocks is i f g o; on the tape they lie in the order o i f g, and c_prev
behind g, because neighbours take one operation: sigma of o, i and f, and (i, f) times (g, c_prev).
"""

from typing import Any, Literal

import torch
from torch import Tensor, mul, nn

from ..common.checks import choice, number, truth
from .activations import ACTIVATIONS, GATE_ACTIVATIONS, GATE_MEANING
from .arithmetic import Arithmetic
from .base import Cell, Parameters
from .symbolic import Applied, Equations, Formula, Peephole, Product, Ref, activated, affine, times
from .tape import Layout, Tape


class LSTM(Cell):
    """The LSTM of torch.nn.LSTM."""

    name, title = "lstm", "LSTM"
    blocks, block_names = 4, ("i", "f", "g", "o")
    states = ("h", "c")
    gates = ("i", "f", "o")
    quantities = ("i", "f", "g", "o", "c", "h")
    details = ("a_i", "a_f", "a_g", "a_o", "h_prev", "c_prev", "x")
    recurrent_terms = ((("a_i", "a_f", "a_g", "a_o"), "h_prev"),)
    peephole = False
    torch_class, torch_cell_class = nn.LSTM, nn.LSTMCell
    torch_options = {  # noqa: RUF012
        "peephole": (False,),
        "activation": ("tanh",),
        "gate_activation": ("sigmoid",),
    }
    keras_class, keras_blocks = "LSTM", ("i", "f", "g", "o")
    onnx_operator, onnx_blocks = "LSTM", ("i", "o", "f", "g")
    option_meanings = {  # noqa: RUF012
        "activation": "the function of the candidate and of c on its way out, but of no gate",
        "gate_activation": GATE_MEANING,
        "peephole": "the gates see the cell state too; proposed in 2000, rare today, and not in torch.nn.LSTM",
        "forget_bias": "bias of the forget gate before the first update: 1 and more keep it open; empty: as torch "
        "draws it, half open",
    }

    def __init__(self, forget_bias: float | None, activation: str, gate_activation: str):
        self.forget_bias = forget_bias
        self.phi, self.slope = ACTIVATIONS[activation]
        self.sigma, self.gate, self.gate_slope = GATE_ACTIVATIONS[gate_activation]
        self.options = {
            "peephole": self.peephole,
            "forget_bias": forget_bias,
            "activation": activation,
            "gate_activation": gate_activation,
        }

    def layout(self, input_size: int, hidden_size: int) -> Layout:
        """The blocks lie in the order o i f g, and c_prev behind g: see the top of the file."""
        return Layout(
            input_size,
            hidden_size,
            records=(
                *("a_o", "a_i", "a_f", "a_g", "o", "i", "f", "g", "c+", "m"),
                *("da_o", "da_i", "da_f", "da_g", "do", "di", "df", "dg", "dc+"),
            ),
            scratch=("Qo", "Qi", "Qf", "Qg", "P", *(("F",) if self.peephole else ())),
            once=("ig", "fc"),
            spans={
                "a": ("a_o", "a_g"),
                "a_oif": ("a_o", "a_f"),
                "oif": ("o", "f"),
                "a_if": ("a_i", "a_f", 2),
                "if_": ("i", "f", 2),
                "g_c_prev": ("g", "c_prev", 2),
                "products": ("ig", "fc", 2),
                "dif": ("di", "df", 2),
                "dg_dc_prev": ("dg", "dc_prev", 2),
                "doifg": ("do", "dg"),
                "da": ("da_o", "da_g"),
                "Qoif": ("Qo", "Qf"),
                "Q": ("Qo", "Qg"),
            },
        )

    def matrices(self, p: Parameters) -> Any:
        """V [4H, H+1+I], its blocks in the tape's order."""
        return super().matrices(p).roll(len(p["weight_hh"]) // 4, 0)  # i f g o -> o i f g

    def step(
        self,
        op,
        V,
        col,
        a,
        a_oif: Tensor,
        oif: Tensor,
        a_g,
        g,
        if_,
        g_c_prev,
        products,
        ig,
        fc,
        c,
        m,
        o,
        h,
    ):
        """One time step; i g and f c_prev are one product of neighbours."""
        op.mm(V, col, out=a)
        self.sigma(a_oif, out=oif)
        self.phi(op, a_g, g)
        op.mul(if_, g_c_prev, out=products)
        op.add(ig, fc, out=c)  # c = i g + f c_prev
        self.phi(op, c, m)
        op.mul(o, m, out=h)

    def local(self, matrices: Tensor, tape: Tape) -> None:
        """The slopes of the gates and of the candidate, and dh/dc."""
        self.gate_slope(tape["oif"], tape["Qoif"])
        self.slope(tape["g"], tape["Qg"])
        self.slope(tape["m"], tape["P"])
        tape["P"].mul_(tape["o"])

    def back(
        self,
        op,
        U,
        dh,
        dc,
        m,
        P,
        g_c_prev,
        if_,
        Q,
        do,
        dif,
        dg_dc_prev,
        doifg,
        da,
        dh_prev,
        term,
    ):
        """One time step back: dc gets its part from dh first, then goes on to all that c was made of."""
        op.mul(dh, m, out=do)
        op.add(dc, op.mul(dh, P, out=term), out=dc)
        op.mul(dc, g_c_prev, out=dif)
        op.mul(dc, if_, out=dg_dc_prev)
        op.mul(doifg, Q, out=da)
        op.add(dh_prev, op.mm(U, da, out=term), out=dh_prev)

    def equations(self) -> Equations:
        """The gates, c and h; a gate's pre-activation has one more term where the gate has a peephole."""
        phi, sigma, c_prev = (
            self.options["activation"],
            self.options["gate_activation"],
            Ref("c", -1),
        )
        return {
            "a_i": Formula((*affine("i"), *self._seen("i", c_prev))),
            "a_f": Formula((*affine("f"), *self._seen("f", c_prev))),
            "a_g": Formula(affine("g")),
            "i": activated("a_i", sigma),
            "f": activated("a_f", sigma),
            "g": activated("a_g", phi),
            "c": Formula((times(Ref("f"), c_prev), times(Ref("i"), Ref("g")))),
            "a_o": Formula((*affine("o"), *self._seen("o", Ref("c")))),
            "o": activated("a_o", sigma),
            "h": Formula((times(Ref("o"), Applied(phi, Ref("c"))),)),
        }

    def _seen(self, gate: str, c: Ref) -> tuple[Product, ...]:
        """What the gate sees of c through its peephole."""
        return (times(Peephole(gate), c),) if gate in self.peepholes else ()

    def in_torchs_order(self, dV: Tensor) -> Tensor:
        """o i f g -> i f g o."""
        return dV.roll(-(len(dV) // 4), 0)


class PeepholeLSTM(LSTM):
    """The LSTM whose gates also see the cell state, through `weight_peephole` [3, H] = p_i, p_f, p_o."""

    peephole = True
    peepholes = ("i", "f", "o")
    keras_class, keras_blocks = "", ()
    onnx_peepholes = ("i", "o", "f")

    def matrices(self, p: Parameters):
        """(V, p_i and p_f [2, H, 1], p_o [H, 1])."""
        peephole = p["weight_peephole"].unsqueeze(2)
        return super().matrices(p), peephole[:2], peephole[2]

    def adjoints(self, op: Arithmetic, matrices, hidden_size: int) -> Any:
        """Of V alone; the peepholes are in the local derivatives."""
        return super().adjoints(op, matrices[0], hidden_size)

    def step(  # pyright: ignore[reportIncompatibleMethodOverride] (the arguments name its rows)
        self,
        op,
        V,
        col,
        a,
        a_if,
        if_,
        a_g,
        g,
        c_prev,
        g_c_prev,
        products,
        ig,
        fc,
        c,
        a_o,
        o,
        m,
        h,
        term,
    ):
        """One time step; o comes after c, which it sees."""
        V, p_if, p_o = V
        op.mm(V, col, out=a)
        op.add(a_if, op.mul(c_prev, p_if, out=if_), out=a_if)
        self.gate(op, a_if, if_)
        self.phi(op, a_g, g)
        op.mul(if_, g_c_prev, out=products)
        op.add(ig, fc, out=c)  # c = i g + f c_prev
        op.add(a_o, op.mul(c, p_o, out=term), out=a_o)
        self.gate(op, a_o, o)
        self.phi(op, c, m)
        op.mul(o, m, out=h)

    def local(self, matrices, tape: Tape) -> None:
        """As for the LSTM, with the peepholes' part of dh/dc and dc/dc_prev added."""
        V, p_if, p_o = matrices
        super().local(V, tape)
        through_o, through_i, through_f = (
            mul(tape[Q], tape[y]) for Q, y in (("Qo", "m"), ("Qi", "g"), ("Qf", "c_prev"))
        )
        tape["P"].addcmul_(through_o, p_o)
        torch.addcmul(tape["f"], through_i, p_if[0], out=tape["F"]).addcmul_(through_f, p_if[1])

    def back(  # pyright: ignore[reportIncompatibleMethodOverride] (the arguments name its rows)
        self,
        op,
        U,
        dh,
        dc,
        m,
        P,
        g_c_prev,
        if_,
        Q,
        F,
        do,
        dif,
        dg_dc_prev,
        dc_prev,
        doifg,
        da,
        dh_prev,
        term,
    ):
        """As for the LSTM, with another dc/dc_prev."""
        super().back(
            *(op, U, dh, dc, m, P, g_c_prev, if_, Q, do, dif, dg_dc_prev, doifg, da, dh_prev, term)
        )
        op.mul(dc, F, out=dc_prev)

    def input_gradient(self, matrices, tape: Tape) -> Tensor:
        """dx [T, I, B]; the peepholes see no input."""
        return super().input_gradient(matrices[0], tape)

    def parameter_gradients(self, p, tape, steps, taught):
        """As in Cell, and dweight_peephole [3, H]."""
        grads = super().parameter_gradients(p, tape, steps, taught)
        seen = {"a_i": "c_prev", "a_f": "c_prev", "a_o": "c"}
        grads["weight_peephole"] = torch.stack(
            [
                (tape[f"d{a}"][:steps, :, :taught] * tape[c][:steps, :, :taught]).sum((0, 2))
                for a, c in seen.items()
            ]
        )
        return grads


def lstm(
    peephole: bool = False,
    forget_bias: float | None = None,
    activation: Literal["tanh", "relu", "sigmoid", "identity"] = "tanh",
    gate_activation: Literal["sigmoid", "hard_sigmoid", "relu"] = "sigmoid",
) -> Cell:
    """The LSTM. peephole: gates see c; forget_bias: the forget gate's bias at the start, if given;
    activation: of the candidate g and of c on its way out; gate_activation: of the gates.

    A positive forget bias keeps the gate open at first, so that gradients reach far back
    (Gers et al. 2000; Jozefowicz et al. 2015).
    """
    if forget_bias is not None:
        forget_bias = number("forget_bias", forget_bias, -20, 20)
    kind = PeepholeLSTM if truth("peephole", peephole) else LSTM
    return kind(
        forget_bias,
        choice("activation", activation, tuple(ACTIVATIONS)),
        choice("gate_activation", gate_activation, tuple(GATE_ACTIVATIONS)),
    )
