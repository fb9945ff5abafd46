"""Labels of the settings, and sentences that name a setting by its label."""

import re
import unicodedata

from core.common.messages import sentence_of
from dashboard.common.i18n import N_, _, in_context

LABELS = {
    "hidden_size": N_("Hidden units"),
    "num_layers": N_("Layers"),
    "first_size": N_("Units of the first layer"),
    "bidirectional": N_("Two directions"),
    "combine": N_("States of two directions"),
    "normalization": N_("Normalisation of the input"),
    "batch_size": N_("Batch"),
    "clip_at": N_("Clip at"),
    "truncate": N_("Truncate after"),
}


# What an output layer gets from two directions, as it is said in a sentence.
COMBINATIONS = {"concat": N_("joined"), "sum": N_("added")}


# What is done with the input projection, as it is said in a sentence.
NORMALIZATIONS = {
    "off": N_("no normalisation"),
    "layer": N_("layer normalisation"),
    "batch": N_("batch normalisation"),
}


def normalization_titles() -> dict[str, str]:
    """What to call each way to normalise what a layer reads."""
    return {name: _(words) for name, words in NORMALIZATIONS.items()}


def combination_titles() -> dict[str, str]:
    """What to call each way to combine two directions."""
    return {name: _(words) for name, words in COMBINATIONS.items()}


SHORT = 4  # a name with fewer letters is an abbreviation


def label(setting: str) -> str:
    """The label of a setting: that of LABELS, else its name in words."""
    return _(in_words(setting))


def in_words(setting: str) -> str:
    """The label in English."""
    return LABELS.get(setting) or setting.replace("_", " ").capitalize()


def metric_title(metric: str) -> str:
    """The metric as it stands above a curve: "Accuracy", "MSE"."""
    name = _(metric)
    return name.upper() if len(name) < SHORT else name[:1].upper() + name[1:]


def choice_label(setting: str, choice: str) -> str:
    """What a choice of the setting is called."""
    return in_context(setting, choice).replace("_", " ")


def columns_of(text: str) -> int:
    """How wide the text is, in letters: a Chinese character is as wide as two."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


def say_by_label(sentence: str | BaseException) -> str:
    """A sentence of `core`, or an error's, in the reader's language, with the labels of settings as on the screen.

    "hidden_size: expected 1 to 512, got 0." -> "Hidden units: expected 1 to 512, got 0."

    `core` names settings as code does, in English letters, which stand in a sentence of any language.
    """
    from core.training.experiment import (
        FIELDS,  # here: it imports PyTorch, which is not there at first
    )

    names = "|".join(sorted((name for name in FIELDS if "_" in name), key=len, reverse=True))
    if isinstance(sentence, BaseException):
        sentence = sentence_of(sentence)
    text = re.sub(r"^[a-z][a-z_]*(?=: |：)", lambda match: label(match[0]), _(sentence))
    quoted = rf"(?a:(?<![\w'\"])({names})(?![\w'\"]))"
    return re.sub(quoted, lambda match: f"“{label(match[0])}”", text)
