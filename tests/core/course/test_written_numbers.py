"""A number reads the same in a lesson's text and in the pictures: tests/js/numbers_test.js reads the same table."""

import json
from pathlib import Path

import pytest

from core.course.written_numbers import write_number

TABLE = json.loads((Path(__file__).parents[2] / "data" / "written_numbers.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("form", "value", "text"), [(form, *pair) for form, pairs in TABLE.items() for pair in pairs]
)
def test_a_number_is_written_as_the_browser_writes_it(form, value, text):
    assert write_number(value, form) == text


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (6240, "whole", "6,240"),
        (62.5, "whole", "63"),
        (2.4e-10, "scientific", "2.4\u00a0×\u00a010⁻¹⁰"),
        (0.0123, "scientific", "1.2\u00a0×\u00a010⁻²"),
        (0, "scientific", "0"),
        (-0.25, "percent", "−25\u00a0%"),
        (float("nan"), "number", "nan"),
    ],
)
def test_the_format_of_a_figure_is_kept(value, form, text):
    assert write_number(value, form) == text
