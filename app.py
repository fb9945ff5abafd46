"""Unrolled: see how recurrent networks learn.    streamlit run app.py"""

from pathlib import Path

import streamlit as st
from starlette.routing import Route

from dashboard import index_page, lesson_page
from dashboard.player import assets
from dashboard.serving import monitors, readiness, rooms
from dashboard.serving.base_path import base_path
from dashboard.serving.frames import answer_request
from dashboard.startup import lifespan

app = st.App(
    Path(__file__).parent / "dashboard" / "main.py",
    lifespan=lifespan,
    routes=[
        Route(base_path() + "/player/{version}/{name:path}", assets.send_file),
        Route(base_path() + "/frames/{token}", answer_request, methods=["GET", "POST"]),
        Route(base_path() + "/rooms/{token}", rooms.answer_request, methods=["GET", "POST"]),
        Route(base_path() + "/monitor/{token}", monitors.answer_request, methods=["POST"]),
        Route(base_path() + "/lesson/{name}.html", lesson_page.send_lesson),
        Route(base_path() + "/ready", readiness.send_readiness),
        *index_page.routes(base_path()),
    ],
)
