"""Pages of the app in Streamlit's AppTest."""

from pathlib import Path

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

MAIN = Path(__file__).parents[2] / "dashboard" / "main.py"


def go_to(app: AppTest, page: str) -> AppTest:
    """The app with the page of that address before it; `run` it to see it. "" is the first page.

    AppTest.switch_page finds a page by its file, which it knows only after a first run.
    """
    app._page_hash = calc_hash("" if page == "live" else page)
    return app
