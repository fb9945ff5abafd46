"""Known holes in what is installed: python -m benchmarks.audit [path of pip-audit]    (make audit)

pip-audit calls it a success when it could ask about nothing. Here that is said, and fails.
"""

import json
import subprocess
import sys
from importlib import metadata


def installed() -> str:
    """The packages of this environment, as a requirements file; a build such as +cpu is its version's."""
    names = {(d.metadata["Name"], d.version.split("+")[0]) for d in metadata.distributions()}
    return "\n".join(f"{name}=={version}" for name, version in sorted(names))


def verdict(report: str) -> tuple[int, str]:
    """What pip-audit answered (JSON, or nothing) -> (exit code, sentences)."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 1, "audit: expected an answer of pip-audit, got none. Try again with a network."
    asked = [p for p in packages if "skip_reason" not in p]
    holes = [(p["name"], p["version"], hole["id"]) for p in asked for hole in p.get("vulns", [])]
    lines = [f"{name} {version}: {hole}" for name, version, hole in holes]
    lines.append(f"{len(asked)} of {len(packages)} packages asked about, {len(holes)} known holes.")
    if len(asked) < len(packages):
        others = ", ".join(p["name"] for p in packages if "skip_reason" in p)
        lines.append(
            "audit: expected an index with advisories for each, got none for "
            f"{others}. Nothing is known about these; try again where PyPI can be reached."
        )
    return int(bool(holes) or len(asked) < len(packages)), "\n".join(lines)


def main() -> None:
    tool = sys.argv[1] if len(sys.argv) > 1 else "pip-audit"
    command = [tool, "--no-deps", "--disable-pip", "--format", "json", "-r", "/dev/stdin"]
    done = subprocess.run(command, input=installed(), capture_output=True, text=True, timeout=600)
    code, said = verdict(done.stdout)
    print(said)
    raise SystemExit(code)


if __name__ == "__main__":
    main()
