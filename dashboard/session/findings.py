"""What is the matter with a run, in the reader's language."""

from core.analysis.diagnosis import Diagnosis
from dashboard.common.i18n import _

NAMES = ("metric", "baseline")  # values of a diagnosis that are words


def diagnosis_in_words(diagnosis: Diagnosis) -> str:
    """The diagnosis as a sentence with its numbers."""
    names = {name: _(diagnosis.values[name]) for name in NAMES if name in diagnosis.values}
    return _(diagnosis.sentence.template, **(diagnosis.values | names))
