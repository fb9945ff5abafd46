"""The task of predicting the next character."""

import math
import re

import pytest
import sklearn.metrics
import torch

from core.layers.sequence_model import SequenceModel
from core.tasks.data.chinese_text import CHINESE_TEXT
from core.tasks.data.python_text import ALPHABET, python_text
from core.tasks.text import Text
from core.training.trainer import Experiment, Trainer
from tests.helpers.tasks import generator, output_for


class TestText:
    def test_the_python_text(self):
        text = python_text()
        assert set(text) == set(ALPHABET)
        assert len(text) > 200_000
        assert not {"  ", " .", " ,"} & {text[i : i + 2] for i in range(len(text))}

    def test_held_out_is_the_last_tenth(self):
        task = Text()
        train, held_out = task._parts
        assert len(held_out) == pytest.approx(0.1 * (len(train) + len(held_out)), rel=1e-4)
        sentences = [
            s for s in "".join(task.labels[i] for i in held_out).split(". ") if len(s) > 80
        ]
        seen = "".join(task.labels[i] for i in train)
        assert (
            sum(s in seen for s in sentences) / len(sentences) < 0.05
        )  # repeated paragraphs are gone

    def test_targets_are_the_next_symbols(self):
        batch = Text(length=9).sample(generator(), 3)
        assert torch.equal(batch.x[1:], batch.y[:-1])

    def test_counters_agree_with_their_definition(self):
        task = Text(corpus="abab" * 30, length=4)
        single = task.baselines["unigram"]["perplexity"]
        assert single == pytest.approx(2.0, abs=0.01)
        uneven = Text(corpus="aaab" * 100, length=4).baselines["unigram"]["perplexity"]
        assert uneven == pytest.approx(4 / 3**0.75, abs=0.02)
        assert task.baselines["bigram"]["perplexity"] == pytest.approx(56 / 55, abs=0.02)
        task = Text()
        assert (
            29
            > task.baselines["unigram"]["perplexity"]
            > task.baselines["bigram"]["perplexity"]
            > 5
        )

    def test_perplexity_is_exp_of_log_loss(self):
        task = Text(length=6)
        batch = task.sample(generator(), 5)
        output = output_for(task, batch)
        nats = sklearn.metrics.log_loss(
            batch.y.flatten(), output.double().softmax(-1).flatten(0, 1), labels=range(29)
        )
        metrics = task.metrics(output, batch)
        assert metrics["perplexity"] == pytest.approx(math.exp(nats), rel=1e-4)
        assert metrics["bits per character"] == pytest.approx(nats / math.log(2), rel=1e-4)

    def test_probe_is_folded_and_its_last_target_unknown(self):
        probe = Text().probe("The Cat")
        assert probe.symbols == tuple("the cat")
        assert probe.targets[-1] is None
        assert probe.targets[:-1] == tuple(probe.batch.x[1:, 0].tolist())
        single = Text().probe("a")
        assert Text().probe_loss(torch.zeros(1, 1, 29), single) == 0

    def test_unknown_characters_are_named(self):
        with pytest.raises(ValueError, match=r"got '!', '#'\. Leave them out"):
            Text().probe("hey!#!")
        with pytest.raises(
            ValueError, match=r"^Sequence to watch: expected at most 50 characters, .* got 51"
        ):
            Text().probe("a" * 51)

    def test_own_corpus(self):
        task = Text(corpus="Ünïcode 汉字\r\n" * 30, length=10)
        assert "\r" not in task.labels
        assert {"汉", "\n", "Ü"} <= set(task.labels)
        assert task.probe("汉字").symbols == ("汉", "字")
        with pytest.raises(ValueError, match="got 'q'"):
            task.probe("q")

    @pytest.mark.parametrize(
        ("corpus", "message"),
        [
            ("a" * 500, "at least 2 different characters, got 1"),
            ("ab", "at least 57 characters for sequences of length 50, got 2"),
            ("a\ud800b" * 50, "broken character at place 2"),
        ],
    )
    def test_a_bad_corpus_gets_a_sentence(self, corpus, message):
        with pytest.raises(ValueError, match=message):
            Text(corpus=corpus)

    @pytest.mark.parametrize("size", range(57, 75))
    def test_the_smallest_corpora_work(self, size):
        task = Text(corpus=("ab" * size)[:size])
        task.sample(generator(), 3)
        assert task.held_out.T >= 1
        assert task.baselines["bigram"]["perplexity"] < 2.1

    def test_sampling_follows_its_seed_and_disturbs_nothing(self):
        task = Text()
        model = SequenceModel(29, 29, cell="lstm", hidden_size=8, at="every")
        before = torch.get_rng_state()
        text = task.sample_text(model, "The ", 40, seed=3)
        assert torch.equal(before, torch.get_rng_state())
        assert text.startswith("the ")
        assert len(text) == 44
        assert set(text) <= set(ALPHABET)
        assert text == task.sample_text(model, "The ", 40, seed=3)
        assert text != task.sample_text(model, "The ", 40, seed=4)
        assert model.training
        with pytest.raises(ValueError, match="Text to continue: expected characters"):
            task.sample_text(model, "$")


class TestShippedTexts:
    def test_the_chinese_story_has_few_characters_and_its_sentences_end(self):
        assert 2500 < len(CHINESE_TEXT) < 5000
        assert 200 < len(set(CHINESE_TEXT)) < 500
        assert all(line[-1] in "。？！”" for line in CHINESE_TEXT.splitlines())
        marks = set(re.findall(r"[^\u4e00-\u9fff\n]", CHINESE_TEXT))
        assert marks == set("，。：“”？！；、")

    def test_typed_chinese_is_read_character_by_character(self):
        probe = Text(text="chinese").probe("春天来了，天气")
        assert probe.symbols == tuple("春天来了，天气")
        with pytest.raises(ValueError, match="got '龙'"):
            Text(text="chinese").probe("龙")

    def test_hell_is_followed_by_ello(self):
        task = Text(text="hello", length=4)
        probe = task.probe("Hell")
        assert "".join(task.labels[k] for k in probe.targets[:-1]) == "ell"
        assert task.labels == tuple(" ehlo")
        x, y = task.sample(generator(), 50).x.T, task.sample(generator(), 50).y.T
        words = {
            ("".join(task.labels[k] for k in one), "".join(task.labels[k] for k in other))
            for one, other in zip(x.tolist(), y.tolist(), strict=True)
        }
        assert ("hell", "ello") in words
        assert len(words) == 6

    def test_the_letter_before_does_not_tell_what_comes_after_l(self):
        """A counter of pairs hesitates between l and o; so does no network that knows which l it is."""
        task = Text(text="hello", length=4)
        assert task.baselines["bigram"]["perplexity"] > 1.2
        trainer = Trainer(Experiment("text", text="hello", length=4, hidden_size=16, seed=2))
        for _ in range(150):
            next(trainer)
        trainer.set_probe("hell")
        output = trainer.look().output[:, 0]
        assert [task.labels[k] for k in output.argmax(-1)] == list("ello")
        assert output.max(-1).min() > 0.8


def test_the_first_word_has_the_chance_that_it_has_after_a_full_stop():
    trainer = Trainer(Experiment("words", hidden_size=8, seed=2))
    next(trainer)
    task, model = trainer.task, trainer.model
    trainer.set_probe("My cat")
    before = trainer.look()
    numbers = torch.tensor([[task.labels.index(".")], [task.labels.index("my")]])
    with torch.no_grad():
        chances = model(numbers).softmax(-1)[0, 0]
    expected = chances[task.labels.index("my")].item()
    assert before.panel_extras == {"first": {"after": ".", "chance": pytest.approx(expected)}}
    recording = before.recording["h"].values.copy()
    assert (recording == trainer.look().recording["h"].values).all()
    trainer.set_probe("")
    assert trainer.look().panel_extras == {}
