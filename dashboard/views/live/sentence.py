"""The sentence that is the control: what the network is, what it reads and what it says.

    A [GRU] with [24 units] reads a [name] letter by letter, and says [which of 10 languages] it comes from.

Its first half is here, the second is the task's (core.tasks.sentence). Each part in brackets opens its choices.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from core.cells import CELL_TITLES
from core.common.options import Option
from core.tasks import TASKS, Task
from core.tasks.sentence import SentencePart, read_sentence
from core.training.experiment import FIELDS, Experiment
from dashboard.common.i18n import N_, _
from dashboard.common.labels import choice_label, combination_titles, label, normalization_titles
from dashboard.session.settings import change_experiment, experiment, refuse_change
from dashboard.session.simplification import simplification
from dashboard.widgets.experiment_panel import task_titles

UNITS = (1, 2, 4, 8, 16, 24, 32, 64, 128)
LAYERS = (1, 2, 3, 4)
# Offered of any other whole number, as far as the option goes.
NUMBERS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 30, 50, 75, 100, 150, 200, 300, 500, 1000)
RECURRENCE = {True: N_("with recurrence"), False: N_("without recurrence")}
DIRECTIONS = {True: N_("both directions"), False: N_("one direction")}
VOWELS, SPELLED_WITH_A_VOWEL = "aeiou", "AEFHILMNORSX"  # "An RNN", as its letters are spoken


def write_sentence(present: Experiment) -> list[Any]:
    """Its parts in order, for the player: a text, or what can be chosen.

    Of a choice: its option's name and label, the present value as a link spells it, the words for it, and all
    choices as (value, words). Where a lesson hides or locks an option, its words alone.
    """
    task = present.make_task()
    template = _network(present).replace("{sentence}", _(task.present_sentence))
    values = {**_task_words(task), **_network_words(present)}
    fixed = simplification().hide | simplification().lock
    parts: list[Any] = []
    for part in read_sentence(template):
        if not part.option or part.option in fixed:
            parts.append(part.say(values))
        else:
            parts.append(_describe_choice(present, task, part, values))
    return parts


def choose_in_sentence(changes: Mapping[str, str]) -> None:
    """Takes values as a link spells them, which the reader chose; what cannot be is said, and nothing else happens."""
    fixed = simplification().hide | simplification().lock
    present = experiment()
    try:
        task = TASKS[changes.get("task", present.task)]
        known = FIELDS | {option.name: option for option in task.options}
        chosen = {
            name: known[name].parse(text)
            for name, text in changes.items()
            if name in known and name not in fixed
        }
    except (ValueError, LookupError) as error:
        refuse_change(error)
    else:
        change_experiment(chosen)


def _network(present: Experiment) -> str:
    """The first half of the sentence, in brackets what can be chosen."""
    if present.num_layers == 1:
        units = _("with [hidden_size|{hidden_size} unit|{hidden_size} units]")
    elif present.first_size:
        units = _(
            "with [num_layers|{num_layers} layers] of {first_size} and [hidden_size|{hidden_size} units]"
        )
    else:
        units = _(
            "with [num_layers|{num_layers} layers] of [hidden_size|{hidden_size} unit|{hidden_size} units]"
        )
    if present.bidirectional:
        in_both = _("{units} in [bidirectional|{bidirectional}] with [combine|{combine}] states")
        units = in_both.replace("{units}", units)
    if present.normalization != "off":
        normalized = _("{units} and [normalization|{normalization}]")
        units = normalized.replace("{units}", units)
    network = _("{article} [cell|{cell}] {units}").replace("{units}", units)
    return _reading(present).replace("{network}", network)


def _reading(present: Experiment) -> str:
    """What is carried and read at a step, where that is not as usual: between "{network}" and the task's "{sentence}"."""
    if not present.recurrence and present.window > 1:
        return _(
            "{network}, [recurrence|{recurrence}], on windows of [window|one input|the last {window} inputs], {sentence}"
        )
    if not present.recurrence:
        return _("{network}, [recurrence|{recurrence}], {sentence}")
    if present.window > 1:
        return _("{network}, on windows of [window|one input|the last {window} inputs], {sentence}")
    return "{network} {sentence}"


def _network_words(present: Experiment) -> dict[str, Any]:
    title = CELL_TITLES[present.cell]
    sounds = SPELLED_WITH_A_VOWEL if title[:2].isupper() else VOWELS + VOWELS.upper()
    return {
        **{name: getattr(present, name) for name in ("hidden_size", "num_layers", "first_size")},
        "window": present.window,
        "recurrence": _(RECURRENCE[present.recurrence]),
        "combine": combination_titles()[present.combine],
        "normalization": normalization_titles()[present.normalization],
        "article": _("An") if title[0] in sounds else _("A"),
        "cell": title,
        "bidirectional": _(DIRECTIONS[present.bidirectional]),
    }


def _task_words(task: Task) -> dict[str, Any]:
    """What {names} in the task's sentence stand for, in the reader's language."""
    said = dict(task.sentence_values)
    words = {name: _(said[name]) for name in task.spoken if isinstance(said[name], str)}
    plain = {
        option.name: choice_label(option.name, said[option.name])
        for option in task.options
        if option.kind == "choice" and option.name not in task.spoken
    }
    return said | words | plain | {"title": _(said["title"])}


def _describe_choice(
    present: Experiment, task: Task, part: SentencePart, values: Mapping[str, Any]
) -> dict[str, Any]:
    option = _find_option(task, part.option)
    value = getattr(present, part.option)
    titles = dict(_titles(task, part, option, value, values))
    return {
        "name": part.option,
        "label": label(part.option),
        "value": option.write(value),
        "title": part.say(values),
        "choices": [[option.write(each), words] for each, words in titles.items()],
    }


def _plain_word(option: Option, value: Any) -> Any:
    return choice_label(option.name, value) if option.kind == "choice" else value


def _find_option(task: Task, name: str) -> Option:
    if name in FIELDS:
        return FIELDS[name]
    return next(option for option in task.options if option.name == name)


def _titles(
    task: Task, part: SentencePart, option: Option, value: Any, values: Mapping[str, Any]
) -> Iterator[tuple[Any, str]]:
    """What can be chosen, each with its words."""
    if own := named_values(task, option.name):
        yield from own.items()
        return
    spoken = task.spoken.get(option.name, {})
    for each in _offered(option, value):
        word = _(spoken[each]) if each in spoken else _plain_word(option, each)
        says_itself = f"{{{option.name}}}" in part.words
        yield each, part.say({**values, option.name: word}) if says_itself else str(word)


def named_values(task: Task, option: str) -> Mapping[Any, str]:
    """The values of an option that have names of their own; {} where they are as they are written."""
    names = {
        "task": task_titles(),
        "cell": CELL_TITLES,
        "bidirectional": {way: _(words) for way, words in DIRECTIONS.items()},
        "recurrence": {way: _(words) for way, words in RECURRENCE.items()},
        "combine": combination_titles(),
        "normalization": normalization_titles(),
    }
    return names.get(option) or task.value_titles(option)


def _offered(option: Option, value: Any) -> list[Any]:
    """Values to choose from, the present one among them."""
    if option.kind == "choice":
        return list(option.choices)
    if option.kind == "truth":
        return [True, False]
    numbers = {"hidden_size": UNITS, "num_layers": LAYERS}.get(option.name, NUMBERS)
    return sorted({value, *(n for n in numbers if option.low <= n <= option.high)})
