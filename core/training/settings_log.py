"""The settings of the first updates of a run that was rewound and went on with other settings.

    trainer.settings_log     # ((25, {"clipping": "off", "clip_at": 1.0, "learning_rate": 1000.0}),)

Each entry: the last update with these settings, and the settings that changed after it.
"""

from typing import Any

from ..common.checks import integer, shorten
from .experiment import Experiment

SettingsLog = tuple[tuple[int, dict[str, Any]], ...]
CHANGEABLE = ("clipping", "clip_at", "learning_rate")  # can change while the network stays
MAX_ENTRIES = 1000  # entries in a saved run


def with_settings_until(log: SettingsLog, experiment: Experiment, index: int) -> SettingsLog:
    """`log` with one more entry, for a run trained as `experiment` up to update `index`."""
    if index <= (log[-1][0] if log else 0):
        return log
    return (*log, (index, {name: getattr(experiment, name) for name in CHANGEABLE}))


def settings_in_words(log: SettingsLog) -> str:
    """One line for the reader; "" when all updates had the same settings."""
    sentences, first = [], 1
    for last, settings in log:
        settings_text = ", ".join(f"{name} {value}" for name, value in settings.items())
        sentences.append(f"updates {first} to {last} with {settings_text}")
        first = last + 1
    return "; ".join(sentences)


def from_json(data: Any, experiment: Experiment) -> SettingsLog:
    """The entries in JSON `data`, of a run that goes on as `experiment`. ValueError for other data."""
    if not isinstance(data, list) or len(data) > MAX_ENTRIES:
        raise ValueError(f"earlier: expected at most {MAX_ENTRIES} entries, got {shorten(data)}.")
    entries: list[tuple[int, dict[str, Any]]] = []
    for entry in data:
        if not (
            isinstance(entry, list)
            and len(entry) == 2
            and isinstance(entry[1], dict)
            and entry[1].keys() == set(CHANGEABLE)
        ):
            raise ValueError(
                f"earlier: expected [update, {{{', '.join(CHANGEABLE)}}}], got {shorten(entry)}."
            )
        experiment.but(**entry[1])  # checks each value
        low = entries[-1][0] + 1 if entries else 1
        entries.append((integer("update", entry[0], low, 10**12), entry[1]))
    return tuple(entries)
