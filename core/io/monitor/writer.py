"""The folder of one watched training, written: by one process at a time, in bounds, and without ever raising.

    writer = RunWriter(root, "my run", max_bytes)
    writer.last_update                    # of what is there already: a run of this name goes on
    writer.write_about(about)
    writer.add_numbers(137, {"loss": 2.5})
    writer.add_frame(frame)
    writer.close()

What goes wrong is a sentence: a warning once, and a line of state.json for who looks at the run.
"""

import contextlib
import hashlib
import json
import platform
import threading
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from ...common.files import make_folder, remove_stale_parts, replace_file
from ...common.messages import say, sentence_of
from ...common.stored_sentences import to_json
from .about import About
from .bounds import RecordedUpdates, remove_old_runs, thin_numbers
from .layout import (
    ABOUT_FILE,
    LOCK_FILE,
    NUMBERS_FILE,
    STATE_FILE,
    frame_file,
    key_of,
    live_folder,
)
from .reader import MonitoredRun
from .sink import Sink

BEAT_SECONDS = 2.0  # between two signs of life
MAX_COPIES = 20  # live monitors of one name
MAX_SENTENCES = 20
CHECK_EVERY = 10_000  # lines of numbers, after which their length is looked at


class RunWriter:
    """key: of the folder. last_update: the newest one there. started: of the first process, None for a new run.

    most_bytes: of the recorded updates. ValueError never, OSError never: without a folder nothing is written.
    """

    def __init__(self, root: str | Path, name: str, most_bytes: int):
        self.key = key_of(name)
        self.last_update, self.started = 0, None
        self.sentences: list[str] = []
        self._folder: Path | None = None
        self._records: RecordedUpdates | None = None
        self._numbers: BinaryIO | None = None
        self._lock: FileLock | None = None
        self._sink: Sink | None = None
        self._update, self._lines, self._state = 0, 0, "running"
        self._stop, self._guard = threading.Event(), threading.RLock()
        with self._no_exception():
            self._folder = self._take_folder(live_folder(root), name)
            remove_old_runs(live_folder(root))
            remove_stale_parts(self._folder)
            self._records = RecordedUpdates(self._folder, most_bytes)
            self._read_former()

    def start(self, update: int, open_sink: Callable[..., Sink] | None = None) -> None:
        """The training goes on from this update; what was made after it will be made again."""
        self._update = update
        with self._no_exception():
            if self._records is not None:
                self._records.remove_after(update)
        if open_sink is not None:
            identity = f"{platform.node()} {self._folder}"
            writer = hashlib.sha256(identity.encode()).hexdigest()[:32]
            self._sink = open_sink(key=self.key, writer=writer, complain=self.complain)
        self._thread = threading.Thread(target=self._beat, name="unrolled-monitor", daemon=True)
        self._thread.start()

    def write_about(self, about: About) -> None:
        """Writes what is watched."""
        self._write(ABOUT_FILE, about.to_bytes())
        self._write_state()

    def add_numbers(self, update: int, numbers: Mapping[str, Any]) -> None:
        """Appends a line: the numbers of an update."""
        line = json.dumps({"update": update, **numbers}).encode() + b"\n"
        self._update = update
        if self._sink is not None:
            self._sink.send(NUMBERS_FILE, line)
        if self._folder is None:
            return
        with self._no_exception():
            self._lines += 1
            if self._lines % CHECK_EVERY == 0 and thin_numbers(self._folder):
                self._close_numbers()
            if self._numbers is None:
                self._numbers = _open_lines(self._folder / NUMBERS_FILE)
            try:
                self._numbers.write(line)
            except OSError:
                self._close_numbers()
                raise

    def add_frame(self, update: int, content: bytes) -> None:
        """Writes a recorded update."""
        file = frame_file(update)
        if self._sink is not None:
            self._sink.send(file, content)
        with self._no_exception():
            if self._records is not None:
                self._records.add(update, file, content)

    def complain(self, sentence: str) -> None:
        """Says once, as a warning and in the folder, what went wrong."""
        with self._guard:
            known = {getattr(s, "template", s) for s in self.sentences}
            if getattr(sentence, "template", sentence) in known:
                return
            if len(self.sentences) < MAX_SENTENCES:
                self.sentences.append(sentence)
        with contextlib.suppress(Exception):  # a warning may have been made an error
            warnings.warn(f"Unrolled: {sentence}", stacklevel=2)
        self._write_state()

    def note(self, sentence: str) -> None:
        """Says in the folder alone what a reader is to know."""
        with self._guard:
            if sentence not in self.sentences and len(self.sentences) < MAX_SENTENCES:
                self.sentences.append(sentence)

    def close(self) -> None:
        """The training has ended."""
        if self._stop.is_set():
            return
        self._stop.set()
        self._state = "ended"
        self._write_state()
        if self._sink is not None:
            self._sink.close()
            self._write_state(to_sink=False)  # it may have complained
        with contextlib.suppress(Exception):
            self._close_numbers()
        if self._lock is not None:
            with contextlib.suppress(Exception):
                self._lock.release()

    def _take_folder(self, live: Path, name: str) -> Path:
        """The folder of this name, or, where another process writes that, one beside it; locked."""
        for copy in range(1, MAX_COPIES + 1):
            key = key_of(name) if copy == 1 else f"{key_of(name)}-{copy}"
            make_folder(live / key)
            lock = FileLock(live / key / LOCK_FILE, blocking=False)
            try:
                lock.acquire()
            except Timeout:
                continue
            except (OSError, NotImplementedError):
                self.note(
                    say("This disk locks no files: do not start two monitors of one name here.")
                )
            else:
                self._lock = lock
            self.key = key
            if copy > 1:
                self.complain(
                    say(
                        "monitor {name!r}: expected a name that no other training has now, got one that has. "
                        "This one is shown beside it; give it another name.",
                        name=name,
                    )
                )
            return live / key
        raise ValueError(
            say(
                "monitor {name!r}: expected at most {most} at once, got more. Give it another name.",
                name=name,
                most=MAX_COPIES,
            )
        )

    def _read_former(self) -> None:
        assert self._folder is not None
        try:
            former = MonitoredRun(self._folder)
        except LookupError:
            return
        while former.refresh():
            pass
        self.started = former.about.started
        self.last_update = max([0, *former.updates[-1:], *[*former.numbers][-1:]])

    def _beat(self) -> None:
        while not self._stop.wait(BEAT_SECONDS):
            self._write_state()

    def _write_state(self, to_sink: bool = True) -> None:
        with self._guard:
            content = json.dumps(
                {
                    "state": self._state,
                    "update": self._update,
                    "sentences": [to_json(sentence) for sentence in self.sentences],
                }
            ).encode()
            with contextlib.suppress(Exception):
                if self._folder is not None:
                    replace_file(self._folder / STATE_FILE, content)
        if self._sink is not None and to_sink:
            self._sink.send(STATE_FILE, content)

    def _write(self, file: str, content: bytes) -> None:
        if self._sink is not None:
            self._sink.send(file, content)
        with self._no_exception():
            if self._folder is not None:
                replace_file(self._folder / file, content)

    def _close_numbers(self) -> None:
        numbers, self._numbers = self._numbers, None
        if numbers is not None:
            numbers.close()

    @contextlib.contextmanager
    def _no_exception(self):
        try:
            yield
        except Exception as error:
            self.complain(error_sentence(error))


def error_sentence(error: Exception) -> str:
    """What is said of an exception: its own sentence where it is one of ours."""
    sentence = sentence_of(error)
    if hasattr(sentence, "template"):
        return sentence
    return say(
        "monitor: expected to record the training, got {kind}: {error}. Look at the probe, then at the disk.",
        kind=type(error).__name__,
        error=str(error)[:300],
    )


def _open_lines(path: Path) -> BinaryIO:
    """The file, to append lines to; a line that a killed process has torn is ended."""
    file = open(path, "ab+", buffering=0)  # noqa: SIM115
    if file.tell():
        file.seek(-1, 2)
        if file.read(1) != b"\n":
            file.write(b"\n")
    return file
