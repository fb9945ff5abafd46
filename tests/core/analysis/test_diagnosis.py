"""A table of cases, each with its right diagnosis: made ones, and every example at three stages of its training."""

import re
import string
from dataclasses import replace

import numpy as np
import pytest

from benchmarks._harness import storage
from benchmarks.learning.diagnosis import read_written
from core.analysis.diagnosis import KINDS, SENTENCES, diagnose, write_share, write_size
from core.analysis.facts import Facts, Score
from core.analysis.remedies import suggest_remedies
from core.layers.recording_facts import Closed, Flow
from core.training.presets import PRESETS
from core.training.trainer import Experiment

CHANCE = Score("accuracy", 0.505, baselines={"always the same verb": 0.505}, target=0.99)
BETTER = replace(CHANCE, value=0.8)
SOLVED = replace(CHANCE, value=1.0, update=100)
ERROR = Score("mse", 0.166, False, False, {"always 1": 0.1667}, 0.01)
SMALL_ERROR = replace(ERROR, value=0.0008, update=100)
LANGUAGE = Score("perplexity", 4.8, False, False, {"unigram": 18.2, "bigram": 10.6})
EVEN = Flow(50, 50, 0.4, 0.5, 0.51)
GONE = Flow(50, 7, 1e-12, 0.5, 0.5)
GROWN = Flow(50, 3, 3e10, 0.4, 3e10)
FLAT = Closed("h", "flat", 0.97)
SHUT_Z = Closed("z", "written", 1.0)
FORGETS = Closed("f", "kept", 0.99)

# what -> (facts, the kind that is right)
MADE = {
    "nothing trained": (Facts(0, score=CHANCE, flow=EVEN), "waiting"),
    "nothing trained, gradient gone": (Facts(0, score=ERROR, flow=GONE, span=49), "waiting"),
    "nothing trained, and right by chance": (Facts(0, score=SOLVED, flow=EVEN), "waiting"),
    "nothing trained, f open": (Facts(0, score=CHANCE, flow=EVEN, norm=3e10), "waiting"),
    "not a number": (Facts(7, finite=False, norm=float("nan")), "diverged"),
    "not a number after success": (Facts(700, finite=False, score=SOLVED), "diverged"),
    "solved": (Facts(900, score=SOLVED, flow=EVEN), "solved"),
    "solved, tiny gradient": (Facts(900, norm=3e-5, score=SOLVED, flow=GONE, span=27), "solved"),
    "solved, error": (Facts(900, score=SMALL_ERROR, flow=GONE, span=49), "solved"),
    "solved, f = 1": (Facts(900, score=SOLVED, flow=EVEN, norm=1e-4), "solved"),
    "solved, z shut": (Facts(900, score=SOLVED, flow=EVEN, closed=SHUT_Z), "solved"),
    "solved, tanh flat": (Facts(900, score=SOLVED, flow=GONE, closed=FLAT, span=27), "solved"),
    "solved, dead units": (Facts(900, score=SOLVED, flow=EVEN, dead=0.6), "solved"),
    "solved, always clipped": (Facts(900, score=SOLVED, flow=EVEN, clipped=1.0), "solved"),
    "solved, gradient grows": (Facts(900, score=SOLVED, flow=GROWN), "solved"),
    "solved, a jump of a tiny norm": (
        Facts(900, usual=1e-4, largest=0.05, largest_at=890, score=SOLVED, flow=EVEN),
        "solved",
    ),
    "solved, a jump before the evaluation": (
        Facts(120, usual=0.01, largest=80, largest_at=90, score=SOLVED, flow=EVEN),
        "solved",
    ),
    "solved, a jump after the evaluation": (
        Facts(140, usual=0.01, largest=80, largest_at=130, score=SOLVED, flow=EVEN),
        "exploding",
    ),
    "just short of solved": (Facts(900, score=replace(SOLVED, value=0.985), flow=EVEN), "learning"),
    "exactly at the target": (Facts(900, score=replace(SOLVED, value=0.99), flow=EVEN), "solved"),
    "exactly at the target, error": (Facts(900, score=replace(ERROR, value=0.01)), "solved"),
    "learning": (Facts(300, score=BETTER, flow=EVEN, span=27), "learning"),
    "learning without recurrence": (Facts(300, score=BETTER, span=27, sees=3), "learning"),
    "sees too little": (Facts(300, score=CHANCE, span=27, sees=3, clipped=1.0), "blind"),
    "sees its own input": (Facts(300, score=CHANCE, span=27, sees=1), "blind"),
    "sees enough": (Facts(300, score=CHANCE, span=27, sees=28), "healthy"),
    "sees too little, jumps": (
        Facts(140, usual=0.01, largest=80, score=CHANCE, span=27, sees=3),
        "exploding",
    ),
    "learning, gradient gone": (Facts(300, score=BETTER, flow=GONE, span=27), "learning"),
    "learning, z shut": (Facts(300, score=BETTER, flow=EVEN, closed=SHUT_Z), "learning"),
    "learning, always clipped": (Facts(300, score=BETTER, flow=EVEN, clipped=1.0), "learning"),
    "learning, dead units": (Facts(300, score=BETTER, flow=EVEN, dead=0.7), "learning"),
    "learning, gradient grows but is clipped": (
        Facts(300, score=BETTER, flow=GROWN, clipped=1.0),
        "learning",
    ),
    "learning, a jump": (
        Facts(300, usual=0.2, largest=90, largest_at=299, score=BETTER, flow=EVEN),
        "exploding",
    ),
    "language, every step, short horizon": (
        Facts(450, score=LANGUAGE, flow=Flow(40, 7, 1e-9, 0.2, 0.2), at="every"),
        "learning",
    ),
    "language before it learns": (
        Facts(5, score=replace(LANGUAGE, value=26.0), flow=Flow(40, 7, 1e-9, 0.2, 0.2), at="every"),
        "healthy",
    ),
    "every step, and the task looks further back": (
        Facts(
            *(600, True),
            score=replace(CHANCE, metric="recall", value=0.13, baselines={"without memory": 0.125}),
            flow=Flow(20, 4, 1e-9, 0.2, 0.2),
            span=15,
            at="every",
        ),
        "vanished",
    ),
    "every step, far enough": (
        Facts(
            *(600, True),
            score=replace(CHANCE, metric="recall", value=0.13, baselines={"without memory": 0.125}),
            flow=Flow(20, 20, 0.1, 0.2, 0.2),
            span=15,
            at="every",
        ),
        "healthy",
    ),
    "at chance, gradient gone": (Facts(500, score=CHANCE, flow=GONE, span=27), "vanished"),
    "at chance, span unknown": (Facts(500, score=CHANCE, flow=GONE), "vanished"),
    "no evaluation, gradient gone": (Facts(20, flow=GONE, span=49), "vanished"),
    "at chance, gradient arrives": (Facts(500, score=CHANCE, flow=EVEN, span=27), "healthy"),
    "at chance, f = 1": (Facts(500, score=CHANCE, flow=EVEN, span=27), "healthy"),
    "at chance, just above 1 in 10 000": (
        Facts(500, score=CHANCE, flow=Flow(28, 9, 2e-4, 1.0, 1.0), span=27),
        "healthy",
    ),
    "at chance, just below 1 in 10 000": (
        Facts(500, score=CHANCE, flow=Flow(28, 9, 5e-5, 1.0, 1.0), span=27),
        "vanished",
    ),
    "the task looks back less far than the gradient gets": (
        Facts(500, score=CHANCE, flow=Flow(50, 20, 1e-6, 1.0, 1.0), span=10),
        "healthy",
    ),
    "elsewhere, no norm": (Facts(9, flow=EVEN, norm=float("nan"), window=0), "healthy"),
    "elsewhere, no gradient": (Facts(9, norm=float("nan"), window=0), "healthy"),
    "two steps cannot vanish": (Facts(500, score=ERROR, flow=Flow(2, 1, 1e-6, 1, 1)), "healthy"),
    "better than chance, but not clearly": (
        Facts(500, score=replace(CHANCE, value=0.54), flow=EVEN),
        "healthy",
    ),
    "z = 1 and stuck": (Facts(500, score=CHANCE, flow=EVEN, closed=SHUT_Z), "saturated"),
    "z = 1 for half of the units": (
        Facts(500, score=CHANCE, flow=EVEN, closed=replace(SHUT_Z, share=0.5)),
        "healthy",
    ),
    "i shut and stuck": (
        Facts(500, score=CHANCE, flow=EVEN, closed=Closed("i", "written", 0.9)),
        "saturated",
    ),
    "o shut and stuck": (
        Facts(500, score=CHANCE, flow=EVEN, closed=Closed("o", "read", 0.9)),
        "saturated",
    ),
    "f shut, gradient gone": (
        Facts(500, score=CHANCE, flow=GONE, closed=FORGETS, span=27),
        "saturated",
    ),
    "f shut, and nothing needs it": (
        Facts(500, score=CHANCE, flow=EVEN, closed=FORGETS),
        "healthy",
    ),
    "tanh flat, gradient gone": (
        Facts(500, score=CHANCE, flow=GONE, closed=FLAT, span=27),
        "saturated",
    ),
    "tanh flat, gradient arrives": (Facts(500, score=CHANCE, flow=EVEN, closed=FLAT), "healthy"),
    "1e10": (Facts(5, score=CHANCE, flow=GROWN, norm=4e10, usual=4e10, window=5), "exploding"),
    "1e10 without an evaluation": (Facts(5, flow=GROWN, window=5), "exploding"),
    "grows a hundredfold, but stays small": (
        Facts(500, score=CHANCE, flow=Flow(19, 19, 0.11, 1e-4, 0.2)),
        "healthy",
    ),
    "grows tenfold": (Facts(500, score=CHANCE, flow=Flow(50, 9, 9.5, 1.0, 9.5)), "healthy"),
    "a norm 102 times the usual": (
        Facts(50, usual=0.5, largest=51, score=CHANCE, flow=EVEN, clipped=0.02),
        "exploding",
    ),
    "a norm 98 times the usual, others clipped": (
        Facts(50, usual=0.5, largest=49, score=CHANCE, flow=EVEN, clipped=0.02),
        "healthy",
    ),
    "infinite norm": (Facts(50, usual=0.5, largest=float("inf"), flow=EVEN), "exploding"),
    "too few updates to know": (
        Facts(4, usual=0.5, largest=80, window=4, score=CHANCE, flow=EVEN),
        "healthy",
    ),
    "jumps at chance, nothing clipped": (
        Facts(500, usual=1.3, largest=14, highest=14, score=CHANCE, flow=EVEN),
        "exploding",
    ),
    "jumped long ago, at chance since": (
        Facts(1500, usual=1.0, largest=1.6, highest=14, score=CHANCE, flow=GONE, span=26),
        "exploding",
    ),
    "jumped long ago, but learns": (
        Facts(1500, usual=1.0, largest=1.6, highest=14, score=BETTER, flow=EVEN),
        "learning",
    ),
    "jumped long ago, but clipped by now": (
        Facts(1500, usual=1.0, largest=1.0, highest=14, clipped=0.5, score=CHANCE, flow=EVEN),
        "healthy",
    ),
    "jumps at chance, but small": (
        Facts(500, usual=0.2, largest=0.9, highest=0.9, score=CHANCE, flow=EVEN),
        "healthy",
    ),
    "clipped": (Facts(500, usual=7, largest=1, clipped=1.0, score=CHANCE, flow=EVEN), "clipped"),
    "clipped now and then": (
        Facts(500, usual=0.7, largest=1, clipped=0.88, score=CHANCE, flow=EVEN),
        "healthy",
    ),
    "clipped from the start": (
        Facts(20, usual=7, largest=1, clipped=1.0, window=20, flow=EVEN),
        "healthy",
    ),
    "dead units": (Facts(500, score=CHANCE, flow=EVEN, dead=0.5), "dead"),
    "a few dead units": (Facts(500, score=CHANCE, flow=EVEN, dead=0.4), "healthy"),
    "no gradient recorded": (Facts(500, score=CHANCE), "healthy"),
    "nothing but norms": (Facts(500), "healthy"),
    "learning, no gradient recorded": (Facts(500, score=BETTER), "learning"),
}

# example -> the kinds that are right half trained, and at the end; untrained nothing is right but "waiting"
STAGES = {
    "echo": ("healthy", "learning"),
    "subtraction": ("healthy", "solved"),
    "subtraction_solved": ("learning", "solved"),
    "air": ("learning", "learning"),
    "names": ("learning", "learning"),
    "names_rnn": ("learning", "learning"),
    "names_buckets": ("learning", "learning"),
    "names_jitter": ("learning", "learning"),
    "deep": ("learning", "learning"),
    "digits": ("learning", "learning"),
    "melody": ("learning", "learning"),
    "translate": ("healthy", "learning"),
    "attention": ("learning", "solved"),
    "characters": ("learning", "learning"),
    "words": ("learning", "learning"),
    "agreement_rnn": ("vanished", "vanished"),
    "agreement_bias": ("solved", "solved"),
    "agreement_growing": ("healthy", "solved"),
    "agreement_adam_rnn": ("vanished", "solved"),
    "agreement_adam_lstm": ("vanished", "vanished"),
    "vanishing": ("vanished", "vanished"),
    "exploding": ("exploding", "exploding"),
    "clipping": ("learning", "solved"),
    "lstm": ("vanished", "solved"),
    "peephole": ("healthy", "solved"),
    "gru": ("healthy", "solved"),
    "gru_simple": ("healthy", "solved"),
    "load": ("healthy", "learning"),
    "copy": ("learning", "solved"),
    "order": ("healthy", "solved"),
    "latching": ("solved", "solved"),
    "reviews": ("learning", "solved"),
    "stars": ("learning", "solved"),
    "hello": ("learning", "learning"),
    "chinese": ("healthy", "learning"),
    "fill_in": ("learning", "solved"),
    "fill_in_chinese": ("learning", "solved"),
    "entities_forward": ("healthy", "healthy"),
    "entities": ("healthy", "solved"),
    "parts_of_speech": ("learning", "learning"),
    "forecast": ("learning", "learning"),
}
FACTS = {
    (example, stage): read_written(text)
    for example, stage, text in storage.read_all()["learning.diagnosis"].result.tables["facts"].rows
}


@pytest.mark.parametrize("what", MADE)
def test_a_made_case_gets_its_diagnosis(what):
    facts, kind = MADE[what]
    diagnosis = diagnose(facts)
    assert diagnosis.kind == kind
    assert not re.search(r"[{}]|nan|None", diagnosis.sentence)


@pytest.mark.parametrize("example", PRESETS)
def test_an_example_gets_its_diagnosis_at_each_stage(example):
    e = PRESETS[example].experiment
    rights = ("waiting", *STAGES[example])
    for stage, right in zip(("untrained", "half", "end"), rights, strict=True):
        diagnosis = diagnose(FACTS[example, stage], e.clipping, e.optimizer)
        assert diagnosis.kind == right, f"{stage}: {diagnosis.sentence}"
        assert "{" not in diagnosis.sentence
        if diagnosis.kind in ("waiting", "solved", "learning", "healthy"):
            assert suggest_remedies(diagnosis, e) == ()


def test_the_table_is_large_enough_and_has_every_kind():
    assert len(MADE) >= 40
    assert {kind for _, kind in MADE.values()} == set(KINDS)
    keys = {
        diagnose(facts, *how).key or diagnose(facts, *how).kind
        for facts, _ in MADE.values()
        for how in (("norm", "sgd"), ("norm", "adam"), ("value", "sgd"))
    }
    keys |= {diagnose(replace(facts, at="every")).key for facts, _ in MADE.values()}
    assert keys >= set(SENTENCES)


def test_no_sentence_calls_growth_one_of_its_largest_size():
    diagnosis = diagnose(MADE["1e10"][0])
    assert diagnosis.sentence == (
        "The gradient explodes on its way back: 0.4 at the last step, 10¹⁰ at step 1, 10¹¹ times as large."
    )


def test_the_sentence_of_a_healthy_gradient_has_its_share_and_its_norm():
    facts = Facts(50, norm=0.27, flow=Flow(50, 50, 0.39, 0.5, 0.5))
    assert (
        diagnose(facts).sentence
        == "Gradient at step 1: 78 % of its peak. Norm over all weights: 0.27."
    )


def test_with_a_loss_at_every_step_the_last_one_is_spoken_of():
    sentence = diagnose(MADE["language, every step, short horizon"][0]).sentence
    assert (
        "The gradient of the last loss stays above 1 % of its peak for 7 of 40 steps." in sentence
    )
    assert "step 1:" not in sentence


def test_a_clipped_update_keeps_its_direction_by_norm_only():
    facts = MADE["clipped"][0]
    end = "Every update still points along the gradient, but all have the same length."
    assert diagnose(facts, "norm", "sgd").sentence.endswith(end)
    assert "no longer point along" in diagnose(facts, "value", "sgd").sentence
    assert "same length" in diagnose(facts, "norm", "adam").sentence


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
def test_an_optimizer_that_divides_by_the_size_is_not_thrown_away_by_it(optimizer):
    facts = MADE["jumps at chance, nothing clipped"][0]
    assert diagnose(facts, "off", optimizer).kind == "healthy"


@pytest.mark.parametrize("kind", ["waiting", "diverged"])
def test_before_and_beyond_training_nothing_is_said_of_success(kind):
    for facts, right in MADE.values():
        if right == kind:
            assert not re.search("Solved|Learning|held-out", diagnose(facts).sentence)


def test_no_remedy_of_a_solved_run():
    for facts, right in MADE.values():
        if right in ("solved", "learning", "healthy", "waiting"):
            assert suggest_remedies(diagnose(facts), Experiment(cell="rnn")) == ()


def test_every_placeholder_of_a_sentence_is_a_word():
    names = {
        name
        for text in SENTENCES.values()
        for _, name, form, _ in string.Formatter().parse(text)
        if name is not None and not form
    }
    assert all(name.isidentifier() for name in names)


@pytest.mark.parametrize(
    ("share", "text"),
    [(1.0, "100 %"), (0.78, "78 %"), (0.0123, "1 %"), (0.003, "0.3 %"), (2e-7, "10⁻⁷"), (0.0, "0")],
)
def test_a_share_is_a_percentage_or_a_power_of_ten(share, text):
    assert write_share(share) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0.271, "0.27"), (5120.0, "5100"), (3e10, "10¹⁰"), (4e-12, "10⁻¹¹"), (np.inf, "∞"), (0, "0")],
)
def test_a_size_has_two_digits_or_is_a_power_of_ten(size, text):
    assert write_size(size) == text
