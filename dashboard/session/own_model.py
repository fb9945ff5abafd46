"""The reader's own model file, while it is open: on Yours, and on the pages that look inside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.analysis.checkpoint_curves import CheckpointPoint
from core.common.messages import sentence_of
from core.io.carried_layer import CarriedLayer
from core.io.checkpoint_series import Series
from core.io.model_files import ModelFile, read_model_file
from core.layers.recording import Recording
from dashboard.common.i18n import _
from dashboard.serving.turns import reserve_memory
from dashboard.session import inspected
from dashboard.session.inspected import InspectedState, forget_model
from dashboard.session.state import state

RESERVED, RESERVED_RECORDING = "own model", "recording"  # what memory is reserved for


@dataclass(frozen=True)
class OpenedFile:
    """A file that was uploaded: its name, and what it holds."""

    file: str
    model: ModelFile


@dataclass
class OpenedSeries:
    """Checkpoints of one model. order: how their step is read. at: the place of the open one in that order.

    points: what was set -> the curves of all checkpoints under it.
    """

    series: Series
    order: str
    at: int
    points: dict[str, list[CheckpointPoint]] = field(default_factory=dict)


@dataclass
class OwnModelState:
    """opened: the file that was uploaded; problem: why the last one was refused. closed: how many were closed.

    series: None where one file was uploaded. watched_seen: the recordings that this tab has shown already.
    """

    opened: OpenedFile | None = None
    problem: str = ""
    closed: int = 0
    series: OpenedSeries | None = None
    watched_seen: Mapping[str, Recording] | None = None


def open_model(opened: OpenedFile) -> None:
    """From now on this is the reader's own model, here and on the pages that look inside."""
    forget_model()
    state(OwnModelState).opened = opened
    inspected.choose_kind(inspected.MODEL)


def forget_file() -> None:
    """The reader has taken the file away; the pages look at the run."""
    mine = state(OwnModelState)
    mine.opened, mine.series, mine.problem = None, None, ""
    forget_model()
    reserve_memory(RESERVED, 0)


def close_model() -> None:
    """As `forget_file`; an uploader that still shows the file gives way to an empty one."""
    forget_file()
    state(OwnModelState).closed += 1


def open_recordings(
    recordings: Mapping[str, Recording],
    passed_over: Mapping[str, str],
    carried: Mapping[str, CarriedLayer] | None = None,
    whole: bytes | None = None,
    loss_title: str = "",
) -> None:
    """From now on these are the recordings. ValueError where there is no memory for them.

    loss_title: of a training elsewhere, what their gradients are those of; "": a notebook's own loss.
    """
    carried = carried or {}
    tensors = (v for layer in carried.values() for v in layer.tensors.values())
    needed = sum(recording.nbytes for recording in recordings.values())
    reserve_memory(RESERVED_RECORDING, needed + sum(v.nbytes for v in tensors) + len(whole or b""))
    mine = state(InspectedState)
    mine.watched, mine.passed_over = recordings, passed_over
    mine.carried, mine.whole, mine.problem = carried, whole, ""
    mine.loss_title = loss_title


def close_recordings() -> None:
    """What a notebook recorded is not looked at any more."""
    mine = state(InspectedState)
    mine.watched, mine.passed_over, mine.carried, mine.whole = {}, {}, {}, None
    reserve_memory(RESERVED_RECORDING, 0)


def open_notebook_model() -> None:
    """In place of its recordings, the notebook's model as a whole."""
    content = state(InspectedState).whole
    if content is None:
        return
    try:
        opened = OpenedFile(_("notebook"), read_model_file(content))
    except ValueError as error:
        state(InspectedState).problem = sentence_of(error)
        return
    close_recordings()
    state(OwnModelState).series = None
    open_model(opened)


def file_name() -> str:
    """The name of the file that is open; "" where there is none."""
    opened = state(OwnModelState).opened
    return opened.file if opened else ""
