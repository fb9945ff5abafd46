"""The network that a plan makes of a file's modules: it reads one sequence, records itself, and gives its outputs.

    network = WholeModel(parts, plan)
    network.run(Sequences(x), copies=1)         # [T, 1, O]

What the plan cannot compute is refused with a sentence that begins with the label of its control.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...common.messages import either, say
from ...layers.recording import Recording
from ...layers.recurrent import Recurrent
from ..checkpoints import CheckpointLayer
from ..companions import Head
from .parts import ModelParts
from .plan import Plan, Side
from .proposal import can_hand_over, lone_bias_names

FUNCTIONS = {
    "relu": torch.relu,
    "tanh": torch.tanh,
    "gelu": F.gelu,
    "sigmoid": torch.sigmoid,
    "none": lambda v: v,
}


@dataclass(frozen=True)
class Sequences:
    """What the network reads. x: symbols int64 [T], or numbers [T, I]. decoded: symbols int64 [D] or numbers that the
    decoder reads; None where there is no decoder."""

    x: Tensor
    decoded: Tensor | None = None

    @property
    def steps(self) -> int:
        """The steps of both together."""
        return len(self.x) + (0 if self.decoded is None else len(self.decoded))


class WholeModel(nn.Module):
    """The modules of `parts` as `plan` connects them, in evaluation.

    parts: "" or "encoder" and "decoder" -> its recurrent layers. ValueError where the plan does not fit the file.
    """

    def __init__(self, model_parts: ModelParts, plan: Plan):
        super().__init__()
        self.plan = plan
        sides = {"encoder": plan.encoder, "decoder": plan.decoder} if plan.is_pair else {}
        sides = sides or {"": plan.encoder}
        self.tables: dict[str, Tensor | None] = {}
        stacks = {}
        for name, side in sides.items():
            assert side is not None
            stacks[name] = make_stack(model_parts, side, plan)
            self.tables[name] = _table(model_parts, side)
        self.stacks = nn.ModuleDict({name or "layers": stack for name, stack in stacks.items()})
        if plan.decoder is not None:
            _check_hand_over(model_parts, plan)
        self.linears = _make_head(model_parts, plan)
        self.eval()

    @property
    def parts(self) -> dict[str, Recurrent]:
        """The recurrent layers by the name of their part."""
        named: Any = self.stacks.items()
        return {"" if name == "layers" else name: stack for name, stack in named}

    @property
    def top(self) -> Recurrent:
        """The layers whose states the head reads."""
        return [*self.parts.values()][-1]

    @property
    def outputs(self) -> int:
        """How many numbers it gives for each step."""
        if self.linears:
            return self.linears[-1].outputs
        return self.top.hidden_size * (1 if self.plan.sums else len(self.top.directions))

    @property
    def recording(self) -> Recording | None:
        """The last pass: of encoder and decoder one behind the other. None before the first."""
        recordings = [layer.recording for layer in self.parts.values()]
        first, last = recordings[0], recordings[-1]
        if first is None or last is None:
            return None
        if len(recordings) == 1:
            return first
        return first.followed_by(last, first.T, last.T)

    def run(self, read: Sequences, copies: int) -> Tensor:
        """The outputs for so many copies of the sequence, [T, copies, O]; 0 at the steps of an encoder."""
        first, *rest = self.parts
        encoder = self.parts[first]
        states, state = encoder(self._inputs(first, read.x, copies))
        if not rest:
            return self._head(self._read_states(states))
        if encoder.bidirectional:
            state = _sum_directions(state)
        assert read.decoded is not None
        decoded, _ = self.parts["decoder"](self._inputs("decoder", read.decoded, copies), state)
        output = self._head(self._read_states(decoded))
        return torch.cat([output.new_zeros(len(read.x), *output.shape[1:]), output])

    def _inputs(self, part: str, x: Tensor, copies: int) -> Tensor:
        """[T] or [T, I] -> [T, copies, I], in the dtype of the layers."""
        dtype = next(self.parts[part].parameters()).dtype
        table = self.tables[part]
        if not x.is_floating_point():
            size = self.parts[part].input_size
            rows = torch.eye(size, dtype=dtype) if table is None else table.to(dtype)
            if int(x.max()) >= len(rows) or int(x.min()) < 0:
                raise ValueError(
                    say(
                        "Text: expected symbols numbered 0 to {last}, as the embedding has rows, got {got}. "
                        "Take the vocabulary that the model was trained with.",
                        last=len(rows) - 1,
                        got=int(x.max()) if int(x.min()) >= 0 else int(x.min()),
                    )
                )
            x = rows[x]
        return x.to(dtype)[:, None].expand(-1, copies, -1)

    def _read_states(self, states: Tensor) -> Tensor:
        """What the head reads at each step, of the states [T, n, D H]."""
        H, reads = self.top.hidden_size, self.plan.reads
        if reads == "last" and self.top.bidirectional:
            reverse = states[:1, :, H:].expand(len(states), -1, -1)
            states = torch.cat([states[:, :, :H], reverse], 2)
        elif reads == "mean":
            steps = torch.arange(1, len(states) + 1, dtype=states.dtype)
            states = states.cumsum(0) / steps[:, None, None]
        elif reads == "max":
            states = states.cummax(0).values
        if self.plan.sums:
            states = states.unflatten(2, (2, -1)).sum(2)
        return states

    def _head(self, states: Tensor) -> Tensor:
        if not self.linears:
            return states * 1.0
        for linear in self.linears[:-1]:
            states = FUNCTIONS[self.plan.between](linear(states))
        return self.linears[-1](states)


def make_stack(parts: ModelParts, side: Side, plan: Plan) -> Recurrent:
    """One recorded stack with the weights of all modules of the side. ValueError where they are no stack."""
    modules = [parts.modules[name] for name in side.layers]
    single = modules[0].make_layer(plan.cell or None, **dict(plan.options))
    if len(modules) == 1:
        return single
    for below, above in pairwise(modules):
        _check_stack(below, above)
    bias = any(module.bias for module in modules)
    weights, sizes, first = dict[str, Tensor](), list[int](), 0
    dtypes = {weight.dtype for module in modules for weight in module.weights.values()}
    dtype = dtypes.pop() if len(dtypes) == 1 else torch.float64
    for module in modules:
        for name, weight in module.weights.items():
            weights[_move_up(name, first)] = weight.to(dtype)
        sizes += [module.hidden_size] * module.num_layers
        first += module.num_layers
    stack = Recurrent(
        single.cell.name,
        modules[0].input_size,
        sizes,
        num_layers=len(sizes),
        bias=bias,
        bidirectional=modules[0].bidirectional,
        dtype=dtype,
        **single.cell.options,
    )
    missing = {
        name: torch.zeros_like(v) for name, v in stack.state_dict().items() if "bias" in name
    }
    stack.load_state_dict({**missing, **weights})
    return stack.eval()


def _move_up(name: str, layers: int) -> str:
    """weight_hh_l0_reverse -> weight_hh_l2_reverse, for a module above so many layers."""
    kind, _, place = name.rpartition("_l")
    number, _, way = place.partition("_")
    return f"{kind}_l{int(number) + layers}{'_' + way if way else ''}"


def _check_stack(below: CheckpointLayer, above: CheckpointLayer) -> None:
    if [*below.candidates] != [*above.candidates]:  # blocks of gates, or what the file says of them
        raise ValueError(
            say(
                "Recurrent layers: expected modules of one cell in a stack, got {below} and {above} of two. "
                "Choose one of them.",
                below=below.name,
                above=above.name,
            )
        )
    if below.bidirectional != above.bidirectional or above.input_size != below.output_size:
        raise ValueError(
            say(
                "Recurrent layers: expected {above} to read the {numbers} numbers that {below} gives, in as many "
                "directions, got {inputs}. Choose others.",
                above=above.name,
                below=below.name,
                numbers=below.output_size,
                inputs=above.input_size,
            )
        )


def _check_hand_over(parts: ModelParts, plan: Plan) -> None:
    """ValueError unless the decoder can go on from the encoder's state."""
    assert plan.decoder is not None
    encoder, decoder = (parts.modules[side.layers[0]] for side in (plan.encoder, plan.decoder))
    single = len(plan.encoder.layers) == len(plan.decoder.layers) == 1
    if not single or not can_hand_over(encoder, decoder):
        raise ValueError(
            say(
                "Recurrent layers: expected a decoder with the encoder's cell, and {layers} layers of {units} units in "
                "one direction, got {got_layers} of {got_units}. Its state cannot be handed over; look at one of both.",
                layers=encoder.num_layers,
                units=encoder.hidden_size,
                got_layers=decoder.num_layers,
                got_units=decoder.hidden_size,
            )
        )


def _table(parts: ModelParts, side: Side) -> Tensor | None:
    if not side.embedding:
        return None
    table = parts.linears[side.embedding].weight
    size = parts.modules[side.layers[0]].input_size
    if table.shape[1] != size:
        raise ValueError(
            say(
                "Embedding: expected rows of {inputs} numbers, as the layer reads, got {got} in {table}. Choose another one.",
                inputs=size,
                got=table.shape[1],
                table=side.embedding,
            )
        )
    return table


def _make_head(parts: ModelParts, plan: Plan) -> Sequence[Head]:
    """The linear layers of the head; a tied one has the embedding's table and the bias that stands alone."""
    top = parts.modules[plan.top.layers[-1]]
    size = top.hidden_size if plan.sums else top.output_size
    linears = []
    for name in plan.head:
        linear = parts.linears[name]
        if linear.weight.shape[1] != size:
            raise ValueError(
                say(
                    "Head: expected a linear layer that reads {numbers} numbers, got {got} in {name}. Choose another one.",
                    numbers=size,
                    got=linear.weight.shape[1],
                    name=name,
                )
            )
        if name == plan.top.embedding and linear.bias is None:
            lone = lone_bias_names(parts, name)
            if len(lone) > 1:
                raise ValueError(
                    say(
                        "Head: expected one bias for the table of {table}, got {biases}. Save the head's weight "
                        "with its bias under one name.",
                        table=name,
                        biases=either(lone[:4]),
                    )
                )
            linear = Head(linear.weight, parts.lone_biases[lone[0]] if lone else None)
        linears.append(linear)
        size = linear.outputs
    return linears


def _sum_directions(state: Any) -> Any:
    """[L * 2, B, H] -> [L, B, H], of h and of c."""
    if isinstance(state, Tensor):
        return state.unflatten(0, (-1, 2)).sum(1)
    return tuple(_sum_directions(each) for each in state)
