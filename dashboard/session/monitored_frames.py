"""The frames of a training that runs elsewhere: read from its folder, sent to the player while they come.

Every recorded update is a frame. When it is opened, the older ones come as numbers, with as many recordings between
them as fit into one answer; the player asks for the others where the reader stops (`recall`).
"""

import math
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

from core.analysis.diagnosis import diagnose
from core.analysis.facts import Norms, read_recorded_facts
from core.common.messages import say
from core.io.monitor import Frame, MonitoredRun
from core.io.monitor.statistics import layer_key
from core.layers.recording import Recording
from dashboard.common.file_names import plain_name
from dashboard.common.i18n import _, in_every_language, language
from dashboard.common.quantities import describe_carry
from dashboard.common.theme import EXPERIMENTS, QUANTITIES
from dashboard.player import encoding
from dashboard.player.elsewhere_strings import elsewhere_strings
from dashboard.player.pull import MAX_UPDATES_PER_ANSWER, Pull
from dashboard.player.strings import player_strings
from dashboard.serving.scheduler import TimeSlice
from dashboard.session.frame_queue import (
    MAX_ANSWER_BYTES,
    FrameQueue,
    describe_cell,
    select_finite,
)
from dashboard.session.monitored_state import is_gone, say_state, warn_of

MAX_PAST_UPDATES = 10_000  # that are sent when a training is opened
MAX_PAST_RECORDINGS = 50  # of them, as far as they fit into an answer
RECORDINGS_PER_ANSWER = 45  # of a training that has run ahead of the player
UPDATES_FOR_DIAGNOSIS = 50  # whose norms say what is usual
GRADIENT_NORM = "grad norm"  # among the numbers of an update, where its script gives it
BYTES_OF_NUMBERS = 200  # of a frame without a recording, about
ENDS = ("low", "high")  # of a gate, in what was found in the probe
MAX_LINES = len(EXPERIMENTS)  # layers and directions of which curves over the updates are drawn

Shape = tuple[str, tuple[tuple[int, str], ...], int]


class MonitoredFrames(FrameQueue):
    """The frames of one recorded module. LookupError: nothing is recorded of this training yet.

    run: reads its folder. module: name of the module that is shown. sent: the update of every frame so far.
    """

    def __init__(self, run: MonitoredRun, module: str = ""):
        super().__init__("", encoding.FrameEncoder(()))
        self.run, self.module = run, module
        self.notice = ""
        self._recalled: tuple[int, bytes] | None = None
        self.begin_anew()

    # ------------------------------------------------------------ what is there

    @property
    def newest(self) -> int:
        """The newest update that was recorded and sent."""
        return self.sent[-1]

    @property
    def modules(self) -> list[str]:
        """The names of all modules that are recorded."""
        return self._modules

    def choose_module(self, name: str) -> None:
        """From now on this module is shown; one that is not recorded changes nothing."""
        if name in self._modules and name != self.module:
            self.module = name
            self.begin_anew()

    def begin_anew(self) -> None:
        """All frames once more, under another name: of this module, or in another shape."""
        self.run.refresh()
        newest = self._read_newest()
        self.id = uuid.uuid4().hex[:8]
        self.forget_frames()
        self._modules = list(newest.recordings)
        if self.module not in newest.recordings:
            self.module = self._modules[0]
        recording = newest.recordings[self.module]
        self.shape, self.cell = shape_of(recording), recording.cell
        self.recurrence = recording[recording.layers[0]].recurrence
        self._gates = self.cell.bounded_gates
        self.encoder = encoding.FrameEncoder(self._gates)
        self.sent = list[int]()
        self._add_past(newest)

    def _read_newest(self) -> Frame:
        """The newest recorded update that can be read."""
        for update in self.run.updates[:-6:-1]:
            try:
                return self.run.read(update)
            except LookupError:
                continue  # it is replaced, or removed, at this moment
        raise LookupError(
            _("Nothing is recorded of this training yet: its first update has not come.")
        )

    def _add_past(self, newest: Frame) -> None:
        updates = [update for update in self._updates() if update <= newest.index]
        every = max(1, math.ceil(len(updates) / MAX_PAST_UPDATES))
        updates = updates[(len(updates) - 1) % every :: every]
        self._add_layout(newest)
        recording = newest.recordings[self.module]
        quantities = len(recording.layers) * len(recording.names)
        size = 2 * quantities * recording.T * recording.H  # values and gradients, a byte each
        room = MAX_ANSWER_BYTES - BYTES_OF_NUMBERS * len(updates)
        wanted = max(1, min(MAX_PAST_RECORDINGS, room // size))
        on_disk = [update for update in self.run.updates if update <= newest.index]
        stride = math.ceil(len(on_disk) / wanted)
        recorded = set(on_disk[(len(on_disk) - 1) % stride :: stride])
        for update in updates:
            self._add(update, update in recorded)

    def _updates(self) -> list[int]:
        """Every update that was recorded, also those whose recordings were removed since."""
        return sorted({*self.run.statistics, *self.run.updates})

    # ------------------------------------------------------------ one update

    def _add(self, update: int, with_recording: bool) -> bool:
        """Adds the frame of an update -> whether its recording has another shape than those before."""
        frame = self._read(update) if with_recording else None
        self.sent.append(update)
        recording = None if frame is None else frame.recordings.get(self.module)
        if frame is None or recording is None or shape_of(recording) != self.shape:
            self.add_numbers(update, self._numbers(update))
            return frame is not None
        self._add_layout(frame)
        self.append(self._encode(frame))
        return False

    def _read(self, update: int) -> Frame | None:
        try:
            return self.run.read(update)
        except LookupError:
            return None  # removed, to make room, or half of a file

    def _encode(self, frame: Frame) -> bytes:
        recording = frame.recordings[self.module]
        no_answers = recording[recording.layers[0]]["h"].values[:, 0, :0]
        details = {"diagnosis": self._diagnose(frame.index, recording)} if frame.index else {}
        return self.encoder.encode(
            frame.index,
            len(self.layouts) - 1,
            self._numbers(frame.index),
            recording,
            no_answers,
            details,
        )

    def _numbers(self, update: int) -> dict[str, float]:
        """The numbers of an update, and what was found in the probe, by the names of the curves."""
        numbers = dict(self.run.numbers.get(update, {}))
        found = self.run.statistics.get(update, {})
        for layer, direction in self.shape[1][:MAX_LINES]:
            of_layer = found.get(layer_key(self.module, layer, direction), {})
            curves = {name: of_layer[name] for name in ("horizon", "dead") if name in of_layer}
            shares = [of_layer.get(f"{end} {gate}", 0.0) for end in ENDS for gate in self._gates]
            if self._gates and of_layer:
                curves["saturated"] = sum(shares) / len(self._gates)
            numbers |= {f"{name} {layer} {direction}": value for name, value in curves.items()}
        return select_finite(numbers)

    def _diagnose(self, update: int, recording: Recording) -> list[Any]:
        if sentence := recording.not_finite:
            return ["diverged", in_every_language(partial(_, sentence))]
        diagnosis = diagnose(read_recorded_facts(update, recording, self._norms(update)))
        return [diagnosis.kind, in_every_language(partial(_, diagnosis.sentence))]

    def _norms(self, update: int) -> list[Norms]:
        """The latest norms of the gradient, where its script gives them."""
        numbers = self.run.numbers
        latest = [n for n in self.sent[-UPDATES_FOR_DIAGNOSIS:] if n < update] + [update]
        norms = [numbers[n][GRADIENT_NORM] for n in latest if GRADIENT_NORM in numbers.get(n, {})]
        return [Norms(norm, norm) for norm in norms]

    def _add_layout(self, frame: Frame) -> None:
        recording = frame.recordings[self.module]
        steps, symbols = recording.T, list(self.run.about.symbols)
        if len(symbols) != steps:
            symbols = [str(t) for t in range(1, steps + 1)]
        if not self.layouts or self.layouts[-1]["symbols"] != symbols:
            self.layouts.append({"symbols": symbols, "answer": "", "targets": [], "drawing": {}})

    # ------------------------------------------------------------ what the player asks

    def recall(self, k: int) -> None:
        """The answer to this question is frame number k with its recording, where it is still there."""
        if 0 <= k < len(self.sent):
            frame = self._read(self.sent[k])
            recording = None if frame is None else frame.recordings.get(self.module)
            if frame is not None and recording is not None and shape_of(recording) == self.shape:
                self._add_layout(frame)
                self._recalled = (k, self._encode(frame))

    def answer(self, pull: Pull, slice_: TimeSlice, redraws: bool = False) -> bytes:
        """The frames that have come, or the one that was recalled. ValueError: the player cannot have so many."""
        if self._recalled is not None and pull.run == self.id:
            (k, frame), self._recalled = self._recalled, None
            return encoding.encode_batch(self.header() | {"start": k, "count": 1}, [frame])
        n = self.take_pull(pull, self.begin_anew)
        self._take_new(n, pull.every, slice_)
        return encoding.encode_batch(self.header() | {"redraws": redraws}, self.frames)

    def _take_new(self, n: int, every: int, slice_: TimeSlice) -> None:
        """Adds what has come. Where that is more than a player can play, only some have their recordings."""
        self.run.refresh()
        updates = self._updates()
        if n and updates and updates[-1] < self.newest and self.run.updates:
            self.notice = say(
                "The training was resumed at update {n}: the updates after it are made once more.",
                n=updates[-1],
            )
            self.begin_anew()
            return
        new = [update for update in updates if update > self.newest]
        new = new[: n if n <= 2 else MAX_UPDATES_PER_ANSWER]
        stride = max(every, math.ceil(len(new) / max(n, RECORDINGS_PER_ANSWER))) if new else 1
        for k, update in enumerate(new, 1):
            if self.is_full:
                return
            if self._add(update, (len(new) - k) % stride == 0):
                self.notice = say(
                    "From update {n} on the model has another shape: of the updates before, the numbers are shown.",
                    n=update,
                )
                self.begin_anew()
                return
            if slice_.ends_after_update():
                return

    def rest(self) -> None:
        """Nothing is left to do after an answer: the script saves its training itself."""

    def header(self) -> dict[str, Any]:
        """How the training stands, and what stays the same in all its frames, as JSON for the player."""
        about, state = self.run.about, self.run.state
        _cell, layers, size = self.shape
        return {
            "run": self.id,
            "file": plain_name(["live", about.name, self.cell.name]),
            "start": self.start,
            "count": len(self.frames),
            "done": False,
            "banner": None,
            "sizes": [size for _layer in layers],
            **describe_cell(self.cell),
            "recurrence": self.recurrence,
            "carry": describe_carry(self.cell),
            "layers": layers,
            "at": "every",
            "kind": "",
            "labels": (),
            "weights": [],
            "headline": "",
            "headline title": "",
            "headline is share": False,
            "baselines": [],
            "score": {"unseen": "", "seen": "", "baselines": [], "solved": None, "rises": False},
            "elsewhere": {
                "state": say_state(self.run),
                "isRunning": state.name == "running" and not is_gone(self.run),
                "loss": _("Gradients of {loss}.", loss=about.loss_title),
                "measures": describe_measures(layers, bool(self._gates)),
            },
            "layouts": self.layouts,
            "probe": {"text": "", "error": ""},
            "colours": QUANTITIES,
            "strings": player_strings() | elsewhere_strings(state.name),
            "language": language(),
            "notice": warn_of(self.run, self.notice),
            "saved": "",
            "redraws": False,
        }


def shape_of(recording: Recording) -> Shape:
    """What has to stay the same for its frames to belong to one film: the cell, its layers and their size."""
    cell = f"{recording.cell.name} {sorted(recording.cell.options.items())}"
    return cell, tuple(recording.layers), recording.H


def describe_measures(layers: Sequence[tuple[int, str]], has_gates: bool) -> list[dict[str, Any]]:
    """The curves over the updates: in each a line for each of the first layers."""
    measures = [
        ("horizon", _("How far back its gradient reaches: steps above 1 % of its peak"), False)
    ]
    if has_gates:
        measures.append(("saturated", _("Gates that are below 0.1 or above 0.9"), True))
    measures.append(("dead", _("Units that are 0 at every step"), True))
    return [
        {
            "name": name,
            "title": title,
            "lines": [
                (f"{name} {layer} {way}", _label(layer, way, layers), colour)
                for (layer, way), colour in zip(layers, EXPERIMENTS.values(), strict=False)
            ],
            "share": is_share,
        }
        for name, title, is_share in measures
    ]


def _label(layer: int, way: str, layers: Sequence[tuple[int, str]]) -> str:
    """What to call a layer; where some read backward, with its direction."""
    if all(other == "forward" for _layer, other in layers):
        return _("layer {n}", n=layer + 1)
    return _("layer {n} {arrow}", n=layer + 1, arrow="←" if way == "reverse" else "→")
