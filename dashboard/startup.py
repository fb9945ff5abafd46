"""What the server does before its first reader comes, and until it goes down."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Imports torch before the first visitor, and keeps it out of the garbage collector's way.

    Streamlit collects garbage after every rerun; walking torch's objects takes most of 70 ms each time.
    """
    from core.training.presets import PRESETS
    from core.training.trainer import Experiment, Trainer
    from dashboard.serving import expired_sessions, flush
    from dashboard.serving.nodelay import disable_nagle
    from dashboard.serving.malloc import give_back_large_blocks

    disable_nagle()
    flush.register_loop()
    give_back_large_blocks()
    _experiments = [preset.experiment for preset in PRESETS.values()]  # once, for all visitors
    next(Trainer(Experiment()))  # reads the default task's data, which all visitors share
    gc.collect()
    gc.freeze()
    freeing = asyncio.create_task(expired_sessions.free_expired_sessions())
    yield None
    freeing.cancel()
