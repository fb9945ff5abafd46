"""What it costs to watch a training that runs elsewhere: a language model with an LSTM, with a monitor and without.

The sides take turns, update by update, each with a model of its own, in one process and one thread. The probe is one
sequence as long as those of the batch; the monitor writes to a folder of this machine.
"""

import statistics
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from benchmarks._harness.result import Column, Result, Table
from core.common.threads import limit_to_one_thread
from core.io.monitor import Monitor

T, B, H, VOCABULARY = 50, 32, 256, 1000
EVERY = 50
OF_EVERY_ONE = 10  # updates of a round in which a monitor of every=1 takes part


class LanguageModel(nn.Module):
    """Embedding, LSTM, dropout, and an output tied to the embedding: [T, B] -> [T, B, V]."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, H)
        self.rnn = nn.LSTM(H, H)
        self.noise = nn.Dropout(0.2)
        self.output = nn.Linear(H, VOCABULARY)
        self.output.weight = self.embedding.weight

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.output(self.noise(self.rnn(self.noise(self.embedding(tokens)))[0]))


def updates(every: int, folder: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """A function that makes one update, watched where `every` is not 0, and one that ends it."""
    torch.manual_seed(0)
    model = LanguageModel()
    optimizer = torch.optim.Adam(model.parameters())
    tokens, probe = torch.randint(VOCABULARY, (T + 1, B)), torch.randint(VOCABULARY, (T, 1))
    monitor = (
        Monitor(model, probe, name=f"every {every}", every=every, root=folder) if every else None
    )

    def update() -> None:
        optimizer.zero_grad()
        loss = cross_entropy(model(tokens[:-1]).flatten(0, 1), tokens[1:].flatten())
        loss.backward()
        optimizer.step()
        if monitor is not None:
            monitor.step(loss)

    return update, monitor.close if monitor is not None else lambda: None


def seconds(function: Callable[[], None]) -> float:
    start = time.process_time()
    function()
    return time.process_time() - start


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--rounds", type=int, default=5)


def measure(arguments: Namespace) -> Result:
    """cost: a row for each `every`: the CPU time of an update beside the unwatched one, medians over the rounds."""
    limit_to_one_thread()
    rounds: dict[int, list[tuple[float, float]]] = {1: [], EVERY: []}
    with tempfile.TemporaryDirectory() as folder:
        sides = {every: updates(every, folder) for every in (0, 1, EVERY)}
        for update, _ in sides.values():
            update()
        for _ in range(arguments.rounds):
            alone, watched = [], {1: [], EVERY: []}
            for k in range(EVERY):
                alone.append(seconds(sides[0][0]))
                watched[EVERY].append(seconds(sides[EVERY][0]))
                if k < OF_EVERY_ONE:
                    watched[1].append(seconds(sides[1][0]))
            for every, times in watched.items():
                n = len(times)
                rounds[every].append((sum(alone[:n]) / n, sum(times) / n))
        for _, close in sides.values():
            close()
    table = Table(
        [
            *(Column("every", "d"), Column("update", ".1f", "ms"), Column("watched", ".1f", "ms")),
            Column("ratio", ".3f"),
        ]
    )
    for every, pairs in rounds.items():
        table.add(
            every,
            *(1e3 * statistics.median(side) for side in zip(*pairs, strict=True)),
            statistics.median(watched / alone for alone, watched in pairs),
        )
    return Result({"cost": table})
