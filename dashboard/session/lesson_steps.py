"""Going through a lesson: a step sets its page up; what the reader had before comes back when the lesson is left."""

from copy import copy
from dataclasses import dataclass, field, replace

from core.common.messages import say
from core.course.lesson import Lesson, Step
from core.training.experiment import Experiment
from dashboard.navigation import LIVE, Page, read_address
from dashboard.session import interventions, link
from dashboard.session.course import CourseState, Place
from dashboard.session.interventions import Interventions
from dashboard.session.live_run import RunState, find_run, go_back_to_previous_run
from dashboard.session.position import PositionState
from dashboard.session.settings import Settings
from dashboard.session.simplification import Simplification, SimplificationState
from dashboard.session.state import state


@dataclass
class OwnWork:
    """What the reader had before the lesson. run: the name of the run; "" without one. page: that was open."""

    page: Page
    settings: Settings
    interventions: Interventions
    simplification: Simplification
    run: str


@dataclass
class OwnWorkState:
    """own: what is given back when the lesson is left; None outside of lessons."""

    own: OwnWork | None = field(default=None)


def enter_step(lesson: Lesson, id: str, anew: bool = False) -> Page:
    """Goes to this step of a lesson -> the page that it is about.

    The page is set up as the step says; one that says nothing leaves it, unless the nearest before it that says something
    was not entered: the browser sends one message for two quick clicks. The run goes on where it is one of the same
    settings. anew: it begins from its first weights, and what the reader has changed since is gone.
    LookupError: there is no such step, or no such page.
    """
    step = lesson.step(id)
    if step is None:
        raise LookupError(
            say("step: expected one of the lesson, got {got!r}. Choose another.", got=id[:40])
        )
    mine = state(CourseState)
    is_first = mine.place.lesson != lesson.name
    if is_first and state(OwnWorkState).own is None:
        _put_own_work_aside()
    anew |= is_first
    place, complaint = replace(mine.place, lesson=lesson.name, step=id), mine.complaint
    former = None if is_first else lesson.step(mine.place.step)
    address = find_address(lesson, step)
    if not (anew or step.set) and former is not None and find_address(lesson, former) == address:
        address = ""
    if address:
        page, query = read_address(address)
        _set_up(link.read_link(page, query), anew)
    mine.place, mine.opens, mine.complaint, mine.greets = place, False, complaint, False
    return page_of(lesson, step)


def find_address(lesson: Lesson, step: Step) -> str:
    """What the page is set up by at a step: what it says itself, or the nearest before it that says something."""
    before = lesson.steps[: lesson.steps.index(step) + 1]
    return next((each.set for each in reversed(before) if each.set), "")


def leave_lesson() -> Page | None:
    """Outside of the course again, with all that the reader had before -> the page that was open then."""
    mine, own_state = state(CourseState), state(OwnWorkState)
    mine.place, mine.opens = Place(room=mine.place.room), False
    own, own_state.own = own_state.own, None
    if own is None:
        return None
    runs, run = state(RunState), find_run()
    runs.keeps_previous = False
    if run is not None and run.id != own.run and runs.previous is not None:
        go_back_to_previous_run()
    _copy_settings(own.settings, state(Settings))
    interventions.restore(own.interventions)
    state(SimplificationState).simplification = own.simplification
    return own.page


def _put_own_work_aside() -> None:
    run = find_run()
    state(OwnWorkState).own = OwnWork(
        state(PositionState).page,
        copy(state(Settings)),
        dict(interventions.get_interventions()),
        state(SimplificationState).simplification,
        run.id if run is not None else "",
    )
    runs = state(RunState)
    runs.previous, runs.keeps_previous = None, True


def _copy_settings(source: Settings, target: Settings) -> None:
    """The object that all pages know keeps its place."""
    for name, value in vars(source).items():
        setattr(target, name, value)


def _set_up(wanted: link.Link, anew: bool) -> None:
    """Sets the session up by the address of a step, as its own link does."""
    run = find_run()
    is_experiment = wanted.page.describes == "experiment"
    experiment: Experiment | None = wanted.experiment if is_experiment else None
    is_same = run is not None and run.trainer.experiment == experiment
    # The player trains only a run that begins to the update of a link.
    is_ahead = run is not None and run.trainer.index < wanted.position.get("update", 0)
    is_early = is_ahead and wanted.page is LIVE
    begins_run = is_experiment and (anew or not is_same or is_early)
    link.set_up(wanted, begins_run)
    state(Settings).comparison_begins_anew = wanted.page.describes == "comparison" and anew
    if run is None or begins_run or not is_experiment:
        return
    run.from_link = True
    if text := wanted.position.get("reads"):
        run.set_probe(text)


def page_of(lesson: Lesson, step: Step) -> Page:
    """The page that a step is about."""
    address = find_address(lesson, step)
    return read_address(address)[0] if address else LIVE
