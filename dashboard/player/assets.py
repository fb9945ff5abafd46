"""The player's own files, as a browser gets them.

Their address bears a version, which changes with any of them: <app>/player/<version>/live.js. So a browser keeps
them for good and asks about none at its second visit, and modules of two versions never mix: they import each other
relatively, and no other version is served. Whoever changes a file starts the server anew.
"""

import functools
import gzip
import hashlib
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

WEB = Path(__file__).parent / "web"
TYPES = {".js": "text/javascript", ".css": "text/css"}
YEAR_SECONDS = 365 * 24 * 3600
IMPORT = re.compile(
    r'^(?:import|export)\b[^;"]*?\bfrom "(\.[^"]+)"|^import "(\.[^"]+)"', re.MULTILINE
)


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


def modules_of(name: str) -> list[str]:
    """The module web/<name> and all that it imports, each once, itself first."""
    modules = [name]
    for module in modules:
        text = read_files()[module].decode()
        for match in IMPORT.finditer(text):
            path = (WEB / module).parent / (match[1] or match[2])
            imported = path.resolve().relative_to(WEB.resolve()).as_posix()
            if imported not in modules:
                modules.append(imported)
    return modules


@functools.cache
def _compressed(name: str) -> bytes:
    return gzip.compress(read_files()[name], mtime=0)


async def send_file(request: Request) -> Response:
    """The file that a browser asks for by its version and name; 404 for any other version, or name."""
    name = request.path_params["name"]
    if request.path_params["version"] != version() or name not in read_files():
        return Response(status_code=404)
    headers = {
        "Cache-Control": f"public, immutable, max-age={YEAR_SECONDS}",
        "Vary": "Accept-Encoding",
    }
    content = read_files()[name]
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        content = _compressed(name)
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers=headers, media_type=TYPES[Path(name).suffix])
