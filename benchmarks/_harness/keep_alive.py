"""HTTP/1.1 over one connection that stays, by hand: thirty clients share two cores with the server they ask.

connection = KeepAlive("http://localhost:8501")
status, body = await connection.get("/frames/…?n=0")
"""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit


class KeepAlive:
    """One question at a time; whoever asks meanwhile waits. address: http://host:port."""

    def __init__(self, address: str, cookie: str = ""):
        self._place = urlsplit(address)
        self._cookie = f"Cookie: {cookie}\r\n" if cookie else ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._turn = asyncio.Lock()

    async def get(self, target: str) -> tuple[int, bytes]:
        """(status, body) of the answer. OSError, asyncio.IncompleteReadError: there is none."""
        return await self._ask(f"GET {target} HTTP/1.1\r\n", b"")

    async def post(self, target: str, values: Mapping[str, Any]) -> tuple[int, bytes]:
        """As `get`; values: sent as JSON."""
        return await self._ask(
            f"POST {target} HTTP/1.1\r\nContent-Type: application/json\r\n",
            json.dumps(values).encode(),
        )

    def close(self) -> None:
        """The server sees that nobody listens any more."""
        if self._streams:
            self._streams[1].close()
        self._streams = None

    async def _ask(self, lines: str, body: bytes) -> tuple[int, bytes]:
        lines += f"Host: {self._place.netloc}\r\n{self._cookie}"
        if body:
            lines += f"Content-Length: {len(body)}\r\n"
        request = f"{lines}\r\n".encode() + body
        async with self._turn:
            if self._streams:
                # A server closes a connection that rested; browsers then take another one.
                with suppress(OSError, asyncio.IncompleteReadError):
                    return await self._exchange(*self._streams, request)
                self.close()
            reader, writer = self._streams = await asyncio.open_connection(
                self._place.hostname, self._place.port
            )
            return await self._exchange(reader, writer, request)

    @staticmethod
    async def _exchange(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
    ) -> tuple[int, bytes]:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        size = int(head.split(b"\r\ncontent-length:", 1)[1].split(b"\r\n", 1)[0])
        return int(head[9:12]), await reader.readexactly(size)
