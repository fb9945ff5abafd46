"""One run as the player sees it: its frames, in order, until the player holds them.

Whoever trains the run adds a frame for each update; see `dashboard.session.live_run` for one run and
`dashboard.views.compare.runs` for several.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from core.analysis.diagnosis import Norms, diagnose
from core.training.curves import Curves
from core.training.trainer import Look, Trainer, Update
from dashboard.common.colour_scales import DECADES, TOP
from dashboard.common.file_names import file_name
from dashboard.common.theme import QUANTITIES
from dashboard.player import encoding
from dashboard.player.strings import player_strings

MAX_PAST_UPDATES = (
    10_000  # updates of a saved run whose numbers are sent; of a longer one every second, ...
)
UPDATES_FOR_DIAGNOSIS = (
    50  # latest updates, for the diagnosis: of all but the newest only the norms
)
MAX_ANSWER_BYTES = (
    4 * 2**20
)  # bytes of frames for one answer; what is larger than that alone still goes
UPDATES_BETWEEN_DIAGNOSES = 10  # updates from one diagnosis to the next


class FrameBuffer:
    """The frames of one run that the player does not hold yet; `start` is the number of the first."""

    def __init__(self, identity: str, trainer: Trainer):
        self.id = identity
        self.trainer = trainer
        cell = trainer.model.recurrent.cell
        self.encoder = encoding.FrameEncoder(cell.gates)
        self.total, self.frames = 0, list[bytes]()
        self.latest = list[Norms | Update]()
        self.layouts = list[dict[str, Any]]()
        self.probe_error = ""
        self.resumed = False

    @property
    def start(self) -> int:
        return self.total - len(self.frames)

    @property
    def is_full(self) -> bool:
        """No further frame fits into this answer; the player asks for the rest."""
        return sum(map(len, self.frames)) >= MAX_ANSWER_BYTES

    def drop_frames_before(self, have: int) -> None:
        """The player holds the frames before number `have`."""
        del self.frames[: max(0, have - self.start)]

    def add_first_frame(
        self, look: Look, extra: Mapping[str, Any] | None = None, past: Curves | None = None
    ) -> None:
        """The first frame: the network as it is. past: its numbers up to now, shown before it."""
        self._add_layout()
        numbers = self._past(past) if past else {}
        self._append(self._look(look, extra or {}, numbers))
        self.resumed = bool(numbers)

    def _past(self, past: Curves) -> dict[str, float]:
        """Adds a frame for each update before the present one -> the numbers of the present one."""
        every, numbers = max(1, math.ceil(len(past) / MAX_PAST_UPDATES)), {}
        rows = list(zip(past.updates.tolist(), past.values.tolist(), strict=True))
        shown = rows[len(rows) % every :: every]
        judged = sorted(past.evaluations)
        for k, (update, (loss, norm, clipped)) in enumerate(shown):
            numbers = {"loss": loss, "grad norm": norm, "clipped norm": clipped}
            while judged and judged[0] <= update:  # where its own update is not shown, the next one
                numbers |= past.evaluations[judged.pop(0)]
            numbers = select_finite(numbers)
            if k < len(shown) - 1:
                self.add_numbers(update, numbers)
        return numbers

    def add(self, step: Update, detail: bool, extra: Mapping[str, Any] | None = None) -> None:
        """The next frame. detail: with the recording, not the scalars alone.

        extra: what else to say with it; "scalars" in it stand in for those of the step.
        """
        norms = [
            Norms(s.grad_norm, s.grad_norm_clipped)
            for s in self.latest[1 - UPDATES_FOR_DIAGNOSIS :]
        ]
        self.latest = [*norms, step]
        self._append(self._frame(step, detail, extra or {}))

    def add_numbers(self, index: int, numbers: Mapping[str, float]) -> None:
        """The next frame, where there is nothing to show but numbers."""
        self._append(self.encoder.encode(index, len(self.layouts) - 1, numbers))

    def replace_newest(self, look: Look, extra: Mapping[str, Any] | None = None) -> None:
        """The newest update once more: the network now reads another sequence."""
        self._add_layout()
        if self.frames:
            self.frames.pop()
        self.total -= 1  # where there was none, only the player still holds it
        self._append(self._look(look, extra or {}))

    def header(self) -> dict[str, Any]:
        """How the run stands, and what stays the same in all its frames."""
        experiment, task = self.trainer.experiment, self.trainer.task
        recurrent = self.trainer.model.recurrent
        return {
            "run": self.id,
            "file": file_name(experiment),
            "start": self.start,
            "count": len(self.frames),
            "done": bool(self.trainer.diverged),
            "banner": None,
            "resumed": self.resumed,
            "sizes": [size for size in experiment.sizes for _ in recurrent.directions],
            "names": recurrent.cell.quantities,
            "gates": recurrent.cell.gates,
            "layers": [
                [layer, direction]
                for layer in range(experiment.num_layers)
                for direction in recurrent.directions
            ],
            "at": task.at,
            "kind": task.panel,
            "labels": task.labels,
            "headline": task.headline,
            "headline is share": task.is_share[task.headline],
            "baselines": {
                name: values[task.headline]
                for name, values in task.baselines.items()
                if task.headline in values
            },
            "layouts": self.layouts,
            "probe": {"text": self.trainer.probe.text, "error": self.probe_error},
            "decades": [TOP, DECADES],
            "colours": QUANTITIES,
            "strings": player_strings(),
        }

    def _append(self, frame: bytes) -> None:
        self.frames.append(frame)
        self.total += 1

    def _add_layout(self) -> None:
        probe = self.trainer.probe
        self.layouts.append(
            {
                "symbols": probe.symbols,
                "answer": probe.answer,
                "targets": probe.targets,
                "drawing": probe.drawing,
            }
        )

    def _frame(self, step: Update, detail: bool, extra: Mapping[str, Any]) -> bytes:
        told = dict(extra)
        if step.evaluation is not None:
            told["picture"] = asdict(step.evaluation.panel_data)
        if step.evaluation is not None or step.index % UPDATES_BETWEEN_DIAGNOSES == 0:
            diagnosis = diagnose(self.latest, at=self.trainer.task.at)
            told["diagnosis"] = [diagnosis.kind, diagnosis.sentence]
        if not detail and step.evaluation is None:
            return self.encoder.encode(
                step.index, len(self.layouts) - 1, collect_scalars(step), extra=told
            )
        return self._with_look(step.index, collect_scalars(step), step.look, told)

    def _look(
        self, look: Look, extra: Mapping[str, Any], known: Mapping[str, float] | None = None
    ) -> bytes:
        evaluation = self.trainer.evaluate()
        numbers = dict(known or {})
        numbers |= {f"held-out {name}": value for name, value in evaluation.held_out.items()}
        told = {"picture": asdict(evaluation.panel_data), **extra}
        return self._with_look(self.trainer.index, select_finite(numbers), look, told)

    def _with_look(
        self, index: int, numbers: Mapping[str, float], look: Look, told: Mapping[str, Any]
    ) -> bytes:
        if look.panel_extras:
            told = {**told, "aside": look.panel_extras}
        return self.encoder.encode(
            index, len(self.layouts) - 1, numbers, look.recording, look.output[:, 0], told
        )


def collect_scalars(step: Update) -> dict[str, float]:
    """The numbers of one update, for the curves."""
    found = {
        "loss": step.loss,
        "grad norm": step.grad_norm,
        "clipped norm": step.grad_norm_clipped,
    }
    if step.evaluation is not None:
        found |= {f"train {name}": v for name, v in step.evaluation.train.items()}
        found |= {f"held-out {name}": v for name, v in step.evaluation.held_out.items()}
    return select_finite(found)


def select_finite(values: Mapping[str, float]) -> dict[str, float]:
    """Those of the values that can be drawn."""
    return {name: v for name, v in values.items() if v == v and abs(v) != float("inf")}
