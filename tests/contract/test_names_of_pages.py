"""Pages are listed, named and gone to in dashboard/navigation.py alone; elsewhere they are its constants."""

import ast
from pathlib import Path

import pytest

from dashboard.navigation import PAGES

DASHBOARD = Path(__file__).parents[2] / "dashboard"
FILES = [path for path in sorted(DASHBOARD.rglob("*.py")) if path.name != "navigation.py"]
WAYS = ("switch_page", "page_link", "Page", "navigation")  # of Streamlit
NAMES = {page.name for page in PAGES.values()}


def complaints(source: str) -> list[str]:
    """What in a program names a page by a word of its own."""
    sentences = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if node.value.startswith("views/"):
                sentences.append(f"line {node.lineno}: the path {node.value!r}")
        elif isinstance(node, ast.Attribute) and node.attr in WAYS:
            if isinstance(node.value, ast.Name) and node.value.id == "st":
                sentences.append(f"line {node.lineno}: st.{node.attr}")
        elif isinstance(node, ast.Tuple | ast.List | ast.Set | ast.Dict):
            words = node.keys if isinstance(node, ast.Dict) else node.elts
            named = {word.value for word in words if isinstance(word, ast.Constant)} & NAMES
            if len(named) > 2:
                sentences.append(f"line {node.lineno}: a list of pages, {sorted(named)}")
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(isinstance(side, ast.Name) and side.id == "page" for side in sides):
                words = [side.value for side in sides if isinstance(side, ast.Constant)]
                sentences += [f"line {node.lineno}: page == {word!r}" for word in words if word]
    return sentences


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DASHBOARD)))
def test_it_names_no_page(path):
    assert complaints(path.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        'open("views/gates/page.py")',
        "st.switch_page(where)",
        'PAGES = ("gates", "memory", "yours")',
        'TITLES = {"compare": 1, "yours": 2, "live": 3}',
        'if page == "memory": pass',
    ],
)
def test_a_second_list_would_be_seen(line):
    assert len(complaints(line)) == 1
