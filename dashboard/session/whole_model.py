"""The reader's whole model: what fits in the file that is open, and what was uploaded beside it."""

from dataclasses import dataclass, field

from core.io.model_files import ModelFile
from core.io.vocabulary import EMPTY, Vocabulary
from core.io.whole_model.parts import ModelParts, read_parts
from core.io.whole_model.proposal import Proposal, propose
from dashboard.session import sticky
from dashboard.session.state import state

IN, OUT = "in", "out"  # the vocabulary of what it reads, and that of what it says


@dataclass
class WholeModelState:
    """parts, proposal: of the file `of`. vocabularies: by IN and OUT. names: of the files they came from.

    counted: how often the likeliest class was the right one, and of how many; counted_of: what it was counted of.
    table: a CSV file's text, "" for none. problems: why the last upload of a kind was refused.
    """

    of: ModelFile | None = None
    parts: ModelParts | None = None
    proposal: Proposal | None = None
    vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    table: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    counted: tuple[int, int] | None = None
    counted_of: tuple = ()


def read_once(file: ModelFile) -> tuple[ModelParts, Proposal]:
    """The parts of the file and the proposal; read once for each file."""
    mine = state(WholeModelState)
    if mine.of is not file or mine.parts is None or mine.proposal is None:
        mine.of, mine.parts = file, read_parts(file)
        mine.proposal = propose(mine.parts)
    return mine.parts, mine.proposal


def vocabulary_of(side: str) -> Vocabulary:
    """The vocabulary that was uploaded for it. What the model says is in that of what it reads, unless told otherwise."""
    known = state(WholeModelState).vocabularies
    return known.get(side) or known.get(IN) or EMPTY


def forget_whole_model() -> None:
    """Another file comes: the choices for the present one are forgotten; uploads beside it stay."""
    mine = state(WholeModelState)
    mine.of = mine.parts = mine.proposal = mine.counted = None
    sticky.forget_values(SETTINGS)


# What the reader sets for a whole model, by the names of the controls.
SETTINGS = (
    "whole layers",
    "whole embedding",
    "whole decoder embedding",
    "whole head",
    "whole between",
    "whole reads",
    "whole units",
    "whole text",
    "whole source",
    "whole columns",
    "whole naming",
    "whole sequence",
    "whole scaled",
    "whole first line",
    "whole lines",
    "whole answer",
    "whole start",
    "whole end",
    "whole loss",
    "whole at",
    "whole target",
    "whole target text",
    "whole target column",
    "whole class column",
    "whole class order",
    "whole class names",
)
