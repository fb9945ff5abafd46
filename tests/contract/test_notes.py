"""The notes' rows: each has both languages, a place that a link leads to, and the document says the same."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from core.course.notes import document_languages, document_path, read_notes, write_document
from dashboard.navigation import PAGES
from dashboard.session.link import read_link

ROWS = read_notes()


@pytest.mark.parametrize("language", document_languages())
def test_the_document_says_what_the_rows_say(language):
    assert document_path(language).read_text("utf-8") == write_document(language), (
        "run python -m core.course.notes"
    )


def test_there_are_all_rows_of_the_notes_and_one_is_out_of_scope():
    assert len(ROWS) == 82
    assert [row.number for row in ROWS if not row.at] == [82]


@pytest.mark.parametrize("row", [row for row in ROWS if row.at], ids=lambda row: str(row.number))
def test_its_link_works(row):
    address = urlsplit(row.at)
    names = {page.name: page for page in PAGES.values()} | PAGES
    page = names[address.path.strip("/")]
    link = read_link(page, dict(parse_qsl(address.query, keep_blank_values=True)))
    assert not link.complaints, link.complaints
