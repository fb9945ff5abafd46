"""Every text that a page shows, wherever it stands: elements, attributes, pictures, canvases, tabs, drawer, lists."""

import re
from collections.abc import Iterator

from playwright.sync_api import Locator, Page, expect

from tests.e2e.patience import until

# A canvas keeps no text: what is written on one is noted.
NOTE_CANVASES = """
window.writtenOnCanvas = new Set();
for (const name of ["fillText", "strokeText"]) {
  for (const pen of [CanvasRenderingContext2D, window.OffscreenCanvasRenderingContext2D]) {
    if (!pen) continue;
    const write = pen.prototype[name];
    pen.prototype[name] = function (text, ...place) {
      window.writtenOnCanvas.add(String(text));
      return write.call(this, text, ...place);
    };
  }
}
"""
COLLECT = """() => {
  const texts = [];
  const names = ["aria-label", "aria-roledescription", "aria-description", "title", "alt", "placeholder", "data-tooltip"];
  const skipped = new Set(["SCRIPT", "STYLE", "NOSCRIPT", "CODE", "PRE", "ANNOTATION", "TEMPLATE"]);
  const walk = (node, where) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.textContent.trim();
      if (text) texts.push([where, text]);
      return;
    }
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (skipped.has(node.tagName.toUpperCase()) || node.matches(".katex, [data-testid=stIconMaterial], [data-testid=stExpanderIcon]")) return;
      for (const name of names) if (node.getAttribute(name)) texts.push([name, node.getAttribute(name)]);
      where = node.tagName.toLowerCase() + (node.className?.baseVal ?? node.className ? "." + String(node.className?.baseVal ?? node.className).split(" ")[0] : "");
      if (node.shadowRoot) for (const child of node.shadowRoot.childNodes) walk(child, where);
    }
    for (const child of node.childNodes) walk(child, where);
  };
  walk(document.body, "body");
  // What a figure shows where it is pointed at: its traces' names, and the texts and templates of what hovers.
  const say = (where, value) => {
    if (typeof value === "string") texts.push([where, value.replace(/%\\{[^}]*\\}|<[^>]*>/g, " ").trim()]);
    else if (Array.isArray(value)) for (const each of value) say(where, each);
  };
  for (const plot of document.querySelectorAll(".js-plotly-plot"))
    for (const trace of plot.data ?? [])
      for (const name of ["name", "text", "hovertext", "hovertemplate", "customdata"])
        say("hover of " + trace.type, trace[name]);
  texts.push(["title of the page", document.title]);
  for (const text of window.writtenOnCanvas ?? []) texts.push(["canvas", text]);
  return texts.filter(([, text]) => text);
}"""
UNFOLD = """() => {
  for (const box of document.querySelectorAll("details:not([open])"))
    if (!box.closest("[inert]")) box.querySelector("summary").click();
}"""
WORD = re.compile(r"[A-Za-z][A-Za-z’']+")


def collect(page: Page) -> set[tuple[str, str]]:
    """(where it stands, text) of everything on the page at present."""
    return {(where, text) for where, text in page.evaluate(COLLECT)}


def wait_until_drawn(page: Page) -> None:
    """Until the page has run."""
    idle = page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    expect(idle).to_be_attached()
    until(page, lambda: expect(page.get_by_test_id("stSkeleton")).to_have_count(0))
    page.wait_for_timeout(400)


def unfold(page: Page) -> None:
    """Opens what is folded, but in a closed drawer."""
    for _level in range(2):  # some boxes stand in others
        page.evaluate(UNFOLD)
        page.wait_for_timeout(300)
        wait_until_drawn(page)


def visit_tabs(page: Page) -> Iterator[None]:
    """Opens each tab in turn."""
    for tab in page.get_by_role("tab").all():
        if tab.is_visible():
            tab.click()
            wait_until_drawn(page)
            yield


def open_lists(page: Page, place: Locator, opened: set[str] | None = None) -> Iterator[None]:
    """Opens each list of choices in turn, and closes it. opened: labels of those that need not be, which it adds to."""
    opened = set() if opened is None else opened
    for box in place.get_by_test_id("stSelectbox").all():
        field = box.locator("input")
        if (
            box.is_visible()
            and field.is_enabled()
            and field.get_attribute("aria-label") not in opened
        ):
            opened.add(field.get_attribute("aria-label") or "")
            field.click()
            page.wait_for_timeout(150)
            yield
            page.keyboard.press("Escape")


def crawl(page: Page, url: str, code: str) -> set[tuple[str, str]]:
    """Every text of the page in the language of this code: at first, with its boxes and tabs open, with the drawer and its lists."""
    page.goto(f"/{url}?lang={code}")
    wait_until_drawn(page)
    page.wait_for_timeout(1500)
    texts = collect(page)
    unfold(page)
    texts |= collect(page)
    for _ in visit_tabs(page):
        unfold(page)
        texts |= collect(page)
        for _list in open_lists(page, page.get_by_test_id("stMain")):
            texts |= collect(page)
    settings = page.locator("button.settings")
    if settings.count() and settings.is_visible():
        settings.click()
        page.wait_for_timeout(500)
        unfold(page)
        texts |= collect(page)
        for _list in open_lists(page, page.get_by_test_id("stSidebar")):
            texts |= collect(page)
    return texts
