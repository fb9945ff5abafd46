"""The frame of a page, which stands while the server still imports what the page needs."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.navigation import YOURS, Page
from dashboard.serving import readiness

# As high as a player at least, so that what comes in its place moves nothing.
FRAME = """<div role="status" style="min-height: 70vh; display: grid; place-items: center; opacity: .6">{}</div>"""


def wait_for_server(page: Page) -> None:
    """Returns once the server is ready; until then a sentence stands where the page will be, beside its sidebar.

    The places of both are on the page at every run, so that what follows them is found again by the next one.
    """
    place = st.empty()
    side = st.sidebar.empty() if page is not YOURS else None
    if readiness.is_ready():
        return
    place.html(FRAME.format(_("Starting. A server that was just started imports PyTorch first.")))
    if side:
        side.html(FRAME.format(""))
    readiness.wait_until_ready()
    place.empty()
    if side:
        side.empty()
