"""A watched layer that is handed over with its weights: the same sequence can be read again, and looked inside.

    carried = CarriedLayer(tensors, symbols)
    inspection, reading = inspect_carried("encoder", recording, carried, which=0, symbols)

The model's own loss stays behind. What goes along are the gradients that it sent into the layer's output and last
state. Of Σ ⟨gradient, output⟩ every number inside the layer has the very gradient that it had of the loss.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ..analysis.inspection import Inspection, Reading
from ..common.messages import say
from ..layers.recording import Recording
from ..layers.recurrent import Recurrent, State

STATE, REACHED_OUTPUT, REACHED_STATE = "state.", "reached.output", "reached.state."
OF_THE_LOSS = "Σ ⟨∂L/∂h, h⟩"
LAST_STATES = "Σ h_T"  # where no gradient came
TOLERANCE = 1e-3  # of a state that is read again, relative to the largest


@dataclass(frozen=True)
class CarriedLayer:
    """tensors: the weights by torch's names; "state.0", "state.1": h and c before the first step [L D, B, H];
    "reached.output" [T, B, D H] and "reached.state.0", ...: the gradients that came from outside, where some came.

    symbols: a label for each step, of each sequence; () where none were given.
    """

    tensors: Mapping[str, Tensor]
    symbols: tuple[tuple[str, ...], ...] = ()

    @property
    def weights(self) -> dict[str, Tensor]:
        """The weights alone."""
        return {n: v for n, v in self.tensors.items() if not n.startswith((STATE, "reached."))}

    def numbered(self, prefix: str) -> list[Tensor]:
        """The tensors "prefix0", "prefix1", ... in order."""
        return [self.tensors[n] for n in sorted(self.tensors) if n.startswith(prefix)]

    def labels_of(self, which: int, steps: int) -> tuple[str, ...]:
        """The symbols of one sequence; () where there are none for its steps."""
        if not self.symbols:
            return ()
        symbols = self.symbols[which if len(self.symbols) > 1 else 0]
        return symbols[:steps] if len(symbols) >= steps else ()


def inspect_carried(
    title: str,
    recording: Recording,
    carried: CarriedLayer,
    which: int,
    symbols: tuple[str, ...],
) -> tuple[Inspection, Reading]:
    """Sequence number `which` of the recorded batch, read again by the layer's own weights.

    ValueError where the weights do not fit the recording, or do not give its states again.
    """
    layer = _make_layer(recording, carried)
    T = max(1, int(recording.lengths[which]))
    dtype = next(layer.parameters()).dtype
    x = _input(recording, which, T).to(dtype)
    state = _state(carried.numbered(STATE), which)
    weight, derived = _weights_of_output(layer, carried, which, T)
    inspection = _inspect(title, layer, x, state, weight, symbols, derived)
    reading = inspection.read()
    for key in recording.layers:
        own, theirs = (
            reading.recording[key]["h"].values[:, 0],
            recording[key]["h"].values[:T, which],
        )
        if not np.allclose(own, theirs, rtol=0, atol=TOLERANCE * max(1.0, abs(theirs).max())):
            raise ValueError(
                say(
                    "weights: expected those that give the recorded states again, got others. Watch the model in "
                    "evaluation, or without dropout between its layers."
                )
            )
    return inspection, reading


def _make_layer(recording: Recording, carried: CarriedLayer) -> Recurrent:
    weights = carried.weights
    first, directions = weights.get("weight_ih_l0"), {way for _, way in recording.layers}
    if first is None or first.dim() != 2:
        raise ValueError(_misfit(say("none for the input")))
    layer = Recurrent(
        recording.cell.name,
        first.shape[1],
        recording.H,
        num_layers=1 + max(layer for layer, _ in recording.layers),
        bias="bias_hh_l0" in weights,
        bidirectional="reverse" in directions,
        dtype=first.dtype,
        **recording.cell.options,
    )
    try:
        layer.load_state_dict(dict(weights))
    except (RuntimeError, KeyError) as error:  # names or shapes of another layer
        raise ValueError(_misfit(say("others"))) from error
    return layer.eval()


def _misfit(got: str) -> str:
    return say(
        "weights: expected those of the recorded layer, got {got}. Call show() again.", got=got
    )


def _input(recording: Recording, which: int, steps: int) -> Tensor:
    """What the first layer read [T, 1, I]."""
    x = recording[recording.layers[0]]["x"].values[:steps, which : which + 1]
    return torch.tensor(np.ascontiguousarray(x))


def _state(states: list[Tensor], which: int) -> State | None:
    if not states or not any(bool(state.any()) for state in states):
        return None
    own = [state[:, which : which + 1].contiguous() for state in states]
    return own[0] if len(own) == 1 else tuple(own)


def _weights_of_output(
    layer: Recurrent, carried: CarriedLayer, which: int, steps: int
) -> tuple[Tensor, str]:
    """(by what each number of the output and, in the last row, of the last state is multiplied [T, D H + S], what the
    sum is called).

    Where no gradient came: every state at the last step by itself, so that there is something to follow.
    """
    D, H = len(layer.directions), layer.hidden_size
    states = carried.numbered(REACHED_STATE)
    extra = [state[:, which].flatten() for state in states]
    weight = torch.zeros(steps, D * H + sum(map(len, extra)))
    weight = weight.to(next(layer.parameters()).dtype)
    reached = carried.tensors.get(REACHED_OUTPUT)
    if reached is not None:
        weight[:, : D * H] = reached[:steps, which]
    if extra:
        weight[-1, D * H :] = torch.cat(extra)
    if weight.any():
        return weight, OF_THE_LOSS
    weight[-1, : D * H] = 1.0
    return weight, LAST_STATES


def _inspect(
    title: str,
    layer: Recurrent,
    x: Tensor,
    state: State | None,
    weight: Tensor,
    symbols: tuple[str, ...],
    derived: str,
) -> Inspection:
    T, width = len(x), len(layer.directions) * layer.hidden_size

    def run(copies: int) -> Tensor:
        output, last = layer(x.expand(-1, copies, -1), _expand(state, copies))
        if weight.shape[1] == width:
            return output * 1.0
        last = (last,) if isinstance(last, Tensor) else last
        ends = torch.cat([each.transpose(0, 1).flatten(1) for each in last], 1)
        ends = ends[:, : weight.shape[1] - width]
        rows = torch.cat([ends.new_zeros(T - 1, *ends.shape), ends[None]])
        return torch.cat([output, rows], 2)

    def single(output: Tensor, k: int) -> Tensor:
        return (output[k, 0] * weight[k]).sum()

    steps = tuple(weight.any(1).nonzero().flatten().tolist())
    return Inspection(
        title=title,
        layers={"": layer},
        symbols=symbols,
        at=steps,
        run=run,
        loss=lambda output: (output[:, 0] * weight).sum(),
        single=single,
        shown=lambda output: output[..., :width],
        recording=lambda: layer.recording,
        parameters=layer.parameters,
        derived=derived,
        copy=lambda dtype: _inspect(
            title,
            deepcopy(layer).to(dtype),
            x.to(dtype),
            _in_precision(state, dtype),
            weight.to(dtype),
            symbols,
            derived,
        ),
    )


def _expand(state: State | None, copies: int) -> State | None:
    if state is None or isinstance(state, Tensor):
        return None if state is None else state.expand(-1, copies, -1).contiguous()
    return tuple(each.expand(-1, copies, -1).contiguous() for each in state)


def _in_precision(state: State | None, dtype: torch.dtype) -> State | None:
    if state is None or isinstance(state, Tensor):
        return None if state is None else state.to(dtype)
    return tuple(each.to(dtype) for each in state)
