"""The right corner of every page's header: all settings, large type, the language, and a link to share."""

import streamlit as st

from dashboard.common.i18n import _
from dashboard.navigation import LESSONS, YOURS, Page, go_to
from dashboard.player.component import load_component
from dashboard.session.controls import set_tab
from dashboard.widgets.language_switch import draw_language_switch
from dashboard.widgets.projector import draw_projector_button


def draw_corner(page: Page) -> None:
    """The buttons; the first one is the browser's own work, see player/web/top/settings_button.js."""
    with st.container(key="corner", horizontal=True):
        if page not in (YOURS, LESSONS):  # they have no settings
            load_component("top/settings_button")(
                key="all settings", data={"label": _("All settings")}, width="content"
            )
        draw_projector_button()
        draw_language_switch()
        if st.button(_("Share"), key="share", help=_("A link to what is on this page")):
            set_tab("yours tab", "share")
            if page is not YOURS:
                go_to(YOURS)
