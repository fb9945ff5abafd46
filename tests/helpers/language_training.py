"""A language model as people write them, trained from a seed: what a monitor is to leave as it is.

python -m tests.helpers.language_training FOLDER: trains it alone, watched and killed, and watched from its checkpoint.
"""

import json
import os
import random
import shutil
import signal
import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

from core.io.monitor import Monitor

VOCABULARY, WIDTH, CHECKPOINT_EVERY = 30, 12, 10


class LanguageModel(nn.Module):
    """Embedding, two LSTM layers, batch norm, dropout, and an output that is tied to the embedding; packed batches."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(
            VOCABULARY, WIDTH, max_norm=2.0
        )  # its forward changes weights
        self.noise = nn.Dropout(0.3)
        self.rnn = nn.LSTM(WIDTH, WIDTH, num_layers=2, dropout=0.3)
        self.norm = nn.BatchNorm1d(WIDTH)
        self.output = nn.Linear(WIDTH, VOCABULARY)
        self.output.weight = self.embedding.weight
        self.calls = 0
        self.last: Tensor | None = None

    def forward(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """tokens [T, B], lengths [B] -> logits [N, V] of all steps together, packed."""
        self.calls += 1
        x = self.noise(self.embedding(tokens))
        packed = pack_padded_sequence(x, lengths, enforce_sorted=False)
        states, (h, _) = self.rnn(packed)
        self.last = h  # belongs to a graph: copy.deepcopy refuses the model
        assert isinstance(states, PackedSequence)
        return self.output(self.noise(self.norm(states.data)))


class Training:
    """The model, its optimizer, and the random states: all that a checkpoint has."""

    def __init__(self, learning_rate: float = 0.05) -> None:
        torch.manual_seed(3)
        np.random.seed(4)  # noqa: NPY002
        random.seed(5)
        self.model = LanguageModel()
        self.optimizer = torch.optim.Adam(self.model.parameters(), learning_rate)
        self.updates = 0

    def update(self) -> Tensor:
        """One update -> its loss."""
        steps = 4 + random.randrange(3) + int(np.random.randint(3))  # noqa: NPY002
        tokens = torch.randint(VOCABULARY, (steps, 5))
        lengths = torch.randint(2, steps + 1, (5,))
        lengths[0] = steps
        targets = pack_padded_sequence(tokens.roll(-1, 0), lengths, enforce_sorted=False).data
        self.optimizer.zero_grad()
        loss = cross_entropy(self.model(tokens, lengths), targets)
        loss.backward()
        self.optimizer.step()
        self.updates += 1
        return loss

    def save(self, path: Path) -> None:
        """A checkpoint."""
        python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
        states = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "updates": self.updates,
            "random": (torch.get_rng_state(), python, numpy),
        }
        torch.save(states, path.with_suffix(".part"))
        os.replace(path.with_suffix(".part"), path)

    def load(self, path: Path) -> None:
        """The training as it was at the checkpoint."""
        states = torch.load(path, weights_only=False)
        self.model.load_state_dict(states["model"])
        self.optimizer.load_state_dict(states["optimizer"])
        self.updates = states["updates"]
        torch_state, python, numpy = states["random"]
        torch.set_rng_state(torch_state)
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002


def probe() -> tuple[Tensor, Tensor]:
    """Two sequences, of which the first is shorter."""
    return torch.tensor([[1, 2], [3, 4], [5, 6], [0, 7]]), torch.tensor([3, 4])


def train(folder: Path, updates: int, name: str = "", kill_at: int = 0) -> None:
    """Trains up to `updates` from the checkpoint in the folder, if there is one; writes the loss of each update.

    name: of a monitor; "": none. kill_at: the update after which the process kills itself.
    """
    training, checkpoint = Training(), folder / "checkpoint.pt"
    if checkpoint.exists():
        training.load(checkpoint)
    monitor = nullcontext()
    if name:
        monitor = Monitor(
            training.model,
            probe(),
            name=name,
            every=5,
            start=training.updates,
            root=folder / "runs",
        )
    with monitor as watching, open(folder / "losses.jsonl", "a") as losses:
        while training.updates < updates:
            loss = training.update()
            if watching is not None:
                watching.step(loss)
            losses.write(json.dumps([training.updates, loss.item()]) + "\n")
            losses.flush()
            if training.updates % CHECKPOINT_EVERY == 0:
                training.save(checkpoint)
            if training.updates == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)


def main(folder: Path) -> None:
    """Three processes, one after another: alone; watched and killed; watched from its checkpoint."""
    torch.set_num_threads(1)
    Training().update()  # what torch imports late, it imports once for all three
    for arguments in (("alone", 24), ("watched", 24, "my run", 17), ("watched", 24, "my run")):
        (folder / arguments[0]).mkdir(exist_ok=True)
        child = os.fork()
        if child == 0:
            train(folder / arguments[0], *arguments[1:])
            os._exit(0)
        os.waitpid(child, 0)
        if arguments[-1] == 17:
            shutil.copytree(folder / "watched", folder / "killed")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
