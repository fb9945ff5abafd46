"""What is known of every example untrained, half trained and at its end: what diagnoses are judged by.

One seed each, the example's own. The tests say which diagnosis is right at each of these stages. No times.
"""

import argparse
import json
import sys
from collections import deque
from dataclasses import asdict

from benchmarks._harness.result import Column, Result, Table
from core.analysis.diagnosis import diagnose
from core.analysis.facts import SETTLED, Facts, Score, read_facts
from core.analysis.horizon import last_loss_flow
from core.common.threads import limit_to_one_thread
from core.layers.recording_facts import Closed, Flow
from core.training.presets import PRESETS
from core.training.trainer import Trainer, Update

# example -> the updates at which it is half trained, and at its end
STAGES = {
    "echo": (100, 3000),
    "subtraction": (200, 1500),
    "subtraction_solved": (300, 3000),
    "air": (100, 1000),
    "names": (200, 1200),
    "names_rnn": (1000, 6000),
    "names_buckets": (200, 1200),
    "names_jitter": (1000, 6000),
    "deep": (100, 1000),
    "digits": (150, 900),
    "melody": (100, 400),
    "translate": (700, 2450),
    "attention": (100, 350),
    "characters": (100, 450),
    "words": (50, 300),
    "agreement_rnn": (500, 1500),
    "agreement_bias": (150, 500),
    "agreement_growing": (250, 900),
    "agreement_adam_rnn": (100, 500),
    "agreement_adam_lstm": (500, 1500),
    "vanishing": (200, 400),
    "exploding": (400, 1500),
    "clipping": (75, 1000),
    "lstm": (400, 1400),
    "peephole": (400, 1400),
    "gru": (100, 600),
    "gru_simple": (200, 800),
    "load": (50, 234),
    "copy": (600, 3000),
    "order": (75, 300),
    "latching": (10, 200),
    "reviews": (25, 200),
    "stars": (100, 500),
    "hello": (20, 200),
    "chinese": (20, 100),
    "fill_in": (200, 400),
    "fill_in_chinese": (200, 400),
    "entities_forward": (50, 200),
    "entities": (20, 100),
    "parts_of_speech": (50, 200),
    "forecast": (50, 600),
}


def measure_facts(trainer: Trainer, updates: list[Update], highest: float) -> Facts:
    """The facts of a run as it is now, by an evaluation made for them."""
    flow = last_loss_flow(trainer) if trainer.task.at == "every" else None
    return read_facts(
        trainer.task, trainer.index, updates, trainer.look(), trainer.evaluate(), flow, highest
    )


def write_facts(facts: Facts) -> str:
    """As JSON, numbers with five digits."""
    return json.dumps(_rounded(asdict(facts)), separators=(",", ":"))


def _rounded(value):
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return float(f"{value:.5g}") if isinstance(value, float) else value


def read_written(text: str) -> Facts:
    """The facts that `write_facts` wrote."""
    values = json.loads(text)
    for name, kind in (("score", Score), ("flow", Flow), ("closed", Closed)):
        values[name] = None if values[name] is None else kind(**values[name])
    return Facts(**values)


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--examples", nargs="+", default=list(STAGES), choices=list(STAGES))


def measure(arguments: argparse.Namespace) -> Result:
    """stages: a row for each stage of each example; facts: all that is known of it, as JSON."""
    limit_to_one_thread()
    stages = Table(
        [
            *(Column("example"), Column("update", "d"), Column("held out"), Column("norm", ".2g")),
            *(Column("at step 1", ".1e"), Column("above 1 %", "d"), Column("of steps", "d")),
            Column("diagnosis"),
        ]
    )
    facts = Table([Column("example"), Column("stage"), Column("facts")])
    for name in arguments.examples:
        print(name, file=sys.stderr, flush=True)
        trainer, latest = Trainer(PRESETS[name].experiment), deque[Update](maxlen=50)
        e, highest = trainer.experiment, 0.0
        for stage, end in zip(("untrained", "half", "end"), (0, *STAGES[name]), strict=True):
            while trainer.index < end:
                latest.append(next(trainer))
                if trainer.index > SETTLED:
                    highest = max(highest, latest[-1].grad_norm_clipped)
            known = measure_facts(trainer, list(latest), highest)
            facts.add(name, stage, write_facts(known))
            score, flow = known.score, known.flow
            assert score is not None
            stages.add(
                *(name, end, score.write(score.value), known.norm if end else None),
                *((None,) * 3 if flow is None else (flow.first_share, flow.horizon, flow.steps)),
                diagnose(known, e.clipping, e.optimizer).kind,
            )
    return Result({"stages": stages, "facts": facts})
