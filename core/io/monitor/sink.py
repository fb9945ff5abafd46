"""Sends the files of a watched training to an app on another machine.

    POST {address}/monitor/{token}
        X-Unrolled-Run: 3f2a9c0155aa7d10       the run's folder: core.io.monitor.layout.key_of(name), or that and "-2" ...
        X-Unrolled-Writer: 9c1e...             letters and digits, anew for each monitor
        X-Unrolled-File: about.json            or state.json, numbers.jsonl, update-000000050.safetensors
        Content-Type: application/octet-stream

The body is the file; of numbers.jsonl it is the lines that are new, which the app appends. The app answers 204 when
it has the file; 404 when it does not have the run's about.json, which is then sent first; 409 when another monitor
that is alive writes a run of this name: the sink goes on under another one; 403 when the token is not known (any
more). Any other answer from 400 to 499 means: this file is not taken, and not sent again. After everything else it is
sent again. `core.io.monitor.inbox.receive_file` is the other side.

Training never waits for it: a thread sends what waits, at most 64 MiB; of more the oldest recorded update goes.
"""

import threading
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable

from ...common.messages import say
from .layout import ABOUT_FILE, NUMBERS_FILE, update_of

MAX_WAITING_BYTES = 64 * 2**20
TIMEOUT_SECONDS = 10.0
FIRST_PAUSE_SECONDS, LAST_PAUSE_SECONDS = 1.0, 30.0  # after an attempt that failed
CLOSE_SECONDS = 5.0  # that the end of a training waits for what is still to be sent
MAX_KEYS = 20
REFUSED = range(400, 500)
NO_RUN, TAKEN, TRY_LATER = 404, 409, (408, 429)


class Sink:
    """Sends to `address` with the reader's `token`. complain: takes a sentence about what could not be sent."""

    def __init__(
        self,
        address: str,
        token: str,
        key: str,
        writer: str,
        complain: Callable[[str], None],
    ):
        self.address, self._key, self._writer, self._complain = address, key, writer, complain
        self._url = f"{address.rstrip('/')}/monitor/{token}"
        self._waiting: deque[tuple[str, bytes]] = deque()
        self._about = b""
        self._suffix, self._dropped = 1, 0
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="unrolled-sink", daemon=True)
        self._thread.start()

    def send(self, file: str, content: bytes) -> None:
        """Takes a file that is to be sent, and returns at once."""
        with self._changed:
            if file == ABOUT_FILE:
                self._about = content
            if file == NUMBERS_FILE and self._waiting and self._waiting[-1][0] == file:
                content = self._waiting.pop()[1] + content
            elif file != NUMBERS_FILE:
                self._waiting = deque(w for w in self._waiting if w[0] != file)
            self._waiting.append((file, content))
            self._drop_oldest()
            self._changed.notify()

    def close(self) -> None:
        """Waits a little for what is still to be sent, and ends."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(CLOSE_SECONDS)

    def _drop_oldest(self) -> None:
        while sum(len(content) for _, content in self._waiting) > MAX_WAITING_BYTES:
            oldest = next((w for w in self._waiting if update_of(w[0]) is not None), None)
            if oldest is None:
                oldest = self._waiting[0]
            self._waiting.remove(oldest)
            self._dropped += 1
            if self._dropped == 1:
                self._complain(
                    say(
                        "sending to {address}: expected the app to take what is recorded, got more than it "
                        "took. The oldest recorded updates are not sent.",
                        address=self.address,
                    )
                )

    def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            with self._changed:
                while not self._waiting:
                    if self._closing:
                        return
                    self._changed.wait()
                file, content = self._waiting.popleft()
            if self._post_with_about(file, content):
                pause = FIRST_PAUSE_SECONDS
                continue
            with self._changed:
                newer = any(name == file for name, _ in self._waiting)
                if file == NUMBERS_FILE or not newer:
                    self._waiting.appendleft((file, content))
                if self._closing:
                    return
                self._changed.wait_for(lambda: self._closing, pause)
            pause = min(2 * pause, LAST_PAUSE_SECONDS)

    def _post_with_about(self, file: str, content: bytes) -> bool:
        """Sends a file -> whether that is done with, taken or refused."""
        status = self._post(file, content)
        if status == NO_RUN and file != ABOUT_FILE and self._about:
            self._post(ABOUT_FILE, self._about)
            status = self._post(file, content)
        if status is None or status >= 500 or status in TRY_LATER:
            return False
        if status in REFUSED:
            self._complain(
                say(
                    "sending to {address}: expected the app to take {file}, got the answer {status}. "
                    "Take a new token from the app's Live page.",
                    address=self.address,
                    file=file,
                    status=status,
                )
            )
        return True

    def _post(self, file: str, content: bytes) -> int | None:
        """The status of the answer; None where there is none. A name that is taken is left for the next one."""
        while True:
            key = self._key if self._suffix == 1 else f"{self._key}-{self._suffix}"
            status = self._answer(key, file, content)
            if status != TAKEN or self._suffix >= MAX_KEYS:
                return status
            self._suffix += 1
            self._complain(
                say(
                    "monitor: expected a name that no other training has now, got one that has. "
                    "At {address} this one is shown beside it.",
                    address=self.address,
                )
            )
            if file != ABOUT_FILE:
                return NO_RUN

    def _answer(self, key: str, file: str, content: bytes) -> int | None:
        headers = {
            "X-Unrolled-Run": key,
            "X-Unrolled-Writer": self._writer,
            "X-Unrolled-File": file,
            "Content-Type": "application/octet-stream",
        }
        request = urllib.request.Request(self._url, content, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                return response.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except Exception as error:
            reason = getattr(error, "reason", None) or type(error).__name__
            self._complain(
                say(
                    "sending to {address}: expected the app there, got {reason}. What is recorded is sent once "
                    "it answers; the training goes on.",
                    address=self.address,
                    reason=str(reason)[:100],
                )
            )
            return None
