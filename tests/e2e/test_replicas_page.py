"""Two servers behind a real nginx with one folder of runs: one is killed, a reader goes on with the other."""

import pytest
from playwright.sync_api import expect

from benchmarks._harness.browser import process
from benchmarks._harness.nginx import nginx
from tests.e2e.test_live_page import wait
from tests.e2e.test_yours_page import RUN, number

pytestmark = [pytest.mark.e2e, pytest.mark.long]


def connections(port: int) -> int:
    """How many connections to that port of this machine stand."""
    hexadecimal = f":{port:04X}"
    count = 0
    for name in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(name) as table:
            for line in table.readlines()[1:]:
                _, local, _, state, *_ = line.split()
                count += local.endswith(hexadecimal) and state == "01"
    return count


def test_a_saved_run_of_a_killed_server_is_opened_on_the_other(browser, tmp_path):
    shared = {"UNROLLED_RUNS": str(tmp_path / "runs"), "XDG_DATA_HOME": str(tmp_path / "data")}
    with process(**shared) as (one, first), process(**shared) as (two, second):
        servers = {one: first, two: second}
        with nginx([one, two]) as address:
            page = browser.new_page(base_url=address)
            page.goto(RUN)
            expect(page.locator(".play")).to_be_visible()
            page.locator(".play").click()
            page.wait_for_timeout(7000)  # long enough for the run to save itself
            reached = number(page, "update")
            assert reached > 0
            used = max(servers, key=lambda server: connections(int(server.rsplit(":", 1)[1])))
            page.goto("about:blank")
            servers[used].kill()
            servers[used].wait()
            page.goto("/")
            page.get_by_role("button", name="Continue this run").click()
            expect(page.locator(".play")).to_be_visible()
            page.wait_for_url(lambda url: "task=adding" in url)
            wait(page, "update", 1)
            assert number(page, "update") >= reached - 400
            page.close()
