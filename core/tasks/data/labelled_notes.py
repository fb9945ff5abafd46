"""What is said of labelled sequences: how many there are, how they are read, and what was cut."""

from collections import Counter
from collections.abc import Collection, Sequence

from ...common.messages import say
from .labels import quote

NAMED = 6  # classes that are named with their sizes
EXAMPLES = 5  # of symbols


def describe_longer(longer: int, steps: int) -> list[str]:
    """That the end of the longer ones is not read; [] where there are none."""
    if not longer:
        return []
    return [say("Of {n} longer sequences the first {steps} steps are read.", n=longer, steps=steps)]


def describe_rare(rare: Collection[str], sign: str) -> list[str]:
    """Which symbols became the sign; [] where none did."""
    if not rare:
        return []
    return [
        say(
            "{n:,} symbols that occur less than twice in the training part became {sign}, such as "
            "{examples}.",
            n=len(rare),
            sign=sign,
            examples=", ".join(map(quote, sorted(rare)[:EXAMPLES])),
        )
    ]


def describe_division(
    labels: Sequence[str], trained: str, evaluated: int, most: int, share: float
) -> str:
    """How many train and evaluate, and the classes with their sizes.

    most: that are evaluated; of more not all are. share: of each class that is held out.
    """
    counts = Counter(labels)
    sizes: str = ", ".join(f"{quote(label)} {n}" for label, n in counts.most_common(NAMED))
    if len(counts) > NAMED:
        sizes = say("{classes}, and {n} more", classes=sizes, n=len(counts) - NAMED)
    return say(
        "Trained on {trained} of {n} classes; evaluated on {evaluated}, {share:.0%} of each class. "
        "Classes: {sizes}.",
        trained=trained,
        n=len(counts),
        evaluated=evaluated if evaluated < most else say("{n} of those held out", n=evaluated),
        share=share,
        sizes=sizes,
    )
