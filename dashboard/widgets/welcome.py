"""What happens when somebody opens the app: who it is, what the link brings, where they left off."""

import time

import streamlit as st

from core.io.handoff import collect
from core.io.store import Entry, root, shared
from dashboard.common.fragments import again, fragment
from dashboard.common.i18n import _
from dashboard.common.markdown import plain
from dashboard.navigation import LIVE, Page, go_to
from dashboard.player.component import load
from dashboard.serving.turns import hold
from dashboard.session import autosave, live_run, position
from dashboard.session.lesson import lesson
from dashboard.widgets import charts

BIG = """<style>
html { font-size: 20px }
.stMainBlockContainer { padding: 4.2rem 1.2rem 1rem }
</style>"""


def greet(page: Page) -> None:
    """For every page, before it draws anything of its own."""
    now = lesson()
    st.session_state["page"] = page
    if now.big:
        st.html(BIG)
    if "arrived" not in st.session_state:
        st.session_state["arrived"] = True
        position.arrive(page)
        token = st.query_params.get("shared")
        if token:
            _open_shared(token)
        if token := st.query_params.get("watched"):
            _open_watched(token)
    _introduce()
    if now.say:
        st.info(plain(now.say))


def _open_shared(token: str) -> None:
    try:
        trainer, curves, entry = shared(root(), token)
        live_run.go_on(trainer, curves)
    except (ValueError, LookupError, OSError) as error:
        st.session_state["note"] = str(error)
        return
    st.session_state["note"] = _("You see a copy of the run “{name}”, after {n} updates.").format(
        name=entry.name, n=entry.index
    )


def _open_watched(token: str) -> None:
    try:
        recordings = collect(token, root())
        hold("recording", sum(each.nbytes for each in recordings.values()))
    except (ValueError, LookupError) as error:
        st.session_state["note"] = str(error)
        return
    st.session_state["watched"] = recordings
    st.session_state["yours tab"] = _("Own model")


def _on_key() -> None:
    autosave.take_key(getattr(st.session_state.get("keyring"), "key", None))


@fragment
def _introduce() -> None:
    """Asks the browser for its key, and offers to go on with the run that was saved last."""
    with st.container(key="keyring_box"):
        load("keyring")(key="keyring", on_key_change=_on_key)
        charts.offer()
    if note := st.session_state.get("note"):
        st.info(plain(note))
    if "offered" not in st.session_state and autosave.key():
        st.session_state["offered"] = autosave.latest()
    entry: Entry | None = st.session_state.get("offered")
    here = st.session_state.get("live")
    if entry is None or (here is not None and len(here.curves)):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            _("You left off {ago}: {name}, update {n}.").format(
                ago=since(entry.saved), name=plain(entry.name), n=entry.index
            ),
            width="content",
        )
        go = st.button(_("Go on"), key="go on", type="primary")
        if st.button(_("Not now"), key="not now"):
            st.session_state["offered"] = None
            again()
        if go:
            st.session_state["offered"] = None
            reopen(entry)


def reopen(entry: Entry) -> None:
    """Goes on with a saved run on the Live page; a run that the reader named stays as it is."""
    try:
        trainer, curves = autosave.store().open(entry.id)
        live_run.go_on(trainer, curves, None if entry.named else entry.id)
    except (ValueError, LookupError, OSError) as error:
        st.warning(plain(str(error)))
        return
    go_to(LIVE)


def since(then: float) -> str:
    """How long ago that was."""
    minutes = max(0, time.time() - then) / 60
    if minutes < 2:
        return _("just now")
    if minutes < 120:
        return _("{n} minutes ago").format(n=round(minutes))
    if minutes < 48 * 60:
        return _("{n} hours ago").format(n=round(minutes / 60))
    return _("{n} days ago").format(n=round(minutes / 60 / 24))
