"""What is inspected: the session's run, the reader's own model, or what a notebook recorded.

The choice holds on Unrolled, Gates and Gradients alike; dashboard.widgets.inspected_switch is where a reader makes it.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from core.analysis.inspection import Inspection, Reading
from core.common.messages import sentence_of
from core.io.carried_layer import CarriedLayer, inspect_carried
from core.io.model_files import ModelFile
from core.layers.recording import Recording
from dashboard.common.file_names import plain_name
from dashboard.serving.turns import time_slice
from dashboard.session import interventions
from dashboard.session.state import state

RUN, MODEL, RECORDED = "run", "model", "recorded"


@dataclass(frozen=True)
class Inspected:
    """One sequence, read by something that does not train here.

    run: another name for another model, sequence or loss. reading.recording holds one sequence, cut at
    its end; batch: every sequence that was recorded. subject: None where there are numbers and no
    weights; then there are no losses either, and no output. where: the layer and direction looked at.
    """

    run: str
    title: str
    symbols: tuple[str, ...]
    reading: Reading
    batch: Recording
    subject: Inspection | None = None
    where: tuple[int, str] = (0, "forward")

    @property
    def recording(self) -> Recording:
        """The recording of the one sequence (B = 1)."""
        return self.reading.recording

    @property
    def file(self) -> str:
        """How the name of a saved picture begins."""
        return plain_name(["own", self.title, self.recording.cell.name])


@dataclass
class InspectedState:
    """What the reader brought, and what the pages look at.

    kind: RUN, MODEL or RECORDED. subject: the reader's model with its sequence. watched: layers that a
    notebook recorded, by name; passed_over: a sentence for each that it could not record; place: the layer and the sequence of them that is looked at.
    model, recording: the last ones that were read; model_of: the file of that model, and all else that it was read by; recording_of: which sequence it is. carried: of the watched layers,
    what was handed over with them; problem: why the one looked at cannot be read again. whole: the file with all
    weights of the notebook's model, where it was handed over. loss_title: of a training elsewhere, what its gradients
    are those of.
    """

    kind: str = RUN
    subject: Inspection | None = None
    watched: Mapping[str, Recording] = field(default_factory=dict)
    passed_over: Mapping[str, str] = field(default_factory=dict)
    place: tuple[str, int] = ("", 0)
    model: Inspected | None = None
    model_of: tuple[ModelFile, object] | None = None
    recording: Inspected | None = None
    recording_of: int = 0
    carried: Mapping[str, CarriedLayer] = field(default_factory=dict)
    problem: str = ""
    whole: bytes | None = None
    loss_title: str = ""


def forget_model() -> None:
    """Forgets the reader's model with what was made of it, because it is closed or another one comes."""
    mine = state(InspectedState)
    mine.subject = mine.model = mine.model_of = None
    interventions.forget_own_model()


def inspect_once(file: ModelFile, read_by: object, make: Callable[[], Inspection]) -> Inspected:
    """From now on this is the reader's own model. It is made and run on its sequence, which trains nothing, where
    another file is open than before, or `read_by`, all else that the reading depends on, is not the same."""
    mine = state(InspectedState)
    is_read = mine.model_of is not None and mine.model_of[0] is file and mine.model_of[1] == read_by
    if mine.model is None or not is_read:
        subject = make()
        mine.model, mine.subject = inspect_model(subject), subject
        mine.model_of = (file, read_by)
    return mine.model


def inspect_model(subject: Inspection) -> Inspected:
    """Runs a model on its sequence, and waits for its turn."""
    with time_slice():
        reading = subject.read()
    return Inspected(
        _new_name(), subject.title, subject.symbols, reading, reading.recording, subject
    )


def inspect_carried_layer(
    title: str, batch: Recording, which: int, carried: CarriedLayer
) -> Inspected:
    """The same with the layer's weights: it is read again, from the gradients that the notebook's loss sent into it.

    ValueError where the weights do not give the recorded numbers again.
    """
    symbols = _symbols_of(batch, which, carried)
    with time_slice():
        subject, reading = inspect_carried(title, batch, carried, which, symbols)
    return Inspected(_new_name(), title, symbols, reading, batch, subject)


def inspect_recording(
    title: str, batch: Recording, which: int, carried: CarriedLayer | None = None
) -> Inspected:
    """Sequence number `which` of a recorded batch [T, B, ...], up to its own length; there are no losses.

    The symbol of a step is the one that was handed over, its input where that is one number, else the number of the
    step.
    """
    steps = max(1, int(batch.lengths[which]))
    no_output = np.zeros((steps, 0), np.float32)
    reading = Reading(
        batch.sequence(which).until(steps),
        output=no_output,
        loss=float("nan"),
        at=(),
        losses=np.zeros(0),
        direct={},
        head=no_output,
        scores=no_output,
    )
    return Inspected(_new_name(), title, _symbols_of(batch, which, carried), reading, batch)


def read_symbols(batch: Recording, which: int) -> tuple[str, ...]:
    """The symbols of sequence number `which` of the recording that is looked at."""
    mine = state(InspectedState)
    return _symbols_of(batch, which, mine.carried.get(mine.place[0]))


def _symbols_of(batch: Recording, which: int, carried: CarriedLayer | None) -> tuple[str, ...]:
    steps = max(1, int(batch.lengths[which]))
    if carried is not None and (labels := carried.labels_of(which, steps)):
        return labels
    x = batch[batch.layers[0]]["x"].values[:steps, which]
    return tuple(f"{row[0]:.3g}" if len(row) == 1 else str(t) for t, row in enumerate(x, 1))


def _new_name() -> str:
    return f"own.{uuid.uuid4().hex[:8]}"


def choose_kind(kind: str) -> None:
    """From now on the pages look at this kind: RUN, MODEL or RECORDED."""
    state(InspectedState).kind = kind


def read_model() -> Inspected:
    """The reader's own model on its sequence; it runs once for each model and sequence."""
    mine = state(InspectedState)
    assert mine.subject is not None
    if mine.model is None or mine.model.subject is not mine.subject:
        mine.model = inspect_model(mine.subject)
    return mine.model


def _inspect_watched(mine: InspectedState, title: str, name: str, which: int) -> Inspected:
    """With the weights where they were handed over and fit; else the numbers alone, and why."""
    batch, carried, mine.problem = mine.watched[name], mine.carried.get(name), ""
    if carried is not None and carried.weights:
        try:
            return inspect_carried_layer(title, batch, which, carried)
        except (ValueError, LookupError) as error:
            mine.problem = sentence_of(error)
    return inspect_recording(title, batch, which, carried)


def read_recording(name: str, which: int) -> Inspected:
    """Sequence number `which` of the layer of this name that a notebook recorded. KeyError: no such layer."""
    mine = state(InspectedState)
    batch = mine.watched[name]
    mine.place = (name, which)
    if mine.recording is None or mine.recording.batch is not batch or mine.recording_of != which:
        title = name if len(mine.watched) == 1 else ""  # of several, the control shows it
        mine.recording, mine.recording_of = _inspect_watched(mine, title, name, which), which
    return mine.recording
