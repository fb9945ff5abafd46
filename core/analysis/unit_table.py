"""A table of the units of a layer over a corpus: what each does, how long it keeps, what is lost without it.

    table = tabulate_units(reader, corpus)
    table.columns["half-life"], table.sort("half-life"), table.peaks[3]

`UnitStudy` is the same in small parts, for whoever has something else to do meanwhile.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from ..cells import Cell
from ..common.messages import say
from ..layers.recording_facts import HIGH, LOW
from .corpus import (
    Corpus,
    CorpusReader,
    LongMemoryError,
    Rows,
    Span,
    StateStore,
    Where,
    read_rows,
    zero_state,
)
from .corpus_lanes import split_text
from .hypotheses import label_symbols
from .silencing import Silencing, choose_sample, mean_gradients
from .top_stretches import Peak, PeakFinder
from .unit_matches import MatchFinder, UnitMatches

BUFFERED_ROWS = 1000  # of states that products are taken of at once
MIN_SYMBOLS = 2


@dataclass(frozen=True, eq=False)
class UnitTable:
    """columns: name -> a number for each unit, [H]:

    "dead" 1 where h is 0 at every symbol; "mean |h|"; "<gate> shut", "<gate> open" the shares of the symbols at which
    the gate is below LOW and above HIGH, of every bounded gate; "half-life" in steps, where a gate carries the state;
    "mean |dh|" of the sample's gradients and "loss without it", what the sample's loss gains when the unit is silenced,
    where the network says what comes next.

    peaks: of each unit the places where it is largest in size. matches: how it follows each hypothesis. alike [H, H]:
    the correlation of each two units. sample: symbols that were read again, 0 for none; loss: the mean loss there.
    """

    where: Where
    columns: Mapping[str, np.ndarray]
    peaks: tuple[tuple[Peak, ...], ...]
    matches: UnitMatches
    alike: np.ndarray
    sample: int
    loss: float

    @property
    def units(self) -> int:
        """H."""
        return len(self.alike)

    def sort(self, column: str, ascending: bool = False) -> np.ndarray:
        """The units, the largest in this column first, or the smallest; what is no number stands last, [H]."""
        values = self.columns[column]
        keys = np.where(np.isnan(values), np.inf, values if ascending else -values)
        return np.argsort(keys, kind="stable")

    def find_alike(self, unit: int, most: int = 5) -> list[tuple[int, float]]:
        """The units whose states over the corpus are most like this one's or its opposite: (unit, correlation)."""
        r = np.nan_to_num(self.alike[unit])
        order = [k for k in np.argsort(-np.abs(r), kind="stable").tolist() if k != unit]
        return [(k, float(r[k])) for k in order[:most]]


class _Moments:
    """Sums over all symbols, from which the columns follow."""

    def __init__(self, cell: Cell, units: int, carries: bool):
        self._cell, self._carry = cell, cell.carry_gate if carries else None
        self.count = 0
        self._is_zero = np.ones(units, bool)
        self._size = np.zeros(units)
        self._shut = {gate: np.zeros(units) for gate in cell.bounded_gates}
        self._open = {gate: np.zeros(units) for gate in cell.bounded_gates}
        self._log = np.zeros(units)

    def add(self, rows: Rows) -> None:
        """One chunk."""
        h = rows["h"]
        self.count += len(h)
        self._is_zero &= (h == 0).all(0)
        self._size += np.abs(h).sum(0, dtype=np.float64)
        for gate in self._shut:
            values = rows[gate]
            self._shut[gate] += _count(values < LOW)
            self._open[gate] += _count(values > HIGH)
        if self._carry is not None:
            values = rows[self._carry]
            with np.errstate(divide="ignore", invalid="ignore"):  # ln 0 = -inf: forgotten at once
                kept = np.abs(values if self._cell.carry_keeps else 1 - values)
                self._log += np.log(kept).sum(0, dtype=np.float64)

    def columns(self) -> dict[str, np.ndarray]:
        """Name -> [H]."""
        columns = {"dead": self._is_zero.astype(float), "mean |h|": self._size / self.count}
        for gate in self._shut:
            columns[f"{gate} shut"] = self._shut[gate] / self.count
            columns[f"{gate} open"] = self._open[gate] / self.count
        if self._carry is not None:
            mean = self._log / self.count
            with np.errstate(divide="ignore", invalid="ignore"):
                half_life = np.log(0.5) / mean
            columns["half-life"] = np.where(
                mean < 0, half_life, np.where(np.isnan(mean), mean, np.inf)
            )
        return columns


def _count(flags: np.ndarray) -> np.ndarray:
    """How many of [n, H] are true, [H]. A chunk has less than 65 536 rows; wider numbers take five times as long."""
    return flags.sum(0, dtype=np.uint16)


class UnitStudy:
    """The making of a table, part by part: `advance` until it says False, then `table`.

    text: a reader's own hypothesis, "within this text". ValueError for a corpus of fewer than two symbols.
    """

    def __init__(
        self, reader: CorpusReader, corpus: Corpus, where: Where = (0, "forward"), text: str = ""
    ):
        if len(corpus) < MIN_SYMBOLS:
            raise ValueError(
                say(
                    "corpus: expected at least {least} symbols, got {got}. Choose a longer text.",
                    least=MIN_SYMBOLS,
                    got=len(corpus),
                )
            )
        self.reader, self.corpus, self.where, self.text = reader, corpus, where, text
        self.states = StateStore.for_corpus(corpus)
        self.read, self.silenced = 0, 0  # symbols, units
        self.table: UnitTable | None = None
        self._parts = self._study()

    def advance(self) -> bool:
        """Does the next part -> whether another one follows."""
        next(self._parts, None)
        return self.table is None

    def _study(self) -> Iterator[None]:
        layers, where = self.reader.layers, self.where
        layers.record = "values"
        labels = label_symbols(self.corpus, self.text)
        yield
        gathered = _Gathered(self.reader, self.corpus, where, labels)
        try:
            yield from self._read(gathered, split_text(self.reader, self.corpus))
        except LongMemoryError:
            self.read, self.states = 0, StateStore.for_corpus(self.corpus)
            gathered = _Gathered(self.reader, self.corpus, where, labels)
            yield from self._read(gathered, None)
        columns = gathered.moments.columns()
        loss, sample = float("nan"), None
        if self.reader.head is not None:
            zeros, H = zero_state(self.reader), gathered.units
            sample = choose_sample(self.corpus, self.states, zeros, H)
        if sample is not None:
            columns["mean |dh|"] = mean_gradients(self.reader, sample, where)
            silencing = Silencing(self.reader, sample, where)
            loss = silencing.loss
            yield
            for self.silenced in silencing.measure():
                yield
            columns["loss without it"] = silencing.losses - loss
        self.table = UnitTable(
            where,
            columns,
            tuple(gathered.peaks.peaks_of(unit) for unit in range(gathered.units)),
            gathered.matches.matches(),
            _correlations(gathered.products, gathered.sums, len(self.corpus)),
            0 if sample is None else sample.symbols,
            loss,
        )

    def _read(self, gathered: "_Gathered", spans: list[Span] | None) -> Iterator[None]:
        for rows in read_rows(self.reader, self.corpus, self.where, self.states, spans):
            gathered.add(rows)
            self.read += len(rows.positions)
            if self.read == len(self.corpus):
                gathered.add_buffered()
            yield


class _Gathered:
    """All that one pass over the corpus gathers."""

    def __init__(
        self,
        reader: CorpusReader,
        corpus: Corpus,
        where: Where,
        labels: Mapping[str, np.ndarray],
    ):
        layers = reader.layers
        self.units = H = layers.sizes[where[0]]
        self.moments = _Moments(layers.cell, H, layers.recurrence)
        self.peaks = PeakFinder(corpus, H)
        self.matches = MatchFinder(corpus, labels, H)
        self.products, self.sums = np.zeros((H, H)), np.zeros(H)
        self._buffer = list[tuple[np.ndarray, np.ndarray]]()

    def add(self, rows: Rows) -> None:
        """One chunk."""
        self.moments.add(rows)
        self.peaks.add(rows)
        self._buffer.append((rows["h"].copy(), rows.positions))
        if sum(len(h) for h, _ in self._buffer) >= BUFFERED_ROWS:
            self.add_buffered()

    def add_buffered(self) -> None:
        """Takes the products of what waits for that."""
        if not self._buffer:
            return
        h, positions = (np.concatenate(parts) for parts in zip(*self._buffer, strict=True))
        self._buffer.clear()
        if not np.isfinite(h).all():
            h = np.nan_to_num(h, posinf=0.0, neginf=0.0)
        self.matches.add(h, positions)
        self.products += h.T @ h
        self.sums += h.sum(0, dtype=np.float64)


def _correlations(products: np.ndarray, sums: np.ndarray, count: int) -> np.ndarray:
    """[H, H] from sums of products; NaN for a unit that never moves."""
    covariance = products / count - np.outer(sums, sums) / count**2
    spread = np.diagonal(covariance)
    still = spread <= 1e-10 * np.diagonal(products) / count
    with np.errstate(all="ignore"):
        r = covariance / np.sqrt(np.outer(spread, spread))
    r[still] = np.nan
    r[:, still] = np.nan
    return np.clip(r, -1, 1)


def tabulate_units(
    reader: CorpusReader, corpus: Corpus, where: Where = (0, "forward"), text: str = ""
) -> UnitTable:
    """The whole table at once: see `UnitStudy`."""
    study = UnitStudy(reader, corpus, where, text)
    while study.advance():
        pass
    return cast(UnitTable, study.table)
