"""The true loss of a whole model: what its outputs are held against, and at which steps.

target = make_target("classes", torch.tensor([3, 1, 4]), at=(0, 1, 2))
target.loss(output), target.single(output, 1)       # the mean over the steps; of step 1 alone
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from ...common.messages import say


@dataclass(frozen=True)
class LossKind:
    """phi: the function of the outputs that belongs to it. compute(outputs [O], target): a scalar.

    takes_classes: whether a target is the number of a class, and not a number for each output.
    """

    phi: str
    compute: Callable[[Tensor, Tensor], Tensor]
    takes_classes: bool


KINDS: dict[str, LossKind] = {
    "cross entropy": LossKind(
        "softmax", lambda output, y: F.cross_entropy(output[None], y[None]), True
    ),
    "binary cross entropy": LossKind(
        "sigmoid",
        lambda output, y: F.binary_cross_entropy_with_logits(output, y.to(output)),
        False,
    ),
    "squared error": LossKind(
        "identity", lambda output, y: F.mse_loss(output, y.to(output)), False
    ),
}


@dataclass(frozen=True)
class Target:
    """kind: of KINDS. at: the steps with a loss, in order. values: int64 [K], or [K, O], one for each of them."""

    kind: str
    at: tuple[int, ...]
    values: Tensor

    @property
    def phi(self) -> str:
        """The function of the outputs."""
        return KINDS[self.kind].phi

    def single(self, output: Tensor, step: int) -> Tensor:
        """The loss of that step alone, of outputs [T, 1, O]."""
        return KINDS[self.kind].compute(output[step, 0], self.values[self.at.index(step)])

    def loss(self, output: Tensor) -> Tensor:
        """The mean of the losses of all steps that have one."""
        return torch.stack([self.single(output, step) for step in self.at]).mean()

    @property
    def has_classes(self) -> bool:
        """Whether each target is a class: one of the outputs, or a yes or no of a single one."""
        is_binary = self.kind == "binary cross entropy" and self.values.shape[1] == 1
        return KINDS[self.kind].takes_classes or is_binary

    def count_right(self, output: Tensor) -> int:
        """At how many of the steps the likeliest class of outputs [T, 1, O] is that of the target."""
        return int((own_answers(self.kind, output, self.at) == self.values).sum())

    def show(self, output: Tensor) -> Tensor:
        """Outputs [..., O] as they are read: probabilities, or the numbers themselves."""
        if self.phi == "softmax":
            return output.softmax(-1)
        return output.sigmoid() if self.phi == "sigmoid" else output


def make_target(kind: str, values: Tensor, at: tuple[int, ...], outputs: int, steps: int) -> Target:
    """The target, checked against a model of so many outputs and a sequence of so many steps.

    values: int64 [K] for a kind that takes classes, else numbers [K, O]. ValueError with a sentence that begins with
    "Target".
    """
    if kind not in KINDS:
        raise ValueError(
            say(
                "Loss: expected one of {kinds}, got {got}. Choose one.",
                kinds=", ".join(KINDS),
                got=kind,
            )
        )
    if not at or len(values) != len(at) or not 0 <= min(at) <= max(at) < steps:
        raise ValueError(
            say(
                "Target: expected one for each of {steps} steps, got {got}. Write as many, with “?” where a step has none.",
                steps=len(at) or steps,
                got=len(values),
            )
        )
    if KINDS[kind].takes_classes:
        wrong = values[(values < 0) | (values >= outputs)]
        if len(wrong):
            raise ValueError(
                say(
                    "Target: expected classes numbered 0 to {last}, as the model has outputs, got {got}. Write another one.",
                    last=outputs - 1,
                    got=int(wrong[0]),
                )
            )
    elif values.dim() != 2 or values.shape[1] != outputs:
        raise ValueError(
            say(
                "Target: expected {outputs} numbers for each step, one for each output, got {got}. Write as many.",
                outputs=outputs,
                got=values.shape[1] if values.dim() == 2 else 1,
            )
        )
    if kind == "binary cross entropy" and (values.min() < 0 or values.max() > 1):
        raise ValueError(
            say(
                "Target: expected numbers from 0 to 1 for a binary cross entropy, got {low:g} to {high:g}. Write 0 or 1.",
                low=float(values.min()),
                high=float(values.max()),
            )
        )
    return Target(kind, at, values)


def own_answers(kind: str, output: Tensor, at: tuple[int, ...]) -> Tensor:
    """What the model itself says at these steps, as the target: its likeliest class, the rounded answer, its numbers.

    output: [T, 1, O].
    """
    chosen = output.detach()[list(at), 0]
    if KINDS[kind].takes_classes:
        return chosen.argmax(-1)
    return (chosen > 0).to(chosen) if kind == "binary cross entropy" else chosen
