"""Air quality: which grade will the air have some hours from now?"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar

import numpy as np
import torch

from ..common.checks import number_up_to
from ..common.messages import cut, say, sentence_of
from ..common.options import Option
from .base import PROBE_LABEL, Batch, Probe, check_text
from .data.csv_series import read_series
from .data.download import fetch_file
from .data.series import MAX_CHARACTERS, MIN_CHANGE, settings_for_series
from .task_types import Classification

EDGES = (50, 100, 150, 200, 300)  # micrograms of PM2.5 in a cubic metre
HOURS, YEAR = 43_824, 8760  # five years, of which the last is held out
SEED = 381
EVALUATED = 2000  # windows, spread over the held-out part
URL = "https://archive.ics.uci.edu/static/public/381/data.csv"
ABOUT_AIR = (
    r"pm[ _.]?(1|2|10)|aqi|\bair|dust|particul|pollut|smog|空气|颗粒"  # in the name of a column
)
WINDS = ("NE", "NW", "SE", "cv")


@dataclass(frozen=True)
class Air:
    """pm: float64 [N], hourly. features: float32 [N, I], standardised, log PM first. note: from where."""

    pm: np.ndarray
    features: np.ndarray
    names: tuple[str, ...]
    note: str


@cache
def made_air() -> Air:
    """Five years of hours made by rule, set to the statistics of Beijing's (UCI 381, Liang et al. 2015).

    A wind regime (Markov chain) pulls log PM towards its own level; a slow wave, the year and the day
    come on top; shocks are heavy-tailed. Repeating the present grade is right as often as on the real
    data: 80 % one hour ahead, 47 % eight hours ahead.
    """
    chance = np.random.default_rng(SEED)
    moves = np.array(
        [
            [0.415, 0.223, 0.120, 0.242],
            [0.085, 0.782, 0.027, 0.105],
            [0.041, 0.025, 0.766, 0.169],
            [0.117, 0.169, 0.276, 0.438],
        ]
    ).cumsum(1)
    level = np.array([3.73, 2.86, 4.85, 5.09])
    pull = np.array([0.036, 0.063, 0.079, 0.044])
    spread = np.array([0.309, 0.326, 0.213, 0.229])
    hours = np.arange(HOURS)
    year, day = 2 * np.pi * hours / 8766, 2 * np.pi * hours / 24
    shocks = chance.standard_t(3, HOURS) / np.sqrt(3)
    fades = np.exp(-1 / 35)
    slow_shocks = 0.9 * np.sqrt(1 - fades**2) * chance.standard_normal(HOURS)
    draws, wind = chance.random(HOURS), np.zeros(HOURS, int)
    x, slow = np.full(HOURS, 4.0), 0.0
    for t in range(1, HOURS):
        w = wind[t] = min(3, int((draws[t] > moves[wind[t - 1]]).sum()))
        slow = fades * slow + slow_shocks[t]
        aim = level[w] + 0.11 + slow + 0.15 * np.cos(year[t]) + 0.05 * np.cos(day[t])
        step = pull[w] * 1.9 * (aim - x[t - 1]) + 0.68 * spread[w] * shocks[t]
        x[t] = np.clip(x[t - 1] + step, 0.7, 6.85)
    weather = {}
    for k, (name, season, share) in enumerate(
        (
            (say("temperature"), -1.0, 0.6),
            (say("dew point"), -0.9, 0.7),
            (say("pressure"), 0.9, 0.6),
        )
    ):
        own = np.zeros(HOURS)
        noise = np.random.default_rng(SEED + 1 + k).standard_normal(HOURS)
        for t in range(1, HOURS):
            own[t] = 0.98 * own[t - 1] + 0.2 * share * noise[t]
        weather[name] = season * np.cos(year) + own
    names = np.array(WINDS)[wind]
    return _air(np.exp(x), weather, names, say("43 824 hours, made by rule"))


def real_air() -> Air:
    """Beijing's hours 2010 to 2014 from the UCI archive, downloaded once (2 MB) when asked for."""
    instead = say("use data made, which needs none.")
    return fetch_file("air_quality", URL, 20_000_000, _read_real, instead)


def _read_real(content: bytes) -> Air:
    import pandas as pd  # here: it is long to import

    try:
        table = pd.read_csv(io.BytesIO(content))
        pm = table["pm2.5"].interpolate(limit_direction="both").to_numpy(np.float64)
        weather = {
            say("temperature"): table["TEMP"],
            say("dew point"): table["DEWP"],
            say("pressure"): table["PRES"],
        }
        winds = table["cbwd"].astype(str).to_numpy()
    except (KeyError, ValueError, UnicodeDecodeError) as error:
        raise ValueError(
            say(
                "air_quality: expected the archive's table with pm2.5, TEMP, DEWP, PRES and cbwd, got {got}. "
                "Use data made.",
                got=sentence_of(error),
            )
        ) from error
    if len(table) != HOURS:
        raise ValueError(
            say(
                "air_quality: expected {hours} hours from the archive, got {rows}. Use data made.",
                hours=HOURS,
                rows=len(table),
            )
        )
    missing = int(np.isnan(table["pm2.5"].to_numpy(np.float64)).sum())
    plain: dict[str, np.ndarray] = {
        name: np.asarray(values, np.float64) for name, values in weather.items()
    }
    note = say(
        "{hours} real hours, {missing} missing ones filled in between", hours=HOURS, missing=missing
    )
    return _air(pm, plain, winds, note)


def _air(pm: np.ndarray, weather: dict[str, np.ndarray], winds: np.ndarray, note: str) -> Air:
    """Features standardised by the part that is trained on."""
    seen = slice(0, len(pm) - YEAR)
    columns = {say("log PM2.5"): np.log(np.maximum(pm, 1)), **weather}
    features = [(v - v[seen].mean()) / max(v[seen].std(), 1e-9) for v in columns.values()]
    features += [(winds == name).astype(np.float64) for name in WINDS]
    names = (*columns, *(say("wind {direction}", direction=name) for name in WINDS))
    return Air(pm, np.stack(features, 1).astype(np.float32), names, note)


class AirQuality(Classification):
    """Predict the grade of the air some hours ahead: six classes of fine dust (PM2.5).

    The network reads the last hours (fine dust, wind direction, temperature, dew point and pressure, all
    standardised) and chooses one of six grades after the last of them. It is evaluated on the last year and
    trained on the years before. The data is made by rule, with the statistics of five years in Beijing; the real
    hours can be downloaded.

    The baseline "as now" predicts the present grade again. One hour ahead it is correct in about 80 % of the hours
    and no network beats it, so an accuracy of 73 % for the next hour shows no learning at all. Eight hours ahead it
    is correct in less than half of them, and a network does better. One lesson feeds the true weather of the hours
    to come; that would be reading the future, and here only the past goes in.
    """

    title = "Air quality: the grade some hours ahead"
    sentence = (
        "reads [length|the last hour|the last {length} hours] of [task|air and weather], "
        "and says the grade of the air [horizon|{horizon} hour later|{horizon} hours later]."
    )
    own_sentence = (
        "reads [length|the last hour|the last {length} hours] of [task|{column name}], "
        "and says its grade [horizon|{horizon} hour later|{horizon} hours later]."
    )
    score_words = (
        "of hours it has never seen get the right grade",
        "of hours it was trained on",
    )
    baseline_words: ClassVar = {
        "as now": "saying the grade of now again",
        "always the largest class": "always saying the commonest",
    }
    source = (
        "Made by rule (synthetic), with the statistics of Beijing PM2.5; real: UCI 381 (CC BY 4.0, "
        "Liang et al. 2015), downloaded; or a CSV file of your own"
    )
    at = "last"
    own_data_kind = "series"
    own_data_settings = settings_for_series(horizon=1)
    options: ClassVar = (
        Option("length", "integer", 8, 1, 200, meaning="hours in the window"),
        Option("horizon", "integer", 8, 1, 72, meaning="hours ahead"),
        Option(
            "data",
            "choice",
            "made",
            choices=("made", "real"),
            meaning="made by rule, or the real hours of Beijing (a download of 2 MB)",
            of_data="task's",
        ),
        Option(
            *("column", "integer", 0, 0, 100),
            meaning="of your own file, from 1; 0: the last that is a series",
            of_data="own",
        ),
        Option(
            "file",
            "content",
            "",
            high=MAX_CHARACTERS,
            meaning="your own hourly series: a CSV file",
        ),
    )
    defaults: ClassVar = {
        "cell": "gru",
        "hidden_size": 16,
        "batch_size": 64,
        "learning_rate": 0.003,
    }

    def check(self) -> None:
        """Reads the reader's own file, if there is one."""
        if self.values["file"]:
            self._parts  # noqa: B018 (a bad file is to be refused at once)

    @property
    def sentence_values(self) -> Mapping[str, Any]:
        """With the name of the reader's own column."""
        name = self.air.names[0] if self.values["file"] else ""
        return {**super().sentence_values, "column name": name}

    @property
    def length(self) -> int:
        """The option `length`: hours that are read."""
        return self.values["length"]

    @cached_property
    def air(self) -> Air:
        """The data, and where it is from."""
        if not self.values["file"]:
            return real_air() if self.values["data"] == "real" else made_air()
        series = read_series(self.values["file"], self.values["column"])
        v = series.values
        known = v[: len(v) - len(v) // 5]
        if not known.std() > MIN_CHANGE:
            raise ValueError(
                say(
                    "file: expected a series that changes in its first four fifths, got {got:g} "
                    "throughout. Use another part of it.",
                    got=known[0],
                )
            )
        scaled = ((v - known.mean()) / known.std()).astype(np.float32)
        return Air(v, scaled[:, None], (series.name,), series.note)

    @property
    def note(self) -> str:
        """Where the data is from, and what was filled in."""
        return self.air.note

    @property
    def unsuited(self) -> str:
        """Of a reader's own series: that its name does not speak of the air."""
        name = self.air.names[0]
        if not self.values["file"] or re.search(ABOUT_AIR, name, re.IGNORECASE):
            return ""
        return say(
            "file: expected a column named after the air or its dust (PM2.5, AQI), got {got!r}. "
            "Use Forecast for other series.",
            got=cut(name),
        )

    @property
    def division(self) -> str:
        """Which windows train and which evaluate, and how inputs are scaled."""
        seen, unseen = self._parts
        edges = ", ".join(f"{edge:.4g}" for edge in self.edges)
        values = {"trained": len(seen), "evaluated": len(unseen), "edges": edges}
        if self.values["file"]:
            return say(
                "Trained on {trained} windows; evaluated on {evaluated} from the last fifth. "
                "Inputs are standardised with the mean and standard deviation of the training part; "
                "the six grades are sixths of the training part, divided at {edges}.",
                **values,
            )
        return say(
            "Trained on {trained} windows; evaluated on {evaluated} from the last year. "
            "Inputs are standardised with the mean and standard deviation of the training part; "
            "the six grades are those of fine dust in micrograms, divided at {edges}.",
            **values,
        )

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """Between the six grades; of a series of the reader's own, its sixths."""
        if not self.values["file"]:
            return tuple(map(float, EDGES))
        known = self.air.pm[: len(self.air.pm) - len(self.air.pm) // 5]
        return tuple(np.quantile(known, np.arange(1, 6) / 6).tolist())

    @property
    def input_labels(self) -> tuple[str, ...]:
        """The names of the features."""
        return self.air.names

    @property
    def labels(self) -> tuple[str, ...]:
        """The six grades, by their bounds."""
        edges = [f"{edge:.4g}" for edge in self.edges]
        return (f"< {edges[0]}", *(f"< {edge}" for edge in edges[1:]), f">= {edges[-1]}")

    @property
    def output_size(self) -> int:
        """The six grades, known without data."""
        return len(EDGES) + 1

    @property
    def input_size(self) -> int:
        """Known without data where it is not the reader's own."""
        return 1 if self.values["file"] else 4 + len(WINDS)

    @cached_property
    def _parts(self) -> tuple[torch.Tensor, torch.Tensor]:
        """The first hours of the windows (for training, for evaluation)."""
        N, T, far = len(self.air.pm), self.length, self.values["horizon"]
        held_out = N // 5 if self.values["file"] else YEAR
        starts = torch.arange(max(0, N - T - far + 1))
        answers = starts + T - 1 + far
        seen, unseen = starts[answers < N - held_out], starts[starts >= N - held_out]
        if len(seen) < 10 or len(unseen) < 4:
            raise ValueError(
                say(
                    "length: expected windows of {steps} hours with a horizon of {horizon} to fit into the last {held_out} of {all} "
                    "values, which are for evaluation, got {got} of them. Choose a shorter length or horizon, or "
                    "use a longer series.",
                    steps=T,
                    horizon=far,
                    held_out=held_out,
                    all=N,
                    got=len(unseen),
                )
            )
        return seen, unseen

    @cached_property
    def _grades(self) -> torch.Tensor:
        return torch.bucketize(
            torch.from_numpy(self.air.pm), torch.tensor(self.edges).double(), right=True
        )

    def _windows(self, starts: torch.Tensor) -> Batch:
        features = torch.from_numpy(self.air.features)
        x = features[torch.arange(self.length)[:, None] + starts]
        return Batch(x, self._grades[starts + self.length - 1 + self.values["horizon"]])

    def sample(self, generator: torch.Generator, batch_size: int) -> Batch:
        """x [T, B, I], y int64 [B] grades: windows drawn with replacement."""
        seen = self._parts[0]
        return self._windows(seen[torch.randint(0, len(seen), (batch_size,), generator=generator)])

    def _spread_evenly(self, starts: torch.Tensor) -> torch.Tensor:
        return starts[torch.linspace(0, len(starts) - 1, min(EVALUATED, len(starts))).long()]

    def make_held_out(self) -> Batch:
        """Windows spread over the last year, 2000 at most."""
        return self._windows(self._spread_evenly(self._parts[1]))

    def make_train_eval(self) -> Batch:
        """Windows spread over the years before it, 2000 at most."""
        return self._windows(self._spread_evenly(self._parts[0]))

    @cached_property
    def baselines(self) -> dict[str, dict[str, float]]:
        """The present grade again, and always the largest class."""
        now = self._grades[self._spread_evenly(self._parts[1]) + self.length - 1]
        repeated = torch.nn.functional.one_hot(now, self.output_size).float()
        as_now = super().metrics(repeated, self.held_out)
        del as_now["loss"]  # it says no probabilities
        return {
            say("as now"): as_now,
            say("always the largest class"): self.majority(self.held_out.y),
        }

    def probe(self, text: str | None = None) -> Probe:
        """The number of a held-out window, counted from 1. Without text, one in the middle."""
        text = check_text(PROBE_LABEL, text or "", 100).strip()
        number = number_up_to(self.held_out.B, text)
        if text and not number:
            raise ValueError(
                say(
                    "{what}: expected the number of a held-out window, 1 to {number}, "
                    "got {got!r}. Type a number.",
                    what=PROBE_LABEL,
                    number=self.held_out.B,
                    got=text[:40],
                )
            )
        k = number - 1 if text else self.held_out.B // 2
        start = int(self._spread_evenly(self._parts[1])[k])
        batch = self.held_out.subset(slice(k, k + 1), self.at)
        symbols = tuple(f"{value:.3g}" for value in self.air.pm[start : start + self.length])
        return Probe(batch, symbols, text, self.labels[int(batch.y)])
