"""The drawer with all settings, which is closed at first."""

from playwright.sync_api import Locator, Page, expect


def open_settings(page: Page) -> Locator:
    """The drawer, open."""
    drawer = page.get_by_test_id("stSidebar")
    button = page.get_by_role("button", name="All settings", exact=True)
    expect(button).to_be_visible()
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    expect(drawer).to_have_attribute("data-collapsed", "false")
    return drawer
