"""The player's files as a browser gets them: kept for good, and never two versions of them at once."""

import pytest
from starlette.routing import Route

from dashboard.player import assets
from tests.helpers.asking import get


@pytest.fixture
def web(tmp_path, monkeypatch):
    """A folder of files in place of the real ones. Call it after a change: it is then a server started anew."""
    monkeypatch.setattr(assets, "WEB", tmp_path)
    (tmp_path / "live.js").write_text("export const live = 1;\n" * 40)
    (tmp_path / "player.css").write_text(".player {}\n")
    (tmp_path / "types.d.ts").write_text("type A = 1;\n")
    caches = (assets.read_files, assets.version, assets._compressed)

    def start_anew() -> None:
        for cache in caches:
            cache.cache_clear()

    start_anew()
    yield tmp_path, start_anew
    start_anew()


ROUTES = [Route("/player/{version}/{name:path}", assets.send_file)]


def test_a_file_is_sent_for_good(web):
    answer = get(ROUTES, f"/{assets.address('live.js')}", accept_encoding="gzip")
    assert answer.body.startswith(b"export const live = 1;")
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["vary"] == "Accept-Encoding"


def test_a_client_that_cannot_unpack_gets_it_as_it_is(web):
    url = f"/{assets.address('player.css')}"
    answer = get(ROUTES, url, accept_encoding="identity")
    assert answer.body == b".player {}\n"
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-type"].startswith("text/css")


def test_any_change_makes_another_version_and_the_old_one_is_not_there(web):
    folder, start_anew = web
    before = assets.address("live.js")
    (folder / "player.css").write_text(".player { color: red }\n")
    start_anew()
    after = assets.address("live.js")
    assert before != after
    assert get(ROUTES, f"/{before}").status == 404
    assert get(ROUTES, f"/{after}").status == 200
    (folder / "live.js").rename(folder / "dead.js")  # the same bytes under another name
    start_anew()
    assert assets.address("live.js") != after


@pytest.mark.parametrize("name", ["types.d.ts", "gone.js", "../assets.py", "%2e%2e/assets.py", ""])
def test_nothing_but_modules_and_styles_is_sent(web, name):
    assert get(ROUTES, f"/{assets.address(name)}").status == 404
