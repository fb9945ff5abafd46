"""What it costs to read a corpus and to make its table of units.

An LSTM with one-hot characters and a head for the next one. One side is torch.nn.LSTM's plain forward pass over the whole
text, one sequence, without a head; another reads the same text in chunks with the state carried and records every gate and
state; the third gathers from these, besides, what the table needs: saturation, half-life, top stretches, correlations with
the hypotheses and 19 moved copies of each, and of each two units. A network that forgets is read in 16 places at once; one
that remembers (its forget gates held open by a bias of 30) is read from the beginning to the end.

The table of 512 units is all of it: that reading, the gradients of the sample, and one rerun of the sample for each unit.
"""

import time
from argparse import Namespace

import numpy as np
import torch

from benchmarks._harness.interleave import cpu_times, milliseconds, ratio
from benchmarks._harness.result import Column, Result, Table
from core.analysis.corpus import Corpus, CorpusReader, read_rows
from core.analysis.corpus_lanes import split_text
from core.analysis.unit_table import UnitStudy
from core.layers.recurrent import Recurrent

SYMBOLS, UNITS = 100_000, 256
TABLE_SYMBOLS, TABLE_UNITS = 10_000, 512
ROUNDS, TABLES = 5, 3
SENTENCE = 'He said "hello, you (and 3 others)" and went on.\n'


def measure(_arguments: Namespace) -> Result:
    """reading: the sides and their ratios to the first. table: seconds of one thread, and the parts."""
    reading = Table(
        [
            *(Column("symbols"), Column("units"), Column("network")),
            Column("torch.nn.LSTM", ".1f", "s"),
            *(Column("read and recorded", ".1f", "s"), Column("ratio", ".2f")),
            *(Column("read for the table", ".1f", "s"), Column("ratio ", ".2f")),
        ]
    )
    for network, bias in (("forgets", 0.0), ("remembers", 30.0)):
        module, reader, corpus = _make(UNITS, SYMBOLS, bias)
        x = reader.inputs(corpus.codes[:, None])

        @torch.no_grad()
        def plain(module: torch.nn.LSTM = module, x: torch.Tensor = x) -> None:
            module(x)

        def record(reader: CorpusReader = reader, corpus: Corpus = corpus) -> None:
            reader.layers.record = "values"
            for _rows in read_rows(
                reader, corpus, (0, "forward"), None, split_text(reader, corpus)
            ):
                pass

        def tabulate(reader: CorpusReader = reader, corpus: Corpus = corpus) -> None:
            _read(UnitStudy(reader, corpus))

        times = cpu_times({"torch": plain, "record": record, "table": tabulate}, 0.0, ROUNDS)
        reading.add(
            *(f"{SYMBOLS:,}", UNITS, network, milliseconds(times, "torch") / 1e3),
            *(milliseconds(times, "record") / 1e3, ratio(times, "record", "torch")),
            *(milliseconds(times, "table") / 1e3, ratio(times, "table", "torch")),
        )
    _module, reader, corpus = _make(TABLE_UNITS, TABLE_SYMBOLS, 0.0)
    rows = []
    for _ in range(TABLES):
        start, study = time.process_time(), UnitStudy(reader, corpus)
        _read(study)
        read_until = time.process_time()
        while study.advance():
            pass
        assert study.table is not None
        rows.append((time.process_time() - start, read_until - start, study.table.sample))
    seconds, of_reading, sample = sorted(rows)[TABLES // 2]
    table = Table(
        [
            *(Column("symbols"), Column("units"), Column("sample, symbols")),
            *(Column("reading", ".1f", "s"), Column("silencing each unit", ".1f", "s")),
            Column("together", ".1f", "s"),
        ]
    )
    table.add(
        *(f"{TABLE_SYMBOLS:,}", TABLE_UNITS, sample),
        *(of_reading, seconds - of_reading, seconds),
    )
    return Result({"reading": reading, "table": table})


def _read(study: UnitStudy) -> None:
    """The reading alone."""
    while study.read < len(study.corpus):
        study.advance()


def _make(
    units: int, symbols: int, forget_bias: float
) -> tuple[torch.nn.LSTM, CorpusReader, Corpus]:
    torch.manual_seed(0)
    text = (SENTENCE * (symbols // len(SENTENCE) + 1))[:symbols]
    alphabet = sorted(set(text))
    codes = np.array([alphabet.index(symbol) for symbol in text])
    module = torch.nn.LSTM(len(alphabet), units)
    with torch.no_grad():
        bias = module.get_parameter("bias_ih_l0")
        bias[units : 2 * units] += forget_bias
    head = torch.nn.Linear(units, len(alphabet))
    reader = CorpusReader(
        Recurrent.from_torch(module).eval(),
        torch.eye(len(alphabet)),
        (head.weight.detach(), head.bias.detach()),
    )
    return module, reader, Corpus(codes, tuple(text), np.array([0, symbols]))
