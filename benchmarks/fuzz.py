"""Many random inputs: python -m benchmarks.fuzz [--examples 100000] [--seed 1]

Each is read as a reader's would be; anything but a working object or a sentence ends the run with the
smallest input that hypothesis finds for it. See tests/helpers/fuzzing.py and tests/helpers/forging.py for what is sent.
"""

import argparse
import logging
import time
import warnings
from collections import Counter

import hypothesis
import torch

from tests.helpers import fuzzing
from tests.helpers.forging import a_message, messages

READERS = fuzzing.READERS | {"messages of components": (messages(), a_message, 20)}


def tried(name: str, examples: int, seed: int) -> bool:
    """Sends its share of the examples to one reader, and prints a row; False: one ended badly."""
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

    begun, problem = time.monotonic(), ""
    try:
        run()
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", []))
        problem = f"FAILED {name}: {type(error).__name__}: {error}\n{notes}"
    took = time.monotonic() - begun
    numbers = (sum(count.values()), count["accepted"], count["refused"])
    print(
        f"| {name} | " + " | ".join(f"{n:,}" for n in numbers) + f" | {took:.0f} |",
        problem,
        flush=True,
    )
    return not problem


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    torch.set_num_threads(1)
    logging.disable(logging.WARNING)  # Streamlit's, that there is no server
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", hypothesis.errors.HypothesisWarning)
    print(
        "| what | examples | accepted | refused with a sentence | seconds |\n| --- | ---: | ---: | ---: | ---: |"
    )
    failures = 0
    for name in READERS:
        failures += args.only in name and not tried(name, args.examples, args.seed)
    raise SystemExit(failures)


if __name__ == "__main__":
    main()
