"""Settings that a run can live with change it on its way; others begin another run, with one step back."""

import pytest

from core.layers.interventions import Clamp, Intervention
from core.studies.comparison import bytes_needed
from core.training.experiment import Experiment
from dashboard.serving import turns
from dashboard.session import interventions, live_run
from dashboard.session.live_run import (
    find_previous_run,
    get_or_start_run,
    get_run,
    go_back_to_previous_run,
)
from dashboard.session.settings import choose_experiment, experiment

SMALL = Experiment(task="adding", length=5, cell="gru", hidden_size=4, batch_size=4)
LARGER = SMALL.but(hidden_size=5)
HELD = {"": Intervention(clamps=(Clamp("h", 0.5, unit=1),))}


def change(wanted: Experiment, updates: int = 3) -> live_run.LiveRun:
    """The reader chooses these settings, and the run trains."""
    choose_experiment(wanted)
    run = get_or_start_run(wanted, lambda: None)
    run.train(updates, 100)
    return run


def test_a_run_goes_on_with_settings_that_it_can_live_with(server):
    run = change(SMALL)
    assert change(SMALL.but(learning_rate=0.1, dropout=0.5)) is run
    assert run.trainer.index == 6
    assert run.trainer.experiment.learning_rate == 0.1
    assert [last for last, _settings in run.trainer.settings_log] == [3]
    assert len(run.curves) == 6
    assert find_previous_run() is None


def test_the_measured_pace_stays_the_runs(server):
    run = change(SMALL)
    client = turns.client()
    measured = client.update_seconds
    assert measured > 0
    faster = change(SMALL.but(learning_rate=0.1), 0)
    assert faster is run
    assert client.update_seconds == measured
    assert client.runs == ([SMALL.but(learning_rate=0.1)], 1)


def test_a_run_that_diverged_cannot_go_on(server):
    run = change(SMALL)
    run.trainer.diverged = "Update 4: expected finite numbers, got nan."
    assert change(SMALL.but(learning_rate=0.1)) is not run
    assert find_previous_run() is run


def test_one_step_back_brings_run_settings_and_interventions_and_one_more_undoes_it(server):
    interventions.get_interventions().update(HELD)
    first = change(SMALL)
    second = change(LARGER)
    assert second is not first
    assert find_previous_run() is first
    interventions.get_interventions().clear()
    go_back_to_previous_run()
    assert (get_run(), experiment()) == (first, SMALL)
    assert interventions.get_interventions() == HELD
    assert first.trainer.index == 3, "it is where it was"
    assert find_previous_run() is second
    assert get_or_start_run(experiment(), lambda: None) is first, "nothing begins anew"
    go_back_to_previous_run()
    assert (get_run(), experiment()) == (second, LARGER)
    assert interventions.get_interventions() == {}


def test_a_run_without_an_update_is_nothing_to_go_back_to(server):
    first = change(SMALL)
    change(LARGER, 0)
    change(LARGER.but(cell="rnn"), 0)
    assert find_previous_run() is first


def test_memory_is_reserved_for_both_and_changes_places_with_them(server):
    change(SMALL)
    change(LARGER.but(hidden_size=50))
    small, large = bytes_needed(SMALL), bytes_needed(LARGER.but(hidden_size=50))
    assert turns.client().reserved == {"live": large, "previous": small}
    go_back_to_previous_run()
    assert turns.client().reserved == {"live": small, "previous": large}
    assert turns.client().runs == ([SMALL], 1)


def test_without_room_for_both_the_former_run_goes(server):
    change(SMALL)
    wanted = LARGER.but(hidden_size=50)
    server.memory = bytes_needed(wanted)
    change(wanted)
    assert find_previous_run() is None
    assert turns.client().reserved == {"live": bytes_needed(wanted), "previous": 0}
    go_back_to_previous_run()
    assert experiment() == wanted, "there is no run to go back to"


def test_without_room_for_the_new_run_the_present_one_stays(server):
    first = change(SMALL)
    other = server.add_client()
    server.reserve_memory(other, "live", 10)
    server.memory = bytes_needed(SMALL) + 10
    with pytest.raises(ValueError, match="memory: expected at most"):
        change(LARGER.but(hidden_size=50))
    assert get_run() is first
    assert turns.client().reserved["live"] == bytes_needed(SMALL)


def test_a_third_run_takes_the_place_of_the_first(server):
    change(SMALL)
    second = change(LARGER)
    change(LARGER.but(cell="rnn"))
    assert find_previous_run() is second
    assert turns.client().reserved["previous"] == bytes_needed(LARGER)
