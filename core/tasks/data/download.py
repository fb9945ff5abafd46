"""Files from the network: asked for by the reader, kept in a cache, checked before they are believed."""

import http.client
import os
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from ...common.files import NotWritten, sweep, write_atomically

TIMEOUT = 20  # seconds without an answer
PIECE = 64 * 1024  # bytes from one report to the next

T = TypeVar("T")
Report = Callable[[str, int, int | None], None]  # what, bytes so far, bytes in all if that is known
_report: ContextVar[Report | None] = ContextVar("report", default=None)


def cache_folder() -> Path:
    """Where downloads are kept between runs."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "unrolled"


@contextmanager
def reported_to(report: Report) -> Iterator[None]:
    """Inside, `report(what, bytes so far, bytes in all)` hears of every piece that arrives.

    what: the task's name. All is None where the server does not say it.
    """
    token = _report.set(report)
    try:
        yield
    finally:
        _report.reset(token)


def say(what: str, so_far: int, total: int | None) -> None:
    """Tells whoever listens."""
    report = _report.get()
    if report is not None:
        report(what, so_far, total)


def fetch(what: str, url: str, most: int, read: Callable[[bytes], T], instead: str) -> T:
    """`read(content)` of the file at `url`, from the cache where it is there already.

    what: the word before the colon of every sentence. most: bytes. read: raises ValueError when the
    content is not what it should be; then nothing is kept. instead: what to do without network.
    """
    file = cache_folder() / f"{what}-{url.rsplit('/', 1)[-1]}"
    if os.path.isfile(file):
        try:
            return read(file.read_bytes())
        except ValueError:
            pass  # a damaged file: fetch it again
    content = _download(what, url, most, instead)
    found = read(content)
    with suppress(NotWritten):  # without room for it it is fetched again the next time
        write_atomically(file, content)
        sweep(file.parent)
    return found


def _download(what: str, url: str, most: int, instead: str) -> bytes:
    content, total = bytearray(), None
    say(what, 0, None)
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
            total = answer.length
            while len(content) <= most and (piece := answer.read(PIECE)):
                content += piece
                say(what, len(content), total)
    except (OSError, http.client.HTTPException) as error:
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
    if total is not None and len(content) < total:
        raise ValueError(
            f"{what}: expected {total:,} bytes from {url}, got {len(content):,} before the line broke. "
            f"Try again, or {instead}"
        )
    return bytes(content)
