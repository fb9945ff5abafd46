"""Documents whose figures are results: each marked block is a template with the results put in.

A block of README.md, SECURITY.md or a page of docs/ begins with `<!-- measured: NAME ... -->` and ends with
`<!-- end of NAME -->`; what stands between comes from benchmarks/templates/NAME.md. There

    {engine.step/updates}         is a table of benchmarks/results/engine.step.json, on a line of its own
    {page.playback/figures}       all figures of a result, as a table
    {page.playback/pause}         one figure with its unit, within a sentence
    {studies/pascanu2013}         the table of studies/pascanu2013/result.json, with where it comes from
    {results/of_this_page}        the command, day, commit and machine of every result on the page
"""

import re
from pathlib import Path

from benchmarks._harness import storage, studies
from benchmarks._harness.catalogue import ROOT
from benchmarks._harness.result import Column, Table
from benchmarks._harness.storage import Stored

TEMPLATES = ROOT / "benchmarks" / "templates"
BLOCK = re.compile(
    r"(?P<begin><!-- measured: (?P<name>\w+)[^\n]*-->\n)(?P<body>.*?)(?P<end><!-- end of (?P=name) -->)",
    re.S,
)
REFERENCE = re.compile(r"\{([\w.-]+)/(\w+)\}")


def paths() -> list[Path]:
    """The documents that may have marked blocks."""
    return [
        *sorted(ROOT.glob("README*.md")),
        ROOT / "SECURITY.md",
        *sorted((ROOT / "docs").glob("*.md")),
    ]


def render(document: str, results: dict[str, Stored]) -> str:
    """The document with its marked blocks made anew. ValueError for a reference to nothing."""

    def block(match: re.Match[str]) -> str:
        template = (TEMPLATES / f"{match['name']}.md").read_text(encoding="utf-8")
        return match["begin"] + fill(template, results) + match["end"]

    return BLOCK.sub(block, document)


def fill(template: str, results: dict[str, Stored]) -> str:
    """The template with each reference replaced by what it refers to."""
    used = {name: results[name] for name, _ in REFERENCE.findall(template) if name in results}

    def value(match: re.Match[str]) -> str:
        name, item = match.groups()
        if name == "studies":
            return studies.markdown(item)
        if name == "results":
            return origins(used)
        if name not in results:
            raise ValueError(
                f"template: expected a result in benchmarks/results, got {name!r}. "
                f"Run python -m benchmarks {name}."
            )
        text = results[name].result.markdown(item)
        if text is None:
            there = [*results[name].result.tables, *results[name].result.figures]
            raise ValueError(
                f"template: expected one of {', '.join(there)} of {name}, got {item!r}. Correct the template."
            )
        return text

    return REFERENCE.sub(value, template)


def origins(results: dict[str, Stored]) -> str:
    """Where each result comes from."""
    table = Table([Column(title) for title in ("command", "date", "commit", "machine", "note")])
    for stored in results.values():
        table.add(f"`{stored.command}`", stored.date, stored.commit, stored.machine, stored.note)
    return table.markdown()


def write() -> list[str]:
    """Writes every document anew -> the names of those that changed. ValueError before anything is written."""
    results = storage.read_all()
    before = {path: path.read_text(encoding="utf-8") for path in paths()}
    after = {path: render(text, results) for path, text in before.items()}
    changed = [path for path in before if after[path] != before[path]]
    for path in changed:
        path.write_text(after[path], encoding="utf-8")
    return [str(path.relative_to(ROOT)) for path in changed]
