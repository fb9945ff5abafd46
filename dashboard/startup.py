"""What the server does before its first reader comes, and until it goes down."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from dashboard.serving import expired_sessions, readiness
from dashboard.serving.nodelay import disable_nagle
from dashboard.serving.open_browser import is_wanted, open_browser
from dashboard.serving.streamlit_private import take_messages_whole


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Answers at once, while a thread imports torch."""
    disable_nagle()
    take_messages_whole()
    readiness.prepare(import_pages)
    freeing = asyncio.create_task(expired_sessions.free_expired_sessions())
    opening = asyncio.create_task(open_browser()) if is_wanted() else None
    yield None
    freeing.cancel()
    if opening:
        opening.cancel()


def import_pages() -> None:
    """Imports what the page needs that opens first, trains once, and keeps all that out of the garbage collector's way.

    Streamlit collects garbage after every rerun; walking torch's objects takes most of 70 ms each time. There is no
    garbage yet to be collected: importing makes next to none.
    """
    gc.disable()
    try:
        from core.training.trainer import Experiment, Trainer
        from dashboard.serving.malloc import give_back_large_blocks
        from dashboard.views.live import player, writing  # noqa: F401
        from dashboard.widgets import welcome  # noqa: F401

        give_back_large_blocks()
        next(Trainer(Experiment()))  # reads the default task's data, which all visitors share
        gc.freeze()
    finally:
        gc.enable()
