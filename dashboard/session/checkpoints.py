"""The reader's checkpoints of one training: which of them is open, and what was measured over all of them."""

from collections.abc import Sequence

from core.analysis.checkpoint_curves import CheckpointPoint
from core.io.checkpoint_series import Checkpoint, Series
from dashboard.session import sticky
from dashboard.session.own_model import OpenedFile, OpenedSeries, OwnModelState
from dashboard.session.state import state

MAX_MEASURED = 4  # settings whose curves are kept
# What the reader sets here, by the names of the controls.
SETTINGS = ("series first", "series second", "series quantity", "series place")


def open_series(series: Series) -> OpenedFile:
    """From now on these are the checkpoints; the last one is open."""
    sticky.forget_values(SETTINGS)
    mine = state(OwnModelState)
    mine.series = OpenedSeries(series, series.orders[0], len(series.checkpoints) - 1)
    return _opened(in_order(mine.series)[-1])


def in_order(mine: OpenedSeries) -> Sequence[Checkpoint]:
    """The checkpoints by their step."""
    return mine.series.in_order(mine.order)


def steps_of(mine: OpenedSeries) -> list[int]:
    """The step of each checkpoint, in their order."""
    return [mine.series.step_of(each, mine.order) for each in in_order(mine)]


def choose_checkpoint(at: int) -> None:
    """Opens the checkpoint of this place, with the same sequence and the same choices."""
    mine = state(OwnModelState)
    if mine.series is not None:
        mine.series.at = at
        mine.opened = _opened(in_order(mine.series)[at])


def choose_order(order: str) -> None:
    """Reads their step in this way; the same checkpoint stays open."""
    mine = state(OwnModelState).series
    if mine is not None:
        present = in_order(mine)[mine.at]
        mine.order, mine.points = order, {}
        mine.at = [each is present for each in in_order(mine)].index(True)


def model_bytes() -> int:
    """What the open file takes in bytes, with all other checkpoints where there are some."""
    mine = state(OwnModelState)
    if mine.series is not None:
        return mine.series.series.nbytes
    return 0 if mine.opened is None else mine.opened.model.nbytes


def keep_points(mine: OpenedSeries, settings: str, points: list[CheckpointPoint]) -> None:
    """Keeps what was measured under these settings, and of former settings the last few."""
    mine.points[settings] = points
    for old in list(mine.points)[:-MAX_MEASURED]:
        del mine.points[old]


def _opened(checkpoint: Checkpoint) -> OpenedFile:
    return OpenedFile(checkpoint.name, checkpoint.model)
