"""A lesson's steps set the page up; what the reader had before comes back."""

from itertools import islice

import pytest

from core.course.lesson import Lesson, LessonText, Step, StepText
from core.course.library import open_library
from core.training.experiment import Experiment
from core.training.presets import OPENING, PRESETS
from dashboard.navigation import COMPARE, GATES, LIVE
from dashboard.player.messages import Message
from dashboard.session import settings
from dashboard.session.course import CourseState
from dashboard.session.interventions import get_interventions
from dashboard.session.lesson_steps import enter_step, leave_lesson
from dashboard.session.live_run import find_previous_run, get_or_start_run
from dashboard.session.settings import choose_experiment
from dashboard.session.state import state
from dashboard.widgets.rail import follow

pytestmark = pytest.mark.usefixtures("server")

SMALL = "task=adding&length=6&hidden_size=4&batch_size=4"
STEPS = (
    Step("ask", "predict", {"choice": ["a", "b"]}, f"/?{SMALL}&cell=gru&seed=3&reads="),
    Step("train", "until", {"update": 5}),
    Step("gates", "read", {}, f"/gates?{SMALL}&cell=gru&seed=3&tab=4"),
    Step("pair", "read", {}, "/compare?task=adding&length=6&a.cell=rnn&b.cell=gru"),
    Step("lost", "read", {}, "/nowhere?task=adding"),
)
TEXT = LessonText("T", "Q", {step.id: StepText("text") for step in STEPS})
LESSON = Lesson("small", 1, 10, STEPS, {"en": TEXT})


def run_now():
    return get_or_start_run(settings.experiment(), lambda: None)


def train(n: int):
    run = run_now()
    for _ in islice(run.trainer, n):
        pass
    return run


def test_a_step_sets_the_page_up_and_the_run_begins_anew():
    train(2)
    assert enter_step(LESSON, "ask") is LIVE
    run = run_now()
    assert (run.trainer.experiment.cell, run.trainer.experiment.seed) == ("gru", 3)
    assert (run.trainer.index, run.from_link) == (0, True)
    assert state(CourseState).place.to_query() == {"lesson": "small", "part": "ask"}


def test_a_run_of_the_same_settings_goes_on_and_restore_begins_it_anew():
    enter_step(LESSON, "ask")
    run = train(3)
    assert enter_step(LESSON, "train") is LIVE
    assert enter_step(LESSON, "gates") is GATES
    assert run_now() is run
    enter_step(LESSON, "gates", anew=True)
    assert run_now() is not run
    assert run_now().trainer.index == 0


def test_a_step_that_sets_nothing_is_restored_as_the_one_before_says():
    enter_step(LESSON, "ask")
    settings.change_experiment({"hidden_size": 9})
    enter_step(LESSON, "train")
    assert settings.experiment().hidden_size == 9, "the reader's own change stays"
    enter_step(LESSON, "train", anew=True)
    assert settings.experiment().hidden_size == 4


def test_a_step_that_sets_nothing_takes_what_was_passed_over_in_haste():
    enter_step(LESSON, "gates")
    settings.change_experiment({"hidden_size": 9})
    enter_step(LESSON, "train")  # whose page "ask" sets, which was not entered
    assert settings.experiment().hidden_size == 4


def test_what_the_reader_had_comes_back_with_its_run():
    own = Experiment(task="adding", length=5, cell="lstm", hidden_size=3, batch_size=4)
    choose_experiment(own)
    run = train(4)
    enter_step(LESSON, "ask")
    train(2)
    enter_step(LESSON, "ask", anew=True)
    train(2)
    assert find_previous_run() is run, "whatever the lesson begins"
    assert leave_lesson() is LIVE
    assert run_now() is run
    assert settings.experiment() == own
    assert not state(CourseState).place.lesson
    assert get_interventions() == {}


def test_the_comparison_comes_back_too():
    enter_step(LESSON, "pair")
    assert [e.cell for e in settings.comparison().experiments] == ["rnn", "gru"]
    assert state(settings.Settings).comparison_begins_anew
    leave_lesson()
    assert state(settings.Settings).comparison is None
    assert settings.experiment() == PRESETS[OPENING].experiment


@pytest.mark.parametrize("id", ["nothing", "lost", "x" * 5000, "a\ud800"])
def test_a_step_that_is_not_there_or_leads_nowhere_changes_nothing(id):
    before = settings.experiment()
    with pytest.raises(LookupError, match=r"expected one of"):
        enter_step(LESSON, id)
    assert settings.experiment() == before
    assert enter_step(LESSON, "pair") is COMPARE


def test_the_next_lesson_is_entered_at_its_first_step():
    lesson = next(iter(open_library().lessons.values()))
    follow(Message({"kind": "enter", "lesson": lesson.name, "step": ""}))
    mine = state(CourseState)
    assert (mine.place.lesson, mine.place.step) == (lesson.name, lesson.steps[0].id)
    assert mine.complaint is None


def test_two_quick_clicks_lead_to_the_page_of_the_second():
    """The first one's page is not reached when the second click comes, which says nothing of a page itself."""
    lesson = open_library().lessons["forget_bias"]
    for id in ("learn", "train"):
        follow(Message({"kind": "enter", "lesson": lesson.name, "step": id}))
    assert state(CourseState).goes_to == COMPARE.url
