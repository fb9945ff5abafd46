"""The route by which a monitor on another machine posts what it records: POST /monitor/{token}.

The envelope and what each status means to the sender stand in core.io.monitor.sink. Every process of the server
answers for every token, since tokens and trainings are files in the folder of runs.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from core.common.messages import say, sentence_of
from core.io.monitor.inbox import MAX_POST_BYTES, RunTakenError, receive_file
from core.io.monitor.invitations import MAX_RECEIVED_BYTES, find_invited, received_bytes
from core.io.store import runs_folder
from dashboard.common.i18n import _, prefer, speak
from dashboard.serving.frames import HEADERS, RefusedError, check_origin, read_bytes

BURST, BURST_SECONDS = 600, 10.0  # posts of one token
MAX_TOKENS = 1000  # whose rates are known at a time
SIZE_SECONDS = 5.0  # for which the size of a reader's folder is believed
TOO_LONG = say(
    "recorded update: expected at most {most} MiB, got more. Watch fewer units or a shorter sequence.",
    most=MAX_POST_BYTES >> 20,
)


@dataclass
class Sender:
    """What one token has posted lately. busy: whether a post of it is being taken."""

    since: float = field(default_factory=time.monotonic)
    posts: int = 0
    busy: bool = False
    size: int = 0
    size_is_due: float = 0.0


class Senders:
    """The senders of this process. now: the clock, in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic):
        self._now = now
        self._senders: OrderedDict[str, Sender] = OrderedDict()

    def admit(self, token: str) -> Sender:
        """Notes a post; RefusedError where there are too many of this token."""
        sender = self._senders.setdefault(token, Sender(self._now()))
        self._senders.move_to_end(token)
        while len(self._senders) > MAX_TOKENS:
            self._senders.popitem(last=False)
        if self._now() - sender.since > BURST_SECONDS:
            sender.since, sender.posts = self._now(), 0
        sender.posts += 1
        if sender.busy or sender.posts > BURST:
            raise RefusedError(429, _("Too many updates at once. They are taken in a moment."))
        return sender

    def check_room(self, sender: Sender, reader: Path, n_bytes: int) -> None:
        """RefusedError where so many bytes more are too many for the reader."""
        if self._now() >= sender.size_is_due:
            sender.size, sender.size_is_due = received_bytes(reader), self._now() + SIZE_SECONDS
        sender.size += n_bytes
        if sender.size > MAX_RECEIVED_BYTES:
            raise RefusedError(
                413,
                say(
                    "trainings: expected at most {most} MiB of one reader, got more. Delete one of them under "
                    "Trainings elsewhere.",
                    most=MAX_RECEIVED_BYTES >> 20,
                ),
            )


senders = Senders()


async def answer_request(request: Request) -> Response:
    """Takes one file of a monitor; a sentence with a status of HTTP where it does not."""
    speak(prefer(None, None, request.headers.get("accept-language")))
    try:
        check_origin(request.headers)
        token = request.path_params["token"]
        reader = await run_in_threadpool(find_reader, token)
        sender = senders.admit(token)
        sender.busy = True
        try:
            content = await read_bytes(request, MAX_POST_BYTES, TOO_LONG)
            await run_in_threadpool(senders.check_room, sender, reader, len(content))
            await run_in_threadpool(take_file, reader, request, content)
        finally:
            sender.busy = False
        return Response(status_code=204, headers=HEADERS)
    except RefusedError as refused:
        return PlainTextResponse(_(sentence_of(refused)), refused.status, HEADERS)
    except ClientDisconnect:
        return Response(status_code=400)


def find_reader(token: str) -> Path:
    """The folder of the reader who made the token; it tells nobody whose it is."""
    try:
        return find_invited(runs_folder(), token)
    except LookupError as error:
        raise RefusedError(403, sentence_of(error)) from None


def take_file(reader: Path, request: Request, content: bytes) -> None:
    """Puts the file into the reader's folder. The names of the envelope are checked there: they lead nowhere else."""
    run, writer, file = (
        request.headers.get(f"x-unrolled-{name}", "") for name in ("run", "writer", "file")
    )
    try:
        receive_file(reader, run, writer, file, content)
    except RunTakenError as error:
        raise RefusedError(409, sentence_of(error)) from None
    except LookupError as error:
        raise RefusedError(404, sentence_of(error)) from None
    except ValueError as error:
        raise RefusedError(400, sentence_of(error)) from None
    except OSError:
        raise RefusedError(
            507, _("The disk takes no more updates at the moment. They are sent again.")
        ) from None
