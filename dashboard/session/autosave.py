"""The reader's saved runs in the page: who the reader is, saving by itself, going on.

A run is saved at most every EVERY seconds while it trains, in the answer to the player's question, so
there is no thread and no timer, and whoever closes the tab loses at most that much training.
"""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from core.common.files import reason
from core.io.store import Entry, Store, new_key, root
from dashboard.common.i18n import _
from dashboard.session.state import state

AUTOSAVE_SECONDS = 4.0  # seconds; with the time that saving takes, below five
PAUSE_PER_SAVING_TIME = (
    20  # a run that takes long to save is saved less often: a twentieth of the time at most
)


@dataclass
class ReaderState:
    """key: of the browser, once it has told it. session_key: of this session, before that."""

    key: str | None = None
    session_key: str = field(default_factory=new_key)


def browser_key() -> str | None:
    """The key of this browser, as soon as it has told it."""
    return state(ReaderState).key


def open_store() -> Store:
    """The reader's runs. Before the browser has told its key, those of this session alone."""
    reader = state(ReaderState)
    return Store(root(), reader.key or reader.session_key)


def set_browser_key(value: Any) -> bool:
    """Keeps what the browser says its key is; False when that is none."""
    try:
        Store(root(), value)
    except ValueError:
        return False
    state(ReaderState).key = value
    return True


class Autosave:
    """Saves one run now and then. `problem`: the sentence when the last attempt failed, else ""."""

    def __init__(self, run: str):
        self.run = run  # the name of its folder
        self.problem = ""
        self.due = time.monotonic() + AUTOSAVE_SECONDS
        self.saved = -1  # updates made when it was last saved

    def save_if_due(self, live: Any) -> None:
        """Saves when it is time, if the browser has told its key."""
        if browser_key() and time.monotonic() >= self.due and live.trainer.index != self.saved:
            self.save(live)

    def save(self, live: Any, name: str | None = None) -> None:
        """Saves now. What goes wrong is said in `problem`; the run goes on."""
        begin = time.monotonic()
        try:
            open_store().save(self.run, live.trainer, live.curves, name)
            self.problem, self.saved = "", live.trainer.index
        except OSError as error:
            self.problem = _(
                "runs: expected a folder that can be written, got: {error}. Free some space, or download "
                "the run under Yours, Export. Training goes on, and saving is tried again every few seconds."
            ).format(error=reason(error))
        except ValueError as error:
            self.problem = str(error)
        self.due = time.monotonic() + max(
            AUTOSAVE_SECONDS, PAUSE_PER_SAVING_TIME * (time.monotonic() - begin)
        )


def find_latest_run(besides: str | None) -> Entry | None:
    """The run that was saved by itself last, besides the one of this name; None where there is none."""
    return next((e for e in open_store().entries() if not e.named and e.id != besides), None)


def new_run_name() -> str:
    """The name of a new folder."""
    return uuid.uuid4().hex[:8]
