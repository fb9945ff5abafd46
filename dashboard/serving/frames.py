"""The route of the streams: GET and POST /frames/{token}.

    GET  ?run=3f2a9c01&have=120&n=30&every=1           the frames from number `have` on, n of them if there is time
    POST {"kind": "probe", "run": "3f2a9c01", ...}     a click, as JSON; the answer is of the same kind

It stands beside Streamlit's own routes, so that no page is run anew for it. Its answers are made in the
session's turns (dashboard.serving.scheduler), one after the other; who waits for a turn takes no thread.
"""

import asyncio
import functools
import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from core.common.messages import say, sentence_of
from dashboard.common.i18n import _, prefer, speak
from dashboard.serving import turns
from dashboard.serving.scheduler import TimeSlice, TurnCancelledError
from dashboard.serving.streams import MAX_WAITING_CLICKS, Stream, find_stream
from dashboard.serving.streams import Request as Question

MAX_BODY_BYTES = 64 * 2**10
NUMBERS, MAX_DIGITS = ("have", "n", "every"), 12  # in a query, which is all text
# A token stands in the address: nothing keeps the address or the answer. Frames would not get smaller by zipping.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Encoding": "identity",
}


class RefusedError(Exception):
    """A request that gets a sentence in place of an answer. status: of HTTP."""

    def __init__(self, status: int, sentence: str):
        super().__init__(sentence)
        self.status = status


async def answer_request(request: Request) -> Response:
    """What a player asks; a sentence with a status of HTTP where it gets no answer."""
    try:
        speak(
            prefer(None, None, request.headers.get("accept-language"))
        )  # before it is known whose it is
        check_origin(request.headers)
        stream = find_stream(request.path_params["token"])
        if stream is None:
            raise RefusedError(404, _("The server does not know this run any more."))
        speak(stream.language())
        values = await read_body(request) if request.method == "POST" else read_query(request)
        question = read_question(stream, values)
        return await answer_question(stream, question)
    except RefusedError as refused:
        return PlainTextResponse(_(sentence_of(refused)), refused.status, HEADERS)
    except ClientDisconnect:
        return Response(status_code=400)


def check_origin(headers: Mapping[str, str]) -> None:
    """Browsers say which page asks: only our own may."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    is_foreign = site not in (None, "same-origin", "none")
    if origin is not None:
        is_foreign |= urlsplit(origin).netloc != headers.get("host")
    if is_foreign:
        raise RefusedError(403, _("This address answers only to the page that it belongs to."))


def read_query(request: Request) -> dict[str, Any]:
    """The values of a query, with its NUMBERS as such."""
    return {
        name: int(text)
        if name in NUMBERS and re.fullmatch(rf"[0-9]{{1,{MAX_DIGITS}}}", text)
        else text
        for name, text in request.query_params.items()
    }


async def read_bytes(request: Request, most: int, refusal: str) -> bytes:
    """The body, however long it says that it is. RefusedError with this sentence for more than `most` bytes."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise RefusedError(413, refusal)
    return bytes(body)


async def read_body(request: Request) -> dict[str, Any]:
    """The JSON object of a body, of MAX_BODY_BYTES at most."""
    sentence = say("request: expected at most {most} KiB, got more.", most=MAX_BODY_BYTES >> 10)
    body = await read_bytes(request, MAX_BODY_BYTES, sentence)
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise RefusedError(415, _("request: expected the type application/json."))
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise RefusedError(400, _("request: expected a JSON object."))
    return values


def read_question(stream: Stream, values: Mapping[str, Any]) -> Question:
    """What the values ask for."""
    try:
        return stream.read(values)
    except ValueError as error:
        raise RefusedError(400, sentence_of(error)) from None


async def answer_question(stream: Stream, question: Question) -> Response:
    """The answer, when it is the stream's turn."""
    if question.is_click and stream.clicks >= MAX_WAITING_CLICKS:
        raise RefusedError(429, _("Too many clicks at once."))
    if not question.is_click and stream.pulls:
        raise RefusedError(429, _("The question before this one is still being answered."))
    scheduler, loop = turns.scheduler(), asyncio.get_running_loop()
    with count(stream, question):
        try:
            # A question of the player's own gives way to the reader's click.
            is_cancelled = never if question.is_click else stream.has_clicks
            async with scheduler.awaited_slice(
                stream.client, question.is_click, is_cancelled
            ) as time_slice:
                data = await loop.run_in_executor(
                    training_threads(), make_answer, stream, question, time_slice
                )
        except TurnCancelledError:
            raise RefusedError(429, _("A click has come before this question.")) from None
        except (ValueError, LookupError) as error:
            raise RefusedError(400, sentence_of(error)) from None
    rest = question.after()
    after = None if rest is None else BackgroundTask(rest)
    return Response(data, 200, HEADERS, "application/octet-stream", after)


@contextmanager
def count(stream: Stream, question: Question) -> Iterator[None]:
    """Inside, the question is one of those that the stream is being asked."""
    if question.is_click:
        stream.clicks += 1
    else:
        stream.pulls = True
    try:
        yield
    finally:
        if question.is_click:
            stream.clicks -= 1
        else:
            stream.pulls = False


def never() -> bool:
    """Nothing goes before a click."""
    return False


def make_answer(stream: Stream, question: Question, time_slice: TimeSlice) -> bytes:
    """The answer's bytes, made in the name of the stream's session."""
    with turns.act_for(stream.client):
        return question.answer(time_slice)


@functools.cache
def training_threads() -> ThreadPoolExecutor:
    """Two threads: for a short slice and for a long one; the scheduler lets one of each kind run at a time."""
    return ThreadPoolExecutor(2, "training")
