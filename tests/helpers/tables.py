"""Tables as text, and what is read of them."""

import datetime as dt
import math

from core.tasks.data.csv_table import read_table

N = 60
VALUES = [round(20 + 5 * math.sin(k / 5), 2) for k in range(N)]
DAYS = [dt.date(2020, 1, 1) + dt.timedelta(k) for k in range(N)]
COMMAS = [f"{v:.2f}".replace(".", ",") for v in VALUES]


def text(*lines, end="\n"):
    """The lines as a file."""
    return end.join(lines) + end


def rows(separator, values=VALUES, days=DAYS):
    """A line for each day and its value."""
    return [f"{day}{separator}{value}" for day, value in zip(days, values, strict=True)]


def numbers(content, column=-1):
    """The numbers that are read in a column."""
    return read_table(content).columns[column].numbers.tolist()


def notes(content):
    """What the reader is told of the table."""
    return " ".join(read_table(content).notes)
