"""A run that explodes, as a reader sees it: nothing is flat, and nothing stays blank."""

import itertools

import pytest
from playwright.sync_api import expect

from tests.e2e.test_live_page import wait

pytestmark = pytest.mark.e2e

EXPLODING = (
    "/?task=adding&cell=rnn&activation=identity&initialization=spectral&spectral_radius=1.3"
    "&optimizer=sgd"
)
# The heights at which a thick line of h stands, from left to right; and the areas of the red arrows.
CURVE = """canvas => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const heights = [];
  for (let x = 60; x < width - 10; x += Math.floor(width / 12)) {
    let sum = 0, count = 0;
    for (let y = 0; y < height; y++) {
      const k = 4 * (y * width + x);
      if (data[k + 1] < 90 && data[k + 2] > 200 && data[k + 3] > 200) { sum += y; count += 1; }
    }
    if (count) heights.push(sum / count);
  }
  return heights;
}"""
RED = """canvas => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const parts = 10, areas = Array(parts).fill(0);
  for (let k = 0; k < data.length; k += 4)
    if (data[k] > 150 && data[k + 1] < 80 && data[k + 3] > 60)
      areas[Math.floor((((k / 4) % width) / width) * parts)] += data[k + 3] / 255;
  return areas;
}"""


def test_the_gradient_of_a_run_that_explodes_is_not_flat_and_its_arrows_differ(page):
    page.goto(f"{EXPLODING}&clipping=off")
    page.get_by_role("button", name="Step", exact=True).click()
    wait(page, "update", 1)
    page.get_by_role("button", name="as curves").click()
    expect(page.locator(".row.grads canvas")).to_be_visible()
    page.wait_for_timeout(200)  # until it has its size, and is drawn
    heights = page.locator(".row.grads canvas").evaluate(CURVE)
    assert len(heights) > 6
    falls = [after - before for before, after in itertools.pairwise(heights)]
    assert min(falls) > 1, f"the curve is flat somewhere: {heights}"
    first, *_, last = page.locator(".row.learns canvas").evaluate(RED)
    assert first > 3 * last > 0, "the arrows of the first steps are as those of the last"


def test_maps_that_were_blank_after_an_explosion_have_colours_again(page):
    page.goto(EXPLODING)
    scale = page.locator(".row.heat.h .scale")
    expect(scale).to_contain_text("±")
    at_first = float(scale.inner_text().split(" · ")[0].removeprefix("±"))
    page.locator(".play").click()
    wait(page, "update", 80)
    page.locator(".play").click()
    now = float(scale.inner_text().split(" · ")[0].removeprefix("±"))
    assert now < at_first / 10, "the range of colours has not followed the data down"
