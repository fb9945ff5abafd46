"""The lines of a reader's file that are left out, in words."""

from ...common.messages import Sentence, say


def quote(text: str) -> str:
    """The text in quotation marks, cut after 40 characters."""
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"


def describe_left_out(line: int, text: str, count: int, expected: str) -> Sentence:
    """Of `count` lines that are not what is expected the first, which has this number and text."""
    text = quote(text)
    if count > 1:
        text = say("{text} and {n} more", text=text, n=count - 1)
    return say(
        "left out: line {line}, {text}, not {expected}", line=line, text=text, expected=expected
    )
