"""A recording as a tidy table of pandas: a row for each number, with its gradient beside it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..common.messages import say
from .trace import Trace

if TYPE_CHECKING:
    import pandas

MAX_ROWS = 50_000_000
COLUMNS = ("step", "sequence", "layer", "direction", "unit", "quantity", "value", "gradient")


def recording_table(traces: Mapping[tuple[int, str], Trace]) -> "pandas.DataFrame":
    """The columns COLUMNS; steps, sequences, layers and units count from 0, and steps after a sequence's end are left out.

    gradient is NaN where none was recorded. ValueError for more than 50 million rows.
    """
    import pandas

    rows = sum(int(trace.lengths().sum()) * trace.H * len(trace) for trace in traces.values())
    if rows > MAX_ROWS:
        raise ValueError(
            say(
                "to_dataframe: expected at most {most} rows, got {rows}. Take some of the sequences: "
                "recording.sequence(0).",
                most=MAX_ROWS,
                rows=rows,
            )
        )
    tables = [
        _table(trace, layer, direction, name)
        for (layer, direction), trace in traces.items()
        for name in trace
    ]
    table = pandas.concat(tables, ignore_index=True)
    return table.astype({"direction": "category", "quantity": "category"})


def _table(trace: Trace, layer: int, direction: str, name: str) -> "pandas.DataFrame":
    import pandas

    quantity = trace[name]
    step, sequence, unit = np.indices(quantity.values.shape).reshape(3, -1)
    is_read = step < trace.lengths()[sequence]
    grads = quantity.grads
    columns = {
        "step": step[is_read],
        "sequence": sequence[is_read],
        "layer": layer,
        "direction": direction,
        "unit": unit[is_read],
        "quantity": name,
        "value": quantity.values.reshape(-1)[is_read],
        "gradient": np.nan if grads is None else grads.reshape(-1)[is_read],
    }
    return pandas.DataFrame(columns, columns=list(COLUMNS))
