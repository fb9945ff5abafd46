"""The studies that come along (studies/*/result.json) as Markdown."""

from core.studies import Folder
from core.studies.cost import in_words
from core.studies.shipped import SHELF
from core.studies.table import to_markdown


def markdown(name: str) -> str:
    """A study's paper, what was scaled down, its table, and how it was computed."""
    folder = Folder(SHELF / name)
    study, origin = folder.study(), folder.provenance()
    about = "\n".join(f"- {what}: {text}" for what, text in study.about.items())
    computed = (
        f"Computed by `{origin['command']}` in {in_words(float(origin['seconds']))} on {origin['date']} "
        f"({origin['machine']})."
    )
    return f"{about}\n\n{to_markdown(study, folder.results(study))}\n\n{computed}"
