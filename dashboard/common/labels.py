"""Labels of the settings, and sentences that name a setting by its label."""

import re

from dashboard.common.i18n import N_, _, in_context

LABELS = {
    "hidden_size": N_("Hidden units"),
    "num_layers": N_("Layers"),
    "first_size": N_("Units of the first layer"),
    "bidirectional": N_("Two directions"),
    "combine": N_("States of two directions"),
    "batch_size": N_("Batch"),
    "clip_at": N_("Clip at"),
    "truncate": N_("Truncate after"),
}


# What an output layer gets from two directions, as it is said in a sentence.
COMBINATIONS = {"concat": N_("joined"), "sum": N_("added")}


def combination_titles() -> dict[str, str]:
    """What to call each way to combine two directions."""
    return {name: _(words) for name, words in COMBINATIONS.items()}


def label(setting: str) -> str:
    """The label of a setting: that of LABELS, else its name in words."""
    return _(in_words(setting))


def in_words(setting: str) -> str:
    """The label in English."""
    return LABELS.get(setting) or setting.replace("_", " ").capitalize()


def choice_label(setting: str, choice: str) -> str:
    """What a choice of the setting is called."""
    return in_context(setting, choice)


def say_by_label(sentence: object) -> str:
    """A sentence of `core`, which names settings as code does, with their labels as on the screen.

    "hidden_size: expected 1 to 512, got 0." -> "Hidden units: expected 1 to 512, got 0."
    """
    from core.training.experiment import (
        FIELDS,  # here: it imports PyTorch, which is not there at first
    )

    names = "|".join(sorted((name for name in FIELDS if "_" in name), key=len, reverse=True))
    text = re.sub(r"^[a-z][a-z_]*(?=: )", lambda match: label(match[0]), str(sentence))
    return re.sub(rf"(?<![\w'\"])({names})(?![\w'\"])", lambda match: f"“{label(match[0])}”", text)
