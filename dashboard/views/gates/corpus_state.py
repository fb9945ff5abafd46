"""The corpus of this session, what was read of it, and the table of units that came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from core.analysis.unit_order import UnitOrder
from core.analysis.unit_table import UnitStudy, UnitTable
from core.common.messages import say
from core.layers.trace import Trace
from dashboard.serving.turns import reserve_memory
from dashboard.session.own_model import file_name
from dashboard.session.state import state
from dashboard.views.gates.header import InspectedLayer

RESERVED = "corpus"  # what memory is reserved for
FIRST_COLUMNS = ("loss without it", "half-life", "mean |dh|", "mean |h|")  # of the table
# Where a corpus is from, where that is no file.
PASTED, HELD_OUT = say("pasted text"), say("what the run has held out")
BYTES_PER_SYMBOL = 600  # of its label and the columns of all hypotheses
BYTES_PER_PAIR = 40  # of units: their products and correlations


@dataclass
class CorpusState:
    """content: the reader's text; source: where it is from, for the reader; problem: why the last one was refused.

    study: the table in the making, or made; of: which network and layer it is of; update: of the run, -1 without
    one. shown: the network and layer that the page shows. column, ascending: what the table is sorted by. unit: that was
    clicked. letters: unit -> its states in its top stretches.
    """

    content: str = ""
    source: str = ""
    problem: str = ""
    study: UnitStudy | None = None
    of: str = ""
    update: int = -1
    shown: str = ""
    column: str = ""
    ascending: bool = False
    unit: int | None = None
    letters: dict[int, list[np.ndarray]] = field(default_factory=dict)


def name_network(run_id: str, inspected: InspectedLayer) -> str:
    """Another name for another network or layer; the same for another sequence that it reads."""
    own = inspected.own
    if own is None:
        return f"{run_id} {inspected.where}"
    return f"{file_name()} {own.title} {own.recording.H} {inspected.where}"


def note_network(run_id: str, inspected: InspectedLayer) -> None:
    """Notes what the page shows, so that a table of another network orders nothing here."""
    state(CorpusState).shown = name_network(run_id, inspected)


def present_table() -> UnitTable | None:
    """The finished table of the network and layer that the page shows."""
    mine = state(CorpusState)
    return mine.study.table if mine.study is not None and mine.of == mine.shown else None


def take_content(content: str, source: str, problem: str = "") -> None:
    """From now on this is the corpus; a table of the former one stays until the new one is read."""
    mine = state(CorpusState)
    mine.content, mine.source, mine.problem = content, source, problem


def begin_study(study: UnitStudy, update: int) -> None:
    """A table is to be made of what the page shows. ValueError where the server has no memory for it."""
    mine = state(CorpusState)
    H = study.reader.layers.sizes[study.where[0]]
    weights = sum(p.nbytes for p in study.reader.layers.parameters()) + study.reader.table.nbytes
    reserve_memory(
        RESERVED, weights + BYTES_PER_SYMBOL * len(study.corpus) + BYTES_PER_PAIR * H * H
    )
    mine.study, mine.of, mine.update = study, mine.shown, update
    mine.unit, mine.letters = None, {}


def end_study() -> None:
    """Drops the table, finished or not."""
    mine = state(CorpusState)
    mine.study, mine.of, mine.unit, mine.letters = None, "", None, {}
    reserve_memory(RESERVED, 0)


def choose_unit(unit: int) -> None:
    """From now on this is the unit that is shown below the table."""
    state(CorpusState).unit = unit


def corpus_order(trace: Trace) -> UnitOrder | None:
    """The order of the units in the table, for the maps of the page; None where there is no table of this layer."""
    table, mine = present_table(), state(CorpusState)
    if table is None or table.units != trace.H:
        return None
    return UnitOrder("corpus", table.sort(sorted_column(table), mine.ascending))


def sorted_column(table: UnitTable) -> str:
    """The column that the table is sorted by: the reader's choice where the table has it."""
    chosen = state(CorpusState).column
    return chosen if chosen in table.columns else next(iter(ordered_columns(table.columns)))


def ordered_columns(columns: Mapping[str, object]) -> list[str]:
    """The names of the columns as they stand in the table: what a reader looks for first."""
    return [name for name in FIRST_COLUMNS if name in columns] + [
        name for name in columns if name not in FIRST_COLUMNS
    ]
