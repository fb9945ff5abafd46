"""The training loop as an iterator: one event for each update.

    for step in Trainer(Experiment(task="names", cell="lstm")):
        print(step.index, step.loss, step.grad_norm)

Randomness. Everything random comes from states that the trainer holds: one generator for the data,
one for the dropout, the seed for the first weights. So the same experiment gives bit-for-bit the same
run, stepped, paused, saved or resumed, and different cells with the same seed see the same batches.

The probe rides along in the training batch as its last sequence. The layers only watch it (see
`observers` in `core.layers.recurrent`): it gets states and gradients of its own at almost no cost, and not
one bit of the training depends on it.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from ..common.rng import OwnRandomness
from ..common.threads import one_thread
from ..layers.seq2seq import Seq2Seq
from ..layers.sequence_model import SequenceModel
from ..tasks.base import Batch, Probe
from .clipping import clip, total_norm
from .divergence import Snapshots, remedy, why_diverged
from .evaluation import evaluate, release
from .events import Evaluation as Evaluation
from .events import Look as Look
from .events import Step as Step
from .experiment import Experiment as Experiment
from .intervention_log import Under, in_force
from .memory_budget import evaluation_part
from .optim import MEMORY, OPTIMIZERS
from .regularization import add_omega
from .settings_log import CHANGEABLE, Earlier, after
from .time_budget import judged

# An evaluation of E sequences takes about as long as E / (WORK (B + 16)) updates of B sequences (the 16
# for what an update costs however small it is), and may take SHARE of the whole time.
WORK, SHARE = 2.7, 0.08

NETWORKS: dict[str, Callable[..., SequenceModel | Seq2Seq]] = {
    "sequence": SequenceModel,
    "seq2seq": Seq2Seq,
}


class Trainer(Iterator[Step]):
    """Trains one network; each `next` is one update. Ends only when the run diverges.

    probe: the text of the sequence to watch (see the task's `probe`); None: a held-out example.
    Raises ValueError when the probe or the task's data is not as it should be.

    Keeps torch and NumPy to one thread, for the whole process: see `core.common.threads`.
    """

    def __init__(self, experiment: Experiment, probe: str | None = None):
        one_thread()
        e = self.experiment = experiment
        self.task = e.make_task()
        self.probe: Probe = self.task.probe(probe)
        weights, data, dropout = (4 * e.seed + i for i in range(3))  # three sequences, one seed
        with OwnRandomness(weights)():
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
                **self.task.network_options,
                **e.cell_options,
            )
        self.probe = self.task.completed(self.probe, self.model)
        self._data = torch.Generator().manual_seed(data)
        self.panel_options: dict[str, Any] = {}  # further arguments of the task's `panel_data`
        self.draw = self.task.draw  # whoever trains several on the same data shares its batches
        self._dropout = OwnRandomness(dropout)
        self._parameters = dict(self.model.named_parameters())
        self.optimizer = OPTIMIZERS[e.optimizer](self._parameters.values(), e.learning_rate)
        self.index = 0  # updates made
        self.under = Under()  # what each of them was made under
        self.earlier: Earlier = ()  # what the first of them were made with, if with other settings
        self.diverged: str | None = None  # the sentence that says so
        self.evaluate_every = self._evaluate_every()
        self._norms: deque[float] = deque(maxlen=50)  # of the latest gradients, to say how one grew
        self._snapshots = Snapshots()
        self._snapshots.keep(0, self._state())
        self._before: dict[str, Tensor] | None = None  # the good state before a divergence

    def _evaluate_every(self) -> int:
        """A fixed number of updates, by no clock, so that a run can be repeated exactly."""
        sequences = self.task.held_out.B + self.task.train_eval.B
        updates = sequences / (WORK * (self.experiment.batch_size + 16)) + self.task.panel_work
        return max(50, 50 * math.ceil(updates / SHARE / 50))

    def _evaluation_due(self, update: int) -> bool:
        """At the first update, then every `evaluate_every`; before the first of those also at its
        eighth, its quarter and its half, because that is where most is learnt."""
        every = self.evaluate_every
        return update in (1, every // 8, every // 4, every // 2) or update % every == 0

    def set_probe(self, text: str | None) -> None:
        """Watches another sequence from the next update on. ValueError: the present one stays."""
        self.probe = self.task.completed(self.task.probe(text), self.model)

    def evaluate(self) -> Evaluation:
        """The network as it is now, judged on the task's fixed data."""
        part, most = evaluation_part(self.experiment), judged(self.experiment)
        found = evaluate(self.model, self.task, part, self.index, self.panel_options, most)
        release(self.model, self.experiment.batch_size + 1)  # of the parts, which are larger
        return found

    def look(self) -> Look:
        """The network as it is now, reading the probe; no update is made."""
        batch = self.probe.batch
        training = self.model.training
        self.model.eval()
        _, watched = self.model.observe(batch.x, batch.lengths, 1)
        loss = self.task.probe_loss(watched, self.probe)
        loss.backward()
        self.model.train(training)
        self._forget_gradients()
        return self._look(self.probe, watched, loss)

    def _forget_gradients(self) -> None:  # what optimizer.zero_grad() does, in a tenth of its time
        for p in self._parameters.values():
            p.grad = None

    def _look(self, probe: Probe, watched: Tensor, loss: Tensor) -> Look:
        recording = self.model.recording
        assert recording is not None
        output = self.task.readout(watched.detach()).numpy()
        extras = self.task.panel_extras(self.model)
        return Look(recording.sequence(slice(-1, None)), probe, output, loss.item(), extras)

    def __next__(self) -> Step:
        if self.diverged:
            raise StopIteration
        probe = self.probe
        batch = self.draw(self._data, self.experiment.batch_size, self.index)
        output, watched = self._forward(batch, probe)
        taught, probe_loss = self.task.loss(output, batch), self.task.probe_loss(watched, probe)
        self._forget_gradients()
        (taught + probe_loss).backward()
        if self.experiment.omega:
            add_omega(self.model.recurrent, self.experiment.omega, batch.B, batch.T)  # pyright: ignore[reportArgumentType, reportAttributeAccessIssue] (only a SequenceModel has an omega)
        look = self._look(probe, watched, probe_loss)
        grads = [p.grad for p in self._parameters.values() if p.grad is not None]
        loss, norm = taught.item(), total_norm(grads)
        finite = math.isfinite(loss) and math.isfinite(norm)
        update, clipped, evaluation = self.index + 1, norm, None
        if finite:
            clipped = clip(grads, norm, self.experiment.clipping, self.experiment.clip_at)
            self.optimizer.step()
            self.index = update
            self.under.add(update, in_force(self.model))
            self._norms.append(norm)
            if self._evaluation_due(update):
                evaluation = self.evaluate()
            if self._snapshots.due(update):
                self._snapshots.keep(update, self._state())
        else:
            self.diverged = why_diverged(self.experiment, update, loss, norm, self._norms)
            self._before = self._snapshots.good(self.index)
            if not math.isfinite(total_norm(list(self._parameters.values()))):
                self._restore(self._before)  # the update before had overflowed
                self.under = self.under.until(self.index)
        return Step(
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
        return output, watched if len(watched) == T else watched[:T]  # a slice costs its way back

    def rewind(self, **changes: Any) -> "Trainer":
        """A new trainer that goes on from a state well before the end, with other settings.

        changes: clipping, clip_at, learning_rate; without any, what `core.training.divergence.remedy` advises.
        Raises ValueError for other settings: they make another network, with a trainer of its own.
        """
        changes = changes or remedy(self.experiment)
        if not changes.keys() <= set(CHANGEABLE):
            raise ValueError(
                f"rewind: expected clipping, clip_at or learning_rate, got {', '.join(changes)}. "
                "Start a new Trainer for another network."
            )
        trainer = Trainer(self.experiment.but(**changes), self.probe.text)
        trainer._restore(self._before or self._snapshots.good(self.index))
        trainer._snapshots = Snapshots()
        trainer._snapshots.keep(trainer.index, trainer._state())
        trainer.under = self.under.until(trainer.index)
        trainer.earlier = after(self.earlier, self.experiment, trainer.index)
        return trainer

    def state_dict(self) -> dict[str, Tensor]:
        """Everything needed to go on bit for bit, as copies; the experiment and the probe aside."""
        state = self._state()
        for index, snapshot in self._snapshots.states.items():
            state |= {f"snapshot.{index}.{name}": value.clone() for name, value in snapshot.items()}
        return state

    def load_state_dict(self, state: Mapping[str, Tensor]) -> None:
        """Goes on from what `state_dict` gave. ValueError when it belongs to another network."""
        now = {name: v for name, v in state.items() if not name.startswith("snapshot.")}
        snapshots: dict[int, dict[str, Tensor]] = {}
        for name in state.keys() - now.keys():
            _, index, rest = name.split(".", 2)
            snapshots.setdefault(int(index), {})[rest] = state[name].clone()
        self._restore(now)
        self._snapshots = Snapshots()
        for index, snapshot in sorted(snapshots.items()):
            self._snapshots.keep(index, snapshot)
        if not snapshots:
            self._snapshots.keep(self.index, self._state())

    def _state(self) -> dict[str, Tensor]:
        state = {"index": torch.tensor(self.index), "data": self._data.get_state()}
        state["dropout"] = self._dropout.state.clone()
        for name, p in self._parameters.items():
            state[f"model.{name}"] = p.detach().clone()
            for key, value in self.optimizer.state.get(p, {}).items():
                if isinstance(value, Tensor):
                    state[f"optimizer.{name}.{key}"] = value.clone()
        return state

    def _check(self, state: Mapping[str, Tensor]) -> None:
        """ValueError unless `state` has every number that this trainer needs, in its shape."""
        zero = torch.tensor(0)
        expected = {"index": zero, "data": self._data.get_state(), "dropout": self._dropout.state}
        for name, p in self._parameters.items():
            expected[f"model.{name}"] = p
            for key in MEMORY[self.experiment.optimizer] if state.get("index", zero).any() else ():
                expected[f"optimizer.{name}.{key}"] = zero.float() if key == "step" else p
        for name, like in expected.items():
            value = state.get(name)
            if value is None or value.shape != like.shape or value.dtype != like.dtype:
                got = "none" if value is None else f"{value.dtype} of shape {list(value.shape)}"
                raise ValueError(
                    f"state: expected {name} as {like.dtype} of shape {list(like.shape)}, got {got}. "
                    "Use the experiment it was saved with."
                )

    @torch.no_grad()
    def _restore(self, state: Mapping[str, Tensor]) -> None:
        self._check(state)
        for name, p in self._parameters.items():
            p.copy_(state[f"model.{name}"])
            prefix = f"optimizer.{name}."
            self.optimizer.state[p] = {
                key.removeprefix(prefix): value.clone()
                for key, value in state.items()
                if key.startswith(prefix)
            }
        self._data.set_state(state["data"])
        self._dropout.state = torch.Generator().set_state(state["dropout"]).get_state()
        self.index = int(state["index"])
