"""The frames of one run that trains here, in order, until the player has received them.

A frame is added for each update; see `dashboard.session.live_run` for one run and
`dashboard.views.compare.runs` for several.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from core.analysis.diagnosis import Diagnosis, diagnose
from core.analysis.facts import SETTLED, Norms, read_facts
from core.analysis.horizon import last_loss_flow
from core.common.messages import sentence_of
from core.layers.recording_facts import Flow
from core.training.curves import Curves
from core.training.trainer import Evaluation, ProbePass, Trainer, Update
from dashboard.common.file_names import file_name
from dashboard.common.i18n import _, in_every_language, language
from dashboard.common.labels import metric_title, say_by_label
from dashboard.common.quantities import describe_carry
from dashboard.common.theme import QUANTITIES
from dashboard.player import encoding
from dashboard.player.row_strings import feed_forward_strings
from dashboard.player.strings import player_strings
from dashboard.session.classes import answer_in_words, class_labels
from dashboard.session.frame_queue import FrameQueue, describe_cell, select_finite
from dashboard.session.score import describe_score
from dashboard.session.tiny_weights import describe_weights, read_weights

# Of a saved run, whose numbers are sent; of a longer one only every second update is sent, or every third, ...
MAX_PAST_UPDATES = 10_000
UPDATES_FOR_DIAGNOSIS = 50  # the latest ones; of all but the newest only the norms stay
UPDATES_BETWEEN_DIAGNOSES = 10


class FrameBuffer(FrameQueue):
    """The frames of one run that the player has not received yet.

    latest: updates for the diagnosis. probe_error: the sentence on a sequence that the network cannot read, which
    is probe_typed.
    """

    def __init__(self, identity: str, trainer: Trainer):
        cell = trainer.model.recurrent.cell
        super().__init__(identity, encoding.FrameEncoder(cell.bounded_gates))
        self.trainer = trainer
        self.latest = list[Norms | Update]()
        self._look: ProbePass | None = None
        self._evaluation: Evaluation | None = None
        self._flow: Flow | None = None
        self._highest = 0.0  # norm applied since update SETTLED
        self.probe_error = self.probe_typed = ""

    @property
    def sequence(self) -> str:
        """The sequence in the reader's field: as typed, also where the network cannot read it; "": the task's."""
        return self.probe_typed if self.probe_error else self.trainer.probe.text

    def refuse_probe(self, text: str, error: Exception) -> None:
        """The network cannot read this sequence: it stays in the reader's field, to be put right."""
        self.probe_typed, self.probe_error = text, sentence_of(error)

    def add_first_frame(
        self, look: ProbePass, extra: Mapping[str, Any] | None = None, past: Curves | None = None
    ) -> None:
        """Adds the network as it is, behind the numbers of its past updates where there are some."""
        self._add_layout()
        numbers = self._add_past(past) if past else {}
        self.append(self._encode_look(look, extra or {}, numbers))

    def _add_past(self, past: Curves) -> dict[str, float]:
        """Adds a frame for each update before the present one -> the numbers of the present one."""
        every, numbers = max(1, math.ceil(len(past) / MAX_PAST_UPDATES)), {}
        rows = list(zip(past.updates.tolist(), past.values.tolist(), strict=True))
        if not self.latest:
            self.latest = [Norms(*norms) for _, (_, *norms) in rows[-UPDATES_FOR_DIAGNOSIS:]]
            self._highest = max((r[2] for n, r in rows if n > SETTLED), default=0.0)
        shown = rows[len(rows) % every :: every]
        evaluated = sorted(past.evaluations)
        for k, (index, (loss, norm, clipped)) in enumerate(shown):
            numbers = {"loss": loss, "grad norm": norm, "clipped norm": clipped}
            # The evaluation of an update that is not shown goes with the next one that is.
            while evaluated and evaluated[0] <= index:
                numbers |= past.evaluations[evaluated.pop(0)]
            numbers = select_finite(numbers)
            if k < len(shown) - 1:
                self.add_numbers(index, numbers)
        return numbers

    def add(self, update: Update, detail: bool, extra: Mapping[str, Any] | None = None) -> None:
        """Adds the frame of an update.

        detail: with the recording, not the scalars alone. extra: further JSON for the page; "scalars" in it
        replace those of the update.
        """
        before = [Norms(s.grad_norm, s.grad_norm_clipped) for s in self.latest[-1:]]
        self.latest = [*self.latest[1 - UPDATES_FOR_DIAGNOSIS : -1], *before, update]
        self._look = update.look
        if update.index > SETTLED and update.finite:
            self._highest = max(self._highest, update.grad_norm_clipped)
        if update.evaluation is not None:
            self._note_evaluation(update.evaluation)
        self.append(self._encode_update(update, detail, extra or {}))

    def replace_newest(self, look: ProbePass, extra: Mapping[str, Any] | None = None) -> None:
        """Replaces the newest frame: the network now reads another sequence."""
        self._add_layout()
        if self.frames:
            self.frames.pop()
        self.total -= 1  # also where only the player still has it
        self.append(self._encode_look(look, extra or {}))

    def diagnose(self) -> Diagnosis:
        """The diagnosis of the run at its newest frame."""
        e, task = self.trainer.experiment, self.trainer.task
        facts = read_facts(
            *(task, self.trainer.index, self.latest, self._look),
            *(self._evaluation, self._flow, self._highest),
        )
        return diagnose(replace(facts, sees=e.receptive_field), e.clipping, e.optimizer)

    def header(self) -> dict[str, Any]:
        """The state of the run, and what stays the same in all its frames, as JSON for the player."""
        experiment, task = self.trainer.experiment, self.trainer.task
        recurrent = self.trainer.model.recurrent
        return {
            "run": self.id,
            "file": file_name(experiment),
            "start": self.start,
            "count": len(self.frames),
            "done": bool(self.trainer.diverged),
            "banner": None,
            "sizes": [size for size in experiment.sizes for _ in recurrent.directions],
            **describe_cell(recurrent.cell),
            "recurrence": experiment.recurrence,
            "carry": describe_carry(recurrent.cell) if experiment.recurrence else None,
            "layers": [
                [layer, direction]
                for layer in range(experiment.num_layers)
                for direction in recurrent.directions
            ],
            "at": task.at,
            "kind": task.panel,
            "labels": class_labels(task),
            "weights": describe_weights(self.trainer.model),
            "headline": task.headline,
            "headline title": metric_title(task.headline),
            "headline is share": task.is_share[task.headline],
            "baselines": [
                [_(name), values[task.headline]]
                for name, values in task.baselines.items()
                if task.headline in values
            ],
            "score": describe_score(task),
            "elsewhere": None,
            "layouts": self.layouts,
            "probe": {"text": self.sequence, "error": say_by_label(self.probe_error)},
            "colours": QUANTITIES,
            "strings": player_strings() | ({} if experiment.recurrence else feed_forward_strings()),
            "language": language(),
        }

    def _note_evaluation(self, evaluation: Evaluation) -> None:
        """Keeps what a diagnosis needs of it. The way of the last of several losses takes a pass of its own."""
        self._evaluation = evaluation
        if self.trainer.task.at == "every":
            self._flow = last_loss_flow(self.trainer)

    def _add_layout(self) -> None:
        probe = self.trainer.probe
        self.layouts.append(
            {
                "symbols": probe.symbols,
                "answer": answer_in_words(self.trainer.task, probe.answer),
                "targets": probe.targets,
                "drawing": probe.drawing,
            }
        )

    def _weights(self) -> dict[str, list[float]]:
        """The numbers of a tiny network, for a frame; {} of a larger one."""
        numbers = read_weights(self.trainer.model)
        return {"weights": numbers} if numbers else {}

    def _encode_update(self, update: Update, detail: bool, extra: Mapping[str, Any]) -> bytes:
        details = dict(extra) | self._weights()
        if update.evaluation is not None:
            details["picture"] = asdict(update.evaluation.panel_data)
        if update.evaluation is not None or update.index % UPDATES_BETWEEN_DIAGNOSES == 0:
            diagnosis = self.diagnose()
            details["diagnosis"] = [
                diagnosis.kind,
                in_every_language(partial(_, diagnosis.sentence)),
            ]
        if not detail and update.evaluation is None:
            return self.encoder.encode(
                update.index, len(self.layouts) - 1, collect_scalars(update), extra=details
            )
        return self._encode_with_look(update.index, collect_scalars(update), update.look, details)

    def _encode_look(
        self, look: ProbePass, extra: Mapping[str, Any], past: Mapping[str, float] | None = None
    ) -> bytes:
        evaluation = self.trainer.evaluate()
        self._look = look
        self._note_evaluation(evaluation)
        numbers = dict(past or {})
        numbers |= {f"held-out {name}": value for name, value in evaluation.held_out.items()}
        details = {"picture": asdict(evaluation.panel_data), **extra, **self._weights()}
        return self._encode_with_look(self.trainer.index, select_finite(numbers), look, details)

    def _encode_with_look(
        self, index: int, numbers: Mapping[str, float], look: ProbePass, details: Mapping[str, Any]
    ) -> bytes:
        if look.panel_extras:
            details = {**details, "aside": look.panel_extras}
        if (shares := look.saliency) is not None:
            details = {**details, "saliency": encoding.round_numbers(shares)}
        return self.encoder.encode(
            index, len(self.layouts) - 1, numbers, look.recording, look.output[:, 0], details
        )


def collect_scalars(update: Update) -> dict[str, float]:
    """The finite numbers of one update, by their name on the curves."""
    numbers = {
        "loss": update.loss,
        "grad norm": update.grad_norm,
        "clipped norm": update.grad_norm_clipped,
    }
    if update.evaluation is not None:
        numbers |= {f"train {name}": v for name, v in update.evaluation.train.items()}
        numbers |= {f"held-out {name}": v for name, v in update.evaluation.held_out.items()}
    return select_finite(numbers)
