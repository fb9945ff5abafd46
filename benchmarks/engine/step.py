"""What a fully recorded update costs against the plain one.

One update = forward, loss with an ordinary torch head at every step, backward, Adam. Recorded means:
every value, every gradient and every share norm of every step is on the tape afterwards. The sides:

    plain     torch.nn.RNN / LSTM / GRU with torch.optim.Adam, nothing recorded
    recorded  core.Recurrent with the trainer's own Adam, everything recorded
    by hand   a Python loop over torch's cell equations with retain_grad on every value,
              and the share norms from them: the way it is usually done
"""

import argparse

import torch
from torch import Tensor, nn

from benchmarks._harness.interleave import cpu_times, milliseconds, ratio
from benchmarks._harness.result import Column, Result, Table
from core.layers.recurrent import Recurrent
from core.training.flat_parameters import FlatParameters
from core.training.optim import Adam

SIZES = {
    "tiny": (20, 16, 8, 4),
    "small": (50, 32, 32, 8),
    "medium": (100, 64, 64, 32),
    "large": (200, 64, 256, 64),
}
TORCH = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


def update(layer: nn.Module, x: Tensor, y: Tensor, keep=None, own: bool = False):
    """A function that makes one update of `layer` and a linear head. own: with the trainer's Adam, not torch's."""
    model = nn.ModuleDict({"layer": layer, "head": nn.Linear(layer.hidden_size, 1, dtype=x.dtype)})
    if own:
        parameters = FlatParameters(dict(model.named_parameters()))
        optimizer, clear = Adam(parameters, 1e-3), parameters.clear_gradient
    else:
        optimizer = torch.optim.Adam(model.parameters(), 1e-3)
        clear = optimizer.zero_grad

    def run() -> None:
        output, _ = layer(x)
        loss = nn.functional.mse_loss(model["head"](output), y)
        clear()
        loss.backward()
        optimizer.step()
        if keep is not None:
            keep(layer)

    return run


class ByHand(nn.Module):
    """torch's equations in a loop, every value kept with retain_grad."""

    def __init__(self, cell: str, layer: nn.Module):
        super().__init__()
        self.cell, self.hidden_size = cell, layer.hidden_size
        self.p = nn.ParameterDict(
            {n: nn.Parameter(p.detach().clone()) for n, p in layer.named_parameters()}
        )

    def forward(self, x: Tensor):
        p, H = self.p, self.hidden_size
        h = c = x.new_zeros(x.shape[1], H)
        self.kept: dict[str, list[Tensor]] = {}
        outputs, self.deltas, self.previous = [], [], []
        for x_t in x:
            self.previous.append(h)
            a = x_t @ p["weight_ih_l0"].T + p["bias_ih_l0"]
            u = h @ p["weight_hh_l0"].T + p["bias_hh_l0"]
            if self.cell == "rnn":
                a = a + u
                h = torch.tanh(a)
                values = {"a": a, "h": h}
                delta = a
            elif self.cell == "lstm":
                delta = a = a + u
                a_i, a_f, a_g, a_o = a.chunk(4, 1)
                i, f, g, o = a_i.sigmoid(), a_f.sigmoid(), a_g.tanh(), a_o.sigmoid()
                c = f * c + i * g
                h = o * c.tanh()
                values = {"a": a, "i": i, "f": f, "g": g, "o": o, "c": c, "h": h}
            else:
                delta = u
                a_r, a_z, v = a.chunk(3, 1)
                u_r, u_z, u_n = u.chunk(3, 1)
                r, z = (a_r + u_r).sigmoid(), (a_z + u_z).sigmoid()
                n = torch.tanh(v + r * u_n)
                h = (1 - z) * n + z * h
                values = {"u": u, "r": r, "z": z, "n": n, "h": h}
            for name, value in values.items():
                if value.requires_grad:
                    value.retain_grad()
                self.kept.setdefault(name, []).append(value)
            self.deltas.append(delta)
            outputs.append(h)
        return torch.stack(outputs), h


def keep_by_hand(layer: ByHand) -> None:
    """What the recording holds: values and gradients stacked over time, and the share norms."""
    for values in layer.kept.values():
        torch.stack([v.detach() for v in values])
        torch.stack([v.grad for v in values if v.grad is not None])
    d = torch.stack([v.grad for v in layer.deltas if v.grad is not None])
    h = torch.stack([v.detach() for v in layer.previous])
    torch.linalg.matrix_norm(d.mT @ h)


def sides(cell: str, size: str, dtype: torch.dtype) -> dict:
    """The three updates, with the same data."""
    T, B, H, I = SIZES[size]  # noqa: E741 (the field's name)
    torch.manual_seed(0)
    x, y = torch.randn(T, B, I, dtype=dtype), torch.randn(T, B, 1, dtype=dtype)
    plain = TORCH[cell](I, H, dtype=dtype)
    return {
        "plain": update(plain, x, y),
        "recorded": update(Recurrent.from_torch(plain), x, y, own=True),
        "by hand": update(ByHand(cell, plain), x, y, keep_by_hand),
    }


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cells", nargs="+", default=list(TORCH), choices=list(TORCH))
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--float64", action="store_true")
    parser.add_argument("--seconds", type=float, default=6.0, help="per row of the table")


def measure(arguments: argparse.Namespace) -> Result:
    """updates: a row for each cell and size; ratios: recorded over plain, a row for each cell."""
    updates = Table(
        [
            *(Column("cell"), Column("size (T, B, H, I)")),
            *(Column("plain", ".2f", "ms"), Column("recorded", ".2f", "ms")),
            *(Column("recorded / plain", ".2f"), Column("recorded / by hand", ".2f")),
        ]
    )
    ratios = Table(
        [Column("recorded / plain"), *(Column(f"{s} {SIZES[s]}", ".2f") for s in arguments.sizes)]
    )
    dtype = torch.float64 if arguments.float64 else torch.float32
    for cell in arguments.cells:
        of_cell = []
        for size in arguments.sizes:
            times = cpu_times(sides(cell, size, dtype), arguments.seconds)
            of_cell.append(ratio(times, "recorded", "plain"))
            updates.add(
                *(cell, f"{size} {SIZES[size]}"),
                *(milliseconds(times, "plain"), milliseconds(times, "recorded")),
                *(of_cell[-1], ratio(times, "recorded", "by hand")),
            )
        ratios.add(cell.upper(), *of_cell)
    return Result({"updates": updates, "ratios": ratios})
