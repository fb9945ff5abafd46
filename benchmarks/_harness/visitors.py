"""Readers without a browser: they speak to a running app over its WebSocket, as a browser does.

What is measured with them is the server's own time. Drawing, which the browser does, comes on top.
"""

import asyncio
import contextlib
import json
import re
import socket
import struct
import time
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE = 60  # seconds until a visitor gives up


class Visitor:
    """One reader with the Live page open. `have` frames of the run `run` are held, as by the player."""

    def __init__(self, address: str, query: str, cookie: str = ""):
        self.address, self.query = address.replace("http", "ws"), query
        self.cookie = cookie
        self.run, self.have, self.received, self.problem = "", 0, 0, ""
        self.shown = 0.0  # updates played
        self.pulls: list[float] = []  # seconds from each question to its answer
        self.first = "player"  # the element that shows that the page is there
        self.counted: dict[str, int] = {}  # key of an element -> how often it came
        self._ids: dict[str, str] = {}
        self._seen: dict[str, asyncio.Event] = {}
        self._fragment = ""

    async def open(self) -> float:
        """Opens the page -> seconds until the first picture is there."""
        begun = time.perf_counter()
        self._socket = await websockets.connect(
            f"{self.address}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            open_timeout=PATIENCE,
            ping_timeout=PATIENCE,
        )
        self._listener = asyncio.create_task(self._listen())
        await self._ask({}, self.first, whole=True)
        return time.perf_counter() - begun

    async def close(self) -> None:
        """Closes the tab."""
        self._listener.cancel()
        await self._socket.close()

    async def pull(self, n: int) -> float:
        """Asks for n more frames, as the player does -> seconds until they are there."""
        question = {"run": self.run, "have": self.have, "n": n, "every": 1, "at": time.monotonic()}
        return await self.act("pull", question)

    async def act(self, event: str, value: dict[str, Any]) -> float:
        """An event of the player -> seconds until Python has answered."""
        state = {"json_trigger_value": json.dumps([{"event": event, "value": value}])}
        key = f"$$STREAMLIT_INTERNAL_KEY_{self._ids['player']}__events"
        nothing = {"json_value": "{}"}  # the component's own state, which a browser sends along
        return await self._ask({key: state, self._ids["player"]: nothing}, "player")

    async def choose(self, control: str, answer: str, **value: Any) -> float:
        """Moves a control -> seconds until the element with the key `answer` is there anew.

        value: e.g. int_value=3, as the protocol has it.
        """
        before = self.run
        begun = time.perf_counter()
        await self._ask({self._ids[control]: value}, answer, whole=True)
        while answer == "player" and self.run == before and not self.problem:
            await self._wait("player")  # that was still an answer to an earlier question
        return time.perf_counter() - begun

    async def play(self, speed: float, end: float) -> None:
        """Plays until time.monotonic() is `end`, as web/playback.js does: asks when a second is left."""
        position, last = float(self.have - 1), time.monotonic()
        run = self.run
        while (now := time.monotonic()) < end and not self.problem:
            if run != self.run:  # a control was moved
                run, position = self.run, 0.0
            step = min((now - last) * speed, max(0.0, self.have - 1 - position))
            position, self.shown, last = position + step, self.shown + step, now
            ahead = self.have - 1 - position
            if ahead < speed:
                self.pulls.append(await self.pull(int(1.5 * speed - ahead) + 1))
            else:
                await asyncio.sleep(0.02)

    async def tick(self, pause: float, end: float) -> None:
        """Reruns the page's fragment as a browser does where the page says so; never two at once."""
        while time.monotonic() < end and not self.problem:
            begun = time.monotonic()
            await self._ask({}, "h")
            await asyncio.sleep(max(0.0, pause - (time.monotonic() - begun)))

    async def _ask(self, widgets: dict[str, dict[str, Any]], answer: str, whole=False) -> float:
        message = BackMsg()
        question = message.rerun_script
        question.query_string = self.query
        for identity, value in widgets.items():
            state = question.widget_states.widgets.add(id=identity)
            for name, number in value.items():
                if isinstance(number, list):
                    getattr(state, name).data.extend(number)
                else:
                    setattr(state, name, number)
        if not whole:
            question.fragment_id = self._fragment
        begun = time.perf_counter()
        waiting = self._event(answer)
        await self._socket.send(message.SerializeToString())
        await asyncio.wait_for(waiting.wait(), PATIENCE)
        return time.perf_counter() - begun

    async def _wait(self, answer: str) -> None:
        await asyncio.wait_for(self._event(answer).wait(), PATIENCE)

    def _event(self, answer: str) -> asyncio.Event:
        if answer not in self._seen:
            self._seen[answer] = asyncio.Event()
        return self._seen[answer]

    async def _listen(self) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for data in self._socket:
                assert isinstance(data, bytes)
                self._acknowledge()
                self.received += len(data)
                message = ForwardMsg()
                message.ParseFromString(data)
                if message.WhichOneof("type") == "delta":
                    self._take(message.delta)

    def _acknowledge(self) -> None:
        """At once: the kernel would wait 40 ms for something to send along, and the server for that."""
        line: socket.socket = self._socket.transport.get_extra_info("socket")
        line.setsockopt(socket.IPPROTO_TCP, getattr(socket, "TCP_QUICKACK", socket.TCP_NODELAY), 1)

    def _take(self, delta: Any) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.problem = element.exception.message
        identity = getattr(getattr(element, kind), "id", "")
        key = re.sub(r"\.\d+$", "", identity.split("-", 2)[-1])  # without the number of a control
        self._ids[key] = identity
        self.counted[key] = self.counted.get(key, 0) + 1
        if delta.fragment_id and key == self.first:
            self._fragment = delta.fragment_id
        if kind == "bidi_component" and key == "player":
            self._take_frames(element.bidi_component.bytes)
        if event := self._seen.pop(key, None):
            event.set()

    def _take_frames(self, data: bytes) -> None:
        size = struct.unpack_from("<I", data)[0]
        header = json.loads(data[4 : 4 + size])
        if header["run"] != self.run:
            self.run, self.have = header["run"], 0
        if header["start"] <= self.have:
            self.have = max(self.have, header["start"] + header["count"])


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed; NaN for none."""
    if not values:
        return float("nan")
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
