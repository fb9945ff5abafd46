"""Script and markup in everything that is shown later: it is text, in a real browser."""

import json
import re

import pytest
import torch
from playwright.sync_api import Page, expect
from safetensors.torch import save

pytestmark = [pytest.mark.e2e, pytest.mark.long]

EVIL = "<img src=x onerror=\"window.hit=1\"><script>window.hit=1</script><b id='evil'>e</b>[l](javascript:hit=1)"
INJECTED = """() => window.hit === 1 || deep(document).some(e => e.id === "evil" || e.src?.endsWith("/x")
  || /^javascript:/i.test(e.getAttribute?.("href") || ""));
function deep(root) {
  const found = [...root.querySelectorAll("*")];
  return found.concat(...found.filter(e => e.shadowRoot).map(e => deep(e.shadowRoot)));
}"""
# one expression for the browser
INJECTED = (
    "() => { " + INJECTED.split(";\n", 1)[1] + " return (" + INJECTED.split(";\n", 1)[0] + ")(); }"
)


def is_text(page: Page) -> None:
    """What was sent is on the page as it stands there, and nothing of it came to life."""
    page.wait_for_timeout(500)
    assert not page.evaluate(INJECTED)


def test_what_came_to_life_would_be_seen(page):
    page.goto("/architectures")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<b id=evil>e</b>')")
    with pytest.raises(AssertionError):
        is_text(page)


@pytest.fixture(autouse=True)
def no_dialog(page):
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    yield
    assert not said


@pytest.mark.parametrize(
    "place", ["", "compare", "unrolled", "gates", "gradients", "memory", "yours"]
)
def test_links(page, place):
    from urllib.parse import urlencode

    page.goto(
        f"/{place}?"
        + urlencode({"say": EVIL, "task": EVIL, EVIL: "1", "intervene": EVIL, "hide": EVIL})
    )
    expect(page.get_by_text("<b id='evil'>e</b>").first).to_be_visible()
    is_text(page)


def test_a_run_its_name_and_notes(page):
    page.goto("/?task=adding&length=5&hidden_size=4&batch_size=8")
    expect(page.locator(".play")).to_be_visible()
    page.get_by_role("link", name="Yours").click()
    page.get_by_label("Save the run on Live as").fill(EVIL[-80:])
    page.get_by_role("button", name="Save", exact=True).click()
    named = page.get_by_text("<b id='evil'>e</b>").locator("visible=true")
    expect(named.first).to_be_visible()
    page.get_by_role("button", name="Delete").first.click()
    expect(page.get_by_text(re.compile("Deleted: .*<b id='evil'>"))).to_be_visible()
    is_text(page)


def test_names_labels_and_typed_symbols(page):
    page.goto("/yours")
    rows = "\n".join(f"{EVIL[:40]}{k % 7}ab,{EVIL if k % 2 else 'good'}" for k in range(80))
    page.get_by_role("tab", name="Own data").click()
    page.get_by_label("or paste it here").fill(rows)
    page.get_by_label("or paste it here").press("Control+Enter")
    expect(page.get_by_text("It fits")).to_be_visible()
    is_text(page)
    page.get_by_role("button", name="Train on it").first.click()
    expect(page.locator(".play")).to_be_visible()
    page.locator(".play").click()
    is_text(page)
    for name in ("Unrolled", "Gates", "Gradients"):
        page.get_by_role("link", name=name, exact=True).first.click()
        expect(
            page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
        ).to_be_visible()
        is_text(page)


def test_names_of_tensors_and_of_columns(page):
    page.goto("/yours")
    page.get_by_role("tab", name="Own model").click()
    state = {f"{EVIL[:60]}.{n}": v for n, v in torch.nn.GRU(2, 3).state_dict().items()}
    files = page.locator("input[type=file]").first
    files.set_input_files(
        {
            "name": f"{EVIL[:30]}.safetensors".replace("/", ""),
            "mimeType": "x/y",
            "buffer": save(state),
        }
    )
    expect(page.get_by_text("Open: ")).to_be_visible()
    is_text(page)
    page.get_by_role("link", name="Unrolled", exact=True).first.click()
    page.wait_for_timeout(2000)
    is_text(page)


def test_a_study_that_was_passed_on(page):
    from core.studies.shipped import STUDIES_FOLDER

    page.goto("/memory")
    study = json.loads(next(STUDIES_FOLDER.glob("*/result.json")).read_bytes())
    study["command"] = study["machine"] = study["study"]["title"] = EVIL
    study["study"]["about"] = {EVIL: EVIL}
    for point in study["points"]:
        point["label"] = EVIL
    page.get_by_role("combobox", name="Study").click()
    page.get_by_text("A study from a file").click()
    files = page.locator("input[type=file]").first
    files.set_input_files(
        {
            "name": "result.json",
            "mimeType": "application/json",
            "buffer": json.dumps(study).encode(),
        }
    )
    page.wait_for_timeout(4000)
    is_text(page)
