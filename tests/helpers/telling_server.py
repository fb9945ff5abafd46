"""The app in a process that writes the experiment of the run on the page into a file, each time a page asks for it.

python -m tests.helpers.telling_server PORT FILE
"""

import json
import sys
from pathlib import Path
from typing import Any

from benchmarks._harness.browser import ROOT
from core.common.files import write_atomically


def serve(port: int, file: Path) -> None:
    """The app, for one reader: the file is about the run of the one who came last."""
    from streamlit.web.cli import main

    from dashboard.session import live_run

    get_or_start_run = live_run.get_or_start_run

    def tell(*arguments: Any) -> live_run.LiveRun:
        run = get_or_start_run(*arguments)
        write_atomically(file, json.dumps(run.trainer.experiment.to_dict()).encode())
        return run

    live_run.get_or_start_run = tell
    options = {"server.port": str(port), "logger.enableRich": "false"}
    main(["run", str(ROOT / "app.py"), *(f"--{name}={value}" for name, value in options.items())])


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
