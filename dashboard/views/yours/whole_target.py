"""What the outputs of the reader's whole model are held against: its loss, where, and the target."""

from dataclasses import dataclass, replace

import streamlit as st
import torch
from torch import Tensor

from core.io.table_inputs import number_columns
from core.io.whole_model.inspection import outputs_of
from core.io.whole_model.losses import KINDS, Target, make_target, own_answers
from core.io.whole_model.network import Sequences, WholeModel
from core.io.whole_model.targets import Targets, next_symbols, typed_classes, typed_numbers
from core.tasks.data.csv_table import read_table
from dashboard.common.i18n import N_, _
from dashboard.session import sticky
from dashboard.session.whole_model import OUT, vocabulary_of
from dashboard.views.yours.whole_classes import ChosenColumn, choose_class_column
from dashboard.views.yours.whole_input import Given
from dashboard.views.yours.whole_table import ChosenRows
from dashboard.widgets.choice import pick_option, pick_segment

KIND_TITLES = {
    "cross entropy": N_("cross entropy"),
    "binary cross entropy": N_("binary cross entropy"),
    "squared error": N_("squared error"),
}
AT_TITLES = {"every": N_("at every step"), "end": N_("at the end")}
TARGET_TITLES = {
    "decoded": N_("what the decoder is to say"),
    "next": N_("the symbol that comes next"),
    "own": N_("the model’s own answer"),
    "typed": N_("typed"),
    "column": N_("a column of the table"),
}


@dataclass(frozen=True)
class Objective:
    """kind: of the loss. at: the steps with a loss. values: the target of each; None: the model's own answer.

    classes: their names, where the reader's table has them; else (). column: that they
    stand in. is_at_end: whether the last step alone has a loss.
    """

    kind: str
    at: tuple[int, ...]
    values: Tensor | None
    classes: tuple[str, ...] = ()
    column: ChosenColumn | None = None
    is_at_end: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """A name for each output; a single one is the chance of the second class."""
        return self.classes if KINDS[self.kind].takes_classes else self.classes[1:]

    @property
    def phi(self) -> str:
        """The function of the outputs."""
        return KINDS[self.kind].phi

    def target_of(self, network: WholeModel, read: Sequences) -> Target:
        """The target of that network, which may be one of several checkpoints. ValueError where it is none."""
        values = self.values
        if values is None:
            values = own_answers(self.kind, outputs_of(network, read), self.at)
        return make_target(self.kind, values, self.at, network.outputs, read.steps)

    @property
    def class_at(self) -> dict[int, str]:
        """Step -> the name of its class, where classes have names."""
        if self.values is None or not self.classes:
            return {}
        numbers = self.values.flatten().long().tolist()
        return {step: self.classes[k] for step, k in zip(self.at, numbers, strict=True)}


def choose_objective(network: WholeModel, given: Given) -> Objective:
    """The controls for the loss -> what the outputs are held against. ValueError where what was typed is none."""
    kinds = list(KINDS)
    kind = pick_option(
        _("Loss"),
        kinds,
        "whole loss",
        lambda kind: _(KIND_TITLES[kind]),
        0 if network.outputs > 1 else kinds.index("squared error"),
    )
    where = "every"
    if network.plan.reads == "every":
        where = pick_segment(
            _("It is taken"), list(AT_TITLES), "whole at", lambda where: _(AT_TITLES[where])
        )
    else:
        where = "end"
    source = _pick_source(network, given, kind, where)
    if source == "own":
        st.caption(
            _(
                "How far the model is from being sure of its own answer, or 0: not the loss that it was trained with."
            )
        )
        return Objective(kind, _steps_of(given, where), None)
    steps = _steps_of(given, where)
    if source == "column" and given.table is not None:
        objective = _read_column(network, given.table, kind, steps)
        return replace(objective, is_at_end=where == "end")
    return Objective(kind, *_read_target(network, given, kind, steps, source))


def as_targets(kind: str, classes: Tensor) -> Tensor:
    """The numbers of classes [K] as the targets of a loss; a single output is the chance of class 1, [K, 1]."""
    return classes if KINDS[kind].takes_classes else classes.float()[:, None]


def describe_loss(at: tuple[int, ...]) -> str:
    """What the number is, in a sentence."""
    if len(at) == 1:
        return _("The loss at step {step}.", step=at[0] + 1)
    return _("The mean of the losses of {n} steps.", n=len(at))


def _steps_of(given: Given, where: str) -> tuple[int, ...]:
    """The steps with a loss: every one at which the model says something, or the last."""
    T, decoded = given.read.steps, given.read.decoded
    first = 0 if decoded is None else T - len(decoded)
    return tuple(range(first, T)) if where == "every" else (T - 1,)


def _pick_source(network: WholeModel, given: Given, kind: str, where: str) -> str:
    takes_classes = KINDS[kind].takes_classes
    sources = []
    if takes_classes and given.answer is not None:
        sources.append("decoded")
    can_follow = given.ids is not None and given.answer is None and len(given.ids) > 1
    if takes_classes and where == "every" and can_follow:
        largest = 0 if given.ids is None else int(given.ids.max())
        if largest < network.outputs and network.outputs >= _symbols_read(network):
            sources.append("next")
    sources += ["own", "typed"]
    if given.table is not None and takes_classes == (network.outputs > 1):
        sources.append("column")
    return pick_option(
        _("Target"), sources, "whole target", lambda source: _(TARGET_TITLES[source])
    )


def _symbols_read(network: WholeModel) -> int:
    part = [*network.parts][-1]
    table = network.tables[part]
    return network.parts[part].input_size if table is None else len(table)


def _read_target(
    network: WholeModel, given: Given, kind: str, steps: tuple[int, ...], source: str
) -> Targets:
    if source == "next" and given.ids is not None:
        return next_symbols(given.ids)
    if source == "decoded" and given.answer is not None:
        return steps, given.answer[-len(steps) :]
    return _read_typed(network, given, kind, steps)


def _read_typed(network: WholeModel, given: Given, kind: str, steps: tuple[int, ...]) -> Targets:
    takes_classes = KINDS[kind].takes_classes
    vocabulary = vocabulary_of(OUT)
    names = vocabulary.labels(network.outputs)
    text = sticky.get_value("whole target text", None)
    if text is None:  # something to change: what the model itself says
        answers = own_answers(kind, outputs_of(network, given.read), steps)
        if takes_classes:
            text = " ".join(names[k] if names else str(k) for k in answers.tolist())
        else:
            text = "\n".join(" ".join(f"{v:.3g}" for v in row) for row in answers.tolist())
    st.text_area(
        _("Classes: one for each step, ? for none")
        if takes_classes
        else _("Numbers: {n} for each step, a line a step, ? for none", n=network.outputs),
        text,
        height=110,
        **sticky.connect("whole target text", text),
    )
    if takes_classes:
        words = bool(names) and not all(word.isdecimal() or word == "?" for word in text.split())
        return typed_classes(text, "word" if words else "id", vocabulary, steps, network.outputs)
    return typed_numbers(text, steps, network.outputs)


def _read_column(
    network: WholeModel, chosen: ChosenRows, kind: str, steps: tuple[int, ...]
) -> Objective:
    table = read_table(chosen.content)
    if kind != "squared error":
        column = choose_class_column(table, chosen.rows, max(network.outputs, 2), len(steps) == 1)
        at, numbers = column.targets(steps, chosen.rows)
        return Objective(kind, at, as_targets(kind, numbers), column.names, column)
    names = number_columns(table)
    column = pick_option(
        _("Column"),
        list(names),
        "whole target column",
        lambda k: f"{k}: {names[k][:40]}",
        len(names) - 1,
    )
    values, _labels = replace(chosen, columns=(column,)).read_chosen()
    return Objective(kind, steps, values[torch.tensor(steps), 0])
