"""A network and one sequence, to run forward and backward and look inside.

    inspection = inspect_trainer(trainer)
    reading = inspection.read()          # one forward and backward pass; no weight changes
    reading.recording["h"].grads

The pass uses the present weights and the interventions that are set on the layers.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..layers.input_gradients import input_gradients, input_readers
from ..layers.recording import Recording
from ..layers.recurrent import Recurrent
from ..layers.seq2seq import Seq2Seq
from ..layers.sequence_model import SequenceModel
from ..tasks.base import UNKNOWN, Batch, Probe, Task
from ..training.trainer import Trainer
from .attention import Attention, attention_of
from .head import Head, head_of


@dataclass(frozen=True)
class Reading:
    """One pass over the sequence, T steps.

    recording: of the one sequence, B = 1. output: [T, O], as the task shows it. loss: where the recorded
    gradients start. at, losses: the steps that have a loss, and the loss of each step alone, [K].
    direct: for each part of the network dL/d(output of its last layer) [T, D H], the gradient from the
    head at the same step. head: dL/d(output of the head) [T, O]. inputs, input_gradients [T, I]: what the first layers
    read, and dL/dx of it, with zeros where a part has fewer inputs; empty where only a recording is at hand.
    """

    recording: Recording
    output: np.ndarray
    loss: float
    at: tuple[int, ...]
    losses: np.ndarray
    direct: dict[str, np.ndarray]
    head: np.ndarray
    scores: np.ndarray
    inputs: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    input_gradients: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))

    @property
    def saliency(self) -> np.ndarray:
        """Which inputs mattered for the loss: gradient times input of each step, [T]; empty as they are."""
        return (self.input_gradients.astype(np.float64) * self.inputs).sum(1)


@dataclass(frozen=True)
class Inspection:
    """A network and the sequence that it reads.

    layers: the recurrent layers by the name of their part: {"": layer}, or encoder and decoder.
    symbols: a label for each of the T steps (of encoder and decoder together). at: the steps with a loss.
    run(n): the head's output for n copies of the sequence, [T, n, O]. loss(output [T, 1, O]): the scalar
    loss. single(output [T, 1, O], k): the loss at step k alone. shown(output): the output as the task
    shows it. recording(): of the last pass. parameters(): of the network. derived: what the gradients start from,
    as "Σ h", where that is no loss of a task. head: how the output follows from the top layer; None where it is no
    linear map of its states; attention: what then stands between. copy(dtype): the same with a copy of the network and the sequence, in another precision.
    labels: a name for each output, where there are names. with_own_answers(output [T, 1, O]): the same with a loss for
    which that output's answers are right, where nobody knows what is; None where this is always known.
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
    derived: str = ""
    head: Head | None = None
    attention: Attention | None = None
    copy: Callable[[torch.dtype], "Inspection"] | None = None
    labels: tuple[str, ...] = ()
    with_own_answers: Callable[[Tensor], "Inspection"] | None = None

    @property
    def cell(self) -> Any:
        """The cell of the layers."""
        return next(iter(self.layers.values())).cell

    def run_with_outputs(self) -> tuple[Tensor, dict[str, Tensor]]:
        """The head's output [T, 1, O], and part -> the output of its last layer [T, 1, D H]."""
        outputs: dict[str, Tensor] = {}

        def keep_output(name: str) -> Callable:
            def hook(_module: Any, _inputs: Any, result: Any) -> None:
                outputs[name] = result[0]

            return hook

        hooks = [
            layer.register_forward_hook(keep_output(name)) for name, layer in self.layers.items()
        ]
        try:
            return self.run(1), outputs
        finally:
            for hook in hooks:
                hook.remove()

    def read(self) -> Reading:
        """Runs the network over the sequence, forward and backward."""
        with self.inputs_noted() as inputs:
            output, outputs = self.run_with_outputs()
        for tensor in (output, *outputs.values()):
            if tensor.requires_grad:
                tensor.retain_grad()
        loss = self.loss(output)
        loss.backward()
        self.forget()
        with torch.no_grad():
            losses = [self.single(output, k).item() for k in self.at]
        recording = self.recording()
        assert recording is not None
        direct = {name: _gradient(layer_output)[:, 0] for name, layer_output in outputs.items()}
        return Reading(
            recording.sequence(0),
            self.shown(output.detach()).numpy()[:, 0],
            loss.item(),
            self.at,
            np.array(losses),
            direct,
            _gradient(output)[:, 0],
            output.detach().numpy()[:, 0],
            join_parts(list(inputs.values()))[:, 0],
            self.input_gradients(inputs)[:, 0],
        )

    @contextmanager
    def inputs_noted(self) -> Iterator[dict[str, np.ndarray]]:
        """Inside the block: part -> what its first layer has read, [T, B, I], once it has."""
        inputs: dict[str, np.ndarray] = {}

        def note_input(name: str) -> Callable:
            def hook(_layer: Any, arguments: Any) -> None:
                inputs[name] = arguments[0].detach().numpy()

            return hook

        layers = self.layers.items()
        hooks = [layer.register_forward_pre_hook(note_input(name)) for name, layer in layers]
        try:
            yield inputs
        finally:
            for hook in hooks:
                hook.remove()

    def input_gradients(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        """dL/dx [T, B, I] of the inputs of each part, from what its last pass has recorded."""
        gradients = []
        for part, x in inputs.items():
            layer = self.layers[part]
            assert layer.recording is not None
            gradients.append(input_gradients(input_readers(layer), layer.recording, x))
        return join_parts(gradients)

    @contextmanager
    def chunks(self, k: int) -> Iterator[None]:
        """Truncates all layers after k steps (0: not at all) inside the block; then restores their settings."""
        settings = {name: layer.truncate for name, layer in self.layers.items()}
        for layer in self.layers.values():
            layer.truncate = k
        try:
            yield
        finally:
            for name, layer in self.layers.items():
                layer.truncate = settings[name]

    def forget(self) -> None:
        """Removes the gradients of the parameters."""
        for p in self.parameters():
            p.grad = None


def join_parts(arrays: list[np.ndarray]) -> np.ndarray:
    """Arrays [T, ..., I] of the parts end to end; the inputs that a part does not have are 0."""
    widest = max(array.shape[-1] for array in arrays)
    narrow = [(0, 0)] * (arrays[0].ndim - 1)
    return np.concatenate([np.pad(a, [*narrow, (0, widest - a.shape[-1])]) for a in arrays])


def inspect_trainer(trainer: Trainer) -> Inspection:
    """The trainer's present network and its probe."""
    return _inspect_network(trainer.model, trainer.task, trainer.probe)


def _inspect_network(model: SequenceModel | Seq2Seq, task: Task, probe: Probe) -> Inspection:
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

    return Inspection(
        title=task.title,
        layers=model.parts,
        symbols=probe.symbols,
        at=_steps_with_loss(task.at, probe),
        run=run,
        loss=lambda output: task.probe_loss(output, probe),
        single=single,
        shown=task.readout,
        recording=lambda: model.recording,
        parameters=model.parameters,
        head=head_of(model, task.output_function),
        attention=attention_of(model, task.output_function),
        copy=lambda dtype: _inspect_network(
            deepcopy(model).to(dtype), task, _probe_in_precision(probe, dtype)
        ),
        labels=task.labels,
        with_own_answers=lambda output: _inspect_network(
            model, task, task.with_own_answers(probe, output.detach())
        ),
    )


def _probe_in_precision(probe: Probe, dtype: torch.dtype) -> Probe:
    batch = probe.batch
    x, y = (v.to(dtype) if v.is_floating_point() else v for v in (batch.x, batch.y))
    return replace(probe, batch=Batch(x, y, batch.lengths))


def inspect_layer(
    layer: Recurrent,
    x: Tensor,
    symbols: tuple[str, ...],
    loss: Callable[[Tensor], Tensor],
    at: tuple[int, ...],
    title: str = "",
) -> Inspection:
    """A layer alone and x [T, 1, I]; its loss is the sum of loss(output_t [D H]) over the steps `at`."""

    def run(copies: int) -> Tensor:
        return layer(x.expand(-1, copies, -1))[0] * 1.0  # an identity in place of the head

    def single(output: Tensor, k: int) -> Tensor:
        return loss(output[k, 0])

    return Inspection(
        title=title,
        layers={"": layer},
        symbols=symbols,
        at=at,
        run=run,
        loss=lambda output: torch.stack([single(output, k) for k in at]).sum(),
        single=single,
        shown=lambda output: output,
        recording=lambda: layer.recording,
        parameters=layer.parameters,
        copy=lambda dtype: inspect_layer(
            deepcopy(layer).to(dtype), x.to(dtype), symbols, loss, at, title
        ),
    )


def _steps_with_loss(at: str, probe: Probe) -> tuple[int, ...]:
    if at == "last":
        return (len(probe.symbols) - 1,)
    y = probe.batch.y[: len(probe.symbols)]
    if y.is_floating_point():
        return tuple(range(len(y)))
    steps = (y != UNKNOWN).reshape(len(y), -1).any(1).nonzero().flatten().tolist()
    return tuple(steps) or (len(y) - 1,)  # without any known answer: one loss, without a gradient


def _gradient(output: Tensor) -> np.ndarray:
    return np.zeros(tuple(output.shape)) if output.grad is None else output.grad.numpy()
