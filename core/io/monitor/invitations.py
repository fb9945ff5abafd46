"""Tokens by which monitors on other machines may post to one reader: each is a small file in the folder of runs.

    token = invite(runs_folder(), store.folder)
    find_invited(runs_folder(), token)          the folder of the reader, for core.io.monitor.inbox

The file's name is a hash of the token, as of a link to a shared run: who reads the names of the files can post nothing.
"""

import contextlib
import json
import re
import time
from pathlib import Path

from ...common.files import make_folder, write_atomically
from ...common.messages import say
from ..store import new_key, token_folder
from .layout import live_folder

KIND = "receiving"
MAX_INVITATIONS, INVITATION_DAYS = 500, 30  # of the whole folder
MAX_RECEIVED_BYTES = 2**30  # of all trainings that are posted to one reader
FOLDER_NAME = re.compile(r"[0-9a-f]{32}")


def invite(root: str | Path, reader: Path) -> str:
    """A new token for the reader with this folder, directly below `root`. OSError: the disk refuses."""
    token = new_key()
    path = token_folder(root, KIND, token)
    make_folder(path.parent)
    _drop_old(path.parent)
    write_atomically(path, json.dumps({"reader": reader.name}).encode())
    return token


def find_invited(root: str | Path, token: str) -> Path:
    """The folder of the reader who made the token. LookupError: nobody did, or too long ago."""
    try:
        path = token_folder(root, KIND, token)
        if time.time() - path.stat().st_mtime > INVITATION_DAYS * 86400:
            raise ValueError(token)
        reader = json.loads(path.read_bytes()[:1000])["reader"]
        if not FOLDER_NAME.fullmatch(reader):
            raise ValueError(reader)
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        raise LookupError(
            say(
                "token: expected one that the app has made, got another. Make a new one on Live, under Trainings elsewhere."
            )
        ) from error
    return Path(root) / reader


def received_bytes(reader: Path) -> int:
    """The size of all that was posted to a reader."""
    size = 0
    for path in live_folder(reader).glob("*/*"):
        with contextlib.suppress(OSError):  # removed meanwhile
            size += path.stat().st_size
    return size


def _drop_old(folder: Path) -> None:
    """Of too many tokens the oldest go, so that there is room for one more."""
    paths = sorted(folder.iterdir(), key=lambda path: -path.stat().st_mtime)
    for path in paths[MAX_INVITATIONS - 1 :]:
        path.unlink(missing_ok=True)
