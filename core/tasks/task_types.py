"""The common types of task: choose a class, say yes or no, or give a number, at the last step or at every one.

A subclass adds where its sequences come from; loss, metrics and what the panel draws are here.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from .base import Batch, Confusion, Pairs, Probe, Tallies, Task, answer_unknown, cross_entropy

START_LABEL = "Text to continue"  # of the field in which a reader types it; errors begin with it
TEMPERATURE = 0.7  # of what a network writes, where nobody chooses another


class Classification(Task):
    """Cross-entropy in nats; accuracy, and accuracy averaged over the classes ("balanced").

    Balanced accuracy is the mean over the classes of the share that is recognised: a model that
    always predicts the largest class scores 1 / classes, whatever that class's share is.
    """

    panel = "classes"
    headline = "accuracy"
    score_words = (
        "of sequences it has never seen are right",
        "of sequences it was trained on",
    )
    is_share: ClassVar = {"accuracy": True, "balanced accuracy": True, "loss": False}

    def loss(self, output: Tensor, batch: Batch) -> Tensor:
        """Mean of -log p(target), in nats."""
        return cross_entropy(output, batch.y)

    def probe_loss(self, output: Tensor, probe: Probe) -> Tensor:
        """-log p(answer); where nobody knows the answer, the network's own one counts as correct."""
        output = output[-1] if self.at == "last" else output
        return cross_entropy(output, answer_unknown(probe.batch.y, output))

    def with_own_answers(self, probe: Probe, output: Tensor) -> Probe:
        """The probe with the network's own answer where nobody knows the right one."""
        y = answer_unknown(probe.batch.y, output[-1] if self.at == "last" else output)
        return replace(probe, batch=replace(probe.batch, y=y))

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """Accuracy, balanced accuracy and loss of a whole batch."""
        counts = self._counts(output, batch)
        rows = counts.sum(1)
        occurs = rows > 0  # classes of which the batch has a sequence
        return {
            "accuracy": float(counts.trace() / counts.sum()),
            "balanced accuracy": float((counts.diagonal()[occurs] / rows[occurs]).mean()),
            "loss": float(cross_entropy(output, batch.y)),
        }

    def _counts(self, output: Tensor, batch: Batch) -> Tensor:
        """How often each truth (row) got each guess (column): float64 [C, C]."""
        C = self.output_size
        places = batch.y.flatten() * C + output.argmax(-1).flatten()
        return torch.bincount(places, minlength=C * C).view(C, C).double()

    def batch_metrics(self, output: Tensor, batch: Batch, loss: float) -> dict[str, float]:
        """The accuracy."""
        return {"accuracy": (output.detach().argmax(-1) == batch.y).float().mean().item()}

    def readout(self, output: Tensor) -> Tensor:
        """The probability of each class."""
        return output.softmax(-1)

    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Any:
        """The confusion matrix of the held-out sequences."""
        counts = self._counts(output, batch).long().tolist()
        return Confusion(self.labels, tuple(tuple(row) for row in counts))

    def majority(self, y: Tensor) -> dict[str, float]:
        """What is reached on targets y by always predicting their most frequent class, nats included."""
        share = torch.bincount(y.flatten(), minlength=self.output_size) / y.numel()
        shares = share[share > 0]
        return {
            "accuracy": float(share.max()),
            "balanced accuracy": 1 / len(shares),
            "loss": float(-(shares * shares.log()).sum()),
        }


class Regression(Task):
    """Mean squared error between output and target, in the units of the target squared."""

    panel = "values"
    output_function = "identity"
    headline = "mse"
    score_words = (
        "mean squared error on sequences it has never seen",
        "on sequences it was trained on",
    )
    higher_is_better = False
    is_share: ClassVar = {"mse": False}
    shown = 200  # pairs in the panel

    def loss(self, output: Tensor, batch: Batch) -> Tensor:
        """Mean squared error."""
        return F.mse_loss(output, batch.y)

    def probe_loss(self, output: Tensor, probe: Probe) -> Tensor:
        """Mean squared error: of the last output, or of all of them, as `at` says."""
        return F.mse_loss(output[-1] if self.at == "last" else output, probe.batch.y)

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """The mean squared error."""
        return {"mse": F.mse_loss(output, batch.y).item()}

    def batch_metrics(self, output: Tensor, batch: Batch, loss: float) -> dict[str, float]:
        """The mean squared error, which is the loss."""
        return {"mse": loss}

    def readout(self, output: Tensor) -> Tensor:
        """The values themselves."""
        return output

    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Any:
        """The first `shown` held-out targets, and the network's predictions."""
        targets, predictions = (
            values.flatten()[: self.shown].tolist() for values in (batch.y, output)
        )
        return Pairs(tuple(targets), tuple(predictions))


class Binary(Task):
    """Yes or no, for each output: cross-entropy of a logistic output, and how often it is right at 0.5.

    y is float32 0 or 1, [B, O] (at="last") or [T, B, O] (at="every").
    """

    panel = "binary"
    output_function = "sigmoid"
    headline = "accuracy"
    score_words = (
        "of answers on sequences it has never seen are right",
        "of answers on sequences it was trained on",
    )
    is_share: ClassVar = {"accuracy": True, "loss": False}

    def loss(self, output: Tensor, batch: Batch) -> Tensor:
        """Mean binary cross-entropy, in nats; the outputs are logits."""
        return F.binary_cross_entropy_with_logits(output, batch.y)

    def probe_loss(self, output: Tensor, probe: Probe) -> Tensor:
        """Mean binary cross-entropy: of the last output, or of all of them, as `at` says."""
        return F.binary_cross_entropy_with_logits(
            output[-1] if self.at == "last" else output, probe.batch.y
        )

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """Accuracy at a threshold of 0.5, and loss."""
        return {
            "accuracy": ((output > 0) == (batch.y > 0.5)).float().mean().item(),
            "loss": self.loss(output, batch).item(),
        }

    def batch_metrics(self, output: Tensor, batch: Batch, loss: float) -> dict[str, float]:
        """The accuracy."""
        return {"accuracy": ((output.detach() > 0) == (batch.y > 0.5)).float().mean().item()}

    def readout(self, output: Tensor) -> Tensor:
        """The probability of yes, for each output."""
        return output.sigmoid()

    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Any:
        """How many held-out answers of each output are right."""
        right = ((output > 0) == (batch.y > 0.5)).flatten(0, -2)
        return Tallies(tuple(right.sum(0).tolist()), len(right))


class Writes(ABC):
    """Of a task whose network can go on by itself from a text, symbol by symbol: a page then offers it.

    Its `panel_data` takes temperature and top_k too (see `Trainer.panel_options`).
    """

    @abstractmethod
    def sample_text(
        self, model: Any, start: str, symbols: int, temperature: float, seed: int, top_k: int
    ) -> str:
        """`start`, and so many symbols after it. ValueError when the network cannot read `start`.

        temperature, top_k: see `SequenceModel.generate`. The same seed writes the same text.
        """
