"""Forecast: predict a value some steps ahead from a window of the values before it."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.checks import number_up_to
from ..common.messages import count, say
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Curves, Probe, check_text
from .data.made_series import made_columns
from .data.naive import FITTED_WINDOWS, least_squares, naive_forecasts
from .data.number_text import parse_numbers
from .data.seasonality import find_period
from .data.series import MAX_CHARACTERS, settings_for_series
from .data.windows import LARGEST, Columns, Windows, spread_evenly
from .task_types import Regression

MOST_INPUTS = 20  # columns that are read
SHOWN, AHEAD = 192, 96  # steps in the panel, and of them predicted from own predictions


class Forecast(Regression):
    """Predict a series: what will its value be, `horizon` steps after a window of `length` values?

    The network reads the window step by step, one or several columns at each step, and answers with one
    number after the last step. Upload a table on Yours > Own data and choose there which column is to be
    predicted and which columns are read. Without a file the series is made by rule: two sines and noise.

    The series is cut in order of time. The first four fifths train, the last fifth evaluates, and no
    window reaches across the cut: shuffled windows would let the network train on values that it is then
    evaluated on. Every column is standardised by the mean and the standard deviation of its training
    part. The error "mse" is in these units, so 1 is about as bad as always predicting the mean; "rmse" is in the
    units of the column.

    Compare with the baselines before you believe a curve. Predicting the last value again (persistence) looks
    good on any plot of a smooth series, because its curve is the true one, moved by `horizon` steps. Where the
    series clearly repeats itself, the value one period earlier is a baseline too (seasonal naive), and least
    squares on the window is the best that a linear model can do.
    """

    title = "Forecast: a series some steps ahead"
    sentence = (
        "reads [length|the last value|the last {length} values] of [task|a series made by rule], "
        "and says its value [horizon|{horizon} step later|{horizon} steps later]."
    )
    own_sentence = (
        "reads [length|the last value|the last {length} values] of [task|your series], "
        "and says [target|{column name}] [horizon|{horizon} step later|{horizon} steps later]."
    )
    score_words = (
        "mean squared error on windows it has never seen",
        "on windows it was trained on",
    )
    baseline_words: ClassVar = {
        "the last value again": "saying the last value again",
        "least squares": "a weighted sum of what is read (least squares)",
    }
    source = "Made by rule (synthetic): two sines and noise; or a table of your own"
    panel = "series"
    at = "last"
    is_share: ClassVar = {"mse": False, "rmse": False}
    own_data_settings = settings_for_series(horizon=1)
    own_data_kind = "series"
    takes_any_of_its_kind = True
    options: ClassVar = (
        Option("length", "integer", 24, 1, 500, meaning="values in the window that is read"),
        Option(
            "horizon", "integer", 1, 1, 500, meaning="steps from the window's end to the target"
        ),
        Option(
            *("target", "integer", 0, 0, 1000),
            meaning="number of the column to predict, from 1; 0: the last one of numbers that changes",
            of_data="own",
        ),
        Option(
            *("inputs", "line", "", 0, 200),
            meaning="numbers of the columns to read, such as 1,3; empty: the target's own past",
            of_data="own",
        ),
        Option(
            *("sequence", "line", "", 0, 200),
            meaning="which series, where the file holds several",
            of_data="own",
        ),
        Option("file", "content", "", high=MAX_CHARACTERS, meaning="your own table: a CSV file"),
    )
    defaults: ClassVar = {
        **{"cell": "gru", "hidden_size": 32, "batch_size": 32, "learning_rate": 0.003},
    }

    def check(self) -> None:
        """Reads the reader's own file, if there is one. ValueError for columns that it does not have."""
        if self.values["file"]:
            self._windows.starts  # noqa: B018 (a bad file is to be refused at once)
        elif self.values["target"] > 1 or self._input_columns not in ((), (1,)):
            raise ValueError(
                say(
                    "inputs: expected column 1 alone, got others: the series made by rule has one column. "
                    "Leave target and inputs out, or choose a file."
                )
            )

    # ------------------------------------------------------------ the data

    @cached_property
    def _input_columns(self) -> tuple[int, ...]:
        """The option `inputs` as numbers of columns from 1; () for the target's own past."""
        text = self.values["inputs"].strip()
        words = re.split(r"[\s,;]+", text) if text else []
        numbers = [int(word) for word in words if re.fullmatch(r"[1-9]\d{0,3}", word)]
        if (
            len(numbers) < len(words)
            or len(set(numbers)) < len(numbers)
            or len(words) > MOST_INPUTS
        ):
            raise ValueError(
                say(
                    "inputs: expected at most {most} different numbers of columns such as 1,3, got "
                    "{got!r}. Separate them with commas.",
                    most=MOST_INPUTS,
                    got=text[:40],
                )
            )
        return tuple(numbers)

    @cached_property
    def _windows(self) -> Windows:
        return Windows(self._columns, self.length, self.values["horizon"])

    @cached_property
    def _columns(self) -> Columns:
        values = self.values
        if not values["file"]:
            return made_columns()
        from .data.csv_columns import read_target_and_inputs  # here: it takes long to import

        return read_target_and_inputs(
            values["file"], values["target"], self._input_columns, values["sequence"]
        )

    @property
    def name(self) -> str:
        """The name of the column that is predicted."""
        return self._columns.names[0]

    def _batch(self, starts: Tensor) -> Batch:
        return Batch(*self._windows.read(starts))

    # ------------------------------------------------------------ what the reader is told

    @property
    def note(self) -> str:
        """How the file was read, or that the series was made."""
        return self._columns.note

    @property
    def division(self) -> str:
        """Which windows train and which evaluate, and how values are scaled."""
        windows = self._windows
        trained, held_out = (len(starts) for starts in windows.starts)
        evaluated = len(windows.evaluated)
        (mean, *_), (spread, *_) = windows.scale
        ahead = self.values["horizon"]
        some = say("{n} of {all}", n=evaluated, all=held_out)
        return say(
            "Trained on {trained} windows of {length} values of {columns}; evaluated on {evaluated} from the last "
            "fifth. Target: {target!r}, {steps} after the window. Every column is standardised by its training part "
            "({target!r}: mean {mean:.4g}, standard deviation {spread:.4g}).",
            trained=trained,
            length=self.length,
            columns=", ".join(map(repr, self.input_labels)),
            evaluated=some if held_out > evaluated else evaluated,
            target=self.name,
            steps=count(ahead, say("{n} step"), say("{n} steps")),
            mean=float(mean),
            spread=float(spread),
        )

    @property
    def sentence_values(self) -> Mapping[str, Any]:
        """With the name of the column that is predicted."""
        return {**super().sentence_values, "column name": self.name}

    @property
    def length(self) -> int:
        """The option `length`: values in the window."""
        return self.values["length"]

    @property
    def input_size(self) -> int:
        """The number of columns that are read."""
        return len(self._columns.inputs)

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The names of the columns that are read."""
        return tuple(self._columns.names[k] for k in self._columns.inputs)

    @property
    def labels(self) -> tuple[str, ...]:
        """The name of the target, and how far ahead it is."""
        return (say("{name}, {n} ahead", name=self.name, n=self.values["horizon"]),)

    @property
    def shown_options(self) -> tuple[Option, ...]:
        """Without the choice of a series where the file holds one."""
        several = self.value_titles("sequence")
        return tuple(o for o in super().shown_options if o.name != "sequence" or several)

    def value_titles(self, option: str) -> Mapping[Any, str]:
        """The columns of the file by name, and its series."""
        if not self.values["file"] or option not in ("target", "inputs", "sequence"):
            return {}
        from .data.csv_columns import column_titles, sequence_titles

        if option == "sequence":
            return sequence_titles(self.values["file"])
        titles = column_titles(self.values["file"])
        return (
            titles
            if option == "inputs"
            else {0: say("{name} (chosen by itself)", name=self.name), **titles}
        )

    def written(self, x: Tensor) -> tuple[str, ...]:
        """The values in the units of their columns."""
        return super().written(self._windows.in_units(x, self._columns.inputs))

    # ------------------------------------------------------------ batches

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x float32 [T, B, I], y float32 [B, 1], both standardised: windows drawn with replacement."""
        trained = self._windows.starts[0]
        which = torch.randint(0, len(trained), (batch_size,), generator=generator)
        return self._batch(trained[which])

    def make_held_out(self) -> Batch:
        """The windows of the last fifth, at most 2000 spread evenly."""
        return self._batch(self._windows.evaluated)

    def make_train_eval(self) -> Batch:
        """Windows spread over the training part, as many as are evaluated."""
        return self._batch(spread_evenly(self._windows.starts[0], self.held_out.B))

    # ------------------------------------------------------------ baselines

    @cached_property
    def _period(self) -> int | None:
        return find_period(self._columns.values[: self._windows.cut, 0])

    def _naive(self, starts: Tensor) -> dict[str, Tensor]:
        """For windows that begin there, what each naive forecast says: name -> standardised values [B]."""
        target, ends = self._windows.scaled[:, 0], self._windows.ends(starts)
        return naive_forecasts(target, ends, self.values["horizon"], self._period)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """The last value again; where the series has a clear period, the value a period earlier; least squares."""
        fitted = self._batch(spread_evenly(self._windows.starts[0], FITTED_WINDOWS))
        linear = least_squares(fitted.x, fitted.y, self.held_out.x)
        predictions = [*self._naive(self._windows.evaluated).items(), linear]
        target = self.held_out.y[:, 0].double()
        return {
            name: self._both(F.mse_loss(values.double(), target).item())
            for name, values in predictions
        }

    def metrics(self, output: Tensor, batch: Batch) -> dict[str, float]:
        """The mean squared error of standardised values, and its root in the units of the target."""
        return self._both(F.mse_loss(output, batch.y).item())

    def batch_metrics(self, output: Tensor, batch: Batch, loss: float) -> dict[str, float]:
        """As `metrics`, from the batch's loss."""
        return self._both(loss)

    def _both(self, mse: float) -> dict[str, float]:
        return {"mse": mse, "rmse": mse**0.5 * float(self._windows.scale[1][0])}

    # ------------------------------------------------------------ what is drawn

    def readout(self, output: Tensor) -> Tensor:
        """The prediction in the units of the target."""
        return self._windows.in_units(output).float()

    @property
    def _reads_itself(self) -> bool:
        """Whether the target's own past is all that is read."""
        return self._columns.inputs == (0,)

    @torch.no_grad()
    def predict_onwards(self, model: Any, start: int, steps: int) -> list[float]:
        """The standardised values from number `start` on, `steps` of them, predicted from earlier predictions.

        Only where the target's own past is all that is read.
        """
        T, horizon = self.length, self.values["horizon"]
        known = self._windows.scaled[:start, 0].tolist()
        for _ in range(steps):
            end = len(known) + 1 - horizon
            window = torch.tensor(known[end - T : end])[:, None, None]
            known.append(model(window).item())
        return known[start:]

    @torch.no_grad()
    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Curves:
        """The last held-out steps in the units of the target: truth, predictions, and the naive ones."""
        starts = self._windows.starts[1][-SHOWN:]
        shown = self._batch(starts)
        lines: dict[str, tuple[float | None, ...]] = {
            self.name: self._line(shown.y[:, 0]),
            say("the network"): self._line(model(shown.x)[:, 0]),
        }
        if self._reads_itself:
            ahead = min(AHEAD, shown.B // 2)
            first = int(self._windows.ends(starts[-ahead])) + self.values["horizon"]
            onwards = self._line(torch.tensor(self.predict_onwards(model, first, ahead)))
            lines[say("from its own predictions")] = (*[None] * (shown.B - ahead), *onwards)
        naive = self._naive(starts)
        return Curves(lines | {name: self._line(values) for name, values in naive.items()})

    def _line(self, values: Tensor) -> tuple[float, ...]:
        return tuple(self._windows.in_units(values[:, None])[:, 0].tolist())

    def probe(self, text: str | None = None) -> Probe:
        """The last held-out window. Typed: with one input its values, else the number of a held-out window."""
        text = check_text(PROBE_LABEL, text or "", 20 * self.length + 100).strip()
        starts = self._windows.starts[1]
        if text and self._reads_itself:
            return self._typed_window(text)
        number = number_up_to(len(starts), text)
        if text and not number:
            raise ValueError(
                say(
                    "{what}: expected the number of a held-out window, 1 to {number}, got {got!r}. "
                    "Type a number.",
                    what=PROBE_LABEL,
                    number=len(starts),
                    got=text[:40],
                )
            )
        batch = self._batch(starts[[number - 1]])
        answer = f"{self._windows.in_units(batch.y).item():.4g}"
        return Probe(batch, self._symbols(batch.x), text, answer)

    def _typed_window(self, text: str) -> Probe:
        mean, spread = (float(each[0]) for each in self._windows.scale)
        low, high = mean - LARGEST * spread, mean + LARGEST * spread
        typed = parse_numbers(PROBE_LABEL, text, self.length, low, high)
        x = ((torch.tensor(typed, dtype=torch.float64) - mean) / spread).float()[:, None, None]
        answer = say("not known; the last value is taken")
        return Probe(Batch(x, x[-1]), self._symbols(x), text, answer)

    def _symbols(self, x: Tensor) -> tuple[str, ...]:
        """What to write under the steps of x [T, 1, I]: values, or of many columns the step's number."""
        if x.shape[2] > 1:
            return self.written(x[:, 0])
        return tuple(
            f"{value:.4g}"
            for value in self._windows.in_units(x[:, 0], self._columns.inputs)[:, 0].tolist()
        )
