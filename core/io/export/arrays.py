"""Weights, recordings and curves as files for other programs."""

import csv
import io
import json
from collections.abc import Mapping

import numpy as np
from safetensors.torch import save as to_bytes

from ...layers.interventions import Intervention
from ...layers.recording import Recording
from ...training.curves import Curves
from ...training.intervention_log import InterventionLog, to_text
from ...training.trainer import Trainer

FORMULA_STARTS = ("=", "+", "-", "@")  # a spreadsheet takes a cell with such a start for a formula


def weights_safetensors(trainer: Trainer) -> bytes:
    """The parameters as .safetensors, in torch's names, shapes and order of gates.

    `recurrent.` is the state_dict of a torch.nn.RNN, LSTM or GRU (`encoder.` and `decoder.` with two),
    `head.` that of a torch.nn.Linear. The file's metadata has the cell, the update and the interventions
    that the weights were trained under; the interventions do not change the weights in the file.
    """
    e = trainer.experiment
    about = {"cell": e.cell, "options": json.dumps(e.cell_options), "update": str(trainer.index)}
    if trainer.intervention_log:
        about["trained_under"] = json.dumps(trainer.intervention_log.to_json())
    state = {name: v.detach().contiguous() for name, v in trainer.model.state_dict().items()}
    return to_bytes(state, metadata=about)


def recording_npz(
    recording: Recording,
    steps: int | None = None,
    interventions: Mapping[str, Intervention] | None = None,
) -> bytes:
    """Every recorded number: "0.forward.f" [T, B, H] the values, "0.forward.df" their gradients.

    0 is the layer, counted from the input. steps: how many of the T steps to write; None: all.
    interventions: those during the recording; as JSON in "interventions" if there were any.
    """
    arrays = {
        f"{layer}.{direction}.{name}": array[:steps]
        for layer, direction in recording.layers
        for name, array in recording[layer, direction].arrays().items()
    }
    if interventions:
        arrays["interventions"] = np.array(to_text(interventions))
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def recording_csv(
    recording: Recording,
    symbols: tuple[str, ...] = (),
    steps: int | None = None,
    interventions: Mapping[str, Intervention] | None = None,
) -> bytes:
    """A line for each layer, direction, quantity, sequence, step and unit, with value and gradient.

    symbols: the label of each step, for the first sequence. interventions: as for `recording_npz`; in the first
    line of one more column.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    header = [
        "layer",
        "direction",
        "quantity",
        "sequence",
        "step",
        "symbol",
        "unit",
        "value",
        "grad",
    ]
    writer.writerow([*header, "interventions"] if interventions else header)
    column = iter([[to_text(interventions)]] if interventions else [])
    T = recording.T if steps is None else steps
    words = [_cell(symbols[t]) if t < len(symbols) else "" for t in range(T)]
    for layer, direction in recording.layers:
        for name, quantity in recording[layer, direction].items():
            grads = quantity.grads
            for (t, b, unit), value in np.ndenumerate(quantity.values[:T]):
                grad = "" if grads is None else f"{grads[t, b, unit]:.9g}"
                word = words[t] if b == 0 else ""
                row = [layer, direction, name, b, t, word, unit, f"{value:.9g}", grad]
                writer.writerow([*row, *next(column, [""] if interventions else [])])
    return text.getvalue().encode()


def curves_csv(curves: Curves, log: InterventionLog) -> bytes:
    """`Curves.as_csv`, with one more column where some updates were made under interventions.

    That column has, as JSON, the interventions from that line on ({} for none).
    """
    if not log:
        return curves.as_csv()
    head, *rows = csv.reader(io.StringIO(curves.as_csv().decode()))
    text, changes = io.StringIO(), list(log.changes)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*head, "interventions"])
    for row in rows:
        interventions = ""
        while changes and changes[0][0] <= int(row[0]):  # the curves may lack the update itself
            interventions = to_text(changes.pop(0)[1])
        writer.writerow([*row, interventions])
    return text.getvalue().encode()


def _cell(word: str) -> str:
    return f"'{word}" if len(word) > 1 and word.startswith(FORMULA_STARTS) else word
