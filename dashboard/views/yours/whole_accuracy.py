"""How often the likeliest class of a whole model is the right one: in the sequence, and over all of a table."""

import numpy as np
import streamlit as st
import torch

from core.common.messages import sentence_of
from core.io.model_files import ModelFile
from core.io.whole_model.inspection import outputs_of
from core.io.whole_model.losses import Target, make_target
from core.io.whole_model.network import Sequences, WholeModel
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.serving.turns import time_slice
from dashboard.session.state import state
from dashboard.session.whole_model import WholeModelState
from dashboard.views.yours.whole_classes import ChosenColumn
from dashboard.views.yours.whole_table import ChosenRows
from dashboard.views.yours.whole_target import Objective, as_targets

MAX_COUNTED = 200  # sequences of a table


def describe_hits(target: Target, scores: np.ndarray) -> str:
    """At how many steps of the sequence; "" where there are no classes. scores: the outputs [T, O]."""
    if not target.has_classes:
        return ""
    right, steps = target.count_right(torch.from_numpy(scores)[:, None]), len(target.at)
    if steps == 1:
        return (
            _("The likeliest class is the right one.")
            if right
            else _("The likeliest class is a wrong one.")
        )
    return _(
        "The likeliest class is the right one at {n} of {all} steps ({share:.1%}).",
        n=right,
        all=steps,
        share=right / steps,
    )


def draw_count(
    file: ModelFile, network: WholeModel, chosen: ChosenRows, objective: Objective, settings: str
) -> None:
    """A button that counts over all sequences of the table, and what came of it. settings: a name of all that the
    count depends on, beside the file and the table."""
    assert objective.column is not None
    mine = state(WholeModelState)
    names = [*chosen.sequences][:MAX_COUNTED]
    if len(chosen.sequences) < 2:
        return
    if st.button(_("Count over {n} sequences", n=len(names)), key="whole count"):
        with time_slice(), st.spinner(_("Reading the sequences …")):
            try:
                counted = _count(network, chosen, objective, objective.column, names)
            except ValueError as error:
                st.warning(escape_markdown(say_by_label(error)))
                return
        mine.counted, mine.counted_of = counted, (id(file), chosen.content, settings)
    if mine.counted is None or mine.counted_of != (id(file), chosen.content, settings):
        return
    right, steps = mine.counted
    if objective.is_at_end:
        sentence = _(
            "Of {all} sequences the likeliest class is the right one for {n} ({share:.1%}).",
            all=steps,
            n=right,
            share=right / steps,
        )
    else:
        sentence = _(
            "Of {all:,} steps in all these sequences the likeliest class is the right one at {n:,} ({share:.1%}).",
            all=steps,
            n=right,
            share=right / steps,
        )
    st.markdown(sentence)


def _count(
    network: WholeModel,
    chosen: ChosenRows,
    objective: Objective,
    column: ChosenColumn,
    names: list[str],
) -> tuple[int, int]:
    """(how often it is the right one, of how many). ValueError with the name of a sequence that cannot be read."""
    right = total = 0
    for name in names:
        try:
            x, _labels = chosen.read(name)
            T = len(x)
            steps = (T - 1,) if objective.is_at_end else tuple(range(T))
            at, classes = column.targets(steps, chosen.sequences[name])
            read = Sequences(x[:, 0])
            values = as_targets(objective.kind, classes)
            target = make_target(objective.kind, values, at, network.outputs, T)
            right += target.count_right(outputs_of(network, read))
            total += len(at)
        except ValueError as error:
            raise ValueError(
                _("{part}: {what}", part=name[:40], what=_(sentence_of(error)))
            ) from error
    return right, total
