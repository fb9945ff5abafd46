"""Classify: how sequences become batches, what is held out, and what is said of the reader's data."""

import math
import random
from collections import Counter

import pytest
import torch

from core.tasks.base import UNKNOWN
from core.tasks.classify import RARE_CHARACTER, Classify
from core.tasks.data.made_reviews import made_reviews
from core.tasks.data.naive_classes import naive_bayes
from core.tasks.data.ragged import Ragged
from core.training.experiment import Experiment
from core.training.trainer import Trainer

TEXTS = "\n".join(
    f"{word} {k} times\t{label}"
    for k in range(30)
    for word, label in (("yes", "good"), ("no", "bad"), *([("oh no", "bad")] if k % 2 else []))
)
CHINESE = "\n".join(
    f"{text}第{k}次，{label}" for k in range(20) for text, label in (("很好", "好"), ("太差", "差"))
)
SERIES = "\n".join(
    ",".join([str(k % 2), *(f"{math.sin(j / (2 + k % 2) + k) + 5:.4f}" for j in range(20 + k % 3))])
    for k in range(60)
)


def text_of(task: Classify, batch, k: int) -> str:
    """Sequence k of a batch, as the network reads it."""
    return "".join(task.written(batch.x[: batch.lengths[k], k]))


class TestBatches:
    def test_a_batch_holds_texts_of_the_file_with_their_labels(self):
        task = Classify(file=TEXTS)
        known = dict(line.split("\t") for line in TEXTS.split("\n"))
        batch = task.sample(torch.Generator().manual_seed(2), 50)
        for k in range(50):
            assert task.labels[batch.y[k]] == known[text_of(task, batch, k)]

    def test_padding_is_behind_the_end(self):
        task = Classify(file=TEXTS)
        batch = task.sample(torch.Generator().manual_seed(0), 40)
        assert batch.lengths is not None
        assert batch.lengths.min() < batch.T == task.length == len("oh no 11 times")
        for k, length in enumerate(batch.lengths.tolist()):
            assert not batch.x[length:, k].any()

    def test_nobody_trains_on_what_is_held_out(self):
        task = Classify(file=TEXTS)
        held_out = {text_of(task, task.held_out, k) for k in range(task.held_out.B)}
        batch = task.sample(torch.Generator().manual_seed(0), 2000)
        trained = {text_of(task, batch, k) for k in range(2000)}
        assert not held_out & trained
        assert len(held_out | trained) == 75, "every text is in one of the two"

    def test_a_fifth_of_each_class_is_held_out(self):
        task = Classify(file=TEXTS)
        counts = Counter(task.held_out.y.tolist())
        assert [counts[k] for k, _ in enumerate(task.labels)] == [9, 6], "of 45 bad and 30 good"

    def test_longer_texts_are_cut_and_it_is_said(self):
        task = Classify(file=TEXTS, length=6)
        assert task.length == 6
        assert text_of(task, task.held_out, 0) in {line[:6] for line in TEXTS.split("\n")}
        assert "Of 75 longer sequences the first 6 steps are read." in task.note

    def test_words(self):
        task = Classify(file=TEXTS, read_by="words")
        assert {"yes", "no", "oh", "times", "<unk>"} <= set(task.labels + task.input_labels)
        assert task.length == 4

    def test_series_are_standardised_by_the_training_part(self):
        task = Classify(file=SERIES)
        assert not task.symbolic
        assert task.held_out.x.shape == (22, 12, 1)
        values, _owner = task._sequences.part(task._split[0])
        assert float(values.mean()) == pytest.approx(0, abs=1e-5)
        assert float(values.std()) == pytest.approx(1, abs=1e-2)
        probe = task.probe()
        mean, spread = float(task._scale.mean[0]), float(task._scale.spread[0])
        rows = [line.split(",")[1:] for line in SERIES.split("\n")]
        shown = [f"{float(row[0]):.2g}" for row in rows]
        assert probe.symbols[0] in shown
        assert 4 < mean < 6
        assert spread < 1

    def test_rare_symbols_become_one(self):
        alphabet = "一七万丈三上下不与丐丑专且丕世丘丙业丛东丝"
        file = "\n".join(
            f"{'甲' if k % 2 else '乙'}{sign}\t{k % 2}" for k, sign in enumerate(alphabet)
        )
        task = Classify(file=file)
        assert set(task.input_labels) == {RARE_CHARACTER, "甲", "乙"}
        assert f"became {RARE_CHARACTER}, such as" in task.note
        assert task.probe("甲鬱").symbols == ("甲", RARE_CHARACTER)


class TestBaselines:
    def test_the_largest_class(self):
        majority = Classify(file=TEXTS).baselines["always the largest class"]
        assert majority["accuracy"] == pytest.approx(9 / 15)
        assert majority["balanced accuracy"] == 0.5

    def test_naive_bayes_by_hand(self):
        """Class 0: a a b (4 and 2 of 6 symbols with one added... of two symbols), class 1: b b."""
        texts = [torch.tensor(each) for each in ([0, 0, 1], [1, 1], [0], [1, 1, 1, 1], [0, 1])]
        sequences = Ragged.of(texts)
        train, held_out = torch.tensor([0, 1]), torch.tensor([2, 3, 4])
        guesses = naive_bayes(sequences, train, torch.tensor([0, 1]), held_out, 2)
        # p(a|0) = 3/5, p(b|0) = 2/5, p(a|1) = 1/4, p(b|1) = 3/4: "ab" gives 6/25 against 3/16
        assert guesses.tolist() == [0, 1, 0]

    def test_the_nearest_series(self):
        assert Classify(file=SERIES).baselines["the nearest training series"]["accuracy"] > 0.8

    def test_the_order_of_made_reviews_decides_and_their_words_do_not(self):
        assert Classify().baselines["naive Bayes"]["accuracy"] < 0.65
        assert len(made_reviews()) == len({review.text for review in made_reviews()}) == 1600

    @pytest.mark.parametrize(
        ("text", "stars"),
        [
            ("the film is really wonderful.", "5 stars"),
            ("this film is very flat.", "1 star"),
            ("the film is moving.", "4 stars"),
            ("the film is not boring at all.", "4 stars"),
            ("the story is wonderful, but the film is not fresh at all.", "3 stars"),
            ("the music is silly, and this film is boring.", "2 stars"),
            ("画面很平淡，整部片子很拖沓。", "2 stars"),
            ("这部电影非常无聊。", "1 star"),
            ("画面很精彩，影片一点也不薄弱。", "4 stars"),
        ],
    )
    def test_a_review_gives_stars(self, text, stars):
        (review,) = [review for review in made_reviews() if review.text == text]
        assert review.stars == stars
        task = Classify(rating="stars")
        assert task.probe(text).answer == stars
        assert task.labels == ("1 star", "2 stars", "3 stars", "4 stars", "5 stars")


class TestProbe:
    def test_a_typed_text_has_its_label_where_the_file_has_it(self):
        task = Classify(file=TEXTS)
        assert task.probe("yes 3 times").answer == "good"
        unknown = task.probe("yes yes yes")
        assert unknown.answer == ""
        assert unknown.batch.y.tolist() == [UNKNOWN]

    def test_typed_values_of_a_series(self):
        task = Classify(file=SERIES)
        assert task.probe("5 5.5 6").symbols == ("5", "5.5", "6")
        with pytest.raises(ValueError, match=r"Sequence to watch: expected 2 to 22 numbers"):
            task.probe("5")

    def test_what_it_never_read_gets_a_sentence(self):
        with pytest.raises(
            ValueError, match=r"Sequence to watch: expected 2 to \d+ characters, some of them"
        ):
            Classify(file=TEXTS).probe("щщщ")


class TestWhatIsSaid:
    def test_the_division_names_classes_and_counts(self):
        assert Classify(file=CHINESE).division == (
            "Trained on 32 texts of 2 classes; evaluated on 8, 20% of each class. Classes: '好' 20, '差' 20. "
            "Read by characters, in lower case: 17 different symbols."
        )

    def test_options_without_a_choice_are_not_shown(self):
        def shown(task: Classify) -> set[str]:
            return {option.name for option in task.shown_options}

        assert shown(Classify()) == {"read_by", "length", "rating"}
        assert shown(Classify(file=SERIES)) == {"length"}
        three = "\n".join(f"{'ab'[k % 2]}{k} word\t{k % 3}\t{k % 2}" for k in range(40))
        assert "label_column" in shown(Classify(file=three))

    def test_series_cannot_be_embedded_and_texts_can(self):
        assert Experiment("classify", file=TEXTS, embedding=4).embedding == 4
        with pytest.raises(ValueError, match="embedding: expected 0"):
            Experiment("classify", file=SERIES, embedding=4)


@pytest.mark.parametrize(
    ("file", "settings"),
    [
        (TEXTS, {}),
        (CHINESE, {"read_by": "words"}),
        (SERIES, {"embedding": 0, "learning_rate": 0.01}),
    ],
)
def test_a_network_learns_the_readers_classes(file, settings):
    trainer = Trainer(Experiment("classify", file=file, hidden_size=16, **settings))
    for update in trainer:
        if update.index == 250:
            break
    assert trainer.evaluate().held_out["balanced accuracy"] > 0.9


def test_lengths_count_when_it_learns():
    """The same texts, some with a tail of padding, give the same outputs as each alone."""
    chance = random.Random(0)
    rows = [
        f"{'ab'[k % 2]}{'xyz'[chance.randrange(3)] * chance.randint(2, 9)}{k}\t{k % 2}"
        for k in range(40)
    ]
    trainer = Trainer(Experiment("classify", file="\n".join(rows), hidden_size=5))
    held_out = trainer.task.held_out
    assert held_out.lengths is not None
    together = trainer.model(held_out.x, held_out.lengths)
    for k, length in enumerate(held_out.lengths.tolist()):
        alone = trainer.model(held_out.x[:length, k : k + 1], None)
        torch.testing.assert_close(together[k : k + 1], alone)
