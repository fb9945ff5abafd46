"""A random reader on every page; `python -m benchmarks hardening.monkey` goes on for thousands of actions."""

import logging

import pytest

from tests.dashboard.views.test_views import open_page
from tests.helpers.monkey import Monkey, cage
from tests.helpers.pages import find_control, go_to

ACTIONS = 40


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def test_no_page_shows_a_stack_trace(tmp_path):
    with cage(tmp_path):
        monkey = Monkey(seed=20)
        for _ in range(ACTIONS):
            monkey.act()


def test_a_button_of_a_fragment_beside_a_control():
    """Two clicks in quick succession are one run of the whole page."""
    app = open_page(task="names", hidden_size="4")
    go_to(app, "unrolled").run()
    app.button(key="onwards 0").click().run()
    app.button(key="microscope back").click()
    find_control(app, "control hidden_size").set_value(5).run()
    assert not app.exception
