"""The player's own files, as a browser gets them.

Their address bears a version, which changes with any of them: <app>/player/<version>/live.js. So a browser keeps
them for good and asks about none at its second visit, and modules of two versions never mix: they import each other
relatively, and no other version is served. A server reads them once: after a change it is started anew.
"""

import functools
import gzip
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

WEB = Path(__file__).parent / "web"
STYLES = (  # in the order of mount.js
    "player.css",
    "rows.css",
    "compare.css",
    "inside.css",
    "aside.css",
    "examples.css",
    "cell.css",
    "top.css",
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
YEAR_SECONDS = 365 * 24 * 3600


@functools.cache
def read_files() -> dict[str, bytes]:
    """Name below web/ -> content, of all files that a browser may ask for."""
    paths = sorted(path for path in WEB.rglob("*") if path.suffix in TYPES)
    return {path.relative_to(WEB).as_posix(): path.read_bytes() for path in paths}


@functools.cache
def version() -> str:
    """12 hexadecimal digits that say which files these are: the same on every replica."""
    digest = hashlib.sha256()
    for name, content in read_files().items():
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:12]


def address(name: str) -> str:
    """Where a file is served, as seen from the app's base."""
    return f"player/{version()}/{name}"


@functools.cache
def _compressed(name: str) -> bytes:
    return gzip.compress(read_files()[name], mtime=0)


async def send_file(request: Request) -> Response:
    """The file that a browser asks for by its version and name; 404 for any other version, or name."""
    name = request.path_params["name"]
    if request.path_params["version"] != version() or name not in read_files():
        return Response(status_code=404)
    content = read_files()[name]
    headers = {
        "Cache-Control": f"public, immutable, max-age={YEAR_SECONDS}",
        "Vary": "Accept-Encoding",
    }
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        content = _compressed(name)
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers=headers, media_type=TYPES[Path(name).suffix])
