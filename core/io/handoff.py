"""Recordings of a reader's own model, passed from a notebook to the app through the folder of runs."""

import contextlib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from ..common.files import WriteError, atomic_folder, remove_folder, write_atomically
from ..common.messages import say
from ..common.stored_sentences import from_json, to_json
from ..layers.recording import Recording
from .store import new_key, token_folder

FORMAT = "unrolled-watched-1"
MAX_HANDOFFS = 20  # newest ones that stay; older ones are removed
MAX_LAYERS = 64  # layers
NAMES_FILE = "watched.json"
RECORDING_FILE = re.compile(r"[0-9]{1,2}\.safetensors")


def publish_recordings(
    recordings: Mapping[str, Recording],
    root: str | Path,
    passed_over: Mapping[str, str] | None = None,
) -> str:
    """Writes the last recording of each layer -> a token for a link, which cannot be guessed.

    passed_over: name of a layer -> the sentence about what of it is not recorded.
    Raises OSError when the folder cannot be written, ValueError when there is nothing to write.
    """
    if not recordings or len(recordings) > MAX_LAYERS:
        raise ValueError(
            say(
                "recordings: expected 1 to {most} recorded layers, got {got}. "
                "Run the model inside `with watch(model)`.",
                most=MAX_LAYERS,
                got=len(recordings),
            )
        )
    token = new_key()
    folder = token_folder(root, "watched", token)
    with atomic_folder(folder) as temporary:
        names = {}
        for k, (name, recording) in enumerate(recordings.items()):
            names[f"{k}.safetensors"] = name
            recording.save(temporary / f"{k}.safetensors")
        about = {
            "format": FORMAT,
            "names": names,
            "passed_over": {k: to_json(v) for k, v in (passed_over or {}).items()},
        }
        write_atomically(temporary / NAMES_FILE, json.dumps(about).encode())
    others = [path for path in folder.parent.iterdir() if not path.name.startswith(".")]
    for old in sorted(others, key=lambda path: -path.stat().st_mtime)[MAX_HANDOFFS:]:
        with contextlib.suppress(WriteError):
            remove_folder(old)
    return token


def collect_passed_over(token: str, root: str | Path) -> dict[str, str]:
    """What the notebook could not record: name of a layer -> a sentence. {} when the token leads nowhere."""
    try:
        about = json.loads(
            (token_folder(root, "watched", token) / NAMES_FILE).read_bytes()[:1_000_000]
        )
        sentences = about.get("passed_over", {}).items()
        return {str(name): from_json(sentence) for name, sentence in sentences}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def collect_recordings(token: str, root: str | Path) -> dict[str, Recording]:
    """Name of the layer -> its recording. LookupError when the token leads to none (any more)."""
    folder = token_folder(root, "watched", token)
    try:
        about = json.loads((folder / NAMES_FILE).read_bytes()[:1_000_000])
        names: dict[str, str] = about["names"]
        if about["format"] != FORMAT or not all(
            RECORDING_FILE.fullmatch(file) and isinstance(name, str) for file, name in names.items()
        ):
            raise ValueError(names)
        return {name: Recording.load(folder / file) for file, name in names.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LookupError(
            say("link: expected one to recordings, got one that leads to none. Call show() again.")
        ) from error
