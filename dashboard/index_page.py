"""The HTML that a browser gets first: Streamlit's, which also names what the page will need.

A browser learns from it at once, and asks for in one round, what it would find out in several, each time a message or
a module has come: the scripts of Streamlit's elements, the modules of the player, its style.
"""

import functools
import re

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dashboard.common.i18n import SOURCE, _, prefer, speak
from dashboard.common.javascript import with_imports
from dashboard.navigation import PAGES, Page
from dashboard.player import assets
from dashboard.serving import streamlit_private
from dashboard.session.language import COOKIE, PARAMETER

KEYRING, HISTORY = "hidden/keyring.js", "hidden/history.js"  # run before Streamlit's own script
FRAME = ("hidden/plotly_toolbar.js", "top/settings_button.js", "top/language.js")  # on every page
FIRST_VISIT = "course/first_visit"  # the line of a first visit, on the page that opens first
LIVE_UPDATE = "hidden/live_update.js"  # on the pages with the line that says what is looked at
STREAMLIT = '<script type="module" crossorigin'  # how its own script begins in the HTML
ELEMENTS = (
    "BidiComponent",
    "Button",
    "ButtonGroup",
    "Checkbox",
    "Html",
    "NumberInput",
    "Selectbox",
    "Slider",
)


@functools.cache
def make_index(page: Page, code: str = SOURCE) -> str:
    """The HTML of a page in a language. All addresses in it are relative, as Streamlit's own are."""
    speak(code)
    first = _preloads(with_imports(assets.WEB, [KEYRING, HISTORY]))
    first += [
        f'<script type="module" src="./{assets.address(name)}"></script>'
        for name in (KEYRING, HISTORY)
    ]
    programs = [*FRAME, *(f"{name}.js" for name in (page.player, *page.beside) if name)]
    programs += [LIVE_UPDATE] if page.shows_a_run and not page.opens_first else []
    programs += [f"{FIRST_VISIT}.js"] if page.opens_first else []
    links = [
        f'<link rel="modulepreload" href="{script}">'
        for script in streamlit_private.element_scripts(ELEMENTS)
    ]
    links += _preloads(with_imports(assets.WEB, programs))
    styles = [*assets.STYLES] if page.player else []
    styles += [f"{FIRST_VISIT}.css"] if page.opens_first else []
    links += [
        f'<link rel="preload" as="style" href="./{assets.address(style)}">' for style in styles
    ]
    html = streamlit_private.read_index().replace(
        "<title>Streamlit<", f"<title>{_(page.title)} · Unrolled<"
    )
    html = re.sub(r'<html lang="[^"]*"', f'<html lang="{code}"', html, count=1)
    # Modules run in the order in which they stand: the key is there when Streamlit's script begins.
    html = html.replace(STREAMLIT, "\n    ".join([*first, STREAMLIT]), 1)
    return html.replace("</head>", "\n    ".join(["", *links]) + "\n  </head>", 1)


def _preloads(modules: list[str]) -> list[str]:
    return [f'<link rel="modulepreload" href="./{assets.address(name)}">' for name in modules]


def routes(base: str) -> list[Route]:
    """The route of each page. base: the path that the app is served below, "" or "/class/rnn"."""

    def route(page: Page) -> Route:
        async def send_index(request: Request) -> Response:
            asked, chosen = request.query_params.get(PARAMETER), request.cookies.get(COOKIE)
            code = prefer(asked, chosen, request.headers.get("accept-language"))
            headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"}
            return HTMLResponse(make_index(page, code), headers=headers)

        return Route(f"{base}/{page.url}", send_index)

    return [route(page) for page in PAGES.values()]
