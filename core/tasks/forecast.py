"""Forecast: predict a value some steps ahead from a window of the values before it."""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from ..common.options import Option
from .base import Batch, Curves, Probe, check_text
from .data.made_series import Columns, made_columns
from .data.naive import FITTED_WINDOWS, least_squares, naive_forecasts
from .data.number_text import parse_numbers
from .data.seasonality import find_period
from .data.series import MAX_CHARACTERS, MIN_CHANGE, settings_for_series
from .task_types import Regression

EVALUATED = 5  # the last fifth
MOST_INPUTS, MOST_WINDOWS = 20, 2000  # columns that are read; windows that are evaluated
SHOWN, AHEAD = 192, 96  # steps in the panel, and of them predicted from own predictions
LARGEST = 1e6  # standard deviations; beyond it float32 holds too few digits


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
    source = "Made by rule (synthetic): two sines and noise; or a table of your own"
    panel = "series"
    at = "last"
    is_share: ClassVar = {"mse": False, "rmse": False}
    own_data_settings = settings_for_series(horizon=1)
    own_data_order = 0
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
            self._starts  # noqa: B018 (a bad file is to be refused at once)
        elif self.values["target"] > 1 or self._input_columns not in ((), (1,)):
            raise ValueError(
                "inputs: expected column 1 alone, got others: the series made by rule has one column. "
                "Leave target and inputs out, or choose a file."
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
                f"inputs: expected at most {MOST_INPUTS} different numbers of columns such as 1,3, got "
                f"{text[:40]!r}. Separate them with commas."
            )
        return tuple(numbers)

    @cached_property
    def data(self) -> Columns:
        """The target, then those inputs that are not the target."""
        if not self.values["file"]:
            return made_columns()
        target, name = self._target, self.values["sequence"]
        numbers = (target, *(number for number in self._input_columns if number != target))
        for option, number in zip(("target", *["inputs"] * len(numbers)), numbers, strict=False):
            _read_columns(self.values["file"], (number,), name, option)
        values, names, note = _read_columns(self.values["file"], numbers, name, "target")
        names = tuple(
            name if names.count(name) == 1 else f"{name} ({number})"
            for name, number in zip(names, numbers, strict=True)
        )
        return Columns(values, names, note)

    @cached_property
    def _target(self) -> int:
        """The number of the target's column, from 1."""
        if self.values["target"]:
            return self.values["target"]
        from .data.csv_series import default_column
        from .data.csv_table import read_table

        table = read_table(self.values["file"])
        first = self.values["sequence"] or next(iter(table.sequences), "")
        return default_column(table, table.rows_of(first) if first in table.sequences else None)

    @cached_property
    def _places(self) -> tuple[int, ...]:
        """Where the inputs stand among the columns of `data`."""
        target = self._target if self.values["file"] else 1
        rest = [number for number in self._input_columns if number != target]
        return tuple(
            0 if number == target else 1 + rest.index(number)
            for number in self._input_columns or (target,)
        )

    @property
    def name(self) -> str:
        """The name of the column that is predicted."""
        return self.data.names[0]

    @cached_property
    def _cut(self) -> int:
        N = len(self.data.values)
        return N - N // EVALUATED

    @cached_property
    def _scale(self) -> tuple[np.ndarray, np.ndarray]:
        """(mean, standard deviation) [C] of the training part; a column that does not change there is only moved."""
        known = self.data.values[: self._cut]
        spread = known.std(0)
        if not spread[0] > MIN_CHANGE:
            raise ValueError(
                f"target: expected a column that changes in the training part, got {known[0, 0]:g} throughout its "
                f"first four fifths in {self.name!r}. Choose another column, or another part of the file."
            )
        return known.mean(0), np.where(spread > MIN_CHANGE, spread, 1.0)

    @cached_property
    def _scaled(self) -> Tensor:
        """float32 [N, C]."""
        mean, spread = self._scale
        scaled = (self.data.values - mean) / spread
        row, column = np.unravel_index(np.abs(scaled).argmax(), scaled.shape)
        if not abs(scaled[row, column]) <= LARGEST:
            raise ValueError(
                f"file: expected values within {LARGEST:g} standard deviations of the training part, got "
                f"{self.data.values[row, column]:g} in {self.data.names[column]!r}, value {row + 1}. Correct it."
            )
        return torch.from_numpy(scaled).float()

    @cached_property
    def _starts(self) -> tuple[Tensor, Tensor]:
        """The first values of the windows that (train, evaluate), in order of time."""
        N, T, horizon = len(self._scaled), self.length, self.values["horizon"]
        starts = torch.arange(max(0, N - T - horizon + 1))
        ends = starts + T + horizon - 1
        seen, unseen = starts[ends < self._cut], starts[starts >= self._cut]
        if len(seen) < 10 or len(unseen) < 4:
            raise ValueError(
                f"length: expected a length and a horizon that leave at least 4 windows in the last "
                f"{N - self._cut} of {N} values, got {len(unseen)} windows of {T} values with horizon {horizon}. "
                "Lower length or horizon, or use a longer series."
            )
        return seen, unseen

    @cached_property
    def _evaluated(self) -> Tensor:
        """The first values of the held-out windows that are evaluated: all, or so many spread evenly."""
        return _spread_evenly(self._starts[1])

    def _windows(self, starts: Tensor) -> Batch:
        values, T = self._scaled, self.length
        x = values[torch.arange(T)[:, None] + starts][..., list(self._places)]
        return Batch(x, values[starts + T + self.values["horizon"] - 1, :1])

    # ------------------------------------------------------------ what the reader is told

    @property
    def note(self) -> str:
        """How the file was read, or that the series was made."""
        return self.data.note

    @property
    def division(self) -> str:
        """Which windows train and which evaluate, and how values are scaled."""
        seen, unseen = (len(starts) for starts in self._starts)
        mean, spread = self._scale
        read = ", ".join(repr(self.data.names[place]) for place in self._places)
        ahead = self.values["horizon"]
        few = f"{len(self._evaluated)} of {unseen}" if unseen > MOST_WINDOWS else str(unseen)
        return (
            f"Trained on {seen} windows of {self.length} values of {read}; evaluated on {few} from the last fifth. "
            f"Target: {self.name!r}, {ahead} {'step' if ahead == 1 else 'steps'} after the window. Every column is "
            f"standardised by its training part ({self.name!r}: mean {mean[0]:.4g}, standard deviation "
            f"{spread[0]:.4g})."
        )

    @property
    def length(self) -> int:
        """The option `length`: values in the window."""
        return self.values["length"]

    @property
    def input_size(self) -> int:
        """The number of columns that are read."""
        return len(self._places)

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The names of the columns that are read."""
        return tuple(self.data.names[place] for place in self._places)

    @property
    def labels(self) -> tuple[str, ...]:
        """The name of the target, and how far ahead it is."""
        return (f"{self.name}, {self.values['horizon']} ahead",)

    def value_titles(self, option: str) -> Mapping[Any, str]:
        """The columns of the file by name, and its series."""
        if not self.values["file"] or option not in ("target", "inputs", "sequence"):
            return {}
        from .data.csv_table import read_table

        table = read_table(self.values["file"])
        if option == "sequence":
            return {name: name for name in table.sequences}
        numbered = enumerate(table.columns, 1)
        titles = {k: f"{k}: {c.name[:40]}" for k, c in numbered if c.numbers is not None}
        return titles if option == "inputs" else {0: f"{self.name} (found by itself)", **titles}

    def written(self, x: Tensor) -> tuple[str, ...]:
        """The values in the units of their columns."""
        return super().written(self._in_units(x, self._places))

    # ------------------------------------------------------------ batches

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x float32 [T, B, I], y float32 [B, 1], both standardised: windows drawn with replacement."""
        seen = self._starts[0]
        return self._windows(seen[torch.randint(0, len(seen), (batch_size,), generator=generator)])

    def make_held_out(self) -> Batch:
        """The windows of the last fifth, at most 2000 spread evenly."""
        return self._windows(self._evaluated)

    def make_train_eval(self) -> Batch:
        """Windows spread over the training part, as many as are evaluated."""
        return self._windows(_spread_evenly(self._starts[0], len(self._evaluated)))

    # ------------------------------------------------------------ baselines

    @cached_property
    def _period(self) -> int | None:
        return find_period(self.data.values[: self._cut, 0])

    def _naive(self, starts: Tensor) -> dict[str, Tensor]:
        """For windows that begin there, what each naive forecast says: name -> standardised values [B]."""
        ends = starts + self.length - 1
        return naive_forecasts(self._scaled[:, 0], ends, self.values["horizon"], self._period)

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """The last value again; where the series has a clear period, the value a period earlier; least squares."""
        fitted = self._windows(_spread_evenly(self._starts[0], FITTED_WINDOWS))
        linear = least_squares(fitted.x, fitted.y, self.held_out.x)
        predictions = [*self._naive(self._evaluated).items(), linear]
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
        return {"mse": mse, "rmse": mse**0.5 * float(self._scale[1][0])}

    # ------------------------------------------------------------ what is drawn

    def _in_units(self, values: Tensor, places: tuple[int, ...] = (0,)) -> Tensor:
        mean, spread = (torch.from_numpy(each[list(places)]) for each in self._scale)
        return values.double() * spread + mean

    def readout(self, output: Tensor) -> Tensor:
        """The prediction in the units of the target."""
        return self._in_units(output).float()

    @torch.no_grad()
    def predict_onwards(self, model: Any, start: int, steps: int) -> list[float]:
        """The standardised values from number `start` on, `steps` of them, predicted from earlier predictions.

        Only where the target's own past is all that is read.
        """
        T, horizon = self.length, self.values["horizon"]
        known = self._scaled[:start, 0].tolist()
        for _ in range(steps):
            end = len(known) + 1 - horizon
            window = torch.tensor(known[end - T : end])[:, None, None]
            known.append(model(window).item())
        return known[start:]

    @torch.no_grad()
    def panel_data(self, model: Any, output: Tensor, batch: Batch, seed: int) -> Curves:
        """The last held-out steps in the units of the target: truth, predictions, and the naive ones."""
        starts = self._starts[1][-SHOWN:]
        shown = self._windows(starts)
        lines: dict[str, tuple[float | None, ...]] = {
            self.name: self._line(shown.y[:, 0]),
            "the network": self._line(model(shown.x)[:, 0]),
        }
        if self._places == (0,):
            ahead = min(AHEAD, shown.B // 2)
            first = int(starts[-ahead]) + self.length + self.values["horizon"] - 1
            onwards = self._line(torch.tensor(self.predict_onwards(model, first, ahead)))
            lines["from its own predictions"] = (*[None] * (shown.B - ahead), *onwards)
        naive = self._naive(starts)
        return Curves(lines | {name: self._line(values) for name, values in naive.items()})

    def _line(self, values: Tensor) -> tuple[float, ...]:
        return tuple(self._in_units(values[:, None])[:, 0].tolist())

    def probe(self, text: str | None = None) -> Probe:
        """The last held-out window. Typed: with one input its values, else the number of a held-out window."""
        text = check_text("probe", text or "", 20 * self.length + 100).strip()
        starts = self._starts[1]
        if text and self._places == (0,):
            return self._typed_window(text)
        if text and not (re.fullmatch(r"[1-9]\d{0,8}", text) and int(text) <= len(starts)):
            raise ValueError(
                f"probe: expected the number of a held-out window, 1 to {len(starts)}, got {text[:40]!r}. "
                "Type a number."
            )
        batch = self._windows(starts[[int(text) - 1 if text else -1]])
        answer = f"{self._in_units(batch.y).item():.4g}"
        return Probe(batch, self._symbols(batch.x), text, answer)

    def _typed_window(self, text: str) -> Probe:
        mean, spread = (float(each[0]) for each in self._scale)
        low, high = mean - LARGEST * spread, mean + LARGEST * spread
        typed = parse_numbers("probe", text, self.length, low, high)
        x = ((torch.tensor(typed, dtype=torch.float64) - mean) / spread).float()[:, None, None]
        answer = "not known; the last value is taken"
        return Probe(Batch(x, x[-1]), self._symbols(x), text, answer)

    def _symbols(self, x: Tensor) -> tuple[str, ...]:
        """What to write under the steps of x [T, 1, I]: values, or of many columns the step's number."""
        if x.shape[2] > 1:
            return self.written(x[:, 0])
        return tuple(
            f"{value:.4g}" for value in self._in_units(x[:, 0], self._places)[:, 0].tolist()
        )


def _read_columns(file: str, numbers: tuple[int, ...], sequence: str, option: str) -> Any:
    """As `read_columns`, whose errors on a column name the option that asks for it."""
    from .data.csv_series import read_columns  # here: it takes long to import

    try:
        return read_columns(file, numbers, sequence)
    except ValueError as error:
        raise ValueError(re.sub(r"^column:", f"{option}:", str(error))) from None


def _spread_evenly(starts: Tensor, most: int = MOST_WINDOWS) -> Tensor:
    return starts[torch.linspace(0, len(starts) - 1, min(most, len(starts))).long()]
