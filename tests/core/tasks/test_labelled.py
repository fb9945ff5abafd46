"""Labelled files of readers: which column is the label, where a text ends, and what was left out."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tasks.data.labelled import read_labelled

PRAISE = [f"a fine film, number {k}" for k in range(12)]
BLAME = [f"what a bore, number {k}" for k in range(12)]
PAIRS = [pair for k in range(12) for pair in ((PRAISE[k], "good"), (BLAME[k], "bad"))]
TEXTS, LABELS = map(list, zip(*PAIRS, strict=True))


def lines(separator: str, label_first: bool = False, quoted: bool = False) -> str:
    def row(text: str, label: str) -> str:
        text = f'"{text}"' if quoted else text
        return separator.join((label, text) if label_first else (text, label))

    return "\n".join(row(text, label) for text, label in PAIRS)


class TestTexts:
    @pytest.mark.parametrize("separator", ["\t", ";", ",", "，", "|"])
    @pytest.mark.parametrize("label_first", [False, True])
    @pytest.mark.parametrize("quoted", [False, True])
    def test_separator_and_side_are_found(self, separator, label_first, quoted):
        """The texts have commas of their own."""
        labelled = read_labelled(lines(separator, label_first, quoted))
        assert list(labelled.texts) == TEXTS
        assert list(labelled.labels) == LABELS
        assert labelled.label_column == (1 if label_first else 2)

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\n\n"])
    def test_line_ends(self, ending):
        labelled = read_labelled("\ufeff" + lines("\t").replace("\n", ending) + ending)
        assert (list(labelled.texts), list(labelled.labels)) == (TEXTS, LABELS)

    @settings(deadline=None, max_examples=60)
    @given(
        st.lists(
            st.text(
                st.characters(exclude_categories=["C", "Z"], exclude_characters='"\t\x1c'),
                min_size=2,
            )
            .map(str.strip)
            .filter(lambda text: any(c.isalpha() for c in text)),
            min_size=20,
            max_size=40,
            unique=True,
        )
    )
    def test_texts_in_any_script_come_back(self, texts):
        labels = ["ja" if k % 2 else "nein" for k in range(len(texts))]
        content = "\n".join(f"{t}\t{label}" for t, label in zip(texts, labels, strict=True))
        labelled = read_labelled(content)
        assert list(labelled.texts) == texts
        assert list(labelled.labels) == labels

    def test_a_quoted_text_may_have_line_ends_and_quotes(self):
        content = "\n".join(f'"{t}\nand ""more""",{label}' for t, label in PAIRS)
        assert read_labelled(content).texts[0] == f'{TEXTS[0]}\nand "more"'

    def test_a_stray_quote_swallows_no_lines(self):
        content = lines("\t").split("\n")
        content[3] = '"' + content[3]
        assert len(read_labelled("\n".join(content * 5)).texts) >= 24

    def test_a_heading_is_none_of_the_texts(self):
        labelled = read_labelled("review\tsentiment\n" + lines("\t"))
        assert list(labelled.texts) == TEXTS
        assert "the text is 'review', the label is 'sentiment'" in labelled.note

    def test_a_first_text_like_a_heading_is_a_text(self):
        rows = [("review", "good"), *PAIRS]
        labelled = read_labelled("\n".join("\t".join(row) for row in rows))
        assert labelled.texts[0] == "review"

    def test_more_columns(self):
        rows = [f'{k},2020-01-{1 + k % 28:02d},{label},"{t}"' for k, (t, label) in enumerate(PAIRS)]
        labelled = read_labelled("id,day,label,text\n" + "\n".join(rows))
        assert list(labelled.texts) == TEXTS
        assert "not used: 'id', 'day'" in labelled.note

    def test_where_two_columns_could_be_the_label_it_says_so_and_can_be_told(self):
        rows = [f"{t}\t{'en' if k % 3 else 'de'}\t{label}" for k, (t, label) in enumerate(PAIRS)]
        labelled = read_labelled("text\tlanguage\tlabel\n" + "\n".join(rows))
        assert list(labelled.labels) == LABELS
        assert "could also be 'language'" in labelled.note
        assert labelled.label_columns == {2: "language", 3: "label"}
        other = read_labelled("text\tlanguage\tlabel\n" + "\n".join(rows), 2)
        assert set(other.labels) == {"en", "de"}
        assert list(other.texts) == TEXTS

    def test_what_is_left_out_is_said_and_quoted(self):
        odd = ["no label here", "so so\tneutral", f"{TEXTS[0]}\tgood", "\tgood"]
        labelled = read_labelled("\n".join([lines("\t"), *odd]))
        assert list(labelled.texts) == TEXTS
        for sentence in (
            "1 line left out, without a text and a label: 'no label here'.",
            "1 line left out, with an empty text or label.",
            "1 line left out as repetitions of another.",
            "1 label left out, with fewer than 5 sequences: 'neutral' (1).",
        ):
            assert sentence in labelled.note

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            ("just\nsome\nlines\n" * 9, "got lines without any: 'just'"),
            ("\n".join(f"text {k}\tlabel {k}" for k in range(50)), "no column of 2 to 40 labels"),
            ("\n".join(f"text {k}\tsame" for k in range(50)), "no column of 2 to 40 labels"),
            ("\n".join(f"{k}.5,{k % 2}" for k in range(50)), "train Forecast on it"),
            ("\n".join(f"2020-01-{k % 28:02d},{k % 2}" for k in range(50)), "train Forecast on it"),
        ],
    )
    def test_what_is_no_labelled_text_gets_a_sentence(self, content, sentence):
        with pytest.raises(ValueError, match=sentence):
            read_labelled(content)


def series_lines(
    separator: str = "\t", label: str = "{}.0000000e+00"
) -> tuple[str, list[list[float]]]:
    chance = random.Random(4)
    values = [[round(chance.gauss(k % 3, 1), 3) for _ in range(10 + k % 4)] for k in range(30)]
    rows = (separator.join([label.format(k % 3), *map(str, v)]) for k, v in enumerate(values))
    return "\n".join(rows), values


class TestSeries:
    @pytest.mark.parametrize("separator", ["\t", ",", ";", "  "])
    def test_a_line_for_each_series(self, separator):
        content, values = series_lines(separator)
        labelled = read_labelled(content)
        assert not labelled.texts
        assert [series[:, 0].tolist() for series in labelled.series] == values
        assert list(labelled.labels) == [str(k % 3) for k in range(30)]
        assert "10 to 13 values follow" in labelled.note

    def test_missing_values_inside_are_filled_and_at_the_end_are_the_end(self):
        content, values = series_lines()
        rows = content.split("\n")
        cells = rows[0].split("\t")
        cells[4] = "NaN"
        rows[0] = "\t".join([*cells, "NaN", "NaN"])
        first = read_labelled("\n".join(rows)).series[0][:, 0]
        assert len(first) == len(values[0])
        assert first[3] == pytest.approx((values[0][2] + values[0][4]) / 2)

    def test_a_label_in_the_last_place(self):
        chance = random.Random(1)
        rows = [
            ",".join([*(f"{chance.random():.3f}" for _ in range(12)), "walk" if k % 2 else "run"])
            for k in range(20)
        ]
        labelled = read_labelled("\n".join(rows))
        assert labelled.labels[:2] == ("run", "walk")
        assert labelled.series[0].shape == (12, 1)

    def test_a_line_for_each_step(self):
        rows = [
            f"s{k},{j},{math.sin(j + k):.4f},{(j * j + k) % 11 / 2},{'walk' if k % 2 else 'run'}"
            for k in range(20)
            for j in range(6 + k % 3)
        ]
        labelled = read_labelled("id,step,ax,ay,activity\n" + "\n".join(rows))
        assert labelled.input_names == ("ax", "ay")
        assert [len(series) for series in labelled.series] == [6 + k % 3 for k in range(20)]
        expected = [[math.sin(j + 3), (j * j + 3) % 11 / 2] for j in range(6)]
        np.testing.assert_allclose(labelled.series[3], expected, atol=1e-4)
        assert labelled.labels[:2] == ("run", "walk")

    def test_a_table_of_two_shops_is_no_labelled_series(self):
        rows = [f"2020-01-{k:02d},{shop},{k * 10}" for k in range(1, 29) for shop in "AB"]
        with pytest.raises(ValueError, match="expected a text"):
            read_labelled("day,shop,sales\n" + "\n".join(rows))

    def test_a_table_with_names_is_no_series_on_lines(self):
        names = "hour,a,b,c,d,e,f,g,h,i"
        rows = [",".join([str(k % 3), *(f"{k / 7 + j:.2f}" for j in range(9))]) for k in range(60)]
        with pytest.raises(ValueError, match="expected"):
            read_labelled("\n".join([names, *rows]))
