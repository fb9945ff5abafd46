"""The class shares the server fairly. The clock is the test's own, and so is who trains how long."""

import gc
import threading

import pytest

from dashboard.serving import scheduler
from dashboard.serving.scheduler import SHORTEST_SLICE_SECONDS, SLICE_SECONDS, Client, Scheduler


class Clock:
    def __init__(self):
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def room(clock):
    return Scheduler(1000, clock)


def simulate(room: Scheduler, clock: Clock, updates: dict[Client, float], until: float) -> dict:
    """All seats ask again as soon as they have been served -> seconds trained by each.

    Turns are taken by hand, one after the other as on one processor, so that nothing depends on threads.
    """
    trained = dict.fromkeys(updates, 0.0)
    for seat, update in updates.items():
        seat.expected = update
    waiting = {seat: room._enqueue(seat) for seat in updates}
    while clock.time < until:
        seat = next(s for s, w in waiting.items() if w.called.is_set())
        turn = scheduler.TimeSlice(clock, clock(), room.slice_seconds())
        while True:
            clock.time += updates[seat]
            trained[seat] += updates[seat]
            if turn.ends_after_update():
                break
        room._leave(waiting[seat], turn)
        waiting[seat] = room._enqueue(seat)
    room._waiting.clear()
    room._training = {False: None, True: None}
    return trained


def test_equal_seats_get_equal_time(room, clock):
    trained = simulate(room, clock, {room.sit(): 0.003 for _ in range(30)}, 160)
    assert max(trained.values()) - min(trained.values()) < 2 * SLICE_SECONDS


def test_one_enormous_model_gets_no_more_than_its_share(room, clock):
    seats = [room.sit() for _ in range(10)]
    updates = dict.fromkeys(seats, 0.004)
    updates[seats[0]] = 3.0
    trained = simulate(room, clock, updates, 400)
    assert trained[seats[0]] <= 300 / 10 + 3.0
    assert min(trained.values()) > 300 / 10 * 0.8


def test_two_lengths_of_update_get_equal_time(room, clock):
    """Not equal numbers of turns: some have turns of 0.2 s, the others of 0.08 s at most."""
    updates = {room.sit(): 0.2 if k % 2 else 0.001 for k in range(8)}
    trained = simulate(room, clock, updates, 400)
    assert max(trained.values()) == pytest.approx(min(trained.values()), rel=0.05)


def test_who_rested_has_saved_nothing_up_and_need_not_wait(room, clock):
    rested, busy = room.sit(), room.sit()
    simulate(room, clock, {busy: 0.01}, 200)
    trained = simulate(room, clock, {rested: 0.01, busy: 0.01}, 300)
    assert trained[rested] == pytest.approx(trained[busy], rel=0.05)


def test_the_door_stays_open_beside_a_long_turn(room, clock):
    long, short, other = room.sit(), room.sit(), room.sit()
    long.expected = 2.0
    first = room._queue(long)
    assert first.called.is_set()
    second, third = room._queue(short), room._queue(other)
    assert second.called.is_set()
    assert not third.called.is_set(), "two short ones at once"
    another = room.sit()
    another.expected = 5.0
    again = room._queue(another)
    assert not again.called.is_set(), "two long ones at once"


def test_a_long_one_that_has_had_more_waits_for_the_short_ones(room, clock):
    long, short, other = room.sit(), room.sit(), room.sit()
    long.expected = 2.0
    with room.turn(long):
        clock.time += 2.0
    with room.turn(short):
        clock.time += 0.1
    short.clock = other.clock = 0.5
    room._clock = 0.4
    on, next_ = room._queue(short), room._queue(other)
    again = room._queue(long)
    assert on.called.is_set()
    assert not again.called.is_set()
    room._leave(on, scheduler.TimeSlice(clock, clock(), 0.1))
    assert next_.called.is_set()
    room._leave(next_, scheduler.TimeSlice(clock, clock(), 0.1))
    assert again.called.is_set()


def test_a_click_goes_before_all_that_play_and_is_paid_for(room, clock):
    players = [room.sit() for _ in range(5)]
    playing = room._queue(players[0])
    waiting = [room._queue(seat) for seat in players[1:]]
    seat = room.sit()
    click = room._queue(seat, soon=True)
    assert not click.called.is_set()
    turn = scheduler.TimeSlice(clock, clock(), 0.1)
    clock.time += 0.1
    room._leave(playing, turn)
    assert click.called.is_set()
    turn = scheduler.TimeSlice(clock, clock(), 0.1)
    clock.time += 0.3
    room._leave(click, turn)
    assert waiting[0].called.is_set()
    assert seat.clock - room._clock == pytest.approx(0.3), "it has trained, and the others have not"


def test_who_clicks_all_the_time_waits_like_the_others(room, clock):
    """Of 60 s that two players and a clicker ask for, the clicks take a third and the credit."""
    clicker, taken = room.sit(), 0.0
    players = {room.sit(): 0.01, room.sit(): 0.01}
    waiting = {seat: room._queue(seat, soon=seat is clicker) for seat in (*players, clicker)}
    while clock.time < 160:
        seat = next(s for s, w in waiting.items() if w.called.is_set())
        turn = scheduler.TimeSlice(clock, clock(), 0.08)
        clock.time += 0.1 if seat is clicker else 0.08
        taken += 0.1 * (seat is clicker)
        room._leave(waiting[seat], turn)
        waiting[seat] = room._queue(seat, soon=seat is clicker)
    assert taken <= 60 / 2 + scheduler.CLICK_CREDIT_SECONDS


def test_who_does_not_want_its_turn_any_more_leaves_the_queue(room):
    first = room._queue(room.sit())
    with pytest.raises(scheduler.TurnCancelledError), room.turn(room.sit(), left=lambda: True):
        pass
    assert room._waiting == []
    room._leave(first, scheduler.TimeSlice(room.now, room.now(), 0.1))
    with room.turn(room.sit(), left=lambda: True):
        pass  # it was free at once


def test_slices_get_shorter_the_more_wait(room):
    assert room.slice() == SLICE_SECONDS
    waiting = [room._queue(room.sit()) for _ in range(21)]
    assert room.slice() == pytest.approx(1 / 21)  # the first of them is not waiting any more
    waiting += [room._queue(room.sit()) for _ in range(80)]
    assert room.slice() == SHORTEST_SLICE_SECONDS
    assert sum(w.called.is_set() for w in waiting) == 1


def test_a_slice_ends_before_an_update_that_would_not_fit(room, clock):
    turn = scheduler.TimeSlice(clock, clock(), 0.08)
    ends = []
    for _ in range(5):
        clock.time += 0.03
        ends.append(turn.ends_after_update())
    assert ends[:2] == [False, True], "0.06 s have passed, and a third one needs 0.03"


def test_whoever_fails_gives_the_turn_back(room):
    with pytest.raises(KeyError), room.turn(room.sit()):
        raise KeyError
    with room.turn(room.sit()):
        pass


def test_one_at_a_time_with_real_threads():
    room, inside, most = Scheduler(1), [0], [0]

    def work():
        seat = room.add_client()
        for _ in range(200):
            with room.time_slice(seat):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    assert most[0] == 1
    assert room._waiting == []


class TestAdmission:
    def test_memory_of_all_runs_together(self, room):
        a, b = room.sit(), room.sit()
        room.admit(a, "live", 700)
        with pytest.raises(ValueError, match="memory: expected runs of together at most"):
            room.admit(b, "live", 400)
        assert room.held() == (1, 700)
        room.admit(b, "live", 300)
        with pytest.raises(ValueError, match="memory"):
            room.admit(a, "compare", 1)
        room.admit(a, "live", 100)  # in place of its 700
        room.admit(a, "compare", 600)
        assert room.held() == (3, 1000)

    def test_the_first_is_let_in(self, room):
        room.admit(room.sit(), "live", 2000)

    def test_a_reader_who_has_left_is_not_counted(self, room):
        a, b = room.sit(), room.sit()
        room.admit(a, "live", 1000)
        del a
        gc.collect()
        room.admit(b, "live", 1000)
        assert room.held() == (1, 1000)

    def test_a_slow_run_is_told_before_it_starts(self, room, clock):
        seat = room.sit()
        assert room.forecast(seat, 0.4) == ""
        assert room.forecast(seat, 0.0) == ""
        told = room.forecast(seat, 0.6)
        assert told.startswith(
            "Nobody else trains on this server, and one update of this run takes"
        )
        assert "about 0.6 s: expect one every 0.6 s." in told

    def test_what_the_others_take_is_counted(self, room, clock):
        seats = [room.sit() for _ in range(4)]
        simulate(room, clock, dict.fromkeys(seats, 0.01), 130)
        number, used = room.busy()
        assert number == 4
        assert used == pytest.approx(1, abs=0.05)
        told = room.forecast(room.sit(), 1.0)
        assert told.startswith("4 others train on this server")
        assert "expect one every 5.0 s" in told
        clock.time += 3 * scheduler.FADING_SECONDS
        number, used = room.busy()
        assert (
            number == 4 if scheduler.ACTIVE_SECONDS > 3 * scheduler.FADING_SECONDS else number == 0
        )
        assert used < 0.05

    def test_half_the_time_used_is_half_the_time_left(self, room, clock):
        seat = room.sit()
        for _ in range(400):
            with room.turn(seat) as turn:
                clock.time += 0.05
                turn.over()
            clock.time += 0.05
        assert room.busy()[1] == pytest.approx(0.5, abs=0.03)
        assert "one every 2.0 s" in room.forecast(room.sit(), 1.0)
        assert "Nobody" in room.forecast(seat, 1.0) or room.forecast(seat, 1.0) == ""

    def test_what_was_measured_replaces_what_was_expected(self, room, clock):
        seat = room.sit()
        seat.expected = 0.001
        with room.turn(seat) as turn:
            clock.time += 2.0
            turn.over()
        assert seat.update == 2.0
        assert room._queue(seat).long
        seat.update, seat.expected = 0.0, 1.0
        assert room._queue(seat).long
