"""A run as TensorBoard event files, written by the package tensorboardX."""

import io
import tempfile
import zipfile
from pathlib import Path

from ...common.messages import say
from ...training.curves import UPDATE_NUMBERS, Curves
from ...training.trainer import Trainer


def tensorboard_zip(trainer: Trainer, curves: Curves) -> bytes:
    """A .zip with one folder for `tensorboard --logdir`: loss, gradient norms, metrics, weights.

    ValueError with a sentence where tensorboardX is not installed.
    """
    try:
        from tensorboardX import SummaryWriter
    except ImportError:
        raise ValueError(
            say(
                "TensorBoard: expected the package tensorboardX, got none. pip install tensorboardX."
            )
        ) from None
    with tempfile.TemporaryDirectory() as folder:
        writer = SummaryWriter(folder, write_to_disk=True)
        for update, row in zip(curves.updates.tolist(), curves.values.tolist(), strict=True):
            for name, value in zip(UPDATE_NUMBERS, row, strict=True):
                writer.add_scalar(name, value, update)
        for update, metrics in curves.evaluations.items():
            for name, value in metrics.items():
                kind, _, metric = name.partition(" ")
                writer.add_scalar(f"{metric.replace(' ', '_')}/{kind}", value, update)
        for name, p in trainer.model.named_parameters():
            writer.add_histogram(name, p.detach().numpy(), trainer.index)
        settings = "\n".join(f"    {k} = {v}" for k, v in trainer.experiment.to_query().items())
        writer.add_text("experiment", settings, trainer.index)
        if trainer.intervention_log:
            writer.add_text(
                "trained under", f"    {trainer.intervention_log.to_json()}", trainer.index
            )
        writer.close()
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).iterdir()):
                archive.write(path, f"unrolled/{path.name}")
        return file.getvalue()
