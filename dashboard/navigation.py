"""The pages: one table. The menu, every way from page to page and every link follow from it.

A page is a folder views/<name>/ with a page.py in it, and one entry here.
"""

from dataclasses import dataclass
from typing import Literal, NoReturn
from urllib.parse import parse_qsl, urlsplit

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.common.messages import say
from dashboard.common.i18n import N_, _
from dashboard.serving.streamlit_private import take_messages


@dataclass(frozen=True)
class Page:
    """One page.

    name: of its folder, and the end of its address. opens_first: at the app's own address, too.
    describes: what a link to it holds. shows_a_run: whether it shows the run of the session.
    looks_inside: whether it shows the reader's own model and recordings too.
    shareable: whether a link can be made to it.
    position: the parts of a link that say where the reader stands on it (dashboard.session.position).
    player: the program of its player, player/web/<player>.js, which comes together with the page. beside: further ones.
    question: what it answers, of a page that looks inside.
    """

    name: str
    title: str
    describes: Literal["experiment", "comparison", "study"] = "experiment"
    shows_a_run: bool = False
    looks_inside: bool = False
    shareable: bool = True
    position: tuple[str, ...] = ()
    opens_first: bool = False
    player: str = ""
    beside: tuple[str, ...] = ()
    question: str = ""

    @property
    def url(self) -> str:
        """The end of its address as Streamlit gives it: "" for the page that opens first."""
        return "" if self.opens_first else self.name

    @property
    def script(self) -> str:
        """Its program, as seen from main.py."""
        return f"views/{self.name}/page.py"


_RUN_POSITION = ("update", "reads")
_BENCH = ("cell", "radius", "length", "size", "bias", "activation", "scaled", "how", "seed")
_CLIFF = ("rate", "at", "w", "b", "space")
_WORKBENCH = (*(f"bench_{name}" for name in _BENCH), *(f"cliff_{name}" for name in _CLIFF))
_PLAYER_POSITION = ("step", "layer", "quantity", "unit", "show")

LIVE = Page(
    "live",
    N_("Live"),
    shows_a_run=True,
    position=(*_RUN_POSITION, *_PLAYER_POSITION, "open"),
    opens_first=True,
    player="live",
)
LESSONS = Page("lessons", N_("Lessons"), shareable=False)
COMPARE = Page(
    "compare",
    N_("Compare"),
    "comparison",
    position=("update", *_PLAYER_POSITION),
    player="compare",
)
UNROLLED = Page(
    "unrolled",
    N_("Unrolled"),
    shows_a_run=True,
    looks_inside=True,
    position=(*_RUN_POSITION, "phase", "layer", "number", "cut", "blanks"),
    player="unrolled",
    beside=("unrolled_curve",),
    question=N_("How is this number computed, forward and backward?"),
)
GATES = Page(
    "gates",
    N_("Gates"),
    shows_a_run=True,
    looks_inside=True,
    position=(*_RUN_POSITION, "tab", "layer"),
    question=N_("What does each gate do, and what happens without it?"),
)
GRADIENTS = Page(
    "gradients",
    N_("Gradients"),
    shows_a_run=True,
    looks_inside=True,
    position=(*_RUN_POSITION, "tab", "loss", "step", "state", "scale", *_WORKBENCH),
    player="triangle",
    question=N_("How far back does it reach: does it vanish or explode?"),
)
MEMORY = Page("memory", N_("Memory"), "study")
ARCHITECTURES = Page(
    "architectures",
    N_("Architectures"),
    shows_a_run=True,
    position=_RUN_POSITION,
    player="cell/cell",
)
YOURS = Page("yours", N_("Yours"), shareable=False)

# By the end of their address, in the order of the menu.
PAGES: dict[str, Page] = {
    page.url: page
    for page in (LIVE, LESSONS, COMPARE, UNROLLED, GATES, GRADIENTS, MEMORY, ARCHITECTURES, YOURS)
}


def read_address(address: str) -> tuple[Page, dict[str, str]]:
    """The page and the query of an address of the app, "/gates?task=adding". LookupError: there is no such page."""
    parts = urlsplit(address)
    name = parts.path.strip("/")
    page = next((page for page in PAGES.values() if name in (page.url, page.name)), None)
    if page is None:
        names = ", ".join(page.name for page in PAGES.values())
        raise LookupError(
            say(
                "page: expected one of {names}, got {name}. Choose one.",
                names=names,
                name=repr(name[:40]),
            )
        )
    return page, dict(parse_qsl(parts.query, keep_blank_values=True))


def draw_menu() -> tuple[Page, StreamlitPage]:
    """Draws the menu -> the page that is open, and what runs it."""
    streamlit_page = st.navigation(
        [
            st.Page(page.script, title=_(page.title), url_path=page.name, default=page.opens_first)
            for page in PAGES.values()
        ],
        position="top",
    )
    return PAGES[streamlit_page.url_path], streamlit_page


def go_to(page: Page) -> NoReturn:
    """Leaves the present page for this one."""
    take_messages()  # Streamlit goes by one
    st.switch_page(page.script)


def link_to(
    page: Page, label: str, icon: str, width: Literal["content", "stretch"] = "content"
) -> None:
    """A link to the page, as wide as its words or as its place."""
    st.page_link(page.script, label=label, icon=icon, width=width)
