"""Echo: repeat a value some steps later."""

from functools import cached_property
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.messages import say
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Curves, Probe, check_text
from .data.number_text import parse_numbers
from .task_types import Regression

TRAINED_ON, HELD_OUT = 200, 50  # windows of the signal
SEEDS = (1901, 1902)  # of the two signals, the same for every run


class Echo(Regression):
    """Repeat the signal with a delay.

    A signal of numbers drawn evenly between 0 and 1 comes in; its echo is the same signal some steps later. The network
    reads a window of the signal, one value more than the delay, and after the last one predicts the echo: the first value of the
    window. So it must keep one number and forget the others. It is trained on 200 windows; 50 windows of another signal
    are held out.

    With one hidden unit it is the smallest useful recurrent network: three weights and two biases. Always predicting 1/2
    gives a mean squared error of 1/12 = 0.0833; repeating the last value gives 1/6, which is worse, because neighbours in
    the signal are independent. R2 is 1 - error / variance: 1 is perfect, 0 no better than the mean.
    """

    title = "Echo: repeat a value some steps later"
    sentence = (
        "reads random numbers, and says [task|which one it read] "
        "[delay|{delay} step before|{delay} steps before]."
    )
    baseline_words: ClassVar = {
        "always the mean": "always saying the mean",
    }
    source = "Made by rule: random numbers and their delayed copy"
    panel = "series"
    is_share: ClassVar = {"mse": False, "R2": False}  # R2 is below 0 where the mean would do better
    at = "last"
    options: ClassVar = (
        Option("delay", "integer", 1, 1, 50, meaning="steps between signal and echo"),
    )
    defaults: ClassVar = {
        **{"cell": "rnn", "hidden_size": 1, "batch_size": 1, "optimizer": "sgd"},
        **{"learning_rate": 0.1, "clipping": "off", "initialization": "normal"},
    }

    @property
    def length(self) -> int:
        """The delay and the step of the answer."""
        return self.values["delay"] + 1

    @property
    def must_remember(self) -> int:
        """From the first value of the window to the answer."""
        return self.values["delay"]

    @property
    def input_labels(self) -> tuple[str, ...]:
        """One input: the signal."""
        return ("signal",)

    @property
    def labels(self) -> tuple[str, ...]:
        """One output: the echo."""
        return ("echo",)

    @cached_property
    def _data(self) -> tuple[Batch, Batch]:
        return self._windows(TRAINED_ON, SEEDS[0]), self._windows(HELD_OUT, SEEDS[1])

    def _windows(self, number: int, seed: int) -> Batch:
        """Every window of a signal, in order: x [T, number, 1], y [number, 1]."""
        T = self.length
        signal = torch.rand(number + T - 1, generator=torch.Generator().manual_seed(seed))
        x = signal.unfold(0, T, 1).T
        return Batch(x.unsqueeze(2).contiguous(), x[0].unsqueeze(1).contiguous())

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x [T, B, 1], y [B, 1]: windows drawn with replacement."""
        data = self._data[0]
        which = torch.randint(0, data.B, (batch_size,), generator=generator)
        return Batch(data.x[:, which], data.y[which])

    def make_held_out(self) -> Batch:
        """The windows of the second signal."""
        return self._data[1]

    def make_train_eval(self) -> Batch:
        """The windows of the first signal, all of them."""
        return self._data[0]

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """Mean squared error, and R2 = 1 - error / variance."""
        error = F.mse_loss(output, batch.y).item()
        return {"mse": error, "R2": 1 - error / batch.y.var(correction=0).item()}

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """Always the mean of the held-out windows themselves."""
        return {say("always the mean"): {"mse": self.held_out.y.var(correction=0).item()}}

    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Curves:
        """The echo over the held-out windows in order, and what the network predicts."""
        truth, predictions = batch.y.flatten().tolist(), output.flatten().tolist()
        return Curves({say("echo"): tuple(truth), say("the network"): tuple(predictions)})

    def probe(self, text: str | None = None) -> Probe:
        """Numbers from 0 to 1, delay + 1 of them. Without text, a held-out window."""
        text = check_text(PROBE_LABEL, text or "", 2000).strip()
        window = self.held_out.x[:, 3, 0].tolist()
        if text:
            window = parse_numbers(PROBE_LABEL, text, self.length, 0, 1)
        x = torch.tensor(window)[:, None, None]
        symbols = tuple(f"{value:.2f}" for value in window)
        return Probe(Batch(x, x[:1, 0]), symbols, text, f"{window[0]:.3g}")
