"""A class of readers on one server: whose turn it is to train, for how long, and what is too much.

One slice of training at a time, because two would only fight for Python's lock. The next turn goes to
whoever has trained least (start-time fair queueing, Goyal, Vin and Cheng 1996): each seat has a clock
that runs while it trains; the lowest clock is next; who comes back after a rest starts at the present
turn's clock, so that nothing can be saved up. A network whose single update takes long waits
afterwards until the others have had as much, and its turns do not keep the door shut: beside one long
turn short ones go on, for large kernels leave Python's lock to others. A click (a new run, a single
step) goes before all that play, and is paid for afterwards; who owes too much waits like the others.

Nothing here knows Streamlit; time and memory are given, so that tests can choose them.
"""

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from dashboard.common.i18n import _

SLICE_SECONDS = 0.08  # seconds of training for one answer, when nobody waits
SHORTEST_SLICE_SECONDS = (
    0.02  # and however many wait: an answer costs the server some milliseconds of its own
)
ROUND_SECONDS = (
    1.0  # seconds in which all who wait should have had a turn; a player holds that much ahead
)
LONG_UPDATE_SECONDS = 0.25  # an update that takes so many seconds gets a turn of the long kind
FADING_SECONDS = 5.0  # seconds after which use counts only a third
SLOW_UPDATES_PER_SECOND = 2.0  # fewer updates a second than this are told beforehand
CLICK_CREDIT_SECONDS = 3.0  # seconds that clicks may be ahead of the queue: some twenty new runs
POLL_SECONDS = 0.25  # seconds after which who waits looks itself whether it is still wanted
ACTIVE_SECONDS = 15.0  # seconds after its last turn that a seat counts as training


class TurnCancelledError(Exception):
    """Who waited for a turn does not want it any more."""


@dataclass(eq=False)
class Client:
    """One reader. clock: seconds trained, as the queue counts them. update: seconds of one update."""

    clock: float = 0.0
    update: float = 0.0  # 0: not measured yet
    expected: float = 0.0  # what it may be, until it is measured
    recent: float = 0.0  # seconds trained, those of MEMORY seconds ago counted a third
    last: float = float("-inf")  # when its latest turn ended
    runs: object = None  # what was measured
    reserved: dict[str, int] = field(default_factory=dict)  # page -> bytes of its run


@dataclass(eq=False)
class TimeSlice:
    """One turn: ask `over()` after each update. updates: how many were counted so."""

    now: Callable[[], float]
    begun: float
    seconds: float
    # After those who wait: thirty of them, waking to look for themselves, would disturb all.
    look: Callable[[], None] = lambda: None
    updates: int = 0

    def ends_after_update(self) -> bool:
        """Counts an update; True when no further one fits into the slice."""
        self.updates += 1
        self.look()
        passed = self.now() - self.begun
        return passed + passed / self.updates > self.seconds


@dataclass(eq=False)
class _Waiting:
    seat: Client
    start: float  # the seat's clock, when its turn begins
    number: int  # who came first
    long: bool
    soon: bool
    left: Callable[[], bool]
    gone: bool = False
    called: threading.Event = field(default_factory=threading.Event)  # to train, or to go


class Scheduler:
    """All seats of one process. memory: bytes that all runs together may take."""

    def __init__(self, memory: int, now: Callable[[], float] = time.monotonic):
        self.memory, self.now = memory, now
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._training: dict[bool, _Waiting | None] = {False: None, True: None}
        self._clock = 0.0  # the start of the latest turn
        self._number = 0
        self._seats = weakref.WeakSet[Client]()

    def add_client(self) -> Client:
        """A seat for a new reader; it is free again when nobody holds it any more."""
        seat = Client()
        with self._lock:
            self._seats.add(seat)
        return seat

    @contextmanager
    def time_slice(
        self, seat: Client, soon: bool = False, left: Callable[[], bool] = lambda: False
    ) -> Iterator[TimeSlice]:
        """Waits until it is the seat's turn.

        soon: somebody clicked and waits for the answer. left: says whether the turn is not wanted any
        more; then it raises Left.
        """
        me = self._enqueue(seat, soon, left)
        while not me.called.wait(POLL_SECONDS):
            self.dismiss_cancelled()
        if me.gone:
            raise TurnCancelledError
        turn = TimeSlice(self.now, self.now(), self.slice_seconds(), self.dismiss_cancelled)
        try:
            yield turn
        finally:
            self._leave(me, turn)

    def slice_seconds(self) -> float:
        """Seconds that a turn takes: fewer, the more are waiting."""
        return min(
            SLICE_SECONDS, max(SHORTEST_SLICE_SECONDS, ROUND_SECONDS / (1 + len(self._waiting)))
        )

    def dismiss_cancelled(self) -> None:
        """Sends away who waits and does not want to any more."""
        with self._lock:
            for gone in [w for w in self._waiting if w.left()]:
                self._waiting.remove(gone)
                gone.gone = True
                gone.called.set()

    def _enqueue(
        self, seat: Client, soon: bool = False, left: Callable[[], bool] = lambda: False
    ) -> _Waiting:
        with self._lock:
            self._number += 1
            long = (seat.update or seat.expected) > LONG_UPDATE_SECONDS
            start = max(seat.clock, self._clock)
            soon = soon and start - self._clock < CLICK_CREDIT_SECONDS
            me = _Waiting(seat, start, self._number, long, soon, left)
            self._waiting.append(me)
            self._start_next()
        return me

    def _leave(self, me: _Waiting, turn: TimeSlice) -> None:
        with self._lock:
            end, seat = self.now(), me.seat
            took = end - turn.begun
            seat.clock = me.start + took
            seat.recent = self._faded(seat, end) + took
            seat.last = end
            if turn.updates:
                each = took / turn.updates
                seat.update = each if not seat.update else 0.7 * seat.update + 0.3 * each
            self._training[me.long] = None
            self._start_next()

    def _start_next(self) -> None:
        """Whoever is next is called, if the place is free. A short turn passes a waiting long one."""
        for long in (False, True):
            queue = [w for w in self._waiting if w.long == long]
            if self._training[long] is not None or not queue:
                continue
            first = min(queue, key=lambda w: (not w.soon, w.start, w.number))
            ahead = [w for w in self._waiting if not w.long and w.start < first.start]
            if long and ahead and self._training[False] is not None:
                continue  # it has had more than they
            self._waiting.remove(first)
            self._training[long] = first
            if not first.soon:
                self._clock = max(self._clock, first.start)
            first.called.set()

    def _faded(self, seat: Client, now: float) -> float:
        rest = max(0.0, now - seat.last)
        return seat.recent * 3 ** (-rest / FADING_SECONDS) if seat.recent else 0.0

    def measure_load(self, but: Client | None = None) -> tuple[int, float]:
        """(how many others train at present, the share of the time that they take)."""
        with self._lock:
            now = self.now()
            others = [s for s in self._seats if s is not but and now - s.last < ACTIVE_SECONDS]
            # use that goes on evenly adds up to MEMORY / ln 3 seconds
            used = sum(self._faded(s, now) for s in others) * 1.0986 / FADING_SECONDS
        return len(others), min(1.0, used)

    def forecast(self, seat: Client, update: float) -> str:
        """What to expect of a run whose update takes so many seconds, if it is slow; "" if it is not.

        A run gets what the others leave free, and at least its fair share.
        """
        number, used = self.measure_load(but=seat)
        share = max(1 - used, 1 / (number + 1))
        if not update or share / update >= SLOW_UPDATES_PER_SECOND:
            return ""
        beside = _("Nobody else trains") if not number else _("{number} others train")
        told = _(
            "{beside} on this server, and one update of this run takes about {update}: expect one "
            "every {pace}. Fewer hidden units, a shorter length or a smaller batch are faster."
        )
        return told.format(
            beside=beside.format(number=number),
            update=_seconds(update),
            pace=_pace(update / share),
        )

    def reserve_memory(self, seat: Client, page: str, need: int) -> None:
        """Counts a run of `need` bytes in place of the seat's last one on this page.

        ValueError when all runs would take too much; then nothing has changed. The first is let in
        however large it is: `core.training.memory_budget` bounds one run. A model or a recording that a reader
        brings counts as a run does; need 0: it is gone.
        """
        with self._lock:
            others = [
                n for s in self._seats for p, n in s.reserved.items() if (s, p) != (seat, page)
            ]
            if need and others and sum(others) + need > self.memory:
                raise ValueError(
                    f"memory: expected runs of together at most {self.memory / 2**20:,.0f} MiB on this "
                    f"server, got {len(others)} of {sum(others) / 2**20:,.0f} MiB and this one of "
                    f"{need / 2**20:,.0f} MiB. Make it smaller, or wait until others have left."
                )
            seat.reserved[page] = need

    def reserved_memory(self) -> tuple[int, int]:
        """(runs, bytes) that are counted at present."""
        with self._lock:
            needs = [need for seat in self._seats for need in seat.reserved.values()]
        return len(needs), sum(needs)


def _seconds(value: float) -> str:
    return f"{value:.1f} s" if value < 10 else f"{value:.0f} s"


def _pace(value: float) -> str:
    return (
        _seconds(value) if value < 120 else _("{number} minutes").format(number=round(value / 60))
    )
