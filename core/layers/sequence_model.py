"""A network of an optional embedding, recurrent layers and a linear head."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..cells import USUAL
from ..common.checks import choice, integer, number
from ..common.messages import say
from .initialization import STANDARD_DEVIATIONS
from .recording import Recording
from .recurrent import Recurrent

MAX_SIZE = 1_000_000  # of any one size; core.training.memory_budget bounds what fits in memory


class SequenceModel(nn.Module):
    """Symbols or numbers in, recurrent layers, and a linear head on the last step or on every step.

    x: float [T, B, I], or symbols int64 [T, B] with numbers below I = `input_size`, which become
    one-hot vectors, or with `embedding` > 0 learned vectors of that size.
    at: "last" (many to one) or "every" (many to many).
    combine: with two directions the head sees their states side by side ("concat", as torch has it)
    or added up ("sum").
    hidden_size: of every layer, or one for each.
    dropout acts between the layers and before the head, in training mode only.
    Further keyword arguments are those of `Recurrent`, the cell's options among them.
    """

    def __init__(  # noqa: PLR0913 (a network's settings, by their names)
        self,
        input_size: int,
        output_size: int,
        *,
        cell: str = USUAL,
        hidden_size: int | Sequence[int] = 32,
        num_layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
        bias: bool = True,
        initialization: str = "torch",
        spectral_radius: float = 0.95,
        embedding: int | None = None,
        combine: str = "concat",
        at: Literal["last", "every"] = "last",
        **options: Any,
    ):
        super().__init__()
        self.input_size = integer("input_size", input_size, 1, MAX_SIZE)
        self.at = choice("at", at, ("last", "every"))
        self.combine = choice("combine", combine, ("concat", "sum"))
        self.dropout = dropout
        self.embedding = None
        if embedding:
            size = integer("embedding", embedding, 1, MAX_SIZE)
            self.embedding = nn.Embedding(input_size, size)
        self.recurrent = Recurrent(
            cell,
            embedding or input_size,
            hidden_size,
            num_layers=num_layers,
            bias=bias,
            bidirectional=bidirectional,
            dropout=dropout,
            initialization=initialization,
            spectral_radius=spectral_radius,
            **options,
        )
        self.head = nn.Linear(
            self.recurrent.hidden_size
            * (len(self.recurrent.directions) if combine == "concat" else 1),
            integer("output_size", output_size, 1, MAX_SIZE),
            bias=bias,
        )
        if initialization in STANDARD_DEVIATIONS:
            nn.init.normal_(self.head.weight, std=STANDARD_DEVIATIONS[initialization])
            if bias:
                nn.init.zeros_(self.head.bias)
        self._one_hot: Tensor | None = None

    @property
    def parts(self) -> dict[str, Recurrent]:
        """The recurrent layers by the name of their part of the network; here one, named ""."""
        return {"": self.recurrent}

    @property
    def recording(self) -> Recording | None:
        """The recording of the last pass through the recurrent layers; None before the first."""
        return self.recurrent.recording

    def forward(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        """The output [B, O] (at="last": after each sequence's own last step) or [T, B, O] (at="every")."""
        return self.observe(x, lengths, 0)[0]

    def observe(self, x: Tensor, lengths: Tensor | None, observers: int) -> tuple[Tensor, Tensor]:
        """As `forward` for the first sequences, and the head at every step for the last `observers`.

        -> (output [B - P, O] or [T, B - P, O], watched [T, P, O]). The watched sequences have
        gradients of their own, but add nothing to the gradients of the parameters, and no dropout
        acts on them. With two directions and at="last", the head sees at each step the forward
        direction's state there, beside the reverse direction's state after the whole sequence.
        """
        taught = x.shape[1] - observers
        states, _ = self.recurrent(self._inputs(x, taught), lengths=lengths, observers=observers)
        states, watched_states = states.split([taught, observers], 1)
        if self.at == "last" and self.recurrent.bidirectional:
            H = self.recurrent.hidden_size
            watched_states = torch.cat(
                [
                    watched_states[:, :, :H],
                    watched_states[:1, :, H:].expand(len(watched_states), -1, -1),
                ],
                2,
            )
        watched_states = self._combined(watched_states)
        bias = self.head.bias
        watched = F.linear(
            watched_states, self.head.weight.detach(), None if bias is None else bias.detach()
        )
        if self.at == "last":
            states = _last(states, lengths, len(self.recurrent.directions))
        states = self._combined(states)
        if self.dropout and self.training:
            states = F.dropout(states, self.dropout)
        return self.head(states), watched

    @contextmanager
    def unrecorded(self) -> Iterator[None]:
        """Inside the block the network is in evaluation mode and records nothing."""
        record, self.recurrent.record = self.recurrent.record, "off"
        training = self.training
        self.eval()
        try:
            yield
        finally:
            self.recurrent.record = record
            self.train(training)

    @torch.no_grad()
    def states(self, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        """The top layer's states [T, B, H * directions], unrecorded; 0 beyond a sequence's end."""
        with self.unrecorded():
            return self.recurrent(self._inputs(x, x.shape[1]), lengths=lengths)[0]

    def _combined(self, states: Tensor) -> Tensor:
        """The states [..., H * directions] as the head sees them: summed over directions, or unchanged."""
        if self.combine == "sum" and self.recurrent.bidirectional:
            return states.unflatten(-1, (2, -1)).sum(-2)
        return states

    def _inputs(self, x: Tensor, taught: int) -> Tensor:
        if x.is_floating_point():
            if self.embedding is not None:
                raise ValueError(
                    say(
                        "input: expected symbol numbers (int64) for the embedding, got {got}. "
                        "Leave the embedding out for numeric input.",
                        got=x.dtype,
                    )
                )
            return x
        if x.dim() != 2 or x.dtype != torch.int64:
            raise ValueError(
                say(
                    "input: expected symbols int64 [T, B] or numbers float [T, B, {inputs}], "
                    "got {got} of shape {shape}. Sequences are time-major.",
                    inputs=self.input_size,
                    got=x.dtype,
                    shape=list(x.shape),
                )
            )
        try:
            if self.embedding is None:
                return F.embedding(x, self._table())
            watched = F.embedding(x[:, taught:], self.embedding.weight.detach())
            return torch.cat([self.embedding(x[:, :taught]), watched], 1)
        except IndexError:
            raise ValueError(
                say(
                    "input: expected symbol numbers from 0 to {last}, "
                    "got {got} to {highest}. Use the alphabet the network was made for.",
                    last=self.input_size - 1,
                    got=int(x.min()),
                    highest=int(x.max()),
                )
            ) from None

    def read_inputs(self, x: Tensor) -> Tensor:
        """What the first layer reads for x, [T, B, I]: numbers, one-hot vectors or those of the embedding."""
        return self._inputs(x, 0).detach()

    def steps_of_parts(self, x: Tensor) -> tuple[slice, ...]:
        """Which steps of one sequence x [L, 1, ...] each of the `parts` reads: here all."""
        return (slice(0, len(x)),)

    def _table(self) -> Tensor:
        """The one-hot vectors [I, I]: a row for each symbol."""
        weight = self.head.weight
        table = self._one_hot
        if table is None or table.dtype != weight.dtype or table.device != weight.device:
            table = torch.eye(self.input_size, dtype=weight.dtype, device=weight.device)
            self._one_hot = table
        return table

    @torch.no_grad()
    def generate(
        self,
        start: Tensor,
        steps: int,
        temperature: float,
        generator: torch.Generator,
        top_k: int = 0,
    ) -> Tensor:
        """Symbols [steps] that the network writes after `start` [S], one by one, each fed back in.

        Each is drawn from softmax(output / temperature): below 1 the likely ones become likelier, at
        0 the likeliest is always taken. top_k > 0: only the so many likeliest can be drawn. All
        randomness comes from `generator`.
        """
        number("temperature", temperature, 0, 100)
        integer("steps", steps, 0, MAX_SIZE)
        integer("top_k", top_k, 0, MAX_SIZE)
        if self.recurrent.bidirectional or not len(start):
            raise ValueError(
                say(
                    "generate: expected one direction and at least one symbol to start from, "
                    "got {got} and {symbols}. A network that reads from "
                    "both ends cannot write from left to right.",
                    got=len(self.recurrent.directions),
                    symbols=len(start),
                )
            )
        with self.unrecorded():
            symbols, state, written = start.unsqueeze(1), None, []
            for _ in range(steps):
                states, state = self.recurrent(self._inputs(symbols, 1), state)
                logits = self.head(states[-1, 0])
                if not logits.isfinite().all():
                    break  # the network has diverged: there is no distribution to draw from
                if temperature == 0:
                    symbols = logits.argmax().view(1, 1)
                else:
                    if 0 < top_k < len(logits):
                        least = logits.topk(top_k).values[-1]
                        logits = logits.masked_fill(logits < least, -torch.inf)
                    chances = ((logits - logits.max()) / temperature).softmax(-1)
                    symbols = torch.multinomial(chances, 1, generator=generator).unsqueeze(1)
                written.append(symbols[0])
        return torch.cat(written) if written else start[:0]


def _last(states: Tensor, lengths: Tensor | None, directions: int) -> Tensor:
    """[T, B, D H] -> [B, D H]: each direction's state after it has read the whole sequence.

    The forward direction has read everything at a sequence's last step, the reverse one at its first.
    Always a fresh tensor: products of a view may differ in the last bit, depending on where it lies.
    """
    T, B, _ = states.shape
    if lengths is None and directions == 1:
        return states[-1].clone()
    last = torch.full((B,), T - 1) if lengths is None else lengths[:B] - 1
    ends = states[last.to(states.device), torch.arange(B, device=states.device)]
    if directions == 1:
        return ends
    H = states.shape[2] // 2
    return torch.cat([ends[:, :H], states[0, :, H:]], 1)
