"""How a task is said in one sentence, in which brackets hold what a reader can choose.

    "reads [length|{length} numbers], and says the [task|sum of the two that are marked]."

[option|words] is one of the task's options, [task|words] the task itself; [option|words|words] has words for a
value of 1 first. {name} stands for a value, see `Task.sentence_values`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PARTS = re.compile(r"\[(\w+)\|([^\]|]*)(?:\|([^\]]*))?\]|([^\[\]]+)")


@dataclass(frozen=True)
class SentencePart:
    """A part of a sentence: words, and what can be chosen there.

    option: an option's name, "task" for the task itself, "" for words alone.
    words_for_one: what it says where the option is 1. words: elsewhere.
    """

    option: str
    words_for_one: str
    words: str

    def say(self, values: Mapping[str, Any]) -> str:
        """The words, with these values."""
        is_one = str(values.get(self.option)) == "1"
        return (self.words_for_one if is_one else self.words).format_map(values)


def read_sentence(template: str) -> list[SentencePart]:
    """The parts in order.

    >>> [part.say({"length": 3}) for part in read_sentence("reads [length|{length} numbers].")]
    ['reads ', '3 numbers', '.']
    """
    return [
        SentencePart("", text, text) if text else SentencePart(option, words, more or words)
        for option, words, more, text in PARTS.findall(template)
    ]
