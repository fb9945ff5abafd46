"""The text of an example that says where to look: words, and links that do it.

    "After y-a-m it is undecided; [the next a](step:4) decides. Open [what it keeps](row:keeps)."

A link is [words](verb:argument). It names nothing that runs: who shows the text knows what each verb does.
"""

import re
from dataclasses import dataclass

from ..common.messages import say

# Verb -> what its argument says.
VERBS = {
    "step": "a step, counted from 1: it is lit",
    "unit": "a quantity and a unit, as h.3: it is lit",
    "row": "a row or a fold of the page (ROWS), or a quantity: it is opened",
    "slow": "nothing: slow motion",
    "show": "values or gradients",
    "type": "a sequence: the network reads it",
    "hold": "a gate and a number, as z=0, and it is held there; nothing: what is held is released",
    "page": "a page to go to",
    "example": "the name of another example, which takes this one's place",
}
ROWS = ("says", "remembers", "reads", "keeps", "learns", "loss", "norms", "picture")
LINK = re.compile(r"\[([^\[\]]+)\]\((\w+):([^()]*)\)")


@dataclass(frozen=True)
class Link:
    """Words that do something when they are clicked on. verb: of VERBS."""

    verb: str
    argument: str
    text: str


Part = str | Link


def parse_look(text: str) -> tuple[Part, ...]:
    """The text in order, cut at its links. LookupError with a sentence for a verb that there is not."""
    parts: list[Part] = []
    end = 0
    for match in LINK.finditer(text):
        words, verb, argument = match.groups()
        if verb not in VERBS:
            raise LookupError(
                say(
                    "look: expected a verb of {verbs}, got {got!r}. Use one.",
                    verbs=", ".join(VERBS),
                    got=verb,
                )
            )
        parts += [text[end : match.start()], Link(verb, argument, words)]
        end = match.end()
    parts.append(text[end:])
    return tuple(part for part in parts if part)


def plain_look(text: str) -> str:
    """The text without its links, for where nothing can be clicked on."""
    return LINK.sub(r"\1", text)
