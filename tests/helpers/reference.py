"""The reference: plain autograd over an unrolled loop, written from the formulas and nothing else."""

import torch
from torch import Tensor

PHI = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "identity": lambda a: a}
# not torch.nn.functional.hardsigmoid: its gradient in float64 has the 1/6 of float32
PHI["hard_sigmoid"] = lambda a: (a / 6 + 0.5).clamp(0, 1)

Values = dict[str, Tensor]


def free(name: str, value: Tensor) -> Tensor:
    """What is held: nothing."""
    return value


def rnn_step(x, state, p, hold, activation) -> tuple[tuple[Tensor, ...], Values]:
    (h,) = state
    a = x @ p["weight_ih"].T + p["bias_ih"] + h @ p["weight_hh"].T + p["bias_hh"]
    h = hold("h", PHI[activation](a))
    return (h,), {"a": a, "h": h}


def lstm_step(
    x, state, p, hold, peephole, forget_bias, activation, gate_activation
) -> tuple[tuple[Tensor, ...], Values]:
    h_prev, c_prev = state
    a = x @ p["weight_ih"].T + p["bias_ih"] + h_prev @ p["weight_hh"].T + p["bias_hh"]
    a_i, a_f, a_g, a_o = a.chunk(4, 1)
    if peephole:
        p_i, p_f, p_o = p["weight_peephole"]
        a_i, a_f = a_i + p_i * c_prev, a_f + p_f * c_prev
    sigma = PHI[gate_activation]
    i, f = hold("i", sigma(a_i)), hold("f", sigma(a_f))
    g = hold("g", PHI[activation](a_g))
    c = f * c_prev + i * g
    if peephole:
        a_o = a_o + p_o * c
    o = hold("o", sigma(a_o))
    h = hold("h", o * PHI[activation](c))
    pre = {"a_i": a_i, "a_f": a_f, "a_g": a_g, "a_o": a_o}
    return (h, c), {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h, **pre}


def gru_step(x, state, p, hold, reset, gate_activation) -> tuple[tuple[Tensor, ...], Values]:
    (h_prev,), sigma = state, PHI[gate_activation]
    v = x @ p["weight_ih"].T + p["bias_ih"]
    if reset == "none":
        a_z, a_n = (v + h_prev @ p["weight_hh"].T + p["bias_hh"]).chunk(2, 1)
        z, n = hold("z", sigma(a_z)), hold("n", a_n.tanh())
        h = hold("h", (1 - z) * n + z * h_prev)
        return (h,), {"z": z, "n": n, "h": h, "a_z": a_z, "a_n": a_n}
    v_r, v_z, v_n = v.chunk(3, 1)
    U_r, U_z, U_n = p["weight_hh"].chunk(3)
    b_r, b_z, b_n = p["bias_hh"].chunk(3)
    a_r, a_z = v_r + h_prev @ U_r.T + b_r, v_z + h_prev @ U_z.T + b_z
    r, z = hold("r", sigma(a_r)), hold("z", sigma(a_z))
    if reset == "after":
        u = h_prev @ U_n.T + b_n
        a_n = v_n + r * u
        inner = {"u": u}
    else:
        q = r * h_prev
        a_n = v_n + q @ U_n.T + b_n
        inner = {"q": q}
    n = hold("n", a_n.tanh())
    h = hold("h", (1 - z) * n + z * h_prev)
    return (h,), {"r": r, "z": z, "n": n, "h": h, "a_r": a_r, "a_z": a_z, "a_n": a_n, **inner}


def mgu_step(x, state, p, hold) -> tuple[tuple[Tensor, ...], Values]:
    (h_prev,) = state
    v_f, v_n = (x @ p["weight_ih"].T + p["bias_ih"]).chunk(2, 1)
    (U_f, U_n), (b_f, b_n) = p["weight_hh"].chunk(2), p["bias_hh"].chunk(2)
    a_f = v_f + h_prev @ U_f.T + b_f
    f = hold("f", a_f.sigmoid())
    q = f * h_prev
    a_n = v_n + q @ U_n.T + b_n
    n = hold("n", a_n.tanh())
    h = hold("h", (1 - f) * h_prev + f * n)
    return (h,), {"f": f, "n": n, "h": h, "a_f": a_f, "a_n": a_n, "q": q}


def window_at(x, order, k, window, b) -> Tensor:
    """What sequence b reads at the k-th step of its order, side by side; zeros before its first step: [1, window I]."""
    seen = [order[j] if j >= 0 else None for j in range(k - window + 1, k + 1)]
    zeros = torch.zeros_like(x[0, :1])
    return torch.cat([zeros if s is None else x[s, b : b + 1] for s in seen], 1)


def order_of(length, direction) -> list[int]:
    """The steps of a sequence as a direction reads them."""
    return [*range(int(length))][:: -1 if direction == "reverse" else 1]


def normalized_projection(layer, index, direction, x, lengths) -> dict[tuple[int, int], Tensor]:
    """(t, b) -> W_ih x [G H] of every real step, by torch's own layer_norm or batch_norm, in the layer's mode."""
    weight = layer.weights(index, direction)["weight_ih"]
    normalization, places, rows = layer.normalization_of(index, direction), [], []
    for b, length in enumerate(lengths):
        order = order_of(length, direction)
        for k, t in enumerate(order):
            places.append((t, b))
            rows.append(window_at(x, order, k, layer.window, b) @ weight.T)
    projection, scale = torch.cat(rows), normalization.scale
    if layer.normalization == "batch":
        running = normalization.mean.clone(), normalization.variance.clone()
        training = layer.training
        result = torch.nn.functional.batch_norm(projection, *running, scale, training=training)
    else:
        H = layer.sizes[index]
        parts = zip(projection.split(H, 1), scale.split(H), strict=True)
        norm = torch.nn.functional.layer_norm
        result = torch.cat([norm(part, (H,), weight=s) for part, s in parts], 1)
    return dict(zip(places, result, strict=True))


STEPS = {"rnn": rnn_step, "lstm": lstm_step, "gru": gru_step, "mgu": mgu_step}


def step_of(cell: str):
    """The reference step of a cell. AssertionError, by name, for one that has none."""
    assert cell in STEPS, (
        f"reference step of the cell {cell!r}: expected one in tests/helpers/reference.py, got none. "
        "Write its formulas there, as plain autograd, and name it in STEPS."
    )
    return STEPS[cell]


def run(layer, x, state, lengths, hold=free, truncate=0, options=None):
    """The layer's whole computation, sequence by sequence and step by step.

    hold(name, value) stands for every gate, candidate and state; truncate: states are detached where a
    chunk of so many steps begins; options of the cell, where they are not the layer's own. Without recurrence every
    step begins from zeros, and with a window it reads the last inputs side by side.

    Returns output [T, B, H D], last states (a list of [L D, B, H]), and the values of every step,
    {(layer, direction): {(name, t, b): [1, H]}}, each with `retain_grad`.
    """
    T, B, _ = x.shape
    step, options = step_of(layer.cell.name), options or layer.cell.options
    passes: dict[tuple[int, str], dict] = {}
    lasts: list[list[Tensor]] = [[] for _ in layer.cell.states]
    for index in range(layer.num_layers):
        outputs = []
        for direction in layer.directions:
            number = len(lasts[0])
            p = layer.weights(index, direction)
            if "bias_ih" not in p:
                p = p | dict.fromkeys(("bias_ih", "bias_hh"), x.new_zeros(()))
                p["bias_hh"] = x.new_zeros(len(p["weight_hh"]))
            projected = None
            if layer.normalization != "off":
                projected = normalized_projection(layer, index, direction, x, lengths)
                p = p | {"weight_ih": torch.eye(len(p["weight_ih"]), dtype=x.dtype)}
            values = passes[index, direction] = {}
            rows = [[None] * B for _ in range(T)]
            ends = [[] for _ in layer.cell.states]
            for b in range(B):
                states = tuple(s[number, b : b + 1] for s in state)
                order = order_of(lengths[b], direction)
                for k, t in enumerate(order):
                    if not layer.recurrence:
                        states = tuple(torch.zeros_like(s) for s in states)
                    inputs = window_at(x, order, k, layer.window, b)
                    if projected is not None:
                        inputs = projected[t, b][None]
                    if truncate and k and k % truncate == 0:
                        states = tuple(s.detach() for s in states)
                    states, recorded = step(inputs, states, p, hold, **options)
                    for name, value in recorded.items():
                        if value.requires_grad:
                            value.retain_grad()
                        values[name, t, b] = value
                    rows[t][b] = states[0]
                for end, s in zip(ends, states, strict=True):
                    end.append(s)
            zero = x.new_zeros(1, layer.hidden_size)
            outputs.append(
                torch.stack([torch.cat([zero if h is None else h for h in row]) for row in rows])
            )
            for last, end in zip(lasts, ends, strict=True):
                last.append(torch.cat(end))
        x = torch.cat(outputs, 2)
    return x, [torch.stack(last) for last in lasts], passes
