"""What the documents say of the tree is so: README names every folder, and every path that stands anywhere exists."""

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
)
# A path in backticks or in a link: with a slash, or a file of the root.
PATH = re.compile(r"`([\w.-]+(?:/[\w.<>*-]+)*/?)(?:::\w+)?`|\]\(([\w./-]+)\)")
ENDINGS = (".py", ".js", ".md", ".json", ".toml", ".conf", ".css", ".txt", "/")
NOT_OURS = ("runs/", "requirements-dev.txt/")  # made when the app runs


def tracked_folders() -> set[str]:
    """Every folder that holds a file of the project."""
    command = ["git", "ls-files"]
    files = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {parent for line in files.splitlines() for parent in Path(line).parents}
    return {str(folder) for folder in folders if str(folder) != "."}


def folders_in_readme() -> set[str]:
    """Every folder that the tree in README names."""
    readme = (ROOT / "README.md").read_text("utf-8")
    tree = readme.split("## Where things are", 1)[1].split("```")[1]
    folders, above = set(), []
    for line in tree.splitlines():
        names = re.match(r"( *)((?:[\w.-]+/ ?)+)", line)
        if names is None:
            continue
        depth = len(names[1]) // 2
        above = above[:depth]
        for name in names[2].split():
            folders.add("/".join([*above, name.rstrip("/")]))
        above.append(names[2].split()[0].rstrip("/"))
    return folders


def test_the_tree_in_readme_names_every_folder_and_no_other():
    # A page, what a folder of data holds, and folders that mirror others need no line of their own.
    shown = {
        folder
        for folder in tracked_folders()
        if not re.match(
            r"(studies|dashboard/views|tests/(core|dashboard|data|js)|assets/\w+)/|\.", folder
        )
    }
    assert folders_in_readme() == shown


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_in_a_document_exists(document):
    text = (ROOT / document).read_text("utf-8")
    here = (ROOT / document).parent
    for in_backticks, in_link in PATH.findall(text):
        path = in_backticks or in_link
        is_path = bool(in_link) or (path.endswith(ENDINGS) and "<" not in path and "*" not in path)
        if not is_path or path in NOT_OURS or path.startswith("http"):
            continue
        assert (ROOT / path).exists() or (here / path).exists() or _named(path), (
            f"{document}: {path}"
        )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_in_a_document_exists(document):
    text = (ROOT / document).read_text("utf-8")
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    made = set(re.findall(r"(?:^ {4}|`|&& )make ([a-z-]+)", text, re.MULTILINE))
    assert made <= targets
    for module in re.findall(r"python -m ([\w.]+)", text):
        if module.split(".")[0] in ("core", "dashboard", "benchmarks", "translations"):
            assert find_spec(module), module


def _named(path: str) -> bool:
    """A file that goes by its name alone, as result.json or page.py: some file is called so."""
    return "/" not in path and any(ROOT.rglob(path))
