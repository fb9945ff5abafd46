"""A checkpoint trained outside the project, uploaded on Yours, on the three pages that look inside."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from safetensors.torch import save

from core.io.user_sequences import draw_numbers
from core.io.watch import watch
from tests.e2e.patience import until
from tests.helpers.tiny_checkpoint import trained

pytestmark = [pytest.mark.e2e, pytest.mark.long]

WITHOUT_TROUBLE = "[data-testid=stException], [data-testid=stAlertContentError]"


def look_at(page: Page, name: str, picture: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()
    expect(page.get_by_role("radio", name="Own model")).to_be_checked()
    expect(page.locator(picture).first).to_be_visible()
    assert page.locator(WITHOUT_TROUBLE).count() == 0


def drawn_numbers(page: Page, chart: str) -> list[list[list[float]]]:
    """The heat maps of a figure, as Plotly draws them."""
    return page.locator(chart).first.evaluate(
        """figure => figure._fullData.map(({ z }) => Array.from(z, row => Array.from(row)))"""
    )


def shown_sum(page: Page) -> list[tuple[int, int, int, float]]:
    """(block, unit, column, number) where the pointer comes upon the growing dW_hh, once in each gate's block."""
    canvas = page.locator(".unrolled .sum")
    box = canvas.bounding_box()
    assert box is not None
    room, wide = box["height"] - max(64, 0.22 * box["height"]) - 66, 0.62 * (box["width"] - 16) - 30
    found = []
    for block in range(4):
        canvas.hover(position={"x": 30 + 0.3 * wide, "y": 24 + (block + 0.5) / 4 * room})
        words = page.locator(".unrolled .words").last.inner_text()
        unit, column, number = re.match(r"dW_h[ifgo]\[(\d+), (\d+)\] = (\S+),", words).groups()
        found.append((block, int(unit), int(column), float(number.replace("−", "-"))))
    return found


def test_a_checkpoint_on_every_page_that_looks_inside(page):
    model = trained(torch.float32)
    x, _symbols = draw_numbers(3, 20, 1)  # what the page draws at first
    with watch(model) as recordings:
        _output, (h, _c) = model.rnn(x)
        loss = h[-2:].norm()
        loss.backward()
    expected = recordings["rnn"]

    page.goto("/yours")
    page.get_by_role("tab", name="Own model").click()
    file = {"name": "mine.safetensors", "mimeType": "application/octet-stream"}
    upload = page.locator(".st-key-own-model input[type=file]")
    upload.set_input_files({**file, "buffer": save(model.state_dict())})
    expect(page.get_by_text("rnn: LSTM, 2 layers, both directions")).to_be_visible()
    expect(page.get_by_role("link", name="Gates: What does each gate do")).to_be_visible()

    look_at(page, "Gates", ".js-plotly-plot")

    def every_map_shows_its_quantity():
        maps = drawn_numbers(page, ".js-plotly-plot")
        assert len(maps) == 6
        for z, name in zip(maps, "ifgoch", strict=True):
            np.testing.assert_allclose(z, expected[name].values[:, 0].T, rtol=1e-5, atol=1e-6)

    until(page, every_map_shows_its_quantity)
    expect(page.get_by_text(f"{loss.item():.4g}", exact=True)).to_be_visible()

    look_at(page, "Unrolled", ".player.unrolled")
    arrays = expected[0, "forward"].arrays()

    def the_sum_ends_in_the_state():
        told = page.locator(".katex-html").last.inner_text(timeout=1000)
        assert f"{abs(arrays['h'][-1, 0, 0]):.3f}"[:4] in told.replace("−", "-")

    until(page, the_sum_ends_in_the_state)

    deltas = [arrays[f"da_{gate}"][:, 0] for gate in "ifgo"]
    for key, first in (("End", 0), ("ArrowLeft", 1), ("ArrowLeft", 2), ("End", 0)):
        page.keyboard.press(key)  # the backward pass, all of it or up to an earlier phase of it
        for block, unit, column, number in shown_sum(page):
            terms = deltas[block][first:, unit] * arrays["h_prev"][first:, 0, column]
            assert number == pytest.approx(terms.sum(), rel=0.06, abs=1e-9)
        page.mouse.move(5, 5)

    look_at(page, "Gradients", ".player.triangle")
    words = page.locator(".player.triangle .words")
    size = np.linalg.norm(arrays["dh"][0, 0])
    expect(words).to_contain_text("of 20 steps")
    shown = float(words.inner_text().rsplit("=", 1)[1].rstrip(". "))
    assert shown == pytest.approx(size, rel=5e-3)
    expect(page.locator(".player.triangle .play")).to_be_hidden()
    page.get_by_role("tab", name="Jacobians").click()
    expect(page.get_by_text("Over 20 steps the largest singular value")).to_be_visible()
    assert page.locator(WITHOUT_TROUBLE).count() == 0


def test_a_checkpoint_as_large_as_the_page_offers_to_take_arrives(page, tmp_path):
    state = {f"rnn.{name}": v for name, v in torch.nn.GRU(3, 256).state_dict().items()}
    file = tmp_path / "large.safetensors"
    file.write_bytes(save(state | {"table": torch.zeros(15_700_000)}))
    page.goto("/yours")
    page.get_by_role("tab", name="Own model").click()
    expect(page.get_by_text("64MB per file")).to_be_visible()
    page.locator(".st-key-own-model input[type=file]").set_input_files(file)
    expect(page.get_by_text("rnn: GRU, 1 layer, one direction")).to_be_visible()

    look_at(page, "Unrolled", ".player.unrolled")  # where dW_hh has 768 rows of 256 numbers
    box = page.locator(".unrolled .sum").bounding_box()
    assert box is not None
    page.locator(".unrolled .sum").hover(position={"x": box["width"] - 9, "y": box["height"] - 20})
    expect(page.locator(".unrolled .words").last).to_contain_text("this step's term, t = 20")
