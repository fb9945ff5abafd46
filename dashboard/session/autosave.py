"""Saves the session's run by itself, in the store of the reader's browser.

A run is saved every AUTOSAVE_SECONDS at most while it trains, as a part of answering the player. So there is no
thread and no timer, and a closed tab loses at most that much training.
"""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from core.common.files import describe_error
from core.common.messages import say, sentence_of
from core.io.store import SavedRun, Store, new_key, runs_folder
from dashboard.session.state import state

AUTOSAVE_SECONDS = 4.0  # with the time that saving takes, below five
PAUSE_PER_SAVING_TIME = 20  # a run that takes long to save is saved less often


@dataclass
class ReaderState:
    """key: of the browser, once it has sent it. session_key: of this session, before that."""

    key: str | None = None
    session_key: str = field(default_factory=new_key)


def browser_key() -> str | None:
    """The key of this browser; None before it has sent it."""
    return state(ReaderState).key


def open_store() -> Store:
    """The store of the reader's runs; before the browser has sent its key, of this session's alone."""
    reader = state(ReaderState)
    return Store(runs_folder(), reader.key or reader.session_key)


def set_browser_key(value: Any) -> bool:
    """Sets the key that the browser sent -> whether it is a sound one; any other changes nothing."""
    try:
        Store(runs_folder(), value)
    except ValueError:
        return False
    state(ReaderState).key = value
    return True


class Autosave:
    """Saves one run every few seconds.

    run: name of its folder. problem: the sentence when the last attempt failed, else "". due: when the next one
    is, of `time.monotonic`. saved: updates made when the run was last saved.
    """

    def __init__(self, run: str):
        self.run = run
        self.problem = ""
        self.due = time.monotonic() + AUTOSAVE_SECONDS
        self.saved = -1

    def is_due(self, live: Any) -> bool:
        """Whether it is time, the browser has sent its key and the run has trained since it was last saved."""
        is_time = time.monotonic() >= self.due
        return is_time and live.trainer.index != self.saved and browser_key() is not None

    def save_newest(self, live: Any) -> None:
        """Saves the run as it is now, where a page is about to list what is saved and some updates are not yet."""
        if live.trainer.index not in (0, self.saved) and browser_key() is not None:
            with live.busy:
                self.save(live)

    def save(self, live: Any, name: str | None = None) -> None:
        """Saves now, under a name if one is given. A failure is noted in `problem`; nothing is raised."""
        start = time.monotonic()
        try:
            open_store().save(self.run, live.trainer, live.curves, name)
            self.problem, self.saved = "", live.trainer.index
        except OSError as error:
            self.problem = say(
                "Saved runs: expected a folder that can be written, got: {error}. Free some space, or download "
                "the run under Yours, Export. Training goes on, and saving is tried again every few seconds.",
                error=describe_error(error),
            )
        except ValueError as error:
            self.problem = sentence_of(error)
        self.due = time.monotonic() + max(
            AUTOSAVE_SECONDS, PAUSE_PER_SAVING_TIME * (time.monotonic() - start)
        )


def find_latest_run(besides: str | None) -> SavedRun | None:
    """The run that was last saved by itself, besides the one in this folder; None where there is none."""
    return next((e for e in open_store().entries() if not e.named and e.id != besides), None)


def new_run_name() -> str:
    """A name for a new folder: 8 hexadecimal digits."""
    return uuid.uuid4().hex[:8]
