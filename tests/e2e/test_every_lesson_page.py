"""Each lesson from its beginning to its end on the real page: by mouse, by keys alone, on a phone by touch.

Every prediction is made, every run is waited for, every check is answered as the lesson has it; what a step sets must be
on the page without a complaint.
"""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from core.course.lesson import Lesson, Step
from core.course.library import open_library
from tests.e2e.conftest import visit
from tests.e2e.patience import until
from tests.e2e.test_course_page import FOLLOW_LINK

pytestmark = [pytest.mark.e2e, pytest.mark.long]
LESSONS = open_library().lessons
# Milliseconds. A page, and thousands of updates, take as long as they take on cores that do much else: this ends what hangs.
LONGEST = 1_800_000
WAYS = {  # the way -> language, and the browser's context
    "mouse": ("en", {"viewport": {"width": 1440, "height": 900}}),
    "keys": ("zh", {"viewport": {"width": 1440, "height": 900}}),
    "touch": (
        "zh",
        {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_from_beginning_to_end(browser, server, name, way):
    language, context = WAYS[way]
    pages = visit(browser, server, **context)
    page = next(pages)
    page.set_default_timeout(LONGEST)
    lesson = LESSONS[name]
    page.goto(f"/?lesson={name}&lang={language}")
    for k, step in enumerate(lesson.steps, 1):
        expect(page.locator(".rail .kind")).to_contain_text(str(k), timeout=LONGEST)
        expect(page.locator(".rail h2")).to_have_text(lesson.texts[language].title)
        Walk(page, lesson, step, way).follow_links()
        Walk(page, lesson, step, way).answer()
        expect(page.locator(".stAlertContentError, .stException")).to_have_count(0)
        Walk(page, lesson, step, way).press(page.locator(".rail footer .next"))
    after = next((each for each in LESSONS.values() if each.number > lesson.number), None)
    if after is None:
        expect(page.locator(".rail")).to_have_count(0, timeout=LONGEST)
    else:
        title = after.texts[language].title
        expect(page.locator(".rail h2")).to_have_text(title, timeout=LONGEST)
    next(pages, None)


class Walk:
    """A step that is answered in one of the WAYS."""

    def __init__(self, page: Page, lesson: Lesson, step: Step, way: str):
        self.page, self.lesson, self.step, self.way = page, lesson, step, way

    def press(self, button: Locator) -> None:
        """Presses a button of the rail, or of the page."""
        expect(button).to_be_visible(timeout=LONGEST)
        if self.way == "touch":
            button.tap()
        elif self.way == "keys":
            button.focus()
            self.page.keyboard.press("Enter")
        else:
            button.click()

    def follow_links(self) -> None:
        """Those of the text that point a row out: it stands out on the page."""
        links = self.page.locator(".rail .text [data-verb=row]:visible")
        for k in range(links.count()):
            until(self.page, lambda k=k: self._follow(links.nth(k)))

    def _follow(self, link: Locator) -> None:
        """The page may still be that of the step before."""
        assert link.evaluate(FOLLOW_LINK), link.inner_text()

    def answer(self) -> None:
        """Whatever this kind of step asks for."""
        getattr(self, f"_answer_{self.step.kind}", lambda: None)()
        expect(self.page.locator(".rail footer .next:not(.waits)")).to_be_visible(timeout=LONGEST)

    def _answer_predict(self) -> None:
        content = self.step.content
        if "choice" in content:
            self._choose(0)
        elif "number" in content:
            middle = (content["number"]["low"] + content["number"]["high"]) / 2
            self._type_number(middle)
        else:
            knobs = self.page.locator(".rail .knob")
            for k in range(knobs.count()):
                knobs.nth(k).focus()
                self.page.keyboard.press("ArrowUp")

    def _answer_until(self) -> None:
        strip = self.page.locator(f"{self._player} .strip")
        speed, play = strip.locator(".speed"), strip.locator(".play")
        expect(play).to_be_visible(timeout=LONGEST)
        if speed.is_visible():
            speed.select_option(index=speed.locator("option").count() - 1)
        self.press(play)
        done = self.page.locator(".rail .next:not(.waits)")
        expect(done.first).to_be_attached(timeout=LONGEST)
        if "seconds" not in self.step.content:
            self.press(play)
        self._unfold()

    @property
    def _player(self) -> str:
        """Of the page that the step is about: that of the step before may still be there."""
        until_here = self.lesson.steps[: self.lesson.steps.index(self.step) + 1]
        address = next(step.set for step in reversed(until_here) if step.set)
        return f".player.{urlsplit(address).path.strip('/') or 'live'}"

    def _answer_explain(self) -> None:
        self.page.locator(".rail textarea").fill("Because the state is carried on.")
        self.press(self.page.locator(".rail .explain .primary"))

    def _answer_check(self) -> None:
        content = self.step.content
        if "number" in content:
            answer = content["number"]["answer"]
            known = self.lesson.figures
            self._type_number(known[answer].values[0] if isinstance(answer, str) else answer)
        elif "choice" in content:
            self._choose(content["choice"]["of"].index(content["choice"]["answer"]))
        elif "match" in content:
            self._match(content["match"]["curves"])
        else:
            self._click_step(content["click"])

    def _answer_transfer(self) -> None:
        self.press(self.page.locator(".rail .transfer .primary"))

    def _unfold(self) -> None:
        """On a phone the rail folds to a line while the page plays."""
        fold = self.page.locator(".rail .fold")
        if fold.is_visible() and fold.get_attribute("aria-expanded") == "false":
            fold.tap()

    def _choose(self, k: int) -> None:
        choice = self.page.locator(".rail .choice input").nth(k)
        if self.way == "keys":
            choice.focus()
            self.page.keyboard.press("Space")
        else:
            choice.check(force=True)

    def _type_number(self, value: float) -> None:
        self.page.locator(".rail .entry input").fill(f"{value:.6g}")
        self.page.locator(".rail .entry input").press("Enter")

    def _match(self, keys: list[str]) -> None:
        """In the order of the file, which is not that of the page; then the answer is shown."""
        selects = self.page.locator(".rail .match select")
        for k, key in enumerate(keys):
            selects.nth(k).select_option(key)
        self.press(self.page.locator(".rail .match .primary"))
        expect(self.page.locator(".verdict.wrong")).to_be_visible()
        self.press(self.page.locator(".rail .check > .quiet"))

    def _click_step(self, click: dict) -> None:
        """By the arrow keys, which every row of the page follows."""
        self.page.locator(".player").first.focus()
        if self.way == "touch":
            self.page.locator(".rail .fold").tap()
        step = click.get("step", 1)
        for _ in range(step):
            self.page.keyboard.press("ArrowRight")
        self._unfold()
