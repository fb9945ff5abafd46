"""Behind a real nginx: under a path of its own, which the server knows or nginx takes away; a long link."""

from urllib.parse import quote, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from benchmarks._harness.browser import process
from benchmarks._harness.nginx import nginx
from core.training.experiment import MAX_LINK_BYTES, Experiment
from tests.e2e.test_live_page import wait
from tests.e2e.test_yours_page import RUN

pytestmark = [pytest.mark.e2e, pytest.mark.long]
BASE = "/class/rnn"


def strip_base(text: str) -> str:
    """As the comment in deploy/nginx.conf says it is done."""
    assert "location / {" in text
    assert "proxy_pass http://replicas;" in text
    text = text.replace("location / {", f"location {BASE}/ {{")
    return text.replace("proxy_pass http://replicas;", "proxy_pass http://replicas/;")


@pytest.fixture
def knowing_server(tmp_path):
    """The app at a server that knows the path under which it is."""
    folders = {"XDG_DATA_HOME": str(tmp_path / "data"), "UNROLLED_RUNS": str(tmp_path / "runs")}
    with (
        process(base=BASE, **folders) as (server, _),
        nginx([server.removesuffix(BASE)], BASE) as address,
    ):
        yield address


@pytest.fixture
def stripping_nginx(address):
    """The app at a server that knows nothing of the path: nginx takes it away."""
    with nginx([address], BASE, strip_base) as below:
        yield below


@pytest.fixture
def plain_nginx(address):
    """The app behind nginx, under no path."""
    with nginx([address]) as front:
        yield front


def play(page: Page) -> None:
    """Presses Play, and waits for updates."""
    expect(page.locator(".play")).to_be_visible()
    page.locator(".play").click()
    wait(page, "update", 2)
    page.locator(".play").click()


@pytest.mark.parametrize("way", ["knowing_server", "stripping_nginx"])
def test_the_app_plays_under_a_path(page, request, way):
    front = request.getfixturevalue(way)
    page.goto(front + RUN)
    play(page)
    page.get_by_role("link", name="Compare").click()
    page.wait_for_url(f"{front}/compare*")
    play(page)
    page.reload()
    assert urlsplit(page.url).path == f"{BASE}/compare"
    play(page)


def test_a_page_with_a_long_link_is_loaded_again(page, plain_nginx):
    letters = [chr(0x4E00 + 7 * k) for k in range(300)]
    experiment = Experiment("text", corpus="".join(letters * 4)[: MAX_LINK_BYTES // 9], length=20)
    link = urlencode(experiment.to_query(), quote_via=quote)
    assert len(link) > 0.99 * MAX_LINK_BYTES
    answers = []
    page.on("response", lambda answer: answers.append((urlsplit(answer.url), answer.status)))
    page.goto(f"{plain_nginx}/?{link}")
    expect(page.locator(".play")).to_be_visible()
    answers.clear()
    page.reload()
    assert [status for url, status in answers if url.path == "/"] == [200]
    expect(page.locator(".play")).to_be_visible()
    assert len(page.url) > 0.99 * MAX_LINK_BYTES
