"""Requests to routes of the app, without a server."""

import asyncio
import gzip
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.routing import BaseRoute


@dataclass
class Answer:
    """body: unpacked. headers: by their names in small letters."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def get(routes: list[BaseRoute], path: str, **headers: str) -> Answer:
    """What these routes answer to a GET of the path; headers: "_" in a name is "-"."""
    sent = [(name.replace("_", "-").lower().encode(), v.encode()) for name, v in headers.items()]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": sent,
    }
    answer = Answer()

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): v.decode() for name, v in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    asyncio.run(Starlette(routes=routes)(scope, receive, send))  # type: ignore[arg-type]
    if answer.headers.get("content-encoding") == "gzip":
        answer.body = gzip.decompress(answer.body)
    return answer
