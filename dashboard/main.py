"""What every visit runs: the frame of the page, the greeting, and the page that is open."""

import streamlit as st

from dashboard import navigation
from dashboard.common.i18n import _
from dashboard.serving.streamlit_private import hold_messages, take_messages
from dashboard.session import language
from dashboard.widgets.frame import wait_for_server
from dashboard.widgets.logo import MARK, draw_logo

hold_messages()  # what is clicked meanwhile in the corner or in the rail is done
language.restore_from_link()
page, script = navigation.draw_menu()
st.set_page_config(
    page_title=f"{_(page.title)} · Unrolled",  # the name of its entries in the browser's history, too
    page_icon=MARK,
    layout="wide",
    initial_sidebar_state="collapsed",
)
draw_logo()
# The header is as high as its buttons, and the page begins below it: Streamlit's own margins would take a fifth of a
# projector's screen, and those of four buttons in the sidebar would break their row. The corner's buttons lie over
# the header; the drawer is opened by the first of them, and where the menu is in the drawer, too, by Streamlit's own.
# And Streamlit fades what a run of more than half a second may change, but a player says itself that it trains, and
# shows real numbers until the next ones. The page's name is for those who hear it. On a phone a player's controls lie
# over the foot of the screen: a page ends above them.
st.html(f'<h1 class="page-name">{_(page.title)}</h1>')
st.html(
    """<style>
.stAppHeader { height: 3.25rem; min-height: 0; }
.stAppHeader .stAppToolbar { padding: 0 30rem 0 0.4rem; }
.stMainBlockContainer { padding: 3.75rem 1.4rem 1rem; }
.stElementContainer:has(.page-name), .page-name {
  position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; padding: 0; }
:has(> .st-key-corner) { position: absolute; max-width: 1px; }
.st-key-corner {
  position: fixed; z-index: 999990; top: 0; right: 1.4rem; width: auto; height: 3.25rem;
  gap: 0.5rem; align-items: center; justify-content: flex-end; flex-wrap: nowrap; }
.st-key-corner button { min-height: 2.25rem; }
[data-testid="stSidebarCollapseButton"] { visibility: visible; }
@media (max-width: 899px) { .stAppHeader .stAppToolbar { padding-right: 19rem; } }
@media (max-width: 639px) {
  .stAppHeader .stAppToolbar { padding-right: 12.5rem; }
  .st-key-corner .st-key-projector { display: none; }
  .st-key-corner button { min-height: 2.75rem; }
  .stMainBlockContainer { padding: 3.75rem 1rem 5.5rem; }
}
.stAppHeader:has([data-testid="stTopNav"]) [data-testid="stExpandSidebarButton"] { display: none; }
:has(> .st-key-history_box), :has(> .st-key-keyring_box), :has(> .st-key-cursors_box) { position: absolute; max-width: 1px; }
[data-testid="stSidebar"] [data-testid="stButtonGroup"] button { min-width: 0; padding-inline: 0.4rem; }
[data-stale="true"]:has(> .stBidiComponent) { opacity: 1; transition: none; }
</style>"""
)
wait_for_server(page)

# They import torch, which the server may still be doing.
from dashboard.widgets import corner, language_switch, rail, welcome  # noqa: E402

welcome.draw_greeting(page)
rail.draw_rail(page)
corner.draw_corner(page)
language_switch.draw_complaint()
take_messages()
script.run()
