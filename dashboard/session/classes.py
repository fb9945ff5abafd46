"""What the classes of a task are called: in the reader's language, where they are the task's own and not the reader's."""

from core.tasks import Task
from dashboard.common.i18n import _, in_context

CLASS = "class"  # the context in a catalogue


def class_label(task: Task, label: str) -> str:
    """The class, or other output, that the task calls so."""
    return label if task.has_own_data else in_context(CLASS, label)


def class_labels(task: Task) -> tuple[str, ...]:
    """Of all outputs."""
    return tuple(class_label(task, label) for label in task.labels)


def answer_in_words(task: Task, answer: str) -> str:
    """What is right of a sequence: a class, or what the task says in words."""
    return class_label(task, answer) if answer in task.labels else _(answer)
