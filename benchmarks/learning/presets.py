"""What each example of the course promises to show, measured on three seeds.

An example is trained up to the update at which its sentence says to look, from its own seed and the two after
it. For each claim of the sentence: its measure on each seed, and the bound that has to hold. No times.
"""

import argparse
import sys

import numpy as np

from benchmarks._harness.claim_measures import (
    best_correlation,
    cell_gradient,
    far_from_chance,
    held,
    last_letter,
    lowest_score,
    openness,
    openness_difference,
    panel,
    right_at_second_letter,
)
from benchmarks._harness.claims import (
    SEEDS,
    Claim,
    Run,
    against,
    early_first_over_peak,
    first_over_peak,
    of_other,
    overfitting,
    score,
    train,
)
from benchmarks._harness.language_claims import LANGUAGE_CLAIMS
from benchmarks._harness.result import Column, Result, Table
from core.analysis.parameters import count_parameters
from core.common.threads import limit_to_one_thread
from core.tasks.agreement import GROWTH
from core.training.presets import PRESETS

CHANCE = 0.6  # of two classes on 400 sentences, 4 standard deviations above a half
CLAIMS: dict[str, list[Claim]] = {
    "names": [
        Claim(1800, "training less held-out accuracy", overfitting, least=0.04),
        Claim(
            *(1800, "chance of Spanish after z, less that after alvare"),
            last_letter("Spanish"),
            least=0.2,
        ),
    ],
    "echo": [
        Claim(3000, "error over that of the mean", against("always the mean"), most=1 / 3),
        Claim(
            *(3000, "error of 4 units over that of the mean"),
            of_other(
                lambda _, other: other.score / other.baseline("always the mean"), hidden_size=4
            ),
            most=1 / 3,
            said="4 units",
        ),
    ],
    "subtraction": [Claim(1500, "|r| of the unit with the borrow", best_correlation, least=0.8)],
    "subtraction_solved": [Claim(3000, "held-out pairs right", score, least=1, said="3000")],
    "digits": [Claim(900, "accuracy", score, least=0.667, said="900")],
    "air": [
        Claim(
            1000, "accuracy less persistence", lambda r: r.score - r.baseline("as now"), least=0.01
        ),
        Claim(
            1000, "accuracy less persistence", lambda r: r.score - r.baseline("as now"), most=0.06
        ),
        Claim(
            *(1000, "accuracy less the largest class"),
            lambda r: r.score - r.baseline("always the largest class"),
            least=0.1,
        ),
    ],
    "deep": [
        Claim(
            *(1000, "weights over those of one layer"),
            of_other(lambda a, b: _weights(a) / _weights(b), "air"),
            least=0.9,
        ),
        Claim(
            *(1000, "weights over those of one layer"),
            of_other(lambda a, b: _weights(a) / _weights(b), "air"),
            most=1.1,
        ),
        Claim(
            1000,
            "accuracy less that of one layer",
            of_other(lambda a, b: a.score - b.score, "air"),
            most=0.01,
        ),
        Claim(
            1000,
            "accuracy of one layer less this one's",
            of_other(lambda a, b: b.score - a.score, "air"),
            most=0.02,
        ),
    ],
    "forecast": [
        Claim(
            600,
            "error over that of the last value",
            against("the last value again"),
            most=1 / 3,
            said="600",
        ),
        Claim(600, "error over that of least squares", against("least squares"), least=1),
    ],
    "load": [
        Claim(
            234,
            "error over that of the last value",
            against("the last value again"),
            least=0.7,
            said="234",
        ),
        Claim(234, "error over that of the last value", against("the last value again"), most=1.3),
    ],
    "melody": [Claim(400, "notes of the scale", panel("right"), least=0.9, said="400")],
    "names_rnn": [
        Claim(
            6000,
            "jitter over the mean loss",
            lambda r: r.jitter / float(np.mean(r.losses[3000:])),
            least=0.2,
        ),
        Claim(
            *(6000, "accuracy at 5000 to 6000 less that at 2500 to 3500"),
            lambda r: r.mean_score(5000, 6000) - r.mean_score(2500, 3500),
            least=0.01,
            said="3000",
        ),
    ],
    "names_jitter": [
        Claim(
            *(6000, "learning rate over the small one"),
            of_other(
                lambda a, b: (
                    a.trainer.experiment.learning_rate / b.trainer.experiment.learning_rate
                ),
                "names_rnn",
            ),
            least=25,
            said="25 times",
        ),
        Claim(
            6000,
            "jitter over that of the small rate",
            of_other(lambda a, b: a.jitter / b.jitter, "names_rnn"),
            least=1.2,
        ),
        Claim(
            *(6000, "accuracy of the small rate less this one's"),
            of_other(lambda a, b: b.mean_score(5000, 6000) - a.mean_score(5000, 6000), "names_rnn"),
            least=0.1,
            said="6000",
        ),
    ],
    "names_buckets": [
        Claim(
            1200,
            "jitter over that of mixed lengths",
            of_other(lambda a, b: a.jitter / b.jitter, "names"),
            least=1.05,
        )
    ],
    "gru": [
        Claim(600, "error", score, most=0.01),
        Claim(600, "error with z held at 0", held("z", 0), least=0.1, said="0"),
        Claim(600, "z where no number is marked", lambda r: openness(r)[1], least=0.8, said="600"),
        Claim(
            600,
            "z there less z at the marked numbers",
            openness_difference,
            least=0.15,
        ),
    ],
    "gru_simple": [
        Claim(800, "error", score, most=0.01),
        Claim(
            800,
            "z there less z at the marked numbers",
            openness_difference,
            least=0.1,
        ),
    ],
    "lstm": [
        Claim(
            1400,
            "gradient at step 1 over its peak after 400 updates",
            early_first_over_peak(400),
            most=1e-3,
            said="400",
        ),
        Claim(1400, "error", score, most=0.01),
        Claim(1400, "the same along c", cell_gradient, least=0.5),
    ],
    "peephole": [
        Claim(1400, "error", score, most=0.01),
        Claim(1400, "error of the LSTM without", of_other(lambda _, b: b.score, "lstm"), most=0.01),
    ],
    "copy": [
        Claim(1800, "digits recalled", score, least=0.95, said="1800"),
        Claim(
            1800,
            "digits recalled without memory",
            lambda r: r.baseline("without memory"),
            most=0.125,
        ),
    ],
    "order": [
        Claim(300, "accuracy", score, least=0.99, said="300"),
        Claim(300, "right as soon as the second letter is read", right_at_second_letter, most=0.75),
    ],
    "latching": [
        Claim(200, "accuracy", score, least=0.99, said="200"),
        Claim(
            200,
            "accuracy without a forget bias",
            of_other(lambda _, b: b.score, forget_bias=None),
            most=0.9,
        ),
        Claim(200, "accuracy with f held at 0", held("f", 0), most=CHANCE, said="0"),
    ],
    "vanishing": [
        Claim(100, "gradient at step 1 over its peak", first_over_peak, most=1e-4),
        Claim(200, "error over that of always 1", against("always 1"), least=0.9),
    ],
    "exploding": [
        Claim(1500, "accuracy", score, most=0.35, said="1500"),
        Claim(1500, "largest norm over the median", lambda r: _largest(r) / _usual(r), least=4),
    ],
    "clipping": [
        Claim(1500, "accuracy", score, least=0.99, said="1500"),
        Claim(1500, "largest norm before clipping", lambda r: _largest(r), least=3),
        Claim(
            1500,
            "largest norm after clipping",
            lambda r: max(n for _, n in r.norms),
            most=1.001,
            said="1",
        ),
    ],
    "agreement_rnn": [
        Claim(1500, "accuracy", score, most=CHANCE),
        Claim(1500, "accuracy of a GRU", of_other(lambda _, b: b.score, cell="gru"), most=CHANCE),
        Claim(
            *(1500, "accuracy of an LSTM, forget bias 1"),
            of_other(lambda _, b: b.score, cell="lstm", forget_bias=1.0),
            most=CHANCE,
            said="forget bias 1",
        ),
        Claim(1500, "gradient at step 1 over its peak", first_over_peak, most=1e-3),
        Claim(
            1500,
            "steps back to the noun",
            lambda r: float(r.trainer.task.must_remember or 0),
            least=27,
            said="27",
        ),
    ],
    "agreement_bias": [Claim(500, "accuracy", score, least=0.99, said="500")],
    "agreement_growing": [
        Claim(900, "accuracy", score, least=0.99, said="24, 690"),
        Claim(900, "lowest accuracy", lowest_score, most=0.1, needed=2, said="0 %"),
        Claim(
            *(900, "distance of the accuracy from chance after 250 updates"),
            far_from_chance,
            least=0.25,
        ),
        Claim(
            *(900, "update at which the distance is 24"),
            lambda r: GROWTH * (r.trainer.task.values["distance"] - 1),
            most=690,
            said="1",
        ),
    ],
    "agreement_adam_rnn": [Claim(1500, "accuracy", score, least=0.99, said="1500")],
    "agreement_adam_lstm": [Claim(1500, "accuracy", score, most=CHANCE, said="1500")],
    **LANGUAGE_CLAIMS,
}


def _weights(run: Run) -> int:
    return count_parameters(run.trainer.experiment)


def _largest(run: Run) -> float:
    return max(norm for norm, _ in run.norms)


def _usual(run: Run) -> float:
    return float(np.median([norm for norm, _ in run.norms]))


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--examples", nargs="+", default=list(CLAIMS), choices=list(CLAIMS))


def measure(arguments: argparse.Namespace) -> Result:
    """claims: a row for each claim of each example."""
    limit_to_one_thread()
    table = Table(
        [
            *(Column("example"), Column("updates", "d"), Column("what")),
            *(Column("three seeds", ".3g"), Column("bound"), Column("holds"), Column("figures")),
        ]
    )
    for name in arguments.examples:
        print(name, file=sys.stderr, flush=True)
        base = PRESETS[name].experiment
        experiments = [base.but(seed=base.seed + k) for k in range(SEEDS)]
        for claim in CLAIMS[name]:
            values = [float(claim.measure(train(e, claim.updates))) for e in experiments]
            holds = "yes" if claim.holds(values) else "no"
            table.add(name, claim.updates, claim.words, values, claim.bound, holds, claim.said)
            print(f"  {claim.words}: {values}, {claim.bound}: {holds}", file=sys.stderr, flush=True)
    return Result({"claims": table})
