"""A Lightning training, watched by a callback."""

import importlib
import sys

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import core.io.monitor.lightning
from core.io.monitor import list_monitored
from core.io.monitor.lightning import lightning_callback

pytestmark = pytest.mark.filterwarnings("ignore")


def fit(folder, callbacks, updates, checkpoint=None):
    import lightning.pytorch as pl

    class Module(pl.LightningModule):
        def __init__(self):
            super().__init__()
            self.rnn = nn.LSTM(2, 3, batch_first=True)
            self.losses = []

        def forward(self, x):
            return self.rnn(x)[0]

        def training_step(self, batch, _):
            loss = self(batch[0]).square().mean()
            self.losses.append(loss.item())
            return loss

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), 0.1)

    torch.manual_seed(0)
    module = Module()
    batches = DataLoader(TensorDataset(torch.randn(6, 4, 2)), batch_size=2)
    trainer = pl.Trainer(
        max_steps=updates,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=callbacks,
        default_root_dir=folder,
    )
    trainer.fit(module, batches, ckpt_path=checkpoint)
    trainer.save_checkpoint(folder / "last.ckpt")
    return module.losses


@pytest.mark.long
def test_a_callback_watches_a_fit_and_goes_on_from_its_checkpoint(tmp_path):
    pytest.importorskip("lightning")
    options = {"name": "pl", "every": 2, "root": tmp_path}
    alone = fit(tmp_path, [], 3)
    alone += fit(tmp_path, [], 5, tmp_path / "last.ckpt")
    assert fit(tmp_path, [lightning_callback(torch.ones(1, 4, 2), **options)], 3) == alone[:3]
    callback = lightning_callback(torch.ones(1, 4, 2), **options)
    assert fit(tmp_path, [callback], 5, tmp_path / "last.ckpt") == alone[3:]
    (run,) = list_monitored(tmp_path)
    run.refresh()
    assert run.state.name == "ended"
    assert run.updates == [0, 2, 4]
    assert [run.numbers[k + 1]["loss"] for k in range(5)] == pytest.approx(alone)
    assert run.about.model == "Module"


def test_without_lightning_it_is_said(monkeypatch):
    for name in ("lightning", "lightning.pytorch", "pytorch_lightning"):
        monkeypatch.setitem(sys.modules, name, None)
    importlib.reload(core.io.monitor.lightning)  # can be imported all the same
    with pytest.raises(ValueError, match="Lightning: expected the package lightning, got none"):
        lightning_callback(name="a")
