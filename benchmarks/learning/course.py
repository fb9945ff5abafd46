"""Every example of the course, trained.

Three seeds each, so many updates as the table says; the median of the held-out headline, and on a sample of
the training data, CPU seconds of one thread, and the time of an update as a ratio to the same network in
plain torch.nn, trained by the shortest ordinary loop (nothing recorded, no probe, no evaluation; both sides
interleaved).
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks._harness.interleave import cpu_times, ratio
from benchmarks._harness.result import Column, Figure, Result, Table
from core.common.special_tokens import START
from core.common.threads import limit_to_one_thread
from core.training.presets import PRESETS
from core.training.trainer import Experiment, Trainer

# preset -> updates
UPDATES = {
    "echo": 8000,
    "subtraction": 3000,
    "subtraction_solved": 3000,
    "air": 3000,
    "names": 1200,
    "names_rnn": 30000,
    "deep": 3000,
    "digits": 3000,
    "melody": 1200,
    "translate": 5000,
    "attention": 300,
    "characters": 1200,
    "words": 800,
    "agreement_bias": 600,
    "agreement_rnn": 1500,
    "agreement_growing": 1500,
    "vanishing": 2000,
    "lstm": 2000,
    "peephole": 1500,
    "gru": 1000,
    "gru_simple": 1500,
    "load": 234,
}
# As the notes have them, where the example of the course is smaller, so that its pictures can be read.
AS_IN_NOTES: dict[str, dict[str, int | float]] = {
    **{"names": {"hidden_size": 64}, "melody": {"hidden_size": 32}},
    **{key: {"hidden_size": 32} for key in ("gru", "gru_simple", "vanishing")},
    **{key: {"hidden_size": 32, "learning_rate": 0.01} for key in ("lstm", "peephole")},
}
# With the fastest kernels that torch has for each, which are not its default.
TORCH_OPTIMIZERS: dict[str, Callable[[Iterable[nn.Parameter], float], torch.optim.Optimizer]] = {
    "sgd": lambda p, rate: torch.optim.SGD(p, rate, fused=True),
    "momentum": lambda p, rate: torch.optim.SGD(p, rate, momentum=0.9, fused=True),
    "rmsprop": lambda p, rate: torch.optim.RMSprop(p, rate, foreach=True),
    "adam": lambda p, rate: torch.optim.Adam(p, rate, fused=True),
}
WITHOUT_TORCH = ("peephole", "gru_simple")  # torch.nn has no such cell
SHARES = ("accuracy", "whole", "exact")


class Stack(nn.Module):
    """Two layers of different sizes."""

    def __init__(self, below: nn.Module, above: nn.Module, dropout: float):
        super().__init__()
        self.below, self.above, self.dropout = below, above, nn.Dropout(dropout)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.above(self.dropout(self.below(x)[0]))


class Plain(nn.Module):
    """The experiment's network out of torch's own modules, the way a tutorial writes it."""

    def __init__(self, e: Experiment):
        super().__init__()
        self.task = e.make_task()
        inputs = self.task.input_size
        self.embed = nn.Embedding(inputs, e.embedding) if e.embedding else None
        kind = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[e.cell]

        def layer() -> nn.Module:
            if len(set(e.sizes)) > 1:  # one module of torch has one size
                below = kind(e.embedding or inputs, e.sizes[0], bias=e.bias)
                return Stack(below, kind(*e.sizes, bias=e.bias), e.dropout)
            return kind(
                *(e.embedding or inputs, e.hidden_size, e.num_layers),
                bias=e.bias,
                dropout=e.dropout if e.num_layers > 1 else 0,
                bidirectional=e.bidirectional,
            )

        self.encoder = layer()
        self.decoder = layer() if self.task.network == "seq2seq" else None
        self.attends = self.decoder is not None and e.task_options["attention"]
        H = e.hidden_size * (1 + e.bidirectional)
        self.score = nn.Linear(H, H, bias=False)
        self.combine = nn.Linear(2 * H, H)
        self.head = nn.Linear(H, self.task.output_size, bias=e.bias)

    def inputs(self, x: Tensor) -> Tensor:
        if x.is_floating_point():
            return x
        return self.embed(x) if self.embed else F.one_hot(x, self.task.input_size).float()

    def forward(self, x: Tensor, lengths: Tensor | None) -> Tensor:
        if self.decoder is not None:
            S = int((x[:, 0] == START).nonzero()[0])
            read, state = self.encoder(self.inputs(x[:S]))
            states, _ = self.decoder(self.inputs(x[S:]), state)
            if self.attends:
                scores = torch.einsum("dbh,sbh->bds", states, self.score(read)).softmax(2)
                context = torch.einsum("bds,sbh->dbh", scores, read)
                states = self.combine(torch.cat([context, states], 2)).tanh()
            logits = self.head(states)
            return torch.cat([logits.new_zeros(S, *logits.shape[1:]), logits])
        v = self.inputs(x)
        if lengths is None:
            states, _ = self.encoder(v)
            last = states[-1]
        else:
            packed = nn.utils.rnn.pack_padded_sequence(v, lengths, enforce_sorted=False)
            states, state = self.encoder(packed)
            last = (state[0] if isinstance(state, tuple) else state)[-1]
        return self.head(states if self.task.at == "every" else last)


def plain_update(e: Experiment):
    """One update of the plain network as a function."""
    model, task = Plain(e), e.make_task()
    optimizer = TORCH_OPTIMIZERS[e.optimizer](model.parameters(), e.learning_rate)
    generator = torch.Generator().manual_seed(0)

    def update() -> None:
        batch = task.draw(generator, e.batch_size, 10**6)
        loss = task.loss(model(batch.x, batch.lengths), batch)
        optimizer.zero_grad()
        loss.backward()
        if e.clipping == "norm":
            nn.utils.clip_grad_norm_(model.parameters(), e.clip_at)
        optimizer.step()

    return update


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--examples", nargs="+", default=list(UPDATES), choices=list(UPDATES))
    parser.add_argument("--seeds", type=int, default=3)


def measure(arguments: argparse.Namespace) -> Result:
    """examples: a row for each; and what each reached as figures NAME, NAME_trained and NAME_naive."""
    limit_to_one_thread()
    table = Table(
        [
            *(
                Column("example"),
                Column("updates", "d"),
                Column("seconds", ".0f"),
                Column("measure"),
            ),
            *(
                Column("held out, median", ".4g"),
                Column("seeds", ".3g"),
                Column("trained on", ".3g"),
            ),
            *(
                Column("without a network"),
                Column("reaches", ".4g"),
                Column("ours / plain torch", ".2f"),
            ),
        ]
    )
    figures = {}
    for name in arguments.examples:
        print(name, file=sys.stderr, flush=True)
        base = PRESETS[name].experiment.but(**AS_IN_NOTES.get(name, {}))
        task, metric = base.make_task(), base.make_task().headline
        runs = [train(base.but(seed=base.seed + k), UPDATES[name]) for k in range(arguments.seeds)]
        seconds, held_out, known = (list(each) for each in zip(*runs, strict=True))
        choose = max if task.higher_is_better else min
        best = choose(
            (values[metric], title) for title, values in task.baselines.items() if metric in values
        )
        table.add(
            *(name, UPDATES[name], statistics.median(seconds), metric),
            *(statistics.median(held_out), held_out, statistics.median(known)),
            *(best[1], best[0], None if name in WITHOUT_TORCH else against_torch(base)),
        )
        form = ".1%" if metric in SHARES else ".2g"
        for end, title, value in (
            ("", "held out", statistics.median(held_out)),
            ("_trained", "on what was trained on", statistics.median(known)),
            ("_naive", best[1], best[0]),
        ):
            figures[name + end] = Figure(f"{name}, {metric}, {title}", value, form)
    return Result({"examples": table}, figures)


def train(experiment: Experiment, updates: int) -> tuple[float, float, float]:
    """(CPU seconds, headline on held-out data, on a sample of the training data)."""
    trainer, begun = Trainer(experiment), time.process_time()
    for _ in range(updates):
        if next(trainer, None) is None:
            break
    seconds, judged, metric = time.process_time() - begun, trainer.evaluate(), trainer.task.headline
    return seconds, judged.held_out[metric], judged.train[metric]


def against_torch(experiment: Experiment) -> float:
    """The time of an update, as a ratio to that of the plain network."""
    trainer = Trainer(experiment)
    sides = {"ours": lambda: next(trainer), "plain": plain_update(experiment)}
    return ratio(cpu_times(sides, 2.0), "ours", "plain")
