"""Sentences that name a setting as the screen does."""

import pytest

from core.training.experiment import FIELDS, Experiment
from dashboard.common.labels import label, say_by_label


@pytest.mark.parametrize("name", ["hidden_size", "num_layers", "learning_rate", "batch_size"])
def test_a_refused_setting_is_named_by_its_label(name: str) -> None:
    with pytest.raises(ValueError, match="expected") as refused:
        Experiment(**{name: -1})
    sentence = say_by_label(refused.value)
    assert sentence.startswith(f"{label(name)}: expected ")
    assert name not in sentence


def test_a_setting_inside_a_sentence_is_named_by_its_label() -> None:
    sentence = "memory: expected at most 2 GiB, got 3. Lower hidden_size or batch_size."
    assert say_by_label(sentence) == (
        "Memory: expected at most 2 GiB, got 3. Lower “Hidden units” or “Batch”."
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Expected weight_hh_l0 of shape [32, 8], got [32, 9].",
        "Choose another file.",
        "a.b: not a setting",
    ],
)
def test_what_is_no_setting_stays_as_it_is(sentence: str) -> None:
    assert say_by_label(sentence) == sentence


def test_every_label_belongs_to_a_setting() -> None:
    from dashboard.common.labels import LABELS

    assert set(LABELS) <= set(FIELDS)
