"""A training in a process of its own, watched while it runs: killed and resumed, and the page goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.io.monitor.layout import STATE_FILE, key_of, live_folder
from tests.e2e.conftest import ROOT
from tests.e2e.patience import until
from tests.e2e.test_live_page import number, player

pytestmark = pytest.mark.e2e
NAME = "watched in a browser"
SCRIPT = """
import sys
from pathlib import Path
from tests.helpers.language_training import train
train(Path(sys.argv[1]), 10**6, sys.argv[2])
"""


def start_training(folder: Path) -> subprocess.Popen:
    """A training that does not end by itself; it goes on from its checkpoint, where there is one."""
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder), NAME], cwd=ROOT)


def wait_for_update(page: Page, least: float) -> float:
    """Until the page shows an update above `least` -> which."""

    def check() -> float:
        shown = number(page, "update")
        assert shown > least
        return shown

    return until(page, check)


def make_silent(folder: Path) -> None:
    """The last sign of life was a minute ago."""
    path = live_folder(folder / "runs") / key_of(NAME) / STATE_FILE
    os.utime(path, (time.time() - 60, time.time() - 60))


def test_a_training_elsewhere_plays_while_it_trains_is_killed_and_resumed(page, server):
    folder = server[1].parent
    training = start_training(folder)
    try:
        page.goto("/?hidden_size=8")
        expect(player(page)).to_be_visible()
        page.locator("summary").filter(has_text="Trainings elsewhere").click()
        row = page.locator("[class*='st-key-training']").filter(has_text=NAME)
        expect(row).to_contain_text("trains now")
        row.get_by_role("button", name="Watch").first.click()
        card = page.locator(".player .elsewhere")
        expect(card).to_contain_text("It trains now")
        first = wait_for_update(page, 0)
        wait_for_update(page, first)
        assert number(page, "update") % 5 == 0, "each fifth is recorded"
        expect(page.locator(".row.says")).to_have_count(0)
        expect(page.locator(".player .reset")).to_have_count(0)

        training.send_signal(signal.SIGKILL)
        training.wait()
        make_silent(folder)
        expect(card).to_contain_text("It has been silent for 6")
        expect(page.locator(".notice").first).to_contain_text("When it goes on, so does this page.")
        last = number(page, "update")

        training = start_training(folder)
        expect(card).to_contain_text("It trains now")
        wait_for_update(page, last)
        page.locator(".player .play").click()
        page.get_by_role("slider", name="update").press("Home")
        expect(player(page)).to_have_attribute("data-update", "0")
        page.get_by_role("button", name="Look inside at this update").click()
        expect(page.get_by_text("The gradients are those of")).to_be_visible()
        page.go_back()
        expect(page.get_by_text("Update 0 is open as a recording on")).to_be_visible()
        page.get_by_role("button", name="Back to my own run").last.click()
        expect(page.locator(".row.says")).to_be_visible()
    finally:
        training.kill()
        training.wait()
