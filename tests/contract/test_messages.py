"""What a reader sees can be translated, and is: the catalogues agree with the source, and translations with their messages."""

import ast
import re
import string
from collections import Counter

import pytest
from babel.messages.pofile import read_po

from translations import catalogues
from translations.registries import read_registries
from translations.source import KEYWORDS, ROOMS, ROOT, read_source

CATALOGUES = sorted(catalogues.LOCALES.glob("*/messages.po"))
LINK = re.compile(r"\[[^\]]*\]\(([a-z]+:[^)]*)\)")
CHOICE = re.compile(r"\[(\w+)\|")
# Streamlit runs them for each visit; no other module imports them.
SCRIPTS = {ROOT / "dashboard" / "main.py", *(ROOT / "dashboard" / "views").glob("*/page.py")}
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


@pytest.fixture(scope="module")
def template():
    return catalogues.make_template([*read_source(), *read_registries()])


def read(path):
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def keys_of(messages):
    return {(message.id, message.context) for message in messages if message.id}


def test_the_template_is_what_the_source_says(template):
    written = catalogues.write(template)
    assert catalogues.TEMPLATE.read_text("utf-8") == written, (
        "expected it up to date: run `make messages`"
    )


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
class TestLanguage:
    def test_every_message_is_translated_and_none_is_stale(self, path, template):
        messages = read(path)
        assert keys_of(messages) == keys_of(template), (
            "expected the messages of the source: run `make messages`"
        )
        assert not [message.id[:80] for message in messages if message.fuzzy]
        empty = [message.id[:80] for message in messages if not message.string]
        assert not empty, (
            f"{path.relative_to(ROOT)}: expected each translated, got {len(empty)} without"
        )

    def test_the_same_values_stand_in_both(self, path):
        wrong = [m.id for m in read(path) if m.string and fields(m.string) != fields(m.id)]
        assert not wrong

    def test_links_and_choices_lead_to_the_same(self, path):
        for message in read(path):
            if message.string:
                for pattern in (LINK, CHOICE):
                    there, here = (
                        Counter(pattern.findall(t)) for t in (message.id, message.string)
                    )
                    assert there == here, message.id

    def test_emphasis_is_closed(self, path):
        for message in read(path):
            for mark in ("**", "`", "$"):
                if message.string and message.id.count(mark) % 2 == 0:
                    assert message.string.count(mark) % 2 == 0, message.id


def fields(text):
    """The named values of a template, each with its specification; of a sentence with brackets each name once.

    A translation may do without a word for one, and say a value twice in brackets.
    """
    try:
        found = {(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name}
    except ValueError:  # a text that is shown as it is, as "{x}"
        return set()
    return {(name.split(".")[0].split("[")[0], spec) for name, spec in found}


def is_frozen(tree):
    """The lines that call `_` when the module is imported: outside of any function."""
    lines = []

    def visit(node, inside):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            lines.extend([] if inside else [node.lineno])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            outside = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
            outside += getattr(node, "decorator_list", [])
            for child in outside:
                visit(child, inside)
            body = node.body if isinstance(node.body, list) else [node.body]
            for child in body:
                visit(child, True)
            return
        for child in ast.iter_child_nodes(node):
            visit(child, inside)

    visit(tree, False)
    return lines


def test_nothing_is_translated_when_a_module_is_imported():
    frozen = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in SOURCES
        if path not in SCRIPTS
        for line in is_frozen(ast.parse(path.read_text("utf-8")))
    ]
    assert not frozen, "expected N_ there, and _ where it is shown"
    assert is_frozen(ast.parse("def f(x=_('a')): return _('b')")) == [1]


def test_a_message_is_a_text_with_named_values():
    """Neither an f-string nor a sum, which are made when the program runs and stand in no catalogue."""
    wrong = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for place in KEYWORDS.get(node.func.id, ()):
                    given = node.args[place : place + 1]
                    if given and isinstance(given[0], ast.JoinedStr | ast.BinOp):
                        wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            is_format = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_format and node.func.attr == "format" and is_translated(node.func.value):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong


def is_translated(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"


@pytest.fixture(scope="module")
def expressions():
    """Every call and every a + b of the source, with where it stands."""
    return [
        (f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", node)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call | ast.BinOp)
    ]


def test_a_list_has_a_placeholder_in_the_language(expressions):
    wrong = [
        where
        for where, node in expressions
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr in ("selectbox", "multiselect")
        if "placeholder" not in {keyword.arg for keyword in node.keywords}
    ]
    assert not wrong, "Streamlit's own is English: use dashboard.widgets.choice"


def test_sentences_follow_each_other_as_the_language_puts_them(expressions):
    glued = [
        where
        for where, node in expressions
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)
        for side in (node.left, node.right)
        if isinstance(side, ast.Constant) and side.value in (" ", ", ", "; ", ". ")
    ]
    assert not glued, "use join_sentences or join_words: Chinese has no space between sentences"
