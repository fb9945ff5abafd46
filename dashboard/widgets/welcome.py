"""What happens when somebody opens the app: who it is, what the link brings, where they left off."""

import time
from dataclasses import dataclass

import streamlit as st

from core.common.messages import say, sentence_of
from core.io.handoff import (
    collect_carried,
    collect_model,
    collect_passed_over,
    collect_recordings,
)
from core.io.store import SavedRun, open_shared, runs_folder
from dashboard.common.i18n import _
from dashboard.common.labels import say_by_label
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import LIVE, Page, go_to
from dashboard.player.component import load_component
from dashboard.session import autosave, live_run, monitored
from dashboard.session.controls import read_control, set_tab
from dashboard.session.course import lesson_now
from dashboard.session.link import restore_from_link
from dashboard.session.own_model import open_recordings
from dashboard.session.simplification import simplification
from dashboard.session.state import state
from dashboard.widgets import charts, history
from dashboard.widgets.projector import enlarge_type

KEY_COOKIE = "unrolled_key"  # of player/web/hidden/keyring.js


@dataclass
class VisitState:
    """note: what became of the link's run.

    searched: whether a saved run was looked for. offered: the one to go on with.
    """

    note: str = ""
    searched: bool = False
    offered: SavedRun | None = None


def draw_greeting(page: Page) -> None:
    """For every page, before it draws anything of its own."""
    link = restore_from_link(page)
    history.answer_visit()
    simplified = simplification()
    enlarge_type()
    if not autosave.browser_key():
        autosave.set_browser_key(st.context.cookies.get(KEY_COOKIE))
    if link is not None and link.shared:
        _open_shared(link.shared)
    if link is not None and link.watched:
        _open_watched(link.watched)
    if link is not None and link.watch_live:
        _open_monitored(link.watch_live)
    _offer_last_run()
    if simplified.say:
        st.info(escape_markdown(simplified.say))


def _open_shared(token: str) -> None:
    try:
        trainer, curves, entry = open_shared(runs_folder(), token)
        live_run.open_saved_run(trainer, curves)
    except (ValueError, LookupError, OSError) as error:
        state(VisitState).note = sentence_of(error)
        return
    state(VisitState).note = say(
        "This is a copy of the run “{name}”, at update {n}.", name=entry.name, n=entry.index
    )


def _open_watched(token: str) -> None:
    try:
        recordings = collect_recordings(token, runs_folder())
        open_recordings(
            recordings,
            collect_passed_over(token, runs_folder()),
            collect_carried(token, runs_folder()),
            collect_model(token, runs_folder()),
        )
    except (ValueError, LookupError) as error:
        state(VisitState).note = sentence_of(error)
        return
    set_tab("yours tab", "model")


def _open_monitored(key: str) -> None:
    """Opens a training that runs elsewhere; a browser that has not sent its key yet asks once more."""
    try:
        monitored.open_monitored(monitored.find_for_reader(key))
    except LookupError as error:
        state(VisitState).note = sentence_of(error)


def _take_key() -> None:
    autosave.set_browser_key(getattr(read_control("keyring"), "key", None))


def _offer_last_run() -> None:
    """Offers to go on with the run that was saved last; asks a browser for its key that sent no cookie."""
    with st.container(key="keyring_box"):
        if not autosave.browser_key():
            load_component("hidden/keyring")(key="keyring", on_key_change=_take_key)
        charts.offer_svg_download()
    visit, live = state(VisitState), live_run.find_run()
    if visit.note:
        st.info(escape_markdown(say_by_label(visit.note)))
    if not visit.searched and autosave.browser_key():
        visit.searched = True
        visit.offered = autosave.find_latest_run(live.autosave.run if live else None)
    entry = visit.offered
    is_busy = lesson_now() is not None or (live is not None and len(live.curves))
    if entry is None or is_busy:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            _(
                "Your last run, {ago}: {name}, update {n}.",
                ago=time_since(entry.saved),
                name=escape_markdown(entry.name),
                n=entry.index,
            ),
            width="content",
        )
        goes_on = st.button(_("Continue this run"), key="go on")
        if st.button(_("Not now"), key="not now"):
            visit.offered = None
            st.rerun()
        if goes_on:
            visit.offered = None
            reopen_run(entry)


def reopen_run(entry: SavedRun) -> None:
    """Goes on with a saved run on the Live page; a run that the reader named stays as it is."""
    try:
        trainer, curves = autosave.open_store().open(entry.id)
        live_run.open_saved_run(trainer, curves, None if entry.named else entry.id)
        monitored.close_monitored()
    except (ValueError, LookupError, OSError) as error:
        st.warning(escape_markdown(say_by_label(error)))
        return
    go_to(LIVE)


def time_since(then: float) -> str:
    """How long ago that was, in words. then: seconds since 1970."""
    minutes = max(0, time.time() - then) / 60
    if minutes < 2:
        return _("just now")
    if minutes < 120:
        return _("{n} minutes ago", n=round(minutes))
    if minutes < 48 * 60:
        return _("{n} hours ago", n=round(minutes / 60))
    return _("{n} days ago", n=round(minutes / 60 / 24))
