"""The settings of the earlier updates of a run that went on with other settings.

    trainer.settings_log     # ((25, {"clipping": "off", "learning_rate": 1000.0, ...}),)

Each entry: the last update with these settings, and all CHANGEABLE settings as they were up to it.
"""

from typing import Any

from ..common.checks import integer, shorten
from ..common.messages import clauses, listing, say
from .experiment import Experiment

SettingsLog = tuple[tuple[int, dict[str, Any]], ...]
# What the next update reads anew. Nothing else can change in a run: the optimizer's averages over past gradients
# belong to its rule, batches of another size are other data and need other memory, and the rest is another network.
CHANGEABLE = ("clipping", "clip_at", "learning_rate", "truncate", "dropout", "omega")
MAX_ENTRIES = 10_000  # entries in a saved run


def find_changes(experiment: Experiment, wanted: Experiment) -> dict[str, Any] | None:
    """The settings that a run of `experiment` has to change to go on as `wanted`; None where it cannot."""
    present, values = experiment.to_dict(), wanted.to_dict()
    if present.keys() != values.keys():
        return None
    changes = {name: value for name, value in values.items() if value != present[name]}
    return changes if changes.keys() <= set(CHANGEABLE) else None


def log_until(log: SettingsLog, index: int) -> SettingsLog:
    """The part of `log` that is about the first `index` updates."""
    before = tuple(entry for entry in log if entry[0] <= index)
    first = before[-1][0] if before else 0
    cut = next((settings for last, settings in log if last > index), None)
    return before if cut is None or index <= first else (*before, (index, cut))


def with_settings_until(log: SettingsLog, experiment: Experiment, index: int) -> SettingsLog:
    """`log` with one more entry, for a run trained as `experiment` up to update `index`."""
    log = log_until(log, index)
    last, settings = log[-1] if log else (0, {})
    if index <= last:
        return log
    present = _changeable_of(experiment)
    return (*(log[:-1] if settings == present else log), (index, present))


def with_change(log: SettingsLog, before: Experiment, after: Experiment, index: int) -> SettingsLog:
    """`log` of a run that was `before` up to update `index`, and goes on as `after`."""
    log = with_settings_until(log, before, index)
    back = bool(log) and log[-1] == (index, _changeable_of(after))  # no update was made otherwise
    return log[:-1] if back else log


def _changeable_of(experiment: Experiment) -> dict[str, Any]:
    return {name: getattr(experiment, name) for name in CHANGEABLE}


def settings_in_words(log: SettingsLog, experiment: Experiment) -> str:
    """One line for the reader, of a run that is `experiment` by now; "" when all updates had its settings."""
    present = _changeable_of(experiment)
    changed = [n for n in CHANGEABLE if any(entry[n] != present[n] for _last, entry in log)]
    sentences, first = [], 1
    for last, settings in log:
        values = listing(f"{name} {settings[name]}" for name in changed)
        sentences.append(
            say(
                "updates {first} to {last} with {settings}", first=first, last=last, settings=values
            )
        )
        first = last + 1
    return clauses(sentences) if changed else ""


def from_json(data: Any, experiment: Experiment) -> SettingsLog:
    """The entries in JSON `data`, of a run that goes on as `experiment`. ValueError for other data.

    A setting that an entry does not name was the experiment's: earlier versions could not change it.
    """
    if not isinstance(data, list) or len(data) > MAX_ENTRIES:
        raise ValueError(
            say(
                "earlier: expected at most {most} entries, got {got}.",
                most=MAX_ENTRIES,
                got=shorten(data),
            )
        )
    entries: list[tuple[int, dict[str, Any]]] = []
    for entry in data:
        if not (
            isinstance(entry, list)
            and len(entry) == 2
            and isinstance(entry[1], dict)
            and entry[1]
            and entry[1].keys() <= set(CHANGEABLE)
        ):
            raise ValueError(
                say(
                    "earlier: expected [update, {{{names}}}], got {got}.",
                    names=", ".join(CHANGEABLE),
                    got=shorten(entry),
                )
            )
        settings = _changeable_of(experiment.but(**entry[1]))  # checks each value
        low = entries[-1][0] + 1 if entries else 1
        entries.append((integer("update", entry[0], low, 10**12), settings))
    return tuple(entries)
