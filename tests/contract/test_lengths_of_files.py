"""One idea a file: no file of the project is so long that it must hold several."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAX_LINES = 400


def test_no_file_is_longer_than_one_idea():
    command = ["git", "ls-files", "*.py", "*.js", "*.css", "*.ts"]
    files = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = {file: len((ROOT / file).read_text("utf-8").splitlines()) for file in files.split()}
    assert len(lines) > 300, "git knows the files"
    assert {file: n for file, n in lines.items() if n > MAX_LINES} == {}
