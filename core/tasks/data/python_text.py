"""The texts that Python's help() shows, as a corpus."""

import re
from functools import cache

from ...common.messages import say

ALPHABET = " ,.abcdefghijklmnopqrstuvwxyz"  # everything else becomes a space


@cache
def python_text() -> str:
    """The texts that Python's help() shows, in the 29 symbols of ALPHABET.

    Several topics repeat paragraphs of others (a fifth of all), so each paragraph is taken once:
    otherwise half of what is held out would have been trained on. The text changes a little with the
    version of Python. Raises ValueError where Python comes without it.
    """
    try:
        from pydoc_data.topics import topics
    except ImportError as error:
        raise ValueError(
            say(
                "text: expected Python's own help texts (pydoc_data.topics), got a Python without them. "
                "Paste a text of your own as corpus."
            )
        ) from error
    paragraphs: dict[str, None] = {}
    for topic in topics.values():
        for paragraph in re.split(r"\n\s*\n", topic):
            text = re.sub(r"[^a-z.,]+", " ", paragraph.lower())
            text = re.sub(r"([.,])[.,]+", r"\1", re.sub(r" +([.,])", r"\1", text))
            paragraphs[text.lstrip(" ,.").rstrip(" ,")] = None
    return " ".join(filter(None, paragraphs))
