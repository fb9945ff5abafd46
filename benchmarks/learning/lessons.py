"""The effects of the course's lessons: trained as their lesson.yaml says, and written into their figures.json.

A row for each effect: what each seed gave; and for each claim whether it holds, and whether it breaks when the
effect is taken away. Lessons are named without their number, as why_memory; without a name, all.
"""

import argparse
import sys
import time

from benchmarks._harness import storage
from benchmarks._harness.lesson_effects import measure as measure_effect
from benchmarks._harness.result import Column, Result, Table
from core.common.threads import limit_to_one_thread
from core.course.claims import holds, without_effect
from core.course.figures import FIGURES_FILE, to_json
from core.course.lesson import Claim, Lesson
from core.course.lesson_file import LESSONS
from core.course.library import open_library
from core.course.written_numbers import write_number


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--effects", nargs="+", metavar="EFFECT", help="only these; others stay")


def measure(arguments: argparse.Namespace) -> Result:
    """effects: a row for each; claims: a row for each."""
    limit_to_one_thread()
    library = open_library()
    for problem in library.broken.values():
        print(problem, file=sys.stderr)
    unknown = [name for name in arguments.names if name not in library.lessons]
    if unknown:
        raise SystemExit(
            f"lesson: expected one of {', '.join(library.lessons)}, got {', '.join(unknown)}."
        )
    effects = Table([Column("lesson"), Column("effect"), Column("seeds"), Column("CPU s", ".0f")])
    claims = Table([Column("lesson"), Column("claim"), Column("holds"), Column("breaks")])
    for name in arguments.names or list(library.lessons):
        _measure_lesson(library.lessons[name], arguments.effects, effects)
    for name in arguments.names or list(library.lessons):
        _judge_lesson(open_library().lessons[name], claims)
    return Result({"effects": effects, "claims": claims})


def _measure_lesson(lesson: Lesson, wanted: list[str] | None, table: Table) -> None:
    figures = {name: figure for name, figure in lesson.figures.items()} if wanted else {}
    start = storage.Start.now()
    for effect in lesson.effects.values():
        if wanted and effect.name not in wanted:
            continue
        begun = time.process_time()
        figure = figures[effect.name] = measure_effect(effect)
        values = ", ".join(write_number(value, figure.format) for value in figure.values)
        table.add(lesson.name, effect.name, values, time.process_time() - begun)
        print(lesson.name, effect.name, values, file=sys.stderr, flush=True)
    if not lesson.effects:
        return
    provenance = {
        "command": f"python -m benchmarks learning.lessons {lesson.name}",
        "date": time.strftime("%Y-%m-%d"),
        "commit": start.commit,
        "machine": storage.machine(),
        "note": start.note,
    }
    folder = LESSONS / f"{lesson.number:02d}_{lesson.name}"
    ordered = {name: figures[name] for name in lesson.effects if name in figures}
    (folder / FIGURES_FILE).write_text(to_json(ordered, provenance), encoding="utf-8")


def _judge_lesson(lesson: Lesson, table: Table) -> None:
    for claim in lesson.claims:
        try:
            is_kept = holds(claim, lesson.figures)
            worlds = without_effect(claim, lesson.effects, lesson.figures)
            breaks = any(not holds(claim, world) for world in worlds)
        except KeyError as error:
            table.add(lesson.name, words(claim), f"not measured: {error.args[0]}", "")
            continue
        table.add(lesson.name, words(claim), _yes(is_kept), _yes(breaks))


def words(claim: Claim) -> str:
    """A claim as lesson.yaml has it, without what was not said."""
    said = {name: value for name, value in vars(claim).items() if value not in (None, "", 0)}
    return ", ".join(
        f"{name} {value}" for name, value in said.items() if (name, value) != ("times", 1.0)
    )


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "NO"
