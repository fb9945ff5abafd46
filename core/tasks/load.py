"""Load: predict the demand for electricity from the last few values."""

import re
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.messages import cut, say
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Curves, Probe, check_text
from .data.csv_series import read_series
from .data.number_text import parse_numbers
from .data.series import MAX_CHARACTERS, Series, settings_for_series
from .task_types import Regression

DAY = 96  # quarter-hours
FITTED, VALIDATED = 13_000, 0.08  # values used, and the share of them at the end for evaluation
SEED = 321
ABOUT_LOAD = (
    r"load|power|demand|consum|electr|energy|[kmg]w|负荷|用电|电力"  # in the name of a column
)
SHOWN, AHEAD = 192, 96  # quarter-hours in the panel, and of them predicted from own forecasts


@cache
def made_load() -> np.ndarray:
    """13 200 quarter-hours of one client's load in kW, made by rule: float64.

    A daily course with three bumps, a weekend, a year, and noise that remembers, set so that naive
    forecasts err as much as on one client of UCI's ElectricityLoadDiagrams (Trindade 2015).
    """
    chance = np.random.default_rng(SEED)
    steps = np.arange(FITTED + 200)
    hour, day = (steps % DAY) / 4, steps // DAY

    def bump(middle: float, wide: float) -> np.ndarray:
        return np.exp(-0.5 * ((hour - middle) / wide) ** 2)

    course = 35 * bump(8, 1.6) + 25 * bump(13, 2.5) + 85 * bump(20.5, 2.4) - 35 * bump(4, 2.5)
    course = np.where(day % 7 >= 5, np.roll(course, 4), course)  # an hour later at weekends
    size = 1 + 0.06 * chance.standard_normal(day.max() + 1)[day]
    noise, shocks = np.zeros(len(steps)), 3 * chance.standard_normal(len(steps))
    for t in range(1, len(steps)):
        noise[t] = 0.85 * noise[t - 1] + shocks[t]
    spikes = (chance.random(len(steps)) < 0.01) * chance.gamma(2.0, 10.0, len(steps))
    year = 10 * np.cos(2 * np.pi * day / 365)
    return 110 + 0.5 * course * size + year + noise + spikes


class Load(Regression):
    """Predict an electricity load from a window of its last values.

    The window holds 5 quarter-hours. The target is the value some quarter-hours after its end (Lead): 1 is the
    next one, 2 skips one, as the code of a well-known book does although its text says the next. Values are
    centred and divided by the largest, so that errors compare with those printed there (0.0012 on training data,
    0.0011 on validation data after 10 epochs). The network is the book's: an LSTM of 50 units, one of 200 on top,
    dropout after each. It is trained on the first 92 % of the series and evaluated on the last 8 %.

    Look at the baselines first: repeating the last value errs as little as the network, and on the book's own data
    less. Five values of a smooth curve leave little to learn; least squares on them is hard to beat. The line
    "forecast" feeds the network's predictions back as its inputs, for one day. Keras's initialisation is the
    default because torch's does not reach the figure in 10 epochs.
    """

    title = "Load: forecasting electricity demand"
    sentence = (
        "reads [length|the last value|the last {length} values] of [task|an electricity load], "
        "and says its value [lead|{lead} quarter of an hour later|{lead} quarters of an hour later]."
    )
    own_sentence = (
        "reads [length|the last value|the last {length} values] of [task|{column name}], "
        "and says its value [lead|{lead} step later|{lead} steps later]."
    )
    score_words = (
        "mean squared error on values it has never seen",
        "on values it was trained on",
    )
    baseline_words: ClassVar = {
        "the last value again": "saying the last value again",
        "same time yesterday": "saying yesterday's value of the same time",
        "least squares": "a weighted sum of what is read (least squares)",
    }
    source = (
        "Made by rule (synthetic), with the daily course and the noise of one client of UCI's "
        "ElectricityLoadDiagrams; or a CSV file of your own"
    )
    panel = "series"
    at = "last"
    own_data_kind = "series"
    own_data_settings = settings_for_series(lead=1)
    options: ClassVar = (
        Option("length", "integer", 5, 1, 200, meaning="values in the window"),
        Option(
            "lead", "integer", 2, 1, 200, meaning="steps from the end of the window to the target"
        ),
        Option(
            *("column", "integer", 0, 0, 100),
            meaning="of your own file, from 1; 0: the last that is a series",
            of_data="own",
        ),
        Option("file", "content", "", high=MAX_CHARACTERS, meaning="your own series: a CSV file"),
    )
    defaults: ClassVar = {
        **{"cell": "lstm", "hidden_size": 200, "first_size": 50, "num_layers": 2},
        **{"dropout": 0.2, "batch_size": 512, "optimizer": "rmsprop", "learning_rate": 0.001},
        **{"initialization": "keras", "clipping": "off"},
    }

    def check(self) -> None:
        """Reads the reader's own file, if there is one."""
        if self.values["file"]:
            self._parts  # noqa: B018 (a bad file is to be refused at once)

    @property
    def sentence_values(self) -> Mapping[str, Any]:
        """With the name of the reader's own column."""
        name = self.series.name if self.values["file"] else ""
        return {**super().sentence_values, "column name": name}

    @property
    def length(self) -> int:
        """The option `length`: values in the window."""
        return self.values["length"]

    @property
    def input_labels(self) -> tuple[str, ...]:
        """One input: the load."""
        return (say("load"),)

    @property
    def labels(self) -> tuple[str, ...]:
        """One output: the load some steps ahead."""
        return (say("load, {n} ahead", n=self.values["lead"]),)

    @cached_property
    def series(self) -> Series:
        """The series in its own units, and what was done to it."""
        if self.values["file"]:
            return read_series(self.values["file"], self.values["column"])
        values = made_load()[:FITTED]
        return Series(
            values,
            say("load in kW"),
            say("{n} quarter-hours, made by rule", n=len(values)),
        )

    @property
    def note(self) -> str:
        """Where the series is from, and what was done to it."""
        return self.series.note

    @property
    def unsuited(self) -> str:
        """Of a reader's own series: that its name does not speak of electricity."""
        name = self.series.name
        if not self.values["file"] or re.search(ABOUT_LOAD, name, re.IGNORECASE):
            return ""
        return say(
            "file: expected a column named after a load (load, power, kW), got {got!r}. "
            "Use Forecast for other series.",
            got=cut(name),
        )

    @property
    def division(self) -> str:
        """Which windows train and which evaluate, and how values are scaled."""
        mean, largest = self._scale
        seen, unseen = self._parts
        return say(
            "Trained on {trained} windows of the first {first} values; evaluated on {evaluated} windows of the last "
            "{last}. Inputs are the values minus {mean:.4g}, divided by {largest:.4g}: "
            "the mean and the largest absolute value of the training part.",
            trained=seen.B,
            first=self._cut,
            evaluated=unseen.B,
            last=len(self.series.values) - self._cut,
            mean=mean,
            largest=largest,
        )

    @cached_property
    def _scale(self) -> tuple[float, float]:
        """(mean, largest value) of the part that is trained on."""
        known = self.series.values[: self._cut]
        return float(known.mean()), float(np.abs(known).max())

    @property
    def _cut(self) -> int:
        return round((1 - VALIDATED) * len(self.series.values))

    @cached_property
    def _normalised(self) -> Tensor:
        mean, largest = self._scale
        return torch.from_numpy((self.series.values - mean) / largest).float()

    @cached_property
    def _parts(self) -> tuple[Batch, Batch]:
        """(for training, for evaluation): windows in order of time."""
        values, T, lead = self._normalised, self.length, self.values["lead"]
        starts = torch.arange(max(0, len(values) - T - lead + 1))
        ends = starts + T + lead - 1
        seen, unseen = starts[ends < self._cut], starts[starts >= self._cut]
        if len(seen) < 10 or len(unseen) < 4:
            raise ValueError(
                say(
                    "length: expected windows of {steps} values with a lead of {lead} to fit into the last "
                    "{held_out} of {all} values, which are for evaluation, got {got} of "
                    "them. Choose a shorter length or lead, or use a longer series.",
                    steps=T,
                    lead=lead,
                    held_out=len(values) - self._cut,
                    all=len(values),
                    got=len(unseen),
                )
            )
        return self._windows(seen), self._windows(unseen)

    def _windows(self, starts: Tensor) -> Batch:
        values, T = self._normalised, self.length
        x = values[torch.arange(T)[:, None] + starts].unsqueeze(2)
        return Batch(x, values[starts + T + self.values["lead"] - 1].unsqueeze(1))

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x [T, B, 1], y [B, 1], both centred and scaled: windows drawn with replacement."""
        data = self._parts[0]
        which = torch.randint(0, data.B, (batch_size,), generator=generator)
        return Batch(data.x[:, which], data.y[which])

    def make_held_out(self) -> Batch:
        """All windows of the last part."""
        return self._parts[1]

    def make_train_eval(self) -> Batch:
        """The newest windows of the training part, as many as are held out."""
        data = self._parts[0]
        return data.subset(slice(max(0, data.B - self.held_out.B), data.B), self.at)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """The last value again; the same time yesterday; least squares on the window."""
        seen, unseen = self._parts
        errors: dict[str, float] = {
            say("the last value again"): F.mse_loss(unseen.x[-1], unseen.y).item()
        }
        yesterday = self._yesterday()
        if yesterday is not None:
            errors[say("same time yesterday")] = F.mse_loss(yesterday, unseen.y[:, 0]).item()
        A, B = (torch.cat([d.x[:, :, 0].T, torch.ones(d.B, 1)], 1).double() for d in self._parts)
        weights = torch.linalg.lstsq(A, seen.y.double(), driver="gelsd").solution
        errors[say("least squares")] = F.mse_loss(B @ weights, unseen.y.double()).item()
        return {name: {"mse": error} for name, error in errors.items()}

    def _yesterday(self) -> Tensor | None:
        """For each held-out window, the value a day before its target; only the made data has days."""
        if self.values["file"] or self.values["lead"] > DAY:
            return None
        first = self._cut + self.length + self.values["lead"] - 1
        return self._normalised[first - DAY : first - DAY + self.held_out.B]

    @torch.no_grad()
    def forecast(self, model: Any, start: int, steps: int) -> list[float]:
        """The values from number `start` on, `steps` of them, each predicted from earlier predictions."""
        T, lead = self.length, self.values["lead"]
        known = self._normalised[:start].tolist()
        for _ in range(steps):
            end = len(known) + 1 - lead
            window = torch.tensor(known[end - T : end])[:, None, None]
            known.append(model(window).item())
        return known[start:]

    def readout(self, output: Tensor) -> Tensor:
        """The forecast in the units of the series."""
        mean, largest = self._scale
        return output * largest + mean

    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Curves:
        """The last part in its own units: truth, forecasts one by one, a day ahead, and the naive ones."""
        mean, largest = self._scale
        shown = min(SHOWN, batch.B)
        ahead = min(AHEAD, shown // 2)

        def plain(values: Tensor | list[float]) -> tuple[float, ...]:
            return tuple((torch.as_tensor(values) * largest + mean).tolist())

        first = self._cut + self.length + self.values["lead"] - 1
        far = plain(self.forecast(model, first + shown - ahead, ahead))
        lines: dict[str, tuple[float | None, ...]] = {
            self.series.name: plain(batch.y[:shown, 0]),
            say("the network"): plain(output[:shown, 0]),
            say("forecast"): (*[None] * (shown - ahead), *far),
            say("the last value again"): plain(batch.x[-1, :shown, 0]),
        }
        yesterday = self._yesterday()
        if yesterday is not None:
            lines[say("same time yesterday")] = plain(yesterday[:shown])
        return Curves(lines)

    def probe(self, text: str | None = None) -> Probe:
        """The window's values in their own units. Without text, a held-out window."""
        text = check_text(PROBE_LABEL, text or "", 4000).strip()
        mean, largest = self._scale
        if text:
            typed = parse_numbers(PROBE_LABEL, text, self.length, -1e9, 1e9)
            x = (torch.tensor(typed) - mean) / largest
            y, answer = x[-1:], say("not known; the last value is taken")
        else:
            x, y = (
                self.held_out.x[:, 10 % self.held_out.B, 0],
                self.held_out.y[10 % self.held_out.B],
            )
            answer = f"{y.item() * largest + mean:.4g}"
        symbols = tuple(f"{value * largest + mean:.4g}" for value in x.tolist())
        return Probe(Batch(x[:, None, None], y[None]), symbols, text, answer)
