"""Trainings that run elsewhere, on Live: the list of them, and the one that is open, in place of the reader's own run."""

from collections.abc import Callable

import streamlit as st

from core.common.messages import sentence_of
from core.io.monitor import MonitoredRun
from core.io.monitor.newest import read_newest_loss
from dashboard.common.i18n import _
from dashboard.common.markdown import escape_markdown
from dashboard.navigation import GATES, GRADIENTS, UNROLLED, go_to, link_to
from dashboard.player.component import mount_stream
from dashboard.player.messages import Message
from dashboard.player.pull import MAX_COUNT
from dashboard.serving.locality import is_at_this_machine
from dashboard.session.controls import connect_control
from dashboard.session.link import write_monitored_link
from dashboard.session.monitored import (
    MonitoredState,
    choose_module,
    close_monitored,
    delete_posted,
    find_opened,
    get_frames,
    is_posted,
    list_for_reader,
    look_inside,
    open_monitored,
    read_frames,
)
from dashboard.session.monitored_frames import MonitoredFrames
from dashboard.session.monitored_state import TITLES, newest_update, say_state, warn_of
from dashboard.session.playing import read_question
from dashboard.session.simplification import simplification
from dashboard.session.state import state
from dashboard.session.streams import get_stream
from dashboard.views.live.receiving import draw_receiving, write_script
from dashboard.widgets.choice import draw_list
from dashboard.widgets.welcome import time_since

MAX_LISTED = 40
LIST_SECONDS = 3.0  # between two looks, while the list is open
FIRST_UPDATE_SECONDS = 2.0  # the same, while nothing is recorded yet


def draw_opened() -> bool:
    """The training elsewhere that is open, where there is one -> whether there is."""
    run = find_opened()
    if run is None:
        return False
    mine = state(MonitoredState)
    if mine.goes_inside:
        mine.goes_inside = False
        go_to(UNROLLED)
    write_monitored_link(run.key)
    with st.sidebar:
        st.markdown(
            _(
                "This training runs elsewhere: its settings are those of its script, and it goes on whatever is done here."
            )
        )
        _draw_way_back("sidebar")
    frames = read_frames()
    _draw_heading(run, frames)
    if frames is None:
        _draw_waiting()
        return True
    stream = get_stream("elsewhere", lambda message: read_question(message, get_frames, ACTIONS))
    stamp = [frames.id, frames.total, len(frames.layouts)]
    said = {"sentence": [_describe(run)], "example": None}
    mount_stream("player elsewhere", stream.token, stamp, "live", None, said)
    return True


def draw_place() -> None:
    """The place on the page of the reader's own run: which trainings there are, and how others come."""
    if simplification().guided:
        return
    place = st.expander(_("Trainings elsewhere"), key="elsewhere box", on_change="rerun")
    if place.open:
        with place:
            _draw_list()
            draw_receiving()


def _draw_heading(run: MonitoredRun, frames: MonitoredFrames | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="elsewhere heading"):
        st.markdown(f"**{escape_markdown(run.about.name)}**", width="content")
        if frames is not None and len(frames.modules) > 1:
            draw_list(
                _("Layer of the model"),
                frames.modules,
                frames.modules.index(frames.module),
                format_func=lambda name: name or _("the model itself"),
                label_visibility="collapsed",
                width=200,
                **connect_control("elsewhere module", frames.module, choose_module),
            )
        _draw_way_back("heading")
        _draw_looked_at()


def _draw_way_back(where: str) -> None:
    st.button(
        _("Back to my own run"),
        key=f"elsewhere close {where}",
        on_click=close_monitored,
        icon=":material/undo:",
    )


@st.fragment(run_every=FIRST_UPDATE_SECONDS)
def _draw_waiting() -> None:
    """Looks every other second whether the first update has been recorded."""
    if read_frames() is not None:
        st.rerun()
    run = state(MonitoredState).opened
    if run is not None:
        run.refresh()
        st.info(
            _(
                "Nothing is recorded of this training so far. {state}",
                state=say_state(run),
            )
        )
        if sentence := warn_of(run):
            st.warning(escape_markdown(sentence))


def _describe(run: MonitoredRun) -> str:
    """The line above the rows, where a run of one's own has the sentence that sets it."""
    about = run.about
    if about.model and about.host:
        return _("{model}, of a script on {host}.", model=about.model, host=about.host)
    return _("{model}, of a script elsewhere.", model=about.model or about.name)


def _draw_looked_at() -> None:
    update = state(MonitoredState).looked_at
    if update is None:
        return
    st.markdown(_("Update **{n}** is open as a recording on", n=update), width="content")
    for page, icon in (
        (UNROLLED, ":material/timeline:"),
        (GATES, ":material/tune:"),
        (GRADIENTS, ":material/trending_down:"),
    ):
        link_to(page, _(page.title), icon)


@st.fragment(run_every=LIST_SECONDS)
def _draw_list() -> None:
    """Every training that this reader may watch; drawn anew every few seconds, by itself."""
    runs = list_for_reader()
    if not runs:
        _draw_none()
    for run in runs[:MAX_LISTED]:
        row = st.container(key=f"training {run.folder.parent.parent.name} {run.key}", border=True)
        with row.container(horizontal=True, vertical_alignment="center"):
            st.markdown(_describe_row(run), width="stretch")
            if st.button(_("Watch"), key=f"watch {run.folder}", icon=":material/visibility:"):
                open_monitored(run)
                st.rerun()
            if is_posted(run) and run.state.name != "running":
                st.button(
                    _("Delete"),
                    key=f"delete {run.folder}",
                    icon=":material/delete:",
                    on_click=_delete,
                    args=(run,),
                )


def _draw_none() -> None:
    if not is_at_this_machine():
        st.markdown(_("None yet. A script on any machine sends its training here with a token."))
        return
    st.markdown(_("None yet. A script of yours, on this machine, is here while it trains:"))
    st.code(write_script(), language="python")


def _delete(run: MonitoredRun) -> None:
    try:
        delete_posted(run)
    except OSError as error:
        st.warning(escape_markdown(_(sentence_of(error))))


def _describe_row(run: MonitoredRun) -> str:
    update = newest_update(run)
    loss = read_newest_loss(run.folder)
    name, title = escape_markdown(run.about.name), _(TITLES[run.state.name])
    since = time_since(run.about.started)
    if loss is None:
        return _(
            "**{name}** · {state} · update {n} · begun {since}",
            name=name,
            state=title,
            n=update,
            since=since,
        )
    return _(
        "**{name}** · {state} · update {n} · loss {loss:.4g} · begun {since}",
        **{"name": name, "state": title, "n": update, "loss": loss, "since": since},
    )


def _look(frames: MonitoredFrames, message: Message) -> bool:
    update = message.integer("update", 0, MAX_COUNT)
    return update is not None and look_inside(frames, update)


def _recall(frames: MonitoredFrames, message: Message) -> None:
    number = message.integer("frame", 0, MAX_COUNT)
    if number is not None:
        frames.recall(number)


ACTIONS: dict[str, Callable[[MonitoredFrames, Message], bool | None]] = {
    "look": _look,
    "recall": _recall,
}
