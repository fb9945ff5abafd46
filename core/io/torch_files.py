"""Files of torch.save, of which nothing is executed: tensors, and whatever else is in them as empty shells.

The file is read by torch.load(weights_only=True). That refuses a file as soon as it names any class but torch's own:
NumPy numbers beside the weights, a path or a namespace among the settings, a whole model. Here each such name stands
for a shell instead. A shell takes what the file would give to the object and does nothing with it, so that no code
is looked up by its name, and none runs.
"""

import io
import re
import threading
import warnings
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch.serialization import get_unsafe_globals_in_checkpoint, safe_globals

from ..common.messages import say

MAX_CLASSES = 1000  # other classes that a file may name
_loading = threading.Lock()  # which names are allowed is one list for the whole process


class Shell:
    """In place of an object of another class. path: the name of the class; attributes: what it had."""

    path = ""
    attributes: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, *_arguments: Any):
        pass

    def __new__(cls, *_arguments: Any) -> "Shell":  # noqa: D102
        return super().__new__(cls)

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, dict):
            self.attributes = {name: v for name, v in state.items() if isinstance(name, str)}


class DictShell:
    """In place of a dict of another class: an ordinary one."""

    def __new__(cls, *_arguments: Any) -> Any:  # noqa: D102
        return OrderedDict()


class RefusedError(ValueError):
    """Why a file of torch.save cannot be read."""


def load_torch_file(content: bytes, max_bytes: int, max_entries: int) -> Any:
    """What torch.save wrote into the file, with shells for what is neither tensor, number, text nor container.

    Raises RefusedError with what the file is instead, to stand behind "got".
    """
    _check_archive(content, max_bytes, max_entries)
    try:
        names = get_unsafe_globals_in_checkpoint(io.BytesIO(content))
    except Exception as error:
        raise RefusedError(
            say(
                "a torch.save file whose list of contents cannot be read ({problem})",
                problem=_shorten(error),
            )
        ) from error
    if len(names) > MAX_CLASSES:
        raise RefusedError(say("a file that names {classes} classes", classes=len(names)))
    problem = Exception()
    with _loading:
        for shells in (_make_shells(names, all_dicts) for all_dicts in (False, True)):
            try:
                with warnings.catch_warnings(), safe_globals(shells):
                    warnings.simplefilter("ignore")  # torch's own, about coming changes of torch
                    return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
            except Exception as error:  # a hostile file may cause any of them
                problem = error
    raise RefusedError(
        say("one that stores more than weights ({problem})", problem=_shorten(problem))
        if names
        else say("one that is damaged ({problem})", problem=_shorten(problem))
    ) from problem


def _check_archive(content: bytes, max_bytes: int, max_entries: int) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise RefusedError(say("a compressed zip file, which torch.save never writes"))
    if size > max_bytes or len(entries) > max_entries:
        raise RefusedError(
            say("{entries} entries of {mib} MiB together", entries=len(entries), mib=size >> 20)
        )


def _make_shells(names: list[str], all_dicts: bool) -> list[Any]:
    """(shell, name of the class that it stands for) for each name.

    A class is taken for a dict if its name says so; all_dicts: every one that is not NumPy's.
    """
    shells: list[Any] = []
    for name in names:
        is_dict = name.lower().endswith("dict") and not name.startswith("torch.")
        is_dict = is_dict or (all_dicts and not name.startswith("numpy"))
        kind = DictShell if is_dict else Shell
        shells.append((type(kind.__name__, (kind,), {"path": name}), name))
    return shells


def _shorten(error: Exception) -> str:
    """The one sentence of torch's message that says what it met."""
    text = str(error)
    match = re.search(r"(?:unsupported GLOBAL|Unsupported global: GLOBAL) (\S+)", text)
    if match:
        return say("the file asks for {name}", name=match[1])
    text = text.rpartition("WeightsUnpickler error: ")[2]
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {line.rstrip('.')[:100]}".replace(". ", ", ")
