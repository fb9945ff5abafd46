"""Corpora of every kind of text: what is read, what is said, and nothing breaks."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.io.corpus_text import MAX_FILE_BYTES, TableColumns, decode_corpus, read_corpus
from core.tasks.data.scripts import split_characters

KNOWN = {"a": 0, "b": 1, " ": 2, "\n": 3, "e\u0301": 4, "👩‍👩‍👧": 5, "□": 6}
PIECES = st.sampled_from(
    [
        "a",
        "b",
        " ",
        "\n",
        "\r\n",
        "\r",
        "e\u0301",
        "👩‍👩‍👧",
        "\ufeff",
        "ñ",
        "\u0301",
        "🏳️‍🌈",
        '"',
        ",",
        ";",
        "\t",
        "A",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@settings(max_examples=80, deadline=None)
@given(TEXTS, st.sampled_from(["text", "lines"]))
def test_any_text_is_read_whole(text, form):
    if not text.removeprefix("\ufeff").strip("\n\r" if form == "lines" else ""):
        with pytest.raises(ValueError, match="expected symbols of the vocabulary"):
            read_corpus(text, form, KNOWN, "character")
        return
    corpus = read_corpus(text, form, KNOWN, "character")
    clean = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in clean.split("\n") if line] if form == "lines" else [clean]
    assert [s for line in lines for s in split_characters(line)] == list(corpus.symbols)
    assert corpus.lengths.tolist() == [len(split_characters(line)) for line in lines]
    assert corpus.starts[-1] == len(corpus.codes) == len(corpus.symbols)
    unknown = [s for s in corpus.symbols if s not in KNOWN and s.lower() not in KNOWN]
    assert all((corpus.codes[k] == 6) == (s in unknown) for k, s in enumerate(corpus.symbols))
    said = f"read as □: {len(unknown):,} of the symbols" in " ".join(corpus.notes)
    assert said == bool(unknown)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.sampled_from("xyz"), TEXTS), min_size=1, max_size=12))
def test_any_table_keeps_its_annotation_beside_each_symbol(rows):
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["text", "sentence", "mark"])
    writer.writerows([*rows, ("ab", "w", "last")])
    corpus = read_corpus(file.getvalue(), "table", KNOWN, "character")
    assert all(len(column) == len(corpus) for column in corpus.annotations.values())
    assert set(np.diff(corpus.starts) > 0) == {True}
    if "mark = last" in corpus.annotations:
        assert corpus.annotations["mark = last"][-2:].tolist() == [1, 1]


def test_what_is_unknown_is_counted_and_left_out_where_there_is_no_token_for_it():
    corpus = read_corpus("ab?c!?", "text", {"a": 0, "b": 1, "c": 2}, "character")
    assert "".join(corpus.symbols) == "abc"
    assert corpus.notes == ("Not in the vocabulary and left out: 3 of the symbols ('?', '!').",)


def test_a_letter_is_taken_in_lower_case_or_by_code_points_where_the_vocabulary_has_it_so():
    assert read_corpus("Ab", "text", {"a": 0, "b": 1}, "character").codes.tolist() == [0, 1]
    points = {"e": 0, "\u0301": 1}
    assert read_corpus("e\u0301", "text", points, "character").codes.tolist() == [0, 1]


def test_words_are_cut_at_spaces_and_at_marks_where_the_vocabulary_knows_them_so():
    vocabulary = {"the": 0, "cat": 1, ".": 2, "don't": 3, "<unk>": 4, "e.g.,": 5}
    corpus = read_corpus("The cat. e.g., don't bark", "text", vocabulary, "word")
    assert corpus.codes.tolist() == [0, 1, 2, 5, 3, 4]


def test_a_table_has_sequences_numbers_and_words():
    content = "id;word;depth;tag\n1;a;0;N\n1;b;2;V\n2;a;;N\n2;c;4;\n"
    corpus = read_corpus(content, "table", {"a": 0, "b": 1, "c": 2}, "word")
    assert corpus.codes.tolist() == [0, 1, 0, 2]
    assert corpus.starts.tolist() == [0, 2, 4]
    assert corpus.annotations["depth"].tolist() == [0, 2, 2, 4]  # the empty cell: the mean
    assert corpus.annotations["tag = N"].tolist() == [1, 0, 1, 0]
    assert corpus.annotations["tag = V"].tolist() == [0, 1, 0, 0]
    other = read_corpus(content, "table", {"N": 0, "V": 1}, "word", TableColumns("tag"))
    assert other.codes.tolist() == [0, 1, 0]
    assert set(other.annotations) >= {"depth", "id"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a,b\n", "a row of names and a row for each symbol"),
        ("a,b\n1\n", "2 cells in each row, got 1 in row 2"),
        ("a,a\n1,2\n", "a different name for each column"),
        ("", "a row of names"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_corpus(content, "table", KNOWN, "character")


def test_files_that_are_too_large_or_no_text_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match="at most 8 MB, got 100 MB"):
        decode_corpus(bytes(100 * 2**20))
    with pytest.raises(ValueError, match="expected text, got a PNG picture"):
        decode_corpus(b"\x89PNG\r\n\x1a\n" + bytes(50))
    with pytest.raises(ValueError, match="expected text"):
        decode_corpus(bytes(range(256)))
    assert decode_corpus("\ufeffa\r\n".encode()) == "a\r\n"
    assert len(b"a" * MAX_FILE_BYTES) == len(decode_corpus(b"a" * MAX_FILE_BYTES))
