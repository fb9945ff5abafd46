"""Downloads with a cache, a check of the content and reports of progress."""

import http.client
import os
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

from ...common.files import WriteError, remove_stale_parts, write_atomically
from ...common.messages import say

TIMEOUT_SECONDS = 20  # seconds without an answer
PIECE_BYTES = 64 * 1024  # bytes between two reports

T = TypeVar("T")
ReportProgress = Callable[
    [str, int, int | None], None
]  # what, bytes so far, bytes in all if that is known
_report: ContextVar[ReportProgress | None] = ContextVar("report", default=None)


def cache_folder() -> Path:
    """The folder in which downloads stay between runs."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "unrolled"


@contextmanager
def reporting_to(report: ReportProgress) -> Iterator[None]:
    """Inside the block `report(what, bytes so far, bytes in all)` is called for every piece of a download.

    what: the task's name. bytes in all: None where the server does not send it.
    """
    token = _report.set(report)
    try:
        yield
    finally:
        _report.reset(token)


def report_progress(what: str, so_far: int, total: int | None) -> None:
    """Calls the report that is set, if one is: see `reporting_to`."""
    report = _report.get()
    if report is not None:
        report(what, so_far, total)


def fetch_file(what: str, url: str, most: int, read: Callable[[bytes], T], instead: str) -> T:
    """`read(content)` of the file at `url`, from the cache if it is there.

    what: the word before the colon of every sentence. most: the largest size in bytes. read: raises ValueError
    for wrong content, which is then not cached. instead: what the reader can do without network.
    Raises ValueError with a sentence when the download fails.
    """
    file = cache_folder() / f"{what}-{url.rsplit('/', 1)[-1]}"
    if os.path.isfile(file):
        try:
            return read(file.read_bytes())
        except ValueError:
            pass  # a damaged file is downloaded again
    content = _download(what, url, most, instead)
    result = read(content)
    with suppress(WriteError):  # without room in the cache it is downloaded again the next time
        write_atomically(file, content)
        remove_stale_parts(file.parent)
    return result


def _download(what: str, url: str, most: int, instead: str) -> bytes:
    content, total = bytearray(), None
    report_progress(what, 0, None)
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:
            total = response.length
            while len(content) <= most and (piece := response.read(PIECE_BYTES)):
                content += piece
                report_progress(what, len(content), total)
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise ValueError(
            say(
                "{what}: expected {url} to answer within {seconds} seconds, got: {reason}. "
                "Check the network, or {instead}",
                what=what,
                url=url,
                seconds=TIMEOUT_SECONDS,
                reason=str(reason),
                instead=instead,
            )
        ) from error
    if len(content) > most:
        raise ValueError(
            say(
                "{what}: expected a file of at most {most:,} bytes from {url}, got more. Instead, {instead}",
                what=what,
                most=most,
                url=url,
                instead=instead,
            )
        )
    if total is not None and len(content) < total:
        raise ValueError(
            say(
                "{what}: expected {total:,} bytes from {url}, got {got:,} before the line broke. "
                "Try again, or {instead}",
                what=what,
                total=total,
                url=url,
                got=len(content),
                instead=instead,
            )
        )
    return bytes(content)
