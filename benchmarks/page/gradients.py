"""What the Gradients page computes, against recorded updates.

T = 50, B = 32, H = 32, I = 8, float32, one thread, a loss at every step; all sides take turns, medians.

    update    forward, loss with a linear head at every step, backward, Adam: everything recorded
    G         every loss against every state, all of the batch, in one batched backward
    T calls   the same by a backward call for each loss (the head's direct gradients given to both)
    spectra   Jacobians of one sequence, singular values of each step and of all products
    slider    one picture of the bench: layer, pass, Jacobians, spectra, eigenvalues, three figures
"""

from argparse import Namespace

import numpy as np
import torch
from torch import nn

from benchmarks._harness.interleave import cpu_times, milliseconds, ratio
from benchmarks._harness.result import Column, Result, Table
from core.analysis.gradients import jacobians, loss_to_state, spectra
from core.analysis.untrained import UntrainedSetting, measure_layer, products_after
from core.layers.recurrent import Recurrent
from dashboard.figures import gradients as figures

T, B, H, INPUTS = 50, 32, 32, 8


def sides(cell: str) -> dict:
    torch.manual_seed(1)
    layer, one = Recurrent(cell, INPUTS, H), Recurrent(cell, INPUTS, H)
    head, x, y = nn.Linear(H, 1), torch.randn(T, B, INPUTS), torch.randn(T, B, 1)
    optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()], 1e-3)
    watched = Recurrent(cell, INPUTS, H)
    output, _ = watched(x)
    losses = (head(output) - y).square().mean((1, 2))
    (grad,) = torch.autograd.grad(losses.sum(), output, retain_graph=True)
    direct = [{k: grad[k]} for k in range(T)]
    one(x[:, :1])

    def update() -> None:
        loss = (head(layer(x)[0]) - y).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def calls() -> np.ndarray:
        found = np.zeros((T, T, B))
        for k in range(T):
            start = torch.zeros_like(grad)
            start[k] = grad[k]
            recording = watched.recording
            assert recording is not None
            recording[0, "forward"].tape.has_grads = False  # each loss by itself, not their sum
            torch.autograd.grad(output, list(watched.parameters()), start, retain_graph=True)
            grads = recording["h"].grads
            assert grads is not None
            found[k] = np.linalg.norm(grads, axis=2)
        return found

    def batched() -> np.ndarray:
        return loss_to_state(watched, direct)[0, "forward"].h

    assert np.allclose(batched(), calls(), rtol=1e-3, atol=1e-9), "the two ways differ"
    return {
        "update": update,
        "G": batched,
        "T calls": calls,
        "spectra": lambda: spectra(jacobians(one)[0, "forward"][:, 0]),
        "slider": lambda: slider(cell),
    }


def slider(cell: str) -> None:
    found = measure_layer(UntrainedSetting(cell=cell, hidden_size=H, length=T))
    singular = found.spectra.products
    figures.product_figure(
        singular, products_after(found.spectra.steps[:, 0]), found.by_weights, "h"
    )
    figures.step_figure(found.spectra.steps, "h")
    figures.eigenvalue_figure(found.blocks)


def measure(_arguments: Namespace) -> Result:
    """cells: a row for each."""
    table = Table(
        [
            *(Column("cell"), Column("update", ".2f", "ms")),
            *(Column("G / update", ".2f"), Column("T calls / update", ".2f")),
            *(Column("spectra / update", ".2f"), Column("a slider's picture", ".0f", "ms")),
        ]
    )
    for cell in ("rnn", "lstm", "gru"):
        times = cpu_times(sides(cell), 6)
        ratios = [ratio(times, name, "update") for name in ("G", "T calls", "spectra")]
        table.add(cell, milliseconds(times, "update"), *ratios, milliseconds(times, "slider"))
    return Result({"cells": table})
