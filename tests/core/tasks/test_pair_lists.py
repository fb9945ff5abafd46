"""A reader's own pairs: separators, scripts without spaces, odd lines, and what the network cannot know."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tasks.data.pair_lists import MIN_PAIRS, MOST_SYMBOLS, read_pair_file
from core.tasks.translate import Translate
from core.training.trainer import Experiment, Trainer

CHINESE = {
    "Go.": "走。",
    "Run!": "跑！",
    "I see.": "我明白。",
    "I know.": "我知道。",
    "We won.": "我们赢了。",
    "He ran.": "他跑了。",
    "Who is he?": "他是谁？",
    "I don't know.": "我不知道。",
    "She won.": "她赢了。",
    "She ran.": "她跑了。",
    "We ran.": "我们跑了。",
    "We see.": "我们明白。",
    "We know.": "我们知道。",
    "He won.": "他赢了。",
    "He knows.": "他知道。",
    "He sees.": "他明白。",
    "I won.": "我赢了。",
    "I ran.": "我跑了。",
    "She sees.": "她明白。",
    "She knows.": "她知道。",
    "Who is she?": "她是谁？",
    "They won.": "他们赢了。",
}


def file_of(pairs, separator="\t", third=""):
    return "\n".join(f"{s}{separator}{t}{third}" for s, t in pairs.items())


@pytest.mark.parametrize("separator", ["\t", "|||", " ||| ", " \t "])
def test_any_usual_separator_is_read(separator):
    file = read_pair_file(file_of(CHINESE, separator))
    assert file.pairs == read_pair_file(file_of(CHINESE)).pairs
    assert file.notes == ()
    pairs = {" ".join(s): " ".join(t) for s, t in file.pairs}
    assert pairs["I don't know ."] == "我 不 知 道 。"
    assert pairs["Who is he ?"] == "他 是 谁 ？"


def test_an_attribution_in_a_third_column_is_ignored_and_said():
    file = read_pair_file(file_of(CHINESE, third="\tCC-BY 2.0 (France)"))
    assert file.pairs == read_pair_file(file_of(CHINESE)).pairs
    assert file.notes == ("columns after the second are ignored (“CC-BY 2.0 (France)”)",)


def test_held_out_symbols_that_never_train_are_counted():
    task = Translate(file=file_of(CHINESE))
    cut = round(0.1 * len(task._pairs))
    known = {symbol for _, target in task._pairs[cut:] for symbol in target}
    asked = {symbol for _, target in task._pairs[:cut] for symbol in target}
    assert (
        f"{len(asked - known)} of {len(asked)} different target symbols of the held-out pairs never"
        in task.division
    )
    strange = {
        f"a{'b' * k}": f"w{'x' * k}" for k in range(30)
    }  # every target has a word of its own
    assert (
        " 3 of 3 different target symbols of the held-out"
        in Translate(file=file_of(strange)).division
    )
    assert "never occur" not in Translate().division


@pytest.mark.parametrize("odd", ["no pair", "\t走", "Go\t", "|||", "a ||| ", "\t\t\t"])
@pytest.mark.parametrize("place", [0, 11, 22])
def test_one_odd_line_is_left_out_and_quoted_with_its_number(odd, place):
    lines = file_of(CHINESE).split("\n")
    file = read_pair_file("\n".join([*lines[:place], odd, *lines[place:]]))
    if not odd.strip():  # an empty line says nothing
        assert file.notes == ()
    else:
        (note,) = file.notes
        assert note.startswith(f"left out: line {place + 1}, “{odd}”, not a source")
    assert set(file.pairs) == set(read_pair_file(file_of(CHINESE)).pairs)


def test_what_else_is_left_out_is_said():
    long, again = "word " * 60 + "\tx", "Go.\t走。"
    task = Translate(file="\n".join([file_of(CHINESE), long, again]))
    assert task.note == (
        "22 pairs used, out of 24 lines; 1 left out with 60 symbols or more on a side; 1 repeated"
    )


def test_a_file_of_something_else_is_refused_with_a_quotation():
    with pytest.raises(ValueError, match=r"file: expected on each line .* got “c d” in line 2"):
        read_pair_file("a\tb\nc d\ne f")
    with pytest.raises(ValueError, match=f"at least {MIN_PAIRS} different pairs, got 1"):
        read_pair_file("a\tb")


def test_of_too_many_symbols_the_rare_ones_become_one_and_a_typed_one_is_named():
    words = {
        f"s{chr(97 + k // 676)}{chr(97 + k // 26 % 26)}{chr(97 + k % 26)} go": f"t{k}"
        for k in range(2500)
    }
    task = Translate(file=file_of(words))
    assert len(task.labels) == MOST_SYMBOLS + 3
    assert "of 5,001 different symbols are rare and read as <unk>" in task.note
    probe = task.probe("zebra go")
    assert probe.drawing["unknown"] == ["zebra"]
    assert "<unk>" in probe.symbols


def test_own_pairs_train_and_are_drawn():
    trainer = Trainer(Experiment("translate", file=file_of(CHINESE), hidden_size=8))
    assert next(trainer).finite
    picture = trainer.evaluate().panel_data
    assert picture.targets[0] in CHINESE.values()  # joined as Chinese is written
    trainer.set_probe("I don't know.")
    assert trainer.probe.answer == "我不知道。"
    with pytest.raises(ValueError, match=r"^Sequence to watch: expected at most .* got 'zebra'"):
        trainer.set_probe("zebra")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=4), st.sampled_from(["\t", " ||| "]))
def test_whatever_stands_among_the_lines_the_others_are_read(odd, separator):
    lines = file_of(CHINESE, separator).split("\n")
    content = "\n".join([*lines[:9], *odd, *lines[9:]])
    task = Translate(file=content)
    assert set(read_pair_file(file_of(CHINESE)).pairs) <= set(task._pairs)
    for k, (source, target) in enumerate(task._pairs[:2]):
        read = task._source(task.held_out.x[:, k])
        assert [task.labels[n] for n in read] == list(source)
        assert target
    assert isinstance(task.baselines, dict)
    assert torch.equal(task.probe(None).batch.x, task.probe("").batch.x)
