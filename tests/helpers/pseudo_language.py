"""A language in which every letter of a translated text is another one: what is left of the usual ones was never translated.

python -m tests.helpers.pseudo_language PORT FOLDER     the app, which speaks it at ?lang=eo; FOLDER: for its catalogue
"""

import re
import shutil
import string
import sys
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import write_po

from benchmarks._harness.browser import ROOT
from translations import catalogues
from translations.registries import read_registries
from translations.source import read_source

CODE = "eo"  # any language that Babel knows and the program does not
# As wide as Chinese: what has no room for them has none for it.
WIDE = str.maketrans({letter: chr(ord(letter) - 0x21 + 0xFF01) for letter in string.ascii_letters})
# Named values, places of links, options in brackets, formulas, code, tags, icons, and what Plotly puts in.
KEPT = re.compile(
    r"\{\{|\}\}|%?\{[^{}]*\}(?:\|[^|}]*\})?|\]\([^)]*\)|\[\w+\|(?=[^\[\]]*\])|\$[^$]*\$|`[^`]*`|<[^<>]*>"
    r"|:material/\w+:|https?://\S+|&\w+;"
)

# In a lesson's text the name of a step, a part of one, or a choice.
NAMED = re.compile(r"#{2,} .*|- \w+: ")


def disguise(message: str) -> str:
    """The message in the language: its letters are wide ones.

    >>> disguise("{n} of [the](step:1)")
    '{n} ｏｆ [ｔｈｅ](step:1)'
    """
    parts, last = [], 0
    for kept in KEPT.finditer(message):
        parts += [message[last : kept.start()].translate(WIDE), kept[0]]
        last = kept.end()
    return "".join([*parts, message[last:].translate(WIDE)])


def disguise_lesson(text: str) -> str:
    r"""A lesson's text in the language; the names of its steps and choices are what they are.

    >>> disguise_lesson("## why\n\n- all: all of {n}")
    '## why\n\n- all: ａｌｌ ｏｆ {n}'
    """
    return "\n".join(
        part[0] + disguise(line[part.end() :]) if (part := NAMED.match(line)) else disguise(line)
        for line in text.split("\n")
    )


def write_lessons(folder: Path, lessons: Path) -> None:
    """The lessons of a folder, which speak the language, too."""
    shutil.copytree(lessons, folder)
    for path in list(folder.glob("*/en.md")):
        path.with_name(f"{CODE}.md").write_text(disguise_lesson(path.read_text("utf-8")), "utf-8")


def write_catalogue(folder: Path) -> None:
    """The language's catalogue, below the folder."""
    catalogue = Catalog(CODE)
    for message in catalogues.make_template([*read_source(), *read_registries()]):
        if message.id:
            catalogue.add(message.id, disguise(message.id), context=message.context)
    (folder / CODE).mkdir(parents=True)
    with (folder / CODE / "messages.po").open("wb") as file:
        write_po(file, catalogue)


def serve(port: int, folder: Path) -> None:
    """The app, which speaks it."""
    from streamlit.web.cli import main

    from dashboard.common import i18n

    write_catalogue(folder)
    i18n.LOCALES = folder
    options = {"server.port": str(port), "logger.enableRich": "false"}
    main(["run", str(ROOT / "app.py"), *(f"--{name}={value}" for name, value in options.items())])


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
