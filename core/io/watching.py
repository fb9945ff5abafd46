"""`watch`: what is inside a model, of a few calls in a notebook, or of a whole training as it goes.

with watch(model) as recordings:
    loss(model(batch)).backward()
recordings["encoder"]["f"].grads                     # [T, B, H]

with watch(model, live="my run", every=50, probe=batch):
    train(model)                                     # plays on the app's Live page meanwhile
"""

from contextlib import AbstractContextManager
from typing import Any, overload

from torch import nn

from ..common.messages import say
from . import watch as recorded
from .monitor import Monitor


@overload
def watch(
    model: nn.Module, record: str = "full", keep: int | str = 1
) -> AbstractContextManager[recorded.Recordings]: ...


@overload
def watch(model: nn.Module, *, live: str, **options: Any) -> Monitor: ...


def watch(
    model: nn.Module,
    record: str = "full",
    keep: int | str = 1,
    *,
    live: str | None = None,
    **options: Any,
) -> Any:
    """Without `live` as `core.io.watch.watch`: records each call of the recurrent layers inside `model`.

    live: the name of a run. Then a `core.io.monitor.Monitor` with these options (probe, every, loss, ...) records the
    training inside the `with`. It counts the updates by itself, at the steps of torch's optimizers; `note(loss=loss)`
    before a step gives it the loss.
    """
    if live is not None:
        return Monitor(model, name=live, counts=True, **options)
    if options:
        raise ValueError(
            say(
                'watch: expected the name of a run as live, for {options}, got none. Add live="my run".',
                options=", ".join(options),
            )
        )
    return recorded.watch(model, record, keep)
