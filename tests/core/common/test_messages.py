"""Sentences of errors: template and values apart, the same text as before, also behind a process or a file."""

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.common import checks
from core.common.messages import (
    Sentence,
    both,
    clauses,
    count,
    either,
    paragraph,
    say,
    sentence_of,
)
from core.common.options import Option
from core.common.registry import Registry, unknown_name
from core.training.experiment import FIELDS, Experiment

ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers())
)


def sentence_raised(act: Callable[[], object]) -> Sentence | None:
    """The sentence of the error that it raises; None where it raises none."""
    sentence = None
    try:
        act()
    except (ValueError, LookupError) as error:
        sentence = sentence_of(error)
    assert sentence is None or isinstance(sentence, Sentence), f"{sentence} has no template"
    return sentence


def check_whole(sentence: Sentence) -> None:
    """The text is the template with its values, and so is each value that is a sentence; what was typed is no template."""
    assert sentence == sentence.template.format_map(sentence.values)
    for value in sentence.values.values():
        if isinstance(value, Sentence) and value.values:
            check_whole(value)


@given(value=ANYTHING, low=st.integers(-9, 9), high=st.integers(10, 10**9))
def test_checks_say_what_was_given(value: Any, low: int, high: int) -> None:
    for check in (checks.integer, checks.number):
        if sentence := sentence_raised(lambda check=check: check("units", value, low, high)):
            check_whole(sentence)
            assert sentence.startswith("units: expected a ")
            assert sentence.values["what"] == "units"
            assert sentence.values["got"] == checks.shorten(value)
            assert checks.shorten(value) not in sentence.template or value is None
    for sentence in (
        sentence_raised(lambda: checks.truth("bias", value)),
        sentence_raised(lambda: checks.choice("cell", value, ("rnn", "lstm"))),
    ):
        assert sentence is None or sentence.values["got"] == checks.shorten(value)


@given(name=st.sampled_from(sorted(FIELDS)), value=ANYTHING)
def test_options_say_what_was_given(name: str, value: Any) -> None:
    if sentence := sentence_raised(lambda: FIELDS[name].check(value)):
        check_whole(sentence)
        assert sentence.values["what"] == name


@given(text=st.text(st.characters(codec=None), max_size=20))
def test_a_content_says_its_bound(text: str) -> None:
    option = Option("corpus", "content", "", high=5)
    sentence = sentence_raised(lambda: option.check(text))
    assert (sentence is None) == ((len(text) <= 5 and text.isascii()) or _fits(text))
    if sentence:
        check_whole(sentence)


def _fits(text: str) -> bool:
    return len(text) <= 5 and not any("\ud800" <= sign <= "\udfff" for sign in text)


@given(name=st.text(), known=st.lists(st.text(min_size=1), min_size=1, unique=True))
def test_a_registry_says_what_it_knows(name: str, known: list[str]) -> None:
    registry = Registry("cell", {each: each for each in known})
    sentence = sentence_raised(lambda: registry[name])
    assert (sentence is None) == (name in known)
    if sentence:
        check_whole(sentence)
        assert (sentence.values["what"], sentence.values["got"]) == ("cell", name[:60])
        assert sentence == unknown_name("cell", name, known)


def test_the_words_of_a_sentence_are_what_they_were() -> None:
    with pytest.raises(ValueError, match="expected") as refused:
        Experiment(hidden_size=0)
    assert sentence_of(refused.value) == (
        "hidden_size: expected a whole number from 1 to 1024, got 0. Choose one from 1 to 1024."
    )
    with pytest.raises(LookupError, match="expected") as unknown:
        Experiment(cell="lstn")
    assert sentence_of(unknown.value).endswith("got 'lstn'. Did you mean 'lstm'?")


def test_lists_in_words() -> None:
    assert either(["a", "b", "c"]) == "a or b or c"
    assert both(["a"]) == "a"
    assert clauses(["one", "two"]) == "one; two"
    assert paragraph(["One.", "", "Two."]) == "One. Two."
    assert paragraph([]) == ""
    lines = say("{n} line"), say("{n} lines")
    assert (count(1, *lines), count(3, *lines)) == ("1 line", "3 lines")


def test_a_name_with_braces_is_no_template() -> None:
    sentence = say("{what}: expected a name, got {got}.", what="cell", got="{what} {0} {")
    assert sentence == "cell: expected a name, got {what} {0} {."
    assert say("no values: {braces} stay") == "no values: {braces} stay"


def refuse(hidden_size: int) -> None:
    """In another process: an experiment that there cannot be."""
    Experiment(hidden_size=hidden_size)


def test_a_sentence_comes_back_whole_from_another_process() -> None:
    with ProcessPoolExecutor(1) as pool, pytest.raises(ValueError, match="expected") as refused:
        pool.submit(refuse, 0).result()
    sentence = sentence_of(refused.value)
    assert isinstance(sentence, Sentence)
    assert sentence.values["what"] == "hidden_size"
    check_whole(sentence)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s))])
def test_a_copy_is_as_good(copied: Callable[[Sentence], Sentence]) -> None:
    inner = say("{n} steps", n=3)
    sentence = copied(say("expected {expected}.", expected=inner))
    assert sentence == "expected 3 steps."
    assert sentence.values["expected"].template == "{n} steps"


def test_an_error_that_is_not_ours_says_its_text() -> None:
    assert sentence_of(KeyError("h")) == "h"
    assert sentence_of(OSError(28, "No space left")) == "[Errno 28] No space left"
