"""Recordings of a reader's own model, passed from a notebook to the app through the folder of runs.

A folder holds a file for each recording, beside it one of the layer's weights, and one with all weights of the model;
what is not there was not handed over. Folders of the first form have recordings alone.
"""

import contextlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from torch import Tensor

from ..common.files import WriteError, atomic_folder, remove_folder, write_atomically
from ..common.messages import say
from ..common.stored_sentences import from_json, to_json
from ..layers.recording import Recording
from .carried_layer import CarriedLayer
from .store import new_key, token_folder

FORMAT = "unrolled-watched-2"
OLD_FORMATS = ("unrolled-watched-1",)  # recordings alone
MAX_HANDOFFS = 20  # newest ones that stay; older ones are removed
MAX_LAYERS = 64  # layers
NAMES_FILE = "watched.json"
RECORDING_FILE = re.compile(r"[0-9]{1,2}\.safetensors")
MODEL_FILE = "model.safetensors"
MAX_ABOUT_BYTES = 4_000_000  # of the names, sentences and symbols


def publish_recordings(
    recordings: Mapping[str, Recording],
    root: str | Path,
    passed_over: Mapping[str, str] | None = None,
    carried: Mapping[str, CarriedLayer] | None = None,
    model: Mapping[str, Tensor] | None = None,
) -> str:
    """Writes the last recording of each layer -> a token for a link, which cannot be guessed.

    passed_over: name of a layer -> the sentence about what of it is not recorded. carried: name of a layer -> its
    weights and symbols. model: all weights of the model by their names.
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
            layer = (carried or {}).get(name)
            if layer is not None and layer.tensors:
                tensors = {n: v.detach().contiguous().clone() for n, v in layer.tensors.items()}
                write_atomically(_weights_path(temporary, f"{k}.safetensors"), to_bytes(tensors))
        if model:
            write_atomically(temporary / MODEL_FILE, to_bytes(dict(model)))
        about = {
            "format": FORMAT,
            "names": names,
            "symbols": {name: layer.symbols for name, layer in (carried or {}).items()},
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
        about = _read_about(token_folder(root, "watched", token))
        sentences = about.get("passed_over", {}).items()
        return {str(name): from_json(sentence) for name, sentence in sentences}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def collect_recordings(token: str, root: str | Path) -> dict[str, Recording]:
    """Name of the layer -> its recording. LookupError when the token leads to none (any more)."""
    folder = token_folder(root, "watched", token)
    try:
        return {
            name: Recording.load(folder / file)
            for file, name in _names_of(_read_about(folder)).items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LookupError(
            say("link: expected one to recordings, got one that leads to none. Call show() again.")
        ) from error


def collect_carried(token: str, root: str | Path) -> dict[str, CarriedLayer]:
    """Name of the layer -> what was handed over with it. {} for a folder of the first form, or a broken one."""
    folder, layers = token_folder(root, "watched", token), {}
    try:
        about = _read_about(folder)
        symbols = about.get("symbols", {})
        for file, name in _names_of(about).items():
            path = _weights_path(folder, file)
            tensors = load_file(path) if path.is_file() else {}
            labels = tuple(tuple(map(str, each)) for each in symbols.get(name, ()))
            layers[name] = CarriedLayer(tensors, labels)
    except (
        *(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError),
        SafetensorError,
    ):
        return {}
    return layers


def collect_model(token: str, root: str | Path) -> bytes | None:
    """The file with all weights of the model; None where it was not handed over."""
    try:
        return (token_folder(root, "watched", token) / MODEL_FILE).read_bytes()
    except OSError:
        return None


def _weights_path(folder: Path, recording_file: str) -> Path:
    return folder / f"weights-{recording_file}"


def _read_about(folder: Path) -> dict[str, Any]:
    return json.loads((folder / NAMES_FILE).read_bytes()[:MAX_ABOUT_BYTES])


def _names_of(about: dict[str, Any]) -> dict[str, str]:
    """File -> name of the layer. ValueError for another format, and for what is no name."""
    names: dict[str, str] = about["names"]
    is_known = about["format"] in (FORMAT, *OLD_FORMATS)
    if not is_known or not all(
        RECORDING_FILE.fullmatch(file) and isinstance(name, str) for file, name in names.items()
    ):
        raise ValueError(names)
    return names
