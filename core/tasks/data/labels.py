"""Labelled sequences, and which cells of a file can be labels."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...common.messages import count, say

MIN_PER_CLASS, MAX_CLASSES = 5, 40  # a class needs sequences for training and for evaluation
MAX_LABEL = 40  # characters
COMMON_SHARE = 0.8  # of the sequences that must belong to a class that is large enough
QUOTED = 40  # characters of a quoted cell
HEADINGS = """
    label labels class classes category sentiment target y tag rating stars polarity text texts review sentence name
    comment document title content message question id sequence series value 标签 类别 文本 内容 评论 情感 句子 名字
"""


@dataclass(frozen=True)
class Labelled:
    """Sequences, a label for each, and how they were read.

    texts: the sequences where they are texts, else (). series: where they are numbers, each float64 [n, I], else
    (). input_names: of the I columns. label_columns: number from 1 -> name of each column that could be the label.
    note: whole sentences for the reader: which columns, what was left out and why.
    """

    texts: tuple[str, ...]
    series: tuple[np.ndarray, ...]
    labels: tuple[str, ...]
    input_names: tuple[str, ...]
    label_column: int
    label_columns: dict[int, str]
    note: str


def is_label_column(cells: Sequence[str]) -> bool:
    """Whether these could be labels: few different ones, most of them with enough sequences."""
    counts = Counter(cell for cell in cells if cell)
    common = [n for label, n in counts.items() if n >= MIN_PER_CLASS and len(label) <= MAX_LABEL]
    return 2 <= len(common) <= MAX_CLASSES and sum(common) >= COMMON_SHARE * len(cells)


def is_heading(row: Sequence[str], columns: Sequence[Sequence[str]]) -> bool:
    """Whether a first row names the columns: a usual name stands there, and nothing of it again below."""
    names = [cell.strip().lower() for cell in row]
    new = all(cell not in cells for cell, cells in zip(row, columns, strict=True) if cell)
    return new and any(name in HEADINGS.split() for name in names)


def without_rare_classes(labels: Sequence[str]) -> tuple[list[int], list[str]]:
    """(which sequences stay, notes). ValueError where fewer than two classes stay, or too many."""
    counts = Counter(labels)
    rare = sorted((n, label) for label, n in counts.items() if n < MIN_PER_CLASS)
    common = len(counts) - len(rare)
    if not 2 <= common <= MAX_CLASSES:
        raise ValueError(
            say(
                "file: expected 2 to {most} labels with at least {least} different sequences each, got "
                "{got} ({example}, ...). "
                "Add sequences, join labels, or choose another label column.",
                most=MAX_CLASSES,
                least=MIN_PER_CLASS,
                got=common,
                example=quote(counts.most_common(1)[0][0])
                if counts
                else say("no line with a label"),
            )
        )
    notes = []
    if rare:
        named = [f"{quote(label)} ({n})" for n, label in rare[:6]] + ["..."] * (len(rare) > 6)
        notes.append(
            count(
                len(rare),
                say("{n:,} label left out, with fewer than {least} sequences: {labels}."),
                say("{n:,} labels left out, with fewer than {least} sequences: {labels}."),
                least=MIN_PER_CLASS,
                labels=", ".join(named),
            )
        )
    few = {label for _, label in rare}
    return [k for k, label in enumerate(labels) if label not in few], notes


def quote(cell: str) -> str:
    """A cell of the file, short enough for a sentence."""
    return repr(cell if len(cell) <= QUOTED else cell[: QUOTED - 1] + "…")


def split_by_label(labels: Sequence[str], share: float, seed: int) -> tuple[list[int], list[int]]:
    """(trained on, held out): numbers of the sequences, each in random order; of each label this share is held out."""
    chance = random.Random(seed)
    by_label: dict[str, list[int]] = {label: [] for label in sorted(set(labels))}
    for k, label in enumerate(labels):
        by_label[label].append(k)
    train: list[int] = []
    held_out: list[int] = []
    for which in by_label.values():
        chance.shuffle(which)
        cut = max(1, round(share * len(which)))
        held_out += which[:cut]
        train += which[cut:]
    chance.shuffle(train)
    chance.shuffle(held_out)  # so that any part of it is a fair sample
    return train, held_out


def label_of_each(texts: Sequence[str], labels: Sequence[str]) -> dict[str, str]:
    """Text in lower case -> its label; "" for a text that has several."""
    label_of: dict[str, str] = {}
    for text, label in zip(texts, labels, strict=True):
        same = label_of.get(text.lower(), label) == label
        label_of[text.lower()] = label if same else ""
    return label_of
