"""Unrolled: see how recurrent networks learn.    streamlit run app.py"""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

DASHBOARD = Path(__file__).parent / "dashboard"


class Assets(StaticFiles):
    """Files that the browser asks about again at every visit: modules of two versions never mix."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


@asynccontextmanager
async def warm(_: st.App) -> AsyncIterator[None]:
    """Imports torch before the first visitor, and keeps it out of the garbage collector's way.

    Streamlit collects garbage after every rerun; walking torch's objects takes most of 70 ms each time.
    """
    from core.training.presets import PRESETS
    from core.training.trainer import Experiment, Trainer
    from dashboard.serving import expired_sessions, flush
    from dashboard.serving.malloc import give_back_large_blocks

    flush.begin()
    give_back_large_blocks()
    _described = [preset.experiment for preset in PRESETS.values()]  # once, for all visitors
    next(Trainer(Experiment()))  # reads the default task's data, which all visitors share
    gc.collect()
    gc.freeze()
    watching = asyncio.create_task(expired_sessions.watch())
    yield None
    watching.cancel()


app = st.App(
    DASHBOARD / "main.py",
    lifespan=warm,
    routes=[Mount("/player", Assets(directory=DASHBOARD / "player" / "web"))],
)
