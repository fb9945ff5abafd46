"""What the usual course notes say and ask: assets/notes.yaml, row by row, and the document that is written from it.

python -m core.course.notes        writes docs/course.md and docs/course.<language>.md
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from .library import open_library

ROOT = Path(__file__).parents[2]
NOTES = ROOT / "assets" / "notes.yaml"
APP = "http://localhost:8501"  # where README's command serves it


@dataclass(frozen=True)
class NotesRow:
    """says: what the notes say or ask; answer: what is seen here; each language -> text.

    at: the address of the app where it is tried; "": out of scope. lesson: the name of the one that answers it; "".
    """

    number: int
    says: Mapping[str, str]
    answer: Mapping[str, str]
    at: str = ""
    lesson: str = ""


@functools.cache
def _read_file() -> dict[str, Any]:
    return yaml.safe_load(NOTES.read_text("utf-8"))


def document_languages() -> tuple[str, ...]:
    """The languages that all texts are in."""
    return tuple(_read_file()["page"]["title"])


@functools.cache
def read_notes() -> tuple[NotesRow, ...]:
    """All rows, in the order of the notes."""
    return tuple(
        NotesRow(
            k,
            MappingProxyType(row["says"]),
            MappingProxyType(row["answer"]),
            row.get("at", ""),
            row.get("lesson", ""),
        )
        for k, row in enumerate(_read_file()["rows"], 1)
    )


def write_document(language: str) -> str:
    """The rows as a page of Markdown in this language."""
    lessons = open_library().lessons.values()
    titles = {each.name: each.texts[each.language_for(language)].title for each in lessons}
    words = {name: text[language] for name, text in _read_file()["page"].items()}
    lines = [f"# {words['title']}", "", words["introduction"], ""]
    lines.append(f"| | {words['notes']} | {words['here']} | {words['lesson']} |")
    lines.append("| ---: | --- | --- | --- |")
    for row in read_notes():
        answer = _escape(row.answer[language])
        place = f"[{answer}](<{APP}{row.at}>)" if row.at else f"{words['elsewhere']}: {answer}"
        lesson_link = f"[{titles[row.lesson]}](<{APP}/?lesson={row.lesson}>)" if row.lesson else ""
        lines.append(f"| {row.number} | {_escape(row.says[language])} | {place} | {lesson_link} |")
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


def document_path(language: str) -> Path:
    """Where that page stands."""
    name = "course.md" if language == "en" else f"course.{language}.md"
    return ROOT / "docs" / name


if __name__ == "__main__":
    for code in document_languages():
        document_path(code).write_text(write_document(code), "utf-8")
