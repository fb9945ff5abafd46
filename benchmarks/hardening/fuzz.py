"""Many random inputs.

Each is read as a reader's would be; anything but a working object or a sentence ends the run with the
smallest input that hypothesis finds for it. See tests/helpers/fuzzing.py and tests/helpers/forging.py for what is sent.
"""

import argparse
import logging
import sys
import warnings
from collections import Counter

import hypothesis
import torch

from benchmarks._harness.result import Column, Figure, Result, Table
from tests.helpers import fuzzing
from tests.helpers.forging import deliver_message, messages

READERS = fuzzing.READERS | {"messages of components": (messages(), deliver_message, 20)}


def send(name: str, examples: int, seed: int) -> Counter[str]:
    """Sends its share of the examples to one reader -> how many were accepted and refused.

    Ends with the smallest input that hypothesis finds for it where one has another end.
    """
    sent, read, share = READERS[name]
    count: Counter[str] = Counter()

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=max(1, examples * share // 1000),
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(sent)
    def run(given):
        count[read(given)] += 1

    try:
        run()
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", []))
        raise SystemExit(f"FAILED {name}: {type(error).__name__}: {error}\n{notes}") from error
    return count


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", default="")


def measure(arguments: argparse.Namespace) -> Result:
    """readers: a row for each kind of input."""
    torch.set_num_threads(1)
    logging.disable(logging.WARNING)  # Streamlit's, that there is no server
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", hypothesis.errors.HypothesisWarning)
    table = Table(
        [
            *(Column("what"), Column("examples", ",d"), Column("accepted", ",d")),
            Column("refused with a sentence", ",d"),
        ]
    )
    total = 0
    for name in READERS:
        if arguments.only in name:
            print(name, file=sys.stderr, flush=True)
            count = send(name, arguments.examples, arguments.seed)
            table.add(name, count.total(), count["accepted"], count["refused"])
            total += count.total()
    return Result({"readers": table}, {"examples": Figure("examples", total, ",.0f")})
