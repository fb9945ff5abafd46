"""What a reader is told of labelled sequences: which of them train, how they are read, and what cannot be read."""

from collections.abc import Collection, Sequence

from ...common.messages import as_sentence, listing, say
from .labels import quote

SHOWN_CLASSES, SHOWN_SYMBOLS = 6, 5


def describe_cut(longer: int, steps: int) -> str:
    """That so many sequences are longer than what is read of them; "" for none."""
    if not longer:
        return ""
    return say("Of {n} longer sequences the first {steps} steps are read.", n=longer, steps=steps)


def describe_rare(rare: Collection[str], sign: str) -> str:
    """Which symbols became `sign`; "" for none."""
    if not rare:
        return ""
    return say(
        "{n:,} symbols that occur less than twice in the training part became {sign}, such as {examples}.",
        n=len(rare),
        sign=sign,
        examples=", ".join(map(quote, sorted(rare)[:SHOWN_SYMBOLS])),
    )


def describe_split(
    trained: str, evaluated: str | int, share: float, sizes: Sequence[tuple[str, int]]
) -> str:
    """What trains and what evaluates. share: of each class, held out. sizes: (class, its size), the largest first."""
    classes = listing(f"{quote(label)} {n}" for label, n in sizes[:SHOWN_CLASSES])
    if len(sizes) > SHOWN_CLASSES:
        more = len(sizes) - SHOWN_CLASSES
        classes = say("{classes}, and {n} more", classes=classes, n=more)
    return say(
        "Trained on {trained} of {n} classes; evaluated on {evaluated}, {share:.0%} of each class. "
        "Classes: {classes}.",
        trained=trained,
        n=len(sizes),
        evaluated=evaluated,
        share=share,
        classes=classes,
    )


def describe_symbols(read_by: str, number: int) -> str:
    """How texts are cut, and into how many different symbols."""
    return say(
        "Read by {symbols}, in lower case: {n} different symbols.",
        symbols=as_sentence(read_by),
        n=number,
    )


def refuse_text(what: str, text: str, read_by: str, most: int, example: str) -> str:
    """Of a typed text without a single known symbol, or too long."""
    return say(
        "{what}: expected 2 to {most} {symbols}, some of them of the training texts, got "
        "{got!r}. Type a text such as {example!r}.",
        what=what,
        most=most,
        symbols=as_sentence(read_by),
        got=text[:40],
        example=example[:40],
    )


def refuse_symbols(what: str, unknown: Sequence[str], read_by: str, rare: str) -> str:
    """Of a typed text with symbols that nothing stands for."""
    return say(
        "{what}: expected {symbols} of the training texts, which have no rare ones to learn {rare} from, got "
        "{got}. Leave them out.",
        what=what,
        symbols=as_sentence(read_by),
        rare=rare,
        got=", ".join(map(quote, unknown[:10])),
    )
