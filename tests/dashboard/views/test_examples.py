"""The examples of the course on Live: what the card says, and what a click on it does."""

import pytest

from core.course.library import open_library
from core.training.experiment import Experiment
from core.training.presets import OPENING, PRESETS
from core.training.trainer import Trainer
from dashboard.navigation import COMPARE, GATES, LIVE
from dashboard.player.messages import Message
from dashboard.serving import turns
from dashboard.session import interventions, settings
from dashboard.session.course import CourseState, Place
from dashboard.session.link import read_link
from dashboard.session.live_run import (
    LiveRun,
    find_previous_run,
    get_or_start_run,
    get_run,
    go_back_to_previous_run,
)
from dashboard.session.playing import read_question
from dashboard.session.simplification import Simplification, SimplificationState
from dashboard.session.state import state
from dashboard.views.live import player
from dashboard.views.live.examples import describe_example, list_groups
from tests.helpers.streams import header_of

pytestmark = pytest.mark.usefixtures("server")


def show() -> LiveRun:
    """The page, drawn with the present settings."""
    return get_or_start_run(settings.experiment(), lambda: None)


def click(**action: object) -> dict:
    """The reader clicks on the card; the page is drawn anew where that was asked for -> the answer's header."""
    run = get_run()
    message = Message({"run": run.id, "have": run.total, "n": 0, **action})
    with turns.time_slice() as slice_:
        header = header_of(read_question(message, get_run, player.ACTIONS).answer(slice_))
    if header["redraws"]:
        show()
    return header


def links_of(card: dict) -> list[tuple[str, str]]:
    return [(p["verb"], p["argument"]) for p in card["parts"] if isinstance(p, dict)]


def card_of(name: str) -> dict:
    """The card of an example that has just been chosen."""
    show()
    click(kind="example", name=name)
    card = describe_example(get_run())
    assert card is not None
    return card


def test_an_address_that_says_nothing_opens_an_example_and_any_other_what_it_always_opened():
    opening = PRESETS[OPENING].experiment
    assert read_link(LIVE, {}).experiment == opening != Experiment()
    assert read_link(GATES, {}).experiment == opening
    assert read_link(COMPARE, {}).experiment is None
    assert read_link(LIVE, {"task": "names"}).experiment == Experiment()
    assert read_link(LIVE, {"say": "Look!"}).experiment == Experiment()
    assert settings.experiment() == opening, "a session that begins elsewhere, too"
    assert show().trainer.probe.text == PRESETS[OPENING].reads


def test_the_card_says_which_example_runs_and_what_is_beside_it():
    card = card_of("gru")
    names = list(PRESETS)
    k = names.index("gru")
    assert (card["name"], card["number"]) == ("gru", k + 1)
    assert [card["before"][0], card["after"][0]] == [names[k - 1], names[k + 1]]
    assert "".join(p if isinstance(p, str) else p["text"] for p in card["parts"]) == (
        PRESETS["gru"].plain_look
    )
    assert card_of(names[0])["before"][0] == names[-1]
    assert card_of(names[-1])["after"][0] == names[0]


def test_a_row_is_called_as_its_text_calls_it():
    assert ("row", "keeps") in links_of(card_of("gru"))
    assert ("row", "learns") in links_of(card_of("vanishing"))


def test_other_settings_have_the_nearest_example_of_their_task():
    nearly = PRESETS["names_jitter"].experiment.but(seed=7)
    assert describe_example(LiveRun(Trainer(nearly))) == {
        **{"name": "", "nearest": ("names_jitter", PRESETS["names_jitter"].title)},
        **{"groups": list_groups()},
    }


def test_the_gallery_has_every_example_once():
    shown = [name for group in list_groups() for name, _title, _line in group["examples"]]
    assert shown == list(PRESETS)


def test_a_chosen_example_begins_anew_with_its_sequence_and_the_run_before_is_not_lost():
    settings.choose_experiment(PRESETS["exploding"].experiment)
    run = show()
    run.train(2, 100)
    click(kind="hold", gate="h", value=0.5)
    assert interventions.get_run_interventions(run.trainer)
    card_of("clipping")  # settings that the run could have gone on with
    assert get_run() is not run
    assert get_run().trainer.index == 0
    assert not interventions.get_run_interventions(get_run().trainer)
    assert find_previous_run() is run
    go_back_to_previous_run()
    assert get_run() is run
    assert run.trainer.index == 2
    card_of("names")
    assert get_run().trainer.probe.text == PRESETS["names"].reads


def test_settings_that_a_run_can_live_with_still_change_it_on_its_way():
    settings.choose_experiment(PRESETS["exploding"].experiment)
    run = show()
    run.train(2, 100)
    settings.choose_experiment(PRESETS["clipping"].experiment)
    assert show() is run


def test_an_unknown_example_changes_nothing():
    run = show()
    assert not click(kind="example", name="nothing")["redraws"]
    assert get_run() is run


def test_a_gate_is_held_and_released_and_what_else_is_held_stays():
    settings.choose_experiment(PRESETS["gru"].experiment)
    run = show()
    free = run.trainer.look().recording["z"].values.copy()
    click(kind="hold", gate="r", value=1)
    assert click(kind="hold", gate="z", value=0)["redraws"]
    held = run.trainer.look().recording
    assert (held["z"].values == 0).all()
    assert (held["r"].values == 1).all()
    click(kind="hold", gate="no such gate", value=0)
    assert (run.trainer.look().recording["z"].values == 0).all()
    click(kind="hold", gate="")
    assert (run.trainer.look().recording["z"].values == free).all()
    assert not interventions.get_interventions()


@pytest.mark.parametrize("value", [None, "0.5", True, float("nan"), -3, [1]])
def test_a_held_value_that_makes_no_sense_counts_as_0(value):
    settings.choose_experiment(PRESETS["gru"].experiment)
    run = show()
    click(kind="hold", gate="z", value=value)
    assert (run.trainer.look().recording["z"].values == 0).all()


def test_a_lesson_with_fixed_settings_offers_no_other_example():
    card_of("gru")
    state(SimplificationState).simplification = Simplification(lock=frozenset({"task"}))
    card = describe_example(get_run())
    assert card is not None
    assert not {"before", "after", "groups"} & card.keys()
    assert {verb for verb, _ in links_of(card)} == {"row", "step"}
    other = PRESETS["gru"].experiment.but(seed=9)
    assert describe_example(LiveRun(Trainer(other))) is None


def test_inside_a_lesson_the_lesson_alone_says_where_to_look():
    live = show()
    assert describe_example(live) is not None
    state(CourseState).place = Place(next(iter(open_library().lessons)))
    assert describe_example(live) is None
