"""A network that reads one sequence: what every page that looks inside looks at.

    subject = of_trainer(trainer)
    reading = subject.read()             # forward and backward, now: nothing is learnt, nothing else moves
    reading.recording["h"].grads

The weights are those of this moment, and interventions that are set on the layers are in force.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..layers.recording import Recording
from ..layers.recurrent import Recurrent
from ..tasks.base import UNKNOWN, Batch, Probe
from ..training.intervention_log import parts
from ..training.trainer import Trainer


@dataclass(frozen=True)
class Reading:
    """One pass over the sequence, T steps.

    recording: of the one sequence, B = 1. output: [T, O], as the task shows it. loss: where the recorded
    gradients start. at, losses: the steps that have a loss, and the loss of each by itself, [K].
    direct: dL/d(output of the last layer) [T, D H], what reaches a state from the head at its own step,
    for each part of the network; head: dL/d(what the head says) [T, O].
    """

    recording: Recording
    output: np.ndarray
    loss: float
    at: tuple[int, ...]
    losses: np.ndarray
    direct: dict[str, np.ndarray]
    head: np.ndarray


@dataclass(frozen=True)
class Subject:
    """layers: the recurrent layers by the name of their part: {"": layer}, or encoder and decoder.

    symbols: one for each of the T steps (of encoder and decoder together).
    run(n) -> what the head says to n copies of the sequence, [T, n, O]; loss(output [T, 1, O]) -> scalar;
    single(output [T, 1, O], k) -> the loss at step k alone; at: the steps that have one.
    """

    title: str
    layers: Mapping[str, Recurrent]
    symbols: tuple[str, ...]
    at: tuple[int, ...]
    run: Callable[[int], Tensor]
    loss: Callable[[Tensor], Tensor]
    single: Callable[[Tensor, int], Tensor]
    shown: Callable[[Tensor], Tensor]
    recording: Callable[[], Recording | None]
    parameters: Callable[[], Any]

    @property
    def cell(self) -> Any:
        """The cell of its layers."""
        return next(iter(self.layers.values())).cell

    def run_with_outputs(self) -> tuple[Tensor, dict[str, Tensor]]:
        """What the head says to the sequence [T, 1, O], and the output of each part's layers [T, 1, D H]."""
        outputs: dict[str, Tensor] = {}

        def keep(name: str) -> Callable:
            def hook(_module: Any, _inputs: Any, result: Any) -> None:
                outputs[name] = result[0]

            return hook

        hooks = [layer.register_forward_hook(keep(name)) for name, layer in self.layers.items()]
        try:
            return self.run(1), outputs
        finally:
            for hook in hooks:
                hook.remove()

    def read(self) -> Reading:
        """Runs the network over the sequence, forward and backward."""
        said, outputs = self.run_with_outputs()
        for kept in (said, *outputs.values()):
            if kept.requires_grad:
                kept.retain_grad()
        loss = self.loss(said)
        loss.backward()
        self.forget()
        with torch.no_grad():
            losses = [self.single(said, k).item() for k in self.at]
        recording = self.recording()
        assert recording is not None
        direct = {name: _gradient(output)[:, 0] for name, output in outputs.items()}
        return Reading(
            recording.sequence(0),
            self.shown(said.detach()).numpy()[:, 0],
            loss.item(),
            self.at,
            np.array(losses),
            direct,
            _gradient(said)[:, 0],
        )

    @contextmanager
    def chunks(self, k: int) -> Iterator[None]:
        """Truncated after k steps (0: not at all) inside the `with`, whatever the layers are set to."""
        kept = {name: layer.truncate for name, layer in self.layers.items()}
        for layer in self.layers.values():
            layer.truncate = k
        try:
            yield
        finally:
            for name, layer in self.layers.items():
                layer.truncate = kept[name]

    def forget(self) -> None:
        """No gradient of the parameters is left behind."""
        for p in self.parameters():
            p.grad = None


def of_trainer(trainer: Trainer) -> Subject:
    """The trainer's network reading its probe."""
    model, task, probe = trainer.model, trainer.task, trainer.probe
    x, lengths = probe.batch.x, probe.batch.lengths

    def run(copies: int) -> Tensor:
        training = model.training
        model.eval()
        shape = (-1, copies, *(-1 for _ in x.shape[2:]))
        ends = None if lengths is None else lengths.expand(copies)
        _, watched = model.observe(x.expand(shape), ends, copies)
        model.train(training)
        return watched[: len(probe.symbols)]

    def single(output: Tensor, k: int) -> Tensor:
        if task.at == "last":
            return task.probe_loss(output, probe)
        y = probe.batch.y[k : k + 1]
        return task.probe_loss(
            output[k : k + 1], Probe(Batch(x[k : k + 1], y), probe.symbols[k : k + 1])
        )

    return Subject(
        title=task.title,
        layers=parts(model),
        symbols=probe.symbols,
        at=_steps_with_loss(task.at, probe),
        run=run,
        loss=lambda output: task.probe_loss(output, probe),
        single=single,
        shown=task.readout,
        recording=lambda: model.recording,
        parameters=model.parameters,
    )


def of_layer(
    layer: Recurrent,
    x: Tensor,
    symbols: tuple[str, ...],
    loss: Callable[[Tensor], Tensor],
    at: tuple[int, ...],
    title: str = "",
) -> Subject:
    """A layer by itself reading x [T, 1, I]; its loss is the sum over the steps `at` of loss(output_t [D H])."""

    def single(output: Tensor, k: int) -> Tensor:
        return loss(output[k, 0])

    return Subject(
        title=title,
        layers={"": layer},
        symbols=symbols,
        at=at,
        run=lambda copies: layer(x.expand(-1, copies, -1))[0] * 1.0,  # the head: it changes nothing
        loss=lambda output: torch.stack([single(output, k) for k in at]).sum(),
        single=single,
        shown=lambda output: output,
        recording=lambda: layer.recording,
        parameters=layer.parameters,
    )


def _steps_with_loss(at: str, probe: Probe) -> tuple[int, ...]:
    if at == "last":
        return (len(probe.symbols) - 1,)
    y = probe.batch.y[: len(probe.symbols)]
    if y.is_floating_point():
        return tuple(range(len(y)))
    known = (y != UNKNOWN).reshape(len(y), -1).any(1).nonzero().flatten().tolist()
    return tuple(known) or (len(y) - 1,)  # where nobody knows an answer: one loss, of no gradient


def _gradient(output: Tensor) -> np.ndarray:
    return np.zeros(tuple(output.shape)) if output.grad is None else output.grad.numpy()
