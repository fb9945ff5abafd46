"""A lesson on paper: /lesson/{name}.html, HTML of our own, with lines to write on; answers=1: an answer sheet.

/lesson/why_memory.html?lang=zh&answers=1
"""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from core.course.figures import put_figure
from core.course.lesson import Lesson, LessonText, Step
from core.course.library import open_library
from core.course.text_html import fill_in, to_html
from dashboard.common.i18n import _, language, languages, prefer, speak
from dashboard.player.lesson_data import write_local_number

BLANK = "………"  # for a figure that a student finds out
HEADERS = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}
STYLE = """
@page { size: A4; margin: 18mm; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #111; background: #fff;
  font: 11pt/1.5 "Source Sans", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 0 0 .3rem; font-size: 1.05rem; }
header { display: flex; justify-content: space-between; gap: 2rem; color: #555; font-size: .9rem; }
.question { margin: .4rem 0 1.2rem; font-size: 1.15rem; }
section { margin: 0 0 1.4rem; padding-top: .6rem; border-top: 1px solid #bbb; break-inside: avoid; }
p { margin: .3rem 0; } ul.choices { margin: .5rem 0; padding: 0; list-style: none; }
ul.choices li::before { content: "☐  "; } ul.choices li.chosen::before { content: "☒  "; }
.line { height: 1.9rem; border-bottom: 1px solid #999; } .short { width: 14rem; }
.answer { margin-top: .5rem; padding: .4rem .8rem; border-left: 3px solid #555; background: #f3f3f3; }
svg { display: block; width: 100%; height: 8rem; margin: .5rem 0; } code { font-size: .95em; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
"""


async def send_lesson(request: Request) -> Response:
    """The page, or a sentence with 404 where there is no such lesson."""
    asked = request.query_params.get("lang")
    speak(
        prefer(
            asked if asked in languages() else None, None, request.headers.get("accept-language")
        )
    )
    lesson = open_library().lessons.get(request.path_params["name"])
    if lesson is None:
        sentence = _("This lesson is not here any more. The page Lessons has all of them.")
        return PlainTextResponse(sentence, 404, HEADERS)
    html = write_lesson(lesson, request.query_params.get("answers") == "1")
    return HTMLResponse(html, headers=HEADERS)


def write_lesson(lesson: Lesson, has_answers: bool) -> str:
    """The HTML of a lesson in the language that is spoken, or in the one that it has."""
    code = lesson.language_for(language())
    text = lesson.texts[code]
    steps = "\n".join(_write_step(lesson, text, step, has_answers) for step in lesson.steps)
    place = _("Lesson {n} · {minutes} minutes", n=lesson.number, minutes=lesson.minutes)
    what = _("Answer sheet") if has_answers else _("Name:")
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(code)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(text.title)} · Unrolled</title><style>{STYLE}</style></head><body>\n"
        f"<header><span>Unrolled · {escape(place)}</span><span>{escape(what)}</span></header>\n"
        f'<h1>{escape(text.title)}</h1>\n<p class="question">{escape(text.question)}</p>\n'
        f"{steps}\n</body></html>\n"
    )


def _write_step(lesson: Lesson, text: LessonText, step: Step, has_answers: bool) -> str:
    said, put_in = text.steps[step.id], put_figure(lesson.figures, write_local_number)
    if not has_answers and step.kind == "read":
        put_in = _leave_blank
    titles = {
        "predict": _("What do you expect?"),
        "until": _("Try it"),
        "reveal": _("What came"),
        "explain": _("Why?"),
        "check": _("Check yourself"),
        "transfer": _("On your own"),
        "read": _("Look"),
    }
    answer = step.content.get("choice", {}) if step.kind == "check" else {}
    right = answer.get("answer") if has_answers and isinstance(answer, dict) else None
    choices = "".join(
        f"<li{' class=chosen' if key == right else ''}>{escape(fill_in(words, put_in))}</li>"
        for key, words in said.words.items()
        if key in step.choices
    )
    parts = [f"<h2>{escape(titles[step.kind])}</h2>"]
    if has_answers or step.kind != "reveal":  # it would stand right below the question
        parts.append(to_html(said.body, put_in, linked=False))
    if choices:
        parts.append(f'<ul class="choices">{choices}</ul>')
    if has_answers:
        parts.append(_write_answer(lesson, step, said.answers, put_in))
    elif not choices:
        parts.append(_write_room(step))
    return f"<section>{''.join(parts)}</section>"


def _leave_blank(_name: str, _all_seeds: bool) -> str:
    return BLANK


def _write_answer(lesson: Lesson, step: Step, answers, put_in) -> str:
    number = step.content.get("number", {}).get("answer") if step.kind == "check" else None
    if isinstance(number, str):
        number = put_in(number, False)
    elif number is not None:
        number = write_local_number(number, "number")
    parts = [f"<p><b>{escape(number)}</b></p>"] if number is not None else []
    for name in ("answer", "right"):
        if name in answers:
            parts.append(to_html(answers[name], put_in, linked=False))
    return f'<div class="answer">{"".join(parts)}</div>' if parts else ""


def _write_room(step: Step) -> str:
    """Room to write or to draw."""
    if step.kind == "predict" and "curve" in step.content:
        grid = "".join(f'<path d="M{x} 0V80" stroke="#ddd"/>' for x in range(60, 300, 60))
        return f'<svg viewBox="0 0 300 80" preserveAspectRatio="none">{grid}<path d="M0 0V80H300" fill="none" stroke="#555"/></svg>'
    if step.kind in ("predict", "check"):
        return '<div class="line short"></div>'
    return '<div class="line"></div>' * {"explain": 3, "transfer": 3, "reveal": 3}.get(step.kind, 0)
