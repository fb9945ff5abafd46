"""Fill in: which country was the home, in both languages, with pairs of countries never seen together."""

import pytest

from core.tasks.data.mother_tongues import FORMS, pairs_of_countries
from core.tasks.fill_in import FillIn
from core.training.trainer import Experiment, Trainer
from tests.helpers.tasks import generator

LANGUAGES = list(FORMS)


def sentences(task, batch):
    for k, length in enumerate(batch.lengths.tolist()):
        symbols = [task.input_labels[number] for number in batch.x[:length, k].tolist()]
        yield symbols, task.labels[batch.y[k]]


@pytest.mark.parametrize(
    ("language", "text", "read", "answer"),
    [
        (
            *("english", "I am Chinese, my mother tongue is ___."),
            *("i am chinese , my mother tongue is", "Chinese"),
        ),
        (
            *("english", "I grew up in Thailand, I like French food, my mother tongue is"),
            *("i grew up in thailand , i like french food , my mother tongue is", "Thai"),
        ),
        ("chinese", "我是中国人，我的母语是___", "我 是 中 国 人 ， 我 的 母 语 是", "汉语"),
        ("chinese", "我是中国人, 我的母语是 ……。", "我 是 中 国 人 ， 我 的 母 语 是", "汉语"),
        (
            *("chinese", "我来自俄罗斯，去年去过中国，我的母语是"),
            *("我 来 自 俄 罗 斯 ， 去 年 去 过 中 国 ， 我 的 母 语 是", "俄语"),
        ),
    ],
)
def test_the_sentence_of_the_notes_can_be_typed(language, text, read, answer):
    probe = FillIn(language=language).probe(text)
    assert list(probe.symbols) == read.split()
    assert probe.answer == answer


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("clauses", [1, 2, 5, 20])
def test_the_first_country_decides_and_one_other_is_named(language, clauses):
    task = FillIn(language=language, clauses=clauses)
    forms = FORMS[language]
    batch = task.sample(generator(clauses), 60)
    assert batch.lengths.max() <= task.length
    for symbols, answer in sentences(task, batch):
        named = [country for _, country in forms.find_countries(symbols)]
        assert len(named) == 2
        assert named[0] != named[1]
        assert answer == task.labels[named[0]]
        assert symbols.count(forms.comma) == clauses + 1
        assert "".join(symbols).endswith("".join(forms.cut(forms.blank)))


def test_the_longest_sentence_is_as_long_as_it_says():
    for language in LANGUAGES:
        task = FillIn(language=language, clauses=1)
        longest = int(task.sample(generator(), 4000).lengths.max())
        assert longest == task.length


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_pair_of_countries_is_both_trained_on_and_held_out(language):
    task, forms = FillIn(language=language), FORMS[language]

    def pairs(batch):
        return {
            tuple(country for _, country in forms.find_countries(symbols))
            for symbols, _ in sentences(task, batch)
        }

    held_out, trained = pairs(task.held_out), pairs(task.sample(generator(), 3000))
    assert held_out == set(pairs_of_countries(10)[1])
    assert trained == set(pairs_of_countries(10)[0])
    assert not held_out & trained


def test_each_language_is_about_as_often_right():
    assert FillIn().baselines["always the same language"]["accuracy"] < 0.15


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_learnt_also_of_pairs_never_seen(language):
    trainer = Trainer(Experiment("fill_in", language=language, clauses=1, seed=2))
    for _ in range(300):
        next(trainer)
    assert trainer.evaluate().held_out["accuracy"] > 0.95
