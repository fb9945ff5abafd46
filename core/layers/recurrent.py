"""A recurrent layer that records itself: torch's names, shapes and meaning, and every number inside."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from ..cells import Cell
from ..cells.tape import Pool
from ..common.checks import choice, integer, number, truth
from ..common.messages import say
from .cell_of_layer import check_cell, make_cell
from .initialization import INITIALIZATIONS, initialize
from .interventions import Intervention, make_intervention
from .lengths import (
    check_lengths,
    drop_out,
    join_window,
    last_inputs,
    last_outputs,
    reorder_steps,
    reversed_order,
)
from .normalization import NORMALIZATIONS, Normalization
from .plan import Linearization, Plan
from .recording import Recording
from .states import State, check_input, layer_sizes, read_state, write_state
from .torch_weights import (
    copy_parameters,
    layer_arguments,
    parameter_shapes,
    place_of,
    refuse_in_torch,
    torch_module,
)
from .trace import Trace
from .unroll import unroll

RECORD = ("off", "values", "full")
MAX_SIZE = 1_000_000  # of any one size; an experiment is held against the memory


class Recurrent(nn.Module):
    """RNN, LSTM or GRU over time-major sequences, with a hand-written, recorded backward pass.

    cell: a name in CELLS; its options (activation, peephole, forget_bias, reset) are keyword arguments.
    hidden_size: of every layer, or a sequence of one size for each. States [L * directions, B, H] have
    the largest H; a smaller layer uses the first numbers of its part, the rest is 0.
    Parameters have torch's names, shapes and order, so a `state_dict` loads either way unchanged.
    initialization: see `core.layers.initialization`. dropout acts between layers, in training mode only.
    truncate: steps of a chunk; no gradient passes from a chunk to the one before it, as if the states
    were detached there. 0 for the whole gradient.
    recurrence: False has every step begin from zeros, so that nothing is carried: weight_hh is 0, and no parameter.
    window: each layer reads the last `window` inputs of its direction side by side (zeros before the first). Without
    recurrence one layer is then a feed-forward network on a window, and several are a causal convolutional network.
    normalization: "layer" or "batch" normalises what each layer's input is projected to: see `core.layers.normalization`.
    record: "full" keeps values and gradients of the last pass, "values" the values, "off" nothing;
    record and truncate may be changed at any time.

    Raises LookupError for an unknown cell, ValueError for a wrong size or option.
    """

    def __init__(  # noqa: PLR0913 (a layer's settings, by their names)
        self,
        cell: str,
        input_size: int,
        hidden_size: int | Sequence[int],
        *,
        num_layers: int = 1,
        bias: bool = True,
        bidirectional: bool = False,
        dropout: float = 0.0,
        initialization: str = "torch",
        spectral_radius: float = 0.95,
        truncate: int = 0,
        recurrence: bool = True,
        window: int = 1,
        normalization: str = "off",
        record: str = "full",
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
        **options: Any,
    ):
        super().__init__()
        self.cell = make_cell(cell, options)
        self.input_size = integer("input_size", input_size, 1, MAX_SIZE)
        self.num_layers = integer("num_layers", num_layers, 1, 1000)
        self.sizes = layer_sizes(hidden_size, num_layers, MAX_SIZE)  # of each layer
        self.hidden_size = self.sizes[-1]  # of the output
        self.bias = truth("bias", bias)
        self.bidirectional = truth("bidirectional", bidirectional)
        self.dropout = number("dropout", dropout, 0, 1)
        self.initialization = choice("initialization", initialization, INITIALIZATIONS)
        self.spectral_radius = number("spectral_radius", spectral_radius, 0, 100)
        self.truncate = integer("truncate", truncate, 0, MAX_SIZE)
        self.recurrence = truth("recurrence", recurrence)
        self.window = integer("window", window, 1, MAX_SIZE)
        self.normalization = choice("normalization", normalization, NORMALIZATIONS)
        self.record = choice("record", record, RECORD)
        self.directions = ("forward", "reverse") if bidirectional else ("forward",)
        check_cell(self.cell, bias, recurrence)
        self._recording: Recording | None = None
        self._intervention: Intervention | None = None
        self._intervention_pools: dict[tuple[int, str], Pool] = {}
        self._pools: dict[tuple[int, str], Pool] = {}
        self._parameter_names: dict[tuple[int, str], dict[str, str]] = {}
        self.normalizations = nn.ModuleDict()  # "l0", "l0_reverse" -> of that layer and direction
        inputs = input_size
        for layer, size in enumerate(self.sizes):
            inputs *= window
            for direction in self.directions:
                place = place_of(layer, direction)
                read = inputs
                if normalization != "off":
                    self.normalizations[place] = Normalization(
                        normalization, self.cell, size, device, dtype
                    )
                    read = self.cell.blocks * size
                self._pools[layer, direction] = self._pool(self.cell, read, size)
                names = self._parameter_names[layer, direction] = {}
                for name, shape in parameter_shapes(self.cell, inputs, size, bias).items():
                    names[name] = f"{name}_{place}"
                    weight = torch.empty(shape, device=device, dtype=dtype)
                    if recurrence or name != "weight_hh":
                        self.register_parameter(names[name], nn.Parameter(weight))
                    else:
                        self.register_buffer(names[name], weight, persistent=False)
            inputs = size * len(self.directions)
        self.reset_parameters()

    def weights(self, layer: int = 0, direction: str = "forward") -> dict[str, Tensor]:
        """The parameters of one layer and direction, without their suffix: "weight_hh" -> [G H, H]."""
        return {
            name: getattr(self, full)
            for name, full in self._parameter_names[layer, direction].items()
        }

    def edited_weights(self, layer: int = 0, direction: str = "forward") -> dict[str, Tensor]:
        """As `weights`, with the numbers that an intervention sets."""
        weights = self.weights(layer, direction)
        if self._intervention is None:
            return weights
        names = self._parameter_names[layer, direction]
        return self._intervention.edit_weights(self.cell, names, weights)

    def normalization_of(self, layer: int, direction: str) -> Normalization | None:
        """What normalises the input projection of one layer and direction; None with normalization="off"."""
        if self.normalization == "off":
            return None
        return self.normalizations[place_of(layer, direction)]  # pyright: ignore[reportReturnType]

    def step_weights(self, layer: int = 0, direction: str = "forward") -> dict[str, Tensor]:
        """As `edited_weights`, of the loop over time: a normalised projection it reads with the unit matrix."""
        weights = self.edited_weights(layer, direction)
        normalization = self.normalization_of(layer, direction)
        if normalization is None:
            return weights
        return weights | {"weight_ih": normalization.unit_matrix}

    @property
    def _weight(self) -> Tensor:
        return getattr(self, "weight_ih_l0")  # noqa: B009 (the layer does not declare it)

    def reset_parameters(self) -> None:
        """Draws all parameters anew; with torch's initialisation, the numbers torch.nn would draw."""
        for layer, direction in self._pools:
            initialize(
                self.weights(layer, direction),
                self.cell,
                self.initialization,
                self.spectral_radius,
            )
            if (
                not self.recurrence
            ):  # drawn all the same: the other weights are those of the recurrent layer
                self.weights(layer, direction)["weight_hh"].zero_()
        for normalization in self.normalizations.values():
            normalization.reset_parameters()  # pyright: ignore[reportCallIssue]

    def _pool(self, cell: Cell, inputs: int, size: int) -> Pool:
        """Tapes of one layer and direction."""
        layout = cell.layout(inputs, size)
        return Pool(layout if self.recurrence else layout.without_recurrence())

    def extra_repr(self) -> str:
        """Cell and sizes, for print(layer)."""
        size = self.hidden_size if len(set(self.sizes)) == 1 else list(self.sizes)
        return f"{self.cell.name}, {self.input_size}, {size}, num_layers={self.num_layers}"

    @property
    def intervention(self) -> Intervention | None:
        """What is clamped and edited while the layer computes: see `core.layers.interventions`. May be set at any time.

        Setting it raises LookupError or ValueError where it does not fit this layer.
        """
        return self._intervention

    @intervention.setter
    def intervention(self, value: Intervention | None) -> None:
        value = value.check(self) if value else None
        self._intervention_pools = {}
        if value is not None and value.reset is not None:
            cell = value.computing_cell(self.cell)
            for key, pool in self._pools.items():
                self._intervention_pools[key] = self._pool(
                    cell, pool.layout.input_size, pool.layout.hidden_size
                )
        self._intervention = value

    @contextmanager
    def intervene(self, **settings: Any) -> Iterator["Recurrent"]:
        """Holds gates, states or weights inside the `with`, forward and backward.

        A gate, a candidate or h, and its value for all units, or {unit: value}; `forget_bias`; `reset`;
        a parameter's name and {place: value}.

            with layer.intervene(f=1.0, h={3: 0.0}, weight_hh_l0={(0, 1): 0.5}): ...

        Until the end of the `with` it replaces the intervention that was set before.
        Raises LookupError for names and ValueError for units and values that cannot be.
        """
        before = self.intervention
        self.intervention = make_intervention(self, **settings)
        try:
            yield self
        finally:
            self.intervention = before

    def release_memory(self, most: int) -> None:
        """Gives back the memory that waits for passes over more than `most` sequences."""
        for pool in self._pools.values():
            pool.release_memory(most)

    @property
    def recording(self) -> Recording | None:
        """The last forward pass, and its backward pass once that has run; None with record="off"."""
        return self._recording

    @torch.no_grad()
    def linearization(self) -> dict[tuple[int, str], "Linearization"]:
        """The last pass as its backward equations see it, for each layer and direction.

        It holds until the next pass, for the weights of that pass.
        Raises ValueError where there is no pass, or one of sequences of unequal length.
        """
        if self._recording is None or self._recording.lengths.min() != self._recording.T:
            raise ValueError(
                say(
                    "linearization: expected a recorded pass of sequences of equal length, got "
                    "{got}. Run the layer with "
                    'record="full" and without lengths.',
                    got=say("none") if self._recording is None else say("unequal ones"),
                )
            )
        intervention, linearizations = self._intervention, {}
        for key in self._recording.layers:
            trace = self._recording[key]
            cell, tape = trace.cell, trace.tape
            p = {name: weight.detach() for name, weight in self.step_weights(*key).items()}
            clamps = None
            if intervention is not None:
                clamps = intervention.clamps_of(cell, self.sizes[key[0]], *key)
            matrices = cell.matrices(p if clamps is None else clamps.parameters(cell, p))
            cell.local(matrices, tape)
            if clamps is not None:
                clamps.zero_local_derivatives(tape)
            clamped_units = () if clamps is None else tuple(units for units, _ in clamps.states)
            linearizations[key] = Linearization(
                cell, matrices, tape, clamped_units, self.recurrence, self.window
            )
        return linearizations

    def forward(
        self,
        x: Tensor,
        state: State | None = None,
        lengths: Sequence[int] | Tensor | None = None,
        observers: int = 0,
    ) -> tuple[Tensor, State]:
        """x [T, B, I] -> (output [T, B, H * directions], state after the last step).

        state: the initial h [L * directions, B, H], for an LSTM (h, c); zeros when None. With a window the
        state has one more part, the last window - 1 inputs of each layer and direction; without recurrence h and c
        are not read.
        lengths: the number of steps of each sequence, [B]; beyond it the output is 0, the returned
        state is the one at its own end, and the reverse direction starts there (as with torch's
        packed sequences).
        observers: how many sequences at the end of the batch add nothing to the gradients of the
        parameters; their states and gradients are recorded like those of the others.
        """
        check_input(self, x)
        T, B, _ = x.shape
        ends = check_lengths(lengths, T, B, self._weight.device)
        observers = integer("observers", observers, 0, B)
        taught = B - observers
        taught_steps = int(ends[:taught].max()) if ends is not None and taught else T
        states, before = read_state(self, state, x.shape[1])
        backwards = reversed_order(ends, T) if ends is not None and self.bidirectional else None

        self._recording = None  # lets go of the last tapes, so that this pass can use them
        traces: dict[tuple[int, str], Trace] = {}
        last: list[tuple[Tensor, Tensor | None]] = []
        inputs: list[Tensor] = []  # with a window: what the next pass reads before its first step
        intervention = self._intervention
        cell = self.cell if intervention is None else intervention.computing_cell(self.cell)
        pools = self._pools if cell is self.cell else self._intervention_pools
        for layer in range(self.num_layers):
            if layer and self.dropout and self.training:
                x = self._drop_out(x, taught, taught_steps)
            outputs = []
            for direction in self.directions:
                weights = self.step_weights(layer, direction)
                backward = direction == "reverse"
                seen = reorder_steps(x, backwards) if backward else x
                if self.window > 1:
                    unread = before[len(last)] if before else None
                    inputs.append(last_inputs(seen, self.window, unread, ends))
                    seen = join_window(seen, self.window, unread)
                normalization = self.normalization_of(layer, direction)
                if normalization is not None:
                    weight = self.edited_weights(layer, direction)["weight_ih"]
                    seen = normalization(seen, weight, ends, taught, taught_steps)
                tape = pools[layer, direction].lease(T, B, x)
                clamps = None
                if intervention is not None:
                    clamps = intervention.clamps_of(cell, self.sizes[layer], layer, direction)
                plan = Plan(
                    cell,
                    tuple(weights),
                    ends,
                    taught,
                    taught_steps,
                    self.record == "full",
                    self.truncate,
                    clamps,
                    self.recurrence,
                    self.record == "off" and not torch.is_grad_enabled(),
                )
                output, c = unroll(
                    plan,
                    tape,
                    seen,
                    [s[len(last), :, : self.sizes[layer]] for s in states],
                    tuple(weights.values()),
                )
                last.append((last_outputs(output, ends), c))
                outputs.append(reorder_steps(output, backwards) if backward else output)
                traces[layer, direction] = Trace(
                    cell, tape, ends, backward, taught, self.recurrence
                )
            x = outputs[0] if len(outputs) == 1 else torch.cat(outputs, 2)
        if self.record != "off":
            self._recording = Recording(traces)
        return x, write_state(last, inputs)

    def _drop_out(self, x: Tensor, taught: int, steps: int) -> Tensor:
        """What the next layer gets of the output x [T, B, H * directions] of the one below."""
        return drop_out(x, self.dropout, taught, steps)

    @classmethod
    def from_torch(cls, module: nn.RNNBase | nn.RNNCellBase, record: str = "full") -> "Recurrent":
        """A recorded copy of a torch.nn.RNN, LSTM or GRU: same numbers, parameters of its own.

        The copy is time-major also where the original has batch_first; of a torch.nn.RNNCell, LSTMCell or
        GRUCell it is the layer that calls the cell at every step.
        """
        layer = cls(**layer_arguments(module), record=record)
        copy_parameters(module, layer)
        return layer.train(module.training)

    def to_torch(self) -> nn.RNNBase:
        """A torch.nn.RNN, LSTM or GRU with the same numbers. ValueError where torch has no such cell."""
        refuse_in_torch(
            recurrence=self.recurrence, window=self.window, normalization=self.normalization
        )
        module = torch_module(
            self.cell,
            self.input_size,
            self.sizes,
            self._weight,
            bias=self.bias,
            bidirectional=self.bidirectional,
            dropout=self.dropout,
        )
        copy_parameters(self, module)
        return module.train(self.training)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {
            "_recording": None
        }  # a copy or a file of the layer has no recording
