"""The files: the template that lists every message, and each language's catalogue, kept in step with it.

They hold no date and no line number, and stand in the order of the source, so that a change shows what changed.
"""

import io
from collections.abc import Iterable
from pathlib import Path

from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po

from translations.message import Message

LOCALES = Path(__file__).parents[1] / "assets" / "locales"
TEMPLATE = LOCALES / "messages.pot"
HEADER = (
    "# Written by `make messages`. Translate what stands behind each msgstr; change nothing else."
)
DATES = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Last-Translator',
    '"Generated-By',
    '"Report-Msgid',
)


def make_template(messages: Iterable[Message]) -> Catalog:
    """The catalogue of all messages, without translations."""
    template = _empty(None)
    for message in sorted(messages, key=lambda message: message.where):
        template.add(
            message.text,
            locations=[(message.where, 1)],
            auto_comments=[message.note] if message.note else [],
            context=message.context or None,
        )
    for message in template:
        message.flags.discard("python-format")  # "90 % of" is none
    return template


def update(template: Catalog, code: str, path: Path) -> Catalog:
    """The catalogue of a language: the messages of the template, each with the translation that `path` has for it."""
    with path.open("rb") as file:
        present = read_po(file, locale=code)
    updated = _empty(code)
    for message in template:
        if not message.id:
            continue
        known = present.get(message.id, message.context)
        translated = known.string if known is not None and not known.fuzzy else ""
        comments = known.user_comments if known is not None else []
        entry = updated.add(
            message.id,
            translated,
            locations=message.locations,
            auto_comments=message.auto_comments,
            user_comments=comments,
            context=message.context,
        )
        entry.flags.discard("python-format")
    return updated


def write(catalogue: Catalog) -> str:
    """The text of a file."""
    written = io.BytesIO()
    write_po(written, catalogue, width=0, include_lineno=False)
    lines = written.getvalue().decode("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith(DATES)).rstrip("\n") + "\n"


def _empty(code: str | None) -> Catalog:
    catalogue = Catalog(code, header_comment=HEADER, project="Unrolled", version="1", fuzzy=False)
    catalogue.language_team = ""
    return catalogue
