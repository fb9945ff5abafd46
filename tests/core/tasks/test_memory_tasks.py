"""Copy memory, temporal order and two sequences: the data is what the papers say it is."""

import math

import pytest
import torch

from core.tasks import TASKS
from core.tasks.base import UNKNOWN
from core.tasks.copy import Copy
from core.tasks.temporal_order import CLASSES, SYMBOLS, TemporalOrder
from core.tasks.two_sequence import TwoSequence

MANY = 4000


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def test_copy_asks_for_the_digits_after_the_delay_and_for_blanks_before():
    task = Copy(delay=7, symbols=3, alphabet=4)
    batch = task.sample(generator(), MANY)
    assert batch.T == 7 + 2 * 3
    assert torch.equal(batch.y[-3:], batch.x[:3])
    assert set(batch.x[:3].unique().tolist()) == {1, 2, 3, 4}
    assert not batch.y[:-3].any()
    marker = batch.x[3:10]  # delay - 1 blanks and the marker
    assert not marker[:-1].any()
    assert (marker[-1] == 5).all()
    assert not batch.x[-3:].any()


def test_copy_without_memory_is_what_its_formula_says():
    task = Copy(delay=20, symbols=10, alphabet=8)
    said = torch.full((task.length, MANY, 9), -1e9)
    said[:-10, :, 0] = 0
    said[-10:, :, 1:] = 0  # even chances for all digits
    found = task.metrics(said, task.sample(generator(), MANY))
    naive = task.baselines["without memory"]
    assert naive["loss"] == pytest.approx(10 * math.log(8) / (20 + 20))
    assert found["loss"] == pytest.approx(naive["loss"], rel=1e-5)
    assert found["recall"] == pytest.approx(naive["recall"], abs=0.01)


def test_copy_counts_digits_and_whole_sequences_apart():
    task = Copy(delay=2, symbols=2, alphabet=3)
    batch = task.sample(generator(), 4)
    said = torch.nn.functional.one_hot(batch.y, 4).float()
    said[-1, 0] = said[-1, 0].roll(1)  # one digit of one sequence wrong
    said[0] = said[0].roll(1, -1)  # a wrong blank is no digit
    found = task.metrics(said, batch)
    assert found["recall"] == 7 / 8
    assert found["exact"] == 3 / 4


def test_temporal_order_shows_two_letters_at_their_places():
    task = TemporalOrder(length=40)
    batch = task.sample(generator(), MANY)
    for x, y in zip(batch.x.T[:300].tolist(), batch.y[:300].tolist(), strict=True):
        places = [t for t, symbol in enumerate(x) if symbol < 2]
        assert [len(places), 4 <= places[0] < 8, 20 <= places[1] < 24] == [2, True, True]
        assert CLASSES[y] == "".join(SYMBOLS[x[t]] for t in places)
    shares = torch.bincount(batch.y, minlength=4) / MANY
    assert shares == pytest.approx([0.25] * 4, abs=0.03)


def test_two_sequences_differ_at_first_only():
    task = TwoSequence(length=50, marked=3)
    batch = task.sample(generator(), MANY)
    signs = 2.0 * batch.y - 1
    assert torch.equal(batch.x[:3, :, 0], signs.expand(3, -1))
    noise = batch.x[3:, :, 0]
    assert noise.var().item() == pytest.approx(0.2, rel=0.02)
    assert (noise * signs).mean().item() == pytest.approx(0, abs=0.005)
    # The sum of the noise is normal with variance 47 * 0.2, the marks add 3 to the right side.
    chance = 0.5 * (1 + math.erf(3 / math.sqrt(2 * 47 * 0.2)))
    reached = task.baselines["sign of the mean"]["accuracy"]
    assert reached == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / 1000))


@pytest.mark.parametrize(
    ("task", "text", "answer", "y"),
    [
        ("copy", "12345", "12345", None),
        ("temporal_order", "cdAefBcd", "AB", 1),
        ("temporal_order", "BA", "BA", 2),
        ("two_sequence", "1 1 1 0.3 -0.2", "plus", 1),
        ("two_sequence", "-1, -1, -1, 5", "minus", 0),
        ("two_sequence", "1 -1 1 0.3", "", UNKNOWN),
        ("two_sequence", "1 1", "", UNKNOWN),
    ],
)
def test_a_typed_probe_has_its_answer(task, text, answer, y):
    probe = TASKS[task]().probe(text)
    assert probe.answer == answer
    if y is not None:
        assert probe.targets == ((None,) if y == UNKNOWN else (y,))
    else:
        assert probe.targets[-5:] == (1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("copy", "1234"),
        ("copy", "12349"),
        ("copy", "1234x"),
        ("temporal_order", "cdAefcd"),
        ("temporal_order", "ABA"),
        ("temporal_order", "cdAefBcdx"),
        ("temporal_order", "AB" + "c" * 40),
        ("two_sequence", "1"),
        ("two_sequence", "1 2 101"),
        ("two_sequence", "1 nan 2"),
    ],
)
def test_a_probe_that_is_no_sequence_gets_a_sentence(task, text):
    with pytest.raises(ValueError, match=r"^Sequence to watch: expected .+, got .+\. .+\.$"):
        TASKS[task]().probe(text)


def test_more_marks_than_steps_get_a_sentence():
    with pytest.raises(ValueError, match="marked: expected fewer than the 5 steps"):
        TwoSequence(length=5, marked=5)
