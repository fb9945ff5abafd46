"""The route of a class's rooms: POST and GET /rooms/{token}.

    POST {"visitor": "…", "lesson": "why_memory", "step": "question", "value": "most"}     a prediction; token: the room
    GET                                                   what was predicted, without names; token: the teacher's key

Every process of the server answers for every room: they are in a file of the runs' folder.
"""

import re
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.common.messages import say, sentence_of
from core.course.library import open_library
from core.course.rooms import RoomError, Rooms
from core.io.store import runs_folder
from dashboard.common.i18n import _, prefer, speak
from dashboard.serving.frames import HEADERS, RefusedError, check_origin, read_body

TOKEN, VISITOR = re.compile(r"[A-Za-z0-9_-]{16,64}"), re.compile(r"[A-Za-z0-9_-]{7,60}")


async def answer_request(request: Request) -> Response:
    """Takes a prediction, or says what was predicted; a sentence with a status of HTTP where it cannot."""
    speak(prefer(None, None, request.headers.get("accept-language")))
    try:
        check_origin(request.headers)
        token = request.path_params["token"]
        if not TOKEN.fullmatch(token):
            raise RefusedError(404, say("This room is closed. Ask for its link again."))
        if request.method != "POST":
            answers = await run_in_threadpool(Rooms(runs_folder()).read_answers, token)
            return JSONResponse(answers, headers=HEADERS)
        values = await read_body(request)
        address = request.client.host if request.client else ""
        await run_in_threadpool(_take_answer, token, values, address)
        return Response(status_code=204, headers=HEADERS)
    except (RefusedError, RoomError) as refused:
        return PlainTextResponse(_(sentence_of(refused)), refused.status, HEADERS)
    except ClientDisconnect:
        return Response(status_code=400)


def _take_answer(room: str, values: dict[str, Any], address: str) -> None:
    visitor, lesson_name, id = (values.get(name) for name in ("visitor", "lesson", "step"))
    if not isinstance(visitor, str) or not VISITOR.fullmatch(visitor):
        raise RoomError(
            400,
            say(
                "visitor: expected a text of {low} to {high} letters or digits. Reload the page.",
                low=7,
                high=60,
            ),
        )
    lesson = open_library().lessons.get(lesson_name) if isinstance(lesson_name, str) else None
    step = lesson.step(id) if lesson is not None and isinstance(id, str) else None
    if lesson is None or step is None:
        raise RoomError(404, say("This lesson is not here any more. Reload the page."))
    Rooms(runs_folder()).answer(room, (lesson.name, step), visitor, values.get("value"), address)
