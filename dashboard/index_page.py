"""The HTML that a browser gets first: Streamlit's, which also names what the page will need.

A browser learns from it at once, and asks for in one round, what it would find out in several, each time a message or
a module has come: the scripts of Streamlit's elements, the modules of the player, its style.
"""

import functools

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from dashboard.common.javascript import with_imports
from dashboard.navigation import PAGES, Page
from dashboard.player import assets
from dashboard.serving import streamlit_private

KEYRING, TOOLBAR = "hidden/keyring.js", "hidden/plotly_toolbar.js"  # on every page
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
def make_index(page: Page) -> str:
    """The HTML of a page. All addresses in it are relative, as Streamlit's own are."""
    programs = [KEYRING, TOOLBAR] + ([f"{page.player}.js"] if page.player else [])
    modules = [f"./{assets.address(name)}" for name in with_imports(assets.WEB, programs)]
    modules = streamlit_private.element_scripts(ELEMENTS) + modules
    links = [f'<link rel="modulepreload" href="{module}">' for module in modules]
    if page.player:
        styles = [f"./{assets.address(name)}" for name in assets.STYLES]
        links += [f'<link rel="preload" as="style" href="{style}">' for style in styles]
    # Modules run in the order in which they stand: the key is there when Streamlit's script begins.
    keyring = f'<script type="module" src="./{assets.address(KEYRING)}"></script>'
    head = streamlit_private.read_index().replace("<title>Streamlit<", "<title>Unrolled<")
    head = head.replace('<script type="module"', keyring + '\n    <script type="module"', 1)
    return head.replace("</head>", "\n".join([*links, "</head>"]), 1)


def routes(base: str) -> list[Route]:
    """The route of each page. base: the path that the app is served below, "" or "/class/rnn"."""

    def route(page: Page) -> Route:
        async def send_index(_: Request) -> Response:
            return HTMLResponse(make_index(page), headers={"Cache-Control": "no-cache"})

        return Route(f"{base}/{page.url}", send_index)

    return [route(page) for page in PAGES.values()]
