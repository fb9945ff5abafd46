"""Where the reader stands on each page, for a link: what the browser knows, and what the server knows."""

from typing import Any

import streamlit as st

from dashboard.common.i18n import _
from dashboard.navigation import COMPARE, PAGES, UNROLLED, Page
from dashboard.player.component import load
from dashboard.session import position

WORDS = {
    "update": _("update {n}"),
    "reads": _("reading “{n}”"),
    "tab": _("tab {n}"),
    "step": _("step {n}"),
    "layer": _("layer {n} of the list"),
    "quantity": _("quantity {n}"),
    "unit": _("unit {n}"),
    "show": _("{n}"),
    "phase": _("phase {n}"),
    "number": _("the number {n}"),
    "cut": _("truncated after {n}"),
    "loss": _("loss {n}"),
    "state": _("state {n} of the list"),
    "scale": _("colours by {n}"),
}


def all_pages() -> dict[str, dict[str, str]]:
    """Address of a page -> its cursor as part of a link. Asks the browser once; its answer reruns the fragment."""
    with st.container(key="cursors_box"):
        said = load("cursors")(key="cursors", on_cursors_change=_nothing)
    told = position.told(getattr(said, "cursors", None))
    live, columns = st.session_state.get("live"), st.session_state.get("columns")
    found = {}
    for url, page in PAGES.items():
        if live is not None and page.shows_a_run:
            found[url] = position.to_query(_of_run(page, live, told))
    if columns is not None:
        run, mine = told.get(COMPARE.url, ("", {}))
        found[COMPARE.url] = position.to_query(mine if run == columns.id else {})
    return {url: query for url, query in found.items() if query}


def _of_run(page: Page, live: Any, told: dict[str, tuple[str, position.Cursor]]) -> position.Cursor:
    """What the browser says of this run, and what only the server knows."""
    run, mine = told.get(page.url, ("", {}))
    found: position.Cursor = dict(mine) if run.partition(".")[0] == live.id else {}
    found.setdefault("update", live.trainer.index)
    if not found["update"]:
        del found["update"]
    text = live.trainer.probe.text
    if text and text.isprintable() and len(text) <= position.MOST_READ:
        found["reads"] = text
    looked = st.session_state.get("looked", {}).get(page.url, {})
    found |= {name: value for name, value in looked.items() if value != 1}
    if page == UNROLLED:
        if k := st.session_state.get("unrolled k"):
            found["cut"] = k
        path = st.session_state.get("microscope path")
        if path and st.session_state.get("microscope run") == live.id:
            found["number"] = position.number_of(*path[-1])
    return found


def in_words(query: dict[str, str]) -> str:
    """The cursor as a sentence lists it."""
    return ", ".join(WORDS[name].format(n=value) for name, value in query.items())


def _nothing() -> None:
    """The answer is read where it is asked for."""
