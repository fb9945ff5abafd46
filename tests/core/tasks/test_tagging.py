"""Tagging: the right tags of sentences, what is held out, and what reading forwards can and cannot reach."""

import pytest
import torch

from core.tasks.base import UNKNOWN
from core.tasks.data.name_sentences import NOUNS, make_pairs
from core.tasks.data.tagged_sentences import OBJECTS, VERBS, make_sentences, name_parts
from core.tasks.entities import Entities
from core.tasks.parts_of_speech import PartsOfSpeech
from core.tasks.tagging import AMBIGUOUS
from core.training.trainer import Experiment, Trainer
from tests.helpers.tasks import generator

SHORT = {
    **{"det": "determiner", "adj": "adjective", "n": "noun", "v": "verb"},
    **{"adv": "adverb", "pro": "pronoun", "prep": "preposition"},
}


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("they plan the visit", "pro v det n"),
        ("they visit the plan", "pro v det n"),
        ("the teachers plan her visit", "det n v det n"),
        ("the teachers visit her", "det n v pro"),
        ("we call her dog", "pro v det n"),
        ("we call her after the dance", "pro v pro prep det n"),
        ("her friends often clean her clean house", "det n adv v det adj n"),
        ("i open my open garden again", "pro v det adj n adv"),
        ("you paint this old paint", "pro v det adj n"),
        ("our kind doctors never help them with her", "det adj n adv v pro prep pro"),
        ("they watch her watch today", "pro v det n adv"),
        ("they watch her today", "pro v pro adv"),
    ],
)
def test_each_word_has_its_part_of_speech(text, tags):
    assert name_parts(tuple(text.split())) == tuple(SHORT[tag] for tag in tags.split())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("He said, “Teddy Roosevelt was a great president.”", "teddy roosevelt"),
        ("He said, “Teddy bears are on sale today!”", ""),
        ("tom and anna heard that rose petals cost too much", "tom anna"),
        ("the man from london said rose miller lives in london", "london rose miller london"),
    ],
)
def test_what_is_a_name_says_the_next_word(text, names):
    probe = Entities().probe(text)
    named = [w for w, tag in zip(probe.symbols, probe.targets, strict=True) if tag == 1]
    assert named == names.split()


def test_nobody_knows_what_the_last_word_is():
    assert Entities().probe("he said teddy").targets == (0, 0, None)


def test_two_sentences_of_a_held_out_pair_are_one_up_to_the_word_that_they_differ_in():
    task = Entities()
    of_persons, of_things = make_pairs()[1], []
    for person, things in of_persons:
        place = _place_of_name(person)
        assert person[: place + 1] == things[: place + 1]
        assert person[place + 1] != things[place + 1]
        of_things.append(task._tag(things)[place])
        assert task._tag(person)[place] == "name"
    assert set(of_things) == {"other"}


def test_no_opening_and_word_is_both_trained_on_and_held_out():
    def beginnings(pairs):
        return {words[: _place_of_name(words) + 1] for words, _ in pairs}

    trained, held_out = map(beginnings, make_pairs())
    assert len(held_out) > 30
    assert not trained & held_out


def _place_of_name(words):
    return next(k for k, word in enumerate(words) if word in NOUNS)


def test_no_verb_and_object_are_both_trained_on_and_held_out():
    def pairs(sentences):
        return {_pair(words) for words in sentences}

    def _pair(words):
        parts = name_parts(words)
        verb = parts.index("verb")
        nouns = (w for w, p in zip(words[verb:], parts[verb:], strict=True) if p == "noun")
        return words[verb], next(nouns)

    trained, held_out = map(pairs, make_sentences())
    assert {verb for verb, _ in trained} == set(VERBS)
    assert {noun for _, noun in trained} == set(OBJECTS)
    assert len(held_out) > 40
    assert not trained & held_out


def test_padding_has_no_tag_and_counts_for_nothing():
    task = PartsOfSpeech()
    batch = task.sample(generator(), 64)
    behind = torch.arange(batch.T)[:, None] >= batch.lengths
    assert behind.any()
    assert torch.equal(batch.y == UNKNOWN, behind)
    right = torch.nn.functional.one_hot(batch.y.clamp(min=0), task.output_size).float()
    wrong_behind = right.clone()
    wrong_behind[behind] = right[behind].flip(-1)
    task._is_ambiguous[0] = True  # the word that padding is written as
    for output in (right, wrong_behind):
        assert task.metrics(output, batch)["accuracy"] == 1
        assert task.metrics(output, batch)[AMBIGUOUS] == 1
        assert task._counts(output, batch).sum() == batch.lengths.sum()


def test_the_line_of_reading_forwards_is_what_any_network_gets_that_does():
    trainer = Trainer(Experiment("entities", hidden_size=8, bidirectional=False, seed=3))
    for _ in range(40):
        next(trainer)
    bound = trainer.task.baselines["reading forwards at best"]
    reached = trainer.evaluate().held_out
    assert reached[AMBIGUOUS] == bound[AMBIGUOUS] == 0.5
    assert 0.9 < reached["accuracy"] <= bound["accuracy"] + 1e-6


def test_two_directions_get_all_of_it_right():
    trainer = Trainer(Experiment("entities", seed=3))
    for _ in range(60):
        next(trainer)
    assert trainer.evaluate().held_out[AMBIGUOUS] == 1


def test_the_commonest_tag_is_no_help_with_an_ambiguous_word():
    reached = PartsOfSpeech().baselines["each word's commonest tag"]
    assert 0.4 < reached[AMBIGUOUS] < 0.6
    assert reached["accuracy"] > 0.8
