"""Sentences in files: as they were, or refused; a file of a stranger can do nothing with its template."""

import json

import numpy as np
import pytest
import torch

from core.common.messages import Sentence, say
from core.common.stored_sentences import from_json, to_json
from core.io.runs import load, save
from core.training.experiment import Experiment
from core.training.trainer import Trainer

DEEP = say(
    "Update {update}: got {got} for {quantity}, {share:.0%} of {n:,} at {rate:g}.",
    update=3,
    got=float("nan"),
    quantity=say("the loss"),
    share=np.float32(0.5),
    n=np.int64(12000),
    rate=0.01,
)


def test_a_sentence_is_the_same_behind_a_file() -> None:
    again = from_json(json.loads(json.dumps(to_json(DEEP))))
    assert isinstance(again, Sentence)
    assert again == DEEP
    assert again.template == DEEP.template
    assert again.values["n"] == 12000


def test_a_text_stays_a_text() -> None:
    assert to_json("plain {braces}") == from_json("plain {braces}") == "plain {braces}"


def test_a_sentence_without_values_is_still_one() -> None:
    again = from_json(to_json(say("the loss, in {braces}")))
    assert isinstance(again, Sentence)
    assert again == "the loss, in {braces}"


def test_a_format_that_a_file_cannot_hold_leaves_the_text() -> None:
    sentence = say("got {got:g}", got=float("inf"))
    assert from_json(to_json(sentence)) == "got inf"


@pytest.mark.parametrize(
    "data",
    [
        {"template": "{a.__class__}", "values": {"a": 1}},
        {"template": "{a[0]}", "values": {"a": "text"}},
        {"template": "{a:999999999}", "values": {"a": 1}},
        {"template": "{a:{b}}", "values": {"a": 1, "b": 9}},
        {"template": "{}", "values": {"a": 1}},
        {"template": "{a}", "values": {"b": 1}},
        {"template": "{a", "values": {"a": 1}},
        {"template": "{a}", "values": {"a": [1]}},
        {"template": "{a}", "values": [1]},
        {"template": 3, "values": {"a": 1}},
        {"values": {"a": 1}},
        [1],
        None,
    ],
)
def test_what_a_stranger_wrote_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"^sentence: expected a template with its values, got "):
        from_json(data)


def test_sentences_in_sentences_end() -> None:
    data: object = "text"
    for _ in range(50):
        data = {"template": "{a}", "values": {"a": data}}
    with pytest.raises(ValueError, match=r"^sentence: "):
        from_json(data)


def test_a_saved_run_that_diverged_says_why_as_template_and_values(tmp_path) -> None:
    trainer = Trainer(Experiment(task="adding", length=5, hidden_size=2, batch_size=2))
    with torch.no_grad():
        trainer.model.head.bias.fill_(torch.nan)
    assert list(trainer)[-1].index == 1
    save(trainer, tmp_path / "run")
    loaded = load(tmp_path / "run")
    assert loaded.diverged == trainer.diverged
    assert isinstance(loaded.diverged, Sentence)
    assert loaded.diverged.values["quantity"].template == "the loss"
