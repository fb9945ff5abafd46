"""The HTML that a browser gets first names what the page will need."""

import re

import pytest

from dashboard.index_page import HISTORY, KEYRING, make_index, routes
from dashboard.navigation import LIVE, PAGES, YOURS
from dashboard.player import assets
from tests.helpers.asking import get

PLAYERS = [page for page in PAGES.values() if page.player]


def addresses(html: str, pattern: str) -> list[str]:
    return re.findall(pattern, html)


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.name)
def test_all_that_it_names_is_served(page):
    named = addresses(make_index(page), rf'"\./player/{assets.version()}/([^"]+)"')
    assert KEYRING in named
    assert set(named) <= set(assets.read_files())


@pytest.mark.parametrize("page", PLAYERS, ids=lambda page: page.name)
def test_the_player_comes_whole_and_with_its_style(page):
    html = make_index(page)
    modules = addresses(html, rf'modulepreload" href="\./player/{assets.version()}/([^"]+)"')
    assert f"{page.player}.js" in modules
    for module in modules:
        text = assets.read_files()[module].decode()
        for name in re.findall(r'^import .*from "\./([^"]+)";$', text, re.MULTILINE):
            path = (assets.WEB / module).parent / name
            assert path.relative_to(assets.WEB).as_posix() in modules
    styles = addresses(html, r'rel="preload" as="style" href="[^"]+/([^"]+)"')
    first_visit = ["first_visit.css"] if page.opens_first else []
    assert styles == [*assets.STYLES, *first_visit]


def test_a_page_without_a_player_loads_none():
    html = make_index(YOURS)
    assert "live.js" not in html
    assert "player.css" not in html


def test_the_key_and_the_history_are_there_before_streamlit_begins():
    scripts = addresses(make_index(LIVE), r'<script type="module"[^>]*src="([^"]+)"')
    assert scripts[:-1] == [f"./{assets.address(name)}" for name in (KEYRING, HISTORY)]
    assert "/static/js/index." in scripts[-1]


def test_every_address_is_relative_so_that_a_prefix_does_no_harm():
    for page in PAGES.values():
        found = addresses(make_index(page), r'(?:href|src)="([^"]+)"')
        assert found
        assert all(address.startswith("./") for address in found if "streamlit.io" not in address)


@pytest.mark.parametrize("base", ["", "/class/rnn"])
def test_each_page_has_its_own_below_the_base(base):
    for page in PAGES.values():
        answer = get(routes(base), f"{base}/{page.url}")
        assert answer.body.decode() == make_index(page)
        assert answer.headers["cache-control"] == "no-cache"  # it names the version
    assert get(routes(base), f"{base}/nowhere").status == 404
