"""Unrolled: see how recurrent networks learn.    streamlit run app.py"""

from pathlib import Path
from typing import Any

import streamlit as st
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from dashboard.serving.frames import answer_request
from dashboard.startup import lifespan

DASHBOARD = Path(__file__).parent / "dashboard"


class Assets(StaticFiles):
    """Files that the browser asks about again at every visit: modules of two versions never mix."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, with the header that makes the browser ask again."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


app = st.App(
    DASHBOARD / "main.py",
    lifespan=lifespan,
    routes=[
        Mount("/player", Assets(directory=DASHBOARD / "player" / "web")),
        Route("/frames/{token}", answer_request, methods=["GET", "POST"]),
    ],
)
