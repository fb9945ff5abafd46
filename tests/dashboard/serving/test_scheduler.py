"""Readers share the server fairly. The clock is the test's own, and so is who trains how long."""

import asyncio
import gc
import threading

import pytest

from dashboard.serving.scheduler import (
    ACTIVE_SECONDS,
    CLICK_CREDIT_SECONDS,
    FADING_SECONDS,
    SHORTEST_SLICE_SECONDS,
    SLICE_SECONDS,
    Client,
    Scheduler,
    TimeSlice,
    TurnCancelledError,
)


class Clock:
    def __init__(self):
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def scheduler(clock):
    return Scheduler(1000, clock)


def simulate(
    scheduler: Scheduler, clock: Clock, updates: dict[Client, float], until: float
) -> dict:
    """All clients ask again as soon as they have been served -> seconds trained by each.

    Turns are taken by hand, one after the other as on one processor, so that nothing depends on threads.
    """
    trained = dict.fromkeys(updates, 0.0)
    for client, update in updates.items():
        client.expected_seconds = update
    waiting = {client: scheduler._enqueue(client) for client in updates}
    while clock.time < until:
        client = next(s for s, w in waiting.items() if w.called.is_set())
        time_slice = TimeSlice(clock, clock(), scheduler.slice_seconds())
        while True:
            clock.time += updates[client]
            trained[client] += updates[client]
            if time_slice.ends_after_update():
                break
        scheduler._leave(waiting[client], time_slice)
        waiting[client] = scheduler._enqueue(client)
    scheduler._waiting.clear()
    scheduler._training = {False: None, True: None}
    return trained


def test_equal_clients_get_equal_time(scheduler, clock):
    trained = simulate(scheduler, clock, {scheduler.add_client(): 0.003 for _ in range(30)}, 160)
    assert max(trained.values()) - min(trained.values()) < 2 * SLICE_SECONDS


def test_one_enormous_model_gets_no_more_than_its_share(scheduler, clock):
    clients = [scheduler.add_client() for _ in range(10)]
    updates = dict.fromkeys(clients, 0.004)
    updates[clients[0]] = 3.0
    trained = simulate(scheduler, clock, updates, 400)
    assert trained[clients[0]] <= 300 / 10 + 3.0
    assert min(trained.values()) > 300 / 10 * 0.8


def test_two_lengths_of_update_get_equal_time(scheduler, clock):
    """Not equal numbers of turns: some have turns of 0.2 s, the others of 0.08 s at most."""
    updates = {scheduler.add_client(): 0.2 if k % 2 else 0.001 for k in range(8)}
    trained = simulate(scheduler, clock, updates, 400)
    assert max(trained.values()) == pytest.approx(min(trained.values()), rel=0.05)


def test_who_rested_has_saved_nothing_up_and_need_not_wait(scheduler, clock):
    rested, busy = scheduler.add_client(), scheduler.add_client()
    simulate(scheduler, clock, {busy: 0.01}, 200)
    trained = simulate(scheduler, clock, {rested: 0.01, busy: 0.01}, 300)
    assert trained[rested] == pytest.approx(trained[busy], rel=0.05)


def test_the_door_stays_open_beside_a_long_turn(scheduler, clock):
    long, short, other = scheduler.add_client(), scheduler.add_client(), scheduler.add_client()
    long.expected_seconds = 2.0
    first = scheduler._enqueue(long)
    assert first.called.is_set()
    second, third = scheduler._enqueue(short), scheduler._enqueue(other)
    assert second.called.is_set()
    assert not third.called.is_set(), "two short ones at once"
    another = scheduler.add_client()
    another.expected_seconds = 5.0
    again = scheduler._enqueue(another)
    assert not again.called.is_set(), "two long ones at once"


def test_a_long_one_that_has_had_more_waits_for_the_short_ones(scheduler, clock):
    long, short, other = scheduler.add_client(), scheduler.add_client(), scheduler.add_client()
    long.expected_seconds = 2.0
    with scheduler.time_slice(long):
        clock.time += 2.0
    with scheduler.time_slice(short):
        clock.time += 0.1
    short.clock = other.clock = 0.5
    scheduler._clock = 0.4
    on, next_ = scheduler._enqueue(short), scheduler._enqueue(other)
    again = scheduler._enqueue(long)
    assert on.called.is_set()
    assert not again.called.is_set()
    scheduler._leave(on, TimeSlice(clock, clock(), 0.1))
    assert next_.called.is_set()
    scheduler._leave(next_, TimeSlice(clock, clock(), 0.1))
    assert again.called.is_set()


def test_a_click_goes_before_all_that_play_and_is_paid_for(scheduler, clock):
    players = [scheduler.add_client() for _ in range(5)]
    playing = scheduler._enqueue(players[0])
    waiting = [scheduler._enqueue(client) for client in players[1:]]
    client = scheduler.add_client()
    click = scheduler._enqueue(client, is_click=True)
    assert not click.called.is_set()
    time_slice = TimeSlice(clock, clock(), 0.1)
    clock.time += 0.1
    scheduler._leave(playing, time_slice)
    assert click.called.is_set()
    time_slice = TimeSlice(clock, clock(), 0.1)
    clock.time += 0.3
    scheduler._leave(click, time_slice)
    assert waiting[0].called.is_set()
    assert client.clock - scheduler._clock == pytest.approx(0.3), (
        "it has trained, and the others have not"
    )


def test_who_clicks_all_the_time_waits_like_the_others(scheduler, clock):
    """Of 60 s that two players and a clicker ask for, the clicks take a third and the credit."""
    clicker, taken = scheduler.add_client(), 0.0
    players = {scheduler.add_client(): 0.01, scheduler.add_client(): 0.01}
    waiting = {
        client: scheduler._enqueue(client, is_click=client is clicker)
        for client in (*players, clicker)
    }
    while clock.time < 160:
        client = next(s for s, w in waiting.items() if w.called.is_set())
        time_slice = TimeSlice(clock, clock(), 0.08)
        clock.time += 0.1 if client is clicker else 0.08
        taken += 0.1 * (client is clicker)
        scheduler._leave(waiting[client], time_slice)
        waiting[client] = scheduler._enqueue(client, is_click=client is clicker)
    assert taken <= 60 / 2 + CLICK_CREDIT_SECONDS


def test_who_does_not_want_its_turn_any_more_leaves_the_queue(scheduler):
    first = scheduler._enqueue(scheduler.add_client())
    with (
        pytest.raises(TurnCancelledError),
        scheduler.time_slice(scheduler.add_client(), is_cancelled=lambda: True),
    ):
        pass
    assert scheduler._waiting == []
    scheduler._leave(first, TimeSlice(scheduler.now, scheduler.now(), 0.1))
    with scheduler.time_slice(scheduler.add_client(), is_cancelled=lambda: True):
        pass  # it was free at once


def test_slices_get_shorter_the_more_wait(scheduler):
    assert scheduler.slice_seconds() == SLICE_SECONDS
    waiting = [scheduler._enqueue(scheduler.add_client()) for _ in range(21)]
    assert scheduler.slice_seconds() == pytest.approx(
        1 / 21
    )  # the first of them is not waiting any more
    waiting += [scheduler._enqueue(scheduler.add_client()) for _ in range(80)]
    assert scheduler.slice_seconds() == SHORTEST_SLICE_SECONDS
    assert sum(w.called.is_set() for w in waiting) == 1


def test_a_slice_ends_before_an_update_that_would_not_fit(scheduler, clock):
    time_slice = TimeSlice(clock, clock(), 0.08)
    ends = []
    for _ in range(5):
        clock.time += 0.03
        ends.append(time_slice.ends_after_update())
    assert ends[:2] == [False, True], "0.06 s have passed, and a third one needs 0.03"


def test_whoever_fails_gives_the_turn_back(scheduler):
    with pytest.raises(KeyError), scheduler.time_slice(scheduler.add_client()):
        raise KeyError
    with scheduler.time_slice(scheduler.add_client()):
        pass


def test_one_at_a_time_with_real_threads():
    scheduler, inside, most = Scheduler(1), [0], [0]

    def work():
        client = scheduler.add_client()
        for _ in range(200):
            with scheduler.time_slice(client):
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
    assert scheduler._waiting == []


class TestAdmission:
    def test_memory_of_all_runs_together(self, scheduler):
        a, b = scheduler.add_client(), scheduler.add_client()
        scheduler.reserve_memory(a, "live", 700)
        with pytest.raises(ValueError, match="memory: expected at most"):
            scheduler.reserve_memory(b, "live", 400)
        assert scheduler.reserved_memory() == (1, 700)
        scheduler.reserve_memory(b, "live", 300)
        with pytest.raises(ValueError, match="memory"):
            scheduler.reserve_memory(a, "compare", 1)
        scheduler.reserve_memory(a, "live", 100)  # in place of its 700
        scheduler.reserve_memory(a, "compare", 600)
        assert scheduler.reserved_memory() == (3, 1000)

    def test_the_first_is_let_in(self, scheduler):
        scheduler.reserve_memory(scheduler.add_client(), "live", 2000)

    def test_a_reader_who_has_left_is_not_counted(self, scheduler):
        a, b = scheduler.add_client(), scheduler.add_client()
        scheduler.reserve_memory(a, "live", 1000)
        del a
        gc.collect()
        scheduler.reserve_memory(b, "live", 1000)
        assert scheduler.reserved_memory() == (1, 1000)

    def test_a_slow_run_is_told_before_it_starts(self, scheduler, clock):
        client = scheduler.add_client()
        assert scheduler.forecast(client, 0.4) == ""
        assert scheduler.forecast(client, 0.0) == ""
        forecast = scheduler.forecast(client, 0.6)
        assert forecast.startswith("One update of this run takes")
        assert "about 0.6 s: expect one every 0.6 s." in forecast

    def test_what_the_others_take_is_counted(self, scheduler, clock):
        clients = [scheduler.add_client() for _ in range(4)]
        simulate(scheduler, clock, dict.fromkeys(clients, 0.01), 130)
        number, used = scheduler.measure_load()
        assert number == 4
        assert used == pytest.approx(1, abs=0.05)
        forecast = scheduler.forecast(scheduler.add_client(), 1.0)
        assert forecast.startswith("Runs that others train on this server: 4.")
        assert "expect one every 5.0 s" in forecast
        clock.time += 3 * FADING_SECONDS
        number, used = scheduler.measure_load()
        assert number == 4 if ACTIVE_SECONDS > 3 * FADING_SECONDS else number == 0
        assert used < 0.05

    def test_half_the_time_used_is_half_the_time_left(self, scheduler, clock):
        client = scheduler.add_client()
        for _ in range(400):
            with scheduler.time_slice(client) as time_slice:
                clock.time += 0.05
                time_slice.ends_after_update()
            clock.time += 0.05
        assert scheduler.measure_load()[1] == pytest.approx(0.5, abs=0.03)
        assert "one every 2.0 s" in scheduler.forecast(scheduler.add_client(), 1.0)
        assert "others train" not in scheduler.forecast(client, 1.0)

    def test_what_was_measured_replaces_what_was_expected(self, scheduler, clock):
        client = scheduler.add_client()
        client.expected_seconds = 0.001
        with scheduler.time_slice(client) as time_slice:
            clock.time += 2.0
            time_slice.ends_after_update()
        assert client.update_seconds == 2.0
        assert scheduler._enqueue(client).long
        client.update_seconds, client.expected_seconds = 0.0, 1.0
        assert scheduler._enqueue(client).long


def test_a_client_has_one_slice_at_a_time(scheduler):
    """Of either length: a long update that is waited for on a page, and a short one that the player asks for."""
    client, other = scheduler.add_client(), scheduler.add_client()
    client.expected_seconds = 2.0
    long = scheduler._enqueue(client)
    assert long.called.is_set()
    client.expected_seconds = 0.001
    short, theirs = scheduler._enqueue(client), scheduler._enqueue(other)
    assert not short.called.is_set(), "its network is being trained"
    assert theirs.called.is_set(), "nobody else waits for that"
    scheduler._leave(long, TimeSlice(scheduler.now, scheduler.now(), 0.1))
    assert not short.called.is_set(), "two short ones at once"
    scheduler._leave(theirs, TimeSlice(scheduler.now, scheduler.now(), 0.1))
    assert short.called.is_set()


def test_a_slice_can_be_awaited_and_given_up(scheduler):
    clients = [scheduler.add_client() for _ in range(3)]
    order = []

    async def train(client: Client) -> None:
        async with scheduler.awaited_slice(client, is_click=False):
            order.append(clients.index(client))
            await asyncio.sleep(0)

    async def run() -> None:
        with scheduler.time_slice(clients[0]):
            waiting = [asyncio.create_task(train(client)) for client in clients[1:]]
            while len(scheduler._waiting) < 2:
                await asyncio.sleep(0)
            assert not order
            waiting[0].cancel()
            await asyncio.gather(waiting[0], return_exceptions=True)
            assert [w.client for w in scheduler._waiting] == [clients[2]]
        await waiting[1]

    asyncio.run(run())
    assert order == [2]
    assert scheduler._training == {False: None, True: None}


def test_who_is_called_and_leaves_in_the_same_moment_hands_the_slice_on(scheduler):
    first, second = scheduler.add_client(), scheduler.add_client()

    async def run() -> None:
        async def train() -> None:
            async with scheduler.awaited_slice(first, is_click=False):
                raise AssertionError("it has left")

        task = asyncio.create_task(train())
        while scheduler._training[False] is None:
            await asyncio.sleep(0)  # called, but not told yet
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    assert scheduler._enqueue(second).called.is_set()
