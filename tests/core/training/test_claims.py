"""Each example shows what its sentence says: the claims of `look` against what a benchmark measured on three seeds."""

import re

import pytest

from benchmarks._harness import storage
from benchmarks._harness.claims import SEEDS
from benchmarks.learning.presets import CLAIMS
from core.training.experiment import Experiment
from core.training.presets import PRESETS

ROWS = storage.read_all()["learning.presets"].result.tables["claims"].rows
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def test_each_example_has_a_claim_and_each_claim_was_measured():
    assert list(CLAIMS) == list(PRESETS)
    assert all(CLAIMS.values())
    written = [
        [name, claim.updates, claim.words, claim.bound, claim.said]
        for name, claims in CLAIMS.items()
        for claim in claims
    ]
    assert written == [
        [name, updates, words, bound, said] for name, updates, words, _, bound, _, said in ROWS
    ]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}: {row[2]}, {row[4]}")
def test_a_claim_holds_on_three_seeds(row):
    name, updates, words, seeds, bound, holds, _ = row
    (claim,) = [
        claim
        for claim in CLAIMS[name]
        if (claim.updates, claim.words, claim.bound) == (updates, words, bound)
    ]
    assert len(seeds) == SEEDS
    assert claim.holds(seeds)
    assert holds == "yes"


@pytest.mark.parametrize("name", PRESETS)
def test_every_figure_of_a_sentence_was_measured_or_is_a_setting(name):
    preset = PRESETS[name]
    figures = NUMBER.findall(preset.plain_look)
    settings = {f"{value:g}" for value in _numbers(preset.experiment.to_dict())}
    measured = set(NUMBER.findall(" ".join(claim.said for claim in CLAIMS[name])))
    known = settings | measured | {str(claim.updates) for claim in CLAIMS[name]}
    assert set(figures) <= known | _other_examples(name)


def _numbers(values: dict[str, object]) -> list[float]:
    return [v for v in values.values() if isinstance(v, int | float) and not isinstance(v, bool)]


def _other_examples(name: str) -> set[str]:
    """The units of the one layer that "deep" is compared with."""
    return {str(PRESETS["air"].experiment.hidden_size)} if name == "deep" else set()


@pytest.mark.parametrize("name", PRESETS)
def test_the_figures_that_a_claim_stands_for_are_in_the_sentence(name):
    for claim in CLAIMS[name]:
        for figure in filter(None, claim.said.split(", ")):
            assert figure in PRESETS[name].plain_look


def test_a_pair_of_examples_differs_in_one_thing():
    pairs = {
        ("exploding", "clipping"): {"clipping"},
        ("entities_forward", "entities"): {"bidirectional", "combine"},
        ("agreement_rnn", "agreement_bias"): {"cell", "forget_bias", "activation", "peephole"},
        ("agreement_adam_rnn", "agreement_adam_lstm"): {
            *("cell", "forget_bias", "activation", "peephole"),
        },
    }
    for (one, other), may_differ in pairs.items():
        first, second = (PRESETS[name].experiment.to_dict() for name in (one, other))
        names = first.keys() | second.keys()
        assert {n for n in names if first.get(n) != second.get(n)} <= may_differ


def test_an_old_link_opens_the_run_that_it_always_opened():
    """Links hold settings, not names of examples, so the former examples still are what they were."""
    old = {
        **{"task": "adding", "cell": "rnn", "activation": "identity", "initialization": "spectral"},
        **{"spectral_radius": "1.3", "clipping": "off", "optimizer": "sgd"},
    }
    assert Experiment.from_query(old).to_query() == old
    adam = {"task": "agreement", "distance": "24", "forget_bias": "3.0"}
    assert Experiment.from_query(adam).optimizer == "adam"
