"""Many readers train on one server: who trains next, for how long, and how much memory all may take.

One time slice of training at a time, because two would only compete for Python's lock. The next slice goes
to the client that has trained least (start-time fair queueing, Goyal, Vin and Cheng 1996): each client has a
clock that runs while it trains, and the lowest clock is next. A client that comes back after a rest starts at
the clock of the present slice, so that rest saves nothing up. A network whose single update takes long waits
afterwards until the others have had as much time. Its slices do not block the short ones: one short slice may
run beside one long slice, because large kernels release Python's lock. A click (a new run, a single step) goes
before everything that plays, and its time is added to the clock afterwards; a client that is too far ahead
waits like the others. A client has one slice at a time: what it asks for meanwhile waits, so that nothing reads
a network while it is trained.

Nothing here knows Streamlit; the time and the memory are arguments, so that tests can choose them.
"""

import asyncio
import threading
import time
import weakref
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from core.common.messages import say
from dashboard.common.i18n import N_, _

SLICE_SECONDS = 0.08  # of training for one answer, when nobody waits
SHORTEST_SLICE_SECONDS = (
    0.02  # however many wait: an answer costs the server some milliseconds of its own
)
ROUND_SECONDS = 1.0  # in which all that wait should have had a slice; a player buffers that much
LONG_UPDATE_SECONDS = 0.25  # an update that takes longer gets a slice of the long kind
FADING_SECONDS = 5.0  # after which past use counts only a third
SLOW_UPDATES_PER_SECOND = 2.0  # a run with fewer is announced as slow
CLICK_CREDIT_SECONDS = 3.0  # that clicks may be ahead of the queue: some twenty new runs
POLL_SECONDS = 0.25  # after which a waiting client checks whether its slice is still wanted
ACTIVE_SECONDS = 15.0  # after its last slice that a client counts as training


class TurnCancelledError(Exception):
    """The time slice that was waited for is not wanted any more."""


@dataclass(eq=False)
class Client:
    """One reader's session.

    clock: seconds trained, as the queue counts them. update_seconds: of one update, 0 before it is measured;
    expected_seconds: an estimate for that time. recent: seconds trained, those of FADING_SECONDS ago counted a third.
    last: when its latest slice ended. runs: what update_seconds was measured of. reserved: page -> bytes of
    its run.
    """

    clock: float = 0.0
    update_seconds: float = 0.0
    expected_seconds: float = 0.0
    recent: float = 0.0
    last: float = float("-inf")
    runs: object = None
    reserved: dict[str, int] = field(default_factory=dict)


@dataclass(eq=False)
class TimeSlice:
    """One slice of training: ask `ends_after_update()` after each update. updates: how many it counted.

    now: the clock, in seconds. begun: when the slice began; seconds: how long it may take.
    """

    now: Callable[[], float]
    begun: float
    seconds: float
    # In place of the waiting clients: thirty threads that wake up to check for themselves would slow down all.
    dismiss_cancelled: Callable[[], None] = lambda: None
    updates: int = 0

    def ends_after_update(self) -> bool:
        """Counts an update -> whether no further one fits into the slice."""
        self.updates += 1
        self.dismiss_cancelled()
        passed = self.now() - self.begun
        return passed + passed / self.updates > self.seconds


@dataclass(eq=False)
class _Waiting:
    client: Client
    start: float  # the client's clock, when its slice begins
    number: int  # position in the order of arrival
    long: bool
    is_click: bool
    is_cancelled: Callable[[], bool]
    wake: Callable[[], object]  # once it is called
    dismissed: bool = False
    called: threading.Event = field(default_factory=threading.Event)  # to train, or dismissed

    def call(self) -> None:
        self.called.set()
        self.wake()


class Scheduler:
    """All clients of one process.

    memory: bytes that all runs together may take. now: a clock, in seconds.
    """

    def __init__(self, memory: int, now: Callable[[], float] = time.monotonic):
        self.memory, self.now = memory, now
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._training: dict[bool, _Waiting | None] = {False: None, True: None}
        self._clock = 0.0  # the start of the latest slice
        self._number = 0
        self._clients = weakref.WeakSet[Client]()

    def add_client(self) -> Client:
        """A new reader's client; it leaves when nothing refers to it any more."""
        client = Client()
        with self._lock:
            self._clients.add(client)
        return client

    @contextmanager
    def time_slice(
        self,
        client: Client,
        is_click: bool = False,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[TimeSlice]:
        """Waits until the client may train.

        is_click: a reader clicked and waits for the answer. is_cancelled: whether the slice is not wanted any
        more. TurnCancelledError: it was not, before it began.
        """
        waiting = self._enqueue(client, is_click, is_cancelled)
        while not waiting.called.wait(POLL_SECONDS):
            self.dismiss_cancelled()
        with self._begin(waiting) as time_slice:
            yield time_slice

    @asynccontextmanager
    async def awaited_slice(
        self,
        client: Client,
        is_click: bool = False,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> AsyncIterator[TimeSlice]:
        """As `time_slice`, on an event loop: who waits takes no thread."""
        loop, called = asyncio.get_running_loop(), asyncio.Event()
        waiting = self._enqueue(
            client, is_click, is_cancelled, lambda: loop.call_soon_threadsafe(called.set)
        )
        try:
            await called.wait()
        except asyncio.CancelledError:
            self._withdraw(waiting)
            raise
        with self._begin(waiting) as time_slice:
            yield time_slice

    @contextmanager
    def _begin(self, waiting: _Waiting) -> Iterator[TimeSlice]:
        if waiting.dismissed:
            raise TurnCancelledError
        time_slice = TimeSlice(self.now, self.now(), self.slice_seconds(), self.dismiss_cancelled)
        try:
            yield time_slice
        finally:
            self._leave(waiting, time_slice)

    def slice_seconds(self) -> float:
        """Seconds that a time slice takes: fewer, the more are waiting."""
        return min(
            SLICE_SECONDS, max(SHORTEST_SLICE_SECONDS, ROUND_SECONDS / (1 + len(self._waiting)))
        )

    def dismiss_cancelled(self) -> None:
        """Wakes the waiting clients that do not want their slice any more, and takes them off the queue."""
        with self._lock:
            for cancelled in [w for w in self._waiting if w.is_cancelled()]:
                self._waiting.remove(cancelled)
                cancelled.dismissed = True
                cancelled.call()

    def _enqueue(
        self,
        client: Client,
        is_click: bool = False,
        is_cancelled: Callable[[], bool] = lambda: False,
        wake: Callable[[], object] = lambda: None,
    ) -> _Waiting:
        with self._lock:
            self._number += 1
            long = (client.update_seconds or client.expected_seconds) > LONG_UPDATE_SECONDS
            start = max(client.clock, self._clock)
            is_click = is_click and start - self._clock < CLICK_CREDIT_SECONDS
            waiting = _Waiting(client, start, self._number, long, is_click, is_cancelled, wake)
            self._waiting.append(waiting)
            self._start_next()
        return waiting

    def _withdraw(self, waiting: _Waiting) -> None:
        with self._lock:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            elif self._training[waiting.long] is waiting:
                self._training[waiting.long] = None
                self._start_next()

    def _leave(self, waiting: _Waiting, time_slice: TimeSlice) -> None:
        with self._lock:
            end, client = self.now(), waiting.client
            took = end - time_slice.begun
            client.clock = waiting.start + took
            client.recent = self._faded(client, end) + took
            client.last = end
            if time_slice.updates:
                each = took / time_slice.updates
                client.update_seconds = (
                    0.7 * client.update_seconds + 0.3 * each if client.update_seconds else each
                )
            self._training[waiting.long] = None
            self._start_next()

    def _start_next(self) -> None:
        """Starts the next slice of each kind, if none of it runs. A short one passes a waiting long one."""
        for long in (False, True):
            in_the_other = self._training[not long]
            training = in_the_other.client if in_the_other else None
            queue = [w for w in self._waiting if w.long == long and w.client is not training]
            if self._training[long] is not None or not queue:
                continue
            first = min(queue, key=lambda w: (not w.is_click, w.start, w.number))
            ahead = [w for w in self._waiting if not w.long and w.start < first.start]
            if long and ahead and self._training[False] is not None:
                continue  # it has trained more than they
            self._waiting.remove(first)
            self._training[long] = first
            if not first.is_click:
                self._clock = max(self._clock, first.start)
            first.call()

    def _faded(self, client: Client, now: float) -> float:
        rest = max(0.0, now - client.last)
        return client.recent * 3 ** (-rest / FADING_SECONDS) if client.recent else 0.0

    def measure_load(self, besides: Client | None = None) -> tuple[int, float]:
        """(how many clients besides this one train at present, the share of the time that they take: 0..1)."""
        with self._lock:
            now = self.now()
            others = [
                s for s in self._clients if s is not besides and now - s.last < ACTIVE_SECONDS
            ]
            # use that goes on evenly adds up to FADING_SECONDS / ln 3 seconds
            used = sum(self._faded(s, now) for s in others) * 1.0986 / FADING_SECONDS
        return len(others), min(1.0, used)

    def forecast(self, client: Client, update_seconds: float) -> str:
        """A sentence on the pace of a run whose update takes so many seconds, if it is slow; "" if it is not.

        A run gets what the others leave free, and at least its fair share.
        """
        number, used = self.measure_load(besides=client)
        share = max(1 - used, 1 / (number + 1))
        if not update_seconds or share / update_seconds >= SLOW_UPDATES_PER_SECOND:
            return ""
        if not number:
            template = N_(
                "One update of this run takes about {update}: expect one every {pace}. Fewer hidden units, a shorter length or a smaller batch make it faster."
            )
        else:
            template = N_(
                "Runs that others train on this server: {number}. One update of yours takes about {update}: expect one every {pace}. Fewer hidden units, a shorter length or a smaller batch make it faster."
            )
        return _(
            template,
            number=number,
            update=_seconds(update_seconds),
            pace=_pace(update_seconds / share),
        )

    def reserve_memory(self, client: Client, page: str, n_bytes: int) -> None:
        """Reserves n_bytes for a run, in place of the client's last one on this page; 0 frees that.

        ValueError when all runs would take too much; then nothing has changed. The first is admitted
        however large it is: `core.training.memory_budget` bounds one run. A model or a recording that a reader
        brings counts as a run does.
        """
        with self._lock:
            others = [
                n
                for s in self._clients
                for p, n in s.reserved.items()
                if n and (s, p) != (client, page)
            ]
            if n_bytes and others and sum(others) + n_bytes > self.memory:
                raise ValueError(
                    say(
                        "memory: expected at most {most:,.0f} MiB for all runs on this server, got {got:,.0f} MiB of others ({runs}) and {this:,.0f} MiB of this one. Make it smaller, or wait until others have left.",
                        most=self.memory / 2**20,
                        got=sum(others) / 2**20,
                        runs=len(others),
                        this=n_bytes / 2**20,
                    )
                )
            client.reserved[page] = n_bytes

    def exchange_memory(self, client: Client, page: str, other: str) -> None:
        """What the client reserved for one of two pages is the other's from now on."""
        with self._lock:
            reserved = client.reserved
            reserved[page], reserved[other] = reserved.get(other, 0), reserved.get(page, 0)

    def reserved_memory(self) -> tuple[int, int]:
        """(number of runs, their bytes) at present."""
        with self._lock:
            sizes = [n for client in self._clients for n in client.reserved.values() if n]
        return len(sizes), sum(sizes)


def _seconds(value: float) -> str:
    return _("{n:.1f} s", n=value) if value < 10 else _("{n:.0f} s", n=value)


def _pace(value: float) -> str:
    return _seconds(value) if value < 120 else _("{number} minutes", number=round(value / 60))
