"""The benchmarks and the documents that are made of them.

python -m benchmarks --list              every benchmark and what it measures
python -m benchmarks engine.step --help  its options
python -m benchmarks engine.step         measures; prints the tables, and stores what documents need
python -m benchmarks engine              everything of a folder that documents need, one after the other
python -m benchmarks --all               all of it; takes hours
python -m benchmarks --write             writes the documents anew from benchmarks/results
"""

import argparse
import subprocess
import sys
from collections.abc import Iterable

from benchmarks._harness import catalogue, documents, storage
from benchmarks._harness.result import Result


def main(words: list[str]) -> int:
    """Does what the words of the command line say -> exit code."""
    if words and not words[0].startswith("-"):
        if words[0] in catalogue.GROUPS:
            return run([c for c in catalogue.COMMANDS if c.startswith(f"{words[0]}.")])
        return measure(words)
    parser = argparse.ArgumentParser(
        "python -m benchmarks", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    choice = parser.add_mutually_exclusive_group(required=True)
    choice.add_argument("--list", action="store_true")
    choice.add_argument("--all", action="store_true")
    choice.add_argument("--write", action="store_true")
    arguments = parser.parse_args(words)
    if arguments.all:
        return run(catalogue.COMMANDS)
    if arguments.write:
        return write()
    for name in catalogue.names():
        print(f"{name:22} {catalogue.first_line(name)}")
    return 0


def measure(words: list[str]) -> int:
    """Runs one benchmark with its options, prints its result, and stores it where documents need it."""
    name, *options = words
    try:
        module = catalogue.load(name)
    except LookupError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    parser = argparse.ArgumentParser(
        f"python -m benchmarks {name}",
        description=module.__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    if hasattr(module, "options"):
        module.options(parser)
    arguments, start = parser.parse_args(options), storage.Start.now()
    result = Result.from_dict(module.measure(arguments).to_dict())
    print(result.text())
    command = " ".join(words)
    if command in catalogue.COMMANDS:
        file = storage.save(command, start, result)
        print(f"\nStored in {file.relative_to(catalogue.ROOT)}.")
    else:
        print(
            "\nNot stored: the documents are made of other commands (benchmarks/_harness/catalogue.py)."
        )
    return 0


def write() -> int:
    """Writes the documents anew, and prints the names of those that changed."""
    try:
        changed = documents.write()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(changed) or "Every document was right already.")
    return 0


def run(commands: Iterable[str]) -> int:
    """Runs commands one after the other, each in a process of its own; one that fails stops no other."""
    failed = []
    for command in commands:
        print(f"\n{command}", flush=True)
        if subprocess.run([sys.executable, "-m", "benchmarks", *command.split()]).returncode:
            failed.append(command)
    if failed:
        print(f"\nFailed: {', '.join(failed)}.", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
