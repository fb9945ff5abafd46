"""A message: what stands in a catalogue once, however often it is said."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """text: the English template. where: the file that says it, as seen from the root. note: for translators.

    context: what tells apart two of the same text, as the option whose choice it names; "" for most.
    """

    text: str
    where: str
    note: str = ""
    context: str = ""
