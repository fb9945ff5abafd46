"""Labelled sequences of a reader's file: texts with a label each, or series with a label each.

Three forms are read: lines of a text and a label (`labelled_texts`); lines of a label and the numbers of one series;
tables that name the series, its values and its label in a row for each step (both `labelled_series`).
"""

from functools import lru_cache

from .labelled_series import read_labelled_series
from .labelled_texts import read_labelled_texts
from .labels import Labelled


@lru_cache(maxsize=4)
def read_labelled(content: str, label_column: int = 0) -> Labelled:
    """The labelled sequences of a file. label_column: number from 1; 0: found by its few different values.

    ValueError with one sentence where the file has none: what it says is about texts, the most common form.
    """
    labelled = read_labelled_series(content, label_column)
    return labelled or read_labelled_texts(content, label_column)
