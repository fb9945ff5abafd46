"""core installs as the package `unrolled`, without the app; README's notebook lines run with both names."""

import email
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILT_FROM = ["pyproject.toml", "requirements-core.txt", "README.md", "LICENSE"]
APP_ALONE = {"streamlit", "plotly", "segno"}

# Before the lines of the notebook: what they take for granted.
BEFORE = """
import json, sys, webbrowser
import torch
from torch import nn

opened = []
webbrowser.open = opened.append


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.LSTM(3, 5)
        self.head = nn.Linear(5, 1)

    def forward(self, batch):
        return self.head(self.encoder(batch)[0][-1])


torch.manual_seed(0)
x, batch, model = torch.randn(20, 2, 4), torch.randn(20, 2, 3), Tagger()
loss = lambda output: output.square().sum()
"""

# After them: what their comments promise.
AFTER = """
f, c = layer.recording["f"], recordings["encoder"]["c"]
print(json.dumps({
    "modules": sorted({type(thing).__module__.partition(".")[0] for thing in (layer, f, update)}),
    "shapes": [list(array.shape) for array in (f.values, f.grads, c.grads)],
    "reached": [bool(array.any((1, 2)).all()) for array in (f.grads[1:], c.grads)],
    "stopped at": update.index,
    "opened": opened,
}))
"""

# For the installed package: nothing of the repository or of the app can be imported.
ALONE = """
import sys


class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"core", "dashboard", "streamlit", "plotly"}:
            raise ImportError(f"{name} is not installed here")


sys.meta_path.insert(0, Refuse())
sys.path.insert(0, %r)
"""


def notebook() -> str:
    """The code under README's heading "In a notebook"."""
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.split("## In a notebook", 1)[1].split("\n## ", 1)[0]
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return code


def run(code: str, folder: Path, *flags: str) -> str:
    """What a Python of its own prints, with folder as the place of runs."""
    environment = {**os.environ, "UNROLLED_RUNS": str(folder / "runs")}
    command = [sys.executable, *flags, "-c", code]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "core", source / "core", ignore=shutil.ignore_patterns("__pycache__"))
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    offline = ["--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "wheel", *offline, "-w", folder, source], check=True)
    (path,) = folder.glob("unrolled-*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel) -> Path:
    folder = wheel.parent / "installed"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", folder, wheel], check=True
    )
    return folder


def test_the_wheel_is_the_folder_core_whole_and_nothing_else(wheel):
    files = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    tracked = {
        path.relative_to(ROOT / "core").as_posix()
        for path in (ROOT / "core").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert files == {f"unrolled/{name}" for name in tracked}


def test_the_wheel_needs_what_core_needs_and_nothing_of_the_app(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    needs = email.message_from_bytes(archive.read(name)).get_all("Requires-Dist") or []
    lines = (ROOT / "requirements-core.txt").read_text("utf-8").splitlines()
    written = [line.split("#")[0].strip() for line in lines]
    assert [need.replace(" ", "") for need in needs] == [line for line in written if line]
    assert not APP_ALONE & {re.split("[<>=]", need)[0].lower() for need in needs}


def check(said: dict, package: str) -> None:
    assert said["modules"] == [package]
    assert said["shapes"] == [[20, 2, 8], [20, 2, 8], [20, 2, 5]]
    assert said["reached"] == [True, True], "a gradient stops before the first step"
    assert said["stopped at"] == 100
    assert len(said["opened"]) == 1
    assert said["opened"][0].startswith("http://localhost:8501/yours?watched=")


@pytest.mark.long
def test_the_notebook_lines_of_the_readme_run_in_the_repository(tmp_path):
    code = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
    check(json.loads(run(code + BEFORE + notebook() + AFTER, tmp_path)), "core")


def test_the_same_lines_run_where_only_the_package_is_installed(installed, tmp_path):
    lines = notebook().replace("from core import", "from unrolled import")
    code = ALONE % str(installed) + BEFORE + lines + AFTER
    check(json.loads(run(code, tmp_path, "-I")), "unrolled")


def test_an_installed_command_and_its_sentences_bear_the_installed_name(installed, tmp_path):
    ask = """
import os, runpy, sys
from unrolled import Experiment
from unrolled.io.store import runs_folder

try:
    Experiment(task="translate", bidirectional=True)
except ValueError as error:
    print(error)
os.environ.pop("UNROLLED_RUNS")
try:
    runs_folder()
except ValueError as error:
    print(error)
sys.argv = ["studies", "--help"]
runpy.run_module("unrolled.studies", run_name="__main__")
"""
    said = run(
        ALONE % str(installed) + f"try:\n{_indented(ask)}\nexcept SystemExit: pass", tmp_path, "-I"
    )
    assert "unrolled.layers.seq2seq.Seq2Seq has one that reads both ways" in said
    assert "UNROLLED_RUNS: expected the folder where the app keeps its runs, got nothing." in said
    assert "usage: python -m unrolled.studies" in said
    assert "python -m unrolled.studies adding --cells" in said
    assert "core." not in said


def _indented(code: str) -> str:
    return "\n".join(f"    {line}" for line in code.splitlines())
