"""Pages of the app in Streamlit's AppTest."""

from pathlib import Path
from typing import Any, TypeVar

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget
from streamlit.util import calc_hash

from dashboard.session.controls import ControlState
from dashboard.session.link import LinkState
from dashboard.session.live_run import LiveRun, RunState
from dashboard.session.state import topic_of

T = TypeVar("T")

MAIN = Path(__file__).parents[2] / "dashboard" / "main.py"


def go_to(app: AppTest, page: str) -> AppTest:
    """The app with the page of that address before it; `run` it to see it. "" is the first page.

    AppTest.switch_page finds a page by its file, which it knows only after a first run.
    """
    app._page_hash = calc_hash("" if page == "live" else page)
    return app


def state_of(app: AppTest, topic: type[T]) -> T:
    """What this reader has of a topic: `dashboard.session.state.state`, from outside of the page."""
    return topic_of(app.session_state, topic)


def find_control(app: AppTest, name: str) -> Any:
    """The control on the page that is connected under this name. StopIteration: there is none."""
    present = state_of(app, ControlState).connected.get(name)
    widgets = (each for each in app._tree if isinstance(each, Widget))
    return next(each for each in widgets if present and each.key == present.key)


def words_of(app: AppTest) -> str:
    """The texts and captions of the page, a line for each, as a reader sees them."""
    lines = [element.value for element in (*app.markdown, *app.caption)]
    return "\n".join(lines).replace("\\", "")


def run_of(app: AppTest) -> LiveRun:
    """The reader's run."""
    run = state_of(app, RunState).run
    assert run is not None
    return run


def without_link(app: AppTest) -> AppTest:
    """A reader who has been here for a while: no link is read, and what a test has set stays."""
    state_of(app, LinkState).read = True
    return app


def unfold(app: AppTest, box: str) -> AppTest:
    """Opens the box of this key: what is in it is drawn from then on."""
    app.session_state[box] = True
    return app.run()
