"""Readers without a browser: they speak to a running app as a browser does.

The page comes over Streamlit's WebSocket; what the player shows is pulled from its stream, over a connection that
stays. What is measured with them is the server's own time. Drawing, which the browser does, comes on top.
"""

import asyncio
import contextlib
import json
import re
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks._harness.keep_alive import KeepAlive

PATIENCE = 60  # seconds until a visitor gives up
SOON = 0.1  # seconds until the next try, while the server still answers the question before
FINISHED = "finished"  # what is waited for where the whole page has to be there
SUCCESSFULLY = ForwardMsg.ScriptFinishedStatus.Value("FINISHED_SUCCESSFULLY")
LONGEST_REST = 0.1  # seconds for which a player that has enough looks at nothing


class Visitor:
    """One reader with the Live page open. `have` frames of the run `run` are there, as in the player.

    updates: how many of the frames that came are of updates, not a run's first picture. pulls: seconds from each
    question for frames to its answer. shown: updates played. counted: key of an element -> how often it came.
    problem: what went wrong.
    """

    def __init__(self, address: str, query: str, cookie: str = ""):
        self.address, self.query, self.cookie = address, query, cookie
        self.run, self.have, self.received, self.problem = "", 0, 0, ""
        self.updates = 0
        self.shown = 0.0
        self.pulls: list[float] = []
        self.counted: dict[str, int] = {}
        self.first = "player"  # the element that shows that the page is there
        self._token, self._stamp, self._caught_up = "", "", ""
        self._ids: dict[str, str] = {}
        self._awaited: dict[str, asyncio.Event] = {}
        self._fragment = ""
        self._frames = KeepAlive(address, cookie)
        self._clicks = KeepAlive(address, cookie)  # they go before a question that is open

    async def open(self) -> float:
        """Opens the page -> seconds until the first picture is there."""
        begun = time.perf_counter()
        self._socket = await websockets.connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            open_timeout=PATIENCE,
            ping_timeout=PATIENCE,
        )
        self._listener = asyncio.create_task(self._listen())
        await self._rerun({}, self.first)
        await self._catch_up()
        return time.perf_counter() - begun

    async def close(self) -> None:
        """Closes the tab."""
        self._listener.cancel()
        self._frames.close()
        self._clicks.close()
        await self._socket.close()

    def is_connected(self) -> bool:
        """Whether the connection of its page stands."""
        return not self._listener.done()

    async def pull(self, n: int) -> float:
        """Asks for n more frames, as the player does -> seconds until they are there."""
        return await self._ask(lambda: self._frames.get(self._question(n)))

    def _question(self, n: int) -> str:
        return f"/frames/{self._token}?run={self.run}&have={self.have}&n={n}&every=1"

    async def act(self, kind: str) -> float:
        """A click in the player -> seconds until it is answered."""
        values = {"kind": kind, "run": self.run, "have": self.have, "n": 0}
        return await self._ask(lambda: self._clicks.post(f"/frames/{self._token}", values))

    async def choose(self, control: str, answer: str, **value: Any) -> float:
        """Moves a control -> seconds until `answer` is there: FINISHED, or the element of that key anew.

        control, answer: a key, or what it begins with. value: e.g. int_value=3, as the protocol has it.
        """
        begun = time.perf_counter()
        await self._rerun({self._identify(control): value}, answer)
        return time.perf_counter() - begun

    async def begin_run(self, control: str, **value: Any) -> float:
        """As `choose`, of a control that begins a new run -> seconds until its first frame is there."""
        before = self.run
        begun = time.perf_counter()
        await self.choose(control, "player", **value)
        await self._catch_up()
        while self.run == before and not self.problem:
            await asyncio.wait_for(self._expect("player").wait(), PATIENCE)
            await self._catch_up()
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
                await asyncio.sleep(min(LONGEST_REST, (ahead - speed) / speed + 1e-3))

    async def tick(self, pause: float, end: float) -> None:
        """Reruns the page's fragment as a browser does where the page says so; never two at once."""
        while time.monotonic() < end and not self.problem:
            begun = time.monotonic()
            await self._rerun({}, "h", self._fragment)
            await asyncio.sleep(max(0.0, pause - (time.monotonic() - begun)))

    async def _rerun(
        self, widgets: dict[str, dict[str, Any]], answer: str, fragment: str = ""
    ) -> None:
        """Has the page, or a fragment of it, run with these widgets' values, and waits for the answer."""
        message = BackMsg()
        question = message.rerun_script
        question.query_string, question.fragment_id = self.query, fragment
        for identity, value in widgets.items():
            state = question.widget_states.widgets.add(id=identity)
            for name, number in value.items():
                setattr(state, name, number)
        waiting = self._expect(answer)
        await self._socket.send(message.SerializeToString())
        await asyncio.wait_for(waiting.wait(), PATIENCE)

    def _expect(self, answer: str) -> asyncio.Event:
        return self._awaited.setdefault(answer, asyncio.Event())

    def _identify(self, key: str) -> str:
        """The id of the newest element whose key is, or begins with, this one. LookupError: there is none."""
        for known in reversed(self._ids):
            if begins_with(known, key):
                return self._ids[known]
        raise LookupError(f"control: expected one of {', '.join(self._ids)}, got {key}.")

    async def _listen(self) -> None:
        with contextlib.suppress(websockets.ConnectionClosed):
            async for data in self._socket:
                assert isinstance(data, bytes)
                self._acknowledge()
                self.received += len(data)
                message = ForwardMsg()
                message.ParseFromString(data)
                kind = message.WhichOneof("type")
                if kind == "delta":
                    self._take_delta(message.delta)
                elif kind == "script_finished" and message.script_finished == SUCCESSFULLY:
                    self._announce(FINISHED)

    def _acknowledge(self) -> None:
        """At once: the kernel would wait 40 ms for something to send along, and the server for that."""
        line: socket.socket = self._socket.transport.get_extra_info("socket")
        line.setsockopt(socket.IPPROTO_TCP, getattr(socket, "TCP_QUICKACK", socket.TCP_NODELAY), 1)

    def _take_delta(self, delta: Any) -> None:
        if delta.HasField("add_block"):  # such as a box that can be unfolded
            block = delta.add_block
            self._keep(getattr(getattr(block, block.WhichOneof("type") or "id"), "id", ""))
        if not delta.HasField("new_element"):
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.problem = element.exception.message
        key = self._keep(getattr(getattr(element, kind), "id", ""))
        self.counted[key] = self.counted.get(key, 0) + 1
        if delta.fragment_id and key == self.first:
            self._fragment = delta.fragment_id
        if kind == "bidi_component" and key == "player":
            data = json.loads(element.bidi_component.json)
            self._token, self._stamp = data["token"], str(data["stamp"])
        self._announce(key)

    def _keep(self, identity: str) -> str:
        """Remembers the id of an element as the newest -> its key."""
        key = identity.split("-", 2)[-1]
        self._ids.pop(key, None)
        self._ids[key] = identity
        return key

    def _announce(self, key: str) -> None:
        for answer in [answer for answer in self._awaited if begins_with(key, answer)]:
            self._awaited.pop(answer).set()

    async def _catch_up(self) -> None:
        """Asks for what is there, where the page says that it is something else than before."""
        if self._stamp != self._caught_up:
            self._caught_up = self._stamp
            await self._ask(lambda: self._clicks.get(self._question(0)))

    async def _ask(self, ask: Callable[[], Awaitable[tuple[int, bytes]]]) -> float:
        begun = time.perf_counter()
        status, body = await ask()
        while status == 429:
            await asyncio.sleep(SOON)
            status, body = await ask()
        self.received += len(body)
        if status == 200:
            self._take_frames(body)
        else:
            self.problem = f"{status} {body.decode(errors='replace')}"
        return time.perf_counter() - begun

    def _take_frames(self, data: bytes) -> None:
        size = struct.unpack_from("<I", data)[0]
        header = json.loads(data[4 : 4 + size])
        is_new = header["run"] != self.run
        if is_new:
            self.run, self.have = header["run"], 0
        end = header["start"] + header["count"]
        if header["start"] <= self.have < end:
            self.updates += end - self.have - is_new
            self.have = end


def begins_with(key: str, name: str) -> bool:
    """Whether the key is this name, or the name with something behind it, such as a version."""
    return re.match(rf"{re.escape(name)}(?!\w)", key) is not None


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed; NaN for none."""
    if not values:
        return float("nan")
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
