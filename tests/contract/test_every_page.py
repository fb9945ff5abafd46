"""Every page of the table opens, and stands where the table says."""

from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from dashboard.navigation import PAGES
from tests.helpers.pages import go_to

DASHBOARD = Path(__file__).parents[2] / "dashboard"
ADDRESSES = "lessons compare unrolled gates gradients memory architectures yours"


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.name)
def test_it_opens(page):
    torch.set_num_threads(1)
    app = AppTest.from_file(str(DASHBOARD / "main.py"), default_timeout=60)
    go_to(app, page.name).run()
    assert not app.exception
    assert len(app.main) > 1, "nothing is on the page"


def test_every_folder_of_views_is_a_page():
    folders = {path.parent.name for path in (DASHBOARD / "views").glob("*/page.py")}
    assert {page.name for page in PAGES.values()} == folders


def test_addresses_that_are_out_in_the_world_stay():
    lost = {"", *ADDRESSES.split()} - set(PAGES)
    assert not lost, "links to these pages stand in notes and slides: expected the pages"
