"""The studies that come along (studies/*/result.json) as Markdown."""

from core.studies import Folder
from core.studies.cost import duration_in_words
from core.studies.shipped import STUDIES_FOLDER
from core.studies.table import to_markdown


def markdown(name: str) -> str:
    """A study's paper, what was scaled down, its table, and how it was computed."""
    folder = Folder(STUDIES_FOLDER / name)
    study, origin = folder.study(), folder.provenance()
    about = "\n".join(f"- {what}: {text}" for what, text in study.about.items())
    computed = (
        f"Computed by `{origin['command']}` in {duration_in_words(float(origin['seconds']))} on {origin['date']} "
        f"({origin['machine']})."
    )
    return f"{about}\n\n{to_markdown(study, folder.results(study))}\n\n{computed}"
