"""Known holes in what is installed, asked of pip-audit (make audit).

pip-audit calls it a success when it could ask about nothing. Here that is said, and fails.
"""

import argparse
import json
import shutil
import subprocess
from importlib import metadata

from benchmarks._harness.result import Figure, Result


def installed() -> str:
    """The packages of this environment, as a requirements file; a build such as +cpu is its version's."""
    names = {(d.metadata["Name"], d.version.split("+")[0]) for d in metadata.distributions()}
    return "\n".join(f"{name}=={version}" for name, version in sorted(names))


def verdict(report: str) -> list[str]:
    """What is wrong by pip-audit's answer (JSON, or nothing), in sentences; none where all is well."""
    try:
        packages = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return ["audit: expected an answer of pip-audit, got none. Try again with a network."]
    asked = [p for p in packages if "skip_reason" not in p]
    holes = [(p["name"], p["version"], hole["id"]) for p in asked for hole in p.get("vulns", [])]
    lines = [f"{name} {version}: {hole}" for name, version, hole in holes]
    if len(asked) < len(packages):
        others = ", ".join(p["name"] for p in packages if "skip_reason" in p)
        lines.append(
            "audit: expected an index with advisories for each, got none for "
            f"{others}. Nothing is known about these; try again where PyPI can be reached."
        )
    return lines


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tool", nargs="?", default="pip-audit", help="the path of pip-audit")


def measure(arguments: argparse.Namespace) -> Result:
    """How many packages were asked about; ends with exit code 1 and sentences where that is not all, or holes are known."""
    if shutil.which(arguments.tool) is None:
        raise SystemExit(
            f"audit: expected the program {arguments.tool}, got none. Run make audit, which installs it."
        )
    command = [arguments.tool, "--no-deps", "--disable-pip", "--format", "json", "-r", "/dev/stdin"]
    done = subprocess.run(command, input=installed(), capture_output=True, text=True, timeout=600)
    sentences = verdict(done.stdout)
    if sentences:
        raise SystemExit("\n".join(sentences))
    return Result(
        figures={
            "packages": Figure(
                "packages without a known hole", len(json.loads(done.stdout)["dependencies"])
            )
        }
    )
