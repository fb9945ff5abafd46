"""A callback for Lightning that watches its training.

    trainer = Trainer(callbacks=[lightning_callback(probe, name="my run")])

An update is a batch after which an optimizer has stepped. The number of updates is in Lightning's checkpoints: a fit
from one of them goes on there.
"""

from typing import Any

from ...common.messages import say
from .monitor import Monitor


def lightning_callback(  # noqa: C901 (a class)
    probe: Any = None, *, name: str, **options: Any
) -> Any:
    """A callback of Lightning with a `Monitor` of these options, from the beginning of a fit to its end.

    Raises ValueError with a sentence where Lightning is not installed.
    """
    Callback = _callback_class()  # noqa: N806 (a class)

    class MonitorCallback(Callback):
        def __init__(self) -> None:
            self.monitor: Monitor | None = None
            self._updates: int | None = None  # of a checkpoint
            self._steps = 0

        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            start: dict[str, Any] = {} if self._updates is None else {"start": self._updates}
            self._steps = trainer.global_step
            if trainer.is_global_zero:
                self.monitor = Monitor(pl_module, probe, name=name, **(start | options))

        def on_train_batch_end(
            self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int
        ) -> None:
            if self.monitor is not None and trainer.global_step != self._steps:
                self._steps = trainer.global_step
                loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
                self.monitor.step(loss)

        def on_train_end(self, trainer: Any, pl_module: Any) -> None:
            if self.monitor is not None:
                self._updates = self.monitor.update
                self.monitor.close()

        def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:
            if self.monitor is not None:
                self.monitor.__exit__(type(exception))

        def state_dict(self) -> dict[str, Any]:
            return {"updates": self.monitor.update if self.monitor is not None else self._updates}

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            self._updates = state_dict["updates"]

    return MonitorCallback()


def _callback_class() -> type:
    try:
        from lightning.pytorch import Callback
    except ImportError:
        try:
            from pytorch_lightning import Callback  # pyright: ignore[reportMissingImports]
        except ImportError:
            raise ValueError(
                say(
                    "Lightning: expected the package lightning, got none. pip install lightning, or call "
                    "Monitor(...).step(loss) in a loop of your own."
                )
            ) from None
    return Callback
