"""nginx before several servers of this machine: deploy/nginx.conf, with their addresses in place of the containers'."""

import os
import re
import shutil
from pathlib import Path

TEMPLATE = Path(__file__).parents[2] / "deploy" / "nginx.conf"
# Debian installs it where the PATH of a user does not lead; /opt/homebrew is a Mac's.
MORE_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin")
MISSING = (
    "nginx: expected it on this machine, got none. Install it (Debian, Ubuntu: sudo apt install nginx-light; "
    "macOS: brew install nginx), or do without: for up to about fifteen readers one process is enough, "
    "streamlit run app.py --server.address 0.0.0.0"
)
# What nginx would otherwise write where root alone may.
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def find_nginx() -> str:
    """The path of the program. RuntimeError with a sentence where there is none."""
    folders = [os.environ.get("PATH", os.defpath), *MORE_FOLDERS]
    path = shutil.which("nginx", path=os.pathsep.join(folders))
    if path is None:
        raise RuntimeError(MISSING)
    return path


def configuration(folder: Path, listen: str, servers: list[str]) -> str:
    """The text of deploy/nginx.conf, changed in three places.

    folder: for temporary files. listen: address:port. servers: host:port of each server.
    """
    upstream = "".join(f"    server {server} max_fails=1 fail_timeout=5s;\n" for server in servers)
    paths = "".join(f"  {kind}_temp_path {folder / kind};\n" for kind in TEMPORARY)
    text = TEMPLATE.read_text("utf-8")
    text = _replace_once(text, r"(?: +server \w+:8501 [^\n]*\n)+", upstream)
    text = _replace_once(text, r"listen 8080;", f"listen {listen};")
    return _replace_once(text, r"http \{\n", f"http {{\n{paths}")


def write_command(folder: Path, text: str) -> list[str]:
    """Writes the configuration into the folder -> the command that starts nginx with it, in the foreground.

    The folder becomes one that others may pass: started by root, nginx works as another user.
    """
    folder.chmod(0o711)
    file = folder / "nginx.conf"
    file.write_text(text, "utf-8")
    elsewhere = f"daemon off; pid {folder / 'nginx.pid'}; error_log stderr;"
    return [find_nginx(), "-p", str(folder), "-c", str(file), "-g", elsewhere]


def _replace_once(text: str, pattern: str, new: str) -> str:
    changed, count = re.subn(pattern, lambda _: new, text)
    if count != 1:
        raise RuntimeError(
            f"deploy/nginx.conf: expected {pattern} once, got it {count} times. Take the file as it was."
        )
    return changed
