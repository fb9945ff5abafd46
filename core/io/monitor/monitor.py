"""Watches a training from inside its loop.

    with Monitor(model, probe, name="my run") as monitor:
        for batch in batches:
            ...
            optimizer.step()
            monitor.step(loss)

After every 50th update the model reads the probe, and what is inside goes into the folder of runs, where the app's Live
page plays it while the training goes on. The training stays bit for bit what it would be alone, and never stops because
of this: whatever fails is a warning, once.
"""

import os
import platform
import time
import weakref
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ...common.messages import say
from .about import About, AboutLayer
from .counter import UpdateCounter
from .frame import Frame
from .layout import MAX_FRAME_BYTES, MAX_RUN_BYTES
from .probe import Probe, find_layers
from .reader import PROBE
from .settings import Destination, check_settings
from .shadow import unwrap
from .sink import Sink
from .statistics import ScalarWriter, statistics, write_scalars
from .writer import RunWriter, error_sentence

FLUSH_SECONDS = 0.5  # that losses may wait on a GPU, since reading them holds it up


class Monitor:
    """Records what is inside `model` after every `every`-th update of a training; a context manager.

    probe: what the model is called with: a tensor or packed sequence is its one argument, a tuple its arguments, a
    dict its named ones. Its first sequence is recorded. loss: what the gradients start from, a function of the model's
    output, or of the model and the probe; None: the norm of the last state. name: of the run. A monitor goes on with
    the run of its name; start: the updates that are already made (those of a checkpoint, 0 to begin anew); None: as
    many as are in the run. symbols: a word for each step of the probe. layer: dotted name of the one layer that is
    recorded; None: all.

    root: the app's folder of runs; None: that of UNROLLED_RUNS or beside the app. post, token: the address of an app on
    another machine, and the token that its Live page gives. max_bytes: of the recorded updates; when there are more,
    every second one is removed, the first and the newest stay. counts: whether it counts updates by itself, at each
    step of a torch optimizer; then give it losses with `note`.

    In a distributed training only rank 0 records. Raises ValueError for arguments that cannot be meant, and nothing
    later.
    """

    def __init__(  # noqa: PLR0913 (all but two by name)
        self,
        model: nn.Module,
        probe: Any = None,
        *,
        name: str,
        every: int = 50,
        loss: Callable[..., Tensor] | None = None,
        symbols: Sequence[str] | None = None,
        layer: str | None = None,
        start: int | None = None,
        root: str | Path | None = None,
        post: str | None = None,
        token: str | None = None,
        max_bytes: int = MAX_RUN_BYTES,
        counts: bool = False,
    ):
        destination = Destination(root, post, token)
        self.name, self.every = check_settings(model, name, every, start, max_bytes)
        find_layers(unwrap(model), layer)
        self._model, self._probe = model, Probe(probe, loss, layer)
        self._symbols = None if symbols is None else tuple(map(str, symbols))
        self._scalars: ScalarWriter | None = None
        self._noted: dict[str, Any] = {}
        self._waiting: list[tuple[int, dict[str, Any], Any]] = []
        self._flushed, self._pid = time.monotonic(), os.getpid()
        self._counter: UpdateCounter | None = None
        self._layers: tuple[AboutLayer, ...] = ()
        self.update = self._start = start or 0
        self._writer: RunWriter | None = None
        if _rank() == 0:
            self._open(destination, start, max_bytes)
            if counts:
                self._counter = UpdateCounter(model, layer, self._after_update)

    def _open(self, destination: Destination, start: int | None, max_bytes: int) -> None:
        self._writer = writer = RunWriter(destination.folder(), self.name, max_bytes)
        self._finalizer = weakref.finalize(self, _close_writer, writer, self._pid)
        if start is None:
            self.update = self._start = writer.last_update
        if writer.last_update:
            writer.note(say("Went on after update {update}.", update=self.update))
        open_sink: Callable[..., Sink] | None = None
        if destination.post is not None and destination.token is not None:
            open_sink = partial(Sink, destination.post, destination.token)
        writer.start(self.update, open_sink)
        self._started = writer.started or time.time()
        self._write_about(self._layers)
        if self.update == 0:
            self._attempt(self._record, {})

    @property
    def key(self) -> str:
        """The name of the run's folder; "" where nothing is recorded."""
        return self._writer.key if self._writer is not None else ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """What went wrong so far, and how the training went on."""
        return tuple(self._writer.sentences) if self._writer is not None else ()

    def step(self, loss: Any = None, **numbers: Any) -> None:
        """An update has been made. loss, numbers: of it, as a number or a tensor with one; they go into the curves.

        Where the monitor counts by itself, this notes the numbers for the next update, as `note` does.
        """
        if loss is not None:
            numbers = {"loss": loss, **numbers}
        if numbers:
            self.note(**numbers)
        if self._counter is None:
            self._after_update()

    def note(self, **numbers: Any) -> None:
        """Numbers that belong to the update that is made next."""
        for name, value in numbers.items():
            self._attempt(
                lambda name=name, value=value: self._noted.update({name: _detached(value)})
            )

    def to_tensorboard(self, writer: ScalarWriter) -> None:
        """From now on writes the statistics of each recorded update with `writer.add_scalar(tag, value, update)`."""
        self._scalars = writer

    def close(self) -> None:
        """The training has ended."""
        if self._writer is None or not self._finalizer.alive:
            return
        if self._counter is not None:
            self._counter.close()
            if self.update == self._start:
                self._writer.complain(
                    say(
                        "monitor: expected a step of an optimizer that holds the recurrent layer, got none. "
                        "Call Monitor(...).step(loss) after each update instead."
                    )
                )
        self._attempt(self._flush)
        self._finalizer()

    def __enter__(self) -> "Monitor":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        if kind is not None and self._writer is not None:
            self._writer.note(say("The training ended with {error}.", error=kind.__name__))
        self.close()

    def _after_update(self) -> None:
        if self._writer is None or not self._finalizer.alive or os.getpid() != self._pid:
            return
        self.update += 1
        self._attempt(self._take_update)

    def _take_update(self) -> None:
        numbers, self._noted = self._noted, {}
        if self.update % self.every == 0 and not _is_capturing():
            self._record(numbers)
            return
        self._waiting.append((self.update, numbers, None))
        on_gpu = any(isinstance(value, Tensor) for value in numbers.values())
        if not on_gpu or time.monotonic() - self._flushed > FLUSH_SECONDS:
            self._flush()

    def _record(self, numbers: dict[str, Any]) -> None:
        """Reads the probe, and writes what is inside and the numbers of the update; those also where it fails."""
        found = None
        try:
            frame = self._probe.record(self._model, self.update)
            plain = _plain(numbers)
            found = statistics(frame)
            frame = Frame(frame.index, frame.recordings, frame.output, frame.loss, plain)
            self._write_frame(frame)
        finally:
            self._waiting.append((self.update, numbers, found))
            self._flush()
        if self._scalars is not None and found is not None:
            write_scalars(self._scalars, found, frame)

    def _write_frame(self, frame: Frame) -> None:
        assert self._writer is not None
        layers = tuple(AboutLayer.of_recording(n, r) for n, r in frame.recordings.items())
        if layers != self._layers:
            if self._layers:
                self._writer.note(
                    say("The recorded layers changed before update {update}.", update=frame.index)
                )
            self._write_about(layers)
            self._layers = layers
            self._check_symbols(next(iter(frame.recordings.values())).T)
        content = frame.to_bytes()
        if len(content) > MAX_FRAME_BYTES:
            raise ValueError(
                say(
                    "probe: expected one of which a record takes at most {most} MiB, got {mib} MiB. "
                    "Shorten it, or name one layer.",
                    most=MAX_FRAME_BYTES >> 20,
                    mib=len(content) >> 20,
                )
            )
        self._writer.add_frame(frame.index, content)

    def _check_symbols(self, steps: int) -> None:
        assert self._writer is not None
        if self._symbols is not None and len(self._symbols) != steps:
            self._writer.complain(
                say(
                    "symbols: expected {steps}, one for each step of the probe, got {got}. The steps are numbered "
                    "instead.",
                    steps=steps,
                    got=len(self._symbols),
                )
            )

    def _write_about(self, layers: tuple[AboutLayer, ...]) -> None:
        assert self._writer is not None
        about = About(
            name=self.name,
            started=self._started,
            every=self.every,
            loss_title=self._probe.loss_title,
            symbols=self._symbols or self._probe.symbols,
            layers=layers,
            model=type(unwrap(self._model)).__name__,
            torch=torch.__version__,
            host=platform.node(),
        )
        self._writer.write_about(about)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._flushed = time.monotonic()
        assert self._writer is not None
        for update, numbers, found in waiting:
            line = _plain(numbers)
            self._writer.add_numbers(update, line if found is None else line | {PROBE: found})

    def _attempt(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Calls the function; the training goes on whatever it raises."""
        try:
            function(*arguments)
        except Exception as error:
            if self._writer is not None:
                self._writer.complain(error_sentence(error))


def _close_writer(writer: RunWriter, pid: int) -> None:
    if os.getpid() == pid:  # not in a process that was forked from it
        writer.close()


def _detached(value: Any) -> Any:
    """A number as it is; of a tensor its number, or, where reading that would hold up a GPU, a copy."""
    if not isinstance(value, Tensor):
        return float(value)
    value = value.detach()
    return value.item() if value.device.type == "cpu" else value.clone()


def _plain(numbers: dict[str, Any]) -> dict[str, float]:
    return {
        name: float(value.item()) if isinstance(value, Tensor) else value
        for name, value in numbers.items()
    }


def _rank() -> int:
    """Of this process in a distributed training; 0 outside of one."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_rank()
    rank = os.environ.get("RANK", "0")
    return int(rank) if rank.isdecimal() else 0


def _is_capturing() -> bool:
    """Whether a CUDA graph is being made, in which nothing may be read."""
    return torch.cuda.is_initialized() and torch.cuda.is_current_stream_capturing()
