"""The training loop as an iterator: one event for each update.

    for update in Trainer(Experiment(task="names", cell="lstm")):
        print(update.index, update.loss, update.grad_norm)

Randomness. All random numbers come from states of the trainer: a generator for the data, one for the
dropout, and the seed for the first weights. So on one machine the same experiment gives bit-for-bit the same run,
whether paused, saved or resumed, and different cells with the same seed see the same batches. Another processor or
another version of PyTorch rounds otherwise: there the last digits differ, and after many updates so do the curves.

The probe is the last sequence of the training batch. The layers only observe it (see `observers` in
`core.layers.recurrent`): it gets states and gradients of its own at almost no cost, and not one bit of
the training depends on it.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from ..common.messages import say
from ..common.rng import RandomStream
from ..common.threads import limit_to_one_thread
from ..layers.seq2seq import Seq2Seq
from ..layers.sequence_model import SequenceModel
from ..tasks.base import Batch, Probe
from .clipping import clip_gradient, norm_of
from .divergence import Snapshots, explain_divergence, suggest_remedy
from .evaluation import evaluate, release_memory
from .events import Evaluation as Evaluation
from .events import ProbeInputs
from .events import ProbePass as ProbePass
from .events import Update as Update
from .experiment import Experiment as Experiment
from .flat_parameters import FlatParameters
from .intervention_log import InterventionLog, interventions_of
from .memory_budget import evaluation_chunk
from .optim import OPTIMIZERS, UpdateRule
from .regularization import add_omega
from .settings_log import (
    CHANGEABLE,
    SettingsLog,
    log_until,
    with_change,
    with_settings_until,
)
from .time_budget import sequences_to_evaluate

# An evaluation of E sequences takes about as long as E / (EVALUATION_SPEED (B + 16)) updates of B sequences
# (16 stands for the fixed cost of an update), and may take EVALUATION_SHARE of the whole time.
EVALUATION_SPEED, EVALUATION_SHARE = 2.7, 0.08

NETWORKS: dict[str, Callable[..., SequenceModel | Seq2Seq]] = {
    "sequence": SequenceModel,
    "seq2seq": Seq2Seq,
}


class Trainer(Iterator[Update]):
    """Trains one network; each `next` is one update. Ends only when the run diverges.

    probe: the text of the sequence to watch (see the task's `probe`); None: a held-out example.
    Raises ValueError for a probe or data of the task that cannot be read.

    Keeps torch and NumPy to one thread, for the whole process: see `core.common.threads`.
    """

    def __init__(self, experiment: Experiment, probe: str | None = None):
        limit_to_one_thread()
        e = self.experiment = experiment
        self.task = e.make_task()
        self.probe: Probe = self.task.probe(probe)
        weights, data, dropout = (4 * e.seed + i for i in range(3))  # three sequences, one seed
        with RandomStream(weights)():
            self.model = NETWORKS[self.task.network](
                self.task.input_size,
                self.task.output_size,
                cell=e.cell,
                hidden_size=e.sizes,
                num_layers=e.num_layers,
                dropout=e.dropout,
                bias=e.bias,
                initialization=e.initialization,
                spectral_radius=e.spectral_radius,
                embedding=e.embedding,
                bidirectional=e.bidirectional,
                combine=e.combine,
                truncate=e.truncate,
                recurrence=e.recurrence,
                window=e.window,
                normalization=e.normalization,
                **self.task.network_options,
                **e.cell_options,
            )
        self.probe = self.task.complete_probe(self.probe, self.model)
        self._data = torch.Generator().manual_seed(data)
        self.panel_options: dict[str, Any] = {}  # keyword arguments of the task's `panel_data`
        self.draw = self.task.draw  # replaced where several trainers share their batches
        self._dropout = RandomStream(dropout)
        self._parameters = FlatParameters(dict(self.model.named_parameters()))
        self.optimizer = self._new_optimizer()
        self.index = 0  # updates made
        self.intervention_log = (
            InterventionLog()
        )  # the interventions that each update was made under
        self.settings_log: SettingsLog = ()  # the settings of earlier updates, where they were others
        self.diverged: str | None = None  # the sentence that explains a divergence
        self.evaluate_every = self._evaluate_every()
        self._norms: deque[float] = deque(
            maxlen=50
        )  # of the latest gradients, to explain a divergence
        self._snapshots = Snapshots()
        self._snapshots.keep(0, self._state())
        self._before: dict[str, Tensor] | None = None  # the good state before a divergence

    def _new_optimizer(self) -> UpdateRule:
        e = self.experiment
        return OPTIMIZERS[e.optimizer](self._parameters, e.learning_rate)

    def _evaluate_every(self) -> int:
        """A number of updates that no clock decides, so that a run can be repeated exactly."""
        sequences = self.task.held_out.B + self.task.train_eval.B
        updates = (
            sequences / (EVALUATION_SPEED * (self.experiment.batch_size + 16))
            + self.task.panel_work
        )
        return max(50, 50 * math.ceil(updates / EVALUATION_SHARE / 50))

    def _evaluation_due(self, update: int) -> bool:
        """Whether update 1, every `evaluate_every`-th update, or an eighth, a quarter or half of the first
        `evaluate_every` updates is reached: the network learns most at the start."""
        every = self.evaluate_every
        return update in (1, every // 8, every // 4, every // 2) or update % every == 0

    def set_probe(self, text: str | None) -> None:
        """Makes another sequence the probe from the next update on. On ValueError the present one stays."""
        self.probe = self.task.complete_probe(self.task.probe(text), self.model)

    def peek_batch(self) -> Batch:
        """The batch of the next update. Drawing it changes nothing of the run."""
        generator = torch.Generator()
        generator.set_state(self._data.get_state())
        return self.task.draw(generator, self.experiment.batch_size, self.index)

    def evaluate(self) -> Evaluation:
        """The evaluation of the present network on the task's fixed data."""
        chunk, most = evaluation_chunk(self.experiment), sequences_to_evaluate(self.experiment)
        evaluation = evaluate(self.model, self.task, chunk, self.index, self.panel_options, most)
        # Of the chunks, which are larger.
        release_memory(self.model, self.experiment.batch_size + 1)
        return evaluation

    def look(self) -> ProbePass:
        """A pass of the present network over the probe; no update is made."""
        batch = self.probe.batch
        training = self.model.training
        self.model.eval()
        _, watched = self.model.observe(batch.x, batch.lengths, 1)
        loss = self.task.probe_loss(watched, self.probe)
        loss.backward()
        self.model.train(training)
        return self._look(self.probe, watched, loss)

    def _look(self, probe: Probe, watched: Tensor, loss: Tensor) -> ProbePass:
        recording = self.model.recording
        assert recording is not None
        output = self.task.readout(watched.detach()).numpy()
        extras = self.task.panel_extras(self.model, probe)
        inputs = ProbeInputs.of_model(self.model, probe.batch.x)
        one = recording.sequence(slice(-1, None))
        return ProbePass(one, probe, output, loss.item(), inputs, extras)

    def __next__(self) -> Update:
        if self.diverged:
            raise StopIteration
        probe = self.probe
        batch = self.draw(self._data, self.experiment.batch_size, self.index)
        output, watched = self._forward(batch, probe)
        batch_loss, probe_loss = self.task.loss(output, batch), self.task.probe_loss(watched, probe)
        self._parameters.clear_gradient()
        (batch_loss + probe_loss).backward()
        if self.experiment.omega:
            add_omega(self.model.recurrent, self.experiment.omega, batch.B, batch.T)  # pyright: ignore[reportArgumentType, reportAttributeAccessIssue] (only a SequenceModel has an omega)
        look = self._look(probe, watched, probe_loss)
        gradient = self._parameters.gradient
        loss, norm = batch_loss.item(), norm_of(gradient)
        finite = math.isfinite(loss) and math.isfinite(norm)
        update, clipped, evaluation = self.index + 1, norm, None
        if finite:
            clipped = clip_gradient(
                gradient, norm, self.experiment.clipping, self.experiment.clip_at
            )
            self.optimizer.step()
            self.index = update
            self.intervention_log.add(update, interventions_of(self.model))
            self._norms.append(norm)
            if self._evaluation_due(update):
                evaluation = self.evaluate()
            if self._snapshots.due(update):
                self._snapshots.keep(update, self._state())
        else:
            self.diverged = explain_divergence(self.experiment, update, loss, norm, self._norms)
            self._before = self._snapshots.good(self.index)
            if not math.isfinite(norm_of(self._parameters.vector)):
                self._restore(self._before)  # the update before had overflowed
                self.intervention_log = self.intervention_log.until(self.index)
                self.settings_log = log_until(self.settings_log, self.index)
        return Update(
            index=update,
            loss=loss,
            metrics=self.task.batch_metrics(output, batch, loss),
            grad_norm=norm,
            grad_norm_clipped=clipped,
            learning_rate=self.experiment.learning_rate,
            look=look,
            finite=finite,
            evaluation=evaluation,
        )

    def _forward(self, batch: Batch, probe: Probe) -> tuple[Tensor, Tensor]:
        """(output for the batch, output for the probe at each of its steps [L, 1, O])."""
        x, lengths = self.task.join(batch, probe.batch)
        if self.experiment.dropout:
            with self._dropout():
                output, watched = self.model.observe(x, lengths, 1)
        else:
            output, watched = self.model.observe(x, lengths, 1)
        T = probe.batch.T
        return output, watched if len(watched) == T else watched[
            :T
        ]  # a slice costs time in the backward pass

    def change_settings(self, **changes: Any) -> None:
        """Goes on with other settings from the next update on; `settings_log` says which there were before.

        changes: some of `core.training.settings_log.CHANGEABLE`. Raises ValueError, and changes nothing, for
        other settings and for impossible values.
        """
        _check_changeable("change_settings", changes)
        before, e = self.experiment, self.experiment.but(**changes)
        self.settings_log = with_change(self.settings_log, before, e, self.index)
        self.experiment = e
        self.optimizer.rate = e.learning_rate
        for layer in self.model.parts.values():
            layer.truncate, layer.dropout = e.truncate, e.dropout
        self.model.dropout = e.dropout

    def rewind(self, **changes: Any) -> "Trainer":
        """A new trainer that goes on from a state well before the last update, with other settings.

        changes: some of `core.training.settings_log.CHANGEABLE`; without any, those of
        `core.training.divergence.suggest_remedy`. Raises ValueError for settings that need another network.
        """
        changes = changes or suggest_remedy(self.experiment)
        _check_changeable("rewind", changes)
        trainer = Trainer(self.experiment.but(**changes), self.probe.text)
        trainer._restore(self._before or self._snapshots.good(self.index))
        trainer._snapshots = Snapshots()
        trainer._snapshots.keep(trainer.index, trainer._state())
        trainer.intervention_log = self.intervention_log.until(trainer.index)
        trainer.settings_log = with_settings_until(
            self.settings_log, self.experiment, trainer.index
        )
        return trainer

    def state_dict(self) -> dict[str, Tensor]:
        """Copies of all state that is needed to go on bit for bit, except the experiment and the probe."""
        state = self._state()
        for index, snapshot in self._snapshots.states.items():
            state |= {f"snapshot.{index}.{name}": value.clone() for name, value in snapshot.items()}
        return state

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Restores what `state_dict` returned. ValueError when it belongs to another network."""
        present = {name: v for name, v in state.items() if not name.startswith("snapshot.")}
        snapshots: dict[int, dict[str, Tensor]] = {}
        for name in state.keys() - present.keys():
            _, index, rest = name.split(".", 2)
            snapshots.setdefault(int(index), {})[rest] = state[name].clone()
        self._restore(present)
        self._snapshots = Snapshots()
        for index, snapshot in sorted(snapshots.items()):
            self._snapshots.keep(index, snapshot)
        if not snapshots:
            self._snapshots.keep(self.index, self._state())

    def _state(self) -> dict[str, Tensor]:
        return self._tensors(updated=self.index > 0)

    def _tensors(self, updated: bool) -> dict[str, Tensor]:
        """Copies of the present state; that of the optimizer only if the run is `updated`."""
        state = {"index": torch.tensor(self.index), "data": self._data.get_state()}
        state["dropout"] = self._dropout.state.clone()
        for name, p in self._parameters.by_name.items():
            state[f"model.{name}"] = p.detach().clone()
        for name, running in self._running_statistics().items():
            state[f"model.{name}"] = running.clone()
        if updated:
            for name, value in self.optimizer.state_dict().items():
                state[f"optimizer.{name}"] = value
        return state

    def _running_statistics(self) -> dict[str, Tensor]:
        """What the network keeps beside its parameters: with batch normalisation, of the batches that it has seen."""
        parameters = self._parameters.by_name
        return {n: v for n, v in self.model.state_dict().items() if n not in parameters}

    def _check(self, state: Mapping[str, Tensor]) -> None:
        """ValueError unless `state` has every tensor of this trainer, in its shape and dtype."""
        updated = bool(state.get("index", torch.tensor(0)).any())
        for name, template in self._tensors(updated).items():
            value = state.get(name)
            if value is None or value.shape != template.shape or value.dtype != template.dtype:
                got = say("none")
                if value is not None:
                    got = say(
                        "{dtype} of shape {shape}", dtype=value.dtype, shape=list(value.shape)
                    )
                raise ValueError(
                    say(
                        "state: expected {name} as {dtype} of shape {shape}, got {got}. "
                        "Use the experiment it was saved with.",
                        name=name,
                        dtype=template.dtype,
                        shape=list(template.shape),
                        got=got,
                    )
                )

    @torch.no_grad()
    def _restore(self, state: Mapping[str, Tensor]) -> None:
        self._check(state)
        for name, p in self._parameters.by_name.items():
            p.copy_(state[f"model.{name}"])
        for name, running in self._running_statistics().items():
            running.copy_(state[f"model.{name}"])
        self._data.set_state(state["data"])
        self._dropout.state = torch.Generator().set_state(state["dropout"]).get_state()
        self.index = int(state["index"])
        self.optimizer = self._new_optimizer()
        if self.index:
            prefix = "optimizer."
            self.optimizer.load_state_dict(
                {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
            )


def _check_changeable(what: str, changes: Mapping[str, Any]) -> None:
    if not changes.keys() <= set(CHANGEABLE):
        raise ValueError(
            say(
                "{what}: expected some of {names}, got {got}. "
                "Start a new Trainer for another network.",
                what=what,
                names=", ".join(CHANGEABLE),
                got=", ".join(changes),
            )
        )
