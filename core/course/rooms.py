"""What a class has predicted, counted without names: rooms in one SQLite file, which several processes share.

    key = rooms.open_room()                            the teacher's: whoever has it sees the counts
    rooms.answer(room_of(key), "why_memory", step, visitor, "most")
    rooms.read_answers(key)

Students get `room_of(key)`, which lets them answer and see nothing. A visitor is a random text of a browser: a later
answer takes the place of a former one. Everything is bounded, so that one who floods a room takes nothing from others.
"""

import contextlib
import hashlib
import json
import math
import secrets
import sqlite3
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..common.checks import shorten
from ..common.messages import Sentence, say
from .lesson import Step

FILE = "rooms.sqlite"
MAX_ROOMS, MAX_ROOM_DAYS = 500, 30
MAX_VISITORS, MAX_VISITORS_OF_ADDRESS = 300, 100  # of one room
BURST, BURST_SECONDS = 20, 10.0  # answers of one visitor
MAX_POINTS = 24  # of a curve
_TABLES = """
CREATE TABLE IF NOT EXISTS rooms (room TEXT PRIMARY KEY, opened REAL NOT NULL);
CREATE TABLE IF NOT EXISTS visitors (
  room TEXT, visitor TEXT, address TEXT, since REAL, answers INTEGER, PRIMARY KEY (room, visitor));
CREATE TABLE IF NOT EXISTS answers (
  room TEXT, lesson TEXT, step TEXT, visitor TEXT, value TEXT, PRIMARY KEY (room, lesson, step, visitor));
"""


class RoomError(ValueError):
    """An answer that is not taken. status: of HTTP. Its text is a sentence."""

    def __init__(self, status: int, sentence: Sentence):
        super().__init__(sentence)
        self.status = status


def room_of(key: str) -> str:
    """The room that a key opens: it tells nobody the key."""
    digest = hashlib.sha256(b"room " + key.encode()).digest()
    return urlsafe_b64encode(digest[:18]).decode()


@dataclass(frozen=True)
class Rooms:
    """The rooms of a folder. now: the time in seconds since 1970."""

    folder: Path
    now: Callable[[], float] = field(default=time.time)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """One transaction, whole or not at all; others wait for a moment. RoomError: the disk takes nothing."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with contextlib.closing(self._connect()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            sentence = say(
                "The answers of the class cannot be kept at the moment. Try again later."
            )
            raise RoomError(503, sentence) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.folder / FILE, timeout=5, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(_TABLES)
        return connection

    def open_room(self) -> str:
        """Opens a room -> its key. RoomError: there are too many; old ones are dropped first."""
        key = secrets.token_urlsafe(18)
        with self._open() as database:
            self._drop_old(database)
            (rooms,) = database.execute("SELECT COUNT(*) FROM rooms").fetchone()
            if rooms >= MAX_ROOMS and not self._drop_unused(database):
                raise RoomError(
                    507,
                    say(
                        "rooms: expected at most {most} at once, got more. Try again tomorrow.",
                        most=MAX_ROOMS,
                    ),
                )
            database.execute("INSERT INTO rooms VALUES (?, ?)", (room_of(key), self.now()))
        return key

    def _drop_unused(self, database: sqlite3.Connection) -> bool:
        """Drops the oldest room that nobody has answered in -> whether there was one."""
        unused = "SELECT room FROM rooms WHERE room NOT IN (SELECT room FROM answers)"
        cursor = database.execute(
            f"DELETE FROM rooms WHERE room = ({unused} ORDER BY opened LIMIT 1)"
        )
        return cursor.rowcount > 0

    def _drop_old(self, database: sqlite3.Connection) -> None:
        before = self.now() - MAX_ROOM_DAYS * 86400
        old = [
            row[0] for row in database.execute("SELECT room FROM rooms WHERE opened < ?", (before,))
        ]
        for table in ("answers", "visitors", "rooms"):
            database.executemany(f"DELETE FROM {table} WHERE room = ?", [(room,) for room in old])

    def answer(
        self, room: str, place: tuple[str, Step], visitor: str, value: Any, address: str = ""
    ) -> None:
        """Counts what a visitor predicts at a step, in place of what they predicted there before.

        place: the lesson's name and the step. address: where it comes from, kept only as a digest. RoomError: the room is
        gone or full, too much at once, or no answer to this question.
        """
        lesson, step = place
        text = json.dumps(check_value(step, value))
        origin = hashlib.sha256(f"{room} {address}".encode()).hexdigest()[:16]
        with self._open() as database:
            if not database.execute("SELECT 1 FROM rooms WHERE room = ?", (room,)).fetchone():
                raise RoomError(404, say("This room is closed. Ask for its link again."))
            self._admit(database, room, visitor, origin)
            row = (room, lesson, step.id, visitor, text)
            database.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", row)

    def _admit(self, database: sqlite3.Connection, room: str, visitor: str, origin: str) -> None:
        known = database.execute(
            "SELECT since, answers FROM visitors WHERE room = ? AND visitor = ?", (room, visitor)
        ).fetchone()
        if known is None:
            counts = database.execute(
                "SELECT COUNT(*), COALESCE(SUM(address = ?), 0) FROM visitors WHERE room = ?",
                (origin, room),
            ).fetchone()
            if counts[0] >= MAX_VISITORS or counts[1] >= MAX_VISITORS_OF_ADDRESS:
                raise RoomError(429, say("This room is full: nobody else is counted."))
            row = (room, visitor, origin, self.now(), 1)
            database.execute("INSERT INTO visitors VALUES (?, ?, ?, ?, ?)", row)
            return
        since, answers = known
        is_over = self.now() - since > BURST_SECONDS
        if not is_over and answers >= BURST:
            raise RoomError(429, say("Too many answers at once. Wait ten seconds."))
        values = (self.now(), 1) if is_over else (since, answers + 1)
        database.execute(
            "UPDATE visitors SET since = ?, answers = ? WHERE room = ? AND visitor = ?",
            (*values, room, visitor),
        )

    def read_answers(self, key: str) -> dict[str, dict[str, list[Any]]]:
        """Lesson -> step -> what was answered, in no order that tells who. RoomError: there is no such room."""
        room = room_of(key)
        with self._open() as database:
            if not database.execute("SELECT 1 FROM rooms WHERE room = ?", (room,)).fetchone():
                raise RoomError(404, say("This room is closed. Open another one."))
            rows = database.execute(
                "SELECT lesson, step, value FROM answers WHERE room = ? ORDER BY lesson, step, value",
                (room,),
            ).fetchall()
        answers: dict[str, dict[str, list[Any]]] = {}
        for lesson, step, value in rows:
            answers.setdefault(lesson, {}).setdefault(step, []).append(json.loads(value))
        return answers


def check_value(step: Step, value: Any) -> Any:
    """What was answered, if it is an answer to the prediction of this step. RoomError: it is none."""
    form = next(iter(step.content)) if step.kind == "predict" else ""
    if form == "choice" and value in step.content["choice"]:
        return value
    if form == "number" and _is_number(value):
        return float(value)
    if form == "curve" and isinstance(value, list) and 0 < len(value) <= MAX_POINTS:
        points = [_check_point(point) for point in value]
        if all(point is not None for point in points):
            return points
    raise RoomError(
        400,
        say(
            "answer: expected one to this step's question, got {value}. Answer in the lesson.",
            value=shorten(value)[:80],
        ),
    )


def _check_point(point: Any) -> float | list[float] | None:
    """A point of a curve, as its height or as (x, y)."""
    if _is_number(point):
        return float(point)
    is_pair = isinstance(point, list) and len(point) == 2 and all(map(_is_number, point))
    return [float(value) for value in point] if is_pair else None


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -1e12 <= value <= 1e12 and math.isfinite(value)
