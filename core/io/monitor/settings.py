"""What a monitor is given, checked before the training begins."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from ...common.checks import integer, shorten
from ...common.messages import say
from ..store import KEY_PATTERN, runs_folder
from .layout import MAX_NAME_CHARACTERS, MAX_UPDATE

FALLBACK_FOLDER = "runs"  # in the current folder, on a machine without the app
LEAST_BYTES, MOST_BYTES = 2**20, 2**40


@dataclass(frozen=True)
class Destination:
    """root: the folder of runs. post, token: of an app on another machine. ValueError where they do not fit."""

    root: str | Path | None = None
    post: str | None = None
    token: str | None = None

    def __post_init__(self) -> None:
        if self.post is not None and not re.match(r"https?://[^\s/]+", str(self.post)):
            raise ValueError(
                say(
                    "post: expected the address of an app, such as http://host:8501, got {got}. "
                    "Copy it from the browser.",
                    got=shorten(self.post),
                )
            )
        if (self.post is None) != (self.token is None) or (
            self.token is not None and not KEY_PATTERN.fullmatch(str(self.token))
        ):
            raise ValueError(
                say(
                    "token: expected, together with post, the token that the app's Live page gives, got {got}. "
                    "Copy it from there.",
                    got=shorten(self.token),
                )
            )

    def folder(self) -> Path:
        """Where the files are written, also those that are posted."""
        if self.root is not None:
            return Path(self.root)
        try:
            return runs_folder()
        except ValueError:
            if self.post is None:
                raise
            return Path(FALLBACK_FOLDER)


def check_settings(
    model: Any, name: Any, every: Any, start: Any, max_bytes: Any
) -> tuple[str, int]:
    """name and every. ValueError with a sentence for what cannot be meant."""
    if not isinstance(model, nn.Module):
        raise ValueError(
            say(
                "model: expected a torch.nn.Module, got {got}. Give the model that is trained.",
                got=type(model).__name__,
            )
        )
    printable = isinstance(name, str) and name.strip() and name.isprintable()
    if not printable or len(name) > MAX_NAME_CHARACTERS:
        raise ValueError(
            say(
                "name: expected 1 to {most} printable characters, got {got}. Choose another name.",
                most=MAX_NAME_CHARACTERS,
                got=shorten(name),
            )
        )
    if start is not None:
        integer("start", start, 0, MAX_UPDATE)
    integer("max_bytes", max_bytes, LEAST_BYTES, MOST_BYTES)
    return name.strip(), integer("every", every, 1, 1_000_000)
