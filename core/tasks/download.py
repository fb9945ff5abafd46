"""Files from the network: asked for by the reader, kept in a cache, checked before they are believed."""

import os
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

TIMEOUT = 20  # seconds without an answer

T = TypeVar("T")


def cache_folder() -> Path:
    """Where downloads are kept between runs."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "unrolled"


def fetch(what: str, url: str, most: int, read: Callable[[bytes], T], instead: str) -> T:
    """`read(content)` of the file at `url`, from the cache where it is there already.

    what: the word before the colon of every sentence. most: bytes. read: raises ValueError when the
    content is not what it should be; then nothing is kept. instead: what to do without network.
    """
    file = cache_folder() / f"{what}-{url.rsplit('/', 1)[-1]}"
    if file.is_file():
        try:
            return read(file.read_bytes())
        except ValueError:
            file.unlink()  # a damaged file: fetch it again
    content = _download(what, url, most, instead)
    found = read(content)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as part:
        part.write(content)
    os.replace(part.name, file)
    return found


def _download(what: str, url: str, most: int, instead: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            content = answer.read(most + 1)
    except (OSError, urllib.error.URLError) as error:
        reason = getattr(error, "reason", error)
        raise ValueError(
            f"{what}: expected {url} to answer within {TIMEOUT} seconds, got: {reason}. "
            f"Check the network, or {instead}"
        ) from error
    if len(content) > most:
        raise ValueError(
            f"{what}: expected a file of at most {most:,} bytes from {url}, got more. "
            f"{instead[0].upper()}{instead[1:]}"
        )
    return content
