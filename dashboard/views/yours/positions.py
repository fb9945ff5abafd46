"""Where the reader stands on each page, for a link: what the browser knows, and what the server knows."""

import streamlit as st

from dashboard.common.i18n import N_, _, join_words
from dashboard.navigation import COMPARE, PAGES, UNROLLED, Page
from dashboard.player.component import load_component
from dashboard.session import position, workbench
from dashboard.session.live_run import LiveRun, find_run
from dashboard.session.position import PositionState
from dashboard.session.state import state

WORDS = {
    "update": N_("update {n}"),
    "reads": N_("reading “{n}”"),
    "tab": N_("tab {n}"),
    "step": N_("step {n}"),
    "layer": N_("layer {n} of the list"),
    "quantity": N_("quantity {n}"),
    "unit": N_("unit {n}"),
    "show": N_("{n}"),
    "open": N_("{n} unfolded"),
    "phase": N_("phase {n}"),
    "number": N_("the number {n}"),
    "cut": N_("truncated after {n}"),
    "loss": N_("loss {n}"),
    "state": N_("state {n} of the list"),
    "scale": N_("colours by {n}"),
    "blanks": N_("blanks: {n}"),
    **dict.fromkeys(workbench.CONTROLS, N_("workbench: {n}")),
}


def find_positions() -> dict[str, dict[str, str]]:
    """Address of a page -> its cursor as part of a link. Asks the browser once; its answer reruns the page."""
    with st.container(key="cursors_box"):
        answer = load_component("hidden/report_positions")(key="cursors", on_cursors_change=_ignore)
    by_page = position.parse_positions(getattr(answer, "cursors", None))
    live, compared = find_run(), state(PositionState).compared
    queries = {}
    for url, page in PAGES.items():
        if live is not None and page.shows_a_run:
            queries[url] = position.to_query(_run_position(page, live, by_page))
    if compared:
        run, browser_position = by_page.get(COMPARE.url, ("", {}))
        queries[COMPARE.url] = position.to_query(browser_position if run == compared else {})
    return {url: query for url, query in queries.items() if query}


def _run_position(
    page: Page, live: LiveRun, by_page: dict[str, tuple[str, position.Position]]
) -> position.Position:
    """What the browser says of this run, and what only the server knows."""
    run, browser_position = by_page.get(page.url, ("", {}))
    cursor: position.Position = dict(browser_position) if run.partition(".")[0] == live.id else {}
    cursor.setdefault("update", live.trainer.index)
    if not cursor["update"]:
        del cursor["update"]
    text = live.trainer.probe.text
    if text and text.isprintable() and len(text) <= position.MAX_SEQUENCE_CHARACTERS:
        cursor["reads"] = text
    server_position = state(PositionState)
    cursor |= server_position.noted.get(page.url, {})
    if page == UNROLLED and server_position.numbers and server_position.numbers_of == live.id:
        cursor["number"] = position.format_number(*server_position.numbers[-1])
    return cursor


def describe_position(query: dict[str, str]) -> str:
    """The cursor as a sentence lists it."""
    return join_words(_(WORDS[name], n=value) for name, value in query.items())


def _ignore() -> None:
    """The answer is read where it is asked for."""
