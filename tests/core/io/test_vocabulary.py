"""A reader's vocabulary and table: what they are read as, and what is refused."""

import pytest
import torch

from core.io.table_inputs import number_columns, read_inputs
from core.io.vocabulary import EMPTY, encode, read_vocabulary, unknown_symbols
from core.io.whole_model.targets import next_symbols, typed_classes, typed_numbers
from core.tasks.data.csv_table import read_table

WORDS = {"<pad>": 0, "<unk>": 1, "the": 2, "cat": 3}


@pytest.mark.parametrize(
    "text",
    [
        '["<pad>", "<unk>", "the", "cat"]',
        '{"the": 2, "cat": 3, "<pad>": 0, "<unk>": 1}',
        '{"0": "<pad>", "1": "<unk>", "2": "the", "3": "cat"}',
        '{"model": {"type": "WordLevel", "vocab": {"<pad>": 0, "<unk>": 1, "the": 2, "cat": 3}}}',
        "<pad>\r\n<unk>\nthe\ncat\n",
        "<pad>\t17\n<unk>\t9\nthe\t8\ncat\t1",
        "<pad> <unk> the cat",
    ],
)
def test_a_vocabulary_in_any_usual_form(text):
    vocabulary = read_vocabulary(text)
    assert dict(vocabulary.ids) == WORDS
    assert vocabulary.labels(4) == ("<pad>", "<unk>", "the", "cat")
    assert vocabulary.labels(3) == ()


def test_characters_with_a_space_and_a_newline_among_them():
    assert read_vocabulary('[" ", "\\n", "a"]').ids == {" ": 0, "\n": 1, "a": 2}
    assert read_vocabulary("a\n \nb").ids == {"a": 0, " ": 1, "b": 2}
    assert read_vocabulary("cab").ids == {"c": 0, "a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('["a", "a"]', "got 'a' twice"),
        ('{"a": 1, "b": 1}', "got 'b' twice"),
        ('{"a": -1}', "JSON of another form"),
        ('[["a"]]', "a list of other things"),
        ('{"a": 0, "b"', "broken JSON"),
    ],
)
def test_what_is_no_vocabulary_is_refused(text, sentence):
    with pytest.raises(ValueError, match="Vocabulary: expected") as error:
        read_vocabulary(text)
    assert sentence in str(error.value)


def test_texts_by_word_character_and_number():
    vocabulary = read_vocabulary("<pad> <unk> the cat")
    ids, symbols = encode("the dog cat", "word", vocabulary, 4)
    assert ids.tolist() == [2, 1, 3]
    assert symbols == ("the", "dog", "cat")
    assert unknown_symbols("the dog cat", "word", vocabulary) == ["dog"]
    ids, symbols = encode("2, 3 0", "id", vocabulary, 4)
    assert (ids.tolist(), symbols) == ([2, 3, 0], ("the", "cat", "<pad>"))
    assert encode("3 1", "id", EMPTY, 4)[1] == ("3", "1")
    for text, unit, known, sentence in (
        ("x", "word", read_vocabulary("a\nb"), "Text: expected symbols of the vocabulary"),
        ("x", "word", EMPTY, "Text: expected a vocabulary"),
        ("4", "id", EMPTY, "Text: expected whole numbers from 0 to 3, got '4'"),
        ("", "word", vocabulary, "Text: expected 1 to 2000 symbols, got 0"),
        ("z", "character", read_vocabulary("abcdz"), "Vocabulary: expected numbers from 0 to 3"),
    ):
        with pytest.raises(ValueError, match=sentence):
            encode(text, unit, known, 4)


TABLE = "day,temp,wind,place\n" + "\n".join(
    f"2024-01-{k:02d},{k / 2},{10 - k},town" for k in range(1, 29)
)


def test_columns_of_a_table_are_inputs():
    assert number_columns(read_table(TABLE)) == {2: "temp", 3: "wind"}
    x, labels = read_inputs(TABLE, (3, 2), first=2, most=2)
    assert x[:, 0].tolist() == [[8.0, 1.0], [7.0, 1.5]]
    assert labels == ("2", "3")
    scaled, _ = read_inputs(TABLE, (2,), scaled=True)
    assert scaled.mean().item() == pytest.approx(0, abs=1e-9)
    assert scaled.std(correction=0).item() == pytest.approx(1)
    with pytest.raises(ValueError, match="Columns: expected columns of numbers, got place"):
        read_inputs(TABLE, (4,))
    with pytest.raises(ValueError, match="got a gap in line 3 of temp"):
        read_inputs(TABLE.replace("2024-01-03,1.5", "2024-01-03,"), (2, 3))


def test_targets_as_they_are_typed():
    assert next_symbols(torch.tensor([4, 5, 6]))[0] == (0, 1)
    at, values = typed_classes("the ? cat", "word", read_vocabulary("the cat"), (3, 4, 5), 2)
    assert (at, values.tolist()) == ((3, 5), [0, 1])
    at, values = typed_numbers("1.5 ? −2", (0, 1, 2), 1)
    assert (at, values.tolist()) == ((0, 2), [[1.5], [-2.0]])
    with pytest.raises(ValueError, match="Target: expected 2 numbers for step 1, got '1'"):
        typed_numbers("1\n2 3", (0, 1), 2)
    with pytest.raises(ValueError, match="Target: expected 3, one for each step"):
        typed_classes("the cat", "word", read_vocabulary("the cat"), (0, 1, 2), 2)
