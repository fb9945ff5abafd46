"""What must hold between the settings of a network that is not the usual one."""

from typing import Any

from ..cells import Cell
from ..common.messages import say
from ..tasks import Task
from .fields import FIELDS


def check_recurrence(e: Any, cell: Cell, task: Task) -> None:
    """ValueError where the Experiment's recurrence, window or normalization does not fit its task or cell."""
    if e.normalization != FIELDS["normalization"].default and task.network == "seq2seq":
        raise ValueError(
            say(
                "normalization: expected {usual} for the task {task}, got {value}. Only networks of one part have it.",
                usual=FIELDS["normalization"].default,
                task=e.task,
                value=e.normalization,
            )
        )
    for name in ("recurrence", "window"):
        option, value = FIELDS[name], getattr(e, name)
        if value != option.default and task.network == "seq2seq":
            raise ValueError(
                say(
                    "{name}: expected {usual} for the task {task}, got {value}. The decoder knows of the source "
                    "only what the encoder carries to its end.",
                    name=name,
                    usual=option.write(option.default),
                    task=e.task,
                    value=option.write(value),
                )
            )
    if not e.recurrence and cell.peepholes:
        raise ValueError(
            say(
                "peephole: expected false without recurrence, got true. It looks at a carried state."
            )
        )
