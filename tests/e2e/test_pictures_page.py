"""A reader saves what is on the screen: PNG and SVG of every component, and of Plotly's figures."""

import base64
import io
import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from dashboard.player import assets

pytestmark = [pytest.mark.e2e, pytest.mark.long]

SMALL = "task=adding&length=8&cell=lstm&hidden_size=6&batch_size=8"
SVG = "{http://www.w3.org/2000/svg}"
# page -> (address, what is in the picture, its least number of shapes, images)
PAGES = {
    "live": (
        f"/?{SMALL}",
        ["Loss of the batch", "always saying 1", "It remembers", "6 units", "0 … 1"],
        60,
        6,
    ),
    "compare": (
        "/compare?task=adding&length=8&hidden_size=6",
        [
            "RNN · LSTM · GRU",
            "Equal hidden units: 6 each",
            "Gradient reach ‖∂L_T/∂h_t‖",
            "time step",
        ],
        150,
        6,
    ),
    "unrolled": (
        f"/unrolled?{SMALL}",
        ["Size of each step's term", "dW_hh: 0 until the backward pass", "0.35"],
        300,
        1,
    ),
    "gradients": (
        "/gradients?task=subtraction&cell=rnn&hidden_size=6",
        [
            "Horizon of the last loss",
            "G[k, t] = ‖∂L_k/∂h_t‖: a row for each loss k, a column for each state t",
        ],
        200,
        1,
    ),
}

# Every canvas that is seen on the page: its pixels on the page's background, and where it is against `root`.
CANVASES = """root => [...root.querySelectorAll("canvas")].map(canvas => {
  const box = canvas.getBoundingClientRect(), own = root.getBoundingClientRect();
  const copy = document.createElement("canvas"), x = copy.getContext("2d");
  copy.width = Math.round(box.width); copy.height = Math.round(box.height);
  if (!copy.width || !copy.height || !canvas.checkVisibility()) return null;
  x.fillStyle = getComputedStyle(root).backgroundColor;
  x.fillRect(0, 0, copy.width, copy.height);
  x.drawImage(canvas, 0, 0, copy.width, copy.height);
  return [copy.toDataURL(), box.left - own.left, box.top - (root.querySelector(".second, .triangle .map") || root).getBoundingClientRect().top];
}).filter(Boolean)"""

RASTER = """async text => {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([text], {type: "image/svg+xml"}));
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width; canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL();
}"""


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".player").first).to_be_visible()
    expect(page.locator(".player[data-drawn]").first).to_be_visible()
    page.wait_for_timeout(500)


def saved(page: Page, kind: str) -> tuple[str, bytes]:
    """By key: the name of the file and what is in it."""
    fold = page.locator(".keeping:not([open]) summary")
    if fold.count():
        fold.click()
    button = page.get_by_role("button", name=f"Save picture as {kind}")
    button.focus()
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    return taken.value.suggested_filename, taken.value.path().read_bytes()


def pixels(found: bytes | str) -> np.ndarray:
    """[height, width, 3] of a PNG without a transparent pixel, or of its data URL."""

    data = base64.b64decode(found.split(",")[1]) if isinstance(found, str) else found
    image = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA")).astype(float)
    assert image[..., 3].min() == 255
    return image[..., :3]


def halved(image: np.ndarray) -> np.ndarray:
    height, width = (n // 2 * 2 for n in image.shape[:2])
    return image[:height, :width].reshape(height // 2, 2, width // 2, 2, 3).mean((1, 3))


def blurred(image: np.ndarray, by: int = 4) -> np.ndarray:
    """Mean over squares: letters of another font look the same from afar."""
    height, width = (n // by * by for n in image.shape[:2])
    return image[:height, :width].reshape(height // by, by, width // by, by, 3).mean((1, 3))


def texts(root: ElementTree.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{SVG}text")]


def numbers(root: ElementTree.Element, tag: str, name: str) -> list[float]:
    return [float(each.get(name, "nan")) for each in root.iter(f"{SVG}{tag}")]


@pytest.mark.parametrize(("name", "scheme"), list(zip(PAGES, ["dark", "light"] * 2, strict=True)))
def test_both_pictures_are_what_is_on_the_screen(page, name, scheme):
    address, words, shapes, images = PAGES[name]
    page.emulate_media(color_scheme=scheme)
    opened(page, address)
    file, data = saved(page, "SVG")
    assert re.search(r"^(adding|subtraction)-(lstm|rnn).*-update-0.*\.svg$", file), file
    text = data.decode()
    root = ElementTree.fromstring(text)
    assert {each.tag.removeprefix(SVG) for each in root.iter()} <= {
        *("svg", "defs", "clipPath", "g", "path", "rect", "text", "image")
    }
    found = texts(root)
    for word in words:
        assert word in found, found
    assert sum(1 for each in root.iter() if each.tag[len(SVG) :] in ("rect", "path")) > shapes
    assert sum(1 for _ in root.iter(f"{SVG}image")) >= images

    file, data = saved(page, "PNG")
    assert file.endswith("update-0.png") or name == "unrolled"
    png, width, height = pixels(data), float(root.get("width", 0)), float(root.get("height", 0))
    assert abs(png.shape[0] - 2 * height) <= 1
    assert abs(png.shape[1] - 2 * width) <= 1
    assert (png[0, 0].mean() > 200) == (scheme == "light")
    drawn = halved(png)
    raster = pixels(page.evaluate(RASTER, text))
    assert np.abs(blurred(drawn) - blurred(raster)[: len(blurred(drawn))]).mean() < 2
    canvases = page.locator(".player").evaluate(CANVASES)
    assert len(canvases) > 1 or name == "gradients"
    for url, left, top in canvases:
        seen, x = pixels(url), round(left + 16)
        for picture in (drawn, raster):
            # A canvas between two rows of pixels stands on one of them.
            parts = [
                picture[y : y + seen.shape[0], x : x + seen.shape[1]]
                for y in {math.floor(top + 16), math.ceil(top + 16)}
            ]
            error = min(np.abs(blurred(part) - blurred(seen)).mean() for part in parts)
            assert error < 8, (left, top)


def test_what_a_reader_types_stays_text(page):
    opened(page, f"/?{SMALL}")
    typed = "<script>alert(1)</script>&\"' ]]> \x07😀"
    page.locator(".probe").fill(typed)
    root = ElementTree.fromstring(saved(page, "SVG")[1].decode())
    assert typed.replace("\x07", "\ufffd") in texts(root)
    assert not [e for e in root.iter() if "script" in e.tag or "foreign" in e.tag.lower()]
    expect(page.locator(".error")).not_to_be_empty()
    assert page.locator(".error").inner_text() in " ".join(
        texts(ElementTree.fromstring(saved(page, "SVG")[1].decode()))
    )


# The same drawing on a real canvas and on ours: transforms, clips, dashes, arcs, letters, pixels.
DRAWING = """async module => {
  const { SvgContext } = await import(module);
  const paint = x => {
    x.fillStyle = "rgb(250, 240, 230)"; x.fillRect(0, 0, 400, 300);
    x.save();
    x.translate(200, 150); x.rotate(0.4); x.scale(1.3, 1.3);
    x.fillStyle = "#3355aa"; x.globalAlpha = 0.5; x.fillRect(-90, -60, 100, 50);
    x.fillStyle = "not a colour"; x.lineWidth = -3; x.globalAlpha = 7; // all three are passed over
    x.strokeStyle = "hsl(10 80% 40%)"; x.lineWidth = 6; x.setLineDash([12, 5]); x.strokeRect(20, 10, 60, 60);
    x.restore();
    x.strokeStyle = "#0a7"; x.lineWidth = 3;
    x.beginPath(); x.lineTo(20, 20); x.lineTo(90, 30); x.lineTo(NaN, 3); x.bezierCurveTo(90, 90, 30, 90, 20, 60); x.closePath(); x.stroke();
    x.fillStyle = "#c33"; x.beginPath(); x.arc(330, 60, 35, 0, 7); x.fill();
    x.fillStyle = "#639"; x.beginPath(); x.moveTo(330, 160); x.arc(330, 160, 40, -1, 2.2); x.fill();
    x.beginPath(); x.roundRect(20, 200, 90, 60, 14); x.fill(); x.stroke();
    x.save();
    x.beginPath(); x.rect(130, 200, 80, 60); x.clip(); x.beginPath(); x.arc(170, 230, 38, 0, 7); x.clip();
    x.fillStyle = "#000"; x.fillRect(0, 0, 400, 300);
    x.restore();
    const image = new OffscreenCanvas(3, 2), y = image.getContext("2d");
    ["red", "lime", "blue", "black", "white", "orange"].forEach((colour, k) => { y.fillStyle = colour; y.fillRect(k % 3, k > 2 ? 1 : 0, 1, 1); });
    x.imageSmoothingEnabled = false; x.globalAlpha = 0.8; x.drawImage(image, 230, 210, 150, 70); x.globalAlpha = 1;
    x.fillStyle = "#111"; x.textBaseline = "middle"; x.font = "700 26px sans-serif"; x.font = "nonsense";
    x.textAlign = "center"; x.fillText("centre <&> \\"x\\"", 200, 100);
    x.textAlign = "right"; x.fillText("right", 395, 130);
    x.save(); x.translate(20, 190); x.rotate(-Math.PI / 2); x.textAlign = "left"; x.fillText("upwards", 0, 0); x.restore();
  };
  const canvas = document.createElement("canvas"), ours = new SvgContext(400, 300);
  canvas.width = 400; canvas.height = 300;
  paint(canvas.getContext("2d"));
  paint(ours);
  return [canvas.toDataURL(), ours.toString(), ours.stack.length];
}"""


def test_our_context_draws_as_a_canvas_does(page, address):
    page.goto("/?" + SMALL)
    url, text, left = page.evaluate(DRAWING, f"{address}/{assets.address('svg_context.js')}")
    assert left == 0
    real, ours = pixels(url), pixels(page.evaluate(RASTER, text))
    apart = np.abs(real - ours)
    assert apart.mean() < 1
    assert blurred(apart, 10).max() < 15  # nothing of any size is missing or elsewhere


def test_a_plotly_figure_is_saved_as_svg_and_at_twice_the_size_as_png(page):
    page.emulate_media(color_scheme="dark")
    page.goto(f"/gates?{SMALL}")
    plot = page.locator(".js-plotly-plot").first
    expect(plot.locator(".as-svg")).to_be_attached()
    got = {}
    for label in ("Download plot as SVG", "Download plot as a PNG"):
        plot.get_by_role("button", name=label).focus()
        with page.expect_download() as taken:
            page.keyboard.press("Enter")
        got[taken.value.suggested_filename] = taken.value.path().read_bytes()
    name = "adding-lstm-update-0-over-time"
    assert set(got) == {f"{name}.svg", f"{name}.png"}
    root = ElementTree.fromstring(got[f"{name}.svg"].decode())
    assert "forget gate" in "".join(root.itertext())
    assert not [e for e in root.iter() if "script" in e.tag or "foreign" in e.tag.lower()]
    assert "fill-opacity: 1" in next(root.iter(f"{SVG}rect")).get("style", "")
    png = pixels(got[f"{name}.png"])
    assert abs(png.shape[1] - 2 * float(root.get("width", 0))) <= 2
    assert png[2, 2].mean() < 60  # the page's background
    assert png.std() > 10
    assert plot.evaluate("e => e.layout.paper_bgcolor") == "rgba(0,0,0,0)"  # as before


def test_a_diagram_is_saved_as_it_is_and_as_png(page):
    page.goto("/architectures")
    buttons = page.locator(".as-file").first
    expect(buttons).to_be_attached()
    got = []
    for kind in ("SVG", "PNG"):
        buttons.get_by_role("button", name=f"Save picture: {kind}").focus()
        with page.expect_download() as taken:
            page.keyboard.press("Enter")
        assert taken.value.suggested_filename == f"one-to-one.{kind.lower()}"
        got.append(taken.value.path().read_bytes())
    root = ElementTree.fromstring(got[0].decode())
    assert len(list(root.iter(f"{SVG}circle"))) == 3
    png = pixels(got[1])
    assert png.shape[1] == 4 * float(root.get("width", 0))
    assert png.std() > 10


@pytest.mark.parametrize("name", PAGES)
def test_large_type_is_large_in_the_canvases_too_and_nothing_is_cut_off(page, name):
    page.set_viewport_size({"width": 1024, "height": 768})
    address, words, *_ = PAGES[name]
    heights = {}
    for big in ("0", "1"):
        opened(page, f"{address}&big={big}")
        root = ElementTree.fromstring(saved(page, "SVG")[1].decode())
        assert words[0] in texts(root)
        upright = [each for each in root.iter(f"{SVG}text") if "transform" not in each.attrib]
        heights[big] = min(float(each.get("font-size", 0)) for each in upright)
        width, height = float(root.get("width", 0)), float(root.get("height", 0))
        for each in upright:
            left, top = float(each.get("x", 0)), float(each.get("y", 0))
            assert left > -1, each.text
            assert left + float(each.get("textLength", 0)) < width + 1, each.text
            assert 0 <= top <= height, each.text
    assert heights["1"] == pytest.approx(1.25 * heights["0"], abs=0.02)
    assert heights["1"] >= 13


def test_the_pointer_finds_its_place_in_large_type(page):
    opened(page, f"/?{SMALL}&big=1")
    for k in range(1, 5):
        page.locator(".step").click()
        expect(page.locator(".player")).to_have_attribute("data-update", str(k))
    page.locator("details.loss summary").click()
    chart = page.locator("details.loss canvas")
    box = chart.bounding_box()
    left, right = 50 * 1.25, box["width"] - 8 * 1.25  # the axes' ends, as curves.js draws them
    for update in (1, 3, 2):
        x = left + (right - left) * update / 4
        chart.click(position={"x": x, "y": box["height"] / 2})
        expect(page.locator(".player")).to_have_attribute("data-update", str(update))
