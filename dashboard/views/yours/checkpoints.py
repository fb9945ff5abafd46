"""Many checkpoints of the reader's model: one slider over them, curves over all, and the difference of two."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.analysis.checkpoint_curves import CheckpointPoint, difference, measure_checkpoint
from core.analysis.inspection import Inspection
from core.common.messages import sentence_of
from core.io.checkpoint_series import BY_NAME
from core.io.model_files import ModelFile
from core.layers.recording import Recording
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.figures import checkpoints as figures
from dashboard.serving.turns import time_slice
from dashboard.session import sticky
from dashboard.session.checkpoints import (
    choose_checkpoint,
    choose_order,
    in_order,
    keep_points,
    steps_of,
)
from dashboard.session.controls import connect_control
from dashboard.session.inspected import Inspected, InspectedState
from dashboard.session.own_model import OpenedSeries, OwnModelState
from dashboard.session.state import state
from dashboard.widgets.charts import draw_chart
from dashboard.widgets.choice import draw_list, pick_option
from dashboard.widgets.layer_picker import layer_title

IN_FILE = "file: "  # how the name of a counter in a file begins
QUICK_NUMBERS = 4_000_000  # recorded over all checkpoints, that are measured without being asked


@dataclass(frozen=True)
class Reader:
    """make(file): the same model, sequence and loss with the weights of that file. settings: a name of all of that."""

    make: Callable[[ModelFile], Inspection]
    settings: str


def draw_slider() -> None:
    """Which of the checkpoints is open, how their order is read, and which files are left out."""
    mine = state(OwnModelState).series
    if mine is None:
        return
    for sentence in mine.series.problems:
        st.warning(escape_markdown(say_by_label(sentence)))
    orders = list(mine.series.orders)
    if len(orders) > 1:
        draw_list(
            _("The order can be read in several ways: by"),
            orders,
            orders.index(mine.order),
            format_func=_title_of_order,
            **connect_control("series order", mine.order, choose_order),
        )
    steps = steps_of(mine)
    if len(steps) < 2:
        return
    if mine.order == BY_NAME:
        st.caption(
            _("No step stands in the names or the files: they are in the order of their names.")
        )
    st.select_slider(
        _("Checkpoint, by {way}", way=_title_of_order(mine.order)),
        range(len(steps)),
        mine.at,
        format_func=lambda k: str(steps[k]),
        **connect_control("series at", mine.at, choose_checkpoint),
    )


def _title_of_order(order: str) -> str:
    if order == BY_NAME:
        return _("their names")
    if order.startswith(IN_FILE):
        return _("“{counter}” in the file", counter=order.removeprefix(IN_FILE))
    if order == "number":
        return _("the number in their names")
    return _("“{word}” in their names", word=order)


def draw_series(reader: Reader) -> None:
    """The curves over all checkpoints, and the difference of two of them."""
    mine, own = state(OwnModelState).series, state(InspectedState).model
    if mine is None or len(mine.series.checkpoints) < 2 or own is None:
        return
    st.markdown(f"## {_('Over the checkpoints')}")
    layers = own.recording.layers
    where = pick_option(
        _("Layer and direction"),
        layers,
        "series place",
        layer_title,
        disabled=len(layers) == 1,
        width=320,
    )
    points = _measure_once(reader, mine, own, where)
    if points is None:
        return
    step = steps_of(mine)[mine.at]
    titles = (
        (_title_of_loss(own), figures.loss_figure),
        (_("Horizon: steps back that the last loss’s gradient reaches"), figures.horizon_figure),
        (_("Saturation: share of values below 0.1 or above 0.9"), figures.saturation_curves_figure),
    )
    for k, (place, (title, make)) in enumerate(zip(st.columns(3), titles, strict=True)):
        with place:
            st.markdown(title)
            if k == len(titles) - 1 and not points[0].saturated:
                st.caption(_("This cell has no gates."))
                continue
            figure = make(points, step)
            if mine.order == BY_NAME:  # the numbers count the files
                figure["layout"]["xaxis"]["title"]["text"] = _(
                    "checkpoint, in the order of the names"
                )
            draw_chart(figure, f"series {k}", about="", alt=title)
    _draw_difference(reader, mine, own, where)


def _title_of_loss(own: Inspected) -> str:
    """The number that the gradients are of: of a single layer it is none of the model’s losses."""
    derived = own.subject.derived if own.subject is not None else ""
    return escape_markdown(derived) if derived else _("Loss of the sequence")


def _measure_once(
    reader: Reader, mine: OpenedSeries, own: Inspected, where: tuple[int, str]
) -> list[CheckpointPoint] | None:
    """The points under the present settings; None until the reader asks for a long reading, and where it fails."""
    settings = f"{reader.settings} {where}"
    if settings not in mine.points:
        n = len(mine.series.checkpoints)
        numbers = len(own.symbols) * own.recording.H * len(own.recording.layers) * n
        if numbers > QUICK_NUMBERS and not st.button(
            _("Read the sequence with all {n} checkpoints", n=n), key="series read"
        ):
            return None
        points = _measure(reader, mine, where)
        if points is None:
            return None
        keep_points(mine, settings, points)
    return mine.points[settings]


def _measure(
    reader: Reader, mine: OpenedSeries, where: tuple[int, str]
) -> list[CheckpointPoint] | None:
    """One point for each checkpoint; None, and the sentence, where one of them cannot be read."""
    points = []
    with st.spinner(_("Reading the sequence with each checkpoint")):
        for checkpoint, step in zip(in_order(mine), steps_of(mine), strict=True):
            try:
                with time_slice():
                    inspection = reader.make(checkpoint.model)
                    points.append(measure_checkpoint(inspection, step, checkpoint.name, where))
            except (ValueError, LookupError) as error:
                st.warning(
                    escape_markdown(
                        _(
                            "{file}: {sentence}",
                            file=checkpoint.name,
                            sentence=say_by_label(sentence_of(error)),
                        )
                    )
                )
                return None
    return points


def _draw_difference(
    reader: Reader, mine: OpenedSeries, own: Inspected, where: tuple[int, str]
) -> None:
    box = st.expander(
        _("Difference of two checkpoints"), key="series difference box", on_change="rerun"
    )
    if not box.open:
        return
    checkpoints, steps = in_order(mine), steps_of(mine)
    with box:
        left, middle, right = st.columns(3)
        places = []
        for column, name, label, first in (
            (left, "series first", _("First checkpoint"), 0),
            (middle, "series second", _("Second checkpoint"), len(checkpoints) - 1),
        ):
            with column:
                places.append(
                    pick_option(
                        label,
                        range(len(checkpoints)),
                        name,
                        lambda k: f"{steps[k]}: {checkpoints[k].name}",
                        first,
                    )
                )
        names = list(own.recording[where])
        with right:
            quantity = pick_option(_("Quantity"), names, "series quantity", str, names.index("h"))
        first, second = (_read(reader, checkpoints[k].model) for k in places)
        change = difference(first, second, where, quantity)
        draw_chart(
            figures.difference_figure(change, own.symbols, quantity),
            "series difference",
            about="",
            alt=_(
                "Maps of what changed in {name} from checkpoint {a} to {b}",
                name=quantity,
                a=steps[places[0]],
                b=steps[places[1]],
            ),
        )


def _read(reader: Reader, model: ModelFile) -> Recording:
    with time_slice():
        return reader.make(model).read().recording


def settings_of(names: tuple[str, ...], *more: object) -> str:
    """A name of all that these controls say, and of what else is given."""
    return repr([(name, sticky.get_value(name, None)) for name in names]) + repr(more)
